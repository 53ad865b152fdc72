"""Corridors as arrays, for whoever compares many of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geofences.corridor import Volume4D

Rows = NDArray[np.float64]
"""(n, 9): start east, north, end east, north, radius, lower, upper (metres), from, until (UTC seconds)."""


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
