"""The level part of a path: around what binds at cruise height, and in words why there is none."""

from __future__ import annotations

from math import ceil, log

from geofences.airspace import Airspace
from geofences.airways.level import Level, level_of
from geofences.airways.sky import BEYOND, Walled
from geofences.path import NoPath, Path, Waypoint
from geofences.position import LocalPoint
from geofences.reason import Because, Reason


def level_path(
    airspace: Airspace,
    binding: tuple[int, ...],
    start: Waypoint,
    goal: Waypoint,
    *,
    cruise_height_agl_m: float,
    lateral_m: float,
) -> Path | NoPath:
    """The shortest path around the blocks with these indices, each by `lateral_m`, at cruise height."""
    frame = airspace.frame
    ends = frame.to_local(start.position), frame.to_local(goal.position)
    level = _level(airspace, binding, lateral_m, ends)
    route = level.shortest(*ends)
    if isinstance(route, Walled):
        return NoPath(_shut_in(airspace, level, route))
    places = (start.position, *(frame.to_geo(bend) for bend in route), goal.position)
    return _path(airspace, level, start, goal, tuple(Waypoint(p, cruise_height_agl_m) for p in places))


def _level(
    airspace: Airspace, blocks: tuple[int, ...], lateral_m: float, ends: tuple[LocalPoint, LocalPoint]
) -> Level:
    level = level_of(airspace, blocks, lateral_m)
    far_m = max(abs(figure_m) for end in ends for figure_m in (end.east_m, end.north_m))
    # A coarser grid, where zones are near and an end is not; few of them, whatever the end.
    return level if level.sky.reaches_m(far_m) else level_of(airspace, blocks, lateral_m, _reach_m(far_m))


def _reach_m(far_m: float) -> float:
    return float(8.0 ** ceil(log(far_m, 8.0)))


def _shut_in(airspace: Airspace, level: Level, route: Walled) -> tuple[Reason, ...]:
    walls = [airspace.blocks[i].reason(f"{route.end} is walled in by") for i in level.blocks(route.walls)]
    if BEYOND in route.walls:
        text = "no way around what is between start and goal stays in the area that is known"
        walls.append(Reason(Because.AREA, "area", text))
    return tuple(walls)


def _path(
    airspace: Airspace, level: Level, start: Waypoint, goal: Waypoint, cruise: tuple[Waypoint, ...]
) -> Path:
    waypoints = [start]
    for waypoint in (*cruise, goal):
        if waypoint != waypoints[-1]:
            waypoints.append(waypoint)
    if len(waypoints) == 1:
        waypoints.append(goal)
    bends = (airspace.frame.to_local(waypoint.position) for waypoint in cruise[1:-1])
    avoided = dict.fromkeys(
        airspace.blocks[i].label for bend in bends for i in level.blocks(level.sky.around(bend))
    )
    return Path(tuple(waypoints), tuple(avoided))
