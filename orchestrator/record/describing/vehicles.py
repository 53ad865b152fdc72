"""Facts about vehicles in words."""

from __future__ import annotations

from typing import assert_never

from orchestrator.record.describing.described import Described, in_words
from orchestrator.record.describing.halts import of_going_on, of_landing
from orchestrator.record.describing.silence import of_place_lost
from orchestrator.record.events import (
    AlertAcknowledged,
    Ask,
    AskAnswered,
    LandingMissed,
    LinkLost,
    LinkUp,
    OperatorAsked,
    PlaceFound,
    PlaceLost,
    VehicleFact,
    VehicleFaulted,
    VehicleJoined,
    VehicleLanded,
    VehicleLeft,
    VehicleMissing,
    VehicleNoticed,
    VehicleReady,
    VehicleTakenOver,
    VehicleWentOn,
)
from orchestrator.record.facts.vehicles import off_duty
from orchestrator.record.state import FleetState, Severity
from vehicles.clock import iso

_DONE = {Ask.HOLD: "holds", Ask.RESUME: "goes on", Ask.RETURN: "returns", Ask.LAND: "lands"}


def of_vehicle(event: VehicleFact, state: FleetState) -> Described:
    """A fact about a vehicle, in words; `state` is asked for what an alert was about."""
    if isinstance(event, AlertAcknowledged):
        alert = state.alerts.get(event.key)
        text = f"{event.by} acknowledged {event.key}."
        return Described(Severity.INFO, text, None if alert is None else alert.vehicle_id)
    if isinstance(event, VehicleLanded):
        text = of_landing(state, event.vehicle_id, event.position)
        return Described(Severity.CRITICAL, text, event.vehicle_id)
    if isinstance(event, PlaceLost):
        return Described(Severity.CRITICAL, of_place_lost(state, event), event.vehicle_id)
    severity, text = _told(event)
    return Described(severity, text, event.vehicle_id)


_AboutVehicle = (
    VehicleJoined
    | VehicleLeft
    | LinkUp
    | LinkLost
    | PlaceFound
    | VehicleMissing
    | VehicleFaulted
    | VehicleTakenOver
    | LandingMissed
    | VehicleWentOn
    | VehicleReady
    | VehicleNoticed
    | OperatorAsked
    | AskAnswered
)


def _told(event: _AboutVehicle) -> tuple[Severity, str]:  # noqa: C901, PLR0911, PLR0912
    # one case per fact of a closed union; mypy holds it complete
    match event:
        case VehicleJoined(vehicle_id, profile, hub_id, pad):
            return Severity.INFO, f"{vehicle_id}, a {profile.name}, joined at {hub_id}, pad {pad.pad_id}."
        case VehicleLeft(vehicle_id):
            return Severity.INFO, f"{vehicle_id} takes part no more: the configuration has changed."
        case LinkUp(vehicle_id):
            return Severity.INFO, f"{vehicle_id} is heard."
        case LinkLost(vehicle_id, position, heard_at_s):
            return Severity.WARNING, f"{vehicle_id} is silent; last heard {_when(heard_at_s)} at {position}."
        case PlaceFound(vehicle_id, position):
            return Severity.INFO, f"It is known again where {vehicle_id} is: at {position}."
        case VehicleMissing(vehicle_id, position, heard_at_s):
            last = f"last heard {_when(heard_at_s)} at {position}"
            return Severity.CRITICAL, f"{vehicle_id} is missing; {last}."
        case VehicleFaulted(vehicle_id, reasons) if off_duty(reasons):
            return Severity.INFO, in_words(reasons)
        case VehicleFaulted(vehicle_id, reasons):
            return Severity.WARNING, f"{vehicle_id} cannot work: {in_words(reasons)}"
        case VehicleTakenOver(vehicle_id, reasons):
            return Severity.CRITICAL, f"{vehicle_id} was taken over: {in_words(reasons)}"
        case LandingMissed(vehicle_id, reasons):
            return Severity.CRITICAL, f"{vehicle_id} has not landed: {in_words(reasons)}"
        case VehicleWentOn(_, _, by):
            return Severity.CRITICAL if by else Severity.WARNING, of_going_on(event)
        case VehicleNoticed(vehicle_id, ()):
            return Severity.INFO, f"{vehicle_id} is reached and recorded as it should be again."
        case VehicleNoticed(vehicle_id, notices):
            return Severity.WARNING, f"Amiss with {vehicle_id}: {'. '.join(notices)}."
        case VehicleReady(vehicle_id):
            return Severity.INFO, f"{vehicle_id} is ready."
        case OperatorAsked(vehicle_id, ask, by):
            return Severity.INFO, f"{by} asked {vehicle_id} to {ask.value}."
        case AskAnswered(vehicle_id, ask, done=True):
            return Severity.INFO, f"{vehicle_id} {_DONE[ask]} as asked."
        case AskAnswered(vehicle_id, ask, text=text):
            return Severity.WARNING, f"{vehicle_id} did not {ask.value}: {text}"
        case _:
            assert_never(event)


def _when(at_s: float) -> str:
    return f"{iso(at_s)[11:19]} UTC"
