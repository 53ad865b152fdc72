"""What an operator's word about an order's dispatch means: for what is planned on paper, and in money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from geofences.reason import Because, Reason
from orchestrator.dispatch.horizon import NOTHING_PLANNED, Horizon
from orchestrator.dispatch.trips import plan_ahead
from orchestrator.operations.draft import Infeasible
from orchestrator.operations.horizon_view import view
from orchestrator.operations.quoting import asking
from orchestrator.operations.readiness import Seen, unready
from orchestrator.operations.surroundings import Surroundings
from orchestrator.orders.custody import AtHub
from orchestrator.record.events import Quote
from orchestrator.record.state import (
    FleetState,
    MissionState,
    ParcelPhase,
    ParcelState,
    VehicleState,
    Wishes,
)
from vehicles.mission import ParcelId, VehicleId


def overridden_reason(state: FleetState, mission: MissionState) -> Reason | None:
    """Why a mission that is still paper is not what an operator wants of one of its orders; or None."""
    vehicle_id = mission.plan.mission.vehicle_id
    for parcel_id in mission.plan.parcel_ids:
        placed = state.orders[state.parcels[parcel_id].order_id]
        wishes, order_id = placed.wishes, placed.order.order_id
        if wishes.held:
            return Reason(Because.OPERATOR, order_id, f"{wishes.by} holds order {order_id} back.")
        if wishes.pinned_to is not None and wishes.pinned_to != vehicle_id:
            text = f"{wishes.by} pinned order {order_id} to {wishes.pinned_to}."
            return Reason(Because.OPERATOR, order_id, text)
        if vehicle_id in wishes.forbidden:
            return Reason(Because.OPERATOR, order_id, f"{wishes.by} forbade {vehicle_id} to carry it.")
    return None


def against_wish(parcel: ParcelState, wishes: Wishes, vehicle_id: VehicleId) -> tuple[Reason, ...]:
    """Why a vehicle is kept from a parcel by what people said: operators, or its own rider."""
    if wishes.pinned_to is not None and wishes.pinned_to != vehicle_id:
        text = f"{wishes.by} pinned it to {wishes.pinned_to}."
        return (Reason(Because.OPERATOR, vehicle_id, text),)
    if vehicle_id in wishes.forbidden:
        return (Reason(Because.OPERATOR, vehicle_id, f"{wishes.by} forbade {vehicle_id} to carry it."),)
    if vehicle_id in parcel.declined_by:
        return (Reason(Because.DECLINED, vehicle_id, f"{vehicle_id} declined it."),)
    return ()


def candidates(
    state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float, parcel_id: ParcelId
) -> Iterator[Quote]:
    """For a parcel that waits, each vehicle of its hub: when and for what it would bring it, or why not.

    `cost_eur` is by how much the whole hub's plan becomes dearer when this vehicle takes it along, beside
    what it is planned to do anyhow. One vehicle at a time, so that a caller may pause between them.
    """
    parcel = state.parcels[parcel_id]
    if parcel.phase is not ParcelPhase.WAITING or not isinstance(parcel.keeper, AtHub):
        return
    hub_id = parcel.keeper.hub_id
    vehicles = [v for _, v in sorted(state.vehicles.items()) if v.hub_id == hub_id]
    waiting = [p for _, p in sorted(state.parcels.items()) if _waits_at(p, hub_id) or p is parcel]
    it = asking(state, seen, surroundings, now_s)
    seen_here = view(it, vehicles, waiting)
    horizon = seen_here.horizon
    others = plan_ahead(_without(horizon, parcel_id), NOTHING_PLANNED, rounds=0)
    wishes = state.orders[parcel.order_id].wishes
    able = {carrier.vehicle_id for carrier in horizon.carriers}
    for vehicle in vehicles:
        name = vehicle.vehicle_id
        reach = seen_here.reaches[parcel_id][vehicle.profile.name]
        against = against_wish(parcel, wishes, name)
        if isinstance(reach, Infeasible):
            yield Quote(name, None, reach.reasons)
        elif name not in able:
            yield Quote(name, None, (*against, *_unable(vehicle, seen, now_s)))
        else:
            planned = plan_ahead(_only(horizon, parcel_id, name), others, rounds=0)
            found = planned.expected().get(parcel_id)
            if found is None:
                yield Quote(name, None, (*against, _too_late(name)))
            else:
                yield Quote(name, round(found[1], 1), against, round(planned.cost_eur - others.cost_eur, 2))


def _waits_at(parcel: ParcelState, hub_id: str) -> bool:
    return parcel.phase is ParcelPhase.WAITING and parcel.keeper == AtHub(hub_id)  # type: ignore[arg-type]


def _without(horizon: Horizon, parcel_id: ParcelId) -> Horizon:
    return replace(horizon, wanted=tuple(one for one in horizon.wanted if one.parcel_id != parcel_id))


def _only(horizon: Horizon, parcel_id: ParcelId, vehicle_id: VehicleId) -> Horizon:
    """The problem in which that parcel is that vehicle's or nobody's, whatever anybody wants."""
    barred = frozenset(one.vehicle_id for one in horizon.carriers if one.vehicle_id != vehicle_id)
    wanted = tuple(
        replace(one, barred=barred) if one.parcel_id == parcel_id else one for one in horizon.wanted
    )
    return replace(horizon, wanted=wanted)


def _unable(vehicle: VehicleState, seen: Seen, now_s: float) -> tuple[Reason, ...]:
    name = vehicle.vehicle_id
    if vehicle.fault:
        return vehicle.fault
    if vehicle.mission_id is not None:
        return (Reason(Because.BUSY, name, f"{name} is at work, and nobody can say until when."),)
    reasons = unready(vehicle, seen.get(name), now_s)
    return reasons or (Reason(Because.BUSY, name, f"{name} is asked something by an operator."),)


def _too_late(vehicle_id: VehicleId) -> Reason:
    text = f"{vehicle_id} has neither the time before its shift ends nor the room beside its other parcels."
    return Reason(Because.TIME_WINDOW, vehicle_id, text)
