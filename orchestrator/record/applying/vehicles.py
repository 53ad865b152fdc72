"""What follows from events about vehicles, their links, and what people ask of them."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from geofences.reason import Because, Reason
from orchestrator.orders.custody import Lost, OnVehicle
from orchestrator.record.applying.fetches import released
from orchestrator.record.applying.halts import apply_halt_fact, halt_after
from orchestrator.record.applying.missions import intent_in
from orchestrator.record.applying.orders import waiting_again
from orchestrator.record.events import (
    AlertAcknowledged,
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
from orchestrator.record.illegal import IllegalEvent, check_instant, known_vehicle
from orchestrator.record.state import (
    ON_PAPER,
    Asked,
    FleetState,
    Halt,
    LinkState,
    MissionPhase,
    MissionState,
    ParcelPhase,
    Pause,
    VehicleState,
    at_work,
)
from orchestrator.traffic.intent import IntentState
from vehicles.clock import time_of_day


def apply_vehicle_fact(  # noqa: C901, PLR0911, PLR0912
    state: FleetState, event: VehicleFact, at_s: float
) -> FleetState:
    """The state after a fact of this topic. Raises `IllegalEvent` when it cannot follow."""
    # one case per fact of a closed union; mypy holds it complete
    match event:
        case VehicleJoined():
            return vehicle_joined(state, event)
        case VehicleLeft():
            return vehicle_left(state, event)
        case LinkUp():
            return link_up(state, event)
        case LinkLost():
            return link_lost(state, event)
        case PlaceLost(last_placed_at_s=placed_at_s):
            check_instant(event, "last_placed_at_s", placed_at_s)
            unplaced = replace(known_vehicle(state, event), unplaced_since_s=placed_at_s)
            return _with_vehicle(state, unplaced)
        case PlaceFound():
            return _with_vehicle(state, replace(known_vehicle(state, event), unplaced_since_s=None))
        case VehicleMissing():
            return vehicle_missing(state, event, at_s)
        case VehicleFaulted():
            return vehicle_faulted(state, event)
        case VehicleTakenOver():
            return vehicle_taken_over(state, event, at_s)
        case VehicleLanded() | LandingMissed() | VehicleWentOn():
            return apply_halt_fact(state, event, at_s)
        case VehicleReady():
            return vehicle_ready(state, event)
        case VehicleNoticed(notices=notices):
            return _with_vehicle(state, replace(known_vehicle(state, event), notices=notices))
        case OperatorAsked():
            return operator_asked(state, event)
        case AskAnswered():
            return ask_answered(state, event, at_s)
        case AlertAcknowledged():
            return alert_acknowledged(state, event)
        case _:
            assert_never(event)


def _with_vehicle(state: FleetState, vehicle: VehicleState) -> FleetState:
    return replace(state, vehicles=state.vehicles.set(vehicle.vehicle_id, vehicle))


def vehicle_joined(state: FleetState, event: VehicleJoined) -> FleetState:
    """A new vehicle, or a known idle one that was changed: on a pad of its hub that is no other's."""
    hub = state.hubs.get(event.hub_id)
    if hub is None:
        raise IllegalEvent(event, "hub_id", f"no hub {event.hub_id} is open")
    if event.pad not in hub.pads:
        raise IllegalEvent(event, "pad", f"{event.hub_id} has no pad {event.pad.pad_id}")
    for other_id, other in sorted(state.vehicles.items()):
        taken = other.hub_id == event.hub_id and other.pad.pad_id == event.pad.pad_id
        if taken and other_id != event.vehicle_id:
            raise IllegalEvent(event, "pad", f"{event.pad.pad_id} is kept free for {other_id}")
    known = state.vehicles.get(event.vehicle_id)
    if known is not None and (known.mission_id is not None or known.aboard):
        raise IllegalEvent(event, "vehicle_id", f"{event.vehicle_id} is at work")
    return _with_vehicle(state, VehicleState(event.vehicle_id, event.profile, event.hub_id, event.pad))


def vehicle_left(state: FleetState, event: VehicleLeft) -> FleetState:
    """Of the fleet no more: one that is idle and holds nothing, or that is missing. Its pad is free."""
    vehicle = known_vehicle(state, event)
    if at_work(vehicle):
        raise IllegalEvent(event, "vehicle_id", f"{event.vehicle_id} is at work")
    return replace(state, vehicles=state.vehicles.delete(event.vehicle_id))


def link_up(state: FleetState, event: LinkUp) -> FleetState:
    """Heard again: what it was thought to be lost with is aboard it after all."""
    vehicle = known_vehicle(state, event)
    parcels, missions = state.parcels, state.missions
    for parcel_id in vehicle.aboard:
        parcel = parcels[parcel_id]
        if isinstance(parcel.keeper, Lost):
            found = replace(parcel, keeper=OnVehicle(event.vehicle_id), phase=ParcelPhase.ON_THE_WAY)
            parcels = parcels.set(parcel_id, found)
    mission = None if vehicle.mission_id is None else missions[vehicle.mission_id]
    if mission is not None and mission.phase is MissionPhase.LOST:
        back = replace(mission, phase=MissionPhase.GIVEN_UP, ended_at_s=None)
        missions = missions.set(back.plan.mission.mission_id, back)
    heard = replace(vehicle, link=LinkState.UP)
    return replace(_with_vehicle(state, heard), parcels=parcels, missions=missions)


def link_lost(state: FleetState, event: LinkLost) -> FleetState:
    """Silent for too long: no new work; its mission goes on, for it flies by its own plan."""
    vehicle = known_vehicle(state, event)
    if vehicle.link is not LinkState.UP:
        raise IllegalEvent(event, "vehicle_id", f"the link to {event.vehicle_id} is {vehicle.link.value}")
    check_instant(event, "last_heard_at_s", event.last_heard_at_s)
    return _with_vehicle(state, replace(vehicle, link=LinkState.LOST, ready=False))


def vehicle_missing(state: FleetState, event: VehicleMissing, at_s: float) -> FleetState:
    """What it carries counts as lost; a mission that never began is withdrawn and its parcel waits again."""
    vehicle = known_vehicle(state, event)
    if vehicle.link is not LinkState.LOST:
        raise IllegalEvent(event, "vehicle_id", f"the link to {event.vehicle_id} is {vehicle.link.value}")
    check_instant(event, "last_heard_at_s", event.last_heard_at_s)
    silent = f"{event.vehicle_id} has not been heard since {time_of_day(event.last_heard_at_s)}"
    reason = Reason(Because.LINK, event.vehicle_id, f"{silent}.")
    parcels = state.parcels
    lost = Lost(event.vehicle_id, event.last_position, event.last_heard_at_s)
    for parcel_id in vehicle.aboard:
        gone = replace(parcels[parcel_id], keeper=lost, phase=ParcelPhase.LOST, reasons=(reason,))
        parcels = parcels.set(parcel_id, gone)
    missing = replace(vehicle, link=LinkState.MISSING, ready=False)
    state = replace(_with_vehicle(state, missing), parcels=parcels)
    if vehicle.mission_id is None:
        return state
    return _mission_missing(state, missing, state.missions[vehicle.mission_id], reason, at_s)


def _mission_missing(
    state: FleetState, vehicle: VehicleState, mission: MissionState, reason: Reason, at_s: float
) -> FleetState:
    ended = replace(mission, ended_at_s=at_s, reasons=(*mission.reasons, reason))
    if mission.phase not in ON_PAPER or vehicle.aboard:
        parcels, ended = released(state, ended, (reason,), at_s)
        lost = intent_in(replace(ended, phase=MissionPhase.LOST), IntentState.CONTINGENT)
        missions = state.missions.set(mission.plan.mission.mission_id, lost)
        return replace(state, missions=missions, parcels=parcels)
    parcels = state.parcels
    for parcel_id in mission.plan.parcel_ids:
        parcel = replace(parcels[parcel_id], reasons=(reason,))
        parcels = parcels.set(parcel_id, waiting_again(state, parcel, at_s))
    withdrawn = intent_in(replace(ended, phase=MissionPhase.WITHDRAWN), IntentState.ENDED)
    return replace(
        _with_vehicle(state, replace(vehicle, mission_id=None)),
        missions=state.missions.set(mission.plan.mission.mission_id, withdrawn),
        parcels=parcels,
    )


def vehicle_faulted(state: FleetState, event: VehicleFaulted) -> FleetState:
    """It takes no more work until it is ready again."""
    vehicle = known_vehicle(state, event)
    return _with_vehicle(state, replace(vehicle, fault=event.reasons, ready=False))


def vehicle_taken_over(state: FleetState, event: VehicleTakenOver, at_s: float) -> FleetState:
    """Whether it stands still; else nothing but the alert: it is on a mission, and is given no work."""
    vehicle = known_vehicle(state, event)
    if vehicle.mission_id is None:
        raise IllegalEvent(event, "vehicle_id", f"{event.vehicle_id} is on no mission")
    halt = Halt(Pause.HELD, at_s, "", state.seq + 1) if event.holds else vehicle.halt
    return _with_vehicle(state, replace(vehicle, halt=halt))


def vehicle_ready(state: FleetState, event: VehicleReady) -> FleetState:
    """Heard, free and empty: only then can it stand ready on its pad."""
    vehicle = known_vehicle(state, event)
    if vehicle.link is not LinkState.UP:
        raise IllegalEvent(event, "vehicle_id", f"the link to {event.vehicle_id} is {vehicle.link.value}")
    if vehicle.mission_id is not None:
        reason = f"{event.vehicle_id} is bound to mission {vehicle.mission_id}"
        raise IllegalEvent(event, "vehicle_id", reason)
    if vehicle.aboard:
        reason = f"{event.vehicle_id} still holds {', '.join(vehicle.aboard)}"
        raise IllegalEvent(event, "vehicle_id", reason)
    return _with_vehicle(state, replace(vehicle, ready=True, fault=()))


def operator_asked(state: FleetState, event: OperatorAsked) -> FleetState:
    """The newest request replaces one that is not answered yet."""
    vehicle = known_vehicle(state, event)
    return _with_vehicle(state, replace(vehicle, asked=Asked(state.seq + 1, event.ask, event.by)))


def ask_answered(state: FleetState, event: AskAnswered, at_s: float) -> FleetState:
    """Answers the pending request; an answer to one that was replaced leaves the newer one pending."""
    vehicle = known_vehicle(state, event)
    if vehicle.asked is None:
        raise IllegalEvent(event, "ask", f"nothing was asked of {event.vehicle_id}")
    if vehicle.asked.ask is not event.ask:
        return state
    halt = halt_after(state, vehicle, event, at_s)
    return _with_vehicle(state, replace(vehicle, asked=None, halt=halt))


def alert_acknowledged(state: FleetState, event: AlertAcknowledged) -> FleetState:
    """Only an alert that is raised, and by nobody acknowledged yet."""
    alert = state.alerts.get(event.key)
    if alert is None:
        raise IllegalEvent(event, "key", f"no alert {event.key} is raised")
    if alert.acknowledged_by is not None:
        raise IllegalEvent(event, "key", f"{alert.acknowledged_by} has acknowledged {event.key}")
    seen = replace(alert, acknowledged_by=event.by)
    return replace(state, alerts=state.alerts.set(event.key, seen))
