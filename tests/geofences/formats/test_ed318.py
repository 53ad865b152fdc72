"""Reading ED-318: the file, what a zone says of itself, and the official examples."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import orjson
import pytest

from geofences.formats import ed318
from geofences.formats.reading import Finding, FormatError
from geofences.zone import (
    Always,
    Datum,
    Exempt,
    Limit,
    Medium,
    Polygon,
    Restriction,
    UasClass,
)
from tests.geofences.formats.sound import SOUND, changed, noted, only, read

SHARED = Path(__file__).parents[4] / "shared/data/geozones"
SHIPPED = Path(__file__).parents[3] / "sitl/city/zones.ed318.json"


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


@pytest.mark.parametrize("feature", [None, 3, "x", [], {}, {"properties": None}, {"properties": {}}])
def test_no_feature_vanishes(feature: object) -> None:
    reading = read({"type": "FeatureCollection", "features": [feature, *SOUND["features"]]})
    assert (len(reading.zones), len(reading.refused)) == (1, 1)
    assert reading.refused[0].zone_id == "features[0]"


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


def test_our_own_extension_says_whom_a_zone_binds() -> None:
    extended = {"sanderling": {"binds": ["SIDEWALK"]}, "other": 3}
    assert only(changed(("properties.extendedProperties", extended))).binds == {Medium.SIDEWALK}
    assert only(
        changed(("properties.extendedProperties", {"sanderling": {"exemptClasses": ["C0"]}}))
    ).exempt == (Exempt(frozenset({UasClass.C0})))
    for bad in (
        *({"binds": ["WATER"]}, {"binds": "AIR"}, {"bind": ["AIR"]}, 3, {"exemptClasses": ["C9"]}),
        *({"exemptBelowKg": "1"}, {"exemptBelowKg": -1}, {"binds": [["AIR"]]}),
    ):
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
