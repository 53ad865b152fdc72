"""All pairs of corridor pieces that share a place, a height and an instant: a whole sky checked at once.

Pieces are sorted into cells of place and time as large as the largest ordinary piece, so that whatever
meets a piece lies in its own cell or one beside it. In the order of the cells, a column of time is one run,
and a search by halving finds the five runs that matter for each piece; what is left is looked at exactly.
A few pieces far larger than the rest (an hour's wait) would make cells of everything: they are compared
with all others instead.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.nearness import Rows, bounds, near_rows

_Indices = NDArray[np.intp]
_LARGE = 8.0
"""Times the median extent: pieces beyond are compared with all others."""
_COLUMNS = ((0, 0), (0, 1), (1, -1), (1, 0), (1, 1))
"""East and north of the columns in which a piece seeks its partners: half of those around it, and its own."""
_MOST_CELLS = 1e6
"""Along each axis, so that the number of a cell fits into 64 bits however far apart the pieces lie."""
_ROUNDING = 1.0 + 1e-9
"""Pieces that touch exactly lie in cells beside each other in spite of it."""
_EAST, _NORTH, _HEIGHT, _TIME = range(4)


def encounters(pieces: Rows, owners: _Indices) -> _Indices:
    """(k, 2): row numbers, the lower first and in order, of each pair of different owners that meets.

    `owners` tells each row's corridor by number. Touching counts, as everywhere.
    """
    if len(pieces) == 0:
        return np.empty((0, 2), dtype=np.intp)
    lows, highs = bounds(pieces)
    large = _large(highs - lows)
    ordinary = np.flatnonzero(~large)
    found = [
        *(_cell_pairs(lows, highs, ordinary) if ordinary.size else ()),
        *_against_all(np.flatnonzero(large), large),
    ]
    one, other = (np.concatenate(side) for side in zip(*found, strict=True))
    apart = owners[one] != owners[other]
    pairs = _touching(lows, highs, one[apart], other[apart])
    pairs = np.sort(pairs[near_rows(pieces[pairs[:, 0]], pieces[pairs[:, 1]])], axis=1)
    ordered: _Indices = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return ordered


def _large(extents: NDArray[np.float64]) -> NDArray[np.bool_]:
    planar = extents[:, (_EAST, _NORTH, _TIME)]
    return np.asarray((planar > _LARGE * np.median(planar, axis=0)).any(axis=1))


def _against_all(large: _Indices, is_large: NDArray[np.bool_]) -> list[tuple[_Indices, _Indices]]:
    """Each large piece with every ordinary one, and with the large ones after it."""
    numbers = np.arange(is_large.size)
    pairs = []
    for row in large.tolist():
        others = np.flatnonzero(~is_large | (numbers > row))
        pairs.append((np.full(others.size, row, dtype=np.intp), others))
    return pairs


def _cell_pairs(
    lows: NDArray[np.float64], highs: NDArray[np.float64], rows: _Indices
) -> list[tuple[_Indices, _Indices]]:
    """Pairs of `rows` in the same cell or in cells beside each other that share a while, each pair once."""
    low, high = lows[rows][:, (_EAST, _NORTH, _TIME)], highs[rows][:, (_EAST, _NORTH, _TIME)]
    middle = (low + high) / 2.0
    size = _ROUNDING * np.maximum(
        (high - low).max(axis=0), np.maximum(1.0, np.ptp(middle, axis=0) / _MOST_CELLS)
    )
    cell = np.floor((middle - middle.min(axis=0)) / size).astype(np.int64) + 1
    deep, wide = int(cell[:, 2].max()) + 2, int(cell[:, 1].max()) + 2
    key = (cell[:, 0] * wide + cell[:, 1]) * deep + cell[:, 2]
    order = np.argsort(key, kind="stable")
    key, rows = key[order], rows[order]
    low_s, high_s = lows[rows, _TIME], highs[rows, _TIME]
    numbers = np.arange(rows.size)
    pairs = []
    for east, north in _COLUMNS:
        there = key + (east * wide + north) * deep
        first = numbers + 1 if east == north == 0 else np.searchsorted(key, there - 1)
        count = np.maximum(np.searchsorted(key, there + 1, side="right") - first, 0)
        one = np.repeat(numbers, count)
        other = np.arange(one.size) + np.repeat(first - (np.cumsum(count) - count), count)
        together = (low_s[one] <= high_s[other]) & (low_s[other] <= high_s[one])
        pairs.append((rows[one[together]], rows[other[together]]))
    return pairs


def _touching(
    lows: NDArray[np.float64], highs: NDArray[np.float64], one: _Indices, other: _Indices
) -> _Indices:
    """The pairs whose boxes touch in place, height and time."""
    for axis in (_TIME, _EAST, _NORTH, _HEIGHT):
        low, high = np.ascontiguousarray(lows[:, axis]), np.ascontiguousarray(highs[:, axis])
        touch = (low[one] <= high[other]) & (low[other] <= high[one])
        one, other = one[touch], other[touch]
    return np.stack([one, other], axis=1)
