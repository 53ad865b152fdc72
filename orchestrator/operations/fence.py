"""What goes to the vehicle beside its mission: keep-outs for the autopilot's own fence, rally points.

An autopilot's fence knows no heights and no hours (MAVLink items 5001 to 5004 carry neither). So
only such keep-outs go into it that bind at some time of the mission and that its path never
passes over or under: all the way up, they may then be closed without closing the mission itself.
"""

from __future__ import annotations

from geofences.airspace import Airspace, Margins
from geofences.obstacles import Obstacle
from geofences.path import TimedPath
from geofences.zone import Medium, Polygon
from orchestrator.operations.surroundings import Surroundings
from orchestrator.record.events import MissionPlanned
from vehicles.mission import KeepOut, VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

MOST_CORNERS = 64
"""Corners of all keep-outs together: PX4 stores no more, and refuses a longer fence whole."""

_UNBOUNDED_AGL_M = 1.0e6
_NEAR_M = 400.0
"""Keep-outs further from the path than this are left to the planner: an autopilot's memory is small."""


def vehicle_plan(planned: MissionPlanned, profile: VehicleProfile, surroundings: Surroundings) -> VehiclePlan:
    """The mission with its fence and rally point, a pure function of what was journaled.

    Ground vehicles get no fence: their zones lie across streets that their footpaths pass under.
    The rally point is the vehicle's own pad, the one place that is always free for it.
    """
    if profile.medium is not Medium.AIR:
        return VehiclePlan(planned.mission)
    timed = schedule(profile, planned.mission.legs, planned.depart_at_s).timed
    return VehiclePlan(
        planned.mission, keep_outs=keep_outs(timed, surroundings), rally_points=(timed.points[-1].waypoint,)
    )


def keep_outs(timed: TimedPath, surroundings: Surroundings) -> tuple[KeepOut, ...]:
    """The keep-outs that a flight along `timed` takes into its fence, in the order it comes near them."""
    candidates = _binding(timed, surroundings)
    airspace = surroundings.airspace
    walls = [Obstacle(name, polygon, _UNBOUNDED_AGL_M) for name, polygon in candidates]
    closed = Airspace(airspace.frame, (), walls, airspace.ground_amsl_m)
    near = [found.reason.subject for found in closed.breaks(timed, Medium.AIR, Margins(_NEAR_M, 0.0))]
    passed = {found.reason.subject for found in closed.breaks(timed, Medium.AIR, surroundings.margins)}
    kept: list[KeepOut] = []
    for name in (name for name in near if name not in passed):
        for polygon in (polygon for other, polygon in candidates if other == name):
            corners = sum(len(keep_out.corners) for keep_out in kept) + len(polygon.corners)
            if corners <= MOST_CORNERS:
                kept.append(KeepOut(name, polygon.corners))
    return tuple(kept)


def _binding(timed: TimedPath, surroundings: Surroundings) -> list[tuple[str, Polygon]]:
    """Zones that bind at some time and height of the flight, and buildings that reach up to it."""
    airspace, widths = surroundings.airspace, surroundings.volumes
    heights = [point.waypoint.height_agl_m for point in timed.points]
    zones = airspace.keep_outs(
        Medium.AIR,
        timed.starts_at_s - widths.early_s,
        timed.ends_at_s + widths.late_s,
        min(heights),
        max(heights),
    )
    tall_m = max(heights) - surroundings.margins.vertical_m
    buildings = [(o.name, o.footprint) for o in airspace.obstacles if o.height_agl_m >= tall_m]
    return [*zones, *buildings]
