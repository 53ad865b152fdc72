from __future__ import annotations

import gzip
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest

from geofences.formats import city
from geofences.formats.reading import FormatError
from geofences.position import GeoPoint

SHIPPED = Path(__file__).parents[3] / "sitl/city/helsinki.geojson.gz"
RING = [[24.94, 60.17], [24.941, 60.17], [24.941, 60.171], [24.94, 60.17]]


def feature(kind: str, geometry: dict[str, Any], **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"kind": kind, **properties}, "geometry": geometry}


TINY: dict[str, Any] = {
    "type": "FeatureCollection",
    "attribution": "(c) OpenStreetMap contributors, ODbL 1.0",
    "bbox": [24.9, 60.1, 25.0, 60.2],
    "features": [
        feature("building", {"type": "Polygon", "coordinates": [RING, RING]}, height_m=12, name="Kiasma"),
        feature("building", {"type": "MultiPolygon", "coordinates": [[RING], [RING]]}, height_m=9.5),
        feature("footpath", {"type": "LineString", "coordinates": [[24.94, 60.17], [24.95, 60.18]]}),
        feature("crossing", {"type": "LineString", "coordinates": [[24.95, 60.18], [24.96, 60.18]]}),
        feature("road", {"type": "LineString", "coordinates": []}),
        feature("water", {"type": "Polygon", "coordinates": []}),
        feature("park", {"type": "Polygon", "coordinates": []}),
    ],
}


def read(document: object) -> city.CityMap:
    return city.read(gzip.compress(orjson.dumps(document)))


def test_a_city_file() -> None:
    town = read(TINY)
    assert town.attribution == "(c) OpenStreetMap contributors, ODbL 1.0"
    assert (town.centre.lat_deg, town.centre.lon_deg) == pytest.approx((60.15, 24.95))
    assert [(b.name, b.height_agl_m) for b in town.buildings] == [
        ("Kiasma", 12.0),
        ("the building at 60.170000,24.940000", 9.5),
        ("the building at 60.170000,24.940000", 9.5),
    ]
    assert len(town.buildings[0].footprint.corners) == 3
    assert len(town.buildings[0].footprint.holes) == 1
    assert [way.crossing for way in town.footways] == [False, True]
    assert town.footways[0].points[1] == town.footways[1].points[0] == GeoPoint(60.18, 24.95)


def test_a_box_across_the_antimeridian_has_its_west_in_the_east() -> None:
    """RFC 7946: west is above east (5.2), and ways are cut there (3.1.9): 180 and -180 are one."""
    west = {"type": "LineString", "coordinates": [[179.99, -16.8], [180.0, -16.8]]}
    east = {"type": "LineString", "coordinates": [[-180.0, -16.8], [-179.99, -16.8]]}
    both = [feature("footpath", west), feature("footpath", east)]
    town = read({**TINY, "bbox": [179.9, -16.9, -179.8, -16.7], "features": both})
    assert (town.centre.lat_deg, town.centre.lon_deg) == pytest.approx((-16.8, -179.95))
    assert town.footways[0].points[1] == town.footways[1].points[0]
    for box in ([25.0, 60.1, 24.9, 60.2], [180.0, 60.1, -180.0, 60.2], [24.9, 60.1, 24.9, 60.2]):
        with pytest.raises(FormatError, match="bbox"):
            read({**TINY, "bbox": box})


def test_it_may_be_unzipped() -> None:
    assert city.read(orjson.dumps(TINY)) == read(TINY)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("type",), "Feature", "type"),
        (("attribution",), None, "attribution"),
        (("bbox",), [1, 2, 3], "bbox"),
        (("bbox",), [24.9, 60.1, 25.0, 160.2], "bbox"),
        (("features",), {}, "features"),
        (("features", 0), 7, "features[0].properties"),
        (("features", 0, "properties", "height_m"), "12", "features[0].properties.height_m"),
        (("features", 0, "properties", "height_m"), -1, "features[0].properties.height_m"),
        (("features", 0, "properties", "kind"), "tower", "features[0].properties.kind"),
        (("features", 0, "geometry"), None, "features[0].geometry"),
        (("features", 0, "geometry", "coordinates"), [], "features[0].geometry.coordinates"),
        (("features", 0, "geometry", "coordinates"), [RING[:3]], "features[0].geometry.coordinates"),
        (("features", 2, "geometry", "coordinates"), [[24.9, 60.1]], "features[2].geometry.coordinates"),
        (("features", 2, "geometry", "coordinates"), [[24, 60], [24]], "features[2].geometry.coordinates"),
        (
            ("features", 2, "geometry", "coordinates"),
            [[24, 60], [24, 99]],
            "features[2].geometry.coordinates",
        ),
        (("features", 2, "geometry", "coordinates"), [[24, 60], "x"], "features[2].geometry.coordinates"),
    ],
)
def test_what_is_wrong_is_named(path: tuple[str | int, ...], value: object, field: str) -> None:
    document: Any = deepcopy(TINY)
    parent = document
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    with pytest.raises(FormatError) as error:
        read(document)
    assert error.value.field == field


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\x1f\x8bxx", gzip.compress(b"{}", mtime=0)[:-3]])
def test_what_is_no_city_file_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        city.read(data)


def test_the_shipped_city() -> None:
    town = city.read(SHIPPED.read_bytes())
    assert "OpenStreetMap" in town.attribution
    assert len(town.buildings) > 400
    assert sum(way.crossing for way in town.footways) > 100
    assert max(building.height_agl_m for building in town.buildings) > 40
