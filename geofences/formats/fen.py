"""Mission Planner's and MAVProxy's fence files (.fen), and its polygon files (.poly): two numbers a line.

ArduPilot's wiki, "Cylindrical and polygon fences": the first place is the return point, the others are the
corners of one inclusion polygon, the last of them the first again. A polygon file has corners alone, and
is told by its first remark, "#saved by Mission Planner" with "polygon", or by its first place being a corner.
Rally files (.ral) have a line "RALLY" and six numbers for each point.
"""

from __future__ import annotations

from math import isfinite

from geofences.formats.fence_items import opened
from geofences.formats.plan_items import FenceRing, PlanFile, Side
from geofences.formats.reading import Finding, FormatError
from geofences.formats.zone_document import as_text
from geofences.path import Waypoint
from geofences.position import GeoPoint


def read(data: bytes) -> PlanFile:
    """Read a fence file. Raises `FormatError` naming the line and what is wrong there."""
    findings: list[Finding] = []
    lines = as_text(data, findings).splitlines()
    rows = [(f"line {n}", line.strip()) for n, line in enumerate(lines, start=1)]
    told = [(field, line) for field, line in rows if line and line[0] not in "#*"]
    if told and told[0][1].upper().startswith("RALLY"):
        return PlanFile((), rally_points=tuple(_rally(field, line) for field, line in told))
    places = [(field, _place(field, line)) for field, line in told]
    if not places:
        raise FormatError("file", "has no places")
    corners = [place for _, place in places]
    if len(corners) > 4 and corners[-1] == corners[1] and corners[0] != corners[1]:
        text = "the return point, left out: the autopilot's own action counts"
        findings.append(Finding("fence", places[0][0], str(corners[0]), text))
        corners = corners[1:]
    elif corners[0] != corners[-1]:
        findings.append(Finding("fence", "file", "a ring that is not closed", "closed with its first corner"))
    ring = FenceRing(places[0][0], Side.INSIDE, opened("file", corners))
    return PlanFile((), rings=(ring,), findings=tuple(findings))


def _rally(field: str, line: str) -> Waypoint:
    """A rally point of Mission Planner: "RALLY", latitude, longitude, height above home, and its habits."""
    columns = line.split()
    try:
        if columns[0].upper() != "RALLY" or not isfinite(float(columns[3])):
            raise FormatError(field, f"{line[:40]!r} is no rally point")
        return Waypoint(GeoPoint(float(columns[1]), float(columns[2])), float(columns[3]))
    except (ValueError, IndexError) as error:
        raise FormatError(field, f"{line[:40]!r} is no rally point: {error}") from error


def _place(field: str, line: str) -> GeoPoint:
    columns = line.replace(",", " ").replace(";", " ").split()
    if len(columns) not in {2, 3}:
        raise FormatError(field, f"{line[:40]!r} is not a latitude and a longitude")
    try:
        return GeoPoint(float(columns[0]), float(columns[1]))
    except ValueError as error:
        raise FormatError(field, f"{line[:40]!r} is not a latitude and a longitude: {error}") from error
