"""Placing and cancelling orders: the requests that change what the fleet has to do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_hex

from geofences.position import GeoPoint
from orchestrator.gateway.access import Principal
from orchestrator.gateway.failures import Failure, refused
from orchestrator.gateway.requests import DropOffWanted, OrderWanted
from orchestrator.gateway.service import Service
from orchestrator.orders.intake import OrderRequest
from orchestrator.orders.order import DropOffKind, DropOffPlace, HubId, LockerId, Order, OrderId, ParcelSize
from orchestrator.record.events import Event, OrderCancelled
from orchestrator.record.state import FleetState, OrderState, ParcelPhase


@dataclass(frozen=True, slots=True)
class Placed:
    """The order as it stands in the record."""

    order_id: OrderId


@dataclass(frozen=True, slots=True)
class Repeated:
    """The very same order was placed before; nothing changed."""

    order_id: OrderId


async def place(wanted: OrderWanted, by: Principal, service: Service) -> Placed | Repeated:
    """Place an order, once. Raises `Failure` 422 with reasons, or 409 when its id is taken."""
    order_id = OrderId(wanted.order_id or f"o-{token_hex(6)}")
    before = _repeated(order_id, wanted, by, service.writer.state)
    if before is not None:
        return before
    async with service.reckoning:
        await asyncio.sleep(0)  # the next one is let in a turn later, and is kept together with this one
    outcome = await service.place(request(order_id, wanted, by))
    if isinstance(outcome, Order):
        return Placed(outcome.order_id)
    # Two of the same at once: one was placed a moment before the other's turn.
    before = _repeated(order_id, wanted, by, service.writer.state)
    if before is not None:
        return before
    raise refused(outcome.reasons)


def request(order_id: OrderId, wanted: OrderWanted, by: Principal) -> OrderRequest:
    """What intake is asked, from what the API was asked."""
    return OrderRequest(
        order_id=order_id,
        hub_id=HubId(wanted.hub_id),
        masses_kg=tuple(parcel.mass_kg for parcel in wanted.parcels),
        sizes=tuple(ParcelSize(parcel.size) for parcel in wanted.parcels),
        drop_off=_place(wanted.drop_off),
        alternatives=tuple(_place(place) for place in wanted.alternatives),
        deadline_s=wanted.deadline_at_s(),
        placed_by=by.name,
    )


def _place(place: DropOffWanted) -> DropOffPlace:
    return DropOffPlace(
        position=GeoPoint(place.lat_deg, place.lon_deg),
        kind=DropOffKind(place.kind),
        label=place.label,
        locker_id=None if place.locker_id is None else LockerId(place.locker_id),
    )


def _repeated(order_id: OrderId, wanted: OrderWanted, by: Principal, state: FleetState) -> Repeated | None:
    placed = state.orders.get(order_id)
    if placed is None:
        return None
    order = placed.order
    same = (
        order.placed_by == by.name
        and order.hub_id == wanted.hub_id
        and [(parcel.mass_kg, parcel.size.value) for parcel in order.parcels]
        == [(parcel.mass_kg, parcel.size) for parcel in wanted.parcels]
        and order.drop_off == _place(wanted.drop_off)
        and order.alternatives == tuple(_place(place) for place in wanted.alternatives)
        and order.deadline_s == wanted.deadline_at_s()
    )
    if same:
        return Repeated(order_id)
    problem = ("order_id", f"{order_id} is taken by an order with other content")
    raise Failure(HTTPStatus.CONFLICT, "The order was not placed.", [problem])


def find(state: FleetState, order_id: str, by: Principal) -> OrderState:
    """An order that the principal may see. Raises `Failure` 404, the same whether hidden or unknown."""
    placed = state.orders.get(OrderId(order_id))
    if placed is None or not by.sees(placed.order.placed_by):
        raise Failure(HTTPStatus.NOT_FOUND, f"There is no order {order_id}.")
    return placed


async def cancel(order_id: str, by: Principal, service: Service) -> OrderId:
    """Take an order back; again is harmless. Raises `Failure` 404, or 409 when it is over."""

    def decide(state: FleetState) -> Sequence[Event]:
        placed = find(state, order_id, by)
        if placed.cancelled_by is not None:
            return ()
        phases = {state.parcels[parcel.parcel_id].phase for parcel in placed.order.parcels}
        if not phases & {ParcelPhase.WAITING, ParcelPhase.ASSIGNED, ParcelPhase.ON_THE_WAY}:
            over = " and ".join(sorted(phase.value for phase in phases))
            raise Failure(HTTPStatus.CONFLICT, f"{order_id} cannot be cancelled: it is {over}.")
        return (OrderCancelled(placed.order.order_id, by.name),)

    await service.writer.write(decide)
    return OrderId(order_id)
