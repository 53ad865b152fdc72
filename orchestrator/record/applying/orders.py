"""What follows from events about hubs, orders and waiting parcels."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from orchestrator.orders.custody import AtHub, InLocker, Keeper, Lost, OnVehicle, WithSender
from orchestrator.orders.order import HubId, LockerId, Order, OrderId, Parcel
from orchestrator.record.applying.choices import dispatch_overridden, order_sourced, place_chosen
from orchestrator.record.applying.lockers import boxed
from orchestrator.record.events import (
    DispatchOverridden,
    HubBehind,
    HubClosed,
    HubOpened,
    OrderCancelled,
    OrderFact,
    OrderPlaced,
    OrderSourced,
    ParcelDeferred,
    ParcelExpected,
    ParcelReturned,
    PlaceChosen,
)
from orchestrator.record.illegal import IllegalEvent, check_instant, known_parcel
from orchestrator.record.locker_rooms import place_of, room_of
from orchestrator.record.state import (
    BEFORE_START,
    Expected,
    FleetState,
    MissionPhase,
    OrderState,
    ParcelPhase,
    ParcelState,
    parcels_of,
)

RETRY_AFTER_S = 20.0
"""How long a parcel rests at the hub after a mission for it came to nothing, before the next one."""

LONGEST_REST_S = 640.0
"""The rest doubles each time, up to this: what keeps failing must not keep the fleet from other work."""

TOLD_WITHIN_S = 600.0
"""How long after the hand-over that a recipient was first told the word still counts as kept."""

_OPEN = (ParcelPhase.WAITING, ParcelPhase.ASSIGNED, ParcelPhase.ON_THE_WAY)


def apply_order_fact(  # noqa: C901, PLR0911 - one case a fact
    state: FleetState, event: OrderFact, at_s: float
) -> FleetState:
    """The state after a fact of this topic. Raises `IllegalEvent` when it cannot follow."""
    match event:
        case HubOpened():
            return hub_opened(state, event)
        case HubBehind():
            return hub_behind(state, event)
        case HubClosed():
            return hub_closed(state, event)
        case OrderPlaced():
            return order_placed(state, event)
        case OrderCancelled():
            return order_cancelled(state, event)
        case ParcelDeferred():
            return parcel_deferred(state, event)
        case ParcelExpected():
            return parcel_expected(state, event)
        case DispatchOverridden():
            return dispatch_overridden(state, event)
        case OrderSourced():
            return order_sourced(state, event, at_s)
        case ParcelReturned():
            return parcel_returned(state, event, at_s)
        case PlaceChosen():
            return place_chosen(state, event)
        case _:
            assert_never(event)


def hub_opened(state: FleetState, event: HubOpened) -> FleetState:
    """A new hub, or a known one with other pads. Pads that vehicles stand on must stay."""
    hub = event.hub
    if len({pad.pad_id for pad in hub.pads}) != len(hub.pads):
        raise IllegalEvent(event, "hub.pads", f"two pads of {hub.hub_id} have the same id")
    for vehicle_id, vehicle in sorted(state.vehicles.items()):
        if vehicle.hub_id == hub.hub_id and vehicle.pad not in hub.pads:
            raise IllegalEvent(event, "hub.pads", f"{vehicle_id} stands on {vehicle.pad.pad_id}")
    return replace(state, hubs=state.hubs.set(hub.hub_id, hub))


def hub_behind(state: FleetState, event: HubBehind) -> FleetState:
    """More waits at it than comes in time, or no longer."""
    if event.hub_id not in state.hubs:
        raise IllegalEvent(event, "hub_id", f"no hub {event.hub_id} is open")
    behind = state.behind.set(event.hub_id, event)
    return replace(state, behind=behind if event.late else behind.delete(event.hub_id))


def hub_closed(state: FleetState, event: HubClosed) -> FleetState:
    """Nobody is based there, and nothing is to be brought from there or back."""
    if event.hub_id not in state.hubs:
        raise IllegalEvent(event, "hub_id", f"no hub {event.hub_id} is open")
    based = sorted(v.vehicle_id for v in state.vehicles.values() if v.hub_id == event.hub_id)
    owed = still_owed(state, event.hub_id)
    if based or owed:
        raise IllegalEvent(event, "hub_id", f"{event.hub_id} still has {', '.join((*based, *owed))}")
    behind = state.behind.delete(event.hub_id) if event.hub_id in state.behind else state.behind
    return replace(state, hubs=state.hubs.delete(event.hub_id), behind=behind)


def still_owed(state: FleetState, hub_id: HubId) -> tuple[OrderId, ...]:
    """Orders from or for a hub with parcels that are still to be brought, found, or fetched back."""
    owed = {
        parcel.order_id
        for parcel in state.parcels.values()
        if parcel.phase in (*_OPEN, ParcelPhase.LOST) or parcel.expired_at_s is not None
        if hub_id in (state.orders[parcel.order_id].hub_id, place_of(state, parcel).hub_id)
    }
    return tuple(sorted(owed))


def order_placed(state: FleetState, event: OrderPlaced) -> FleetState:
    """Every parcel waits: on the shelf of the order's hub, or where it is to be fetched."""
    order = event.order
    if order.order_id in state.orders:
        raise IllegalEvent(event, "order.order_id", f"{order.order_id} exists")
    if order.hub_id not in state.hubs:
        raise IllegalEvent(event, "order.hub_id", f"no hub {order.hub_id} is open")
    for place in order.places:
        if place.hub_id is not None and place.hub_id not in state.hubs:
            raise IllegalEvent(event, "order.drop_off.hub_id", f"no hub {place.hub_id} is open")
    check_instant(event, "order.placed_at_s", order.placed_at_s)
    check_instant(event, "order.deadline_s", order.deadline_s)
    state = replace(state, orders=state.orders.set(order.order_id, OrderState(order)))
    for parcel in order.parcels:
        if parcel.parcel_id in state.parcels:
            raise IllegalEvent(event, "order.parcels", f"parcel {parcel.parcel_id} exists")
        keeper = _first_keeper(state, event, order, parcel)
        waiting = ParcelState(parcel, order.order_id, keeper, ParcelPhase.WAITING)
        state = replace(
            boxed(state, parcel.parcel_id, keeper), parcels=state.parcels.set(parcel.parcel_id, waiting)
        )
    return state


def _first_keeper(state: FleetState, event: OrderPlaced, order: Order, parcel: Parcel) -> Keeper:
    if order.pick_up is None:
        return AtHub(order.hub_id)
    if order.pick_up.locker_id is None:
        return WithSender()
    return _in_compartment(state, event, order.pick_up.locker_id, parcel)


def _in_compartment(state: FleetState, event: OrderPlaced, locker_id: LockerId, parcel: Parcel) -> InLocker:
    """Where a parcel that is to be fetched from a locker lies: no promise there is broken by it."""
    room = room_of(state, locker_id)
    if room is None:
        return InLocker(locker_id)
    held = room.holding(parcel.size)
    if held is None:
        raise IllegalEvent(event, "order.pick_up.locker_id", room.full(parcel.size).text)
    return InLocker(locker_id, held[0])


def order_cancelled(state: FleetState, event: OrderCancelled) -> FleetState:
    """Waiting parcels end here; assigned ones when their mission is withdrawn or comes back."""
    order = state.orders.get(event.order_id)
    if order is None:
        raise IllegalEvent(event, "order_id", f"no order {event.order_id} was placed")
    if order.cancelled_by is not None:
        raise IllegalEvent(event, "order_id", f"{event.order_id} was cancelled by {order.cancelled_by}")
    open_parcels = [p for p in parcels_of(state, event.order_id) if p.phase in _OPEN]
    if not open_parcels:
        raise IllegalEvent(event, "order_id", f"{event.order_id} has no parcel left to take back")
    parcels = state.parcels
    for parcel in open_parcels:
        if parcel.phase is ParcelPhase.WAITING:
            ended = replace(parcel, phase=ParcelPhase.CANCELLED, reasons=())
            parcels = parcels.set(parcel.parcel.parcel_id, ended)
    cancelled = replace(order, cancelled_by=event.by)
    return replace(state, orders=state.orders.set(event.order_id, cancelled), parcels=parcels)


def parcel_deferred(state: FleetState, event: ParcelDeferred) -> FleetState:
    """Only a waiting parcel can be told to wait on."""
    parcel = known_parcel(state, event)
    if parcel.phase is not ParcelPhase.WAITING:
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is {parcel.phase.value}")
    return replace(state, parcels=state.parcels.set(event.parcel_id, replace(parcel, reasons=event.reasons)))


def parcel_expected(state: FleetState, event: ParcelExpected) -> FleetState:
    """What was told before is kept in mind: the first hand-over that was told, and some minutes."""
    parcel = known_parcel(state, event)
    if parcel.phase is not ParcelPhase.WAITING:
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is {parcel.phase.value}")
    if event.vehicle_id not in state.vehicles:
        raise IllegalEvent(event, "vehicle_id", f"no vehicle {event.vehicle_id} has joined")
    check_instant(event, "handover_at_s", event.handover_at_s)
    before = parcel.expected
    until_s = event.handover_at_s + TOLD_WITHIN_S if before is None else before.told_until_s
    expected = Expected(event.vehicle_id, event.handover_at_s, until_s)
    return replace(state, parcels=state.parcels.set(event.parcel_id, replace(parcel, expected=expected)))


def parcel_returned(state: FleetState, event: ParcelReturned, at_s: float) -> FleetState:
    """From the vehicle that holds it (docked, or its mission given up), or found again: on the shelf.

    Where that is the hub that it was to be brought to, it is delivered.
    """
    parcel = known_parcel(state, event)
    if not isinstance(parcel.keeper, OnVehicle | Lost):
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is not aboard a vehicle")
    placed = state.orders[parcel.order_id]
    if event.hub_id != placed.hub_id:
        raise IllegalEvent(event, "hub_id", f"{event.parcel_id} belongs to {placed.hub_id}")
    mission = None if parcel.mission_id is None else state.missions[parcel.mission_id]
    kept = mission is not None and event.parcel_id in mission.kept
    at_work = (*BEFORE_START, MissionPhase.UNDER_WAY)
    if mission is not None and mission.phase in at_work and not kept:
        raise IllegalEvent(event, "parcel_id", f"mission {parcel.mission_id} is {mission.phase.value}")
    vehicles, holder = state.vehicles, state.vehicles.get(parcel.keeper.vehicle_id)
    if holder is not None:  # a missing one may be of the fleet no more
        aboard = tuple(p for p in holder.aboard if p != event.parcel_id)
        vehicles = vehicles.set(holder.vehicle_id, replace(holder, aboard=aboard))
    set_out = mission is None or mission.phase is not MissionPhase.WITHDRAWN
    came_back = parcel.came_back or set_out
    why = parcel.reasons if kept else mission.reasons if mission else ()
    back = waiting_again(state, replace(parcel, reasons=why, came_back=came_back), at_s)
    if place_of(state, parcel).hub_id == event.hub_id and back.phase is ParcelPhase.WAITING:
        back = replace(
            back,
            phase=ParcelPhase.DELIVERED,
            delivered_at_s=at_s,
            mission_id=parcel.mission_id,
            reasons=(),
        )
    return replace(
        state,
        parcels=state.parcels.set(event.parcel_id, back),
        vehicles=vehicles,
    )


def waiting_again(state: FleetState, parcel: ParcelState, at_s: float) -> ParcelState:
    """`parcel` back on its hub's shelf, or where it still is to be fetched.

    It waits for another mission, or ends if its order was cancelled.
    """
    order = state.orders[parcel.order_id]
    fetched = not isinstance(parcel.keeper, WithSender | InLocker)
    rest_s = min(RETRY_AFTER_S * 2.0**parcel.came_to_nothing, LONGEST_REST_S)
    return replace(
        parcel,
        keeper=AtHub(order.hub_id) if fetched else parcel.keeper,
        phase=ParcelPhase.WAITING if order.cancelled_by is None else ParcelPhase.CANCELLED,
        mission_id=None,
        diverted=None,
        doubt=None,
        not_before_s=at_s + rest_s,
        came_to_nothing=parcel.came_to_nothing + 1,
    )
