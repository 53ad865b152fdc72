"""What a change has touched, and how what is written to large arrays is noted."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import allocating, compiled, inlined
from geofences.navmesh.faces import Hints
from geofences.navmesh.tiles import Tiles, Turns
from geofences.navmesh.topology import FACE, NONE, SOLID, TOUCHED, At, Counts, Points, Rows

Marks: TypeAlias = NDArray[np.uint8]
"""A byte for each page of an array (see `pages`): 1 where it was written."""

POINT_BYTES, ROW_BYTES, AT_BYTES, TILE_BYTES, TURN_BYTES, HINT_BYTES = 16, 64, 8, 64, 16, 8
UNSEEN = -2
"""The `FACE` of a touched triangle of which it is not known yet whether it is free."""


class Change(NamedTuple):
    """A triangulation that was edited, and what was read of it before.

    - `points`, `rows`, `at`, `counts`: as they are now; `was`: the rows before
    - `tiles`, `turns`, `bounds`, `hints`: what a search reads, as it was, to be brought up to date
    - `of_points` and so on: marks of these arrays
    - `touched`: the triangles that were changed, also those that are no more; `tile_was`: the tile of each
      before, or `SOLID`; `place`: where a row stands in `touched`, or anything (see `touched_at`)
    """

    points: Points
    rows: Rows
    at: At
    counts: Counts
    was: Rows
    tiles: Tiles
    turns: Turns
    bounds: NDArray[np.int64]
    hints: Hints
    of_points: Marks
    of_rows: Marks
    of_at: Marks
    of_tiles: Marks
    of_turns: Marks
    of_hints: Marks
    touched: NDArray[np.int64]
    tile_was: NDArray[np.int64]
    place: NDArray[np.int64]


@inlined
def mark(marks: Marks, index: int, size: int) -> None:
    """Note that a row of so many bytes of an array is written."""
    marks[index * size >> 12] = 1


@inlined
def touched_at(c: Change, t: int) -> int:
    """Where a triangle stands among those that were touched; NONE where it was not.

    A sparse set (P. Briggs and L. Torczon, 1993): what stands in `place` counts only where it is confirmed.
    """
    i = c.place[t]
    return i if 0 <= i < len(c.touched) and c.touched[i] == t else NONE


@compiled
def was_alive(was: Rows, t: int) -> bool:
    """Whether a row was a triangle before."""
    return t < len(was) and was[t, 0] != NONE


@allocating
def gathered(
    rows: Rows, counts: Counts, was: Rows
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The touched triangles, the tile that each was, and their places; their `FACE` is made `UNSEEN`."""
    count, t = 0, counts[TOUCHED]
    while t != NONE:
        count += 1
        t = -3 - rows[t, FACE]
    touched, tile_was = np.empty(count, np.int64), np.empty(count, np.int64)
    place = np.empty(len(rows), np.int64)
    t = counts[TOUCHED]
    for i in range(count):
        touched[i], place[t] = t, i
        tile_was[i] = was[t, FACE] if was_alive(was, t) else SOLID
        following = -3 - rows[t, FACE]
        rows[t, FACE] = UNSEEN if rows[t, 0] != NONE else SOLID
        t = following
    counts[TOUCHED] = NONE
    return touched, tile_was, place
