"""Two pieces of corridor side by side: do they share a place, a height and an instant. Exact, closed."""

from __future__ import annotations

from math import hypot

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import inlined
from geofences.spacetime.columns import END_E, END_N, FROM, LOWER, RADIUS, START_E, START_N, UNTIL, UPPER

Pieces = NDArray[np.float64]
"""As `nearness.Rows`."""


@inlined
def low_m(piece: Pieces, axis: int) -> float:
    """The least figure of a piece along east (0) or north (1), its radius included."""
    return min(piece[START_E + axis], piece[END_E + axis]) - piece[RADIUS]


@inlined
def high_m(piece: Pieces, axis: int) -> float:
    """The greatest."""
    return max(piece[START_E + axis], piece[END_E + axis]) + piece[RADIUS]


@inlined
def meet(a: Pieces, b: Pieces, longest_s: float) -> bool:
    """Whether two pieces meet after some delay of `a` between 0 and `longest_s`, as far as times tell."""
    if a[FROM] > b[UNTIL] or b[FROM] > a[UNTIL] + longest_s or a[LOWER] > b[UPPER] or b[LOWER] > a[UPPER]:
        return False
    for axis in range(2):
        if low_m(a, axis) > high_m(b, axis) or low_m(b, axis) > high_m(a, axis):
            return False
    return _gap_m(a, b) <= a[RADIUS] + b[RADIUS]


@inlined
def _gap_m(a: Pieces, b: Pieces) -> float:
    """Least distance between two straight tracks."""
    if _cross(a, b):
        return 0.0
    return min(
        _to_track_m(a[START_E], a[START_N], b),
        _to_track_m(a[END_E], a[END_N], b),
        _to_track_m(b[START_E], b[START_N], a),
        _to_track_m(b[END_E], b[END_N], a),
    )


@inlined
def _to_track_m(east_m: float, north_m: float, piece: Pieces) -> float:
    along_e, along_n = piece[END_E] - piece[START_E], piece[END_N] - piece[START_N]
    to_e, to_n = east_m - piece[START_E], north_m - piece[START_N]
    square = along_e * along_e + along_n * along_n
    share = 0.0 if square == 0.0 else min(1.0, max(0.0, (to_e * along_e + to_n * along_n) / square))
    return hypot(to_e - share * along_e, to_n - share * along_n)


@inlined
def _cross(a: Pieces, b: Pieces) -> bool:
    """Whether two tracks cross; parallel ones are left to their ends."""
    ae, an = a[END_E] - a[START_E], a[END_N] - a[START_N]
    be, bn = b[END_E] - b[START_E], b[END_N] - b[START_N]
    turn = ae * bn - an * be
    if turn == 0.0:
        return False
    e, n = b[START_E] - a[START_E], b[START_N] - a[START_N]
    s, t = (e * bn - n * be) / turn, (e * an - n * ae) / turn
    return 0.0 <= s <= 1.0 and 0.0 <= t <= 1.0
