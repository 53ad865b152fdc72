"""Putting points into a Delaunay triangulation, and finding the triangle a place is in.

Incremental insertion with edge flips: C. L. Lawson, "Software for C1 surface interpolation" (1977);
walls are never flipped (D. T. Lee and A. K. Lin, "Generalized Delaunay triangulation for planar
graphs", 1986). The incircle test is in floating point: it makes triangles well shaped, while that
they are triangles at all rests on the exact turns alone.
"""

from __future__ import annotations

from geofences.compiled import compiled
from geofences.navmesh.topology import (
    ACROSS,
    FREE_POINT,
    FREE_TRIANGLE,
    LAST,
    NONE,
    POINTS,
    TRIANGLES,
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
    turn,
    turn_to,
)

_IN_CIRCLE = 1e-11
"""How far inside, as a share of the terms, a point must be before an edge is flipped for it."""


@compiled
def locate(points: Points, rows: Rows, east: int, north: int, start: int, limit: int) -> int:
    """The triangle in which or on whose edge a place lies, by walking there; NONE outside of all."""
    t = start
    for step in range(limit):
        beyond = t
        for i in range(3):
            k = (step + i) % 3  # another edge first at each step: no walk goes round for ever
            if turn_to(points, rows[t, ccw(k)], rows[t, cw(k)], east, north) < 0:
                beyond = rows[t, ACROSS + k]
                break
        if beyond == t or beyond == NONE:
            return beyond
        t = beyond
    return _search(points, rows, east, north, limit)


@compiled
def _search(points: Points, rows: Rows, east: int, north: int, count: int) -> int:
    """The same by looking at every triangle."""
    for t in range(count):
        a, b, c = rows[t, 0], rows[t, 1], rows[t, 2]
        if a != NONE and (
            turn_to(points, a, b, east, north) >= 0
            and turn_to(points, b, c, east, north) >= 0
            and turn_to(points, c, a, east, north) >= 0
        ):
            return t
    return NONE


@compiled
def new_triangle(rows: Rows, counts: Counts) -> int:
    """A free row for a triangle."""
    t = counts[FREE_TRIANGLE]
    if t != NONE:
        counts[FREE_TRIANGLE] = rows[t, ACROSS]
    else:
        t = counts[TRIANGLES]
        counts[TRIANGLES] += 1
    return t


@compiled
def _new_point(points: Points, counts: Counts, east: int, north: int) -> int:
    p = counts[FREE_POINT]
    if p != NONE:
        counts[FREE_POINT] = points[p, 0]
    else:
        p = counts[POINTS]
        counts[POINTS] += 1
    points[p, 0], points[p, 1] = east, north
    return p


@compiled
def insert(points: Points, rows: Rows, at: At, counts: Counts, east: int, north: int) -> int:
    """Put in a point, or find the one that is there already; gives its row."""
    t = locate(points, rows, east, north, counts[LAST], counts[TRIANGLES])
    for k in range(3):
        if points[rows[t, k], 0] == east and points[rows[t, k], 1] == north:
            return rows[t, k]
    p = _new_point(points, counts, east, north)
    a, b, c, walls = rows[t, 0], rows[t, 1], rows[t, 2], rows[t, WALLS]
    beyond_a, beyond_b, beyond_c = rows[t, ACROSS], rows[t, ACROSS + 1], rows[t, ACROSS + 2]
    u, v = new_triangle(rows, counts), new_triangle(rows, counts)
    put(rows, at, counts, t, p, b, c)
    put(rows, at, counts, u, p, c, a)
    put(rows, at, counts, v, p, a, b)
    join(rows, counts, t, 0, beyond_a, walls & 1, t)
    join(rows, counts, u, 0, beyond_b, (walls >> 1) & 1, t)
    join(rows, counts, v, 0, beyond_c, (walls >> 2) & 1, t)
    rows[t, ACROSS + 1], rows[t, ACROSS + 2] = u, v
    rows[u, ACROSS + 1], rows[u, ACROSS + 2] = v, t
    rows[v, ACROSS + 1], rows[v, ACROSS + 2] = t, u
    for flat in (t, u, v):  # on an edge: one of the three has no area, and goes with that edge
        if turn(points, p, rows[flat, 1], rows[flat, 2]) == 0:
            _cut_edge(rows, at, counts, flat)
            break
    counts[LAST] = t
    _legalise_around(points, rows, at, counts, p)
    return p


@compiled
def _cut_edge(rows: Rows, at: At, counts: Counts, t: int) -> None:
    """Flip the edge that the point in corner 0 of `t` lies on; where it was a wall, both halves are."""
    wall = rows[t, WALLS] & 1
    u = rows[t, ACROSS]
    flip(rows, at, counts, t, 0)
    set_wall(rows, counts, t, 2, wall)
    set_wall(rows, counts, u, 0, wall)


@compiled
def _legalise_around(points: Points, rows: Rows, at: At, counts: Counts, p: int) -> None:
    """Flip edges opposite `p` until none has a point beyond it inside the circle with `p`."""
    t = first = at[p]
    while True:
        k = corner_of(rows, t, p)
        if improves(points, rows, t, k):
            flip(rows, at, counts, t, k)
            first = t
            continue
        t = rows[t, ACROSS + ccw(k)]
        if t == first:
            return


@compiled
def improves(points: Points, rows: Rows, t: int, k: int) -> bool:
    """Whether flipping the edge opposite corner `k` is possible and makes the two triangles Delaunay."""
    u = rows[t, ACROSS + k]
    if u == NONE or (rows[t, WALLS] >> k) & 1:
        return False
    p, a, b = rows[t, k], rows[t, ccw(k)], rows[t, cw(k)]
    j = 0 if rows[u, ACROSS] == t else 1 if rows[u, ACROSS + 1] == t else 2
    q = rows[u, j]
    return _in_circle(points, p, a, b, q) and turn(points, p, a, q) > 0 and turn(points, q, b, p) > 0


@compiled
def _in_circle(points: Points, a: int, b: int, c: int, d: int) -> bool:
    east, north = points[d, 0], points[d, 1]
    ae, an = float(points[a, 0] - east), float(points[a, 1] - north)
    be, bn = float(points[b, 0] - east), float(points[b, 1] - north)
    ce, cn = float(points[c, 0] - east), float(points[c, 1] - north)
    a2, b2, c2 = ae * ae + an * an, be * be + bn * bn, ce * ce + cn * cn
    terms = (
        a2 * (be * cn - ce * bn),
        b2 * (ce * an - ae * cn),
        c2 * (ae * bn - be * an),
    )
    return terms[0] + terms[1] + terms[2] > _IN_CIRCLE * (abs(terms[0]) + abs(terms[1]) + abs(terms[2]))
