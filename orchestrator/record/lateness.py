"""Why an order was handed over late, from what the record has of its missions and of those before them."""

from __future__ import annotations

from collections.abc import Iterator

from geofences.reason import sentences
from orchestrator.record.state import (
    FleetState,
    MissionPhase,
    MissionState,
    OrderState,
    ParcelState,
    parcels_of,
)
from vehicles.clock import iso
from vehicles.mission import VehicleId

WORTH_S = 60.0
"""What took no longer than this is not told as a reason."""


def why_late(state: FleetState, placed: OrderState) -> str | None:
    """Sentences; None for an order that is not delivered yet, or in time."""
    parcels = parcels_of(state, placed.order.order_id)
    late = [one for one in parcels if (one.delivered_at_s or 0.0) > placed.order.deadline_s]
    if not late or any(one.delivered_at_s is None for one in parcels):
        return None
    last = max(late, key=lambda one: one.delivered_at_s or 0.0)
    return " ".join(_why(state, placed, last))


def _why(state: FleetState, placed: OrderState, parcel: ParcelState) -> Iterator[str]:
    """What went wrong before, for whom it waited, and what was later than planned; at least one sentence."""
    parcel_id, handed_at_s = parcel.parcel.parcel_id, parcel.delivered_at_s or 0.0
    given = _missions(state, parcel)
    if not given:
        return
    told = False
    for mission in given[:-1]:
        if mission.reasons:
            vehicle_id = mission.plan.mission.vehicle_id
            yield f"{vehicle_id} did not bring it: {sentences(mission.reasons)}"
            told = True
    first, last = given[0], given[-1]
    order = placed.order
    waited_s = first.planned_at_s - max(order.placed_at_s, order.ready_at_s or order.placed_at_s)
    if waited_s > WORTH_S:
        yield _waited(state, placed, first, waited_s)
        told = True
    due_s = last.plan.handovers_at_s[parcel_id]
    if handed_at_s - due_s > WORTH_S:
        yield f"{last.plan.mission.vehicle_id} was there {_minutes(handed_at_s - due_s)} later than planned."
    elif not told:
        late = _minutes(due_s - order.deadline_s)
        yield f"{last.plan.mission.vehicle_id} set out at once, and could be there {late} late at best."


def _waited(state: FleetState, placed: OrderState, mission: MissionState, waited_s: float) -> str:
    """For whom it waited, and what that had to do first: its mission before this one."""
    vehicle_id = mission.plan.mission.vehicle_id
    text = f"It waited {_minutes(waited_s)} for {vehicle_id}"
    if placed.wishes.pinned_to == vehicle_id:
        text += f", which {placed.wishes.by} pinned it to"
    before = [
        other
        for other in _of(state, vehicle_id)
        if other.phase is MissionPhase.ENDED
        and placed.order.placed_at_s < (other.ended_at_s or 0.0) <= mission.planned_at_s
    ]
    if not before:
        return f"{text}."
    last = max(before, key=lambda other: other.ended_at_s or 0.0)
    orders = ", ".join(dict.fromkeys(state.parcels[one].order_id for one in last.plan.parcel_ids))
    what = "one mission" if len(before) == 1 else f"{len(before)} missions"
    back = iso(last.ended_at_s or 0.0)[11:16]
    return f"{text}, which did {what} first, the last for {orders} until {back} UTC."


def _of(state: FleetState, vehicle_id: VehicleId) -> list[MissionState]:
    return [one for one in state.missions.values() if one.plan.mission.vehicle_id == vehicle_id]


def _missions(state: FleetState, parcel: ParcelState) -> list[MissionState]:
    """Those that had the parcel, oldest first: of one vehicle, unless some came to nothing."""
    if parcel.mission_id is None:
        return []
    last = state.missions[parcel.mission_id].plan.mission.vehicle_id
    asked = list(state.missions.values()) if parcel.came_to_nothing else _of(state, last)
    given = [one for one in asked if parcel.parcel.parcel_id in one.plan.parcel_ids]
    return sorted(given, key=lambda mission: mission.planned_at_s)


def _minutes(seconds_s: float) -> str:
    return f"{max(1.0, seconds_s / 60.0):.0f} min"
