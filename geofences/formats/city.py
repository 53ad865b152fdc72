"""Our own city file: buildings, footpaths and the rest of the map as gzipped GeoJSON (WGS84).

Made by `sitl/city` from OpenStreetMap. Feature properties: `kind` is building, footpath, crossing,
road, water or park; buildings have `height_m`. Nodes shared between ways have identical
coordinates: that is the footpath graph.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson

from geofences.formats.reading import FormatError
from geofences.formats.ring_width import with_width
from geofences.obstacles import Obstacle
from geofences.position import GeoPoint
from geofences.zone import Polygon

_T = TypeVar("_T")

_ANTIMERIDIAN_DEG = 180.0
_WIDEST_DEG = 90.0


@dataclass(frozen=True, slots=True)
class Footway:
    """A way that a ground robot can use, both ways; without steps. `crossing` says it crosses a road."""

    points: tuple[GeoPoint, ...]
    crossing: bool


@dataclass(frozen=True, slots=True)
class CityMap:
    """What a city file holds for planning. `area` is its bounding box, `centre` the middle of that.

    A box whose west is more than its east lies across the antimeridian (RFC 7946, 5.2).
    Beyond the area nothing is known: what is not on the map there is not free.
    `attribution` must be shown wherever the map is.
    """

    attribution: str
    centre: GeoPoint
    area: Polygon
    buildings: tuple[Obstacle, ...]
    footways: tuple[Footway, ...]


def read(data: bytes) -> CityMap:
    """Read a city file, gzipped or plain. Raises `FormatError` naming the member that is wrong."""
    document = _document(data)
    buildings: list[Obstacle] = []
    footways: list[Footway] = []
    for i, feature in enumerate(_member(document, "features", list, "")):
        where = f"features[{i}]"
        properties = _member(feature, "properties", dict, where)
        geometry = _member(feature, "geometry", dict, where)
        match properties.get("kind"):
            case "building":
                buildings.extend(_buildings(properties, geometry, where))
            case "footpath" | "crossing" as kind:
                points = _way(_points(_member(geometry, "coordinates", list, where), f"{where}.geometry", 2))
                footways.append(Footway(points, crossing=kind == "crossing"))
            case "road" | "water" | "park":
                pass  # drawn on the map, no part in planning
            case other:
                raise FormatError(f"{where}.properties.kind", f"{other!r} is not a kind of this format")
    southwest, northeast = _corners(document)
    return CityMap(
        attribution=_member(document, "attribution", str, ""),
        centre=_middle(southwest, northeast),
        area=_box(southwest, northeast),
        buildings=tuple(buildings),
        footways=tuple(footways),
    )


def _document(data: bytes) -> dict[str, Any]:
    try:
        plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        document = orjson.loads(plain)
    except (OSError, EOFError, zlib.error, orjson.JSONDecodeError) as error:
        raise FormatError("file", f"is not gzipped JSON: {error}") from error
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise FormatError("type", "is not FeatureCollection")
    return document


def _member(parent: object, name: str, kind: type[_T], where: str) -> _T:
    value = parent.get(name) if isinstance(parent, dict) else None
    if not isinstance(value, kind):
        raise FormatError(f"{where}.{name}".lstrip("."), f"is not a {kind.__name__}")
    return value


def _corners(document: dict[str, Any]) -> tuple[GeoPoint, GeoPoint]:
    bbox = _member(document, "bbox", list, "")
    try:
        west, south, east, north = (float(value) for value in bbox)
        southwest, northeast = GeoPoint(south, west), GeoPoint(north, east)
    except (TypeError, ValueError) as error:
        raise FormatError("bbox", f"is not west, south, east, north degrees: {error}") from error
    if not south < north or west == east or (west > east and (east - west) % 360.0 > _WIDEST_DEG):
        raise FormatError("bbox", "is not west, south, east, north degrees: encloses nothing")
    with_width(_box(southwest, northeast).corners, "bbox")
    return southwest, northeast


def _middle(southwest: GeoPoint, northeast: GeoPoint) -> GeoPoint:
    lat_deg = (southwest.lat_deg + northeast.lat_deg) / 2
    if southwest.lon_deg < northeast.lon_deg:
        return GeoPoint(lat_deg, (southwest.lon_deg + northeast.lon_deg) / 2)
    lon_deg = (southwest.lon_deg + northeast.lon_deg + 360.0) / 2
    return GeoPoint(lat_deg, lon_deg if lon_deg <= _ANTIMERIDIAN_DEG else lon_deg - 360.0)


def _box(southwest: GeoPoint, northeast: GeoPoint) -> Polygon:
    southeast = GeoPoint(southwest.lat_deg, northeast.lon_deg)
    northwest = GeoPoint(northeast.lat_deg, southwest.lon_deg)
    return Polygon((southwest, southeast, northeast, northwest))


def _buildings(properties: dict[str, Any], geometry: dict[str, Any], where: str) -> Iterator[Obstacle]:
    height_m = properties.get("height_m")
    if not isinstance(height_m, int | float) or not height_m >= 0:
        raise FormatError(f"{where}.properties.height_m", f"{height_m!r} is not a height of 0 or more")
    coordinates = _member(geometry, "coordinates", list, where)
    parts = coordinates if geometry.get("type") == "MultiPolygon" else [coordinates]
    for part in parts:
        rings = [_ring(ring, f"{where}.geometry") for ring in part]
        if not rings:
            raise FormatError(f"{where}.geometry.coordinates", "is a polygon without a ring")
        name = properties.get("name") or f"the building at {rings[0][0]}"
        yield Obstacle(str(name), Polygon(rings[0], tuple(rings[1:])), float(height_m))


def _ring(ring: list[Any], where: str) -> tuple[GeoPoint, ...]:
    points = _points(ring, where, 4)
    opened = points[:-1] if points[0] == points[-1] else points
    with_width(opened, f"{where}.coordinates")
    return opened


def _way(points: tuple[GeoPoint, ...]) -> tuple[GeoPoint, ...]:
    """The antimeridian has two names; ways that are cut there (RFC 7946, 3.1.9) go on by one of them."""
    at_it = -_ANTIMERIDIAN_DEG
    return tuple(GeoPoint(p.lat_deg, _ANTIMERIDIAN_DEG) if p.lon_deg == at_it else p for p in points)


def _points(positions: list[Any], where: str, least: int) -> tuple[GeoPoint, ...]:
    try:
        points = tuple(GeoPoint(float(p[1]), float(p[0])) for p in positions)
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise FormatError(
            f"{where}.coordinates", f"has a position that is not longitude, latitude: {error}"
        ) from error
    if len(points) < least:
        raise FormatError(f"{where}.coordinates", f"has {len(points)} positions, needs {least}")
    return points
