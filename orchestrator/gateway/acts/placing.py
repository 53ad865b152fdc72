"""Placing and cancelling orders: the requests that change what the fleet has to do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_hex

from geofences.position import GeoPoint
from orchestrator.gateway.contract.failures import Failure, refused
from orchestrator.gateway.contract.order_requests import DropOffWanted, OrderWanted, PickUpWanted
from orchestrator.gateway.door.principals import Viewer, sees
from orchestrator.gateway.service import Service
from orchestrator.orders.order import (
    DropOffKind,
    DropOffPlace,
    HubId,
    LockerId,
    Order,
    OrderId,
    PickUpKind,
    PickUpPlace,
)
from orchestrator.orders.request import OrderRequest, ParcelRequest, asked_for
from orchestrator.record.events import Event, OrderCancelled
from orchestrator.record.state import FleetState, OrderState, ParcelPhase
from vehicles.cargo import ParcelSize, Skill, Temperature


@dataclass(frozen=True, slots=True)
class Placed:
    """The order as it stands in the record."""

    order_id: OrderId


@dataclass(frozen=True, slots=True)
class Repeated:
    """The very same order was placed before; nothing changed."""

    order_id: OrderId


async def place(wanted: OrderWanted, by: Viewer, service: Service) -> Placed | Repeated:
    """Place an order, once. Raises `Failure` 422 with reasons, or 409 when its id is taken."""
    asked = request(OrderId(wanted.order_id or f"o-{token_hex(6)}"), wanted, by)
    if (before := _repeated(asked, service.writer.state)) is not None:
        return before
    async with service.reckoning:
        await asyncio.sleep(0)  # the next one is let in a turn later, and is kept together with this one
    outcome = await service.place(asked)
    if isinstance(outcome, Order):
        return Placed(outcome.order_id)
    # Two of the same at once: one was placed a moment before the other's turn.
    if (before := _repeated(asked, service.writer.state)) is not None:
        return before
    raise refused(outcome.reasons)


def request(order_id: OrderId, wanted: OrderWanted, by: Viewer) -> OrderRequest:
    """What intake is asked, from what the API was asked."""
    deadline_s = wanted.at_s("deadline_s")
    if deadline_s is None:  # refused as the body was read
        raise ValueError("deadline_s: give either deadline_s or deadline")
    return OrderRequest(
        order_id=order_id,
        hub_id=HubId(wanted.hub_id),
        parcels=tuple(
            ParcelRequest(one.mass_kg, ParcelSize(one.size), Temperature(one.temperature), one.most_aboard_s)
            for one in wanted.parcels
        ),
        drop_off=_place(wanted.drop_off),
        alternatives=tuple(_place(place) for place in wanted.alternatives),
        deadline_s=deadline_s,
        placed_by=by.name,
        ready_at_s=wanted.at_s("ready_at_s"),
        earliest_at_s=wanted.at_s("earliest_at_s"),
        skills=tuple(Skill(skill) for skill in wanted.skills),
        also_at=tuple(HubId(hub_id) for hub_id in wanted.also_at),
        pick_up=None if wanted.pick_up is None else _pick_up(wanted.pick_up),
    )


def _place(place: DropOffWanted) -> DropOffPlace:
    return DropOffPlace(
        position=GeoPoint(place.lat_deg, place.lon_deg),
        kind=DropOffKind(place.kind),
        label=place.label,
        locker_id=None if place.locker_id is None else LockerId(place.locker_id),
        hub_id=None if place.hub_id is None else HubId(place.hub_id),
    )


def _pick_up(place: PickUpWanted) -> PickUpPlace:
    return PickUpPlace(
        position=GeoPoint(place.lat_deg, place.lon_deg),
        kind=PickUpKind(place.kind),
        label=place.label,
        locker_id=None if place.locker_id is None else LockerId(place.locker_id),
    )


def _repeated(asked: OrderRequest, state: FleetState) -> Repeated | None:
    placed = state.orders.get(asked.order_id)
    if placed is None:
        return None
    if asked_for(placed.order) == asked:
        return Repeated(asked.order_id)
    problem = ("order_id", f"{asked.order_id} is taken by an order with other content")
    raise Failure(HTTPStatus.CONFLICT, "The order was not placed.", [problem])


def find(state: FleetState, order_id: str, by: Viewer) -> OrderState:
    """An order that the principal may see. Raises `Failure` 404, the same whether hidden or unknown."""
    placed = state.orders.get(OrderId(order_id))
    if placed is None or not sees(by, placed.order.placed_by):
        raise Failure(HTTPStatus.NOT_FOUND, f"There is no order {order_id}.")
    return placed


async def cancel(order_id: str, by: Viewer, service: Service) -> OrderId:
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
