"""Zones in KML 2.2 (OGC 07-147r2), plain or zipped (KMZ): areas, and what their data says of them.

Links to other documents are never followed. What people write beside a place (ExtendedData, or a table in its
description) is taken under the names that `said` knows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import shapely

from geofences.formats import said_limits
from geofences.formats.html_words import limits_of, rows_of, text_of
from geofences.formats.kml_shapes import BarePointError, volumes
from geofences.formats.kml_tree import Element, documents
from geofences.formats.notes import Notes, Texts, UnreadableError
from geofences.formats.plain_geojson import zone_of
from geofences.formats.reading import Finding, FormatError, Reading, RefusedZone
from geofences.formats.said import Said, told_in_tables
from geofences.formats.zone_document import check_count, check_size
from geofences.outline import as_polygon
from geofences.position import GeoPoint
from geofences.zone import Zone

FORMAT = "kml"
_ROOTS = frozenset({"kml", "Document", "Folder", "Placemark"})
_MOST_ALIKE = 200
"""More areas of one name than publishers draw, and few enough to look at for any number of points."""
_NARROW_DEG = 90.0
"""An area as wide as this may cross the antimeridian: a point in it is not passed over."""


@dataclass(frozen=True, slots=True)
class _Label:
    """A point without a radius, which is no area, but may name one that is drawn beside it."""

    refused: RefusedZone
    name: str
    place: GeoPoint


@dataclass(slots=True)
class _File:
    """What was read so far."""

    zones: list[Zone] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: list[RefusedZone] = field(default_factory=list)
    labels: list[_Label] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    count: int = 0


def read(data: bytes) -> Reading:
    """Read a KML or KMZ file. Raises `FormatError` when it is none, or not one that is safe to read."""
    check_size(data)
    file = _File()
    for name, root in documents(data, file.findings):
        if root.name not in _ROOTS:
            raise FormatError(f"{name}{root.name}", "is no element that a KML document begins with")
        for element in root.walk():
            if element.name not in {"NetworkLink", "Placemark"}:
                continue
            file.count += 1
            check_count(file.count, element.name)
            if element.name == "Placemark":
                _read_place(element, f"{name}Placemark[{file.count - 1}]", file)
            else:
                where = f"{name}NetworkLink {element.child_text('name')}".strip()
                file.refused.append(RefusedZone(where, where, "links to another file, which is not followed"))
    _tell_labels(file)
    if not file.count:
        file.findings.append(Finding("", "file", '"no Placemark"', "a file without zones"))
    return Reading(FORMAT, tuple(file.zones), tuple(file.findings), tuple(file.refused), file.count)


def _read_place(element: Element, where: str, file: _File) -> None:
    told = _told(element.child_text("description"))
    said = Said({**told, **_properties(element)})
    notes = Notes(said.identifier(element.attributes.get("id")) or where, Texts.PLAIN)
    if told:
        notes.add("description", told, "data, as a table or a line says them")
    try:
        file.zones.append(_zone(element, said, notes, file.seen))
    except UnreadableError as error:
        refused = RefusedZone(notes.zone_id, f"{where}.{error.field}", error.reason)
        file.refused.append(refused)
        if isinstance(error, BarePointError):
            file.labels.append(_Label(refused, element.child_text("name"), error.place))
    file.findings.extend(notes.findings)


def _tell_labels(file: _File) -> None:
    """Pass over a point that lies in an area of its own name: the area's label, and no zone more."""
    areas: dict[str, list[Zone]] = {}
    for zone in file.zones:
        areas.setdefault(zone.name, []).append(zone)
    alike: dict[str, list[_Label]] = {}
    for label in file.labels:
        if label.name in areas:
            alike.setdefault(label.name, []).append(label)
    passed: set[int] = set()
    for name, labels in alike.items():
        for label in _inside(areas[name], labels) if name else ():
            passed.add(id(label.refused))
            found = f"{name}, a point in the area of that name"
            file.findings.append(
                Finding(label.refused.zone_id, label.refused.field, found, "its label: no area")
            )
    file.refused = [refused for refused in file.refused if id(refused) not in passed]
    file.count -= len(passed)


def _inside(zones: list[Zone], labels: list[_Label]) -> list[_Label]:
    """Those that lie in one of the zones, of which no more than `_MOST_ALIKE` areas are looked at."""
    lons = [label.place.lon_deg for label in labels]
    lats = [label.place.lat_deg for label in labels]
    inside = np.zeros(len(labels), np.bool_)
    areas = (as_polygon(volume.footprint) for zone in zones for volume in zone.volumes)
    for area in islice(areas, _MOST_ALIKE):
        rings = [
            [(corner.lon_deg, corner.lat_deg) for corner in ring] for ring in (area.corners, *area.holes)
        ]
        drawn = shapely.Polygon(rings[0], rings[1:])
        if drawn.is_valid and drawn.bounds[2] - drawn.bounds[0] < _NARROW_DEG:
            inside |= shapely.contains_xy(drawn, lons, lats)
    return [label for label, held in zip(labels, inside.tolist(), strict=True) if held]


def _told(description: str) -> dict[str, object]:
    """What a description says as data do: rows of a table, or lines that begin with a limit's name."""
    found: dict[str, object] = {
        name: value for name, value in rows_of(description).items() if told_in_tables(name)
    }
    return {**limits_of(description), **found}


def _properties(placemark: Element) -> dict[str, object]:
    """Name, description, times, and all data, whether it follows a schema or not."""
    found: dict[str, object] = {}
    for name in ("name", "description"):
        text = text_of(placemark.child_text(name))
        if text:
            found[name] = text
    span = placemark.child("TimeSpan")
    if span is not None:
        ends = {"begin": span.child_text("begin"), "end": span.child_text("end")}
        found.update({name: text for name, text in ends.items() if text})
    data = placemark.child("ExtendedData")
    for element in data.walk() if data is not None else ():
        name = element.attributes.get("name", "")
        if element.name == "Data" and name:
            found[name] = element.child_text("value")
        elif element.name == "SimpleData" and name:
            found[name] = element.text
    return found


def _zone(placemark: Element, said: Said, notes: Notes, seen: dict[str, int]) -> Zone:
    radius_m = said.radius_m(notes)
    limits = None
    if said.value("lower") is not None or said.value("upper") is not None:
        limits = said_limits.limits(said, notes)
    return zone_of(said, volumes(placemark, limits, radius_m, notes), notes, seen)
