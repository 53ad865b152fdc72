"""GeoJSON geometry with vertical layers, as ED-318 has it, read into volumes.

Where something is missing or odd the volume is read larger, never smaller, and a note is taken.
"""

from __future__ import annotations

from collections.abc import Mapping

from geofences.formats.notes import Notes, UnreadableError, shown
from geofences.position import GeoPoint
from geofences.zone import Circle, Datum, Limit, Polygon, Volume

_FOOT_M = 0.3048
_NO_LIMIT = 99_999.0
"""This and more is what real files write for "unlimited"."""
_UNITS = {"M": 1.0, "FT": _FOOT_M, "METERS": 1.0, "METRES": 1.0, "FEET": _FOOT_M}
_DATUMS = {"AGL": Datum.AGL, "AMSL": Datum.AMSL, "WGS84": Datum.WGS84}
_DATUM_ALIASES = {"MSL": Datum.AMSL, "GND": Datum.AGL, "SFC": Datum.AGL, "W84": Datum.WGS84}
_Json = Mapping[str, object]


def volumes(geometry: object, notes: Notes, where: str = "geometry") -> tuple[Volume, ...]:
    """All volumes of a geometry; a collection's layer holds for its members that have none.

    Raises `UnreadableError` for what has no area (a line, a bare point, null) or no usable coordinates.
    """
    return tuple(_volumes(geometry, None, notes, where))


def _volumes(geometry: object, outer_layer: object, notes: Notes, where: str) -> list[Volume]:
    if not isinstance(geometry, dict):
        raise UnreadableError(where, f"{shown(geometry)} is not a geometry")
    layer = notes.member(geometry, "layer", ("verticalLayer",), where) or outer_layer
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        parts = notes.as_list(geometry.get("geometries"), f"{where}.geometries")
        found = [
            volume
            for i, part in enumerate(parts)
            for volume in _volumes(part, layer, notes, f"{where}.geometries[{i}]")
        ]
        if not found:
            raise UnreadableError(f"{where}.geometries", "is empty")
        return found
    lower, upper = _limits(layer, notes, f"{where}.layer")
    return [Volume(footprint, lower, upper) for footprint in _footprints(kind, geometry, notes, where)]


def _footprints(kind: object, geometry: _Json, notes: Notes, where: str) -> list[Polygon | Circle]:
    coordinates = geometry.get("coordinates")
    match kind:
        case "Polygon":
            return [_polygon(coordinates, notes, f"{where}.coordinates")]
        case "MultiPolygon":
            if not isinstance(coordinates, list) or not coordinates:
                raise UnreadableError(f"{where}.coordinates", "is not a list of polygons")
            return [_polygon(p, notes, f"{where}.coordinates[{i}]") for i, p in enumerate(coordinates)]
        case "Point":
            return [_circle(coordinates, geometry, notes, where)]
        case _:
            raise UnreadableError(f"{where}.type", f"{shown(kind)} has no area")


def _circle(coordinates: object, geometry: _Json, notes: Notes, where: str) -> Circle:
    extent = geometry.get("extent")
    if not isinstance(extent, dict):
        raise UnreadableError(f"{where}.extent", "is missing: a point without a radius has no area")
    if extent.get("subType") != "Circle":
        notes.add(f"{where}.extent.subType", extent.get("subType"), "Circle")
    radius_m = notes.number(extent.get("radius"), f"{where}.extent.radius")
    if radius_m is None or radius_m <= 0.0:
        raise UnreadableError(f"{where}.extent.radius", f"{shown(extent.get('radius'))} is not more than 0")
    return Circle(_position(coordinates, f"{where}.coordinates"), radius_m)


def _polygon(rings: object, notes: Notes, where: str) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise UnreadableError(where, "is not a list of rings")
    holes = []
    for i, ring in enumerate(rings[1:], 1):
        try:
            holes.append(_ring(ring, notes, f"{where}[{i}]"))
        except UnreadableError as error:
            notes.add(error.field, ring, f"no hole, since it {error.reason}")
    return Polygon(_ring(rings[0], notes, f"{where}[0]"), tuple(holes))


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
        raise UnreadableError(where, f"has {len(distinct)} different corners, needs 3")
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


def _limits(layer: object, notes: Notes, where: str) -> tuple[Limit | None, Limit | None]:
    if not isinstance(layer, dict):
        notes.add(where, layer, "all heights")
        return None, None
    unit_m = _unit_m(layer, notes, where)
    lower = _limit(layer, "lower", unit_m, notes, where)
    upper = _limit(layer, "upper", unit_m, notes, where)
    if lower and upper and lower.datum is upper.datum and lower.value_m > upper.value_m:
        notes.add(where, f"{lower.value_m:g} m below {upper.value_m:g} m", "the other way round")
        return upper, lower
    return lower, upper


def _unit_m(layer: _Json, notes: Notes, where: str) -> float | None:
    unit = notes.member(layer, "uom", ("uomDimensions",), where)
    if unit is None or unit in {"m", "ft"}:
        return _FOOT_M if unit == "ft" else 1.0
    known = _UNITS.get(unit.strip().upper()) if isinstance(unit, str) else None
    notes.add(
        f"{where}.uom", unit, "all heights, since the unit is unknown" if known is None else f"{known:g} m"
    )
    return known


def _limit(layer: _Json, side: str, unit_m: float | None, notes: Notes, where: str) -> Limit | None:
    found = notes.member(layer, side, (f"{side}Limit",), where)
    value = notes.number(found, f"{where}.{side}")
    if value is None or abs(value) >= _NO_LIMIT:
        notes.add(f"{where}.{side}", found, "no limit")
        return None
    reference = notes.member(layer, f"{side}Reference", (f"{side}VerticalReference",), where)
    datum = _datum(reference, notes, f"{where}.{side}Reference")
    return None if datum is None or unit_m is None else Limit(value * unit_m, datum)


def _datum(reference: object, notes: Notes, where: str) -> Datum | None:
    if isinstance(reference, str) and reference in _DATUMS:
        return _DATUMS[reference]
    plain = reference.strip().upper() if isinstance(reference, str) else ""
    datum = _DATUMS.get(plain) or _DATUM_ALIASES.get(plain)
    notes.add(where, reference, datum.value if datum else "no limit, since the datum is unknown")
    return datum
