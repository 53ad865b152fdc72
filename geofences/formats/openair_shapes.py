"""The shape of an OpenAir airspace: points, arcs, circles and airways, drawn one record after another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely

from geofences.formats.notes import Notes, UnreadableError
from geofences.formats.openair_records import (
    NAUTICAL_MILE_M,
    Arc,
    Record,
    arc_between,
    coordinate,
    number,
)
from geofences.formats.ring_width import check_width
from geofences.position import GeoPoint, LocalFrame
from geofences.zone import Circle, Polygon

_LARGEST_NM, _LONGEST = 2700.0, 250
_UNEVEN_FRAC, _UNEVEN_M = 0.01, 60.0
"""How much the two ends of an arc may differ in their distance from its centre before it is said."""


@dataclass(slots=True)
class _Pen:
    """Where drawing stands. The direction begins clockwise in every airspace, the centre unset."""

    centre: GeoPoint | None = None
    clockwise: bool = True
    width_m: float = 0.0
    corners: list[GeoPoint] = field(default_factory=list)
    airway: list[GeoPoint] = field(default_factory=list)
    circles: list[Circle] = field(default_factory=list)

    def about(self, record: Record) -> GeoPoint:
        if self.centre is None:
            raise UnreadableError(record.field, f"{record.code} has no centre (V X=)")
        return self.centre


def footprints(records: Sequence[Record], notes: Notes, where: str) -> list[Polygon | Circle]:
    """All areas that an airspace's records draw. Raises `UnreadableError` where they draw none."""
    pen = _Pen()
    for record in records:
        _draw(record, pen, notes)
    drawn: list[Polygon | Circle] = list(pen.circles)
    if pen.corners:
        drawn.append(_polygon(pen.corners, where))
    if pen.airway:
        drawn.append(_airway(pen, where))
    if not drawn:
        raise UnreadableError(where, "draws no area")
    return drawn


def _draw(record: Record, pen: _Pen, notes: Notes) -> None:
    if len(record.value) > _LONGEST:
        raise UnreadableError(record.field, f"has {len(record.value)} characters")
    match record.code:
        case "V":
            _set(record, pen, notes)
        case "DP":
            pen.corners.append(coordinate(record, record.value, notes))
        case "DY":
            pen.airway.append(coordinate(record, record.value, notes))
        case "DC":
            pen.circles.append(Circle(pen.about(record), _radius_m(record, record.value)))
        case "DA":
            values = re.split(r"[,\s]+", record.value.strip())
            if len(values) != 3:
                raise UnreadableError(record.field, f"{record.value[:40]!r} is no radius and two angles")
            radius_m = _radius_m(record, values[0])
            from_deg, to_deg = number(record, values[1]), number(record, values[2])
            pen.corners += Arc(
                pen.about(record), from_deg, to_deg, radius_m, radius_m, pen.clockwise
            ).points()
        case _:
            pen.corners += _arc(record, pen, notes)


def _arc(record: Record, pen: _Pen, notes: Notes) -> list[GeoPoint]:
    """DB: an arc from one place to another about the centre."""
    ends = re.split(r"(?<=[EWew])\s*,?\s*(?=\d)", record.value)
    if len(ends) != 2:
        raise UnreadableError(record.field, f"{record.value[:60]!r} is no two coordinates")
    start, end = (coordinate(record, text, notes) for text in ends)
    arc = arc_between(pen.about(record), start, end, clockwise=pen.clockwise)
    if abs(arc.from_m - arc.to_m) > max(_UNEVEN_M, _UNEVEN_FRAC * arc.to_m):
        found = f"an arc whose ends are {arc.from_m:.0f} m and {arc.to_m:.0f} m from its centre"
        notes.add(record.field, found, "an arc that goes evenly from the one to the other")
    return [start, *list(arc.points())[1:-1], end]


def _set(record: Record, pen: _Pen, notes: Notes) -> None:
    name, _, value = (part.strip() for part in record.value.partition("="))
    match name.upper():
        case "X":
            pen.centre = coordinate(record, value, notes)
        case "D":
            if value not in {"+", "-"}:
                raise UnreadableError(record.field, f"{value[:20]!r} is no direction, + or -")
            pen.clockwise = value == "+"
        case "W":
            pen.width_m = number(record, value) * NAUTICAL_MILE_M
        case _:
            pass  # Z and T tell how to show it


def _radius_m(record: Record, text: str) -> float:
    radius_nm = number(record, text)
    if not 0.0 < radius_nm <= _LARGEST_NM:
        raise UnreadableError(record.field, f"{text[:20]!r} is no radius")
    return radius_nm * NAUTICAL_MILE_M


def _polygon(corners: list[GeoPoint], where: str) -> Polygon:
    distinct = tuple(corner for i, corner in enumerate(corners) if corner != corners[i - 1])
    if len(set(distinct)) < 3:
        raise UnreadableError(where, f"has {len(set(distinct))} different corners, needs 3")
    check_width(distinct, where)
    return Polygon(distinct)


def _airway(pen: _Pen, where: str) -> Polygon:
    """The strip of the airway's width about its line."""
    if not 0.0 < pen.width_m < _LARGEST_NM * NAUTICAL_MILE_M or not any(
        a != b for a, b in pairwise(pen.airway)
    ):
        raise UnreadableError(where, "is an airway without a width (V W=), or without two places")
    frame = LocalFrame(pen.airway[len(pen.airway) // 2])
    line = frame.to_local_array(np.array([(place.lon_deg, place.lat_deg) for place in pen.airway]))
    strip = shapely.buffer(
        shapely.LineString(line), pen.width_m / 2.0, join_style="mitre", cap_style="square"
    )
    rings = [
        tuple(
            GeoPoint(float(lat), float(lon))
            for lon, lat in frame.to_geo_array(shapely.get_coordinates(ring))[:-1]
        )
        for ring in shapely.get_rings(strip)
    ]
    return Polygon(rings[0])
