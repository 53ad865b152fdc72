"""Rings that could be meant either way round the globe: refused, never read as the smaller side."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
import shapely

from geofences.formats import any_zones, city, population
from geofences.formats.reading import FormatError
from geofences.outline import outline
from geofences.position import GeoPoint, LocalFrame
from tests.fuzz.zone_seeds import SEEDS
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


def fence(ring: _Ring) -> bytes:
    places = "\n".join(f"{lat} {lon}" for lon, lat in ring)
    return f"{ring[0][1]} {ring[0][0]}\n{places}\n".encode()


def fence_items(ring: _Ring) -> bytes:
    count = len(ring) - 1
    rows = (f"5002\t{count}\t0\t0\t0\t{lat}\t{lon}\t0\t1" for lon, lat in ring[:-1])
    return "\n".join(["QGC WPL 110", *(f"{i}\t0\t0\t{row}" for i, row in enumerate(rows))]).encode()


def plan(ring: _Ring, *, inclusion: bool = False) -> bytes:
    polygon = {"polygon": [[lat, lon] for lon, lat in ring[:-1]], "inclusion": inclusion, "version": 1}
    whole = orjson.loads(SEEDS["qgc_plan"][0])
    whole["geoFence"] = {"version": 2, "circles": [], "polygons": [polygon]}
    return orjson.dumps(whole)


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


EITHER_WAY = [
    (box(-180.0, 180.0), "from longitude -180 to 180"),
    (box(-60.0, 60.0), "either way round the globe"),
    ([[-120.0, 85.0], [0.0, 85.0], [120.0, 85.0], [-120.0, 85.0]], "either way round the globe"),
    ([[lon, 85.0] for lon in (-150.0, -75.0, 0.0, 75.0, 150.0, -150.0)], "round a pole"),
]


@pytest.mark.parametrize("written", [fence, fence_items, plan])
@pytest.mark.parametrize(("ring", "reason"), EITHER_WAY)
def test_a_fence_that_may_be_the_other_side_of_the_globe_refuses_the_file(
    written: _Writer, ring: _Ring, reason: str
) -> None:
    with pytest.raises(FormatError, match=reason):
        any_zones.read(written(ring))


@pytest.mark.parametrize(("ring", "reason"), EITHER_WAY)
def test_buildings_and_people_are_not_on_both_sides_of_the_globe(ring: _Ring, reason: str) -> None:
    properties = {"kind": "building", "height_m": 9.0, "people_per_km2": 1.0}
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    town = {"type": "FeatureCollection", "attribution": "-", "bbox": [24.0, 60.0, 25.0, 61.0]}
    town["features"] = [feature]
    for reader in (city.read, population.read):
        with pytest.raises(FormatError, match=reason):
            reader(orjson.dumps(town))
    with pytest.raises(FormatError, match="bbox"):
        city.read(orjson.dumps({**town, "features": [], "bbox": [-100.0, 50.0, 100.0, 60.0]}))


@pytest.mark.parametrize(
    ("ring", "inside", "outside"),
    [
        (box(179.9, -179.9, 10.0, 10.2), (10.1, 180.0), [(10.1, -179.8), (10.1, 179.8), (9.9, 180.0)]),
        (box(179.5, 179.9, 10.0, 10.2), (10.1, 179.7), [(10.1, -179.8), (10.1, 179.4)]),
        (box(0.0, 1.0, 87.5, 87.9), (87.7, 0.5), [(87.7, 2.0), (87.7, -15.0), (88.2, 0.5)]),
    ],
)
def test_around_an_inclusion_fence_all_is_closed_across_the_antimeridian_and_far_north(
    ring: _Ring, inside: tuple[float, float], outside: list[tuple[float, float]]
) -> None:
    (volume,) = only(any_zones.read(plan(ring, inclusion=True))).volumes
    frame = LocalFrame(GeoPoint(*inside))
    area = outline(volume.footprint, frame).area
    places = [frame.to_local(GeoPoint(*place)) for place in (inside, *outside)]
    covered = [bool(area.covers(shapely.Point(at.east_m, at.north_m))) for at in places]
    assert covered == [False] + [True] * len(outside)


def test_around_an_inclusion_fence_at_the_pole_nothing_can_be_told() -> None:
    with pytest.raises(FormatError, match="pole"):
        any_zones.read(plan(box(0.0, 1.0, 88.5, 89.0), inclusion=True))
