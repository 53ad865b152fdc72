"""How soon a session looks at its vehicle again: as often as something can come of it, and not more.

Facts come of a vehicle's own progress, about the times that its plan names, and of what its session waits
for. Between them a look only finds what went wrong, for which a lost link (5 s) and an excursion (10 s) set
the pace. A vehicle that tells by itself when its state changes (`Telling`) is looked at for these alone.
"""

from __future__ import annotations

from geofences.zone import Medium
from orchestrator.operations.watching.readiness import PLACED_FOR_S, fresh_for_s
from orchestrator.operations.watching.sight import Sight
from orchestrator.record.state import MissionPhase, MissionState, VehicleState

FINE_S = {Medium.AIR: 0.4, Medium.SIDEWALK: 1.0}
"""Fleet time between two looks at a vehicle at work while a fact is due."""

COARSE_S = {Medium.AIR: 1.0, Medium.SIDEWALK: 2.5}
"""And while none is."""

CALM_S = {Medium.AIR: 2.5, Medium.SIDEWALK: 5.0}
"""And at one under way that tells by itself when a fact is due."""

IDLE_S = 2.0
"""And at one that stands idle, which dispatch looks at besides."""

RIDER_IDLE_S = 10.0
"""And at a courier who waits: what they tap wakes their session by itself, and breaks begin by the minute."""

QUIET_S = 60.0
"""And at an idle one that tells by itself: between these looks only whether it is heard is looked at."""

_SOON_S = 0.05
_ABOUT_S = 10.0
"""So long before and after the time that is planned for it a fact is due."""


def idle_s(look: Sight, *, tells: bool) -> float:
    """How long the next look at one that stands idle can wait, seconds of fleet time."""
    if look.vehicle.profile.ridden:
        return min(RIDER_IDLE_S, _lost_in_s(look))
    if not tells or not look.watch.calm:
        return IDLE_S
    return min(fresh_for_s(look.vehicle), _lost_in_s(look))


def pause_s(look: Sight, *, tells: bool = False) -> float:
    """How long the next look can wait, seconds of fleet time; `tells`: it says so when its state changes."""
    vehicle, mission = look.vehicle, look.mission
    medium = vehicle.profile.medium
    if vehicle.asked is not None:
        return FINE_S[medium]
    if mission is None:
        return idle_s(look, tells=tells)
    calm = tells and look.watch.calm
    between_s = min(CALM_S[medium], _lost_in_s(look), _unplaced_in_s(look)) if calm else COARSE_S[medium]
    match mission.phase:
        case MissionPhase.LOADED if look.watch.gripped_at_s is not None:
            waits_s = look.watch.gripped_at_s + vehicle.profile.load_s - look.now_s
        case MissionPhase.PARCEL_ABOARD:
            waits_s = mission.plan.depart_at_s - look.now_s
        case MissionPhase.UNDER_WAY:
            waits_s = between_s if calm or not _is_due(mission, look.now_s) else 0.0
        case _:
            waits_s = 0.0
    return min(waits_s, between_s) if waits_s > 0.0 else FINE_S[medium]


def _lost_in_s(look: Sight) -> float:
    """When it would count as lost if nothing more were heard of it, in seconds; lost it is as idle."""
    return lost_in_s(look.vehicle, look.seen.heard_at_s, look.now_s) or IDLE_S


def _unplaced_in_s(look: Sight) -> float:
    """When its position would be an old one, in seconds."""
    left_s = look.seen.placed_at_s + PLACED_FOR_S + _SOON_S - look.now_s
    return left_s if left_s > 0.0 and not look.vehicle.profile.ridden else IDLE_S


def lost_in_s(vehicle: VehicleState, heard_at_s: float, now_s: float) -> float | None:
    """The same of one that was heard last at `heard_at_s`; None when it is lost by now."""
    left_s = heard_at_s + fresh_for_s(vehicle) + _SOON_S - now_s
    return left_s if left_s > 0.0 else None


def _is_due(mission: MissionState, now_s: float) -> bool:
    """Whether a hand-over or the end is near, by the plan and by how much later it started."""
    plan, started_at_s = mission.plan, mission.started_at_s
    late_s = 0.0 if started_at_s is None else max(0.0, started_at_s - plan.depart_at_s)
    times = (*plan.handovers_at_s.values(), plan.end_at_s)
    return any(abs(at_s + late_s - now_s) <= _ABOUT_S for at_s in times)
