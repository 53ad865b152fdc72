"""Making edges walls and taking walls away.

A wall that is no edge yet is made one by flipping the edges it crosses (S. W. Sloan, "A fast algorithm
for generating constrained Delaunay triangulations", Computers and Structures 47 (1993)); a point that
no wall needs any more is taken out by flipping its edges away until three are left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import allocating, compiled
from geofences.navmesh.points import improves
from geofences.navmesh.topology import (
    ACROSS,
    FREE_POINT,
    FREE_TRIANGLE,
    LAST,
    NONE,
    RIM,
    WALLS,
    At,
    Counts,
    Points,
    Rows,
    ccw,
    corner_of,
    cw,
    flip,
    join,
    put,
    set_wall,
    side_to,
    touch,
    turn,
    walled,
)


@compiled
def find_edge(rows: Rows, at: At, a: int, b: int) -> tuple[int, int]:
    """Triangle and corner opposite the edge from `a` to `b`, which is there, not on the world's rim."""
    if a < RIM:  # one cannot go all the way round there
        u, j = _find_edge_about(rows, at, b, a)
        t = rows[u, ACROSS + j]
        return t, side_to(rows, t, u)
    return _find_edge_about(rows, at, a, b)


@compiled
def _find_edge_about(rows: Rows, at: At, a: int, b: int) -> tuple[int, int]:
    t = at[a]
    while True:
        k = corner_of(rows, t, a)
        if rows[t, ccw(k)] == b:
            return t, cw(k)
        t = rows[t, ACROSS + ccw(k)]


@compiled
def _toward(points: Points, rows: Rows, at: At, a: int, b: int) -> tuple[int, int, int]:
    """What the line from `a` to `b` meets first: a point, or the edge opposite a triangle's corner."""
    t = at[a]
    east, north = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1]
    while True:
        k = corner_of(rows, t, a)
        right, left = rows[t, ccw(k)], rows[t, cw(k)]
        turn_right = turn(points, a, b, right)
        if turn_right == 0 and _ahead(points, a, right, east, north):
            return right, t, k
        if turn_right < 0 and turn(points, a, b, left) > 0:
            return NONE, t, k
        t = rows[t, ACROSS + ccw(k)]


@compiled
def _ahead(points: Points, a: int, b: int, east: int, north: int) -> bool:
    return float(points[b, 0] - points[a, 0]) * east + float(points[b, 1] - points[a, 1]) * north > 0.0


@allocating
def raise_wall(points: Points, rows: Rows, at: At, counts: Counts, a: int, b: int) -> bool:
    """Make the line from `a` to `b` a wall, in pieces where points lie on it. False: it crosses another."""
    while a != b:
        on, t, k = _toward(points, rows, at, a, b)
        if on == NONE:
            on, crossed = _crossed(points, rows, a, b, t, k)
            if on == NONE:
                return False
            _uncross(points, rows, at, counts, a, on, crossed)
        t, k = find_edge(rows, at, a, on)
        set_wall(rows, counts, t, k, 1)
        a = on
    return True


@allocating
def _crossed(points: Points, rows: Rows, a: int, b: int, t: int, k: int) -> tuple[int, NDArray[np.int64]]:
    """The edges that the line crosses up to the first point on it, and that point; NONE before a wall."""
    crossed = np.empty((16, 2), np.int64)
    count = 0
    while True:
        if walled(rows, t, k):
            return NONE, crossed[:count]
        right, left = rows[t, ccw(k)], rows[t, cw(k)]
        if count == len(crossed):
            crossed = np.concatenate((crossed, np.empty_like(crossed)))
        crossed[count, 0], crossed[count, 1] = right, left
        count += 1
        u = rows[t, ACROSS + k]
        j = ccw(corner_of(rows, u, right))
        apex = rows[u, j]
        side = turn(points, a, b, apex)
        if side == 0:
            return apex, crossed[:count]
        t, k = u, corner_of(rows, u, left if side > 0 else right)


@allocating
def _uncross(
    points: Points, rows: Rows, at: At, counts: Counts, a: int, b: int, crossed: NDArray[np.int64]
) -> None:
    """Flip the crossed edges, in turn, until none crosses the line from `a` to `b`; then restore Delaunay."""
    waiting = [(crossed[i, 0], crossed[i, 1]) for i in range(len(crossed))]
    fresh = [(np.int64(NONE), np.int64(NONE)) for _ in range(0)]
    first = 0
    while first < len(waiting):
        right, left = waiting[first]
        first += 1
        t, k = find_edge(rows, at, int(right), int(left))
        u = rows[t, ACROSS + k]
        p, q = rows[t, k], rows[u, ccw(corner_of(rows, u, right))]
        if turn(points, p, right, q) <= 0 or turn(points, q, left, p) <= 0:
            waiting.append((right, left))
            continue
        flip(rows, at, counts, t, k)
        p_side, q_side = turn(points, a, b, p), turn(points, a, b, q)
        if (p_side > 0 and q_side < 0) or (p_side < 0 and q_side > 0):
            waiting.append((p, q))
        elif p_side != 0 or q_side != 0:
            fresh.append((p, q))
    t, k = find_edge(rows, at, a, b)
    set_wall(rows, counts, t, k, 1)
    for p, q in fresh:
        t, k = find_edge(rows, at, int(p), int(q))
        if improves(points, rows, t, k):
            flip(rows, at, counts, t, k)


@compiled
def raze_wall(points: Points, rows: Rows, at: At, counts: Counts, a: int, b: int) -> None:
    """Make the line from `a` to `b`, which is a wall in one piece or several, no wall."""
    while a != b:
        on, t, k = _toward(points, rows, at, a, b)
        t, k = find_edge(rows, at, a, on)
        set_wall(rows, counts, t, k, 0)
        a = on


@allocating
def remove(points: Points, rows: Rows, at: At, counts: Counts, p: int) -> None:
    """Take out a point that no wall ends in; a point with a wall stays."""
    fresh = [(np.int64(NONE), np.int64(NONE)) for _ in range(0)]
    t = at[p]
    while True:
        spokes = _spokes(rows, t, p)
        if spokes <= 3:
            break
        k = corner_of(rows, t, p)
        u = rows[t, ACROSS + ccw(k)]
        a, b = rows[t, ccw(k)], rows[t, cw(k)]
        c = rows[u, cw(corner_of(rows, u, p))]
        if turn(points, a, b, c) > 0 and turn(points, p, a, c) >= 0:
            flip(rows, at, counts, t, ccw(k))
            fresh.append((a, c))
        t = u
    if spokes == 3:
        _merge(rows, at, counts, t, p)
        points[p, 0] = counts[FREE_POINT]
        counts[FREE_POINT], at[p] = p, NONE
    for a, c in fresh:
        t, k = find_edge(rows, at, int(a), int(c))
        if improves(points, rows, t, k):
            flip(rows, at, counts, t, k)


@compiled
def _spokes(rows: Rows, first: int, p: int) -> int:
    """How many edges end in a point; 0 where one of them is a wall."""
    count, t = 0, first
    while True:
        k = corner_of(rows, t, p)
        if walled(rows, t, ccw(k)):
            return 0
        count += 1
        t = rows[t, ACROSS + ccw(k)]
        if t == first:
            return count


@compiled
def _merge(rows: Rows, at: At, counts: Counts, t: int, p: int) -> None:
    """Make one triangle of the three about a point."""
    k = corner_of(rows, t, p)
    u, v = rows[t, ACROSS + ccw(k)], rows[t, ACROSS + cw(k)]
    a, b = rows[t, ccw(k)], rows[t, cw(k)]
    u_side, v_side = corner_of(rows, u, p), corner_of(rows, v, p)
    c = rows[u, cw(u_side)]
    beyond_t, wall_t = rows[t, ACROSS + k], (rows[t, WALLS] >> k) & 1
    put(rows, at, counts, t, a, b, c)
    join(rows, counts, t, 2, beyond_t, wall_t, t)
    join(rows, counts, t, 0, rows[u, ACROSS + u_side], (rows[u, WALLS] >> u_side) & 1, u)
    join(rows, counts, t, 1, rows[v, ACROSS + v_side], (rows[v, WALLS] >> v_side) & 1, v)
    for free in (u, v):
        touch(rows, counts, free)
        rows[free, 0] = NONE
        rows[free, ACROSS] = counts[FREE_TRIANGLE]
        counts[FREE_TRIANGLE] = free
    counts[LAST] = t
