"""Reading ED-318: footprints and vertical limits, larger where the file is odd."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from geofences.zone import (
    Circle,
    Datum,
    Limit,
    Polygon,
    Unit,
)
from tests.geofences.formats.sound import SOUND, changed, noted, only, read


@pytest.mark.parametrize(
    ("edits", "lower", "upper", "fields"),
    [
        ({"uom": "ft", "upper": 500}, Limit(0.0, Datum.AGL, Unit.FT), Limit(152.4, Datum.AMSL, Unit.FT), []),
        (
            {"uom": "FT", "upper": 500},
            Limit(0.0, Datum.AGL, Unit.FT),
            Limit(152.4, Datum.AMSL, Unit.FT),
            ["uom"],
        ),
        ({"uom": "yd"}, None, None, ["uom"]),
        ({"uom": ...}, Limit(0.0, Datum.AGL), Limit(150.0, Datum.AMSL), []),
        ({"upper": "150"}, Limit(0.0, Datum.AGL), Limit(150.0, Datum.AMSL), ["upper"]),
        ({"upper": None}, Limit(0.0, Datum.AGL), None, ["upper"]),
        ({"upper": ...}, Limit(0.0, Datum.AGL), None, ["upper"]),
        ({"upper": "UNL"}, Limit(0.0, Datum.AGL), None, ["upper"]),
        ({"upper": 99999}, Limit(0.0, Datum.AGL), None, ["upper"]),
        ({"upper": True}, Limit(0.0, Datum.AGL), None, ["upper"]),
        ({"upperReference": "MSL"}, Limit(0.0, Datum.AGL), Limit(150.0, Datum.AMSL), ["upperReference"]),
        ({"upperReference": "STD"}, Limit(0.0, Datum.AGL), None, ["upperReference"]),
        ({"upperReference": ...}, Limit(0.0, Datum.AGL), None, ["upperReference"]),
        ({"upperReference": "WGS84"}, Limit(0.0, Datum.AGL), Limit(150.0, Datum.WGS84), []),
    ],
)
def test_limits(
    edits: dict[str, object], lower: Limit | None, upper: Limit | None, fields: list[str]
) -> None:
    reading = changed(*((f"geometry.layer.{name}", value) for name, value in edits.items()))
    (volume,) = only(reading).volumes
    assert (volume.lower, volume.upper) == (lower, upper)
    assert [field for field, _, _ in noted(reading)] == [f"geometry.layer.{name}" for name in fields]


def test_limits_upside_down_are_turned() -> None:
    reading = changed(
        ("geometry.layer.lower", 150), ("geometry.layer.upper", 30), ("geometry.layer.upperReference", "AGL")
    )
    (volume,) = only(reading).volumes
    assert (volume.lower, volume.upper) == (Limit(30.0, Datum.AGL), Limit(150.0, Datum.AGL))
    assert noted(reading) == [("geometry.layer", '"150 m below 30 m"', "the other way round")]


def test_no_layer_is_all_heights() -> None:
    reading = changed(("geometry.layer", ...))
    (volume,) = only(reading).volumes
    assert (volume.lower, volume.upper) == (None, None)
    assert noted(reading) == [("geometry.layer", "null", "all heights")]


def test_circles_collections_and_multipolygons() -> None:
    layer = SOUND["features"][0]["geometry"]["layer"]
    ring = SOUND["features"][0]["geometry"]["coordinates"]
    point = {"type": "Point", "coordinates": [24.9, 60.1, 5], "extent": {"subType": "Circle", "radius": 350}}
    parts = [point, {"type": "MultiPolygon", "coordinates": [ring, ring], "layer": {**layer, "upper": 30}}]
    reading = changed(("geometry", {"type": "GeometryCollection", "geometries": parts, "layer": layer}))
    volumes = only(reading).volumes
    assert reading.findings == ()
    assert isinstance(volumes[0].footprint, Circle)
    assert volumes[0].footprint.radius_m == 350.0
    assert [volume.upper and volume.upper.value_m for volume in volumes] == [150, 30, 30]


SQUARE = [[24.9, 60.1], [25.0, 60.1], [25.0, 60.2], [24.9, 60.2], [24.9, 60.1]]


@pytest.mark.parametrize(
    ("geometry", "field"),
    [
        (None, "geometry"),
        ({"type": "LineString", "coordinates": SQUARE}, "geometry.type"),
        ({"type": "Point", "coordinates": [24.9, 60.1]}, "geometry.extent"),
        (
            {"type": "Point", "coordinates": [24.9, 60.1], "extent": {"subType": "Circle", "radius": 0}},
            "geometry.extent.radius",
        ),
        (
            {"type": "Point", "coordinates": [24.9], "extent": {"subType": "Circle", "radius": 5}},
            "geometry.coordinates",
        ),
        ({"type": "Polygon", "coordinates": []}, "geometry.coordinates"),
        ({"type": "Polygon", "coordinates": [SQUARE[:2]]}, "geometry.coordinates[0]"),
        (
            {"type": "Polygon", "coordinates": [[*SQUARE[:3], [24.9, 160.2], SQUARE[0]]]},
            "geometry.coordinates[0][3]",
        ),
        (
            {"type": "Polygon", "coordinates": [[*SQUARE[:3], ["24.9", 60.2], SQUARE[0]]]},
            "geometry.coordinates[0][3]",
        ),
        ({"type": "GeometryCollection", "geometries": []}, "geometry.geometries"),
        ({"type": "GeometryCollection", "geometries": [None]}, "geometry.geometries[0]"),
    ],
)
def test_what_has_no_usable_area_is_refused_and_named(geometry: object, field: str) -> None:
    document: Any = deepcopy(SOUND)
    document["features"].append(deepcopy(document["features"][0]))
    document["features"][0]["geometry"] = geometry
    document["features"][0]["properties"]["identifier"] = "BAD"
    reading = read(document)
    assert [zone.zone_id for zone in reading.zones] == ["EFX0001"]
    (refused,) = reading.refused
    assert (refused.zone_id, refused.field) == ("BAD", f"features[0].{field}")


def test_an_open_ring_is_closed_and_a_bad_hole_is_filled() -> None:
    reading = changed(("geometry.coordinates", [SQUARE[:-1], [[24.95, 60.15], [24.96, 60.15]]]))
    footprint = only(reading).volumes[0].footprint
    assert isinstance(footprint, Polygon)
    assert (len(footprint.corners), footprint.holes) == (4, ())
    assert {field for field, _, _ in noted(reading)} == {"geometry.coordinates[0]", "geometry.coordinates[1]"}
