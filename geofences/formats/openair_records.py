"""OpenAir's lines: records, coordinates, arcs.

Sources: J. Pospisil, "OpenAir" 1.0 (1999); Naviter, "SeeYou OpenAir file format support" (2024).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import acos, ceil, degrees

from geofences.formats.notes import Notes, UnreadableError
from geofences.position import GeoPoint, bearing_deg, destination, distance_m

NAUTICAL_MILE_M = 1852.0
_SAGITTA_M = 0.25
"""How far the chords of an arc may be from it."""
_MOST_CHORDS = 2000
_ATTRIBUTES = frozenset({"AC", "AN", "AL", "AH", "AY", "AI", "AF", "AG", "AX", "AA", "TP"})
_SHAPES = frozenset({"DP", "DC", "DA", "DB", "DY"})
_MEASURED = frozenset({*_SHAPES, "V", "AL", "AH"})
"""Where a semicolon begins a remark; names and radio calls may hold one."""
_COORDINATE = re.compile(r"([0-9:.,\s°'\"]+?)\s*([NS])[\s,]*([0-9:.,\s°'\"]+?)\s*([EW])\.?", re.IGNORECASE)
_CODE = re.compile(r"V(?=\s*[A-Z]\s*=)|[A-Z]{2}(?=[\s\d]|$)", re.IGNORECASE)
_PARTS = re.compile(r"[:\s°'\"]+")


@dataclass(frozen=True, slots=True)
class Record:
    """One line: `field` says which, `code` is its two letters ("V" for a variable), `value` the rest."""

    field: str
    code: str
    value: str


def blocks(text: str) -> Iterator[list[Record]]:
    """The records of one airspace after another. A new one begins with AC, or with any A after its shape."""
    block: list[Record] = []
    drawn = False
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.split("*", 1)[0].strip()
        if not plain:
            continue
        code, value = _parted(plain)
        if code in _MEASURED:
            value = value.split(";", 1)[0]
        record = Record(f"line {number}", code, value.strip())
        if record.code == "AC" or (drawn and record.code in _ATTRIBUTES):
            if block:
                yield block
            block, drawn = [], False
        block.append(record)
        drawn = drawn or record.code in _SHAPES
    if block:
        yield block


def _parted(line: str) -> tuple[str, str]:
    """The code and the rest of a line; blanks between them may be tabs, or left out before a figure or X=."""
    found = _CODE.match(line)
    code = found[0] if found else line.split(maxsplit=1)[0]
    return code.upper(), line[len(code) :]


def coordinate(record: Record, text: str, notes: Notes) -> GeoPoint:
    """A place: degrees, minutes, seconds with colons, or run together; N or S, E or W."""
    found = _COORDINATE.fullmatch(text.strip()) if len(text) < 100 else None
    if found is None:
        raise UnreadableError(record.field, f"{text[:40]!r} is no coordinate")
    try:
        lat_deg = _degrees(found[1], 2, record, notes) * (1.0 if found[2] in "Nn" else -1.0)
        lon_deg = _degrees(found[3], 3, record, notes) * (1.0 if found[4] in "Ee" else -1.0)
        return GeoPoint(lat_deg, lon_deg)
    except ValueError as error:
        raise UnreadableError(record.field, f"{text[:40]!r} is no coordinate: {error}") from error


def _degrees(text: str, digits: int, record: Record, notes: Notes) -> float:
    parts = [part for part in _PARTS.split(text.strip().replace(",", ".")) if part]
    if len(parts) == 1 and len(parts[0].split(".")[0]) > digits:  # DDMMSS.ss, DDMM.mmm
        whole = parts[0]
        pairs = [whole[:digits], whole[digits : digits + 2], whole[digits + 2 :]]
        has_seconds = len(whole.split(".")[0]) >= digits + 4
        parts = pairs if has_seconds else [whole[:digits], whole[digits:]]
    if not 1 <= len(parts) <= 3:
        raise ValueError(f"has {len(parts)} parts")
    values = [float(part) for part in parts]
    if any(value >= 60.0 for value in values[1:]):
        notes.add(record.field, text, "60 of a unit as one of the next")
    if any(value < 0.0 or value > 60.0 for value in values[1:]):
        raise ValueError("has more than 60 minutes or seconds")
    return sum(value / 60.0**i for i, value in enumerate(values))


def number(record: Record, text: str) -> float:
    """The number that a text begins with."""
    found = re.match(r"\s*([+-]?\d*\.?\d+)", text[:100])
    if found is None:
        raise UnreadableError(record.field, f"{text[:40]!r} is no number")
    return float(found[1])


@dataclass(frozen=True, slots=True)
class Arc:
    """An arc about a centre, from one bearing and radius to another, clockwise or not."""

    centre: GeoPoint
    from_deg: float
    to_deg: float
    from_m: float
    to_m: float
    clockwise: bool

    def points(self) -> Iterable[GeoPoint]:
        """Places along it, its ends included, chords no further from it than `_SAGITTA_M`."""
        turn_deg = (self.to_deg - self.from_deg) % 360.0
        if not self.clockwise:
            turn_deg -= 360.0
        if abs(turn_deg) < 1e-9:
            turn_deg = 360.0
        largest_m = max(self.from_m, self.to_m, 1.0)
        step_deg = 2.0 * degrees(acos(max(0.0, 1.0 - _SAGITTA_M / largest_m)))
        count = min(_MOST_CHORDS, max(2, ceil(abs(turn_deg) / step_deg)))
        for i in range(count + 1):
            share = i / count
            reach_m = self.from_m + share * (self.to_m - self.from_m)
            yield destination(self.centre, (self.from_deg + share * turn_deg) % 360.0, reach_m)


def arc_between(centre: GeoPoint, start: GeoPoint, end: GeoPoint, *, clockwise: bool) -> Arc:
    """The arc about a centre between two places."""
    return Arc(
        centre,
        bearing_deg(centre, start),
        bearing_deg(centre, end),
        distance_m(centre, start),
        distance_m(centre, end),
        clockwise,
    )
