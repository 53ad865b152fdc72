"""Exact shortest any-angle path at cruise height among keep-outs.

Keep-outs are offset by the margin and merged, free space between them is triangulated, and the shortest
path through the triangles is exact for the offset shapes (see `sky`, `navmesh`). Their rounded corners are
drawn a little outside the true offset so that the verifier in `airspace`, which measures distances, agrees.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from geofences.airspace import Airspace, Margins
from geofences.airways.along_ground import along_ground
from geofences.airways.relief import grounded
from geofences.airways.slab import in_slab
from geofences.path import NoPath, Path, Waypoint
from geofences.reason import Because, Reason
from geofences.verifying.heights import is_uneven
from geofences.zone import Medium

SLAB_M = 15.0
"""Over uneven ground, by how much more than its cruise height a path may be above it, metres."""


def get_ready() -> None:
    """Load the planner now, or compile it where that was never done: not while a first order waits."""
    import geofences.airways.level_path  # noqa: PLC0415
    import geofences.footways.search  # noqa: PLC0415
    import geofences.spacetime.held  # noqa: F401, PLC0415


def find_path(
    airspace: Airspace,
    start: Waypoint,
    goal: Waypoint,
    *,
    cruise_height_agl_m: float,
    from_s: float,
    until_s: float,
    margins: Margins,
    highest_agl_m: float | None = None,
) -> Path | NoPath:
    """The shortest path: straight up at `start`, level at `cruise_height_agl_m`, straight down at `goal`.

    Everything that binds aircraft at any instant of `from_s`..`until_s` (UTC seconds) is kept
    clear of by `margins`, so that the path holds whenever in that span it is flown. The heights
    of start and goal are kept. `avoided` names what the path bends around; `NoPath` names what
    start, goal or their vertical columns lie in, or the walls between them. Where the airspace is
    known in some area only, so is the path inside it.

    Over uneven ground the path follows it between the cruise height and `highest_agl_m`, by itself 15 m more,
    as straight as that allows; it keeps clear of what binds at any height between, anywhere over its ground.
    """
    top_agl_m = _top_agl_m(airspace, cruise_height_agl_m, highest_agl_m)
    columns = partial(_column, airspace, margins=margins, from_s=from_s, until_s=until_s)
    reasons = [
        *columns(start, cruise_height_agl_m, what="the start"),
        *columns(goal, cruise_height_agl_m, what="the goal"),
    ]
    if reasons:
        return NoPath(tuple(reasons))
    slab = (cruise_height_agl_m - margins.vertical_m, top_agl_m + margins.vertical_m)
    level = in_slab(airspace, (start.position, goal.position), slab)
    binding = level.blocks_within(
        Medium.AIR,
        from_s=from_s,
        until_s=until_s,
        lower_agl_m=cruise_height_agl_m,
        upper_agl_m=top_agl_m,
        vertical_m=margins.vertical_m,
    )
    # It imports numba, which takes a moment and much memory: not before a path is wanted.
    from geofences.airways.level_path import level_path  # noqa: PLC0415

    find = partial(level_path, level, binding, start, goal, lateral_m=margins.lateral_m)
    path = find(cruise_height_agl_m=cruise_height_agl_m)
    return path if isinstance(path, NoPath) else _over_ground(path, airspace, cruise_height_agl_m, top_agl_m)


def _top_agl_m(airspace: Airspace, cruise_height_agl_m: float, highest_agl_m: float | None) -> float:
    if not is_uneven(airspace.ground):
        return cruise_height_agl_m
    return cruise_height_agl_m + SLAB_M if highest_agl_m is None else highest_agl_m


def _over_ground(path: Path, airspace: Airspace, lower_agl_m: float, upper_agl_m: float) -> Path | NoPath:
    if airspace.ground is None or not is_uneven(airspace.ground):
        return path
    level = [at for at in path.waypoints if at.height_agl_m == lower_agl_m]
    laid = along_ground(level, airspace.ground, airspace.frame, lower_agl_m, upper_agl_m)
    if laid is None:
        return NoPath((Reason(Because.TERRAIN, "terrain", "crosses ground whose height is not known"),))
    ends = (path.waypoints[0], path.waypoints[-1])
    first, last = grounded(ends, airspace.ground)
    whole = (first, *laid, last)
    return Path((whole[0], *(b for a, b in pairwise(whole) if a != b)), path.avoided)


def _column(
    airspace: Airspace,
    end: Waypoint,
    cruise_height_agl_m: float,
    *,
    margins: Margins,
    from_s: float,
    until_s: float,
    what: str,
) -> list[Reason]:
    lower_agl_m, upper_agl_m = sorted((end.height_agl_m, cruise_height_agl_m))
    return airspace.column(
        end.position,
        lower_agl_m,
        upper_agl_m,
        Medium.AIR,
        from_s=from_s,
        until_s=until_s,
        margins=margins,
        what=what,
    )
