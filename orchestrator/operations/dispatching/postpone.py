"""A departure that was missed: the same way, a little later, instead of all the preparation thrown away.

What the vehicle holds names no times, so neither its plan nor its parcel needs to be touched; only the
reservation and the predictions move. They pass the same checks as a new mission.
"""

from __future__ import annotations

from dataclasses import replace

from geofences.reason import Because, Reason
from orchestrator.operations.planning.draft import Infeasible
from orchestrator.operations.planning.held import reservations
from orchestrator.operations.planning.plan import LONGEST_DELAY_S, PREPARE_S
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.verifying.preflight import verify_in
from orchestrator.record.events import DeparturePostponed, MissionPlanned
from orchestrator.record.state import FleetState, MissionPhase, MissionState, VehicleState
from orchestrator.traffic.departures import first_free_delay_s, forbidden_delays
from orchestrator.traffic.reservations import first_clash, volumes
from vehicles.telemetry import Telemetry

LONGEST_PREPARATION_S = 240.0
"""A vehicle that is not under way so long after it was chosen gives the parcel up to others."""

_SETTLE_S = 3.0
"""From the last preparation to the start."""


def postponed(
    state: FleetState, mission: MissionState, seen: Telemetry, surroundings: Surroundings, now_s: float
) -> DeparturePostponed | Infeasible:
    """The first later departure that meets no reservation and passes the verifier; or why there is none."""
    plan = mission.plan
    vehicle = state.vehicles[plan.mission.vehicle_id]
    name = vehicle.vehicle_id
    if now_s - mission.planned_at_s > LONGEST_PREPARATION_S:
        text = f"{name} was not ready to depart within {LONGEST_PREPARATION_S:.0f} s."
        return Infeasible((Reason(Because.BUSY, name, text),))
    others = reservations(state, now_s, without=name)
    earliest_s = now_s + _preparation_s(vehicle, mission)
    later = _later(plan, earliest_s - plan.depart_at_s)
    if later.intent is not None:
        flight = volumes(later.intent)
        delay_s = first_free_delay_s(forbidden_delays(flight, others, LONGEST_DELAY_S))
        later = _later(later, delay_s)
        if delay_s > LONGEST_DELAY_S or (later.intent and first_clash(later.intent, others)):
            text = f"No departure of {name} within {LONGEST_DELAY_S:.0f} s is free of other traffic."
            return Infeasible((Reason(Because.TRAFFIC, name, text),))
    reasons = verify_in(state, later, vehicle, seen, surroundings)
    return Infeasible(reasons) if reasons else _fact(later)


def _preparation_s(vehicle: VehicleState, mission: MissionState) -> float:
    """What is still to be done before the start, from here."""
    match mission.phase:
        case MissionPhase.PLANNED:
            return PREPARE_S + vehicle.profile.load_s
        case MissionPhase.LOADED:
            return vehicle.profile.load_s + _SETTLE_S
        case _:
            return _SETTLE_S


def _later(plan: MissionPlanned, by_s: float) -> MissionPlanned:
    return replace(
        plan,
        intent=None if plan.intent is None else replace(plan.intent, timed=plan.intent.timed.shifted(by_s)),
        depart_at_s=plan.depart_at_s + by_s,
        handover_at_s=plan.handover_at_s + by_s,
        end_at_s=plan.end_at_s + by_s,
    )


def _fact(plan: MissionPlanned) -> DeparturePostponed:
    return DeparturePostponed(
        vehicle_id=plan.mission.vehicle_id,
        mission_id=plan.mission.mission_id,
        intent=plan.intent,
        depart_at_s=plan.depart_at_s,
        handover_at_s=plan.handover_at_s,
        end_at_s=plan.end_at_s,
    )
