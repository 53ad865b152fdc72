from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest

from geofences.formats import ed318
from geofences.formats.reading import Finding, FormatError, Reading
from geofences.zone import (
    Always,
    Circle,
    Datum,
    Interval,
    Limit,
    Medium,
    Polygon,
    Restriction,
    Weekly,
    Zone,
)

SHARED = Path(__file__).parents[4] / "shared/data/geozones"
SHIPPED = Path(__file__).parents[3] / "sitl/city/zones.ed318.json"
SOUND: dict[str, Any] = {
    "type": "FeatureCollection",
    "metadata": {"validFrom": "2026-01-01T00:00:00Z"},
    "features": [
        {
            "type": "Feature",
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[24.9, 60.1], [25.0, 60.1], [25.0, 60.2], [24.9, 60.1]]],
                "layer": {
                    "lower": 0,
                    "lowerReference": "AGL",
                    "upper": 150,
                    "upperReference": "AMSL",
                    "uom": "m",
                },
            },
            "properties": {
                "identifier": "EFX0001",
                "country": "FIN",
                "name": [{"text": "Sairaala", "lang": "fi-FI"}, {"text": "Hospital", "lang": "en-GB"}],
                "type": "PROHIBITED",
                "variant": "COMMON",
                "reason": ["EMERGENCY", "OTHER"],
                "message": [{"text": "Keep out", "lang": "en-GB"}],
                "zoneAuthority": [
                    {"name": [{"text": "Traficom", "lang": "en-GB"}], "purpose": "INFORMATION"}
                ],
            },
        }
    ],
}


def read(document: object) -> Reading:
    return ed318.read(orjson.dumps(document))


def changed(*edits: tuple[str, object]) -> Reading:
    """The sound file with members of its feature set ("properties.type") or removed (value is `...`)."""
    document: Any = deepcopy(SOUND)
    for path, value in edits:
        parent = document["features"][0]
        *steps, last = path.split(".")
        for step in steps:
            parent = parent[step]
        if value is ...:
            del parent[last]
        else:
            parent[last] = value
    return read(document)


def only(reading: Reading) -> Zone:
    assert reading.refused == ()
    (zone,) = reading.zones
    return zone


def noted(reading: Reading) -> list[tuple[str, str, str]]:
    return [(finding.field, finding.found, finding.read_as) for finding in reading.findings]


def test_a_sound_file_is_read_without_findings() -> None:
    reading = read(SOUND)
    zone = only(reading)
    assert reading.findings == ()
    assert (zone.zone_id, zone.name, zone.country) == ("EFX0001", "Hospital", "FIN")
    assert (zone.restriction, zone.reason, zone.message) == (
        Restriction.PROHIBITED,
        "EMERGENCY, OTHER",
        "Keep out",
    )
    assert (zone.authority, zone.applicability, zone.binds) == (
        "Traficom",
        (Always(),),
        frozenset({Medium.AIR}),
    )
    (volume,) = zone.volumes
    assert isinstance(volume.footprint, Polygon)
    assert len(volume.footprint.corners) == 3
    assert (volume.lower, volume.upper) == (Limit(0.0, Datum.AGL), Limit(150.0, Datum.AMSL))


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"", "file"),
        (b"\xff\xfe", "file"),
        (b"[1]", "file"),
        (b'{"type": "Feature"}', "type"),
        (b'{"type": "FeatureCollection"}', "features"),
        (b'{"type": "FeatureCollection", "features": {}}', "features"),
        (b'{"type": "FeatureCollection", "features": [], "metadata": 3}', "metadata"),
        (b'{"type": "FeatureCollection", "features": [], "metadata": {"issued": {}}}', "metadata.issued"),
    ],
)
def test_what_is_no_ed318_at_all_is_refused_as_a_file(data: bytes, field: str) -> None:
    with pytest.raises(FormatError) as error:
        ed318.read(data)
    assert error.value.field == field


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert ed318.read(b"\xef\xbb\xbf" + orjson.dumps(SOUND)) == read(SOUND)


@pytest.mark.parametrize(
    ("found", "restriction", "finding"),
    [
        ("REQ_AUTHORIZATION", Restriction.REQ_AUTHORISATION, False),
        ("REQ_AUTHORISATION", Restriction.REQ_AUTHORISATION, True),
        ("USPACE", Restriction.REQ_AUTHORISATION, True),
        ("prohibited ", Restriction.PROHIBITED, True),
        ("NO_RESTRICTION", Restriction.NO_RESTRICTION, False),
        ("RESTRICTED", Restriction.PROHIBITED, True),
        (None, Restriction.PROHIBITED, True),
        (["PROHIBITED"], Restriction.PROHIBITED, True),
    ],
)
def test_the_type_of_a_zone(found: object, restriction: Restriction, *, finding: bool) -> None:
    reading = changed(("properties.type", found))
    assert only(reading).restriction is restriction
    assert [field for field, _, _ in noted(reading)] == (["properties.type"] if finding else [])


@pytest.mark.parametrize(
    ("edits", "lower", "upper", "fields"),
    [
        ({"uom": "ft", "upper": 500}, Limit(0.0, Datum.AGL), Limit(152.4, Datum.AMSL), []),
        ({"uom": "FT", "upper": 500}, Limit(0.0, Datum.AGL), Limit(152.4, Datum.AMSL), ["uom"]),
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


def test_names_of_the_older_format_are_understood_and_noted() -> None:
    reading = changed(
        ("geometry.verticalLayer", {"upperLimit": 50, "upperVerticalReference": "AGL", "lower": 99999}),
        ("geometry.layer", ...),
        ("properties.reasons", "PRIVACY"),
        ("properties.reason", ...),
        ("properties.name", "Plain"),
    )
    zone = only(reading)
    assert zone.volumes[0].upper == Limit(50.0, Datum.AGL)
    assert (zone.name, zone.reason) == ("Plain", "PRIVACY")
    assert {field for field, _, _ in noted(reading)} == {
        "geometry.verticalLayer",
        "geometry.layer.lower",
        "geometry.layer.upperLimit",
        "geometry.layer.upperVerticalReference",
        "properties.reasons",
        "properties.reason",
        "properties.name",
    }


def test_a_nested_zone_is_unwrapped() -> None:
    reading = changed(("properties", {"UASZone": SOUND["features"][0]["properties"]}))
    assert only(reading).zone_id == "EFX0001"
    assert noted(reading)[0][0] == "properties.UASZone"


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


@pytest.mark.parametrize("feature", [None, 3, "x", [], {}, {"properties": None}, {"properties": {}}])
def test_no_feature_vanishes(feature: object) -> None:
    reading = read({"type": "FeatureCollection", "features": [feature, *SOUND["features"]]})
    assert (len(reading.zones), len(reading.refused)) == (1, 1)
    assert reading.refused[0].zone_id == "features[0]"


def test_an_open_ring_is_closed_and_a_bad_hole_is_filled() -> None:
    reading = changed(("geometry.coordinates", [SQUARE[:-1], [[24.95, 60.15], [24.96, 60.15]]]))
    footprint = only(reading).volumes[0].footprint
    assert isinstance(footprint, Polygon)
    assert (len(footprint.corners), footprint.holes) == (4, ())
    assert {field for field, _, _ in noted(reading)} == {"geometry.coordinates[0]", "geometry.coordinates[1]"}


def test_duplicate_and_missing_identifiers_stay_apart() -> None:
    nameless = deepcopy(SOUND["features"][0])
    del nameless["properties"]["identifier"]
    features = [SOUND["features"][0], SOUND["features"][0], nameless, {**nameless, "id": 17}]
    reading = read({"type": "FeatureCollection", "features": features})
    assert [zone.zone_id for zone in reading.zones] == ["EFX0001", "EFX0001~2", "features[2]", "17"]
    assert len(reading.findings) == 3


def test_an_unknown_member_is_named() -> None:
    assert noted(changed(("properties.colour", "red"))) == [
        ("properties.colour", '"red"', "nothing: the standard has no such member")
    ]


def period(**members: object) -> Reading:
    return changed(("properties.limitedApplicability", [members]))


JUNE_S, JULY_S = 1_780_272_000.0, 1_782_864_000.0
BOUNDS = {"startDateTime": "2026-06-01T00:00:00Z", "endDateTime": "2026-07-01T03:00:00.00000000+03:00"}


def test_a_period_has_bounds_and_hours() -> None:
    hours = {"day": ["MON", "SUN"], "startTime": "08:00:00Z", "endTime": "16:00:30Z"}
    reading = period(**BOUNDS, schedule=[hours, {"day": ["ANY"]}])
    span = Interval(JUNE_S, JULY_S)
    assert reading.findings == ()
    assert only(reading).applicability == (
        Weekly(frozenset({0, 6}), 480, 961, "UTC", span),
        Weekly(frozenset(range(7)), 0, 1440, "UTC", span),
    )


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("10:00:00+02:00", "18:00:00+02:00", [({5}, 480, 960)]),
        ("22:00:00Z", "02:00:00Z", [({5}, 1320, 1440), ({6}, 0, 120)]),
        ("01:00:00+03:00", "05:00:00+03:00", [({4}, 1320, 1440), ({5}, 0, 120)]),
        ("22:00:00-05:00", "23:00:00-05:00", [({6}, 180, 240)]),
        ("00:00:00Z", "00:00:00Z", [({5}, 0, 1440)]),
        ("00:00:00Z", "24:00:00Z", [({5}, 0, 1440)]),
    ],
)
def test_hours_are_turned_to_utc(start: str, end: str, expected: list[tuple[set[int], int, int]]) -> None:
    reading = period(schedule=[{"day": ["SAT"], "startTime": start, "endTime": end}])
    assert only(reading).applicability == tuple(
        Weekly(frozenset(days), from_min, until_min, "UTC", Interval(None, None))
        for days, from_min, until_min in expected
    )


def test_the_zone_applies_longer_where_its_times_are_odd() -> None:
    whole_days = Weekly(frozenset({4, 5, 6}), 0, 1440, "UTC", Interval(None, None))
    for hours in (
        {"startTime": "08:00:00", "endTime": "16:00:00"},
        {"startEvent": "SR", "endEvent": "SS"},
        {"startTime": "noon", "endTime": "16:00:00Z"},
    ):
        reading = period(schedule=[{"day": ["SAT"], **hours}])
        assert only(reading).applicability == (whole_days,)
        assert reading.findings
    assert only(period(startDateTime="", endDateTime="")).applicability == (Always(),)
    assert only(period(startDateTime="2026-13-01T00:00:00Z")).applicability == (Always(),)
    assert only(
        period(startDateTime="2027-01-01T00:00:00Z", endDateTime="2026-01-01T00:00:00Z")
    ).applicability == (Always(),)
    assert only(period(startDateTime="2026-06-01", endDateTime="2026-06-30T00:00:00Z")).applicability == (
        Interval(JUNE_S - 14 * 3600, JULY_S - 86400),
    )
    assert only(changed(("properties.limitedApplicability", ["sometimes"]))).applicability == (Always(),)
    assert only(changed(("properties.limitedApplicability", []))).applicability == (Always(),)


def test_days_written_oddly() -> None:
    week = frozenset(range(7))
    for day, days in (("SAT", {5}), (["Saturday"], {5}), (["HOLIDAY"], week), ([], week), (None, week)):
        reading = period(schedule=[{"day": day, "startTime": "08:00:00Z", "endTime": "16:00:00Z"}])
        (entry,) = only(reading).applicability
        assert isinstance(entry, Weekly)
        assert entry.days == days
        assert reading.findings


def test_our_own_extension_says_whom_a_zone_binds() -> None:
    extended = {"sanderling": {"binds": ["SIDEWALK"]}, "other": 3}
    assert only(changed(("properties.extendedProperties", extended))).binds == {Medium.SIDEWALK}
    for bad in ({"binds": ["WATER"]}, {"binds": "AIR"}, {"bind": ["AIR"]}, 3):
        reading = changed(("properties.extendedProperties", {"sanderling": bad}))
        assert reading.zones == ()
        assert "sanderling" in reading.refused[0].field


def test_the_zones_we_ship_are_without_any_finding() -> None:
    reading = ed318.read(SHIPPED.read_bytes())
    assert reading.findings == ()
    assert reading.refused == ()
    assert 6 <= len(reading.zones) <= 10
    assert any(Medium.SIDEWALK in zone.binds for zone in reading.zones)


shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared with the official examples is not here")


@shared
@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("Collection", ["NFZ6547", "ABC1234"]),
        ("GeoZone_2_Layers", ["NFZ6547"]),
        ("GeoZone_Circle", ["ABC1234"]),
        ("GeoZone_with_extension", ["ABC1234"]),
    ],
)
def test_official_examples(name: str, ids: list[str]) -> None:
    reading = ed318.read((SHARED / f"ed318-official/examples/Example_{name}.json").read_bytes())
    assert [zone.zone_id for zone in reading.zones] == ids
    assert (reading.findings, reading.refused) == ((), ())


@shared
def test_the_official_invalid_and_partial_examples_are_refused() -> None:
    files = sorted((SHARED / "ed318-official/examples").glob("*.json"))
    bad = [file for file in files if not file.name.startswith("Example_")]
    assert len(bad) == 5
    for file in bad:
        with pytest.raises(FormatError):
            ed318.read(file.read_bytes())


@shared
def test_the_swiss_sample() -> None:
    reading = ed318.read((SHARED / "interuss-che/cis_source_sample_ed318.json").read_bytes())
    assert [zone.zone_id for zone in reading.zones] == ["LSZB003", "BLns058", "LSTB002"]
    assert [zone.volumes[0].lower for zone in reading.zones] == [
        Limit(60.0, Datum.AGL),
        Limit(0.0, Datum.AGL),
        Limit(0.0, Datum.AGL),
    ]
    assert {zone.volumes[0].upper for zone in reading.zones} == {None}
    assert reading.findings[0] == Finding("LSZB003", "geometry.layer.upper", "99999", "no limit")
