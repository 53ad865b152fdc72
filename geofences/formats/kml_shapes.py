"""The shapes of a KML placemark: polygons with holes and points, with the heights their corners have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from geofences.formats.kml_tree import Element
from geofences.formats.notes import Notes, UnreadableError
from geofences.formats.ring_width import check_width
from geofences.formats.stray_rings import areas_of
from geofences.formats.walls import pass_over_walls
from geofences.position import GeoPoint
from geofences.zone import Circle, Datum, Limit, Polygon, Volume

_MODES = {
    "relativeToGround": Datum.AGL,
    "relativeToSeaFloor": Datum.AGL,
    "absolute": Datum.AMSL,
}
_OTHERS = frozenset({"Point", "Track", "MultiTrack", "Model"})
_AREAS = frozenset({"Polygon", "LinearRing", "LineString"})
_LARGEST_RADIUS_M = 5_000_000.0
_Limits = tuple[Limit | None, Limit | None]


class BarePointError(UnreadableError):
    """There are points alone, without a radius; `place` is the first of them."""

    def __init__(self, place: GeoPoint) -> None:
        super().__init__("Placemark", "has a point without a radius: no area")
        self.place = place


@dataclass(frozen=True, slots=True)
class _Ring:
    corners: tuple[GeoPoint, ...]
    heights_m: tuple[float, ...]
    """Of its corners; none where not all are known."""

    @property
    def upright(self) -> bool:
        """Whether it is drawn on edge: the wall of a solid, which has no area on the ground."""
        return len(set(self.corners)) == 2 and len(set(self.heights_m)) > 1


def volumes(placemark: Element, said: _Limits | None, radius_m: float | None, notes: Notes) -> list[Volume]:
    """All volumes of a placemark. `said` are limits from its data, which go before those of its corners.

    Raises `UnreadableError` for a placemark without an area.
    """
    found: list[Volume] = []
    walls: list[_Ring] = []
    points: list[GeoPoint] = []
    for element in _geometries(placemark):
        if element.name in _AREAS:
            areas, outer = _areas(element, notes)
            if areas:
                band = said or _limits(element, outer, notes)
                found += [Volume(area, *band) for area in areas]
            else:
                walls.append(outer)
        elif element.name == "Point" and radius_m is not None and 0.0 < radius_m <= _LARGEST_RADIUS_M:
            centre = _ring(element, notes, least=1).corners[0]
            found.append(Volume(Circle(centre, radius_m), *(said or (None, None))))
        elif element.name == "Point":
            points.append(_ring(element, notes, least=1).corners[0])
        else:
            raise UnreadableError(element.name, "has no area")
    standing = [frozenset(wall.corners) for wall in walls]
    pass_over_walls(standing, (volume.footprint for volume in found), notes, "MultiGeometry.Polygon")
    if not found and points:
        raise BarePointError(points[0])
    if not found:
        raise UnreadableError("Placemark", "has no geometry: no area")
    if points:
        notes.add("MultiGeometry.Point", len(points), "places for labels: no area")
    return list(dict.fromkeys(found)) if walls else found  # a solid is drawn with its floor and its top


def _geometries(placemark: Element) -> Iterator[Element]:
    """The single geometries, those of collections one by one."""
    waiting = list(reversed(placemark.children))
    while waiting:
        element = waiting.pop()
        if element.name == "MultiGeometry":
            waiting.extend(reversed(element.children))
        elif element.name in _AREAS | _OTHERS:
            yield element


def _areas(element: Element, notes: Notes) -> tuple[list[Polygon], _Ring]:
    """The areas of a polygon, and its outer ring; none where it stands upright."""
    if element.name != "Polygon":
        line = element.name == "LineString"
        outer = _ring(element, notes)
        if outer.upright:
            raise UnreadableError(element.name, "stands upright: it has no area")
        notes.add(element.name, "a closed line" if line else "a ring alone", "the area in it")
        return [Polygon(outer.corners)], outer
    rings = [ring for bound in element.children if bound.name == "outerBoundaryIs" for ring in bound.children]
    if len(rings) != 1:
        raise UnreadableError("Polygon.outerBoundaryIs", f"has {len(rings)} rings, needs 1")
    outer = _ring(rings[0], notes)
    if outer.upright:
        return [], outer
    holes: list[tuple[GeoPoint, ...]] = []
    for bound in element.children:
        for ring in bound.children if bound.name == "innerBoundaryIs" else ():
            try:
                hole = _ring(ring, notes)
                holes += [] if hole.upright else [hole.corners]
            except UnreadableError as error:
                notes.add(f"innerBoundaryIs.{error.field}", error.reason, "no hole")
    return areas_of(outer.corners, holes, notes, "innerBoundaryIs"), outer


def _ring(element: Element, notes: Notes, least: int = 3) -> _Ring:
    corners: list[GeoPoint] = []
    heights: list[float] = []
    for n, place in enumerate(_tuples(element.child_text("coordinates"))):
        parts = place.split(",")
        try:
            corners.append(GeoPoint(float(parts[1]), float(parts[0])))
            if len(parts) > 2 and parts[2]:
                heights.append(float(parts[2]))
        except (ValueError, IndexError) as error:
            where = f"coordinates[{n}]"
            raise UnreadableError(where, f"{place[:40]!r} is not longitude, latitude: {error}") from error
    if least > 1 and corners and corners[0] != corners[-1]:
        if element.name == "LineString":
            raise UnreadableError("LineString", "is not closed: it has no area")
        notes.add("coordinates", "a ring that is not closed", "closed with its first place")
    distinct = tuple(c for i, c in enumerate(corners) if c != corners[i - 1] or len(corners) == 1)
    known = [height for height in heights if abs(height) < 1e6]
    ring = _Ring(distinct, tuple(known) if len(known) == len(heights) else ())
    if ring.upright and least > 1:
        return ring
    if len(set(distinct)) < least:
        raise UnreadableError("coordinates", f"has {len(set(distinct))} different corners, needs {least}")
    check_width(distinct, "coordinates")
    return ring


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
    if datum is None or not extruded or not ring.heights_m:
        found = f"altitudeMode {mode or 'clampToGround'}, extrude {int(extruded)}"
        notes.add("Polygon", found, "all heights, since it says no others")
        return None, None
    return None, Limit(max(ring.heights_m), datum)
