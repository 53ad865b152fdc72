"""Writers of plain GeoJSON (RFC 7946): zones for the console, a path for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from geofences import when
from geofences.ground import limits
from geofences.outline import as_polygon
from geofences.path import Path
from geofences.position import GeoPoint
from geofences.verifying.blocks import describe
from geofences.zone import Circle, Polygon, Volume, Zone

_DECIMALS = 7
"""Of a degree: a centimetre, and what MAVLink carries."""


def zones_collection(zones: Iterable[Zone], at_s: float) -> dict[str, Any]:
    """A FeatureCollection with one Feature for each layer of each zone, as JSON-ready values.

    Properties: `id`, `name`, `restriction`, `lower` and `upper` (words with their datum, or null
    for no limit), `when` and `text` (words for people), `message`, `binds` (air, sidewalk), and
    `active`: whether it applies at `at_s`, UTC seconds. Circles become 64-gons that contain them.
    """
    features = [_zone_feature(zone, volume, at_s) for zone in zones for volume in zone.volumes]
    return {"type": "FeatureCollection", "features": features}


def _zone_feature(zone: Zone, volume: Volume, at_s: float) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": _geometry(volume.footprint),
        "properties": {
            "id": zone.zone_id,
            "name": zone.name,
            "restriction": zone.restriction.value,
            "lower": None if volume.lower is None else limits.words(volume.lower),
            "upper": None if volume.upper is None else limits.words(volume.upper),
            "when": when.describe(zone.applicability),
            "active": when.applies(zone.applicability, at_s, at_s),
            "message": zone.message,
            "binds": sorted(medium.value for medium in zone.binds),
            "text": describe(zone, volume),
        },
    }


def path_feature(path: Path, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A path as a LineString Feature: longitude, latitude, height above ground in metres.

    `properties` are taken over; `length_m` (over ground) and `avoided` are added.
    """
    return {
        "type": "Feature",
        "geometry": {
            "type": "LineString",
            "coordinates": [
                [*_position(waypoint.position), round(waypoint.height_agl_m, 3)]
                for waypoint in path.waypoints
            ],
        },
        "properties": {
            "length_m": round(path.length_m, 3),
            "avoided": list(path.avoided),
            **properties,
        },
    }


def _geometry(footprint: Polygon | Circle) -> dict[str, Any]:
    polygon = as_polygon(footprint)
    rings = [_closed(ring) for ring in (polygon.corners, *polygon.holes)]
    return {"type": "Polygon", "coordinates": rings}


def _closed(ring: tuple[GeoPoint, ...]) -> list[list[float]]:
    return [_position(corner) for corner in (*ring, ring[0])]


def _position(point: GeoPoint) -> list[float]:
    return [round(point.lon_deg, _DECIMALS), round(point.lat_deg, _DECIMALS)]
