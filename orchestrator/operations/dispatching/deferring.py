"""What is told of parcels that wait: who is to bring them and when, or why nobody can."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from math import inf

from geofences.reason import Because, Reason
from orchestrator.dispatch.holding import TOLD_S
from orchestrator.dispatch.offers import Offer
from orchestrator.dispatch.reasons import gist, refusals, why_not
from orchestrator.operations.dispatching.quoting import Asking, answers
from orchestrator.record.alert_keys import alert_key
from orchestrator.record.events import Event, ParcelDeferred, ParcelExpected
from orchestrator.record.state import FleetState, ParcelState
from vehicles.clock import iso
from vehicles.mission import ParcelId, VehicleId

Expected = Mapping[ParcelId, tuple[VehicleId, float]]
"""By a plan, who is to hand over each parcel, and when (fleet time)."""

NEWS_S = 180.0
"""A predicted hand-over that moves by more than this is told anew."""


AHEAD_S = 3600.0
"""A parcel whose time comes later than this from now is not planned for yet."""


def not_yet(it: Asking, waiting: Sequence[ParcelState]) -> dict[ParcelId, tuple[Reason, ...]]:
    """Parcels whose time lies so far ahead that nobody is bound to them yet, and what is told of them."""
    found: dict[ParcelId, tuple[Reason, ...]] = {}
    for parcel in waiting:
        opens_s = _opens_s(it.state, parcel)
        if opens_s > it.now_s + AHEAD_S:
            text = (
                f"Its time is not before {iso(opens_s)}; it is planned for from {iso(opens_s - AHEAD_S)} on."
            )
            found[parcel.parcel.parcel_id] = (Reason(Because.TIME_WINDOW, parcel.order_id, text),)
    return found


def _opens_s(state: FleetState, parcel: ParcelState) -> float:
    """Before when nobody can hand it over."""
    order = state.orders[parcel.order_id].order
    return max(order.ready_at_s or -inf, order.earliest_at_s or -inf)


def expectations(
    left: Sequence[ParcelState], expected: Expected, held: Mapping[VehicleId, float]
) -> tuple[Event, ...]:
    """Who is to bring what waits, where that is news. Trips of `held` vehicles may wait so much longer."""
    found: list[Event] = []
    for parcel in left:
        parcel_id = parcel.parcel.parcel_id
        if parcel_id not in expected:
            continue
        vehicle_id, at_s = expected[parcel_id]
        at_s += min(held.get(vehicle_id, 0.0), TOLD_S)
        before = parcel.expected
        same = before is not None and before.vehicle_id == vehicle_id
        if before is None or not same or abs(before.handover_at_s - at_s) > NEWS_S:
            found.append(ParcelExpected(parcel_id, vehicle_id, round(at_s, 1)))
    return tuple(found)


def deferrals(
    it: Asking,
    left: Sequence[ParcelState],
    why: Mapping[ParcelId, tuple[Reason, ...]],
    expected: Expected,
    held: Container[VehicleId] = (),
) -> tuple[Event, ...]:
    """Why parcels wait, where that is news: lasting reasons changed, or the deadline passed meanwhile."""
    found: list[Event] = []
    for parcel in left:
        parcel_id = parcel.parcel.parcel_id
        reasons = why.get(parcel_id)
        if reasons is None:
            answered = answers(it, parcel)
            able = [name for name, answer in answered.items() if isinstance(answer, Offer)]
            reasons = why_not(answered)
            if able and parcel_id in expected:
                reasons = (*refusals(answered), _meanwhile(it, parcel, expected[parcel_id][0], held))
        late = newly_late(it.state, parcel, it.now_s)
        if gist(reasons) != gist(parcel.reasons) or late:
            found.append(ParcelDeferred(parcel_id, reasons))
    return tuple(found)


def _meanwhile(it: Asking, parcel: ParcelState, vehicle_id: VehicleId, held: Container[VehicleId]) -> Reason:
    """What a parcel waits for that a vehicle is planned for."""
    opens_s = _opens_s(it.state, parcel)
    if opens_s > it.now_s and vehicle_id in it.free:
        text = f"Its time is not before {iso(opens_s)}; {vehicle_id} is planned to set out for it then."
        return Reason(Because.TIME_WINDOW, parcel.order_id, text)
    text = "Planned for a vehicle that is not free yet."
    if vehicle_id in held:
        text = f"{vehicle_id} waits a while for more parcels to take along."
    return Reason(Because.BUSY, "fleet", text)


def newly_late(state: FleetState, parcel: ParcelState, now_s: float) -> bool:
    """Whether a waiting parcel is past its deadline and nobody was told."""
    deadline_s = state.orders[parcel.order_id].order.deadline_s
    return now_s > deadline_s and alert_key("late", parcel.parcel.parcel_id) not in state.alerts
