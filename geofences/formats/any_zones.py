"""Zones from a file of whatever format, and what its official schema has against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from geofences.formats import (
    ed269,
    ed269_schema,
    ed318,
    ed318_schema,
    fen,
    kml,
    openair,
    plain_geojson,
    qgc_plan,
    waypoints,
)
from geofences.formats.detect import Detected, Format, detect
from geofences.formats.fence_items import fences_apart
from geofences.formats.fence_zones import zones_of
from geofences.formats.reading import Reading
from geofences.formats.schema import Violation
from geofences.formats.zone_document import numbered
from geofences.zone import ZoneId


def read(data: bytes) -> Reading:
    """Read zones from a file. Raises `FormatError` when it is of no format that is known, or badly so."""
    return _read(data, detect(data))


def read_strictly(data: bytes) -> tuple[Reading, tuple[Violation, ...]]:
    """The same, and all that the format's official schema does not accept.

    Where a format has no schema, every finding and every refusal is such a thing.
    """
    detected = detect(data)
    reading = _read(data, detected)
    return reading, tuple(_violations(detected, reading))


def _read(data: bytes, detected: Detected) -> Reading:
    findings = list(detected.findings)
    match detected.format:
        case Format.ED318:
            reading = ed318.read_document(detected.document, findings)
        case Format.ED269:
            reading = ed269.read_document(detected.document, findings)
        case Format.GEOJSON:
            reading = plain_geojson.read_document(detected.document, findings)
        case Format.KML:
            reading = kml.read(data)
        case Format.OPENAIR:
            reading = openair.read(data)
        case Format.QGC_PLAN:
            reading = zones_of(detected.format.value, fences_apart(qgc_plan.read(data)))
        case Format.WAYPOINTS:
            reading = zones_of(detected.format.value, fences_apart(waypoints.read(data)))
        case Format.FENCE:
            reading = zones_of(detected.format.value, fen.read(data))
        case _:
            assert_never(detected.format)
    return reading


def _violations(detected: Detected, reading: Reading) -> Iterator[Violation]:
    match detected.format:
        case Format.ED318:
            yield from ed318_schema.against_schema(detected.document)
        case Format.ED269:
            yield from ed269_schema.against_schema(detected.document)
        case Format.QGC_PLAN | Format.WAYPOINTS | Format.FENCE:
            pass  # their readers accept nothing else
        case Format.GEOJSON | Format.KML | Format.OPENAIR:
            for finding in reading.findings:
                yield Violation(f"{finding.zone_id} {finding.field}".strip(), f"found {finding.found}")
        case _:
            assert_never(detected.format)
    for refused in reading.refused:
        yield Violation(refused.field, refused.reason)


def together(readings: list[Reading]) -> Reading:
    """Several files' zones as one. An identifier that two files use is numbered in the later one."""
    if len(readings) == 1:
        return readings[0]
    seen: dict[str, int] = {}
    zones = []
    for zone in (zone for reading in readings for zone in reading.zones):
        name = numbered(zone.zone_id, seen)
        zones.append(zone if name == zone.zone_id else replace(zone, zone_id=ZoneId(name)))
    return Reading(
        format=", ".join(dict.fromkeys(reading.format for reading in readings)),
        zones=tuple(zones),
        findings=tuple(finding for reading in readings for finding in reading.findings),
        refused=tuple(refused for reading in readings for refused in reading.refused),
        features_count=sum(reading.features_count for reading in readings),
    )
