"""Which parcels of a courier's trip a tap on an order is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orchestrator.orders.order import OrderId
from orchestrator.record.state import FleetState, parcels_of
from vehicles.mission import ParcelId
from vehicles.phone.trip import Stop, Trip


def of_order(state: FleetState, order_id: str) -> tuple[ParcelId, ...]:
    """An order's parcels; none for an order that nobody knows."""
    known = OrderId(order_id)
    return tuple(one.parcel.parcel_id for one in parcels_of(state, known)) if known in state.orders else ()


def at_this_stop(state: FleetState, trip: Trip | None, kind: type[Stop], order_id: str) -> Sequence[ParcelId]:
    """What is fetched, or handed over, of an order where the courier is: not at a later visit."""
    return () if trip is None else trip.together(kind, of_order(state, order_id))


def next_of(state: FleetState, trip: Trip | None, order_id: str) -> Sequence[ParcelId]:
    """The parcel of an order whose stop comes next, else one whose stops are over; none on no trip."""
    mine = of_order(state, order_id)
    legs = () if trip is None else (*trip.left, *trip.stops)
    return [leg.parcel_id for _, leg in legs if leg.parcel_id in mine][:1]


def each(do: Callable[[ParcelId], str | None], parcel_ids: Sequence[ParcelId]) -> str | None:
    """Do it for all, also where it cannot be for one; why it cannot be, for the first for which it cannot."""
    if not parcel_ids:
        return "That order is not of your trip."
    return next((why_not for why_not in [do(one) for one in parcel_ids] if why_not is not None), None)
