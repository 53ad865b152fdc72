"""What a courier's phone shows. Instants are fleet time, UTC seconds; positions WGS84 degrees."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrator.gateway.contract.views import TemperatureName, View

CourierTripState = Literal["offered", "loading", "under_way", "homeward"]
CourierStopState = Literal[
    "next", "arrived", "later", "fetched", "missed", "handed_over", "kept", "withdrawn"
]
CourierPlace = Literal["shop", "doorstep", "pad", "kerb", "locker", "hub"]
CardKind = Literal[
    "offer", "change", "take", "give_back", "set_out", "hold", "resume", "return", "stop", "end"
]


class CourierStopView(View):
    """One order's fetch or hand-over: "next" is where the courier goes now, "withdrawn" is not done."""

    order_id: str
    parcel_ids: tuple[str, ...]
    does: Literal["fetch", "hand_over"]
    address: str
    kind: CourierPlace
    lat_deg: float
    lon_deg: float
    due_at_s: float | None
    earliest_at_s: float | None = Field(description="Not handed over before.")
    deadline_s: float
    temperatures: tuple[TemperatureName, ...] = Field(description="How its parcels are kept, ambient apart.")
    check_age: bool = Field(description="Whether a proof of age must be looked at here.")
    state: CourierStopState
    needs: Literal["code_or_photo", "locker", "tap"]
    door_code: str | None = Field(description="What opens the locker's compartment.")
    instead_of: str | None = Field(description="The address that was asked for first, where this is another.")


class CourierTripView(View):
    """A trip: offered, or taken on."""

    mission_id: int
    state: CourierTripState
    depart_at_s: float | None
    end_at_s: float | None
    distance_m: float
    mass_kg: float
    to_take: tuple[str, ...] = Field(description="Parcels that are not in the bag yet, before it begins.")
    stops: tuple[CourierStopView, ...]
    path: tuple[tuple[float, float], ...] = Field(description="Points [longitude, latitude].")


class CardView(View):
    """One thing that is asked, until `until_s`; answered with `yes` or `no` and its id."""

    id: int
    kind: CardKind
    parcel_id: str | None
    until_s: float


class CourierHubView(View):
    """Where the courier's trips begin and end."""

    name: str
    lat_deg: float
    lon_deg: float


class RestView(View):
    """A break of `lasts_s` seconds, somewhere from `from_s` to `until_s`."""

    from_s: float
    until_s: float
    lasts_s: float


class PhoneView(View):
    """All that the phone shows."""

    now_s: float
    vehicle_id: str
    hub: CourierHubView
    shift_until_s: float | None
    rest: RestView | None = Field(description="The break that is due in the shift; none once it was had.")
    pause: str = Field(description="Why no trips are offered just now; empty while they are.")
    problem: str | None = Field(description="What the courier said is the matter.")
    holds: tuple[str, ...]
    card: CardView | None
    trip: CourierTripView | None


class TapAnswer(View):
    """What came of a tap: it counts, or why it does not."""

    id: str
    done: bool
    text: str


class CalledView(View):
    """The answer to a call."""

    phone: PhoneView
    answers: tuple[TapAnswer, ...]


class SignInView(View):
    """A link with which a courier signs in on a phone. Whoever has it acts as the courier."""

    vehicle_id: str
    path: str = Field(description="Relative to the gateway's address; the key is behind the #, for the page.")
    until_s: float
