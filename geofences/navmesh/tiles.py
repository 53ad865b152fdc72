"""Free space as the search reads it: a row for each free triangle that holds all that crossing it asks for.

A row is 64 bytes, one line of the processor's memory, and neighbours have rows near each other. A door is
an edge as it is gone through: `tile * 4 + corner` of the tile it leads into, opposite that corner.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import allocating, compiled
from geofences.navmesh.faces import SOLID, Corners
from geofences.navmesh.topology import (
    ACROSS,
    FACE,
    NONE,
    TRIANGLES,
    Counts,
    Points,
    Rows,
    as_int,
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

TILE_WIDTH = 16
POINT, BEYOND, MAY_BEND, PART, SINCE, UNTIL = 6, 9, 12, 13, 14, 15
BLOCKED, DEAD = -1, -2


@compiled
def lay_tiles(points: Points, rows: Rows, counts: Counts, corners: Corners, tiles: Tiles) -> None:
    """Fill in the tiles, which `label` has numbered, as far as one triangle tells; its `PART` is there."""
    for t in range(counts[TRIANGLES]):
        if rows[t, 0] == NONE or rows[t, FACE] == SOLID:
            continue
        tile, bends = tiles[rows[t, FACE]], 0
        for k in range(3):
            p, u = rows[t, k], rows[t, ACROSS + k]
            tile[2 * k], tile[2 * k + 1], tile[POINT + k] = points[p, 0], points[p, 1], p
            if u == NONE or walled(rows, t, k):
                tile[BEYOND + k] = BLOCKED
            else:
                tile[BEYOND + k] = rows[u, FACE] * 4 + side_to(rows, u, t)
            if corners[p, 0] != NONE:
                bends |= 1 << k
        tile[MAY_BEND] = bends
        tile[SINCE] = tile[UNTIL] = 0


@compiled
def lay_turns(points: Points, corners: Corners, turns: Turns) -> None:
    """Note how the walls go on from each corner."""
    for p in range(len(corners)):
        if corners[p, 0] != NONE:
            right, left = corners[p, 0], corners[p, 1]
            turns[p, 0], turns[p, 1] = points[right, 0] - points[p, 0], points[right, 1] - points[p, 1]
            turns[p, 2], turns[p, 3] = points[left, 0] - points[p, 0], points[left, 1] - points[p, 1]


@allocating
def close_dead_ends(tiles: Tiles) -> None:
    """Mark every door behind which there is no other way out: a path goes there only to end there."""
    ways, found = np.zeros(len(tiles), np.int32), np.empty(len(tiles), np.int32)
    count = 0
    for t in range(len(tiles)):
        for k in range(3):
            ways[t] += tiles[t, BEYOND + k] != BLOCKED
        if ways[t] == 1:
            found[count] = t
            count += 1
    out, size = np.full(len(tiles), NONE, np.int32), np.ones(len(tiles), np.int32)
    i = 0
    while i < count:
        t = found[i]
        i += 1
        if ways[t] != 1:  # the last of a part that is all dead ends
            continue
        for k in range(3):
            door = tiles[t, BEYOND + k]
            if door >= 0:
                u = door >> 2
                tiles[u, BEYOND + (door & 3)] = DEAD - tiles[u, BEYOND + (door & 3)]
                out[t] = u
                size[u] += size[t]
                ways[u] -= 1
                if ways[u] == 1:
                    found[count] = u
                    count += 1
    _number_dead_ends(tiles, found[:count], out, size)


@allocating
def _number_dead_ends(
    tiles: Tiles, found: NDArray[np.int32], out: NDArray[np.int32], size: NDArray[np.int32]
) -> None:
    """Number the tiles in dead ends, so that those behind each door are a run; `out` is the tile before."""
    unused = 1
    inside = np.zeros(len(tiles), np.int32)  # the next number in the run of each
    for i in range(len(found) - 1, -1, -1):
        t = found[i]
        u = out[t]
        if u == NONE:
            continue
        if out[u] == NONE:
            first = unused
            unused += size[t]
        else:
            first = as_int(inside[u])
            inside[u] += size[t]
        tiles[t, SINCE], tiles[t, UNTIL] = first, first + size[t]
        inside[t] = first + 1
