"""Triangles as rows of an array, exact predicates on grid points, and the one change all others are made of.

A triangulation is two arrays and a few counts, which every kernel of this room takes in this order:

- `points` (n, 2) int64: grid steps east and north. Coordinates stay within 2^29, so that every
  orientation is exact in 64 bits.
- `rows` (n, 8) int64, one a triangle: three points counter-clockwise; the triangles across the edges
  opposite each of them (`NONE`: nothing is beyond); bits of those edges that are `WALLS`; its `FACE`.
- `at` (n,) int64: for each point one triangle that has it; `NONE` for a point that is no more.
- `counts` (11,) int64: rows of points and of triangles in use, heads of the lists of free rows, the triangle
  that was changed last, from where the next search starts, the head of the list of triangles that were
  touched since the mesh was last read; then what `tiles` counts: rows in use, the head of the list of free
  ones, the next number for a run of dead ends, parts, and rows laid since all were.

A triangle that is touched by a change has the next of that list in its `FACE`, as `-3 - next`.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import compiled

Points = NDArray[np.int64]
Rows = NDArray[np.int64]
At = NDArray[np.int64]
Steps: TypeAlias = float
"""A length in grid steps, or a product of such."""
Counts = NDArray[np.int64]
as_int: Any = np.int64
as_float: Any = np.float64
"""Numbers of 64 bits, where numba would else keep fewer or two kinds; for mypy they are plain ones."""

NONE = -1
RIM = 4
"""The first points are the corners of the world: all others lie strictly inside."""
ACROSS, WALLS, FACE = 3, 6, 7
POINTS, TRIANGLES, FREE_TRIANGLE, FREE_POINT, LAST, TOUCHED, TILES, FREE_TILE, RUN, PARTS, RELAID = range(11)
COUNTS_WIDTH = 11
SOLID = -1
"""The `FACE` of a triangle that is not free, or no more; that of a free one is the number of its tile."""


@compiled
def ccw(k: int) -> int:
    """The corner (or edge) after corner `k` of a triangle, counter-clockwise."""
    return 0 if k == 2 else k + 1


@compiled
def cw(k: int) -> int:
    """The one before."""
    return 2 if k == 0 else k - 1


@compiled
def turn(points: Points, a: int, b: int, c: int) -> int:
    """Twice the area of the triangle: above 0 counter-clockwise, 0 on one line. Exact."""
    e, n = points[a, 0], points[a, 1]
    east, north = points[b, 0] - e, points[b, 1] - n
    found: int = east * (points[c, 1] - n) - north * (points[c, 0] - e)
    return found


@compiled
def turn_to(points: Points, a: int, b: int, east: int, north: int) -> int:
    """The same for a third place that is no point of the triangulation."""
    e, n = points[a, 0], points[a, 1]
    found: int = (points[b, 0] - e) * (north - n) - (points[b, 1] - n) * (east - e)
    return found


@compiled
def corner_of(rows: Rows, t: int, p: int) -> int:
    """Which corner of a triangle a point is."""
    return 0 if rows[t, 0] == p else 1 if rows[t, 1] == p else 2


@compiled
def side_to(rows: Rows, t: int, u: int) -> int:
    """Across which edge of triangle `t` triangle `u` lies."""
    return 0 if rows[t, ACROSS] == u else 1 if rows[t, ACROSS + 1] == u else 2


@compiled
def walled(rows: Rows, t: int, k: int) -> bool:
    """Whether the edge opposite a triangle's corner `k` is a wall."""
    return (rows[t, WALLS] >> k) & 1 != 0


@compiled
def touch(rows: Rows, counts: Counts, t: int) -> None:
    """Note that a triangle is about to change."""
    if rows[t, FACE] >= SOLID:
        rows[t, FACE] = -3 - counts[TOUCHED]
        counts[TOUCHED] = t


@compiled
def set_wall(rows: Rows, counts: Counts, t: int, k: int, wall: int) -> None:
    """Make that edge a wall (1) or none (0), seen from both sides."""
    touch(rows, counts, t)
    rows[t, WALLS] = (rows[t, WALLS] & ~(1 << k)) | (wall << k)
    u = rows[t, ACROSS + k]
    if u != NONE:
        touch(rows, counts, u)
        j = side_to(rows, u, t)
        rows[u, WALLS] = (rows[u, WALLS] & ~(1 << j)) | (wall << j)


@compiled
def put(rows: Rows, at: At, counts: Counts, t: int, a: int, b: int, c: int) -> None:
    """Give a triangle its points, and none of its edges a wall."""
    touch(rows, counts, t)
    rows[t, 0], rows[t, 1], rows[t, 2], rows[t, WALLS] = a, b, c, 0
    at[a] = at[b] = at[c] = t


@compiled
def join(rows: Rows, counts: Counts, t: int, k: int, u: int, wall: int, was: int) -> None:
    """Let `u`, which lay beside triangle `was`, lie across edge `k` of `t`, which was put, with that wall."""
    rows[t, ACROSS + k] = u
    rows[t, WALLS] |= wall << k
    if u != NONE:
        touch(rows, counts, u)
        rows[u, ACROSS + side_to(rows, u, was)] = t


@compiled
def flip(rows: Rows, at: At, counts: Counts, t: int, k: int) -> None:
    """Replace the edge opposite corner `k` of `t` by the other diagonal of the two triangles beside it.

    With p that corner and q the one beyond, (p, a, b) and (q, b, a) become (p, a, q) in `t` and
    (q, b, p) in the other.
    """
    u = rows[t, ACROSS + k]
    j = side_to(rows, u, t)
    a_side, b_side = ccw(k), cw(k)
    p, a, b, q = rows[t, k], rows[t, a_side], rows[t, b_side], rows[u, j]
    beyond_bp, beyond_pa = rows[t, ACROSS + a_side], rows[t, ACROSS + b_side]
    wall_bp, wall_pa = (rows[t, WALLS] >> a_side) & 1, (rows[t, WALLS] >> b_side) & 1
    b_side, a_side = ccw(j), cw(j)
    beyond_aq, beyond_qb = rows[u, ACROSS + b_side], rows[u, ACROSS + a_side]
    wall_aq, wall_qb = (rows[u, WALLS] >> b_side) & 1, (rows[u, WALLS] >> a_side) & 1
    put(rows, at, counts, t, p, a, q)
    put(rows, at, counts, u, q, b, p)
    join(rows, counts, t, 0, beyond_aq, wall_aq, u)
    join(rows, counts, t, 2, beyond_pa, wall_pa, t)
    join(rows, counts, u, 0, beyond_bp, wall_bp, t)
    join(rows, counts, u, 2, beyond_qb, wall_qb, u)
    rows[t, ACROSS + 1], rows[u, ACROSS + 1] = u, t
