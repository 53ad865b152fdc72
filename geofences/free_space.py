"""Exact shortest any-angle path at cruise height among keep-outs.

The shortest path among polygons bends only at their convex corners (Lozano-Perez and Wesley,
"An algorithm for planning collision-free paths among polyhedral obstacles", CACM 22 (1979)).
Keep-outs are offset by the margin, merged, and searched with A* over the tangent visibility graph
(see `sky`). The result is exact for the offset shapes, whose rounded corners are drawn a little
outside the true offset so that the verifier in `airspace`, which measures distances, agrees.
"""

from __future__ import annotations

from geofences.airspace import Airspace, Margins
from geofences.path import NoPath, Path, Waypoint
from geofences.reason import Because, Reason
from geofences.sky import Sky, Walled, sky_of
from geofences.zone import Medium


def find_path(
    airspace: Airspace,
    start: Waypoint,
    goal: Waypoint,
    *,
    cruise_height_agl_m: float,
    from_s: float,
    until_s: float,
    margins: Margins,
) -> Path | NoPath:
    """The shortest path: straight up at `start`, level at `cruise_height_agl_m`, straight down at `goal`.

    Everything that binds aircraft at any instant of `from_s`..`until_s` (UTC seconds) is kept
    clear of by `margins`, so that the path holds whenever in that span it is flown. The heights
    of start and goal are kept. `avoided` names what the path bends around; `NoPath` names what
    start, goal or their vertical columns lie in, or the walls between them. Where the airspace is
    known in some area only, so is the path inside it.
    """
    reasons = [
        reason
        for what, place in (("the start", start), ("the goal", goal))
        for reason in airspace.column(
            place.position,
            min(place.height_agl_m, cruise_height_agl_m),
            max(place.height_agl_m, cruise_height_agl_m),
            Medium.AIR,
            from_s=from_s,
            until_s=until_s,
            margins=margins,
            what=what,
        )
    ]
    if reasons:
        return NoPath(tuple(reasons))
    binding = airspace.blocks_within(
        Medium.AIR,
        from_s=from_s,
        until_s=until_s,
        lower_agl_m=cruise_height_agl_m,
        upper_agl_m=cruise_height_agl_m,
        vertical_m=margins.vertical_m,
    )
    sky = sky_of(airspace, binding, margins.lateral_m)
    frame = airspace.frame
    route = sky.shortest(frame.to_local(start.position), frame.to_local(goal.position))
    if isinstance(route, Walled):
        return NoPath(_shut_in(airspace, route))
    places = (start.position, *(frame.to_geo(bend) for bend in route), goal.position)
    return _path(airspace, sky, start, goal, tuple(Waypoint(p, cruise_height_agl_m) for p in places))


def _shut_in(airspace: Airspace, route: Walled) -> tuple[Reason, ...]:
    if not route.walls:
        text = "no way around what is between start and goal stays in the area that is known"
        return (Reason(Because.AREA, "area", text),)
    return tuple(airspace.blocks[i].reason(f"{route.end} is walled in by") for i in route.walls)


def _path(airspace: Airspace, sky: Sky, start: Waypoint, goal: Waypoint, level: tuple[Waypoint, ...]) -> Path:
    waypoints = [start]
    for waypoint in (*level, goal):
        if waypoint != waypoints[-1]:
            waypoints.append(waypoint)
    if len(waypoints) == 1:
        waypoints.append(goal)
    bends = (airspace.frame.to_local(waypoint.position) for waypoint in level[1:-1])
    avoided = dict.fromkeys(airspace.blocks[i].label for bend in bends for i in sky.at_corner(bend))
    return Path(tuple(waypoints), tuple(avoided))
