"""Zones as plain GeoJSON with the properties that `plain_geojson` reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import orjson

from geofences.formats.ed318_write import place, rings
from geofences.formats.limit_words import FOOT_M, LEVEL_M
from geofences.formats.notes import Notes
from geofences.formats.writing import Written
from geofences.wording import contact
from geofences.zone import Always, Circle, Interval, Limit, Polygon, Unit, Volume, Zone

_Json = dict[str, Any]


def write(zones: Iterable[Zone]) -> Written:
    """A feature for each zone, or several where its layers differ; findings for what GeoJSON cannot say."""
    features: list[_Json] = []
    findings = []
    for zone in zones:
        notes = Notes(zone.zone_id)
        said = _about(zone, notes)
        parts = list(_parts(zone.volumes))
        if len(parts) > 1:
            notes.add("volumes", len(parts), "as many features of that identifier")
        features += [{"type": "Feature", "geometry": g, "properties": {**said, **own}} for g, own in parts]
        findings.extend(notes.findings)
    document = {"type": "FeatureCollection", "features": features}
    return Written(orjson.dumps(document, option=orjson.OPT_INDENT_2), tuple(findings))


def _about(zone: Zone, notes: Notes) -> _Json:
    for authority in zone.authorities:
        notes.add("authorities", contact(authority), "nothing")
    if zone.exempt.classes or zone.exempt.below_kg > 0.0:
        notes.add("exempt", "some vehicles", "nobody: the zone binds all")
    said = {
        "id": zone.zone_id,
        "name": zone.name,
        "restriction": zone.restriction.value,
        "reason": ": ".join(filter(None, (zone.reason, zone.reason_info))),
        "message": zone.message,
        "conditions": zone.conditions,
        "country": zone.country,
        "binds": sorted(medium.value for medium in zone.binds),
        **_times(zone, notes),
    }
    return {name: value for name, value in said.items() if value}


def _times(zone: Zone, notes: Notes) -> _Json:
    if zone.applicability == (Always(),):
        return {}
    entry = zone.applicability[0] if len(zone.applicability) == 1 else None
    if not isinstance(entry, Interval):
        notes.add("applicability", "hours of days, or several times", "always")
        return {}
    try:
        ends = {"from": entry.from_s, "until": entry.until_s}
        return {n: datetime.fromtimestamp(s, UTC).isoformat() for n, s in ends.items() if s is not None}
    except (ValueError, OverflowError, OSError):
        notes.add("applicability", "times beyond the calendar", "always")
        return {}


def _parts(volumes: Iterable[Volume]) -> Iterator[tuple[_Json, _Json]]:
    """Geometries, with what belongs to each: polygons of the same limits together, circles one by one."""
    for (lower, upper), alike in groupby(volumes, key=lambda volume: (volume.lower, volume.upper)):
        said = {"lower": _limit(lower), "upper": _limit(upper)}
        footprints = [volume.footprint for volume in alike]
        for is_circle, drawn in groupby(footprints, key=lambda footprint: isinstance(footprint, Circle)):
            if not is_circle:
                yield _polygons([one for one in drawn if isinstance(one, Polygon)]), said
                continue
            for circle in drawn:
                if isinstance(circle, Circle):
                    point = {"type": "Point", "coordinates": place(circle.centre)}
                    yield point, {**said, "radius_m": circle.radius_m}


def _polygons(polygons: list[Polygon]) -> _Json:
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": rings(polygons[0])}
    return {"type": "MultiPolygon", "coordinates": [rings(polygon) for polygon in polygons]}


def _limit(limit: Limit | None) -> str:
    """In words, every figure of the number kept."""
    if limit is None:
        return "UNL"
    if limit.unit is Unit.FL:
        return f"FL {round(limit.value_m / LEVEL_M, 9):.12g}"
    value = round(limit.value_m / FOOT_M, 9) if limit.unit is Unit.FT else limit.value_m
    figure = repr(value) if "e" not in repr(value) else f"{value:.12f}"
    return f"{figure.removesuffix('.0')} {limit.unit.value} {limit.datum.value}"
