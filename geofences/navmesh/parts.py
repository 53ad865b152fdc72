"""Which tiles are joined, after a change: found near it where that tells, else by looking at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import allocating
from geofences.navmesh.change import TILE_BYTES, Change, mark, touched_at
from geofences.navmesh.tiles import BEYOND, BLOCKED, DEAD, MAY_BEND, PART, UNUSED
from geofences.navmesh.topology import ACROSS, FACE, NONE, PARTS, SOLID, TILES, Rows, as_int, walled


@allocating
def spread_parts(c: Change, order: NDArray[np.int64]) -> None:
    """Give each new tile its part.

    Where what was joined through here is joined through here still, and the same part is all about, no other
    tile's part is another one now.
    """
    before, now = _pieces(c, c.was, c.tile_was), _pieces(c, c.rows, _tiles_now(c))
    now_of, part_of = np.full(len(before), NONE, np.int64), np.full(len(now), NONE, np.int64)
    near = True
    for i in range(len(c.touched)):
        t = c.touched[i]
        if c.rows[t, 0] == NONE or now[i] == NONE:
            continue
        for k in range(3):
            u = c.rows[t, ACROSS + k]
            if u == NONE or walled(c.rows, t, k) or touched_at(c, u) != NONE:
                continue
            part = as_int(c.tiles[c.rows[u, FACE], PART])
            if part_of[now[i]] not in (NONE, part) or now_of[before[i]] not in (NONE, now[i]):
                near = False
            part_of[now[i]], now_of[before[i]] = part, now[i]
    for t in order:
        if c.rows[t, FACE] != SOLID:
            piece = now[c.place[t]]
            if part_of[piece] == NONE:
                part_of[piece] = c.counts[PARTS]
                c.counts[PARTS] += 1
            c.tiles[c.rows[t, FACE], PART] = part_of[piece]
    if not near:
        _spread_all(c)


@allocating
def _tiles_now(c: Change) -> NDArray[np.int64]:
    found = np.full(len(c.touched), SOLID, np.int64)
    for i in range(len(c.touched)):
        if c.rows[c.touched[i], 0] != NONE:
            found[i] = c.rows[c.touched[i], FACE]
    return found


@allocating
def _pieces(c: Change, rows: Rows, tiles: NDArray[np.int64]) -> NDArray[np.int64]:
    """The touched free triangles joined through touched ones have the same number."""
    found, stack, count = np.full(len(tiles), NONE, np.int64), np.empty(len(tiles), np.int64), 0
    for first in range(len(tiles)):
        if tiles[first] < 0 or found[first] != NONE:
            continue
        found[first], stack[0], height = count, first, 1
        while height:
            height -= 1
            t = c.touched[stack[height]]
            for k in range(3):
                u = rows[t, ACROSS + k]
                i = NONE if u == NONE or walled(rows, t, k) else touched_at(c, u)
                if i != NONE and found[i] == NONE:
                    found[i], stack[height] = count, i
                    height += 1
        count += 1
    return found


@allocating
def _spread_all(c: Change) -> None:
    """Find the parts of all tiles; of those that were one, the first keeps its number."""
    count = c.counts[TILES]
    seen, taken = np.zeros(count, np.bool_), np.zeros(count + c.counts[PARTS], np.bool_)
    stack = np.empty(count, np.int64)
    for first in range(count):
        if seen[first] or c.tiles[first, MAY_BEND] == UNUSED:
            continue
        part = as_int(c.tiles[first, PART])
        if taken[part]:
            part = c.counts[PARTS]
            c.counts[PARTS] += 1
        taken[part], seen[first], stack[0], height = True, True, first, 1
        while height:
            height -= 1
            t = stack[height]
            if c.tiles[t, PART] != part:
                c.tiles[t, PART] = part
                mark(c.of_tiles, t, TILE_BYTES)
            for k in range(3):
                door = c.tiles[t, BEYOND + k]
                if door != BLOCKED:
                    u = (door if door >= 0 else DEAD - door) >> 2
                    if not seen[u]:
                        seen[u], stack[height] = True, u
                        height += 1
