"""The verifier over hills: heights above the ground and above the sea held against limits at each place."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geofences.airspace import Airspace, Margins
from geofences.ground.limits import Band, band
from geofences.ground.terrain import SrtmTiles, Terrain, Tile
from geofences.obstacles import Obstacle
from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.reason import Because
from geofences.verifying.crossing import Motion
from geofences.verifying.height_line import height_line
from geofences.zone import Circle, Datum, Limit, Medium, Polygon, Restriction, Unit, Volume, Zone, ZoneId

FRAME = LocalFrame(GeoPoint(42.5, 1.5))
NONE = Margins(0.0, 0.0)
FIVE = Margins(5.0, 5.0)
RISE_M = 0.01
"""Metres up for each metre to the east."""


def hillside() -> SrtmTiles:
    """A tile that rises evenly to the east, 500 m in its middle."""
    width_m = FRAME.to_local(GeoPoint(42.5, 2.0)).east_m * 2
    posts = np.tile(np.linspace(500 - RISE_M * width_m / 2, 500 + RISE_M * width_m / 2, 1201), (1201, 1))
    return SrtmTiles([Tile(42, 1, posts.astype(np.float32))])


def way(east_m: float, north_m: float, height_agl_m: float) -> Waypoint:
    return Waypoint(FRAME.to_geo(LocalPoint(east_m, north_m)), height_agl_m)


def flight(*points: tuple[float, float, float]) -> TimedPath:
    return TimedPath(tuple(TimedPoint(way(*point), 60.0 * n) for n, point in enumerate(points)))


def zone(lower: Limit | None, upper: Limit | None, radius_m: float = 5000.0) -> Zone:
    volume = Volume(Circle(FRAME.origin, radius_m), lower, upper)
    return Zone(ZoneId("Z"), "hill", Restriction.PROHIBITED, (volume,))


def amsl(value_m: float) -> Limit:
    return Limit(value_m, Datum.AMSL)


def sky(*zones: Zone, ground: Terrain | float | None) -> Airspace:
    return Airspace(FRAME, zones, (), ground)


def texts(airspace: Airspace, timed: TimedPath, margins: Margins = NONE) -> list[str]:
    return [found.reason.text for found in airspace.breaks(timed, Medium.AIR, margins)]


def test_a_floor_above_the_sea_is_met_where_the_hill_lifts_the_path_to_it() -> None:
    along = flight((-3000.0, 0.0, 50.0), (3000.0, 0.0, 50.0))
    above = sky(zone(amsl(560.0), None), ground=hillside())
    (found,) = above.breaks(along, Medium.AIR, NONE)
    east_m = FRAME.to_local(found.position).east_m
    assert east_m == pytest.approx(1000.0, abs=3.0)  # 500 m + 10 m of hill + 50 m
    assert found.height_agl_m == pytest.approx(50.0, abs=0.1)
    assert found.reason.text == "crosses Z 'hill' (PROHIBITED, above 560 m AMSL, always)"
    assert not sky(zone(amsl(581.0), None), ground=hillside()).breaks(along, Medium.AIR, NONE)


def test_between_its_points_a_flight_is_straight_above_the_sea() -> None:
    """60 m above ground at both ends of a valley of 40 m is 100 m above its bottom."""
    posts = np.full((1201, 1201), 140.0, np.float32)
    posts[:, 590:611] = 100.0
    valley = SrtmTiles([Tile(42, 1, posts)])
    across = flight((-3000.0, 0.0, 60.0), (3000.0, 0.0, 60.0))
    assert not texts(sky(zone(None, Limit(59.0, Datum.AGL)), ground=valley), across)
    assert texts(sky(zone(Limit(95.0, Datum.AGL), None), ground=valley), across)
    assert texts(sky(ground=valley), across, Margins(0.0, 0.0, ceiling_agl_m=95.0)) == [
        "climbs over 95 m above the ground"
    ]
    assert not texts(sky(ground=valley), across, Margins(0.0, 0.0, ceiling_agl_m=101.0))


def test_a_hill_between_two_points_is_in_the_way() -> None:
    posts = np.full((1201, 1201), 100.0, np.float32)
    posts[:, 600] = 150.0
    ridge = sky(ground=SrtmTiles([Tile(42, 1, posts)]))
    assert texts(ridge, flight((-500.0, 0.0, 54.0), (500.0, 0.0, 54.0)), FIVE) == [
        "comes within 5 m of the ground"
    ]
    assert not texts(ridge, flight((-500.0, 0.0, 56.0), (500.0, 0.0, 56.0)), FIVE)
    assert not texts(ridge, flight((-500.0, 0.0, 0.0), (-500.0, 0.0, 60.0), (500.0, 0.0, 60.0)), FIVE)


def test_a_void_is_flown_over_by_nobody_and_meets_every_zone_above_the_ground() -> None:
    posts = np.full((1201, 1201), 100.0, np.float32)
    posts[590:611, 600:603] = np.nan
    holed = SrtmTiles([Tile(42, 1, posts)])
    high = Zone(ZoneId("H"), "", Restriction.PROHIBITED, (Volume(box(2000.0), Limit(200, Datum.AGL), None),))
    over = flight((-3000.0, 0.0, 60.0), (3000.0, 0.0, 60.0))
    assert texts(Airspace(FRAME, (high,), (), holed), over) == [
        "crosses H (PROHIBITED, above 200 m AGL, always), over ground whose height is not known",
        "flies over ground whose height is not known",
    ]
    assert texts(sky(ground=holed), flight((-3000.0, 0.0, 60.0), (-100.0, 0.0, 60.0))) == []
    first = sky(ground=holed).breaks(over, Medium.AIR, NONE)[0]
    assert first.reason.because is Because.TERRAIN
    assert FRAME.to_local(first.position).east_m == pytest.approx(-68.0, abs=3.0)


def box(half_m: float) -> Polygon:
    corners = ((-half_m, -half_m), (half_m, -half_m), (half_m, half_m), (-half_m, half_m))
    return Polygon(tuple(FRAME.to_geo(LocalPoint(*corner)) for corner in corners))


def test_beyond_the_tiles_nobody_knows_the_ground() -> None:
    out = TimedPath(
        tuple(TimedPoint(Waypoint(GeoPoint(42.5, lon), 60.0), t) for lon, t in ((1.9, 0.0), (2.1, 60.0)))
    )
    (found,) = sky(ground=hillside()).breaks(out, Medium.AIR, NONE)
    assert found.reason.text == "flies over ground whose height is not known"
    assert found.position.lon_deg == pytest.approx(1.9)  # how high it flies there nobody knows either


def test_without_any_ground_a_limit_above_the_sea_holds_from_the_ground_up() -> None:
    along = flight((-100.0, 0.0, 50.0), (100.0, 0.0, 50.0))
    assert texts(sky(zone(amsl(3000.0), None), ground=None), along)
    assert not texts(sky(zone(amsl(3000.0), None), ground=500.0), along)
    assert not texts(sky(zone(Limit(60.0, Datum.AGL), None), ground=None), along)


def test_a_robot_keeps_its_height_above_the_ground() -> None:
    both = frozenset({Medium.AIR, Medium.SIDEWALK})
    low = Zone(ZoneId("Z"), "", Restriction.PROHIBITED, zone(Limit(5.0, Datum.AGL), None).volumes, binds=both)
    over = flight((-3000.0, 0.0, 0.0), (3000.0, 0.0, 0.0))
    assert not sky(low, ground=hillside()).breaks(over, Medium.SIDEWALK, Margins(1.0, 1.0))


def test_a_building_stands_as_high_above_the_ground_wherever_that_is() -> None:
    hall = Obstacle("hall", box(50.0), 40.0)
    there = Airspace(FRAME, (), (hall,), hillside())
    assert texts(there, flight((-300.0, 0.0, 44.0), (300.0, 0.0, 44.0)), FIVE) == ["crosses hall (40 m high)"]
    assert texts(there, flight((-300.0, 0.0, 46.0), (300.0, 0.0, 46.0)), FIVE) == []


def test_a_column_is_asked_over_the_ground_where_it_stands() -> None:
    above = sky(zone(amsl(560.0), None), ground=hillside())

    def closed(east_m: float) -> bool:
        place = FRAME.to_geo(LocalPoint(east_m, 0.0))
        return bool(above.column(place, 0.0, 50.0, Medium.AIR, from_s=0, until_s=1, margins=NONE, what="it"))

    assert closed(1100.0)
    assert not closed(900.0)


heights = st.integers(0, 300).map(float)
limits = st.one_of(
    st.none(),
    st.tuples(
        st.integers(0, 700).map(float),
        st.sampled_from(
            [(Datum.AGL, Unit.M), (Datum.AMSL, Unit.M), (Datum.WGS84, Unit.M), (Datum.AMSL, Unit.FL)]
        ),
    ).map(lambda one: Limit(one[0], *one[1])),
)
coordinates = st.floats(-0.4, 0.4)
posts_9 = st.lists(st.integers(0, 400), min_size=81, max_size=81)


limit_pairs = st.tuples(limits, limits)


@settings(max_examples=300, deadline=None)
@given(posts_9, limit_pairs, st.tuples(heights, heights), st.tuples(*[coordinates] * 4), st.integers(0, 20))
def test_heights_are_as_the_limits_have_them_at_every_place(
    posts: list[int],
    bounds: tuple[Limit | None, Limit | None],
    ends_m: tuple[float, float],
    ends_deg: tuple[float, float, float, float],
    vertical_m: float,
) -> None:
    """Against `limits.band` over the ground at each of many places along the motion."""
    terrain = SrtmTiles([Tile(42, 1, np.array(posts, np.float32).reshape(9, 9))])
    a, b = (FRAME.to_local(GeoPoint(42.5 + y, 1.5 + x)) for x, y in (ends_deg[:2], ends_deg[2:]))
    motion = Motion(a.east_m, a.north_m, ends_m[0], 0.0, b.east_m, b.north_m, ends_m[1], 60.0)
    spans = height_line(motion, terrain, FRAME).within(*bounds, vertical_m)
    volume = Volume(box(10.0), *bounds)
    shares = np.linspace(0.0, 1.0, 101)
    places = FRAME.to_geo_array(np.array([motion.at(share)[:2] for share in shares]))
    ground = terrain.heights_amsl_m(places)
    amsl_m = np.linspace(ends_m[0] + ground[0], ends_m[1] + ground[-1], 101)
    for share, ground_m, height_m in zip(shares, ground, amsl_m - ground, strict=True):
        here = band(volume, float(ground_m))
        inside = here.meets(height_m, height_m, vertical_m)
        if not _near_a_bound(here, height_m, vertical_m):
            assert inside == any(first <= share <= last for first, last in spans)


def _near_a_bound(bounds: Band, height_m: float, vertical_m: float) -> bool:
    edges = (bounds.lower_agl_m - vertical_m, bounds.upper_agl_m + vertical_m, bounds.lower_agl_m + height_m)
    near = (abs(edge - height_m) < 0.05 for edge in edges[:2] if abs(edge) < inf)
    return any(near) or abs(bounds.lower_agl_m) < 0.05
