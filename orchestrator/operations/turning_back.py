"""A vehicle under way is stopped, and sent home along a verified way, or by its autopilot's own return."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from geofences.reason import Reason
from orchestrator.operations.grounding import over_ground
from orchestrator.operations.homeward import closed_from, homeward_id, plan_home
from orchestrator.operations.popups import to_leave
from orchestrator.operations.sight import Sight
from orchestrator.operations.surroundings import Surroundings
from orchestrator.record.state import FleetState
from vehicles.clock import now_s
from vehicles.mission import MissionId
from vehicles.vehicle import Accepted, Hold, Outcome, Resume, Return, Vehicle

_BRAKING_LOOKS = 20
_BRAKING_LOOK_S = 0.5
_AT_REST_MPS = 0.5


@dataclass(frozen=True, slots=True)
class NoWayHome:
    """It holds where it stopped: neither a way of ours nor its own return may be flown, and why."""

    reasons: tuple[Reason, ...]


async def come_home(
    vehicle: Vehicle, sight: Sight, mission_id: MissionId, state: FleetState, surroundings: Surroundings
) -> Outcome | NoWayHome:
    """Stop, load the way home, go. Where that is not to be had: the autopilot's own return.

    That one only where no zone and no hill lies across it. Else the vehicle holds where it stopped, which an
    operator is told; the way home is asked for again as for any vehicle that stands still.
    """
    await vehicle.command(Hold())
    sight = await at_rest(vehicle, sight, surroundings)
    around = to_leave(surroundings, state.zones, sight)
    home = plan_home(sight, mission_id, around)
    if not isinstance(home, tuple) and isinstance(await vehicle.load(home), Accepted):
        outcome = await vehicle.command(Resume(homeward_id(mission_id)))
        if isinstance(outcome, Accepted):
            return outcome
    closed = closed_from(sight, around)
    if not closed:
        return await vehicle.command(Return())
    return NoWayHome((*(home if isinstance(home, tuple) else ()), *closed))


async def at_rest(vehicle: Vehicle, sight: Sight, surroundings: Surroundings) -> Sight:
    """A look at the vehicle once it has come to a stop, or as it is when that takes too long."""
    seen = sight.seen
    for _ in range(_BRAKING_LOOKS):
        told = vehicle.telemetry
        seen = seen if told is None else over_ground(told, sight.vehicle, surroundings)
        if abs(seen.north_mps) + abs(seen.east_mps) + abs(seen.down_mps) < _AT_REST_MPS:
            break
        await asyncio.sleep(_BRAKING_LOOK_S)
    return replace(sight, seen=seen, now_s=now_s())
