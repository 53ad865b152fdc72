"""Who takes part: what the configuration says now, held against what the journal has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from geofences.reason import Because, Reason
from orchestrator.orders.order import Hub, HubId, Locker, OrderId
from orchestrator.record.applying.choices import may_be_sourced
from orchestrator.record.applying.orders import still_owed
from orchestrator.record.events import (
    Event,
    HubClosed,
    HubOpened,
    LockerClosed,
    LockerOpened,
    OrderSourced,
    VehicleJoined,
    VehicleLeft,
)
from orchestrator.record.journal import JournalError
from orchestrator.record.locker_rooms import room_of
from orchestrator.record.state import FleetState, at_work


def changes(
    state: FleetState,
    hubs: Iterable[Hub],
    members: Iterable[VehicleJoined],
    lockers: Iterable[Locker] = (),
) -> tuple[Event, ...]:
    """The facts after which the state has these hubs, vehicles and lockers as they are now, and no others.

    A vehicle at work keeps the abilities that its mission was planned with, until the next start. Raises
    `JournalError` where one that is at work would leave, or belong elsewhere, where orders are still to be
    brought from a hub that is gone, or a locker that is gone holds something.
    """
    hubs, joining = tuple(hubs), {member.vehicle_id: member for member in members}
    left = []
    for name, known in sorted(state.vehicles.items()):
        wanted = joining.get(name)
        here = wanted is not None and (wanted.hub_id, wanted.pad) == (known.hub_id, known.pad)
        if here and (at_work(known) or wanted == VehicleJoined(name, known.profile, known.hub_id, known.pad)):
            del joining[name]
        elif at_work(known):
            text = "is at work by the journal; keep it, its hub and its pad until it is home"
            raise JournalError(f"vehicles: {name} {text}")
        else:
            left.append(VehicleLeft(name))
    opened = (HubOpened(hub) for hub in hubs if state.hubs.get(hub.hub_id) != hub)
    return (*left, *opened, *joining.values(), *_closed(state, hubs), *_lockers(state, tuple(lockers)))


def _closed(state: FleetState, hubs: Sequence[Hub]) -> list[Event]:
    gone = sorted(set(state.hubs) - {hub.hub_id for hub in hubs})
    moved: list[Event] = []
    for hub_id in gone:
        owed_from = [one for one in still_owed(state, hub_id) if state.orders[one].hub_id == hub_id]
        elsewhere = {one: hub for one in owed_from if (hub := _elsewhere(state, one, gone))}
        moved += [OrderSourced(one, hub, (_gone(hub_id),)) for one, hub in elsewhere.items()]
        owed = [one for one in still_owed(state, hub_id) if one not in elsewhere]
        if owed:
            text = f"{', '.join(owed[:3])} is to be brought from it yet; keep it until that is done"
            raise JournalError(f"hubs: {hub_id} is gone, and {text}")
    return [*moved, *(HubClosed(hub_id) for hub_id in gone)]


def _elsewhere(state: FleetState, order_id: OrderId, gone: Sequence[HubId]) -> HubId | None:
    """Another hub that an order may come from as well, and that stays."""
    order = state.orders[order_id].order
    stay = (
        hub_id for hub_id in (order.hub_id, *order.also_at) if hub_id in state.hubs and hub_id not in gone
    )
    return next(stay, None) if may_be_sourced(state, order_id) else None


def _gone(hub_id: HubId) -> Reason:
    return Reason(Because.OPERATOR, hub_id, f"{hub_id} takes part no more.")


def _lockers(state: FleetState, lockers: Sequence[Locker]) -> list[Event]:
    """Only lockers whose compartments are known are of the record: of others there is nothing to count."""
    counted = {locker.locker_id: locker for locker in lockers if locker.compartments is not None}
    found: list[Event] = []
    for locker_id in sorted(set(state.lockers) - set(counted)):
        room = room_of(state, locker_id)
        if room is not None and (room.taken or room.promised):
            text = "is not empty by the journal; keep it and its compartments until it is"
            raise JournalError(f"lockers: {locker_id} {text}")
        found.append(LockerClosed(locker_id))
    return found + [
        LockerOpened(locker)
        for locker_id, locker in sorted(counted.items())
        if state.lockers.get(locker_id) != locker
    ]
