"""What follows from facts about lockers: never more parcels than compartments, and one keeper for each."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from orchestrator.orders.custody import AtHub, InLocker, Keeper, WithRecipient
from orchestrator.orders.lockers import LockerRoom
from orchestrator.orders.order import DropOffPlace, LockerId
from orchestrator.record.illegal import IllegalEvent, known_parcel
from orchestrator.record.locker_facts import (
    CollectionExpired,
    LockerClosed,
    LockerFact,
    LockerOpened,
    ParcelCollected,
    ParcelRecovered,
)
from orchestrator.record.state import FleetState, MissionPhase, ParcelPhase, ParcelState
from vehicles.mission import ParcelId

_BRINGING = (
    MissionPhase.PLANNED,
    MissionPhase.LOADED,
    MissionPhase.PARCEL_ABOARD,
    MissionPhase.UNDER_WAY,
)


def apply_locker_fact(state: FleetState, event: LockerFact, at_s: float) -> FleetState:
    """The state after a fact of this topic. Raises `IllegalEvent` when it cannot follow."""
    match event:
        case LockerOpened():
            return locker_opened(state, event)
        case LockerClosed():
            return locker_closed(state, event)
        case ParcelCollected():
            return parcel_collected(state, event)
        case CollectionExpired():
            return collection_expired(state, event, at_s)
        case ParcelRecovered():
            return parcel_recovered(state, event)
        case _:
            assert_never(event)


def place_of(state: FleetState, parcel: ParcelState) -> DropOffPlace:
    """Where a parcel goes: the place asked for, or the alternative that it was diverted to."""
    return state.orders[parcel.order_id].order.drop_off if parcel.diverted is None else parcel.diverted.place


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


def keeper_there(state: FleetState, event: object, parcel: ParcelState) -> Keeper:
    """Who has a parcel that was handed over: its recipient, or a compartment of a locker."""
    place = place_of(state, parcel)
    if place.locker_id is None:
        return WithRecipient()
    room = room_of(state, place.locker_id)
    if room is None:
        return InLocker(place.locker_id)
    compartment = room.compartment(parcel.parcel.size)
    if compartment is None:
        raise IllegalEvent(event, "parcel_id", room.full(parcel.parcel.size).text)
    return InLocker(place.locker_id, compartment)


def boxed(state: FleetState, parcel_id: ParcelId, keeper: Keeper) -> FleetState:
    """The state in which a parcel that was handed over to `keeper` is counted where it lies."""
    if not isinstance(keeper, InLocker):
        return state
    inside = (*state.boxed.get(keeper.locker_id, ()), parcel_id)
    return replace(state, boxed=state.boxed.set(keeper.locker_id, inside))


def locker_opened(state: FleetState, event: LockerOpened) -> FleetState:
    """New, or with other compartments; those that hold something must still be there."""
    locker = event.locker
    if locker.compartments is None:
        raise IllegalEvent(event, "locker.compartments", f"nobody knows those of {locker.locker_id}")
    before = room_of(state, locker.locker_id)
    if before is not None:
        room = replace(before, locker=locker, promised=())
        if any(before.taken.count(size) > locker.compartments.of(size) for size in before.taken):
            raise IllegalEvent(
                event, "locker.compartments", f"{locker.locker_id} holds more parcels than these take"
            )
        for size in before.promised:
            kept = room.promising(size)
            if kept is None:
                raise IllegalEvent(
                    event, "locker.compartments", f"{locker.locker_id} is promised more than these take"
                )
            room = kept
    return replace(state, lockers=state.lockers.set(locker.locker_id, locker))


def locker_closed(state: FleetState, event: LockerClosed) -> FleetState:
    """Empty, and with nothing on its way there."""
    room = room_of(state, event.locker_id)
    if room is None:
        raise IllegalEvent(event, "locker_id", f"no locker {event.locker_id} is open")
    if room.taken or room.promised:
        raise IllegalEvent(event, "locker_id", f"{event.locker_id} is not empty")
    return replace(state, lockers=state.lockers.delete(event.locker_id))


def _in_locker(state: FleetState, event: ParcelCollected | CollectionExpired | ParcelRecovered) -> InLocker:
    keeper = known_parcel(state, event).keeper
    if not isinstance(keeper, InLocker):
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is in no locker")
    return keeper


def _taken_out(state: FleetState, parcel: ParcelState, keeper: InLocker, *, to: Keeper) -> FleetState:
    parcel_id = parcel.parcel.parcel_id
    left = tuple(one for one in state.boxed.get(keeper.locker_id, ()) if one != parcel_id)
    return replace(
        state,
        parcels=state.parcels.set(parcel_id, replace(parcel, keeper=to)),
        boxed=state.boxed.set(keeper.locker_id, left),
    )


def parcel_collected(state: FleetState, event: ParcelCollected) -> FleetState:
    """From the locker to the recipient; the compartment is free. Late is better than not at all."""
    keeper = _in_locker(state, event)
    parcel = replace(state.parcels[event.parcel_id], expired_at_s=None)
    return _taken_out(state, parcel, keeper, to=WithRecipient())


def collection_expired(state: FleetState, event: CollectionExpired, at_s: float) -> FleetState:
    """It lies there as before, and is to be fetched."""
    _in_locker(state, event)
    parcel = state.parcels[event.parcel_id]
    if parcel.expired_at_s is not None:
        raise IllegalEvent(event, "parcel_id", f"the time to collect {event.parcel_id} is over already")
    expired = replace(parcel, expired_at_s=at_s)
    return replace(state, parcels=state.parcels.set(event.parcel_id, expired))


def parcel_recovered(state: FleetState, event: ParcelRecovered) -> FleetState:
    """From the locker to its hub's shelf, for good: nobody came for it."""
    keeper = _in_locker(state, event)
    parcel = state.parcels[event.parcel_id]
    order = state.orders[parcel.order_id].order
    if parcel.expired_at_s is None:
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} may still be collected")
    if event.hub_id != order.hub_id:
        raise IllegalEvent(event, "hub_id", f"{event.parcel_id} belongs to {order.hub_id}")
    back = replace(parcel, phase=ParcelPhase.UNCOLLECTED)
    return _taken_out(state, back, keeper, to=AtHub(event.hub_id))
