"""What a person found who looked for a parcel of which nobody knew where it is."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from orchestrator.gateway.contract.failures import Failure
from orchestrator.gateway.door.principals import Operator
from orchestrator.gateway.service import Service
from orchestrator.orders.custody import OnVehicle
from orchestrator.orders.order import OrderId
from orchestrator.record.events import CustodyTold, Event, Found
from orchestrator.record.state import FleetState
from vehicles.mission import ParcelId


async def found(parcel_id: str, where: Found, by: Operator, service: Service) -> OrderId:
    """Journal where a parcel is that was in doubt or lost; returns its order.

    Raises `Failure` 404 for no such parcel, `IllegalEvent` (409) when nobody doubts where it is.
    """
    parcel = service.writer.state.parcels.get(ParcelId(parcel_id))
    if parcel is None:
        raise Failure(HTTPStatus.NOT_FOUND, f"There is no parcel {parcel_id}.")

    def decide(state: FleetState) -> Sequence[Event]:
        return (CustodyTold(ParcelId(parcel_id), where, state.orders[parcel.order_id].hub_id, by.name),)

    await service.writer.write(decide)
    if isinstance(parcel.keeper, OnVehicle):
        service.wake(parcel.keeper.vehicle_id)
    return parcel.order_id
