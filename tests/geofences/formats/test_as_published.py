"""What authorities' JSON files have that their standards do not: read so that nothing is lost or opened."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import orjson
import pytest

from geofences.formats import any_zones, ed269
from geofences.formats.limit_words import Bare, Unlimited, read_limit
from geofences.formats.reading import Reading
from geofences.zone import Circle, Datum, Interval, Limit, Purpose, Restriction, Unit, Weekly
from tests.geofences.formats.sound import SOUND, changed, noted, only, read

LAYER = {"lower": 45, "lowerReference": "AGL", "upper": 900, "upperReference": "AGL", "UOM": "M"}
RING = [[24.9, 60.1], [25.0, 60.1], [25.0, 60.2], [24.9, 60.1]]


def test_a_layer_beside_the_geometry_is_the_geometrys() -> None:
    zone = only(changed(("geometry.layer", ...), ("properties.verticalLayer", LAYER)))
    (volume,) = zone.volumes
    assert (volume.lower, volume.upper) == (Limit(45.0, Datum.AGL), Limit(900.0, Datum.AGL))
    own = changed(("properties.verticalLayer", LAYER))
    assert only(own).volumes[0].upper == Limit(150.0, Datum.AMSL)


def test_members_that_lie_flat_among_the_properties_are_gathered() -> None:
    flat = {
        "lower": 0,
        "lowerReference": "AGL",
        "upper": 92.5,
        "upperReference": "AGL",
        "uom": "m",
        "startDateTime": "2026-01-01T00:00:00Z",
        "endDateTime": "",
        "day": "MON",
        "startTime": "08:00:00Z",
        "endTime": "09:00:00Z",
        "startEvent": "",
        "purpose": "AUTHORIZATION",
        "email": "a@example.org",
        "name_authority": "Harbour office",
        "phone": "",
    }
    edits = [(f"properties.{name}", value) for name, value in flat.items()]
    reading = changed(("geometry.layer", ...), ("properties.zoneAuthority", ...), *edits)
    zone = only(reading)
    assert zone.volumes[0].upper == Limit(92.5, Datum.AGL)
    assert [(a.name, a.email, a.purpose) for a in zone.authorities] == [
        ("Harbour office", "a@example.org", Purpose.AUTHORIZATION)
    ]
    since = Interval(1_767_225_600.0, None)
    assert zone.applicability == (Weekly(frozenset({0}), 480, 540, "UTC", since),)
    gathered = {field for field, _, read_as in noted(reading) if "lie among the properties" in read_as}
    assert gathered == {f"properties.{n}" for n in ("verticalLayer", "zoneAuthority", "limitedApplicability")}


def test_blank_hours_are_no_hours_and_that_is_said_once() -> None:
    blank = {"day": ["ANY"], "startTime": "", "startEvent": "", "endTime": "", "endEvent": ""}
    reading = changed(("properties.limitedApplicability", [{"schedule": [blank]}]))
    (weekly,) = only(reading).applicability
    assert isinstance(weekly, Weekly)
    assert (len(weekly.days), weekly.from_min, weekly.until_min) == (7, 0, 1440)
    assert [read_as for _, _, read_as in noted(reading)] == ["nothing said there"]


def test_a_collection_that_does_not_say_that_it_is_one_is_one() -> None:
    untyped = deepcopy(SOUND)
    del untyped["type"]
    assert only(read(untyped)) == only(read(SOUND))
    assert only(any_zones.read(orjson.dumps(untyped))) == only(read(SOUND))


@pytest.mark.parametrize(("upper", "datum"), [(0, "AGL"), (-9998, "AGL"), (-9999, "AMSL")])
def test_a_top_below_all_that_flies_is_no_limit(upper: float, datum: str) -> None:
    layer = {"lower": 0, "lowerReference": "AGL", "upper": upper, "upperReference": datum, "uom": "m"}
    reading = changed(("geometry.layer", layer))
    (volume,) = only(reading).volumes
    assert (volume.lower, volume.upper) == (Limit(0.0, Datum.AGL), None)
    assert "nothing above the ground lies below it" in noted(reading)[0][2]


def test_a_dead_sea_shore_keeps_its_top() -> None:
    layer = {"lower": -450, "lowerReference": "AMSL", "upper": -300, "upperReference": "AMSL", "uom": "m"}
    assert only(changed(("geometry.layer", layer))).volumes[0].upper == Limit(-300.0, Datum.AMSL)


def test_the_last_instant_of_a_day_may_be_24_hours() -> None:
    period = [{"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2026-01-01T24:00:00Z"}]
    zone = only(changed(("properties.limitedApplicability", period)))
    assert zone.applicability == (Interval(1_767_225_600.0, 1_767_312_000.0),)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("10,000 ft AMSL", Limit(3048.0, Datum.AMSL, Unit.FT)),
        ("2 500 ft", Bare(2500.0, Unit.FT)),
        ("12,5 m AGL", Limit(12.5, Datum.AGL)),
        ("19500 ft STD", Limit(5943.6, Datum.AMSL, Unit.FL)),
        ("3000 m STD", Limit(3000.0, Datum.AMSL, Unit.FL)),
        ("UNL FT", Unlimited()),
    ],
)
def test_heights_as_people_write_them(words: str, meant: object) -> None:
    assert read_limit(words) == meant


def test_a_figure_with_a_comma_before_three_digits_is_of_thousands() -> None:
    layer = {"lower": 0, "lowerReference": "AGL", "upper": "1,500", "upperReference": "AGL", "uom": "m"}
    assert only(changed(("geometry.layer", layer))).volumes[0].upper == Limit(1500.0, Datum.AGL)


def about(limit: Limit | None) -> Limit | None:
    return limit and replace(limit, value_m=round(limit.value_m, 6))


def plain(geometry: object = None, **properties: object) -> Reading:
    geometry = geometry or {"type": "Polygon", "coordinates": [RING]}
    feature = {"type": "Feature", "geometry": geometry, "properties": {"id": "A", **properties}}
    return any_zones.read(orjson.dumps({"type": "FeatureCollection", "features": [feature]}))


@pytest.mark.parametrize(
    ("said", "lower", "upper"),
    [
        ({"base": "SFC", "tops": "FL130"}, Limit(0.0, Datum.AGL), Limit(3962.4, Datum.AMSL, Unit.FL)),
        (
            {"floor_m": 30, "ceil_ft": 400, "datum": "AGL"},
            Limit(30.0, Datum.AGL),
            Limit(121.92, Datum.AGL, Unit.FT),
        ),
        (
            {
                "LOWER_VAL": "0",
                "LOWER_CODE": "SFC",
                "UPPER_VAL": "4000",
                "UPPER_UOM": "FT",
                "UPPER_CODE": "MSL",
            },
            Limit(0.0, Datum.AGL, Unit.FT),
            Limit(1219.2, Datum.AMSL, Unit.FT),
        ),
        (
            {
                "lowerCeiling": {"value": 1000, "unit": "FT", "referenceDatum": "GND"},
                "upperCeiling": {"value": 95, "unit": 6, "referenceDatum": 2},
            },
            Limit(304.8, Datum.AGL, Unit.FT),
            Limit(2895.6, Datum.AMSL, Unit.FL),
        ),
        (
            {"lowerLimit": {"value": 10, "unit": 9, "referenceDatum": 0}, "upper": "60 m AGL"},
            None,
            Limit(60.0, Datum.AGL),
        ),
    ],
    ids=["tops", "units in names", "FAA", "openAIP", "openAIP's unknown unit"],
)
def test_limits_under_the_names_that_files_have(said: dict[str, Any], lower: object, upper: object) -> None:
    (volume,) = only(plain(**said)).volumes
    assert (about(volume.lower), about(volume.upper)) == (lower, upper)


@pytest.mark.parametrize(
    ("said", "lower", "upper"),
    [
        ({"lower": 3000, "upper": "120"}, Limit(914.4, Datum.AMSL, Unit.FT), Limit(120.0, Datum.AGL)),
        (
            {"lower": "300 AGL", "upper": "120 AGL", "unit": "m"},
            Limit(91.44, Datum.AGL, Unit.FT),
            Limit(120.0, Datum.AGL),
        ),
        (
            {"FIR": "EFIN", "SERIES": "B", "LOWER": 5, "UPPER": 95},
            Limit(152.4, Datum.AMSL, Unit.FL),
            Limit(2895.6, Datum.AMSL, Unit.FL),
        ),
        ({"FIR": "EFIN", "QCODE": "QRTCA", "LOWER": 0, "UPPER": 999}, Limit(0.0, Datum.AMSL, Unit.FL), None),
        (
            {"lower": "SFC", "upper": "1000 FT ALT ·"},
            Limit(0.0, Datum.AGL),
            Limit(304.8, Datum.AMSL, Unit.FT),
        ),
    ],
    ids=["figures", "words", "NOTAM", "NOTAM without limit", "a dot behind"],
)
def test_a_unit_that_nobody_says_makes_the_zone_larger(
    said: dict[str, Any], lower: Limit, upper: Limit | None
) -> None:
    (volume,) = only(plain(**said)).volumes
    assert (about(volume.lower), about(volume.upper)) == (lower, upper)


def test_the_ceiling_of_a_facility_map_opens_nothing() -> None:
    reading = plain(CEILING=0, UNIT="Feet", MAP_EFF="2026-01-22", APT1_ICAO="KSFO")
    assert (only(reading).volumes[0].lower, only(reading).volumes[0].upper) == (None, None)
    assert ("properties.CEILING", "0", "all heights: it says up to where one may ask to fly") in noted(
        reading
    )


@pytest.mark.parametrize(
    ("said", "radius_m"),
    [
        ({"radius_nm": 0.5}, 926.0),
        ({"radius_km": 2}, 2000.0),
        ({"radius": 3}, 5556.0),
        ({"radius": 300}, 300.0),
    ],
)
def test_a_radius_in_the_unit_of_its_name(said: dict[str, Any], radius_m: float) -> None:
    (volume,) = only(plain({"type": "Point", "coordinates": [24.9, 60.1]}, **said)).volumes
    assert isinstance(volume.footprint, Circle)
    assert volume.footprint.radius_m == radius_m


def test_parts_on_edge_of_a_multipolygon_are_the_walls_of_a_flattened_solid() -> None:
    a, b = RING[0], RING[1]
    wall = [a, b, b, a, a]
    solid = plain({"type": "MultiPolygon", "coordinates": [[RING], [RING], [wall]]})
    assert len(only(solid).volumes) == 1
    elsewhere = plain({"type": "MultiPolygon", "coordinates": [[RING], [[a, [24.0, 60.0], a, a]]]})
    assert [refused.field for refused in elsewhere.refused] == ["features[0].geometry.coordinates"]


def test_flat_members_of_ed269_are_gathered_too() -> None:
    flat = {
        "lowerLimit": 30,
        "upperLimit": 120,
        "lowerVerticalReference": "AGL",
        "upperVerticalReference": "AGL",
    }
    edits = [(f"properties.{name}", value) for name, value in (flat | {"uomDimensions": "M"}).items()]
    (volume,) = only(changed(("geometry.layer", ...), *edits)).volumes
    assert (volume.lower, volume.upper) == (Limit(30.0, Datum.AGL), Limit(120.0, Datum.AGL))


def test_other_metadata_makes_no_ed318_of_plain_geojson() -> None:
    feature = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [RING]},
        "properties": {"id": "A"},
    }
    document = {"type": "FeatureCollection", "metadata": {"generated": "today"}, "features": [feature]}
    assert any_zones.read(orjson.dumps(document)).format == "geojson"
    document["metadata"] = {"provider": [{"text": "Traficom", "lang": "en-GB"}]}
    assert any_zones.read(orjson.dumps(document)).format == "ed318"


def test_an_ed269_zone_from_the_ground_to_the_ground_stays_closed() -> None:
    volume = {
        "uomDimensions": "M",
        "lowerLimit": 0,
        "lowerVerticalReference": "AGL",
        "upperLimit": 0,
        "upperVerticalReference": "AGL",
        "horizontalProjection": {"type": "Polygon", "coordinates": [RING]},
    }
    zone = {"identifier": "A", "country": "FIN", "restriction": "REQ_AUTHORISATION", "geometry": [volume]}
    read_back = only(ed269.read(orjson.dumps({"features": [zone]})))
    assert read_back.restriction is Restriction.REQ_AUTHORISATION
    assert read_back.volumes[0].upper is None
