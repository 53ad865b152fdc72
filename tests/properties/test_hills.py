"""Worlds over hills: bands of every datum, holes, hours, zones that come and go; planner against verifier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path as FilePath

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geofences.airspace import Airspace, Margins
from geofences.formats import hgt
from geofences.free_space import find_path
from geofences.ground.terrain import SrtmTiles, Tile
from geofences.path import NoPath, Path, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.zone import Datum, Limit, Medium, Zone, ZoneId
from tests.geofences.field import NOON_S, flown
from tests.properties.test_verifier import Box, as_zone, boxes, places

SHARED = FilePath(__file__).parents[3] / "shared/data/terrain/N42E001.hgt.zip"
MARGINS = Margins(5.0, 5.0)
CRUISE_M, HIGHEST_M = 60.0, 75.0
UNTIL_S = NOON_S + 4 * 3600.0
Place = tuple[float, float]


@cache
def rough() -> SrtmTiles:
    """Hills of 300 m over some kilometres, and steps of some metres from post to post."""
    rng = np.random.default_rng(5)
    east, north = np.meshgrid(np.arange(1201) / 40.0, np.arange(1201) / 55.0)
    posts = 800.0 + 150.0 * np.sin(east) * np.cos(north) + rng.normal(0.0, 2.0, (1201, 1201))
    return SrtmTiles([Tile(42, 1, np.rint(posts).astype(np.float32))])


@cache
def andorra() -> SrtmTiles:
    if not SHARED.exists():
        pytest.skip("the SRTM tile is not here")
    return SrtmTiles([hgt.read(SHARED.read_bytes(), SHARED.name)])


def over_ground(zone: Zone, ground_m: float) -> Zone:
    """Limits above the sea are drawn near the ground of these hills."""

    def lifted(limit: Limit | None) -> Limit | None:
        if limit is None or limit.datum is Datum.AGL:
            return limit
        return replace(limit, value_m=limit.value_m + ground_m)

    volumes = [replace(v, lower=lifted(v.lower), upper=lifted(v.upper)) for v in zone.volumes]
    return replace(zone, volumes=tuple(volumes))


def plan(airspace: Airspace, start: Place, goal: Place) -> Path | NoPath:
    ends = (Waypoint(airspace.frame.to_geo(LocalPoint(*place)), CRUISE_M) for place in (start, goal))
    return find_path(
        airspace,
        *ends,
        cruise_height_agl_m=CRUISE_M,
        from_s=NOON_S,
        until_s=UNTIL_S,
        margins=MARGINS,
        highest_agl_m=HIGHEST_M,
    )


def check(airspace: Airspace, start: Place, goal: Place) -> None:
    """A path is one that the verifier lets pass, at its beginning and as late as it was asked for."""
    path = plan(airspace, start, goal)
    if isinstance(path, NoPath):
        assert path.reasons
        return
    timed = flown(path, step_s=5.0)
    for late_s in (0.0, UNTIL_S - timed.points[-1].at_s):
        shifted = replace(timed, points=tuple(replace(p, at_s=p.at_s + late_s) for p in timed.points))
        assert airspace.breaks(shifted, Medium.AIR, MARGINS) == ()


@pytest.mark.parametrize("ground", [rough, andorra])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    st.lists(boxes, max_size=5),
    st.sampled_from([(42.5, 1.5), (42.55, 1.62), (42.31, 1.83)]),
    st.tuples(places, places),
    boxes,
)
def test_the_verifier_lets_every_path_over_hills_pass(
    ground: Callable[[], SrtmTiles],
    world: list[Box],
    origin: Place,
    ends: tuple[Place, Place],
    more: Box,
) -> None:
    tiles, frame = ground(), LocalFrame(GeoPoint(*origin))
    ground_m = tiles.height_amsl_m(frame.origin)
    assert ground_m is not None
    zones = [over_ground(as_zone(n, box, frame), ground_m) for n, box in enumerate((*world, more))]
    airspace = Airspace(frame, zones[:-1], (), tiles)
    check(airspace, *ends)
    with_more = airspace.with_zone(zones[-1])
    check(with_more, *ends)
    again = with_more.without_zone(ZoneId(zones[-1].zone_id))
    one, other = plan(airspace, *ends), plan(again, *ends)
    assert type(one) is type(other)
    if isinstance(one, Path) and isinstance(other, Path):
        assert one.waypoints == other.waypoints
