"""What operators decide about an order's dispatch: journaled with who and when, answered with its price."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from orchestrator.gateway.access import Principal
from orchestrator.gateway.asking import find_vehicle
from orchestrator.gateway.failures import Failure
from orchestrator.gateway.messages import OverrideView
from orchestrator.gateway.placing import find
from orchestrator.gateway.requests import OverrideWanted
from orchestrator.gateway.service import Service
from orchestrator.gateway.slices import in_slices
from orchestrator.orders.order import OrderId
from orchestrator.record.events import DispatchOverridden, Event, Quote, Wish
from orchestrator.record.state import FleetState, ParcelPhase, parcels_of
from vehicles.mission import ParcelId

_CHANGEABLE = {ParcelPhase.WAITING, ParcelPhase.ASSIGNED}


async def override(order_id: str, wanted: OverrideWanted, by: Principal, service: Service) -> OverrideView:
    """Journal an operator's word. What is aboard already stays where it is.

    Raises `Failure` 404 for an order or vehicle nobody knows, 409 when none of its parcels is left to
    decide about, or the vehicle is at another hub.
    """
    before = await candidates(service, OrderId(order_id))

    def decide(state: FleetState) -> Sequence[Event]:
        placed = find(state, order_id, by)
        phases = {parcel.phase for parcel in parcels_of(state, placed.order.order_id)}
        if not phases & _CHANGEABLE:
            raise Failure(HTTPStatus.CONFLICT, f"{order_id} is under way or over: nothing is left to decide.")
        vehicle = None if wanted.vehicle_id is None else find_vehicle(state, wanted.vehicle_id)
        if vehicle is not None and vehicle.hub_id != placed.order.hub_id:
            text = (
                f"{vehicle.vehicle_id} is based at {vehicle.hub_id}, the order lies at {placed.order.hub_id}."
            )
            raise Failure(HTTPStatus.CONFLICT, text)
        name = None if vehicle is None else vehicle.vehicle_id
        weight_frac = 1.0 if wanted.weight is None else wanted.weight
        return (DispatchOverridden(placed.order.order_id, Wish(wanted.wish), by.name, name, weight_frac),)

    entries = await service.writer.write(decide)
    extra_eur, refusals = _price(wanted, before)
    return OverrideView(
        order_id=order_id,
        wish=wanted.wish,
        vehicle_id=wanted.vehicle_id,
        by=by.name,
        seq=entries[0].seq,
        extra_eur=extra_eur,
        refusals=refusals,
    )


async def candidates(service: Service, order_id: OrderId) -> dict[ParcelId, list[Quote]]:
    """For each parcel of an order that waits, what each vehicle would mean now; nothing for no such order."""
    placed = service.writer.state.orders.get(order_id)
    if placed is None:
        return {}
    async with service.reckoning:
        return {
            parcel.parcel_id: await in_slices(service.candidates(parcel.parcel_id), lambda quote: quote, 1)
            for parcel in placed.order.parcels
        }


def _price(
    wanted: OverrideWanted, before: dict[ParcelId, list[Quote]]
) -> tuple[float | None, tuple[str, ...]]:
    """By how much dearer the wish is than leaving it alone, as far as single vehicles tell it."""
    extra_eur, refusals = 0.0, list[str]()
    for quotes in before.values():
        costs = {quote.vehicle_id: quote.cost_eur for quote in quotes if quote.cost_eur is not None}
        named = next((quote for quote in quotes if quote.vehicle_id == wanted.vehicle_id), None)
        rest = [cost for name, cost in costs.items() if name != wanted.vehicle_id]
        if wanted.wish == "pin" and named is not None and named.cost_eur is not None:
            extra_eur += named.cost_eur - min(costs.values())
        elif wanted.wish == "pin" and named is not None:
            refusals += [reason.text for reason in named.reasons]
        elif wanted.wish == "forbid" and rest and costs:
            extra_eur += min(rest) - min(costs.values())
        elif wanted.wish != "release":
            return None, ()
    return (None if refusals or not before else round(extra_eur, 2)), tuple(refusals)
