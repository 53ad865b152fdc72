"""Waypoint files as text, "QGC WPL 110": https://mavlink.io/en/file_formats/ (plain text mission format).

One item a line, twelve columns: number, current, frame, command, four parameters, latitude,
longitude, height, go on. Lines may end in CRLF, columns may be parted by tabs or spaces, a "#" begins a
remark (as MAVProxy and ArduPilot's own missions have it).
"""

from __future__ import annotations

from math import isfinite, nan

from geofences.formats.plan_items import PlanFile, PlanItem, item
from geofences.formats.reading import Finding, FormatError
from geofences.formats.zone_document import as_text

_HEADER = ["QGC", "WPL", "110"]
_COLUMNS = (
    "number",
    "current",
    "frame",
    "command",
    "1",
    "2",
    "3",
    "4",
    "latitude",
    "longitude",
    "height",
    "go on",
)
_WAYPOINT, _ABOVE_SEA = 16, 0


def read(data: bytes) -> PlanFile:
    """Read a waypoint file. Raises `FormatError` naming line and column, and what is wrong there.

    A first item that is a plain waypoint in frame 0 is the place of home, as Mission Planner and
    MAVProxy write it; a finding says that it was read so.
    """
    findings: list[Finding] = []
    lines = as_text(data, findings).splitlines()
    if not lines or lines[0].split() != _HEADER:
        raise FormatError("line 1", f"{(lines or [''])[0][:40]!r} is not 'QGC WPL 110'")
    told = ((f"line {n}", line.partition("#")[0].split()) for n, line in enumerate(lines[1:], start=2))
    rows = [(field, columns) for field, columns in told if columns]
    items = [_item(field, columns, number, findings) for number, (field, columns) in enumerate(rows)]
    if (
        len(items) > 1
        and items[0].command == _WAYPOINT
        and items[0].frame == _ABOVE_SEA
        and items[0].position
    ):
        said = " ".join(rows[0][1])
        findings.append(Finding("home", items[0].field, said, "the place of home, not flown to"))
        home, home_amsl_m = items[0].position, items[0].params[6]
        return PlanFile(tuple(items[1:]), home=home, home_amsl_m=home_amsl_m, findings=tuple(findings))
    return PlanFile(tuple(items), findings=tuple(findings))


def _item(field: str, columns: list[str], number: int, findings: list[Finding]) -> PlanItem:
    """One line. Ground stations take lines as they come, however they are numbered; it is noted."""
    if len(columns) != len(_COLUMNS):
        raise FormatError(field, f"has {len(columns)} columns, not {len(_COLUMNS)}")
    values = [_number(text, f"{field}, {name}") for name, text in zip(_COLUMNS, columns, strict=True)]
    if values[0] != number:
        found = f"number {columns[0]} where {number} is due"
        findings.append(Finding("", field, found, "the next item, as ground stations read it"))
    wholes = [int(value) if isfinite(value) and value == int(value) else value for value in values[:4]]
    return item(field, wholes[3], wholes[2], values[4:11], go_on=values[11] != 0.0)


def _number(text: str, field: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise FormatError(field, f"{text!r} is not a number") from error
    return value if isfinite(value) else nan
