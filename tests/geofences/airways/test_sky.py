"""The sky of a whole country: its places lie on a coarser grid, which no answer may depend on."""

from __future__ import annotations

from random import Random

import pytest
import shapely

from geofences.airways.sky import Sky, Walled
from geofences.position import LocalPoint

REACHES_M = [5_000.0, 1_000_000.0, 3_000_000.0]
TRIANGLES = [
    shapely.Polygon([(dice.uniform(-3000.0, 3000.0), dice.uniform(-3000.0, 3000.0)) for _ in range(3)])
    for dice in map(Random, range(20))
]


@pytest.mark.parametrize("reach_m", REACHES_M)
def test_an_end_just_inside_a_solid_is_led_out_and_bends_say_what_is_there(reach_m: float) -> None:
    for triangle in TRIANGLES:
        sky = Sky.of({"zone": triangle}, reach_m)
        edge, middle = triangle.exterior.interpolate(0.4, normalized=True), triangle.centroid
        inward = 0.02 / edge.distance(middle)
        start = LocalPoint(edge.x + (middle.x - edge.x) * inward, edge.y + (middle.y - edge.y) * inward)
        bends = sky.shortest(start, LocalPoint(9000.0, 9000.0))
        assert not isinstance(bends, Walled)
        assert {sky.around(bend) for bend in bends[1:]} <= {("zone",)}
