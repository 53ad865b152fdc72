"""Facts about vehicles in words."""

from __future__ import annotations

from typing import assert_never

from geofences.reason import Because, Reason, sentences
from orchestrator.record.events import (
    AlertAcknowledged,
    Ask,
    AskAnswered,
    CourierReported,
    LinkLost,
    LinkUp,
    OperatorAsked,
    SignInGiven,
    VehicleFact,
    VehicleFaulted,
    VehicleJoined,
    VehicleLeft,
    VehicleMissing,
    VehicleNoticed,
    VehicleReady,
    VehicleTakenOver,
)
from orchestrator.record.state import FleetState, Severity
from vehicles.clock import iso
from vehicles.mission import VehicleId

_DONE = {Ask.HOLD: "holds", Ask.RESUME: "goes on", Ask.RETURN: "returns", Ask.LAND: "landed"}


def in_words(reasons: tuple[Reason, ...]) -> str:
    """Reasons as one run of sentences."""
    return sentences(reasons) or "No reason was given."


def of_vehicle(event: VehicleFact, state: FleetState) -> tuple[Severity, str, VehicleId | None]:
    """How grave, in words, and which vehicle; `state` is asked for what an alert was about."""
    if isinstance(event, AlertAcknowledged):
        alert = state.alerts.get(event.key)
        text = f"{event.by} acknowledged {event.key}."
        return Severity.INFO, text, None if alert is None else alert.vehicle_id
    severity, text = _told(event)
    return severity, text, event.vehicle_id


def off_duty(reasons: tuple[Reason, ...]) -> bool:
    """Whether all that keeps a vehicle from work is its rider's shift, which is no fault."""
    return bool(reasons) and all(reason.because is Because.SHIFT for reason in reasons)


_AboutVehicle = (
    VehicleJoined
    | VehicleLeft
    | LinkUp
    | LinkLost
    | VehicleMissing
    | VehicleFaulted
    | VehicleTakenOver
    | VehicleReady
    | VehicleNoticed
    | OperatorAsked
    | AskAnswered
    | CourierReported
    | SignInGiven
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
        case VehicleMissing(vehicle_id, position, heard_at_s):
            last = f"last heard {_when(heard_at_s)} at {position}"
            return Severity.CRITICAL, f"{vehicle_id} is missing; {last}."
        case VehicleFaulted(vehicle_id, reasons) if off_duty(reasons):
            return Severity.INFO, in_words(reasons)
        case VehicleFaulted(vehicle_id, reasons):
            return Severity.WARNING, f"{vehicle_id} cannot work: {in_words(reasons)}"
        case VehicleTakenOver(vehicle_id, reasons):
            return Severity.CRITICAL, f"{vehicle_id} was taken over: {in_words(reasons)}"
        case VehicleNoticed(vehicle_id, ()):
            return Severity.INFO, f"{vehicle_id} is reached and recorded as it should be again."
        case VehicleNoticed(vehicle_id, notices):
            return Severity.WARNING, f"Amiss with {vehicle_id}: {'. '.join(notices)}."
        case VehicleReady(vehicle_id):
            return Severity.INFO, f"{vehicle_id} is ready."
        case CourierReported(vehicle_id, "", by):
            return Severity.INFO, f"{by} needs no help any more ({vehicle_id})."
        case CourierReported(vehicle_id, text, by):
            return Severity.WARNING, f"{by} needs help ({vehicle_id}): {text}"
        case SignInGiven(vehicle_id, by, until_s):
            return Severity.INFO, f"{by} let {vehicle_id} sign in by a link, until {_when(until_s)}."
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
