"""Exact shortest any-angle path at cruise height among keep-outs.

Keep-outs are offset by the margin and merged, free space between them is triangulated, and the shortest
path through the triangles is exact for the offset shapes (see `sky`, `navmesh`). Their rounded corners are
drawn a little outside the true offset so that the verifier in `airspace`, which measures distances, agrees.
"""

from __future__ import annotations

from geofences.airspace import Airspace, Margins
from geofences.path import NoPath, Path, Waypoint
from geofences.reason import Reason
from geofences.zone import Medium


def get_ready() -> None:
    """Load the planner now, or compile it where that was never done: not while a first order waits."""
    import geofences.level_path  # noqa: F401, PLC0415


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
        for what, end in (("the start", start), ("the goal", goal))
        for reason in _column(
            airspace, end, cruise_height_agl_m, margins, from_s=from_s, until_s=until_s, what=what
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
    # It imports numba, which takes a moment and much memory: not before a path is wanted.
    from geofences.level_path import level_path  # noqa: PLC0415

    return level_path(
        airspace,
        binding,
        start,
        goal,
        cruise_height_agl_m=cruise_height_agl_m,
        lateral_m=margins.lateral_m,
    )


def _column(
    airspace: Airspace,
    end: Waypoint,
    cruise_height_agl_m: float,
    margins: Margins,
    *,
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
