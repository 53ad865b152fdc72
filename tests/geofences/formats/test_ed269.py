"""Reading ED-269: what the standard says, and what national files make of it."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest

from geofences.formats import any_zones
from geofences.formats.reading import FormatError, Reading
from geofences.zone import (
    Always,
    Authority,
    Circle,
    Datum,
    Interval,
    Limit,
    Polygon,
    Purpose,
    Restriction,
    Unit,
    Weekly,
)
from tests.geofences.formats.sound import noted, only

SHARED = Path(__file__).parents[4] / "shared/data/geozones/interuss-che"
RING = [[24.9, 60.1], [25.0, 60.1], [25.0, 60.2], [24.9, 60.1]]
VOLUME: dict[str, Any] = {
    "uomDimensions": "M",
    "lowerLimit": 0,
    "lowerVerticalReference": "AGL",
    "upperLimit": 120,
    "upperVerticalReference": "AGL",
    "horizontalProjection": {"type": "Polygon", "coordinates": [RING]},
}
ZONE: dict[str, Any] = {
    "identifier": "EFX0001",
    "country": "FIN",
    "name": "Hospital",
    "type": "COMMON",
    "restriction": "REQ_AUTHORISATION",
    "restrictionConditions": ["Call first"],
    "reason": ["EMERGENCY"],
    "message": "Ask",
    "applicability": [{"permanent": "YES"}],
    "zoneAuthority": [
        {"name": "Traficom", "phone": "1", "purpose": "AUTHORIZATION", "intervalBefore": "P1D"}
    ],
    "geometry": [VOLUME],
}


def read(document: object) -> Reading:
    return any_zones.read(orjson.dumps(document))


def spoilt(*edits: tuple[str, object], wrapper: str = "UASZoneList") -> Reading:
    zone: Any = deepcopy(ZONE)
    for path, value in edits:
        parent, *rest = zone, *path.split(".")
        for step in rest[:-1]:
            parent = parent[int(step) if step.isdigit() else step]
        if value is ...:
            del parent[rest[-1]]
        else:
            parent[rest[-1]] = value
    return read({wrapper: [zone]})


@pytest.mark.parametrize("wrapper", ["UASZoneList", "features"])
def test_a_sound_zone_is_read_without_findings(wrapper: str) -> None:
    reading = spoilt(wrapper=wrapper)
    zone = only(reading)
    assert (reading.format, reading.findings, reading.features_count) == ("ed269", (), 1)
    assert (zone.zone_id, zone.name, zone.restriction) == (
        "EFX0001",
        "Hospital",
        Restriction.REQ_AUTHORISATION,
    )
    assert (zone.conditions, zone.reason, zone.message) == ("Call first", "EMERGENCY", "Ask")
    assert zone.authorities == (
        Authority("Traficom", phone="1", purpose=Purpose.AUTHORIZATION, interval_before="P1D"),
    )
    assert zone.applicability == (Always(),)
    (volume,) = zone.volumes
    assert (volume.lower, volume.upper) == (Limit(0, Datum.AGL), Limit(120, Datum.AGL))
    assert isinstance(volume.footprint, Polygon)


def test_feet_hold_for_the_radius_too() -> None:
    circle = {"type": "Circle", "center": [24.9, 60.1], "radius": 1000}
    edits = [("geometry.0.uomDimensions", "FT"), ("geometry.0.horizontalProjection", circle)]
    (volume,) = only(spoilt(*edits)).volumes
    assert isinstance(volume.footprint, Circle)
    assert volume.footprint.radius_m == pytest.approx(304.8)
    assert volume.upper == Limit(120 * 0.3048, Datum.AGL, Unit.FT)


@pytest.mark.parametrize(
    ("edits", "restriction"),
    [
        ([("restriction", "REQ_AUTHORIZATION")], Restriction.REQ_AUTHORISATION),
        ([("restriction", ...), ("type", "CONDITIONAL")], Restriction.CONDITIONAL),
        ([("restriction", None)], Restriction.PROHIBITED),
        ([("restriction", "no restriction")], Restriction.NO_RESTRICTION),
        ([("restriction", "REQUIRED")], Restriction.PROHIBITED),
    ],
)
def test_spellings_of_the_restriction(edits: list[tuple[str, object]], restriction: Restriction) -> None:
    reading = spoilt(*edits)
    assert only(reading).restriction is restriction
    assert reading.findings


@pytest.mark.parametrize(
    ("edits", "lower", "upper"),
    [
        ([("upperLimit", None)], 0.0, None),
        ([("upperLimit", 99999)], 0.0, None),
        ([("lowerLimit", "0")], 0.0, 120.0),
        ([("upperLimit", "120 m AGL")], 0.0, 120.0),
        ([("upperLimit", "UNL")], 0.0, None),
        ([("upperLimit", "high")], 0.0, None),
        ([("uomDimensions", "yards")], None, None),
        ([("lowerLimit", 200)], 120.0, 200.0),
        ([("upperVerticalReference", None)], 0.0, None),
    ],
)
def test_limits_that_are_odd(
    edits: list[tuple[str, object]], lower: float | None, upper: float | None
) -> None:
    reading = spoilt(*((f"geometry.0.{name}", value) for name, value in edits))
    (volume,) = only(reading).volumes
    assert (volume.lower and volume.lower.value_m, volume.upper and volume.upper.value_m) == (lower, upper)
    assert bool(reading.findings) is (edits != [("upperLimit", None)])


def test_a_top_above_the_sea_below_a_floor_above_the_ground_is_named() -> None:
    edits = [
        ("geometry.0.lowerLimit", 300),
        ("geometry.0.upperLimit", 250),
        ("geometry.0.upperVerticalReference", "AMSL"),
    ]
    reading = spoilt(*edits)
    assert [field for field, _, _ in noted(reading)] == ["geometry[0]"]
    assert only(reading).volumes[0].upper == Limit(250.0, Datum.AMSL)


@pytest.mark.parametrize(
    ("period", "applies", "findings"),
    [
        ({"permanent": "NO"}, Always(), 0),
        ({"permanent": "NO", "startDateTime": "", "endDateTime": ""}, Always(), 2),
        (
            {"permanent": "NO", "startDateTime": "2026-01-01T00:00:00.00000000+02:00", "endDateTime": None},
            Interval(1_767_218_400.0, None),
            0,
        ),
        ({"permanent": True}, Always(), 1),
        ({"permanent": "YES", "startDateTime": "2026-01-01T00:00:00Z"}, Always(), 1),
        ({"permanent": "YES", "dailyPeriod": [{"day": [], "startTime": None, "endTime": None}]}, Always(), 1),
        (
            {
                "permanent": "NO",
                "dailyPeriod": [{"day": ["SUN"], "startTime": "08:00Z", "endTime": "09:00Z"}],
            },
            Weekly(frozenset({6}), 480, 540, "UTC", Interval(None, None)),
            1,
        ),
        ("always", Always(), 1),
    ],
)
def test_periods(period: object, applies: object, findings: int) -> None:
    reading = spoilt(("applicability", [period]))
    assert only(reading).applicability == (applies,)
    assert len(reading.findings) == findings


@pytest.mark.parametrize(
    "document",
    [
        [ZONE],
        {"UASZones": [ZONE]},
        {"UASZoneList": [{"UASZone": ZONE}]},
        {"UASZoneList": {"UASZone": [ZONE]}},
        {"title": "x", "features": [{"type": "Feature", "properties": ZONE, "geometry": [VOLUME]}]},
        {
            "features": [
                {**ZONE, "geometry": {"type": "Polygon", "coordinates": [RING], "layer": {"lower": 0}}}
            ]
        },
        {"UASZoneList": [{**ZONE, "geometry": [{"verticalLayer": VOLUME, **VOLUME}]}]},
        {"UASZoneList": [{**ZONE, "reasons": "EMERGENCY", "reason": None}]},
        {"UASZoneList": [{**ZONE, "name": [{"text": "Hospital", "lang": "en"}]}]},
    ],
)
def test_wrappers_and_mixtures_are_unwrapped_and_noted(document: object) -> None:
    reading = read(document)
    assert reading.format == "ed269"
    zone = only(reading)
    assert (zone.zone_id, zone.name) == ("EFX0001", "Hospital")
    assert reading.findings


def test_every_zone_is_counted_and_the_same_identifier_stays_apart() -> None:
    reading = read({"UASZoneList": [ZONE, ZONE, None, {**ZONE, "geometry": []}, {**ZONE, "identifier": "B"}]})
    assert [zone.zone_id for zone in reading.zones] == ["EFX0001", "EFX0001~2", "B"]
    assert [refused.field for refused in reading.refused] == [
        "UASZoneList[2].type",
        "UASZoneList[3].geometry",
    ]
    assert reading.features_count == 5


@pytest.mark.parametrize("document", [{"UASZoneList": 3}, {"UASZoneList": {"a": 1}}, [3, 4], "x", 3])
def test_what_is_no_list_of_zones_is_refused(document: object) -> None:
    try:
        reading = read(document)
    except FormatError:
        return
    assert not reading.zones
    assert reading.refused


def test_a_second_list_of_zones_is_not_passed_over() -> None:
    with pytest.raises(FormatError, match="second list"):
        read({"UASZoneList": [ZONE], "features": [ZONE]})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings(encoding: str) -> None:
    text = orjson.dumps({"UASZoneList": [{**ZONE, "name": "Hätäkeskus"}]}).decode()
    reading = any_zones.read(text.encode(encoding))
    assert only(reading).name == "Hätäkeskus"
    assert len(reading.findings) == (encoding == "cp1252")


shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared with the samples is not here")


@shared
def test_the_samples_of_interuss() -> None:
    city = any_zones.read((SHARED / "cis_source_sample_ed269.json").read_bytes())
    assert only(city).zone_id == "LSXX"
    many = any_zones.read((SHARED / "geo-awareness-che-1.json").read_bytes())
    assert (many.format, len(many.zones), many.refused) == ("ed269", many.features_count, ())
    weekend = many.zones[0].applicability[0]
    assert isinstance(weekend, Weekly)
    assert (weekend.days, weekend.from_min, weekend.until_min) == (frozenset({5, 6}), 17 * 60, 24 * 60)
    assert [len(zone.volumes) for zone in many.zones][:2] == [1, 3]


@pytest.mark.parametrize("kind", ["circle", "CIRCLE", "Point"])
def test_a_circle_by_another_name_is_a_circle_and_that_is_said(kind: str) -> None:
    volume = ZONE["geometry"][0] | {
        "horizontalProjection": {"type": kind, "coordinates": [24.9, 60.1], "radius": 250}
    }
    reading = any_zones.read(orjson.dumps({"features": [{**ZONE, "geometry": [volume]}]}))
    footprint = only(reading).volumes[0].footprint
    assert isinstance(footprint, Circle)
    assert footprint.radius_m == pytest.approx(250.0)
    assert ("geometry[0].horizontalProjection.type", f'"{kind}"', "Circle") in noted(reading)
