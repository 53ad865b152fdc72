"""Which air is taken, as the fleet's state tells it: every aircraft bound to a mission holds its volumes.

An aircraft that keeps to its plan, or to the way home that it was given, holds exactly that air. One that
does not (nonconforming, overdue, unheard of, nobody knows where) holds the same for much longer: nobody knows
when it will be where. One that is heard and stands switched off away from its pad hangs in no air: it holds
what it took since then, to set off home.
"""

from __future__ import annotations

from dataclasses import replace

from orchestrator.record.state import (
    MOVING,
    ON_PAPER,
    FleetState,
    LinkState,
    MissionPhase,
    MissionState,
    Pause,
    VehicleState,
)
from orchestrator.traffic.intent import IntentState, OperationalIntent
from orchestrator.traffic.reservations import Reservation, reservation
from vehicles.mission import VehicleId

_OFF_NOMINAL_LATE_S = 300.0
"""How much later than planned an aircraft that does not conform may still be anywhere on its way."""

_STRAYS_M = 30.0
"""How far beside its way an aircraft may be of which nobody knows where it is; and at any height."""

_HOLDING = (
    MissionPhase.PLANNED,
    MissionPhase.LOADED,
    MissionPhase.PARCEL_ABOARD,
    MissionPhase.UNDER_WAY,
    MissionPhase.GIVEN_UP,
    MissionPhase.LOST,
)


def reservations(
    state: FleetState, now_s: float, without: VehicleId | None = None
) -> tuple[Reservation, ...]:
    """What every aircraft holds at `now_s` (fleet time), leaving out vehicle `without`, by vehicle id."""
    found = []
    for vehicle_id, vehicle in sorted(state.vehicles.items()):
        if vehicle.mission_id is None or vehicle_id == without:
            continue
        mission = state.missions[vehicle.mission_id]
        intent = _held(mission, vehicle, now_s)
        if intent is not None:
            found.append(reservation(vehicle_id, intent))
    return tuple(found)


def _held(mission: MissionState, vehicle: VehicleState, now_s: float) -> OperationalIntent | None:
    intent = mission.other_air or mission.plan.intent
    if intent is None or mission.phase not in _HOLDING:
        return None
    link, halt = vehicle.link, vehicle.halt
    overdue = mission.phase in MOVING and now_s > intent.timed.ends_at_s + intent.late_s
    if halt is not None and halt.pause is Pause.LANDED and link is LinkState.UP:
        return intent if intent.timed.starts_at_s >= halt.since_s and not overdue else None
    keeps_to_it = mission.intent_state in (IntentState.ACCEPTED, IntentState.ACTIVATED)
    known = link is LinkState.UP and vehicle.unplaced_since_s is None
    conforms = (keeps_to_it or mission.other_air is not None) and known and not overdue
    if conforms or mission.phase in ON_PAPER:
        return intent
    if mission.phase is MissionPhase.LOST and now_s > intent.timed.ends_at_s + 2 * _OFF_NOMINAL_LATE_S:
        return None  # no battery lasts so long: it is down somewhere
    beyond_s = max(0.0, now_s - intent.timed.ends_at_s)
    held = replace(intent, late_s=_OFF_NOMINAL_LATE_S * (1 + beyond_s // _OFF_NOMINAL_LATE_S))
    if vehicle.unplaced_since_s is None:
        return held
    high_m = held.half_height_m + vehicle.profile.max_cruise_height_agl_m
    return replace(held, radius_m=held.radius_m + _STRAYS_M, half_height_m=high_m)
