"""The shapes of a KML placemark: polygons with holes and points, with the heights their corners have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from geofences.formats.kml_tree import Element
from geofences.formats.notes import Notes, UnreadableError
from geofences.formats.ring_width import check_width
from geofences.position import GeoPoint
from geofences.zone import Circle, Datum, Limit, Polygon, Volume

_MODES = {
    "relativeToGround": Datum.AGL,
    "relativeToSeaFloor": Datum.AGL,
    "absolute": Datum.AMSL,
}
_LINES = frozenset({"LineString", "Track", "MultiTrack", "Model"})
_LARGEST_RADIUS_M = 5_000_000.0
_Limits = tuple[Limit | None, Limit | None]


@dataclass(frozen=True, slots=True)
class _Ring:
    corners: tuple[GeoPoint, ...]
    highest_m: float | None


def volumes(placemark: Element, said: _Limits | None, radius_m: float | None, notes: Notes) -> list[Volume]:
    """All volumes of a placemark. `said` are limits from its data, which go before those of its corners.

    Raises `UnreadableError` for a placemark without an area.
    """
    found: list[Volume] = []
    labels = 0
    for element in _geometries(placemark):
        if element.name in {"Polygon", "LinearRing"}:
            polygon, limits = _polygon(element, notes)
            found.append(Volume(polygon, *(said or limits)))
        elif element.name == "Point" and radius_m is not None and 0.0 < radius_m <= _LARGEST_RADIUS_M:
            centre = _ring(element, notes, least=1).corners[0]
            found.append(Volume(Circle(centre, radius_m), *(said or (None, None))))
        elif element.name == "Point":
            labels += 1
        else:
            raise UnreadableError(element.name, "has no area")
    if not found:
        what = "a point without a radius" if labels else "no geometry"
        raise UnreadableError("Placemark", f"has {what}: no area")
    if labels:
        notes.add("MultiGeometry.Point", labels, "places for labels: no area")
    return found


def _geometries(placemark: Element) -> Iterator[Element]:
    """The single geometries, those of collections one by one."""
    waiting = list(reversed(placemark.children))
    while waiting:
        element = waiting.pop()
        if element.name == "MultiGeometry":
            waiting.extend(reversed(element.children))
        elif element.name in {"Polygon", "LinearRing", "Point"} | _LINES:
            yield element


def _polygon(element: Element, notes: Notes) -> tuple[Polygon, _Limits]:
    if element.name == "LinearRing":
        notes.add("LinearRing", "a ring alone", "the area in it")
        outer = _ring(element, notes)
        return Polygon(outer.corners), _limits(element, outer, notes)
    rings = [ring for bound in element.children if bound.name == "outerBoundaryIs" for ring in bound.children]
    if len(rings) != 1:
        raise UnreadableError("Polygon.outerBoundaryIs", f"has {len(rings)} rings, needs 1")
    outer = _ring(rings[0], notes)
    holes = []
    for bound in element.children:
        for ring in bound.children if bound.name == "innerBoundaryIs" else ():
            try:
                holes.append(_ring(ring, notes).corners)
            except UnreadableError as error:
                notes.add(f"innerBoundaryIs.{error.field}", error.reason, "no hole")
    return Polygon(outer.corners, tuple(holes)), _limits(element, outer, notes)


def _ring(element: Element, notes: Notes, least: int = 3) -> _Ring:
    text = element.child_text("coordinates")
    corners: list[GeoPoint] = []
    heights: list[float] = []
    for n, place in enumerate(_tuples(text)):
        parts = place.split(",")
        try:
            corners.append(GeoPoint(float(parts[1]), float(parts[0])))
            if len(parts) > 2 and parts[2]:
                heights.append(float(parts[2]))
        except (ValueError, IndexError) as error:
            where = f"coordinates[{n}]"
            raise UnreadableError(where, f"{place[:40]!r} is not longitude, latitude: {error}") from error
    if least > 1 and corners and corners[0] != corners[-1]:
        notes.add("coordinates", "a ring that is not closed", "closed with its first place")
    distinct = tuple(c for i, c in enumerate(corners) if c != corners[i - 1] or len(corners) == 1)
    if len(set(distinct)) < least:
        raise UnreadableError("coordinates", f"has {len(set(distinct))} different corners, needs {least}")
    check_width(distinct, "coordinates")
    known = [height for height in heights if abs(height) < 1e6]
    return _Ring(distinct, max(known) if known and len(known) == len(heights) else None)


def _tuples(text: str) -> list[str]:
    """Places apart by white space; blanks around commas, which some write, do not part them."""
    found: list[list[str]] = []
    for piece in text.split():
        if found and (piece[0] == "," or found[-1][-1][-1] == ","):
            found[-1].append(piece)
        else:
            found.append([piece])
    return ["".join(pieces) for pieces in found]


def _limits(element: Element, ring: _Ring, notes: Notes) -> _Limits:
    """Heights of the corners count where the area reaches from them down to the ground (extrude)."""
    mode = element.child_text("altitudeMode")
    datum = _MODES.get(mode)
    extruded = element.child_text("extrude").lower() in {"1", "true"}
    if datum is None or not extruded or ring.highest_m is None:
        found = f"altitudeMode {mode or 'clampToGround'}, extrude {int(extruded)}"
        notes.add("Polygon", found, "all heights, since it says no others")
        return None, None
    return None, Limit(ring.highest_m, datum)
