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
    POINTS,
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

SOLID = -1
_UNSEEN = -2
_FREE = 0

Corners = NDArray[np.int64]
"""(n, 2): of each point where a path may bend, the next ones along the walls right and left of free space."""
Hints = NDArray[np.int64]


@allocating
def label(rows: Rows, at: At, counts: Counts, parts: NDArray[np.int32]) -> int:
    """Give each triangle its `FACE`: `SOLID`, or a number. Gives how many are free.

    Free ones are numbered as one walks from each to its neighbours, so that these have numbers near each
    other. Into `parts` goes, for each number, that of its connected part of free space.
    """
    count = counts[TRIANGLES]
    rows[:count, FACE] = _UNSEEN
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
    return numbered


@compiled
def find_corners(points: Points, rows: Rows, counts: Counts, corners: Corners) -> None:
    """Find the points about which free space turns by more than half a turn from wall to wall."""
    corners[:] = NONE
    for first in range(counts[TRIANGLES]):
        if rows[first, 0] == NONE or rows[first, FACE] == SOLID:
            continue
        for k in range(3):
            if walled(rows, first, cw(k)):  # the wall on the right as seen from corner k
                p, right = rows[first, k], rows[first, ccw(k)]
                t, j = first, k
                while not walled(rows, t, ccw(j)):
                    t = rows[t, ACROSS + ccw(j)]
                    j = corner_of(rows, t, p)
                left = rows[t, cw(j)]
                if turn(points, p, right, left) < 0:
                    corners[p, 0], corners[p, 1] = right, left


@compiled
def _cell(points: Points, p: int, bounds: NDArray[np.int64], side: int, axis: int) -> int:
    low, high = bounds[axis], bounds[2 + axis]
    return (points[p, axis] - low) * side // (high - low + 1)


@compiled
def lay_hints(points: Points, at: At, counts: Counts, bounds: NDArray[np.int64], hints: Hints) -> None:
    """Note a triangle near each cell of a grid over `bounds`: where the search for a place may begin."""
    side = len(hints)
    hints[:] = NONE
    for p in range(4, counts[POINTS]):
        if at[p] != NONE:
            hints[_cell(points, p, bounds, side, 0), _cell(points, p, bounds, side, 1)] = at[p]
    known = at[0]
    for i in range(side):
        for j in range(side):
            if hints[i, j] != NONE:
                known = hints[i, j]
            elif i and (j == 0 or hints[i - 1, j] != NONE):
                known = hints[i, j] = hints[i - 1, j]
            else:
                hints[i, j] = known
