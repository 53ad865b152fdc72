"""What operators decide about an order's dispatch: journaled with who and when, answered at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from http import HTTPStatus

from orchestrator.gateway.acts.asking import find_vehicle
from orchestrator.gateway.acts.placing import find
from orchestrator.gateway.acts.pricing import Pricing
from orchestrator.gateway.contract.failures import Failure
from orchestrator.gateway.contract.messages import OverrideView
from orchestrator.gateway.contract.requests import OverrideWanted
from orchestrator.gateway.door.principals import Operator
from orchestrator.gateway.service import Service
from orchestrator.orders.order import OrderId
from orchestrator.record.events import DispatchOverridden, Event, Quote, Wish
from orchestrator.record.state import FleetState, ParcelPhase, parcels_of
from vehicles.mission import ParcelId

_CHANGEABLE = {ParcelPhase.WAITING, ParcelPhase.ASSIGNED}


async def override(
    order_id: str, wanted: OverrideWanted, by: Operator, service: Service, pricing: Pricing
) -> OverrideView:
    """Journal an operator's word. What is aboard already stays where it is.

    Raises `Failure` 404 for an order or vehicle nobody knows, 409 when none of its parcels is left to
    decide about, or the vehicle is at another hub. It counts from when it is journaled; its price is reckoned
    after that, of the state before it, and follows where it is not at hand at once.
    """
    before = service.writer.state

    def decide(state: FleetState) -> Sequence[Event]:
        placed = find(state, order_id, by)
        phases = {parcel.phase for parcel in parcels_of(state, placed.order.order_id)}
        if not phases & _CHANGEABLE:
            raise Failure(HTTPStatus.CONFLICT, f"{order_id} is under way or over: nothing is left to decide.")
        vehicle = None if wanted.vehicle_id is None else find_vehicle(state, wanted.vehicle_id)
        if vehicle is not None and vehicle.hub_id not in (placed.order.hub_id, *placed.order.also_at):
            text = (
                f"{vehicle.vehicle_id} is based at {vehicle.hub_id}, the order lies at {placed.order.hub_id}."
            )
            raise Failure(HTTPStatus.CONFLICT, text)
        name = None if vehicle is None else vehicle.vehicle_id
        weight_frac = 1.0 if wanted.weight is None else wanted.weight
        return (DispatchOverridden(placed.order.order_id, Wish(wanted.wish), by.name, name, weight_frac),)

    entries = await service.writer.write(decide)
    said = OverrideView(
        order_id=order_id,
        wish=wanted.wish,
        vehicle_id=wanted.vehicle_id,
        by=by.name,
        seq=entries[0].seq,
        extra_eur=0.0 if wanted.wish == "release" else None,
        refusals=(),
        reckoned=False,
    )
    return await pricing.priced(said, before)


async def candidates(service: Service, state: FleetState, order_id: OrderId) -> dict[ParcelId, list[Quote]]:
    """For each parcel of an order that waits in `state`, what each vehicle would mean; empty for no order."""
    placed = state.orders.get(order_id)
    if placed is None:
        return {}
    found: dict[ParcelId, list[Quote]] = {}
    for parcel in placed.order.parcels:
        async with service.reckoning:
            asked = service.candidates(state, parcel.parcel_id)
        async with service.pricing:
            found[parcel.parcel_id] = [] if asked is None else list(await asyncio.to_thread(asked.quotes))
    return found
