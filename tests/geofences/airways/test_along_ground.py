"""Ways laid over hills: between their least and most height above ground, and as straight as that allows."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geofences.airspace import Airspace, Margins
from geofences.airways.along_ground import along_ground, taut
from geofences.free_space import find_path
from geofences.ground.terrain import SrtmTiles, Tile
from geofences.path import NoPath, Path, TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.zone import Datum, Limit, Medium, Polygon, Restriction, Volume, Zone, ZoneId

FRAME = LocalFrame(GeoPoint(42.5, 1.5))
LOW_M, HIGH_M = 50.0, 70.0


@lru_cache
def hills(seed: int, rough_m: float = 60.0) -> SrtmTiles:
    """Ground with posts 90 m apart that differ by up to `rough_m`."""
    rng = np.random.default_rng(seed)
    return SrtmTiles([Tile(42, 1, (500.0 + rng.uniform(0.0, rough_m, (1201, 1201))).astype(np.float32))])


def way(east_m: float, north_m: float, height_agl_m: float = LOW_M) -> Waypoint:
    return Waypoint(FRAME.to_geo(LocalPoint(east_m, north_m)), height_agl_m)


def flown(points: tuple[Waypoint, ...]) -> TimedPath:
    return TimedPath(tuple(TimedPoint(point, 60.0 * n) for n, point in enumerate(points)))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2), st.tuples(*[st.floats(-2000, 2000)] * 6))
def test_a_way_over_rough_ground_keeps_between_its_heights(seed: int, places: tuple[float, ...]) -> None:
    ground = hills(seed)
    corners = [way(*places[i : i + 2]) for i in (0, 2, 4)]
    laid = along_ground(corners, ground, FRAME, LOW_M, HIGH_M)
    assert laid is not None
    assert all(corner.position in {point.position for point in laid} for corner in corners)
    sky = Airspace(FRAME, (), (), ground)
    assert not sky.breaks(flown(laid), Medium.AIR, Margins(0.0, LOW_M, ceiling_agl_m=HIGH_M))
    if hypot(places[2] - places[0], places[3] - places[1]) > 500.0:
        assert sky.breaks(flown(laid), Medium.AIR, Margins(0.0, LOW_M, ceiling_agl_m=LOW_M + 1.0))


def lows_and_highs(seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    along_m = np.cumsum(rng.uniform(1.0, 30.0, 12))
    low_m = rng.uniform(0.0, 40.0, 12)
    return along_m, low_m, low_m + rng.uniform(1.0, 25.0, 12)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10_000))
def test_the_string_is_the_shortest_line_in_its_tunnel(seed: int) -> None:
    """Against all lines through the tunnel's corners."""
    along_m, low_m, high_m = lows_and_highs(seed)
    string = taut(along_m, low_m, high_m)
    heights_m = np.interp(along_m, *np.array(string).T)
    assert (heights_m >= low_m - 1e-9).all()
    assert (heights_m[:-1] <= high_m[:-1] + 1e-9).all()
    length_m = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(string))
    assert length_m == pytest.approx(_shortest_m(along_m, low_m, high_m), rel=1e-9)


def _shortest_m(
    along_m: NDArray[np.float64], low_m: NDArray[np.float64], high_m: NDArray[np.float64]
) -> float:
    last = len(along_m) - 1
    nodes = [
        (0, low_m[0]),
        *((k, m) for k in range(1, last) for m in (low_m[k], high_m[k])),
        (last, low_m[-1]),
    ]
    best = {nodes[0]: 0.0}
    for to in nodes[1:]:
        reached = [np.inf]
        for at, far_m in best.items():
            if at[0] < to[0] and _is_clear(along_m, low_m, high_m, at, to):
                reached.append(far_m + hypot(along_m[to[0]] - along_m[at[0]], to[1] - at[1]))
        best[to] = min(reached)
    return best[nodes[-1]]


def _is_clear(
    along_m: NDArray[np.float64],
    low_m: NDArray[np.float64],
    high_m: NDArray[np.float64],
    a: tuple[int, float],
    b: tuple[int, float],
) -> bool:
    inner = slice(a[0] + 1, b[0])
    line_m = np.interp(along_m[inner], [along_m[a[0]], along_m[b[0]]], [a[1], b[1]])
    return bool((line_m >= low_m[inner] - 1e-9).all() and (line_m <= high_m[inner] + 1e-9).all())


def test_over_flat_ground_nothing_is_added() -> None:
    flat = SrtmTiles([Tile(42, 1, np.full((1201, 1201), 800.0, np.float32))])
    laid = along_ground([way(0, 0), way(900, 0), way(900, 900)], flat, FRAME, LOW_M, HIGH_M)
    assert laid is not None
    assert len(laid) == 3
    assert [point.height_agl_m for point in laid] == pytest.approx([LOW_M + 0.25] * 3)


def test_a_planned_path_over_hills_breaks_nothing_and_goes_round_ground_that_nobody_knows() -> None:
    posts = hills(7).tiles[0].heights_m.copy()
    posts[590:611, 600:603] = np.nan
    sky = Airspace(FRAME, (), (), SrtmTiles([Tile(42, 1, posts)]))
    path = find_path(
        sky,
        way(-1500, 0, 0.0),
        way(1500, 0, 8.0),
        cruise_height_agl_m=LOW_M,
        from_s=0.0,
        until_s=3600.0,
        margins=Margins(5.0, 5.0),
        highest_agl_m=HIGH_M,
    )
    assert isinstance(path, Path)
    assert path.avoided == ("ground whose height is not known",)
    assert (path.waypoints[0].height_agl_m, path.waypoints[-1].height_agl_m) == (0.0, 8.0)
    assert not sky.breaks(flown(path.waypoints), Medium.AIR, Margins(5.0, 5.0, ceiling_agl_m=HIGH_M))
    assert path.length_m > 3100.0


def test_where_the_goal_stands_on_ground_that_nobody_knows_there_is_no_path() -> None:
    posts = hills(7).tiles[0].heights_m.copy()
    posts[598:603, 598:603] = np.nan
    sky = Airspace(FRAME, (), (), SrtmTiles([Tile(42, 1, posts)]))
    ends = (way(-1500, 0, 0.0), way(0, 0, 0.0))
    found = find_path(
        sky, *ends, cruise_height_agl_m=LOW_M, from_s=0.0, until_s=1.0, margins=Margins(5.0, 5.0)
    )
    assert isinstance(found, NoPath)
    assert [reason.text for reason in found.reasons] == ["the goal lies in ground whose height is not known"]


def test_heights_without_room_are_refused() -> None:
    with pytest.raises(ValueError, match="upper_agl_m"):
        along_ground([way(0, 0), way(9, 0)], hills(1), FRAME, 50.0, 50.2)


def valley() -> SrtmTiles:
    """A valley at 1,000 m, 3 km wide, between heights of 2,900 m to the north and south."""
    posts = np.full((1201, 1201), 2900.0, np.float32)
    posts[582:619] = 1000.0
    return SrtmTiles([Tile(42, 1, posts)])


def overhead(lower_amsl_m: float) -> Zone:
    ring = [FRAME.to_geo(LocalPoint(x, y)) for x, y in ((-9e3, -9e3), (9e3, -9e3), (9e3, 9e3), (-9e3, 9e3))]
    volume = Volume(Polygon(tuple(ring)), Limit(lower_amsl_m, Datum.AMSL), None)
    return Zone(ZoneId("TMA"), "", Restriction.PROHIBITED, (volume,))


def test_a_floor_above_the_sea_closes_the_peaks_and_not_the_valley_below_them() -> None:
    """At 2,850 m it is in the ground of the heights, and 1,850 m over the valley's."""
    sky = Airspace(FRAME, (overhead(2850.0),), (), valley())
    near = Margins(5.0, 5.0)
    span = {"cruise_height_agl_m": LOW_M, "from_s": 0.0, "until_s": 3600.0, "highest_agl_m": HIGH_M}
    along = find_path(sky, way(-2000, 0, 0.0), way(2000, 300, 0.0), margins=near, **span)
    assert isinstance(along, Path)
    assert not sky.breaks(flown(along.waypoints), Medium.AIR, near)
    out = find_path(sky, way(0, 0, 0.0), way(0, 4000, 0.0), margins=near, **span)
    assert isinstance(out, NoPath)
    assert [str(reason) for reason in out.reasons] == [
        "the goal lies in TMA (PROHIBITED, above 2850 m AMSL, always)"
    ]
    low = Airspace(FRAME, (overhead(1040.0),), (), valley())
    assert isinstance(find_path(low, way(-2000, 0, 0.0), way(2000, 300, 0.0), margins=near, **span), NoPath)


def test_a_hill_that_lifts_the_path_into_a_zone_is_gone_around() -> None:
    """A floor at 1,100 m above the sea is 100 m over the plain, and under the top of a hill of 90 m on it."""
    posts = np.full((1201, 1201), 1000.0, np.float32)
    posts[596:605, 597:604] = 1090.0
    sky = Airspace(FRAME, (overhead(1100.0),), (), SrtmTiles([Tile(42, 1, posts)]))
    near = Margins(5.0, 5.0)
    path = find_path(
        sky,
        way(-2500, 0, 0.0),
        way(2500, 0, 0.0),
        cruise_height_agl_m=LOW_M,
        from_s=0.0,
        until_s=3600.0,
        margins=near,
        highest_agl_m=HIGH_M,
    )
    assert isinstance(path, Path)
    assert 5020.0 < path.length_m < 5300.0
    assert path.avoided == ("TMA",)
    assert not sky.breaks(flown(path.waypoints), Medium.AIR, near)
