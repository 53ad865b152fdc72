"""Free space as the search reads it: a row for each free triangle that holds all that crossing it asks for.

A row is 64 bytes, one line of the processor's memory, and neighbours have rows near each other. A door is
an edge as it is gone through: `tile * 4 + corner` of the tile it leads into, opposite that corner.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import compiled
from geofences.navmesh.faces import Corners
from geofences.navmesh.topology import (
    ACROSS,
    FACE,
    NONE,
    SOLID,
    TRIANGLES,
    Counts,
    Points,
    Rows,
    side_to,
    walled,
)

Tiles = NDArray[np.int32]
"""(n, 16): east and north of three points; the points; what lies `BEYOND` the edge opposite each: a door,
`BLOCKED` for a wall, or `DEAD - door` where that leads into a dead end; bits of the points where a path
`MAY_BEND`; the connected `PART` of free space; from `SINCE` up to `UNTIL`, the numbers of the tiles in the
dead end that begins here (its own is the first; 0, 0 outside of dead ends)."""
Turns = NDArray[np.int32]
"""(points, 4): the directions from a corner along the walls, right and left of free space."""

TILE_WIDTH, TURN_WIDTH = 16, 4
POINT, BEYOND, MAY_BEND, PART, SINCE, UNTIL = 6, 9, 12, 13, 14, 15
BLOCKED, DEAD = -1, -2
UNUSED = -1
"""Where it may bend, of a row that is no tile; it leads nowhere, and its `POINT` is the next such row."""


@compiled
def lay_tile(points: Points, rows: Rows, t: int, tile: NDArray[np.int32]) -> None:
    """Fill in the tile of a free triangle but for where one may bend, and its `PART`; of no dead end yet."""
    for k in range(3):
        p, u = rows[t, k], rows[t, ACROSS + k]
        tile[2 * k], tile[2 * k + 1], tile[POINT + k] = points[p, 0], points[p, 1], p
        if u == NONE or walled(rows, t, k):
            tile[BEYOND + k] = BLOCKED
        else:
            tile[BEYOND + k] = rows[u, FACE] * 4 + side_to(rows, u, t)
    tile[SINCE] = tile[UNTIL] = 0


@compiled
def lay_tiles(points: Points, rows: Rows, counts: Counts, corners: Corners, tiles: Tiles) -> None:
    """Fill in the tiles, which `label` has numbered, as far as one triangle tells; its `PART` is there."""
    for t in range(counts[TRIANGLES]):
        if rows[t, 0] == NONE or rows[t, FACE] == SOLID:
            continue
        tile, bends = tiles[rows[t, FACE]], 0
        lay_tile(points, rows, t, tile)
        for k in range(3):
            bends |= (corners[rows[t, k], 0] != NONE) << k
        tile[MAY_BEND] = bends


@compiled
def lay_turns(points: Points, corners: Corners, turns: Turns) -> None:
    """Note how the walls go on from each corner."""
    for p in range(len(corners)):
        if corners[p, 0] != NONE:
            right, left = corners[p, 0], corners[p, 1]
            turns[p, 0], turns[p, 1] = points[right, 0] - points[p, 0], points[right, 1] - points[p, 1]
            turns[p, 2], turns[p, 3] = points[left, 0] - points[p, 0], points[left, 1] - points[p, 1]
