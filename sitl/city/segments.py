"""Straight pieces of lines in local metres, and how far from them a place lies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from geofences.position import LocalFrame
from sitl.city.osm import LonLat


def segments(frame: LocalFrame, lines: Iterable[Sequence[LonLat]]) -> NDArray[np.float64]:
    """All pieces of the lines as (n, 4) metres in `frame`: east, north of one end and of the other."""
    ends_deg = np.array([(*a, *b) for line in lines for a, b in pairwise(line)], dtype=np.float64)
    return np.hstack([frame.to_local_array(ends_deg[:, :2]), frame.to_local_array(ends_deg[:, 2:])])


def nearest_m(pieces: NDArray[np.float64], place: NDArray[np.float64]) -> float:
    """Metres from a place (east, north) to the nearest of such pieces."""
    start, along = pieces[:, :2], pieces[:, 2:] - pieces[:, :2]
    to_place = place - start
    share = np.clip((to_place * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-9), 0.0, 1.0)
    away = to_place - along * share[:, None]
    return float(np.hypot(away[:, 0], away[:, 1]).min())
