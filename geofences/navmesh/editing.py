"""The entries that make and change a triangulation: rings out, rings in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import entry
from geofences.navmesh.faces import Hints, find_corners, label, lay_hints
from geofences.navmesh.points import insert
from geofences.navmesh.tiles import PART, Tiles, Turns, close_dead_ends, lay_tiles, lay_turns
from geofences.navmesh.topology import At, Counts, Points, Rows
from geofences.navmesh.walls import raise_wall, raze_wall, remove

Rings = NDArray[np.int64]
"""(n, 3): east, north, and the row of the ring's next point."""


@entry("int64(int64[:,::1], int64[:,::1], int64[::1], int64[::1], int64[:,::1], int64[:,::1])")
def edit(points: Points, rows: Rows, at: At, counts: Counts, old: Rings, new: Rings) -> int:
    """Take rings out and put others in; the arrays have room. Gives -1, or a new row that crosses a wall."""
    ids = np.empty(max(len(old), len(new)), np.int64)
    for i in range(len(old)):
        ids[i] = insert(points, rows, at, counts, old[i, 0], old[i, 1])
    for i in range(len(old)):
        raze_wall(points, rows, at, ids[i], ids[old[i, 2]])
    for i in range(len(old)):
        if at[ids[i]] != -1:
            remove(points, rows, at, counts, ids[i])
    for i in range(len(new)):
        ids[i] = insert(points, rows, at, counts, new[i, 0], new[i, 1])
    for i in range(len(new)):
        if not raise_wall(points, rows, at, ids[i], ids[new[i, 2]]):
            return i
    return -1


@entry("int64(int64[:,::1], int64[::1], int64[::1], int32[::1])")
def number(rows: Rows, at: At, counts: Counts, parts: NDArray[np.int32]) -> int:
    """Tell free triangles from solid ones and number them; see `label`."""
    return label(rows, at, counts, parts)


@entry(
    "void(int64[:,::1], int64[:,::1], int64[::1], int64[::1], int32[::1], int32[:,::1], int32[:,::1],"
    " int64[::1], int64[:,::1])"
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
) -> None:
    """Work out what a search reads, and where to begin looking for a place."""
    corners = np.empty((len(points), 2), np.int64)
    find_corners(points, rows, counts, corners)
    lay_turns(points, corners, turns)
    tiles[:, PART] = parts[: len(tiles)]
    lay_tiles(points, rows, counts, corners, tiles)
    close_dead_ends(tiles)
    lay_hints(points, at, counts, bounds, hints)
