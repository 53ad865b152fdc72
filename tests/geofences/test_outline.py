from __future__ import annotations

from math import cos, hypot, pi

import pytest
import shapely

from geofences.outline import outline, polygon_about
from geofences.position import GeoPoint, LocalFrame
from geofences.zone import Circle, Polygon
from tests.geofences.field import FRAME, at, box


def test_a_polygon_keeps_its_area_and_its_hole() -> None:
    ring = box(0, 0, 100, 60).corners
    hole = box(20, 20, 40, 40).corners
    assert outline(Polygon(ring), FRAME).area.area == pytest.approx(6000, rel=1e-6)
    assert outline(Polygon(ring, (hole,)), FRAME).area.area == pytest.approx(5600, rel=1e-6)


def test_a_circle_is_exact_and_its_polygon_lies_outside() -> None:
    spot = outline(Circle(at(500, 500), 100.0), FRAME)
    assert spot.distance_m(shapely.Point(500, 700)) == pytest.approx(100.0, abs=0.01)
    assert spot.distance_m(shapely.Point(500, 590)) == 0.0
    inner = shapely.Point(500, 500).buffer(99.99, quad_segs=256)
    assert spot.area.contains(inner)
    assert not spot.area.contains(shapely.Point(500, 500).buffer(100.2))


def test_the_64_gon_contains_the_circle() -> None:
    circle = Circle(GeoPoint(60.0, 24.0), 1000.0)
    ring = shapely.Polygon(
        [
            (p.east_m, p.north_m)
            for p in map(LocalFrame(circle.centre).to_local, polygon_about(circle).corners)
        ]
    )
    assert shapely.distance(shapely.boundary(ring), shapely.Point(0, 0)) >= 999.999
    far_m = [hypot(*corner) for corner in ring.exterior.coords]
    assert far_m == pytest.approx([1000 / cos(pi / 64)] * 65, abs=0.01)


def test_a_ring_that_crosses_itself_keeps_both_lobes() -> None:
    bow_tie = Polygon((at(0, 0), at(100, 100), at(100, 0), at(0, 100)))
    area = outline(bow_tie, FRAME).area
    assert area.area == pytest.approx(5000, rel=1e-5)
    assert area.contains(shapely.Point(90, 50))
    assert area.contains(shapely.Point(10, 50))


def test_a_ring_wound_twice_around_is_no_hole() -> None:
    corners = (at(0, 0), at(90, 0), at(90, 90), at(0, 90), at(0, 0), at(60, 0), at(60, 60), at(0, 60))
    assert outline(Polygon(corners), FRAME).area.area == pytest.approx(8100, rel=1e-5)


def test_a_hole_that_crosses_itself_opens_nothing() -> None:
    hole = (at(20, 20), at(40, 40), at(40, 20), at(20, 40))
    assert outline(Polygon(box(0, 0, 100, 60).corners, (hole,)), FRAME).area.area == pytest.approx(
        6000, rel=1e-6
    )


def test_a_ring_without_area_still_has_a_place() -> None:
    line = outline(Polygon((at(0, 0), at(100, 0), at(50, 0))), FRAME)
    assert line.distance_m(shapely.Point(50, 10)) == pytest.approx(10, abs=0.001)


def test_a_long_edge_is_straight_in_longitude_and_latitude() -> None:
    country = Polygon(
        (GeoPoint(60.0, 20.0), GeoPoint(60.0, 30.0), GeoPoint(70.0, 30.0), GeoPoint(70.0, 20.0))
    )
    area = outline(country, LocalFrame(GeoPoint(60.0, 25.0))).area
    assert area.contains(shapely.Point(0, 50))
    assert not area.contains(shapely.Point(0, -50))


def test_a_footprint_over_the_antimeridian_is_small() -> None:
    fiji = Polygon(
        (GeoPoint(-17.0, 179.9), GeoPoint(-17.0, -179.9), GeoPoint(-16.9, -179.9), GeoPoint(-16.9, 179.9))
    )
    area = outline(fiji, LocalFrame(GeoPoint(-17.0, 180.0))).area
    assert area.area == pytest.approx(21_300 * 11_100, rel=0.02)
