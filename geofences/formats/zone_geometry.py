"""Geometry with vertical layers, as ED-318 (GeoJSON) and ED-269 have it, read into volumes.

Where something is missing or odd the volume is read larger, never smaller, and a note is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geofences.formats.notes import Notes, UnreadableError, shown
from geofences.formats.ring_width import check_width
from geofences.formats.stray_rings import areas_of
from geofences.formats.walls import pass_over_walls
from geofences.formats.zone_layers import ED269, ED318, length_unit, limits
from geofences.outline import as_polygon
from geofences.position import GeoPoint
from geofences.zone import Circle, Polygon, Unit, Volume

_DEEPEST = 8
_LARGEST_RADIUS_M = 5_000_000.0
"""Circles beyond this are a slip of units, and have no useful shape on a globe."""
_FOOT_M = 0.3048
_Json = Mapping[str, object]


class _UprightError(UnreadableError):
    """A ring of two corners, `places`: what a wall of a solid looks like from above."""

    def __init__(self, field: str, reason: str, places: Sequence[GeoPoint]) -> None:
        super().__init__(field, reason)
        self.places = frozenset(places)


def volumes(
    geometry: object, notes: Notes, where: str = "geometry", layer: object = None
) -> tuple[Volume, ...]:
    """All volumes of a geometry; a collection's layer, or `layer`, holds for its members that have none.

    Raises `UnreadableError` for what has no area (a line, a bare point, null) or no usable coordinates.
    """
    return tuple(_volumes(geometry, layer, notes, where))


def flat_footprints(
    geometry: object, radius_m: float | None, notes: Notes, where: str = "geometry", depth: int = 0
) -> list[Polygon | Circle]:
    """The areas of plain GeoJSON: polygons, collections of them, and points where there is a radius."""
    if not isinstance(geometry, dict):
        raise UnreadableError(where, f"{shown(geometry)} is not a geometry")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if not isinstance(kind, str):
        raise UnreadableError(f"{where}.type", f"{shown(kind)} has no area")
    if kind == "GeometryCollection" and depth <= _DEEPEST:
        parts = notes.as_list(geometry.get("geometries"), f"{where}.geometries")
        found = [
            footprint
            for i, part in enumerate(parts)
            for footprint in flat_footprints(part, radius_m, notes, f"{where}.geometries[{i}]", depth + 1)
        ]
        if not found:
            raise UnreadableError(f"{where}.geometries", "is empty")
        return found
    if kind not in {"Point", "MultiPoint"}:
        return _footprints(kind, geometry, notes, where)
    places = coordinates if kind == "MultiPoint" and isinstance(coordinates, list) else [coordinates]
    if radius_m is None or not 0.0 < radius_m <= _LARGEST_RADIUS_M:
        raise UnreadableError(where, "is a point without a radius (properties.radius_m): it has no area")
    return [Circle(_position(place, f"{where}.coordinates"), radius_m) for place in places]


def stacked_volumes(geometry: object, notes: Notes, where: str = "geometry") -> tuple[Volume, ...]:
    """ED-269's list of volumes, each with its own limits and a projection: a polygon or a circle."""
    found: list[Volume] = []
    for i, entry in enumerate(notes.as_list(geometry, where)):
        inner = f"{where}[{i}]"
        if not isinstance(entry, dict):
            raise UnreadableError(inner, f"{shown(entry)} is not a volume")
        nested = entry.get("verticalLayer") or entry.get("layer")
        layer = {**entry, **nested} if isinstance(nested, dict) else entry
        if nested is not None:
            notes.add(inner, nested, "the limits of the volume")
        lower, upper = limits(layer, ED269, notes, inner)
        projection = entry.get("horizontalProjection", entry)
        found += [Volume(each, lower, upper) for each in _projected(projection, layer, notes, inner)]
    if not found:
        raise UnreadableError(where, "is empty")
    return tuple(found)


def _projected(projection: object, layer: _Json, notes: Notes, outer: str) -> list[Polygon | Circle]:
    where = f"{outer}.horizontalProjection"
    if not isinstance(projection, dict):
        raise UnreadableError(where, f"{shown(projection)} is not a projection")
    kind = projection.get("type")
    if kind != "Circle" and (str(kind).upper() == "CIRCLE" or (kind == "Point" and "radius" in projection)):
        notes.add(f"{where}.type", kind, "Circle")
        kind = "Circle"
    if kind != "Circle":
        if projection is layer:
            notes.add(where, None, "the volume's own geometry")
        return _footprints(projection.get("type"), projection, notes, where)
    radius = notes.number(projection.get("radius"), f"{where}.radius")
    unit = length_unit(layer, ED269, Notes(""), where)  # noted where the limits were read
    radius_m = None if radius is None else radius * (_FOOT_M if unit is Unit.FT else 1.0)
    if radius_m is None or not 0.0 < radius_m <= _LARGEST_RADIUS_M:
        raise UnreadableError(f"{where}.radius", f"{shown(projection.get('radius'))} is no radius")
    centre = notes.member(projection, "center", ("centre", "coordinates"), where)
    return [Circle(_position(centre, f"{where}.center"), radius_m)]


def outermost(found: Sequence[Volume]) -> tuple[GeoPoint, ...]:
    """The corners of the box about all footprints (about the world, across the antimeridian)."""
    corners = [corner for volume in found for corner in as_polygon(volume.footprint).corners]
    lats, lons = [corner.lat_deg for corner in corners], [corner.lon_deg for corner in corners]
    box = [(lat, lon) for lat in (min(lats), max(lats)) for lon in (min(lons), max(lons))]
    return tuple(dict.fromkeys(GeoPoint(lat, lon) for lat, lon in box))


def _volumes(geometry: object, outer_layer: object, notes: Notes, where: str, depth: int = 0) -> list[Volume]:
    if not isinstance(geometry, dict):
        raise UnreadableError(where, f"{shown(geometry)} is not a geometry")
    if depth > _DEEPEST:
        raise UnreadableError(where, "is a collection in a collection, again and again")
    layer = notes.member(geometry, "layer", ("verticalLayer",), where) or outer_layer
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        parts = notes.as_list(geometry.get("geometries"), f"{where}.geometries")
        found = [
            volume
            for i, part in enumerate(parts)
            for volume in _volumes(part, layer, notes, f"{where}.geometries[{i}]", depth + 1)
        ]
        if not found:
            raise UnreadableError(f"{where}.geometries", "is empty")
        return found
    lower, upper = limits(layer, ED318, notes, f"{where}.layer")
    return [Volume(footprint, lower, upper) for footprint in _footprints(kind, geometry, notes, where)]


def _footprints(kind: object, geometry: _Json, notes: Notes, where: str) -> list[Polygon | Circle]:
    coordinates = geometry.get("coordinates")
    match kind:
        case "Polygon":
            return [*_polygon(coordinates, notes, f"{where}.coordinates")]
        case "MultiPolygon":
            if not isinstance(coordinates, list) or not coordinates:
                raise UnreadableError(f"{where}.coordinates", "is not a list of polygons")
            return _polygons(coordinates, notes, f"{where}.coordinates")
        case "Point":
            return [_circle(coordinates, geometry, notes, where)]
        case _:
            raise UnreadableError(f"{where}.type", f"{shown(kind)} has no area")


def _polygons(parts: list[object], notes: Notes, where: str) -> list[Polygon | Circle]:
    """The parts of a multipolygon; those of two corners are walls, where solids were flattened."""
    found: list[Polygon | Circle] = []
    walls: list[frozenset[GeoPoint]] = []
    for i, part in enumerate(parts):
        try:
            found += _polygon(part, notes, f"{where}[{i}]")
        except _UprightError as error:
            walls.append(error.places)
    pass_over_walls(walls, found, notes, where)
    return list(dict.fromkeys(found)) if walls else found


def _circle(coordinates: object, geometry: _Json, notes: Notes, where: str) -> Circle:
    extent = geometry.get("extent")
    if not isinstance(extent, dict):
        raise UnreadableError(f"{where}.extent", "is missing: a point without a radius has no area")
    if extent.get("subType") != "Circle":
        notes.add(f"{where}.extent.subType", extent.get("subType"), "Circle")
    radius_m = notes.number(extent.get("radius"), f"{where}.extent.radius")
    if radius_m is None or not 0.0 < radius_m <= _LARGEST_RADIUS_M:
        raise UnreadableError(f"{where}.extent.radius", f"{shown(extent.get('radius'))} is no radius")
    return Circle(_position(coordinates, f"{where}.coordinates"), radius_m)


def _polygon(rings: object, notes: Notes, where: str) -> list[Polygon]:
    if not isinstance(rings, list) or not rings:
        raise UnreadableError(where, "is not a list of rings")
    holes = []
    for i, ring in enumerate(rings[1:], 1):
        try:
            holes.append(_ring(ring, notes, f"{where}[{i}]"))
        except UnreadableError as error:
            notes.add(error.field, ring, f"no hole, since it {error.reason}")
    return areas_of(_ring(rings[0], notes, f"{where}[0]"), holes, notes, where)


def _ring(ring: object, notes: Notes, where: str) -> tuple[GeoPoint, ...]:
    if not isinstance(ring, list):
        raise UnreadableError(where, "is not a list of positions")
    corners = [_position(position, f"{where}[{i}]") for i, position in enumerate(ring)]
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    elif corners:
        notes.add(where, "a ring that is not closed", "closed with its first position")
    distinct = [corner for i, corner in enumerate(corners) if corner != corners[i - 1]]
    if len(distinct) < 3:
        error = f"has {len(distinct)} different corners, needs 3"
        raise _UprightError(where, error, distinct) if len(distinct) == 2 else UnreadableError(where, error)
    check_width(distinct, where)
    return tuple(distinct)


def _position(position: object, where: str) -> GeoPoint:
    if not isinstance(position, list) or len(position) < 2:
        raise UnreadableError(where, f"{shown(position)} is not longitude, latitude")
    lon, lat = position[:2]
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in (lon, lat)):
        raise UnreadableError(where, f"{shown(position)} is not longitude, latitude")
    try:
        return GeoPoint(float(lat), float(lon))
    except ValueError as error:
        raise UnreadableError(where, str(error)) from error
