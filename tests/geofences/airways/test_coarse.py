"""Outlines with very many corners: offset in bounded time, never smaller than asked, holes kept."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geofences.airways.coarse import MOST_CORNERS, coarse, coarse_offset
from geofences.airways.sky import Sky, offset
from geofences.position import LocalPoint


def jagged(corners: int, radius_m: float, jag_m: float) -> list[tuple[float, float]]:
    dice = np.random.default_rng(1)
    turns = np.sort(dice.uniform(0.0, 2.0 * np.pi, corners))
    spokes_m = radius_m + jag_m * dice.uniform(-1.0, 1.0, corners)
    found: list[tuple[float, float]] = np.column_stack(
        [np.cos(turns) * spokes_m, np.sin(turns) * spokes_m]
    ).tolist()
    return found


@pytest.mark.parametrize("jag_m", [0.01, 0.5, 40.0])
def test_all_within_the_margin_is_in_it_and_a_large_hole_stays(jag_m: float) -> None:
    ring = shapely.Polygon(jagged(3 * MOST_CORNERS, 1000.0, jag_m), [jagged(2 * MOST_CORNERS, 500.0, jag_m)])
    drawn, within_m = coarse(ring)
    assert shapely.get_num_coordinates(drawn) <= MOST_CORNERS
    grown = coarse_offset(ring, 5.0, 1.0824)
    corners = shapely.get_coordinates(ring)[::37]
    for turn in np.arange(0.0, 2.0 * np.pi, 0.7):
        beside = corners + 4.99 * np.array([np.cos(turn), np.sin(turn)])
        assert shapely.contains_xy(grown, beside[:, 0], beside[:, 1]).all()
    assert shapely.contains_xy(grown, 750.0, 0.0)
    assert not shapely.contains_xy(grown, 0.0, 0.0)
    far_m = 1000.0 + jag_m + 1.1 * (5.0 + 2.0 * within_m)
    assert float(np.abs(shapely.bounds(grown)).max()) < far_m


@pytest.mark.slow
def test_a_path_goes_round_a_million_corners() -> None:
    million = shapely.Polygon(jagged(1_000_000, 4000.0, 1.0))
    sky = Sky.of({"million": offset(million, 5.0)})
    bends = sky.shortest(LocalPoint(-6000.0, 0.0), LocalPoint(6000.0, 1.0))
    assert isinstance(bends, tuple)
    assert bends
    assert min(np.hypot(bend.east_m, bend.north_m) for bend in bends) > 4004.0
