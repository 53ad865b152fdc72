"""Fewer corners never open what was closed: held for any footprint."""

from __future__ import annotations

from math import cos, radians, sin

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geofences.fences.projection import coarser, inset, within
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.zone import Polygon

FRAME = LocalFrame(GeoPoint(60.17, 24.94))
Polar = list[tuple[float, float]]


def star(polar: Polar, east_m: float, north_m: float) -> Polygon:
    """A ring about a point, its corners at these bearings and distances: any shape without crossing sides."""
    places = [
        LocalPoint(east_m + away_m * cos(radians(angle)), north_m + away_m * sin(radians(angle)))
        for angle, away_m in sorted(polar)
    ]
    return Polygon(tuple(FRAME.to_geo(place) for place in places))


def shape(polygon: Polygon) -> shapely.Polygon:
    local = [FRAME.to_local(corner) for corner in polygon.corners]
    return shapely.Polygon([(point.east_m, point.north_m) for point in local])


def e7(polygon: Polygon) -> Polygon:
    """As an autopilot stores it."""
    return Polygon(
        tuple(GeoPoint(round(c.lat_deg * 1e7) / 1e7, round(c.lon_deg * 1e7) / 1e7) for c in polygon.corners)
    )


rings = st.lists(
    st.tuples(st.integers(0, 359).map(float), st.floats(5.0, 300.0)),
    min_size=5,
    max_size=40,
    unique_by=lambda corner: corner[0],
)
offsets = st.floats(-1500.0, 1500.0)


@settings(max_examples=60, deadline=None)
@given(rings, offsets, offsets)
def test_an_exclusion_with_fewer_corners_is_never_smaller(
    polar: Polar, east_m: float, north_m: float
) -> None:
    exact = star(polar, east_m, north_m)
    forms = coarser(exact, FRAME)
    counts = [len(form.corners) for form in (exact, *forms)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] <= 4
    for form in forms:
        assert shapely.covers(shape(e7(form)), shape(exact))


@settings(max_examples=60, deadline=None)
@given(rings, offsets, offsets, st.integers(3, 8))
def test_an_inclusion_with_fewer_corners_is_never_larger(
    polar: Polar, east_m: float, north_m: float, most: int
) -> None:
    area = shapely.convex_hull(shape(star(polar, east_m, north_m)))
    if area.area < 2000.0 or shapely.minimum_clearance(area) < 1.0:
        return
    inner = within(area, FRAME, most)
    assert inner is not None
    assert 3 <= len(inner.corners) <= most
    assert shapely.covers(area, shape(e7(inner)))


def test_an_area_too_small_to_stay_within_is_none() -> None:
    small = star([(angle, 10.0) for angle in (0.0, 90.0, 180.0, 270.0)], 0.0, 0.0)
    assert inset(small, FRAME, 20.0) is None
