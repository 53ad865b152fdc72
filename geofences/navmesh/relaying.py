"""Reading anew the triangles that a change has touched: which are free, their tiles, corners and hints."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import allocating, compiled
from geofences.navmesh.change import (
    AT_BYTES,
    HINT_BYTES,
    POINT_BYTES,
    ROW_BYTES,
    TILE_BYTES,
    TURN_BYTES,
    UNSEEN,
    Change,
    mark,
    touched_at,
    was_alive,
)
from geofences.navmesh.faces import cell, corner_about
from geofences.navmesh.tiles import BEYOND, BLOCKED, MAY_BEND, PART, POINT, SINCE, UNTIL, UNUSED, lay_tile
from geofences.navmesh.topology import (
    ACROSS,
    FACE,
    FREE_TILE,
    NONE,
    RELAID,
    RIM,
    SOLID,
    TILES,
    ccw,
    corner_of,
    side_to,
    walled,
)

_NEW_FREE, _NEW_SOLID = -3, -4
_BOTH = _NEW_FREE + _NEW_SOLID


@compiled
def _kind(c: Change, u: int) -> int:
    """Free or solid, `UNSEEN` where that is not known yet; beyond the world all is free."""
    if u == NONE or c.rows[u, FACE] >= 0:
        return _NEW_FREE
    return _NEW_SOLID if c.rows[u, FACE] == SOLID else c.rows[u, FACE]


@compiled
def _kind_by(c: Change, t: int) -> int:
    """What a triangle is, as the first neighbour tells of which it is known."""
    for k in range(3):
        kind = _kind(c, c.rows[t, ACROSS + k])
        if kind != UNSEEN:
            return _BOTH - kind if walled(c.rows, t, k) else kind
    return UNSEEN


@allocating
def relabel(c: Change, order: NDArray[np.int64]) -> int:
    """Tell free triangles from solid ones among those touched, and write them into `order` as one walks.

    Gives their number; NONE where those that were not touched contradict what is found.
    """
    rows, count = c.rows, 0
    for first in c.touched:
        if rows[first, FACE] != UNSEEN:
            continue
        kind = _kind_by(c, first)
        if kind == UNSEEN:
            continue
        rows[first, FACE], order[count] = kind, first
        i, count = count, count + 1
        while i < count:
            t = order[i]
            i += 1
            for k in range(3):
                u = rows[t, ACROSS + k]
                if u != NONE and rows[u, FACE] == UNSEEN:
                    rows[u, FACE] = _BOTH - rows[t, FACE] if walled(rows, t, k) else rows[t, FACE]
                    order[count] = u
                    count += 1
    return count if _agrees(c) else NONE


@compiled
def _agrees(c: Change) -> bool:
    for t in c.touched:
        if c.rows[t, 0] == NONE:
            continue
        if c.rows[t, FACE] == UNSEEN:
            return False
        for k in range(3):
            kind = _kind(c, c.rows[t, ACROSS + k])
            if c.rows[t, FACE] != (_BOTH - kind if walled(c.rows, t, k) else kind):
                return False
    return True


@allocating
def number_touched(c: Change, order: NDArray[np.int64]) -> None:
    """Give the free ones the tiles that are free, those first that lay here before."""
    left = np.sort(c.tile_was[c.tile_was >= 0])
    used = 0
    for t in order:
        mark(c.of_rows, t, ROW_BYTES)
        if c.rows[t, FACE] == _NEW_SOLID:
            c.rows[t, FACE] = SOLID
            continue
        if used < len(left):
            c.rows[t, FACE] = left[used]
            used += 1
        elif c.counts[FREE_TILE] != NONE:
            tile = c.counts[FREE_TILE]
            c.counts[FREE_TILE] = c.tiles[tile, POINT]
            c.rows[t, FACE] = tile
        else:
            c.rows[t, FACE] = c.counts[TILES]
            c.counts[TILES] += 1
    for tile in left[used:]:
        c.tiles[tile, BEYOND : BEYOND + 3] = BLOCKED
        c.tiles[tile, MAY_BEND] = UNUSED
        c.tiles[tile, PART] = NONE
        c.tiles[tile, SINCE] = c.tiles[tile, UNTIL] = 0
        c.tiles[tile, POINT] = c.counts[FREE_TILE]
        c.counts[FREE_TILE] = tile
        mark(c.of_tiles, tile, TILE_BYTES)
    c.counts[RELAID] += len(order)


@allocating
def relay(c: Change, order: NDArray[np.int64], doubtful: NDArray[np.int64], count: int) -> int:
    """Lay the tiles of all that is free here, the doors into them, and the corners about them.

    Adds the tiles that may have become dead ends, or be none any more, to the `count` that are `doubtful`.
    """
    rows, tiles = c.rows, c.tiles
    for t in order:
        if rows[t, FACE] == SOLID:
            continue
        tile = rows[t, FACE]
        lay_tile(c.points, rows, t, tiles[tile])
        tiles[tile, MAY_BEND], tiles[tile, PART] = 0, NONE
        doubtful[count] = tile
        count += 1
        mark(c.of_tiles, tile, TILE_BYTES)
        for k in range(3):
            u = rows[t, ACROSS + k]
            if u != NONE and not walled(rows, t, k) and touched_at(c, u) == NONE:
                tiles[rows[u, FACE], BEYOND + side_to(rows, u, t)] = tile * 4 + k
                mark(c.of_tiles, rows[u, FACE], TILE_BYTES)
                doubtful[count] = rows[u, FACE]
                count += 1
    _turn_corners(c)
    return count


@allocating
def _turn_corners(c: Change) -> None:
    """Note how walls go on from each point of what was touched, and mark those points."""
    done, done_at, count = np.empty(6 * len(c.touched), np.int64), np.empty(len(c.points), np.int64), 0
    for t in c.touched:
        mark(c.of_rows, t, ROW_BYTES)
        for side in range(2):
            rows = c.was if side else c.rows
            if (side and not was_alive(c.was, t)) or rows[t, 0] == NONE:
                continue
            for k in range(3):
                p = rows[t, k]
                i = done_at[p]
                if 0 <= i < count and done[i] == p:
                    continue
                done[count], done_at[p] = p, count
                count += 1
                mark(c.of_points, p, POINT_BYTES)
                mark(c.of_at, p, AT_BYTES)
                mark(c.of_turns, p, TURN_BYTES)
                if p >= RIM and c.at[p] != NONE:
                    _turn_corner(c, p)


@compiled
def _turn_corner(c: Change, p: int) -> None:
    right, left = corner_about(c.points, c.rows, c.at[p], p)
    if right != NONE:
        for axis in range(2):
            c.turns[p, axis] = c.points[right, axis] - c.points[p, axis]
            c.turns[p, 2 + axis] = c.points[left, axis] - c.points[p, axis]
    t = c.at[p]
    while True:
        k, tile = corner_of(c.rows, t, p), c.rows[t, FACE]
        if tile != SOLID:
            bends = c.tiles[tile, MAY_BEND] & ~(1 << k) | ((right != NONE) << k)
            if bends != c.tiles[tile, MAY_BEND]:
                c.tiles[tile, MAY_BEND] = bends
                mark(c.of_tiles, tile, TILE_BYTES)
        t = c.rows[t, ACROSS + ccw(k)]
        if t == c.at[p]:
            return


@compiled
def rehint(c: Change, order: NDArray[np.int64]) -> None:
    """Let every hint name a triangle that is there, near where it was."""
    side = len(c.hints)
    for i in range(side):
        for j in range(side):
            t = c.hints[i, j]
            if touched_at(c, t) != NONE:
                c.hints[i, j] = _instead(c, t, order)
                mark(c.of_hints, i * side + j, HINT_BYTES)
    for t in order:
        for k in range(3):
            p = c.rows[t, k]
            i, j = cell(c.points, p, c.bounds, side, 0), cell(c.points, p, c.bounds, side, 1)
            if p >= RIM and 0 <= i < side and 0 <= j < side:
                c.hints[i, j] = c.at[p]
                mark(c.of_hints, i * side + j, HINT_BYTES)


@compiled
def _instead(c: Change, t: int, order: NDArray[np.int64]) -> int:
    """A triangle at a point of the one that was in row `t`."""
    for k in range(3):
        p = c.was[t, k]
        if p >= RIM and c.at[p] != NONE:
            return c.at[p]
    return order[0]
