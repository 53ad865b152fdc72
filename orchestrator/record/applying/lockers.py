"""What follows from facts about lockers: never more parcels than compartments, and one keeper for each."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from immutables import Map

from orchestrator.orders.custody import AtHub, InLocker, Keeper, WithRecipient, WithSender
from orchestrator.orders.order import LockerId
from orchestrator.record.facts.lockers import (
    CollectionExpired,
    CompartmentEmpty,
    LockerClosed,
    LockerCodeMistaken,
    LockerFact,
    LockerOpened,
    ParcelCollected,
    ParcelRecovered,
)
from orchestrator.record.illegal import IllegalEvent, known_parcel
from orchestrator.record.locker_rooms import place_of, room_of
from orchestrator.record.state import FleetState, ParcelPhase, ParcelState
from vehicles.mission import ParcelId


def apply_locker_fact(  # noqa: PLR0911 - one case a fact
    state: FleetState, event: LockerFact, at_s: float
) -> FleetState:
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
        case LockerCodeMistaken():
            return locker_code_mistaken(state, event)
        case CompartmentEmpty():
            return compartment_empty(state, event)
        case _:
            assert_never(event)


def keeper_there(state: FleetState, event: object, parcel: ParcelState) -> Keeper:
    """Who has a parcel that was handed over: its recipient, a compartment of a locker, a hub's shelf."""
    place = place_of(state, parcel)
    if place.hub_id is not None:
        return AtHub(place.hub_id)
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


def unboxed(state: FleetState, parcel: ParcelState) -> FleetState:
    """No compartment is counted as taken by a parcel any more, nor are the locker's mistaken codes."""
    keeper = parcel.keeper
    if not isinstance(keeper, InLocker):
        return state
    inside = state.boxed.get(keeper.locker_id, ())
    left = tuple(one for one in inside if one != parcel.parcel.parcel_id)
    return replace(
        state,
        boxed=state.boxed.set(keeper.locker_id, left),
        mistaken=_without(state.mistaken, keeper.locker_id),
    )


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
    return replace(
        state,
        lockers=state.lockers.delete(event.locker_id),
        mistaken=_without(state.mistaken, event.locker_id),
    )


def locker_code_mistaken(state: FleetState, event: LockerCodeMistaken) -> FleetState:
    """One more in a row, until something is taken out."""
    locker_id = event.locker_id
    if locker_id not in state.lockers and locker_id not in state.boxed:
        raise IllegalEvent(event, "locker_id", f"no locker {locker_id} is known")
    count = state.mistaken.get(locker_id, 0) + 1
    return replace(state, mistaken=state.mistaken.set(locker_id, count))


def _without(counts: Map[LockerId, int], locker_id: LockerId) -> Map[LockerId, int]:
    return counts.delete(locker_id) if locker_id in counts else counts


def _in_locker(state: FleetState, event: CollectionExpired | ParcelRecovered) -> ParcelState:
    parcel = known_parcel(state, event)
    if not isinstance(parcel.keeper, InLocker):
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is in no locker")
    if parcel.phase is not ParcelPhase.DELIVERED:
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is {parcel.phase.value}")
    return parcel


def _taken_out(state: FleetState, parcel: ParcelState, *, to: Keeper) -> FleetState:
    parcels = state.parcels.set(parcel.parcel.parcel_id, replace(parcel, keeper=to))
    return replace(unboxed(state, parcel), parcels=parcels)


def parcel_collected(state: FleetState, event: ParcelCollected) -> FleetState:
    """From where it lies for them to the recipient, late or not; what nobody fetches, back to its sender."""
    before = known_parcel(state, event)
    parcel = replace(before, expired_at_s=None, absent_by="")
    match parcel.keeper, parcel.phase:
        case (WithRecipient(), ParcelPhase.DELIVERED) if before.absent_by:  # it has turned up
            return replace(state, parcels=state.parcels.set(event.parcel_id, parcel))
        case (InLocker(), ParcelPhase.CANCELLED | ParcelPhase.NOT_FETCHED):
            return _taken_out(state, parcel, to=WithSender())
        case (InLocker() | AtHub(), ParcelPhase.DELIVERED):
            return _taken_out(state, parcel, to=WithRecipient())
        case (InLocker(), _):
            raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is to be fetched by a vehicle")
        case _:
            raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is in no locker")


def compartment_empty(state: FleetState, event: CompartmentEmpty) -> FleetState:
    """Of what counts as collected out of a locker; told once."""
    parcel = known_parcel(state, event)
    if not isinstance(parcel.keeper, WithRecipient) or place_of(state, parcel).locker_id is None:
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} was not collected from a locker")
    if parcel.absent_by:
        raise IllegalEvent(
            event, "parcel_id", f"{parcel.absent_by} has told that {event.parcel_id} is absent"
        )
    told = replace(parcel, absent_by=event.by)
    return replace(state, parcels=state.parcels.set(event.parcel_id, told))


def collection_expired(state: FleetState, event: CollectionExpired, at_s: float) -> FleetState:
    """It lies there as before, and is to be fetched."""
    parcel = _in_locker(state, event)
    if parcel.expired_at_s is not None:
        raise IllegalEvent(event, "parcel_id", f"the time to collect {event.parcel_id} is over already")
    expired = replace(parcel, expired_at_s=at_s)
    return replace(state, parcels=state.parcels.set(event.parcel_id, expired))


def parcel_recovered(state: FleetState, event: ParcelRecovered) -> FleetState:
    """From the locker to its hub's shelf, for good: nobody came for it."""
    parcel = _in_locker(state, event)
    hub_id = state.orders[parcel.order_id].hub_id
    if parcel.expired_at_s is None:
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} may still be collected")
    if event.hub_id != hub_id:
        raise IllegalEvent(event, "hub_id", f"{event.parcel_id} belongs to {hub_id}")
    back = replace(parcel, phase=ParcelPhase.UNCOLLECTED)
    return _taken_out(state, back, to=AtHub(event.hub_id))
