"""What the API shows: hubs, vehicles, orders, alerts, events and telemetry, as JSON.

Positions are WGS84 degrees, heights metres above ground, instants UTC seconds of fleet time.
Every field is always present; what is unknown is null. Built by `show_fleet.py`, drawn by the
console; orders are in `order_views.py`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Link = Literal["never", "up", "lost", "missing"]
Phase = Literal["planned", "loaded", "parcel_aboard", "under_way", "given_up", "ended", "withdrawn", "lost"]
LegKind = Literal["pick_up", "travel", "drop_off", "wait", "dock"]
SeverityName = Literal["info", "warning", "critical"]
SizeName = Literal["small", "medium", "large"]
TemperatureName = Literal["ambient", "chilled", "frozen", "hot"]
SkillName = Literal["check_age"]


class View(BaseModel):
    """Frozen; complete when built, so that an update can be told from an omission."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PlaceView(View):
    """A point on the ground."""

    lat_deg: float
    lon_deg: float


class PadView(View):
    """A landing pad or dock of a hub."""

    id: str
    lat_deg: float
    lon_deg: float


class HubView(View):
    """A hub and its pads."""

    id: str
    name: str
    lat_deg: float
    lon_deg: float
    pads: tuple[PadView, ...]


class LegView(View):
    """One leg of a mission, in words."""

    kind: LegKind
    label: str


class StopView(View):
    """One hand-over of a mission: planned, and when it was done."""

    parcel_id: str
    order_id: str
    address: str
    handover_at_s: float
    delivered_at_s: float | None


class MissionView(View):
    """The mission a vehicle is bound to; `path` is its whole way out and back.

    Of a flight that was given up, `path` and `end_at_s` are of what it flies instead.

    `order_id`, `parcel_id` and `handover_at_s` are of the first of its `stops`.
    """

    id: int
    order_id: str
    parcel_id: str
    stops: tuple[StopView, ...]
    path: tuple[tuple[float, float, float], ...] = Field(
        description="Points [longitude, latitude, height above ground in metres]."
    )
    legs: tuple[LegView, ...]
    legs_done: int
    depart_at_s: float
    handover_at_s: float
    end_at_s: float
    started_at_s: float | None


class CarriesView(View):
    """What a vehicle can carry, and do at a hand-over."""

    payload_kg: float
    compartments: int
    largest: SizeName
    temperatures: tuple[TemperatureName, ...]
    skills: tuple[SkillName, ...]


class HaltView(View):
    """A vehicle that stands still on its mission until somebody says what follows."""

    how: Literal["held", "landing", "landed"] = Field(
        description="`held`: it waits where it is. `landed`: it stands on the ground, switched off."
    )
    since_s: float
    by: str | None = Field(description="Who asked for it; null where nobody here did.")


class VehicleView(View):
    """A vehicle as the record knows it; where it is now is in `TelemetryView`."""

    id: str
    kind: Literal["drone", "robot", "courier"]
    hub_id: str
    home: PlaceView
    link: Link
    ready: bool
    phase: Phase | None
    status: str = Field(description="One line for people: what it does, or why it cannot.")
    fault: tuple[str, ...]
    carries: CarriesView
    mission: MissionView | None
    halt: HaltView | None = Field(
        description="It stands still on its mission, by whose word and since when; null while it does not."
    )
    unplaced_since_s: float | None = Field(
        default=None, description="It is heard, and since then nobody knows where it is; its alert says why."
    )


class CompartmentsView(View):
    """Compartments of one size: how many there are, and how many hold a parcel."""

    size: SizeName
    count: int
    taken: int


class LockerView(View):
    """A locker with compartments of its own; `promised` counts parcels on their way there."""

    id: str
    name: str
    lat_deg: float
    lon_deg: float
    compartments: tuple[CompartmentsView, ...]
    promised: int
    parcel_ids: tuple[str, ...] = Field(description="What lies in it.")


class AlertView(View):
    """Something a human should know. `key` is stable, so that a repeat does not pile up."""

    key: str
    severity: SeverityName
    text: str
    raised_at_s: float
    vehicle_id: str | None
    order_id: str | None = Field(description="The order whose parcel it is about.")
    lat_deg: float | None
    lon_deg: float | None
    acknowledged_by: str | None


class EventView(View):
    """A fact from the journal, as one sentence."""

    seq: int
    at_s: float
    kind: str = Field(description="The event's name, for example ParcelHandedOver.")
    severity: SeverityName
    text: str
    vehicle_id: str | None
    order_id: str | None


class LinkView(View):
    """How one of a vehicle's links does. `age_s` None: it never brought a word. The best one is used."""

    name: str
    age_s: float | None
    loss_frac: float
    best: bool
    trouble: str = Field(description="Why it carries nothing just now; empty while all is well.")


class TelemetryView(View):
    """What a vehicle last said; `age_s` is how long ago it told where it is, in fleet time."""

    id: str
    lat_deg: float
    lon_deg: float
    height_agl_m: float
    heading_deg: float
    speed_mps: float
    battery_frac: float
    mode: Literal["mission", "hold", "take_off", "land", "return", "manual", "other"]
    armed: bool
    age_s: float
    carrying: bool | None
    warnings: int = Field(default=0, description="How many things are amiss; its condition says what.")
    links: tuple[LinkView, ...] = Field(
        default=(), description="Its links, where it has several or one that is in trouble."
    )
