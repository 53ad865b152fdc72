"""What is told of parcels that wait: who is to bring them and when, or why nobody can."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from geofences.reason import Because, Reason
from orchestrator.dispatch.holding import TOLD_S
from orchestrator.dispatch.horizon import HorizonPlan
from orchestrator.dispatch.offers import Offer
from orchestrator.dispatch.reasons import gist, refusals, why_not
from orchestrator.operations.quoting import Asking, answers
from orchestrator.record.alerts import alert_key
from orchestrator.record.events import Event, ParcelDeferred, ParcelExpected
from orchestrator.record.state import FleetState, ParcelState
from vehicles.mission import ParcelId, VehicleId

NEWS_S = 180.0
"""A predicted hand-over that moves by more than this is told anew."""


def expectations(
    left: Sequence[ParcelState], planned: HorizonPlan, held: Mapping[VehicleId, float]
) -> tuple[Event, ...]:
    """Who is to bring what waits, where that is news. Trips of `held` vehicles may wait so much longer."""
    expected = planned.expected()
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
    planned: HorizonPlan,
    held: Container[VehicleId] = (),
) -> tuple[Event, ...]:
    """Why parcels wait, where that is news: lasting reasons changed, or the deadline passed meanwhile."""
    expected = planned.expected()
    found: list[Event] = []
    for parcel in left:
        parcel_id = parcel.parcel.parcel_id
        reasons = why.get(parcel_id)
        if reasons is None:
            answered = answers(it, parcel)
            able = [name for name, answer in answered.items() if isinstance(answer, Offer)]
            reasons = why_not(answered)
            if able and parcel_id in expected:
                vehicle_id, _ = expected[parcel_id]
                text = "Planned for a vehicle that is not free yet."
                if vehicle_id in held:
                    text = f"{vehicle_id} waits a while for more parcels to take along."
                reasons = (*refusals(answered), Reason(Because.BUSY, "fleet", text))
        late = newly_late(it.state, parcel, it.now_s)
        if gist(reasons) != gist(parcel.reasons) or late:
            found.append(ParcelDeferred(parcel_id, reasons))
    return tuple(found)


def newly_late(state: FleetState, parcel: ParcelState, now_s: float) -> bool:
    """Whether a waiting parcel is past its deadline and nobody was told."""
    deadline_s = state.orders[parcel.order_id].order.deadline_s
    return now_s > deadline_s and alert_key("late", parcel.parcel.parcel_id) not in state.alerts
