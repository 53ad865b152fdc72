"""What goes to the vehicle beside its mission: the autopilot's own fence, and rally points.

An autopilot's fence knows no heights and no hours (MAVLink items 5001 to 5004 carry neither). So a keep-out
goes into it as its whole footprint, if it binds at some time and height of the flight, widened by a margin,
and if the path never passes over or under: all the way up and at all hours, it may then be closed without
closing the mission itself. It holds few corners: what does not fit is said with fewer, never smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geofences.airspace import Airspace, Margins
from geofences.fences.projection import coarser, inset, within
from geofences.formats.plan_items import Side
from geofences.free_space import SLAB_M
from geofences.obstacles import Obstacle
from geofences.outline import as_polygon
from geofences.path import TimedPath, Waypoint
from geofences.verifying.heights import is_uneven
from geofences.zone import Circle, Medium, Polygon
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.record.events import MissionPlanned
from vehicles.mission import FenceCircle, KeepIn, KeepOut, Mission, VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

MOST_CORNERS = 64
"""Items of a whole fence, a corner or a circle each: PX4 stores no more, and refuses a longer one whole."""

MOST_RALLY_POINTS = 32
"""PX4 stores no more."""

_UNBOUNDED_AGL_M = 1.0e6
_NEAR_M = 400.0
"""Keep-outs further from the path than this are left to the planner: an autopilot's memory is small."""
_MUST_M = 50.0
"""A zone nearer than this has to be in the fence: without it no flight."""
_EARLY_S, _LATE_S = 60.0, 900.0
"""A zone is left out for its hours only when a flight so much earlier or later would not meet it either."""
_INSIDE_M = 20.0
"""The known area's edge is a bound too, for a path that stays this far within it."""
_AREA_CORNERS = 8


@dataclass(frozen=True, slots=True)
class Wall:
    """A keep-out of the fence: a zone's footprint, or a building's."""

    name: str
    footprint: Polygon | Circle
    is_zone: bool

    @property
    def items(self) -> int:
        """What it takes of the fence."""
        return 1 if isinstance(self.footprint, Circle) else len(self.footprint.corners)


@dataclass(frozen=True, slots=True)
class Fence:
    """The bounds of one flight. `left_out` are zones close to its path that it has no room for."""

    walls: tuple[Wall, ...]
    keep_ins: tuple[KeepIn, ...]
    left_out: tuple[str, ...]

    def around(
        self, mission: Mission, rally_points: tuple[Waypoint, ...], home_amsl_m: float | None = None
    ) -> VehiclePlan:
        """The mission with this fence; `home_amsl_m` as `VehiclePlan` has it."""
        keep_outs = [
            KeepOut(w.name, w.footprint.corners) for w in self.walls if isinstance(w.footprint, Polygon)
        ]
        circles = [
            FenceCircle(w.name, Side.OUTSIDE, w.footprint.centre, w.footprint.radius_m)
            for w in self.walls
            if isinstance(w.footprint, Circle)
        ]
        return VehiclePlan(
            mission,
            tuple(keep_outs),
            rally_points,
            self.keep_ins,
            tuple(circles),
            home_amsl_m=home_amsl_m,
        )


def vehicle_plan(planned: MissionPlanned, profile: VehicleProfile, surroundings: Surroundings) -> VehiclePlan:
    """The mission with its fence and rally point, a pure function of what was journaled.

    Ground vehicles get no fence: their zones lie across streets that their footpaths pass under.
    Over uneven ground its home is taken to be its pad.
    The first rally point is the vehicle's own pad, the one place that is always free for it; then the
    alternates along its way to which its autopilot may go by itself.
    """
    if profile.medium is not Medium.AIR:
        return VehiclePlan(planned.mission)
    timed = schedule(profile, planned.mission.legs, planned.depart_at_s).timed
    pad = timed.points[-1].waypoint
    home_m = pad.ground_amsl_m if is_uneven(surroundings.airspace.ground) else None
    given = dict.fromkeys(one.at for one in planned.alternates if one.given)
    rally = (pad, *given)[:MOST_RALLY_POINTS]
    return fence_of(timed, surroundings).around(planned.mission, rally, home_m)


def fence_of(timed: TimedPath, surroundings: Surroundings) -> Fence:
    """The fence for a flight along `timed`: zones first, then buildings, in the order it comes near them."""
    return _fitted(timed, surroundings, [*_zones(timed, surroundings), *_buildings(timed, surroundings)])


def _fitted(timed: TimedPath, surroundings: Surroundings, walls: Sequence[Wall]) -> Fence:
    airspace = surroundings.airspace
    keep_ins = _keep_ins(timed, airspace)
    room = MOST_CORNERS - sum(len(keep_in.corners) for keep_in in keep_ins)
    passed = _met(timed, airspace, walls, surroundings.margins.lateral_m)
    beside = [wall for wall in _met(timed, airspace, walls, _NEAR_M) if wall not in passed]
    close = _met(timed, airspace, walls, _MUST_M)
    zones = [wall for wall in beside if wall.is_zone]
    if sum(wall.items for wall in zones) > room:
        must = [wall in close for wall in zones]
        close_first = sorted(
            zip(must, _coarse(timed, surroundings, zones), strict=True), key=lambda one: not one[0]
        )
    else:
        close_first = [(wall in close, wall) for wall in zones]
    chosen: list[Wall] = []
    left_out: list[str] = []
    for is_must, wall in [*close_first, *((False, wall) for wall in beside if not wall.is_zone)]:
        if wall.items <= room:
            room -= wall.items
            chosen.append(wall)
        elif is_must:
            left_out.append(wall.name)
    return Fence(tuple(chosen), keep_ins, tuple(left_out))


def _met(timed: TimedPath, airspace: Airspace, walls: Sequence[Wall], lateral_m: float) -> list[Wall]:
    """Those that the path comes within `lateral_m` of, at whatever height, in the order it does."""
    obstacles = [
        Obstacle(str(n), as_polygon(wall.footprint), _UNBOUNDED_AGL_M) for n, wall in enumerate(walls)
    ]
    closed = Airspace(airspace.frame, (), obstacles, None)  # walls up to the sky: the ground tells nothing
    found = closed.breaks(timed, Medium.AIR, Margins(lateral_m, 0.0))
    return [walls[int(one.reason.subject)] for one in found]


def _coarse(timed: TimedPath, surroundings: Surroundings, walls: Sequence[Wall]) -> list[Wall]:
    """Each with as few corners as leave the path free; none of them smaller than it was."""
    airspace = surroundings.airspace
    forms = {
        wall: [replace(wall, footprint=shape) for shape in coarser(wall.footprint, airspace.frame)]
        for wall in walls
        if isinstance(wall.footprint, Polygon)
    }
    every = [form for several in forms.values() for form in several]
    passed = _met(timed, airspace, every, surroundings.margins.lateral_m)
    return [
        next((form for form in reversed(forms.get(wall, [])) if form not in passed), wall) for wall in walls
    ]


def _keep_ins(timed: TimedPath, airspace: Airspace) -> tuple[KeepIn, ...]:
    """The area whose buildings and zones are known, for a path that keeps well within it."""
    if airspace.extent is None:
        return ()
    area = within(airspace.extent, airspace.frame, _AREA_CORNERS)
    inner_area = None if area is None else inset(area, airspace.frame, _INSIDE_M)
    if area is None or inner_area is None:
        return ()
    inner = Airspace(airspace.frame, (), (), None, inner_area)
    if inner.breaks(timed, Medium.AIR, Margins(0.0, 0.0)):
        return ()
    return (KeepIn("area", area.corners),)


def _zones(timed: TimedPath, surroundings: Surroundings) -> list[Wall]:
    """Zones that bind at some time and height of the flight, or close to it."""
    heights = [point.waypoint.height_agl_m for point in timed.points]
    margin_m = surroundings.margins.vertical_m
    if is_uneven(surroundings.airspace.ground):
        margin_m += SLAB_M  # between its points it may be so much higher or lower above the ground
    found = surroundings.airspace.footprints(
        Medium.AIR,
        timed.starts_at_s - _EARLY_S,
        timed.ends_at_s + _LATE_S,
        min(heights) - margin_m,
        max(heights) + margin_m,
    )
    return [Wall(name, footprint, is_zone=True) for name, footprint in found]


def _buildings(timed: TimedPath, surroundings: Surroundings) -> list[Wall]:
    """Buildings that reach up to the flight."""
    tall_m = max(point.waypoint.height_agl_m for point in timed.points) - surroundings.margins.vertical_m
    return [
        Wall(obstacle.name, obstacle.footprint, is_zone=False)
        for obstacle in surroundings.airspace.obstacles
        if obstacle.height_agl_m >= tall_m
    ]
