"""What the record says of room in lockers: what lies there, and what is on its way there."""

from __future__ import annotations

from orchestrator.orders.custody import InLocker
from orchestrator.orders.lockers import LockerRoom
from orchestrator.orders.order import DropOffPlace, LockerId
from orchestrator.record.state import FleetState, MissionPhase, ParcelPhase, ParcelState

_BRINGING = (
    MissionPhase.PLANNED,
    MissionPhase.LOADED,
    MissionPhase.PARCEL_ABOARD,
    MissionPhase.UNDER_WAY,
)


def place_of(state: FleetState, parcel: ParcelState) -> DropOffPlace:
    """Where a parcel goes: the place that is wished for, or another that it was diverted to."""
    return state.orders[parcel.order_id].drop_off if parcel.diverted is None else parcel.diverted.place


def room_of(state: FleetState, locker_id: LockerId) -> LockerRoom | None:
    """What of a locker is taken and promised; None for one whose compartments nobody knows."""
    locker = state.lockers.get(locker_id)
    if locker is None:
        return None
    inside = [state.parcels[parcel_id].keeper for parcel_id in state.boxed.get(locker_id, ())]
    taken = tuple(one.compartment for one in inside if isinstance(one, InLocker) and one.compartment)
    coming = [parcel for parcel in _brought(state) if place_of(state, parcel).locker_id == locker_id]
    return LockerRoom(locker, taken, tuple(parcel.parcel.size for parcel in coming))


def _brought(state: FleetState) -> list[ParcelState]:
    """Parcels that missions are to hand over yet."""
    found = []
    for vehicle in state.vehicles.values():
        mission = None if vehicle.mission_id is None else state.missions[vehicle.mission_id]
        if mission is None or mission.phase not in _BRINGING:
            continue
        left = [state.parcels[one] for one in mission.plan.parcel_ids if one not in mission.kept]
        found += [parcel for parcel in left if parcel.phase in (ParcelPhase.ASSIGNED, ParcelPhase.ON_THE_WAY)]
    return found
