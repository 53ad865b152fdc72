"""Zones in KML 2.2 (OGC 07-147r2), plain or zipped (KMZ): areas, and what their data says of them.

Links to other documents are never followed. What people write beside a place (ExtendedData) is taken
under the names that `said` knows.
"""

from __future__ import annotations

from geofences.formats import said as properties_said
from geofences.formats.kml_shapes import volumes
from geofences.formats.kml_tree import Element, documents
from geofences.formats.notes import Notes, Texts, UnreadableError
from geofences.formats.plain_geojson import zone_of
from geofences.formats.reading import Finding, FormatError, Reading, RefusedZone
from geofences.formats.said import Said
from geofences.formats.zone_document import check_count, check_size
from geofences.zone import Zone

FORMAT = "kml"
_ROOTS = frozenset({"kml", "Document", "Folder", "Placemark"})


def read(data: bytes) -> Reading:
    """Read a KML or KMZ file. Raises `FormatError` when it is none, or not one that is safe to read."""
    check_size(data)
    zones: list[Zone] = []
    findings: list[Finding] = []
    refused: list[RefusedZone] = []
    seen: dict[str, int] = {}
    count = 0
    for name, root in documents(data):
        if root.name not in _ROOTS:
            raise FormatError(f"{name}{root.name}", "is no element that a KML document begins with")
        for element in root.walk():
            if element.name == "NetworkLink":
                count += 1
                check_count(count, "NetworkLink")
                where = f"{name}NetworkLink {element.child_text('name')}".strip()
                refused.append(RefusedZone(where, where, "links to another file, which is not followed"))
            if element.name != "Placemark":
                continue
            count += 1
            check_count(count, "Placemark")
            said = Said(_properties(element))
            place = f"{name}Placemark[{count - 1}]"
            notes = Notes(said.identifier(element.attributes.get("id")) or place, Texts.PLAIN)
            try:
                zones.append(_zone(element, said, notes, seen))
            except UnreadableError as error:
                refused.append(RefusedZone(notes.zone_id, f"{place}.{error.field}", error.reason))
            findings.extend(notes.findings)
    if not count:
        findings.append(Finding("", "file", '"no Placemark"', "a file without zones"))
    return Reading(FORMAT, tuple(zones), tuple(findings), tuple(refused), count)


def _properties(placemark: Element) -> dict[str, object]:
    """Name, description, times, and all data, whether it follows a schema or not."""
    found: dict[str, object] = {}
    for name in ("name", "description"):
        text = placemark.child_text(name)
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
    radius_m = notes.number(said.value("radius"), "properties.radius_m")
    limits = None
    if said.value("lower") is not None or said.value("upper") is not None:
        limits = properties_said.limits(said, notes)
    return zone_of(said, volumes(placemark, limits, radius_m, notes), notes, seen)
