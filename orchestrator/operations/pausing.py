"""How soon a session looks at its vehicle again: as often as something can come of it, and not more.

Facts come of a vehicle's own progress, about the times that its plan names, and of what its session waits
for. Between them a look only finds what went wrong, for which a lost link (5 s) and an excursion (10 s) set
the pace.
"""

from __future__ import annotations

from geofences.zone import Medium
from orchestrator.operations.sight import Sight
from orchestrator.record.state import MissionPhase, MissionState

FINE_S = {Medium.AIR: 0.4, Medium.SIDEWALK: 1.0}
"""Fleet time between two looks at a vehicle at work while a fact is due."""

COARSE_S = {Medium.AIR: 1.0, Medium.SIDEWALK: 2.5}
"""And while none is."""

IDLE_S = 2.0
"""And at one that stands idle, which dispatch looks at each second besides."""

_ABOUT_S = 10.0
"""So long before and after the time that is planned for it a fact is due."""


def pause_s(look: Sight) -> float:
    """How long the next look can wait, seconds of fleet time."""
    vehicle, mission = look.vehicle, look.mission
    medium = vehicle.profile.medium
    if mission is None:
        return IDLE_S if vehicle.asked is None else FINE_S[medium]
    if vehicle.asked is not None:
        return FINE_S[medium]
    match mission.phase:
        case MissionPhase.LOADED if look.watch.gripped_at_s is not None:
            waits_s = look.watch.gripped_at_s + vehicle.profile.load_s - look.now_s
        case MissionPhase.PARCEL_ABOARD:
            waits_s = mission.plan.depart_at_s - look.now_s
        case MissionPhase.UNDER_WAY:
            waits_s = 0.0 if _is_due(mission, look.now_s) else COARSE_S[medium]
        case _:
            waits_s = 0.0
    return min(waits_s, COARSE_S[medium]) if waits_s > 0.0 else FINE_S[medium]


def _is_due(mission: MissionState, now_s: float) -> bool:
    """Whether a hand-over or the end is near, by the plan and by how much later it started."""
    plan, started_at_s = mission.plan, mission.started_at_s
    late_s = 0.0 if started_at_s is None else max(0.0, started_at_s - plan.depart_at_s)
    times = (*plan.handovers_at_s.values(), plan.end_at_s)
    return any(abs(at_s + late_s - now_s) <= _ABOUT_S for at_s in times)
