"""Doors behind which there is no other way out: a path goes there only to end there.

Tiles with one way on are taken off, as leaves of a tree, until none is left. Those behind each door are a run
of numbers, so that two comparisons tell whether a place lies there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import allocating, compiled
from geofences.navmesh.change import TILE_BYTES, Change, Marks, mark, touched_at
from geofences.navmesh.tiles import BEYOND, BLOCKED, DEAD, SINCE, UNTIL, Tiles
from geofences.navmesh.topology import ACROSS, FACE, NONE, RUN, SOLID, TILES, Counts, walled


@compiled
def _is_dead(tiles: Tiles, t: int) -> bool:
    return tiles[t, UNTIL] > 0


@compiled
def _size(tiles: Tiles, t: int) -> int:
    """How many tiles lie in a dead end, its first with them."""
    return tiles[t, UNTIL] - tiles[t, SINCE]


@compiled
def _way_out(tiles: Tiles, t: int) -> int:
    """The one door that leads out of a dead end."""
    for k in range(3):
        if tiles[t, BEYOND + k] >= 0:
            return tiles[t, BEYOND + k]
    return BLOCKED


@compiled
def revive_about(c: Change, order: NDArray[np.int64], doubtful: NDArray[np.int64]) -> int:
    """Open all dead ends that reach into what was touched, or touch it; their tiles are `doubtful` now.

    Gives how many that are. The tiles are still those from before.
    """
    count = 0
    for tile in c.tile_was:
        if tile >= 0:
            count = _revive(c.tiles, tile, doubtful, count, c.of_tiles)
    for t in order:
        for k in range(3):
            u = c.rows[t, ACROSS + k]
            if (
                u != NONE
                and not walled(c.rows, t, k)
                and touched_at(c, u) == NONE
                and c.rows[u, FACE] != SOLID
            ):
                count = _revive(c.tiles, c.rows[u, FACE], doubtful, count, c.of_tiles)
    return count


@compiled
def _revive(tiles: Tiles, t: int, doubtful: NDArray[np.int64], count: int, marks: Marks) -> int:
    """Open the whole dead end that a tile lies in."""
    if not _is_dead(tiles, t):
        return count
    door = _way_out(tiles, t)
    while _is_dead(tiles, door >> 2):
        t = door >> 2
        door = _way_out(tiles, t)
    u = door >> 2
    tiles[u, BEYOND + (door & 3)] = DEAD - tiles[u, BEYOND + (door & 3)]
    mark(marks, u, TILE_BYTES)
    doubtful[count], doubtful[count + 1] = u, t
    i, count = count + 1, count + 2
    while i < count:
        t = doubtful[i]
        i += 1
        tiles[t, SINCE] = tiles[t, UNTIL] = 0
        mark(marks, t, TILE_BYTES)
        for k in range(3):
            if tiles[t, BEYOND + k] <= DEAD:
                tiles[t, BEYOND + k] = DEAD - tiles[t, BEYOND + k]
                doubtful[count] = tiles[t, BEYOND + k] >> 2
                count += 1
    return count


@allocating
def close_dead_ends(
    tiles: Tiles, counts: Counts, doubtful: NDArray[np.int64], count: int, marks: Marks
) -> None:
    """Mark the doors into all dead ends, as far as the first `count` of `doubtful` tiles may begin them.

    There is room in `doubtful` for each tile once more.
    """
    ends, i = np.empty(len(doubtful), np.int64), 0
    found = 0
    while i < count:
        t = doubtful[i]
        i += 1
        door, size, ways = BLOCKED, 1, 0
        for k in range(3):
            beyond = tiles[t, BEYOND + k]
            if beyond >= 0:
                door, ways = beyond, ways + 1
            elif beyond <= DEAD:
                size += _size(tiles, (DEAD - beyond) >> 2)
        if ways != 1 or _is_dead(tiles, t):
            continue
        u = door >> 2
        tiles[t, SINCE], tiles[t, UNTIL] = 0, size
        tiles[u, BEYOND + (door & 3)] = DEAD - tiles[u, BEYOND + (door & 3)]
        mark(marks, t, TILE_BYTES)
        mark(marks, u, TILE_BYTES)
        ends[found], doubtful[count] = t, u
        found, count = found + 1, count + 1
    _number(tiles, counts, ends[:found], marks)


@allocating
def _number(tiles: Tiles, counts: Counts, ends: NDArray[np.int64], marks: Marks) -> None:
    """Number the tiles in these dead ends, so that those behind each door are a run."""
    stack = np.empty((counts[TILES] + 2, 2), np.int64)
    for top in ends[::-1]:
        if _is_dead(tiles, _way_out(tiles, top) >> 2):
            continue
        stack[0, 0], stack[0, 1], height = top, counts[RUN], 1
        counts[RUN] += _size(tiles, top)
        while height:
            height -= 1
            t, first = stack[height, 0], stack[height, 1]
            size = _size(tiles, t)
            tiles[t, SINCE], tiles[t, UNTIL] = first, first + size
            mark(marks, t, TILE_BYTES)
            first += 1
            for k in range(3):
                if tiles[t, BEYOND + k] <= DEAD:
                    u = (DEAD - tiles[t, BEYOND + k]) >> 2
                    stack[height, 0], stack[height, 1] = u, first
                    first += _size(tiles, u)
                    height += 1
