"""Facts about hubs, orders and waiting parcels in words."""

from __future__ import annotations

from typing import assert_never

from orchestrator.orders.order import OrderId
from orchestrator.record.describing.described import Described, clock, count, in_words, order_with
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
    Wish,
)
from orchestrator.record.state import FleetState, Severity
from vehicles.mission import VehicleId


def of_order(  # noqa: C901, PLR0911 - one case a fact
    event: OrderFact, state: FleetState
) -> Described:
    """A fact about hubs and orders, in words."""
    match event:
        case HubOpened(hub):
            return Described(Severity.INFO, f"{hub.name} ({hub.hub_id}) is open with {len(hub.pads)} pads.")
        case HubBehind() as told:
            return Described(Severity.WARNING if told.late else Severity.INFO, of_behind(told, state))
        case HubClosed(hub_id):
            return Described(Severity.INFO, f"Hub {hub_id} takes part no more.")
        case OrderPlaced(order):
            what = count(len(order.parcels), "parcel")
            due = f"due {clock(order.deadline_s)}"
            lies = order.hub_id if order.pick_up is None else order.pick_up.label
            text = f"{order.placed_by} ordered {what} from {lies} to {order.drop_off.label}, {due}."
            return Described(Severity.INFO, text, None, order.order_id)
        case OrderCancelled(order_id, by):
            return Described(Severity.INFO, f"{by} cancelled order {order_id}.", None, order_id)
        case ParcelDeferred(parcel_id, reasons):
            text = f"{parcel_id} waits: {in_words(reasons)}"
            return Described(Severity.INFO, text, None, order_with(parcel_id, state))
        case ParcelExpected(parcel_id, vehicle_id, handover_at_s):
            text = f"{vehicle_id} is to bring {parcel_id}, at about {clock(handover_at_s)}."
            return Described(Severity.INFO, text, vehicle_id, order_with(parcel_id, state))
        case DispatchOverridden(order_id, wish, by, vehicle_id):
            said = _wished(wish, order_id, vehicle_id)
            return Described(Severity.INFO, f"{by} {said}.", vehicle_id, order_id)
        case OrderSourced(order_id, hub_id, reasons):
            text = f"{order_id} is brought from {hub_id}: {in_words(reasons)}"
            return Described(Severity.INFO, text, None, order_id)
        case PlaceChosen(order_id, place, by):
            return Described(
                Severity.INFO, f"{by} would have {order_id} go to {place.label}.", None, order_id
            )
        case ParcelReturned(parcel_id, hub_id):
            text = f"{parcel_id} is back on the shelf at {hub_id}."
            return Described(Severity.WARNING, text, None, order_with(parcel_id, state))
        case _:
            assert_never(event)


def of_behind(told: HubBehind, state: FleetState) -> str:
    """How much more waits at a hub than comes in time, and what to do about it; or that it keeps up again."""
    hub = state.hubs.get(told.hub_id)
    name = told.hub_id if hub is None else hub.name
    if not told.late:
        return f"{name} keeps up again: what waits there is expected in time."
    more = f"; {told.unplanned} more have no vehicle yet" if told.unplanned else ""
    return (
        f"More waits at {name} than its vehicles bring in time: {told.late} of {told.waiting} parcels are"
        f" expected late, by up to {told.by_s / 60.0:.0f} min{more}. Put more vehicles to work, take fewer"
        " orders, or tell those who wait."
    )


def _wished(wish: Wish, order_id: OrderId, vehicle_id: VehicleId | None) -> str:
    match wish:
        case Wish.PIN:
            return f"pinned order {order_id} to {vehicle_id}"
        case Wish.FORBID:
            return f"forbade {vehicle_id} to carry order {order_id}"
        case Wish.HOLD:
            return f"holds order {order_id} back"
        case Wish.PRIORITISE:
            return f"changed the priority of order {order_id}"
        case Wish.RELEASE:
            return f"left order {order_id} to the dispatcher again"
    assert_never(wish)
