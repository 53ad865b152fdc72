"""The search itself (see `search`): what follows from one node, and the loop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import compiled, entry
from geofences.navmesh.faces import Hints
from geofences.navmesh.points import locate
from geofences.navmesh.queue import CURSOR, LAST, next_bucket, queue_from
from geofences.navmesh.search import (
    APART,
    BASE,
    BEFORE,
    BEND,
    BENDS,
    CLOSED,
    DOOR,
    EAST,
    ENDS,
    FULL,
    LAST_BEND,
    NEXT,
    NODES,
    NORTH,
    POINT,
    REFUSED,
    SHORTEST,
    Place,
    Search,
    cross,
    from_bend,
    is_end,
    length,
    opened,
    outdated,
    put,
)
from geofences.navmesh.steps import fan, follow, key_of, seen_from
from geofences.navmesh.tiles import BEYOND, BLOCKED, PART, Tiles, Turns
from geofences.navmesh.topology import (
    ACROSS,
    FACE,
    NONE,
    SOLID,
    Points,
    Rows,
    as_int,
    ccw,
    corner_of,
    cw,
    turn_to,
)

Found = NDArray[np.int32]


@compiled
def _around(points: Points, rows: Rows, place: Place, t: int, found: Found) -> int:
    """Find the tiles that a place in triangle `t` touches: one, two at an edge, all about a point."""
    on, edge = 0, 0
    for k in range(3):
        if turn_to(points, rows[t, ccw(k)], rows[t, cw(k)], place[0], place[1]) == 0:
            on, edge = on + 1, edge + k
    if on == 2:  # the corner opposite neither of both edges
        return _about(rows, rows[t, 3 - edge], t, found)
    count = 0
    for u in (t, rows[t, ACROSS + edge]) if on else (t, NONE):
        if u != NONE and rows[u, FACE] != SOLID:
            found[count] = rows[u, FACE]
            count += 1
    return count


@compiled
def _about(rows: Rows, p: int, first: int, found: Found) -> int:
    """The tiles about a point."""
    count, t = 0, first
    while True:
        if rows[t, FACE] != SOLID:
            if count == len(found):
                return FULL
            found[count] = rows[t, FACE]
            count += 1
        t = rows[t, ACROSS + ccw(corner_of(rows, t, p))]
        if t == first or t == NONE:
            return count


@compiled
def _depart(s: Search, starts: Found) -> None:
    """Queue all doors of the start's tiles that do not touch the start."""
    goal = from_bend(s, 0, s.goal[0], s.goal[1])
    for t in starts:
        for k in range(3):
            door = opened(s, s.tiles[t, BEYOND + k])
            right, left = seen_from(s, t, ccw(k), 0), seen_from(s, t, cw(k), 0)
            if door != BLOCKED and cross(right[0], right[1], left[0], left[1]) > 0:
                edge = (left[0], left[1], right[0], right[1])
                put(s, door, 0, edge, key_of(s, door, 0, goal, edge, edge))


@compiled
def _run(s: Search) -> int:
    """The last bend of the shortest path; APART or FULL."""
    while next_bucket(s.heads, s.state):
        n = s.heads[s.state[CURSOR]]
        s.heads[s.state[CURSOR]] = s.nodes[n, NEXT]
        bend = as_int(s.nodes[n, BEND])
        if outdated(s, bend):
            continue
        if s.nodes[n, DOOR] == NONE:
            fan(s, bend)
        else:
            follow(s, n)
        if s.state[REFUSED]:
            return FULL
    return s.state[LAST_BEND]


@compiled
def _hint(hints: Hints, bounds: NDArray[np.int64], east: int, north: int) -> int:
    side = len(hints)
    i = (east - bounds[0]) * side // (bounds[2] - bounds[0] + 1)
    j = (north - bounds[1]) * side // (bounds[3] - bounds[1] + 1)
    return hints[min(max(i, 0), side - 1), min(max(j, 0), side - 1)]


@compiled
def _ready(s: Search, start: Place) -> None:
    s.bends[0, POINT] = s.bends[0, BEFORE] = NONE
    s.bends[0, EAST], s.bends[0, NORTH] = start
    s.far[0] = 0.0
    s.state[NODES], s.state[BENDS], s.state[REFUSED], s.state[LAST_BEND] = 0, 1, 0, APART
    s.figures[SHORTEST] = np.inf
    s.figures[BASE] = queue_from(s.state, length(float(s.goal[0] - start[0]), float(s.goal[1] - start[1])))


@compiled
def _leave(s: Search) -> None:
    """Make what is kept for the next search as it was."""
    for i in range(1, s.state[BENDS]):
        p = s.bends[i, POINT]
        s.reached[p, 0] = s.reached[p, 1] = np.inf
    s.heads[: s.state[LAST] + 1] = NONE


@compiled
def _retrace(s: Search, path: NDArray[np.int64]) -> int:
    """Write the bends that lead to the goal in their order; gives their number."""
    count, bend = 0, s.state[LAST_BEND]
    while s.bends[bend, BEFORE] != NONE:
        count += 1
        bend = as_int(s.bends[bend, BEFORE])
    bend = s.state[LAST_BEND]
    for i in range(count - 1, -1, -1):
        path[i] = s.bends[bend, POINT]
        bend = as_int(s.bends[bend, BEFORE])
    return count


@entry(
    "int64(int64, int64, int64, int64, int64[:,::1], int64[:,::1], int64[::1], int64[:,::1],"
    " int32[:,::1], int32[:,::1], int64[::1], int32[::1], int32[:,::1], int32[::1], int32[:,::1],"
    " float64[::1], float64[:,::1], int64[::1], float64[::1])"
)
def shortest(
    start_e: int,
    start_n: int,
    goal_e: int,
    goal_n: int,
    points: Points,
    rows: Rows,
    bounds: NDArray[np.int64],
    hints: Hints,
    tiles: Tiles,
    turns: Turns,
    path: NDArray[np.int64],
    ends: Found,
    nodes: NDArray[np.int32],
    heads: NDArray[np.int32],
    bends: NDArray[np.int32],
    far: NDArray[np.float64],
    reached: NDArray[np.float64],
    state: NDArray[np.int64],
    figures: NDArray[np.float64],
) -> int:
    """Rows of the points at which the shortest path bends, into `path`; gives their number.

    Infinity stands in all of `reached` and NONE in `heads`, before and after; see `Search` for the rest.
    Below 0 there is no path: APART, CLOSED; FULL: try again with more room.
    """
    start, goal = (start_e, start_n), (goal_e, goal_n)
    t = locate(points, rows, start_e, start_n, _hint(hints, bounds, start_e, start_n), len(rows))
    u = locate(points, rows, goal_e, goal_n, _hint(hints, bounds, goal_e, goal_n), len(rows))
    if t == NONE or u == NONE:
        return CLOSED
    half = len(ends) // 2
    starts, ends = ends[half:], ends[:half]
    count = _around(points, rows, start, t, starts)
    state[ENDS] = _around(points, rows, goal, u, ends)
    if count <= 0 or state[ENDS] <= 0:
        return FULL if count == FULL or state[ENDS] == FULL else CLOSED
    if tiles[starts[0], PART] != tiles[ends[0], PART]:
        return APART
    s = Search(tiles, turns, goal, ends, nodes, heads, bends, far, reached, state, figures)
    for i in range(count):
        if is_end(s, starts[i]):
            return 0
    _ready(s, start)
    _depart(s, starts[:count])
    bend = _run(s)
    _leave(s)
    return _retrace(s, path) if bend >= 0 else bend
