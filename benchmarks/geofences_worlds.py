"""Seeded worlds of keep-outs of ten corners each in 10 x 10 km, on the planner's grid for all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Place = tuple[int, int]
Rings = list[NDArray[np.int64]]

STEP_M = 2.0**-13
_SIDE_M = 10_000.0
_CORNERS = 10


def keep_outs(count: int, seed: int) -> Rings:
    """Star-shaped polygons that do not touch, counter-clockwise, in grid steps."""
    rng = np.random.default_rng(seed)
    cells = int(np.ceil(np.sqrt(count)))
    cell_m = _SIDE_M / cells
    found = []
    for i in rng.permutation(cells * cells)[:count]:
        radius_m = cell_m * 0.45 * rng.uniform(0.35, 1.0)
        play_m = cell_m * 0.48 - radius_m
        centre = (np.array([i % cells, i // cells]) + 0.5) * cell_m + rng.uniform(-1, 1, 2) * play_m
        turns = (np.arange(_CORNERS) + rng.uniform(0.1, 0.9, _CORNERS)) * 2 * np.pi / _CORNERS
        spokes_m = radius_m * rng.uniform(0.4, 1.0, _CORNERS)
        corners = centre + np.column_stack([np.cos(turns), np.sin(turns)]) * spokes_m[:, None]
        found.append(np.rint(corners / STEP_M).astype(np.int64))
    return found


def ends(count: int, seed: int) -> list[tuple[Place, Place]]:
    """Pairs of places, some of which lie inside a keep-out."""
    drawn = np.random.default_rng(seed + 1).uniform(0.0, _SIDE_M / STEP_M, (count, 4)).astype(np.int64)
    return [((a, b), (c, d)) for a, b, c, d in drawn.tolist()]
