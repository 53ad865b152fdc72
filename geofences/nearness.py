"""Which pieces of two corridors share a place and a height, whenever they are flown: all pairs at once.

Where two tracks come near each other does not depend on when they are flown. So it is worked out in
one sweep over arrays, and whoever looks for a free departure only has windows of time left to compare.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geofences.corridor import Volume4D

Rows = NDArray[np.float64]
"""(n, 9): start east, north, end east, north, radius, lower, upper (metres), from, until (UTC seconds)."""

START_E, START_N, END_E, END_N, RADIUS, LOWER, UPPER, FROM, UNTIL = range(9)


def rows(volumes: Sequence[Volume4D]) -> Rows:
    """The volumes of one corridor, all in one frame, as an array of nine columns."""
    return np.array(
        [
            (
                v.start.east_m,
                v.start.north_m,
                v.end.east_m,
                v.end.north_m,
                v.radius_m,
                v.lower_agl_m,
                v.upper_agl_m,
                v.from_s,
                v.until_s,
            )
            for v in volumes
        ]
    ).reshape(-1, 9)


def bounds(pieces: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lower and upper corners of the boxes around the rows, (n, 4) each: east, north, height, time."""
    reach_m = pieces[:, [RADIUS, RADIUS]]
    starts, ends = pieces[:, [START_E, START_N]], pieces[:, [END_E, END_N]]
    lows, highs = np.minimum(starts, ends) - reach_m, np.maximum(starts, ends) + reach_m
    return np.hstack([lows, pieces[:, [LOWER, FROM]]]), np.hstack([highs, pieces[:, [UPPER, UNTIL]]])


Extent = tuple[float, ...]
"""The box around a whole corridor: lower east, north, height, time, then the upper four."""


def extent(pieces: Rows) -> Extent:
    """The box around all rows, of which there is at least one."""
    lows, highs = bounds(pieces)
    return (*lows.min(axis=0).tolist(), *highs.max(axis=0).tolist())


def apart(a: Extent, b: Extent) -> bool:
    """Whether two corridors of one frame cannot meet, by their boxes alone."""
    return any(a[i] > b[i + 4] or b[i] > a[i + 4] for i in range(4))


def near_pairs(a: Rows, b: Rows, longest_s: float) -> NDArray[np.intp]:
    """(k, 2): row of `a`, row of `b`, for every pair that touches in place and height.

    Of times it asks only that they touch after some delay of `a` between 0 and `longest_s` seconds.
    """
    (a_low, a_high), (b_low, b_high) = bounds(a), bounds(b)
    touch = (a[:, FROM, None] <= b[:, UNTIL]) & (b[:, FROM] <= a[:, UNTIL, None] + longest_s)
    for axis in range(3):  # one by one: a small last axis is what numpy is slow at
        touch &= a_low[:, axis, None] <= b_high[:, axis]
        touch &= b_low[:, axis] <= a_high[:, axis, None]
    pairs = np.argwhere(touch)
    return pairs[near_rows(a[pairs[:, 0]], b[pairs[:, 1]])]


def near_rows(a: Rows, b: Rows) -> NDArray[np.bool_]:
    """Row by row, whether the tracks of the two come within both their radii of each other."""
    near: NDArray[np.bool_] = _gaps_m(a[:, :4], b[:, :4]) <= a[:, RADIUS] + b[:, RADIUS]
    return near


def _gaps_m(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least distance between the straight pieces in each pair of rows (start, end)."""
    gaps_m: NDArray[np.float64] = np.minimum.reduce(
        [
            _to_piece_m(a[:, 0:2], b),
            _to_piece_m(a[:, 2:4], b),
            _to_piece_m(b[:, 0:2], a),
            _to_piece_m(b[:, 2:4], a),
        ]
    )
    gaps_m[_cross(a, b)] = 0.0
    return gaps_m


def _to_piece_m(points: NDArray[np.float64], pieces: NDArray[np.float64]) -> NDArray[np.float64]:
    along, to = pieces[:, 2:4] - pieces[:, 0:2], points - pieces[:, 0:2]
    square = (along * along).sum(axis=1)
    share = np.divide((to * along).sum(axis=1), square, out=np.zeros_like(square), where=square > 0.0)
    off = to - np.clip(share, 0.0, 1.0)[:, None] * along
    away_m: NDArray[np.float64] = np.hypot(off[:, 0], off[:, 1])
    return away_m


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether the pieces of each pair cross; parallel ones are left to their ends."""
    u, v, w = a[:, 2:4] - a[:, 0:2], b[:, 2:4] - b[:, 0:2], b[:, 0:2] - a[:, 0:2]
    turn = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        s = (w[:, 0] * v[:, 1] - w[:, 1] * v[:, 0]) / turn
        t = (w[:, 0] * u[:, 1] - w[:, 1] * u[:, 0]) / turn
    crossing: NDArray[np.bool_] = (turn != 0.0) & (s >= 0.0) & (s <= 1.0) & (t >= 0.0) & (t <= 1.0)
    return crossing
