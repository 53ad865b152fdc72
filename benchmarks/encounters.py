"""All pairs of corridor pieces that share a place, a height and an instant: a whole sky checked at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.spacetime import grid
from geofences.spacetime.nearness import Rows

_Indices = NDArray[np.intp]


def encounters(pieces: Rows, owners: _Indices) -> _Indices:
    """(k, 2): row numbers, the lower first and in order, of each pair of different owners that meets.

    `owners` tells each row's corridor by number, 0 or more. Touching counts, as everywhere.
    """
    pieces, whose = np.ascontiguousarray(pieces), owners.astype(np.int32)
    room = grid.room_for(pieces)
    found = np.empty((max(1024, len(pieces) // 2), 2), np.int64)
    while True:
        count = grid.put_and_ask(
            pieces,
            np.full(len(pieces), grid.NONE, np.int32),
            np.full(2 ** int(np.ceil(np.log2(max(2, room)))) + 1, grid.NONE, np.int32),
            np.empty((room, grid.ENTRY_WIDTH), np.int32),
            np.array([0, grid.NONE, 0], np.int64),
            whose,
            found,
        )
        if count <= len(found):
            break
        found = np.empty((count, 2), np.int64)
    pairs = np.sort(found[:count], axis=1)
    ordered: _Indices = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return ordered
