"""The search itself (see `search`): what follows from one node, and the loop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.navmesh.compiled import compiled, entry
from geofences.navmesh.faces import SOLID, Corners, Hints
from geofences.navmesh.points import locate
from geofences.navmesh.search import (
    APART,
    BEND,
    BENDS,
    CLOSED,
    ENDS,
    ENTRY,
    FULL,
    GOAL_E,
    GOAL_N,
    HELD,
    INTO,
    LAST_BEND,
    LEFT_E,
    LEFT_N,
    NODES,
    QUEUED,
    REFUSED,
    RIGHT_E,
    RIGHT_N,
    ROOT_E,
    ROOT_N,
    Search,
    arrive,
    bend_at,
    bends_at,
    cross,
    fan,
    is_end,
    next_node,
    outdated,
    push,
)
from geofences.navmesh.topology import ACROSS, FACE, NONE, Points, Rows, ccw, corner_of, cw, turn_to


@compiled
def _around(points: Points, rows: Rows, place: tuple[int, int], t: int, found: NDArray[np.int64]) -> int:
    """Find the free triangles that a place in `t` touches: one, two at an edge, all about a point."""
    on, edge = 0, 0
    for k in range(3):
        if turn_to(points, rows[t, ccw(k)], rows[t, cw(k)], place[0], place[1]) == 0:
            on, edge = on + 1, edge + k
    if on == 2:  # the corner opposite neither of both edges
        return _about(rows, rows[t, 3 - edge], t, found)
    count = 0
    for u in (t, rows[t, ACROSS + edge]) if on else (t, NONE):
        if u != NONE and rows[u, FACE] != SOLID:
            found[count] = u
            count += 1
    return count


@compiled
def _about(rows: Rows, p: int, first: int, found: NDArray[np.int64]) -> int:
    """The free triangles about a point."""
    count, t = 0, first
    while True:
        if rows[t, FACE] != SOLID:
            if count == len(found):
                return FULL
            found[count] = t
            count += 1
        t = rows[t, ACROSS + ccw(corner_of(rows, t, p))]
        if t == first or t == NONE:
            return count


@compiled
def _depart(s: Search, starts: NDArray[np.int64], count: int, e: int, n: int) -> None:
    """Queue all edges of the start's triangles that do not touch the start."""
    s.bends[0, 0] = s.bends[0, 1] = NONE
    s.far[0] = 0.0
    s.shortest[0] = np.inf
    s.state[NODES] = s.state[QUEUED] = s.state[REFUSED] = 0
    s.state[BENDS], s.state[LAST_BEND], s.state[HELD] = 1, APART, NONE
    for i in range(count):
        t = starts[i]
        for k in range(3):
            a, b = s.rows[t, ccw(k)], s.rows[t, cw(k)]
            if turn_to(s.points, a, b, e, n) > 0:
                left_e, left_n = s.points[b, 0] - e, s.points[b, 1] - n
                push(s, t, k, 0, (e, n), (left_e, left_n, s.points[a, 0] - e, s.points[a, 1] - n))


@compiled
def _sees_goal(s: Search, node: NDArray[np.int64]) -> bool:
    """Whether the goal, in the triangle that is entered, is in sight."""
    e, n = s.state[GOAL_E] - node[ROOT_E], s.state[GOAL_N] - node[ROOT_N]
    return cross(node[LEFT_E], node[LEFT_N], e, n) <= 0 <= cross(node[RIGHT_E], node[RIGHT_N], e, n)


@compiled
def _expand(s: Search, node: NDArray[np.int64]) -> None:
    """Queue what is seen through an edge, and what is seen from its ends where the path can bend there."""
    t, k, bend, e, n = node[INTO], node[ENTRY], node[BEND], node[ROOT_E], node[ROOT_N]
    le, ln, re, rn = node[LEFT_E], node[LEFT_N], node[RIGHT_E], node[RIGHT_N]
    a, b, c = s.rows[t, ccw(k)], s.rows[t, cw(k)], s.rows[t, k]
    ce, cn = s.points[c, 0] - e, s.points[c, 1] - n
    if cross(le, ln, ce, cn) >= 0:
        push(s, t, ccw(k), bend, (e, n), (le, ln, re, rn))
    elif cross(re, rn, ce, cn) <= 0:
        push(s, t, cw(k), bend, (e, n), (le, ln, re, rn))
    else:
        push(s, t, cw(k), bend, (e, n), (le, ln, ce, cn))
        push(s, t, ccw(k), bend, (e, n), (ce, cn, re, rn))
    if cross(le, ln, s.points[a, 0] - e, s.points[a, 1] - n) == 0:
        _bend(s, node, a, (le, ln), 1)
    if cross(re, rn, s.points[b, 0] - e, s.points[b, 1] - n) == 0:
        _bend(s, node, b, (re, rn), -1)


@compiled
def _bend(s: Search, node: NDArray[np.int64], p: int, ray: tuple[int, int], hand: int) -> None:
    """Queue what is seen from one end of the edge, where the path can bend there."""
    if bends_at(s, p, ray, hand):
        bend = bend_at(s, p, node[BEND], (node[ROOT_E], node[ROOT_N]), hand)
        if bend != NONE:
            fan(s, node[INTO], p, bend, ray, hand)


@compiled
def _run(s: Search) -> int:
    """The last bend of the shortest path; APART or FULL."""
    while True:
        if s.state[REFUSED] or s.state[BENDS] + 2 > len(s.bends):
            return FULL
        n = next_node(s)
        if n == NONE:
            break
        node = s.nodes[n]
        if outdated(s, node[BEND]):
            continue
        if is_end(s, node[INTO]) and _sees_goal(s, node):
            arrive(s, node[BEND], s.state[GOAL_E] - node[ROOT_E], s.state[GOAL_N] - node[ROOT_N])
        else:
            _expand(s, node)
    return s.state[LAST_BEND]


@compiled
def _hint(hints: Hints, bounds: NDArray[np.int64], east: int, north: int) -> int:
    side = len(hints)
    i = (east - bounds[0]) * side // (bounds[2] - bounds[0] + 1)
    j = (north - bounds[1]) * side // (bounds[3] - bounds[1] + 1)
    return hints[min(max(i, 0), side - 1), min(max(j, 0), side - 1)]


@compiled
def _retrace(s: Search, path: NDArray[np.int64]) -> int:
    """Write the bends that lead to the goal in their order; gives their number."""
    count, bend = 0, s.state[LAST_BEND]
    while s.bends[bend, 0] != NONE:
        count += 1
        bend = s.bends[bend, 1]
    bend = s.state[LAST_BEND]
    for i in range(count - 1, -1, -1):
        path[i] = s.bends[bend, 0]
        bend = s.bends[bend, 1]
    return count


@entry(
    "int64(int64[:,::1], int64[:,::1], int64[:,::1], int64[::1], int64[:,::1], int64[::1], int64[::1],"
    " int64[::1], int64[::1], int64[:,::1], float64[::1], int64[::1], int64[:,::1], float64[::1],"
    " float64[:,::1], float64[::1])"
)
def shortest(
    points: Points,
    rows: Rows,
    corners: Corners,
    bounds: NDArray[np.int64],
    hints: Hints,
    start: NDArray[np.int64],
    path: NDArray[np.int64],
    state: NDArray[np.int64],
    ends: NDArray[np.int64],
    nodes: NDArray[np.int64],
    keys: NDArray[np.float64],
    items: NDArray[np.int64],
    bends: NDArray[np.int64],
    far: NDArray[np.float64],
    reached: NDArray[np.float64],
    shortest_yet: NDArray[np.float64],
) -> int:
    """Rows of the points at which the shortest path bends, into `path`; gives their number.

    The goal stands in `state`, infinity in all of `reached`, before and after; see `Search` for the rest.
    Below 0 there is no path: APART, CLOSED; FULL: try again with more room.
    """
    s = Search(points, rows, corners, state, ends, nodes, keys, items, bends, far, reached, shortest_yet)
    e, n, goal_e, goal_n = start[0], start[1], state[GOAL_E], state[GOAL_N]
    t = locate(points, rows, e, n, _hint(hints, bounds, e, n), len(rows))
    u = locate(points, rows, goal_e, goal_n, _hint(hints, bounds, goal_e, goal_n), len(rows))
    if t == NONE or u == NONE:
        return CLOSED
    starts = _around(points, rows, (e, n), t, path)
    state[ENDS] = _around(points, rows, (goal_e, goal_n), u, ends)
    if starts <= 0 or state[ENDS] <= 0:
        return FULL if starts == FULL or state[ENDS] == FULL else CLOSED
    if rows[path[0], FACE] != rows[ends[0], FACE]:
        return APART
    for i in range(starts):
        if is_end(s, path[i]):
            return 0
    _depart(s, path, starts, e, n)
    bend = _run(s)
    for i in range(1, state[BENDS]):
        reached[bends[i, 0], 0] = reached[bends[i, 0], 1] = np.inf
    return _retrace(s, path) if bend >= 0 else bend
