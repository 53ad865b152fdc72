"""Rings written as holes that are none: a hole opens airspace, so it counts only in its own area."""

from __future__ import annotations

import orjson
import pytest
import shapely

from geofences.formats import any_zones
from geofences.outline import outline
from geofences.position import GeoPoint, LocalFrame
from geofences.zone import Polygon, Zone
from tests.geofences.formats.sound import changed, noted, only
from tests.geofences.formats.test_kml import kml, placemark, polygon, ring

_Ring = list[list[float]]
SEEN = "areas of their own"


def box(lon: float, lat: float, half: float) -> _Ring:
    return [
        [(lon + half * a + 180.0) % 360.0 - 180.0, lat + half * b]
        for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ]


def closed(zone: Zone, lon: float, lat: float) -> bool:
    frame = LocalFrame(GeoPoint(lat, lon))
    here = shapely.Point(0.0, 0.0)
    return any(outline(volume.footprint, frame).distance_m(here) == 0.0 for volume in zone.volumes)


@pytest.mark.parametrize("lon", [25.0, 179.99], ids=["Finland", "across the antimeridian"])
def test_a_hole_in_its_area_is_a_hole(lon: float) -> None:
    reading = changed(("geometry.coordinates", [box(lon, 60.0, 0.1), box(lon + 0.03, 60.0, 0.02)]))
    (volume,) = only(reading).volumes
    assert isinstance(volume.footprint, Polygon)
    assert (len(volume.footprint.holes), reading.findings) == (1, ())


def test_a_hole_that_shares_an_edge_with_its_area_is_a_hole() -> None:
    hole = [[24.95, 60.100000005], [24.95, 60.05], [25.05, 60.05], [25.05, 60.1], [24.95, 60.100000005]]
    assert changed(("geometry.coordinates", [box(25.0, 60.0, 0.1), hole])).findings == ()


def test_a_hole_around_its_area_closes_all_in_it() -> None:
    reading = changed(("geometry.coordinates", [box(25.0, 60.0, 0.02), box(25.0, 60.0, 0.1)]))
    zone = only(reading)
    assert closed(zone, 25.0, 60.0)
    assert closed(zone, 25.09, 60.0)
    assert noted(reading) == [
        ("geometry.coordinates", '"1 of 1 holes that do not lie in the outer ring"', SEEN)
    ]


def test_a_ring_elsewhere_or_half_in_the_area_closes_what_it_encloses() -> None:
    rings = [box(25.0, 60.0, 0.1), box(25.1, 60.0, 0.05), box(26.0, 60.0, 0.1), box(25.0, 60.0, 0.01)]
    zone = only(changed(("geometry.coordinates", rings)))
    assert [closed(zone, lon, 60.0) for lon in (25.08, 25.13, 26.0, 25.0)] == [True, True, True, False]


def test_the_same_in_plain_geojson_and_kml() -> None:
    inner, outer = box(25.0, 60.0, 0.02), box(25.0, 60.0, 0.1)
    plain = any_zones.read(orjson.dumps({"type": "Polygon", "coordinates": [inner, outer]}))
    assert closed(only(plain), 25.09, 60.0)
    text = [" ".join(f"{lon},{lat}" for lon, lat in corners) for corners in (inner, outer)]
    drawn = any_zones.read(kml(placemark(polygon(places=text[0], more=ring(text[1], "inner")))))
    assert closed(only(drawn), 25.09, 60.0)
    assert SEEN in {read_as for _, _, read_as in noted(drawn)}


def test_holes_that_leave_nothing_of_an_area_are_none() -> None:
    corners = tuple(GeoPoint(lat, lon) for lon, lat in box(25.0, 60.0, 0.1)[:-1])
    assert outline(Polygon(corners, (corners,)), LocalFrame(corners[0])).area.area > 0.0
