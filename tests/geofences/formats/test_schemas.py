"""Our rules against the official schema: what the one accepts the other accepts, and nothing else."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from geofences.formats import any_zones
from geofences.formats.ed318_schema import against_schema
from tests.geofences.formats.sound import SOUND
from tests.geofences.formats.test_ed269 import ZONE

SCHEMA = Path(__file__).parents[4] / "shared/data/geozones/ed318-official/schema"
ODD: tuple[object, ...] = (
    *(None, True, 0, -1.5, 99999, "", "x", "PROHIBITED", "REQ_AUTHORISATION", "USPACE", "m", "FT", "AGL"),
    *([], [None], {}, {"text": "x"}, {"lang": "en"}, [{"lang": "en-GB", "text": "x" * 201}], "x" * 300),
    *("2026-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01", "08:00:00Z", "08:00", "25:00:00Z"),
    *(
        "24:00:00Z",
        "08:00:00+02:00",
        "MON",
        ["MON"],
        ["HOLIDAY"],
        "a@b.fi",
        "nobody",
        "https://x.fi/a",
        "www",
    ),
    *([24.9, 60.1], [[24.9, 60.1]], "ABCDEFGH", 7.0, 7.5, "Polygon", "Point", "LineString", "MultiPolygon"),
)
FULL: dict[str, Any] = deepcopy(SOUND)
FULL["features"][0]["properties"] |= {
    "variant": "COMMON",
    "region": 7,
    "restrictionConditions": "x",
    "regulationExemption": "NO",
    "limitedApplicability": [
        {
            "startDateTime": "2026-01-01T00:00:00Z",
            "schedule": [{"day": ["MON"], "startTime": "08:00:00Z", "endEvent": "SS"}],
        }
    ],
    "zoneAuthority": [{"name": [], "purpose": "INFORMATION", "email": "a@b.fi", "siteURL": "https://x.fi"}],
    "extendedProperties": {"a": 1},
}


def spots(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(spot for name, held in inner for spot in spots(held, (*path, name)))]


def mutated(document: object, dice: Random) -> object:
    changed: Any = deepcopy(document)
    for _ in range(dice.choice((1, 1, 2))):
        path = dice.choice(spots(changed)[1:] or [()])
        parent: Any = changed
        for step in path[:-1]:
            parent = parent[step]
        if not path:
            break
        way = dice.randrange(4)
        if way == 0 and isinstance(parent, dict):
            del parent[path[-1]]
        elif way == 1 and isinstance(parent, dict):
            parent[dice.choice(("more", "reasons", "layer", "extent", "id"))] = dice.choice(ODD)
        else:
            parent[path[-1]] = deepcopy(dice.choice(ODD))
    return changed


@pytest.mark.skipif(not SCHEMA.is_dir(), reason="../shared with the official schema is not here")
def test_our_rules_of_ed318_are_those_of_the_official_schema() -> None:
    validation = pytest.importorskip("jsonschema_rs", reason="needs jsonschema-rs")

    def fetched(uri: str) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads((SCHEMA / uri.rsplit("/", 1)[-1]).read_bytes())
        return found

    root = fetched("Schema_GeoZones.json")
    root["$id"] = "https://zones.example/Schema_GeoZones.json"
    official = validation.Draft7Validator(root, retriever=fetched, validate_formats=True)
    dice, accepted = Random(4), 0  # noqa: S311
    for _ in range(4000):
        document = mutated(FULL, dice)
        ours = list(against_schema(document))
        assert (not ours) == official.is_valid(document), (ours, document)
        accepted += not ours
    assert 200 < accepted < 3000


def test_a_document_as_the_standards_have_it_has_nothing_against_it() -> None:
    for document in (FULL, {"UASZoneList": [ZONE]}, {"title": "x", "features": [ZONE]}):
        assert any_zones.read_strictly(orjson.dumps(document))[1] == ()


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("reason", "EMERGENCY", "reason"),
        ("restriction", "REQ_AUTHORIZATION", "restriction"),
        ("reasons", [], "reasons"),
        ("identifier", "EFX00012", "identifier"),
        ("applicability", [{"permanent": "YES", "startDateTime": ""}], "applicability[0].startDateTime"),
    ],
)
def test_ed269_has_rules_too(name: str, value: object, field: str) -> None:
    _, violations = any_zones.read_strictly(orjson.dumps({"UASZoneList": [{**ZONE, name: value}]}))
    assert [violation.field for violation in violations] == [f"UASZoneList[0].{field}"]


def test_what_is_too_long_is_not_told_to_be_no_null() -> None:
    zone = {**ZONE, "otherReasonInfo": "x" * 31}
    _, violations = any_zones.read_strictly(orjson.dumps({"features": [zone]}))
    (violation,) = violations
    assert violation.reason.endswith(" is longer than 30 characters")
