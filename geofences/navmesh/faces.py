"""What a triangulation with walls means: which triangles are free, which points a path may bend at.

Walls bound solids, and each wall has a solid on exactly one side. So does every wall that is crossed on
the way in from the rim of the world change free into solid or solid into free.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import allocating, compiled
from geofences.navmesh.topology import (
    ACROSS,
    FACE,
    NONE,
    PARTS,
    POINTS,
    RIM,
    SOLID,
    TILES,
    TRIANGLES,
    At,
    Counts,
    Points,
    Rows,
    ccw,
    corner_of,
    cw,
    turn,
    walled,
)

_UNSEEN = -2
_FREE = 0

Corners = NDArray[np.int64]
"""(n, 2): of each point where a path may bend, the next ones along the walls right and left of free space."""
Hints = NDArray[np.int64]


@allocating
def label(rows: Rows, at: At, counts: Counts, parts: NDArray[np.int32]) -> int:
    """Give each triangle its `FACE`: `SOLID`, or a number. Gives how many are free; counts tiles, parts.

    Free ones are numbered as one walks from each to its neighbours, so that these have numbers near each
    other. Into `parts` goes, for each number, that of its connected part of free space.
    """
    count = counts[TRIANGLES]
    for t in range(count):
        rows[t, FACE] = _UNSEEN if rows[t, 0] != NONE else SOLID
    later = np.empty((3 * count + 1, 2), np.int64)
    later[0, 0], later[0, 1] = at[0], _FREE
    waiting, part, numbered = 1, 0, 0
    stack = np.empty(3 * count + 1, np.int64)
    while waiting:
        waiting -= 1
        stack[0], height = later[waiting, 0], 1
        kind, began = later[waiting, 1], numbered
        while height:
            height -= 1
            t = stack[height]
            if rows[t, FACE] != _UNSEEN:
                continue
            rows[t, FACE] = SOLID
            if kind == _FREE:
                rows[t, FACE], parts[numbered] = numbered, part
                numbered += 1
            for k in range(3):
                u = rows[t, ACROSS + k]
                if u != NONE and rows[u, FACE] == _UNSEEN:
                    if walled(rows, t, k):
                        later[waiting, 0], later[waiting, 1] = u, _FREE + SOLID - kind
                        waiting += 1
                    else:
                        stack[height] = u
                        height += 1
        part += numbered > began
    counts[TILES], counts[PARTS] = numbered, part
    return numbered


@compiled
def corner_about(points: Points, rows: Rows, first: int, p: int) -> tuple[int, int]:
    """The next points along the walls right and left of the free space that turns by more than half a turn.

    NONE, NONE where none does. `first` is one of the triangles about the point, which is not on the rim.
    """
    t = first
    while True:
        k = corner_of(rows, t, p)
        if rows[t, FACE] != SOLID and walled(rows, t, cw(k)):  # the wall on the right as seen from the point
            right = rows[t, ccw(k)]
            u, j = t, k
            while not walled(rows, u, ccw(j)):
                u = rows[u, ACROSS + ccw(j)]
                j = corner_of(rows, u, p)
            left = rows[u, cw(j)]
            if turn(points, p, right, left) < 0:
                return right, left
        t = rows[t, ACROSS + ccw(k)]
        if t == first:
            return NONE, NONE


@compiled
def find_corners(points: Points, rows: Rows, at: At, counts: Counts, corners: Corners) -> None:
    """Find the points about which free space turns by more than half a turn from wall to wall."""
    corners[:] = NONE
    for p in range(RIM, counts[POINTS]):
        if at[p] != NONE:
            corners[p, 0], corners[p, 1] = corner_about(points, rows, at[p], p)


@compiled
def cell(points: Points, p: int, bounds: NDArray[np.int64], side: int, axis: int) -> int:
    """The row or column of the grid of hints that a point lies in, if in any."""
    low, high = bounds[axis], bounds[2 + axis]
    return (points[p, axis] - low) * side // (high - low + 1)


@compiled
def lay_hints(points: Points, at: At, counts: Counts, bounds: NDArray[np.int64], hints: Hints) -> None:
    """Note a triangle near each cell of a grid over `bounds`: where the search for a place may begin."""
    side = len(hints)
    hints[:] = NONE
    for p in range(4, counts[POINTS]):
        if at[p] != NONE:
            hints[cell(points, p, bounds, side, 0), cell(points, p, bounds, side, 1)] = at[p]
    known = at[0]
    for i in range(side):
        for j in range(side):
            if hints[i, j] != NONE:
                known = hints[i, j]
            elif i and (j == 0 or hints[i - 1, j] != NONE):
                known = hints[i, j] = hints[i - 1, j]
            else:
                hints[i, j] = known
