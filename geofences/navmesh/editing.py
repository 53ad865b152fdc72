"""The entries that make and change a triangulation: rings out, rings in; and what a search reads of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import entry
from geofences.navmesh.change import Change, Marks, gathered
from geofences.navmesh.dead_ends import close_dead_ends, revive_about
from geofences.navmesh.faces import Hints, find_corners, label, lay_hints
from geofences.navmesh.parts import spread_parts
from geofences.navmesh.points import insert
from geofences.navmesh.relaying import number_touched, rehint, relabel, relay
from geofences.navmesh.tiles import PART, Tiles, Turns, lay_tiles, lay_turns
from geofences.navmesh.topology import (
    FREE_TILE,
    NONE,
    RELAID,
    RUN,
    TILES,
    TOUCHED,
    At,
    Counts,
    Points,
    Rows,
)
from geofences.navmesh.walls import raise_wall, raze_wall, remove

Rings = NDArray[np.int64]
"""(n, 4): east, north, the row of the ring's next point, and bits of what is in the other rings too:
the `POINT_STAYS`, the `EDGE_STAYS` that goes on from it."""

POINT_STAYS, EDGE_STAYS = 1, 2


@entry("int64(int64[:,::1], int64[:,::1], int64[::1], int64[::1], int64[:,::1], int64[:,::1])")
def edit(points: Points, rows: Rows, at: At, counts: Counts, old: Rings, new: Rings) -> int:
    """Take rings out and put others in; the arrays have room. Gives -1, or a new row that crosses a wall."""
    counts[TOUCHED] = NONE
    ids = np.empty(max(len(old), len(new)), np.int64)
    for i in range(len(old)):
        ids[i] = insert(points, rows, at, counts, old[i, 0], old[i, 1])
    for i in range(len(old)):
        if not old[i, 3] & EDGE_STAYS:
            raze_wall(points, rows, at, counts, ids[i], ids[old[i, 2]])
    for i in range(len(old)):
        if at[ids[i]] != NONE and not old[i, 3] & POINT_STAYS:
            remove(points, rows, at, counts, ids[i])
    for i in range(len(new)):
        ids[i] = insert(points, rows, at, counts, new[i, 0], new[i, 1])
    for i in range(len(new)):
        if not new[i, 3] & EDGE_STAYS and not raise_wall(points, rows, at, counts, ids[i], ids[new[i, 2]]):
            return i
    return NONE


@entry("int64(int64[:,::1], int64[::1], int64[::1], int32[::1])")
def number(rows: Rows, at: At, counts: Counts, parts: NDArray[np.int32]) -> int:
    """Tell free triangles from solid ones and number them; see `label`."""
    return label(rows, at, counts, parts)


@entry(
    "void(int64[:,::1], int64[:,::1], int64[::1], int64[::1], int32[::1], int32[:,::1], int32[:,::1],"
    " int64[::1], int64[:,::1], uint8[::1])"
)
def read(
    points: Points,
    rows: Rows,
    at: At,
    counts: Counts,
    parts: NDArray[np.int32],
    tiles: Tiles,
    turns: Turns,
    bounds: NDArray[np.int64],
    hints: Hints,
    marks: Marks,
) -> None:
    """Work out all that a search reads, and where to begin looking for a place."""
    corners = np.empty((len(points), 2), np.int64)
    find_corners(points, rows, at, counts, corners)
    lay_turns(points, corners, turns)
    count = counts[TILES]
    tiles[:count, PART] = parts[:count]
    lay_tiles(points, rows, counts, corners, tiles)
    counts[RUN], counts[FREE_TILE], counts[RELAID], counts[TOUCHED] = 1, NONE, 0, NONE
    doubtful = np.empty(2 * count, np.int64)
    doubtful[:count] = np.arange(count)
    close_dead_ends(tiles, counts, doubtful, count, marks)
    lay_hints(points, at, counts, bounds, hints)


@entry(
    "boolean(int64[:,::1], int64[:,::1], int64[::1], int64[::1], int64[:,::1], int32[:,::1], int32[:,::1],"
    " int64[::1], int64[:,::1], uint8[::1], uint8[::1], uint8[::1], uint8[::1], uint8[::1], uint8[::1])"
)
def patch(
    points: Points,
    rows: Rows,
    at: At,
    counts: Counts,
    was: Rows,
    tiles: Tiles,
    turns: Turns,
    bounds: NDArray[np.int64],
    hints: Hints,
    of_points: Marks,
    of_rows: Marks,
    of_at: Marks,
    of_tiles: Marks,
    of_turns: Marks,
    of_hints: Marks,
) -> bool:
    """Bring what a search reads up to date where triangles were touched; `was` are the rows before.

    Gives False, and has spoilt it, where what was not touched changes from free to solid or back.
    """
    touched, tile_was, place = gathered(rows, counts, was)
    marks = of_points, of_rows, of_at, of_tiles, of_turns, of_hints
    c = Change(points, rows, at, counts, was, tiles, turns, bounds, hints, *marks, touched, tile_was, place)
    order = np.empty(len(touched), np.int64)
    count = relabel(c, order)
    if count == NONE:
        return False
    order = order[:count]
    doubtful = np.empty(3 * counts[TILES] + 8 * len(touched) + 8, np.int64)
    count = revive_about(c, order, doubtful)
    number_touched(c, order)
    count = relay(c, order, doubtful, count)
    spread_parts(c, order)
    close_dead_ends(tiles, counts, doubtful, count, of_tiles)
    rehint(c, order)
    return True
