"""A mission under way that goes on by another way: stopped, planned in the writer's turn, journaled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geofences.reason import Reason
from orchestrator.operations.commanding.booking import still
from orchestrator.operations.commanding.going_around import plan_around
from orchestrator.operations.commanding.turning_back import at_rest
from orchestrator.operations.planning.draft import Infeasible
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.leaving import not_out, to_leave
from orchestrator.operations.watching.mission_took import took
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.whereabouts import unplaced
from orchestrator.record.events import Event, MissionChanged
from orchestrator.record.state import FleetState, MissionPhase, MissionState
from orchestrator.record.writer import Writer
from vehicles.clock import now_s
from vehicles.vehicle import Hold, Vehicle


async def change_way(
    vehicle: Vehicle,
    writer: Writer,
    surroundings: Surroundings,
    sight: Sight,
    *,
    mission: MissionState,
    reasons: tuple[Reason, ...],
) -> tuple[Reason, ...]:
    """Stop it and journal its way around, for `reasons`; or why there is none, with those first.

    The vehicle holds then; the next look has it loaded, also after a crash. Nothing is decided of one whose
    place is in doubt until it is told as lost: it holds, and is asked for its way again.
    """
    await vehicle.command(Hold())
    stopped = await at_rest(vehicle, sight, surroundings)
    if not stopped.placed and writer.state.vehicles[vehicle.vehicle_id].unplaced_since_s is None:
        return ()
    if not stopped.placed:
        return (*reasons, unplaced(stopped))
    why_not: list[Reason] = []

    def decide(state: FleetState) -> Sequence[Event]:
        plan = mission.plan.mission
        if not still(state, mission, (MissionPhase.UNDER_WAY,)):
            return ()
        look = replace(stopped, state=state, now_s=now_s())
        newest = state.missions[plan.mission_id]
        planned = plan_around(look, newest, state, to_leave(surroundings, look))
        against = planned.reasons if isinstance(planned, Infeasible) else not_out(surroundings, look, planned)
        if isinstance(planned, Infeasible) or against:
            why_not.extend(dict.fromkeys((*reasons, *against)))
            return ()
        distance_m, energy_wh, how = took(look, newest)
        ids = plan.vehicle_id, plan.mission_id
        return (MissionChanged(*ids, planned, distance_m, energy_wh, reasons, how),)

    await writer.write(decide)
    return tuple(why_not)
