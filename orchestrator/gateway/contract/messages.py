"""Messages of the live stream, and the answers of the API that are more than one thing's view."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrator.gateway.contract.order_views import OrderView, ParcelPhaseName
from orchestrator.gateway.contract.views import (
    AlertView,
    EventView,
    HubView,
    LockerView,
    TelemetryView,
    VehicleView,
    View,
)


class FleetView(View):
    """Everything a console needs to start from. `bbox` is west, south, east, north in degrees.

    On a map across the antimeridian its east is more than 180.
    """

    now_s: float
    speed: float = Field(description="Fleet seconds per second of the wall clock.")
    attribution: str
    bbox: tuple[float, float, float, float]
    hubs: tuple[HubView, ...]
    lockers: tuple[LockerView, ...]
    vehicles: tuple[VehicleView, ...]
    orders: tuple[OrderView, ...] = Field(
        description="All that are open, and the latest 500 that are over; oldest first."
    )
    alerts: tuple[AlertView, ...]
    events: tuple[EventView, ...] = Field(description="The last 200, oldest first.")


class BarredView(View):
    """A mission whose way an area bars. `at_s`: when it would first come in, where that is known."""

    vehicle_id: str
    mission_id: int
    at_s: float | None
    why: str


class ClosedView(View):
    """An area that was closed, and whose way it bars: the airborne first. Those are planned anew."""

    zone_id: str
    by: str
    seq: int = Field(description="Its place in the journal.")
    barred: tuple[BarredView, ...]


class SnapshotMessage(FleetView):
    """The first message, and again whenever the stream had to skip facts for this client."""

    type: Literal["snapshot"]


class ChangesMessage(View):
    """What facts have changed. An absent field has not changed; a view replaces the former one.

    `alerts` and `lockers`, when present, are the full lists; `events` are only the new ones.
    """

    type: Literal["changes"]
    now_s: float
    vehicles: tuple[VehicleView, ...] = ()
    orders: tuple[OrderView, ...] = ()
    alerts: tuple[AlertView, ...] = ()
    lockers: tuple[LockerView, ...] = ()
    events: tuple[EventView, ...] = ()


class TelemetryMessage(View):
    """Where the vehicles are, five times a second of the wall clock."""

    type: Literal["telemetry"]
    now_s: float
    vehicles: tuple[TelemetryView, ...]


class QuoteView(View):
    """What one vehicle would have meant for a parcel: a predicted hand-over, or reasons against."""

    vehicle_id: str
    handover_at_s: float | None
    reasons: tuple[str, ...]
    cost_eur: float | None = Field(
        default=None,
        description="By how much all gets dearer with it, waiting and lateness included; null: not reckoned.",
    )


class ChoiceView(View):
    """One mission planned for a parcel: which vehicle, and what each vehicle would have meant."""

    mission_id: int
    planned_at_s: float
    vehicle_id: str
    outcome: str
    reasons: tuple[str, ...]
    quotes: tuple[QuoteView, ...]


class ParcelExplanation(View):
    """Why a parcel is where it is."""

    id: str
    phase: ParcelPhaseName
    text: str
    waiting_for: tuple[str, ...]
    candidates: tuple[QuoteView, ...] = Field(
        default=(), description="While it waits: what each vehicle of its hub would mean now."
    )
    choices: tuple[ChoiceView, ...]


class OverrideView(View):
    """An operator's word about an order's dispatch, journaled as event `seq`, and what it costs."""

    order_id: str
    wish: Literal["pin", "forbid", "hold", "prioritise", "release"]
    vehicle_id: str | None
    by: str
    seq: int
    extra_eur: float | None = Field(
        description="By how much dearer than the dispatcher's own choice; null: nobody can say."
    )
    refusals: tuple[str, ...] = Field(description="Why that vehicle cannot carry it as things stand.")
    reckoned: bool = Field(
        default=True, description="Whether that is known; false: it follows in the order's explanation."
    )


class ExplanationView(View):
    """Why an order stands as it does: every choice made for it, oldest first."""

    order_id: str
    text: str
    parcels: tuple[ParcelExplanation, ...]
    word: OverrideView | None = Field(
        default=None, description="What an operator last said of its dispatch, with what that costs."
    )


class AskView(View):
    """An operator's request, journaled as event `seq`. What came of it is told by a later event.

    `seq` null: the journal cannot keep it now; the vehicle was told all the same, and it is journaled later.
    """

    vehicle_id: str
    ask: Literal["hold", "resume", "return", "land"]
    by: str
    seq: int | None


class CollectedView(View):
    """What left a locker, and which of its compartments that was in."""

    parcel_ids: tuple[str, ...]
    compartments: tuple[Literal["small", "medium", "large"], ...]


class HealthView(View):
    """The fleet is under control: decisions come about, and facts are kept."""

    ok: bool


class Problem(View):
    """One thing wrong with a request: the field's path, and why."""

    field: str
    reason: str


class ErrorView(View):
    """Every answer that is not a success: one sentence, and the fields it is about, if any."""

    error: str
    problems: tuple[Problem, ...]
