"""What follows from what is decided about an order: by operators, by its recipient, and its hub."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from orchestrator.orders.custody import AtHub
from orchestrator.orders.order import OrderId
from orchestrator.record.events import DispatchOverridden, OrderSourced, PlaceChosen, Wish
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.state import ON_PAPER, Chosen, FleetState, ParcelPhase, Sourced, parcels_of
from orchestrator.record.states.wishes import NO_WISHES, Wishes, may_carry

MOST_WEIGHT_FRAC = 100.0
"""An order counts at most this many times as much as another."""


def dispatch_overridden(state: FleetState, event: DispatchOverridden) -> FleetState:
    """The newest word of each sort counts; nothing is expected any more of one that may not bring it."""
    placed = state.orders.get(event.order_id)
    if placed is None:
        raise IllegalEvent(event, "order_id", f"no order {event.order_id} was placed")
    needs_vehicle = event.wish in (Wish.PIN, Wish.FORBID)
    if needs_vehicle and event.vehicle_id not in state.vehicles:
        raise IllegalEvent(event, "vehicle_id", f"no vehicle {event.vehicle_id} has joined")
    if not 0.0 < event.weight_frac <= MOST_WEIGHT_FRAC:
        raise IllegalEvent(event, "weight_frac", f"{event.weight_frac} is not within 0..{MOST_WEIGHT_FRAC:g}")
    wishes = replace(_wished(placed.wishes, event), by=event.by)
    parcels = state.parcels
    for parcel in parcels_of(state, event.order_id):
        expected = parcel.expected
        if expected is not None and not may_carry(expected.vehicle_id, wishes):
            parcels = parcels.set(parcel.parcel.parcel_id, replace(parcel, expected=None))
    orders = state.orders.set(event.order_id, replace(placed, wishes=wishes))
    return replace(state, orders=orders, parcels=parcels)


def place_chosen(state: FleetState, event: PlaceChosen) -> FleetState:
    """One of the places that will do, while nobody is under way with it, or fills a bag with others."""
    placed = state.orders.get(event.order_id)
    if placed is None:
        raise IllegalEvent(event, "order_id", f"no order {event.order_id} was placed")
    if event.place not in placed.order.places:
        raise IllegalEvent(event, "place", f"{event.place.label} is none of the places of {event.order_id}")
    if not may_choose(state, event.order_id):
        raise IllegalEvent(event, "place", f"{event.order_id} is about to leave, or has left")
    planned = [parcel.mission_id for parcel in parcels_of(state, event.order_id)]
    not_by = tuple(dict.fromkeys(one for one in planned if one is not None))
    chosen = replace(placed, chosen=Chosen(event.place, not_by))
    return replace(state, orders=state.orders.set(event.order_id, chosen))


def may_choose(state: FleetState, order_id: OrderId) -> bool:
    """Whether it is not too late to say where an order is to go: for nobody else anything changes by it."""
    placed = state.orders[order_id]
    own = {parcel.parcel_id for parcel in placed.order.parcels}
    for parcel in parcels_of(state, order_id):
        if parcel.phase is ParcelPhase.WAITING:
            continue
        mission = None if parcel.mission_id is None else state.missions[parcel.mission_id]
        if parcel.phase is not ParcelPhase.ASSIGNED or mission is None or mission.phase not in ON_PAPER:
            return False
        if not set(mission.carried) <= own:
            return False
    return placed.cancelled_by is None


def _wished(wishes: Wishes, event: DispatchOverridden) -> Wishes:
    match event.wish:
        case Wish.PIN:
            kept = tuple(name for name in wishes.forbidden if name != event.vehicle_id)
            return replace(wishes, pinned_to=event.vehicle_id, forbidden=kept, held=False)
        case Wish.FORBID:
            named = () if event.vehicle_id is None else (event.vehicle_id,)
            others = tuple(name for name in wishes.forbidden if name not in named)
            pinned_to = None if wishes.pinned_to == event.vehicle_id else wishes.pinned_to
            return replace(wishes, forbidden=(*others, *named), pinned_to=pinned_to)
        case Wish.HOLD:
            return replace(wishes, held=True)
        case Wish.PRIORITISE:
            return replace(wishes, weight_frac=event.weight_frac)
        case Wish.RELEASE:
            return NO_WISHES
    assert_never(event.wish)


def order_sourced(state: FleetState, event: OrderSourced, at_s: float) -> FleetState:
    """To another hub that it may come from, with every parcel of it that waits and was never on its way."""
    placed = state.orders.get(event.order_id)
    if placed is None:
        raise IllegalEvent(event, "order_id", f"no order {event.order_id} was placed")
    if event.hub_id not in (placed.order.hub_id, *placed.order.also_at) or event.hub_id not in state.hubs:
        raise IllegalEvent(event, "hub_id", f"{event.order_id} does not lie at {event.hub_id}")
    if event.hub_id == placed.hub_id and placed.sourced is not None:
        raise IllegalEvent(event, "hub_id", f"{event.order_id} is brought from {event.hub_id} already")
    if not may_be_sourced(state, event.order_id):
        raise IllegalEvent(event, "order_id", f"{event.order_id} has left its shelf")
    parcels = state.parcels
    for parcel in parcels_of(state, event.order_id):
        moved = replace(parcel, keeper=AtHub(event.hub_id), expected=None)
        parcels = parcels.set(parcel.parcel.parcel_id, moved)
    chosen = replace(placed, sourced=Sourced(event.hub_id, at_s, event.reasons))
    return replace(state, orders=state.orders.set(event.order_id, chosen), parcels=parcels)


def may_be_sourced(state: FleetState, order_id: OrderId) -> bool:
    """Whether all of an order waits on a shelf still: what was on its way once lies where it lies."""
    return all(
        parcel.phase is ParcelPhase.WAITING and isinstance(parcel.keeper, AtHub) and not parcel.came_back
        for parcel in parcels_of(state, order_id)
    )
