"""A sound ED-318 file of one zone, to be spoilt one member at a time."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import orjson

from geofences.formats import ed318
from geofences.formats.reading import Reading
from geofences.zone import (
    Zone,
)

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
