"""Rings that could be meant either way round the globe: refused, never read as the smaller side."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest

from geofences.formats import any_zones
from tests.geofences.formats.sound import only

_Ring = list[list[float]]
_Writer = Callable[[_Ring], bytes]


def collection(ring: _Ring) -> bytes:
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"id": "A"}, "geometry": geometry}
    return orjson.dumps({"type": "FeatureCollection", "features": [feature]})


def placemark(ring: _Ring) -> bytes:
    places = " ".join(f"{lon},{lat}" for lon, lat in ring)
    shape = f"<outerBoundaryIs><LinearRing><coordinates>{places}</coordinates></LinearRing></outerBoundaryIs>"
    return f"<kml><Placemark><name>A</name><Polygon>{shape}</Polygon></Placemark></kml>".encode()


def box(west: float, east: float, south: float = 50.0, north: float = 70.0) -> _Ring:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


@pytest.mark.parametrize("written", [collection, placemark])
@pytest.mark.parametrize(
    ("ring", "reason"),
    [
        (box(-180.0, 180.0, -90.0, 90.0), "from longitude -180 to 180"),
        (box(-180.0, 180.0), "from longitude -180 to 180"),
        (box(-100.0, 100.0), "either way round the globe"),
        (box(-60.0, 60.0), "either way round the globe"),
    ],
)
def test_a_ring_that_may_be_the_other_side_of_the_globe_is_refused(
    written: _Writer, ring: _Ring, reason: str
) -> None:
    reading = any_zones.read(written(ring))
    assert reading.zones == ()
    (refused,) = reading.refused
    assert reason in refused.reason
    assert "coordinates" in refused.field


@pytest.mark.parametrize("written", [collection, placemark])
@pytest.mark.parametrize(
    "ring", [box(179.0, -179.0), box(-45.0, 45.0), box(170.0, 180.0), box(-180.0, -170.0)]
)
def test_a_ring_with_one_reading_is_read(written: _Writer, ring: _Ring) -> None:
    assert only(any_zones.read(written(ring))).zone_id == "A"
