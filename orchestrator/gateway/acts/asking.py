"""What operators do: ask something of a vehicle, acknowledge an alert. Both go into the journal."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from geofences.reason import sentences
from orchestrator.gateway.contract.failures import Failure
from orchestrator.gateway.door.principals import Operator
from orchestrator.gateway.service import Service
from orchestrator.operations.commanding.urgent import URGENT
from orchestrator.record.events import AlertAcknowledged, Ask, Event, OperatorAsked
from orchestrator.record.journal import JournalError
from orchestrator.record.state import FleetState, LinkState, Pause, VehicleState
from vehicles.mission import VehicleId

_UNHEARD = {
    LinkState.NEVER: "has not been heard yet",
    LinkState.LOST: "is silent and goes on by its own plan",
    LinkState.MISSING: "is missing",
}


def find_vehicle(state: FleetState, vehicle_id: str) -> VehicleState:
    """A vehicle. Raises `Failure` 404."""
    vehicle = state.vehicles.get(VehicleId(vehicle_id))
    if vehicle is None:
        raise Failure(HTTPStatus.NOT_FOUND, f"There is no vehicle {vehicle_id}.")
    return vehicle


async def ask(vehicle_id: str, wanted: Ask, by: Operator, service: Service) -> int | None:
    """Journal the request, for the vehicle's session to carry out; returns its place in the journal.

    HOLD and LAND go to the vehicle at once where the journal cannot keep them: None then.

    A newer request replaces an unanswered one: nothing must come between an operator and LAND.
    Raises `Failure` 404, or 409 when it cannot reach the vehicle or has nothing to act on; `JournalError`
    for what can wait.
    """

    def decide(state: FleetState) -> Sequence[Event]:
        vehicle = find_vehicle(state, vehicle_id)
        if vehicle.link is not LinkState.UP:
            raise Failure(HTTPStatus.CONFLICT, f"{vehicle_id} {_UNHEARD[vehicle.link]}: nothing reaches it.")
        if wanted is Ask.RESUME and vehicle.mission_id is None:
            raise Failure(HTTPStatus.CONFLICT, f"{vehicle_id} has no mission to go on with.")
        if wanted is Ask.RESUME and vehicle.halt is not None and vehicle.halt.pause is Pause.LANDED:
            text = f"{vehicle_id} stands switched off: ask it to return, or have it fetched."
            raise Failure(HTTPStatus.CONFLICT, text)
        against = service.may_return(state, vehicle.vehicle_id) if wanted is Ask.RETURN else ()
        if against:
            raise Failure(HTTPStatus.CONFLICT, sentences(against))
        return (OperatorAsked(vehicle.vehicle_id, wanted, by.name),)

    try:
        entries = await service.writer.write(decide)
    except JournalError:
        if wanted not in URGENT:
            raise
        await service.urgent(VehicleId(vehicle_id), wanted, by.name)
        return None
    return entries[0].seq


async def acknowledge(key: str, by: Operator, service: Service) -> None:
    """Journal that a person has seen an alert; again is harmless. Raises `Failure` 404."""

    def decide(state: FleetState) -> Sequence[Event]:
        alert = state.alerts.get(key)
        if alert is None:
            raise Failure(HTTPStatus.NOT_FOUND, f"There is no alert {key}.")
        return () if alert.acknowledged_by is not None else (AlertAcknowledged(key, by.name),)

    await service.writer.write(decide)
