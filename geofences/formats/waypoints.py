"""Waypoint files as text, "QGC WPL 110": https://mavlink.io/en/file_formats/ (plain text mission format).

One item a line, twelve columns: number, current, frame, command, four parameters, latitude,
longitude, height, go on. Lines may end in CRLF, columns may be parted by tabs or spaces.
"""

from __future__ import annotations

from math import isfinite, nan

from geofences.formats.plan_items import PlanFile, PlanItem, item
from geofences.formats.reading import Finding, FormatError

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
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise FormatError("the file", "is not text") from error
    if not lines or lines[0].split() != _HEADER:
        raise FormatError("line 1", f"{(lines or [''])[0][:40]!r} is not 'QGC WPL 110'")
    rows = [(f"line {n}", line.split()) for n, line in enumerate(lines[1:], start=2) if line.strip()]
    items = [_item(field, columns, number) for number, (field, columns) in enumerate(rows)]
    if (
        len(items) > 1
        and items[0].command == _WAYPOINT
        and items[0].frame == _ABOVE_SEA
        and items[0].position
    ):
        finding = Finding("home", items[0].field, " ".join(rows[0][1]), "the place of home, not flown to")
        home, home_amsl_m = items[0].position, items[0].params[6]
        return PlanFile(tuple(items[1:]), home=home, home_amsl_m=home_amsl_m, findings=(finding,))
    return PlanFile(tuple(items))


def _item(field: str, columns: list[str], number: int) -> PlanItem:
    if len(columns) != len(_COLUMNS):
        raise FormatError(field, f"has {len(columns)} columns, not {len(_COLUMNS)}")
    values = [_number(text, f"{field}, {name}") for name, text in zip(_COLUMNS, columns, strict=True)]
    if values[0] != number:
        raise FormatError(f"{field}, number", f"{columns[0]} is out of sequence: {number} is due")
    wholes = [int(value) if isfinite(value) and value == int(value) else value for value in values[:4]]
    return item(field, wholes[3], wholes[2], values[4:11], go_on=values[11] != 0.0)


def _number(text: str, field: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise FormatError(field, f"{text!r} is not a number") from error
    return value if isfinite(value) else nan
