"""Fences that one must stay inside, as zones: all around them is closed, as far as a vehicle can come.

A zone's footprint is an area to keep out of; an inclusion fence is the hole in one.
"""

from __future__ import annotations

from math import cos, pi, radians

from geofences.outline import polygon_about
from geofences.position import GeoPoint
from geofences.zone import Circle, Polygon

AROUND_KM = 100
_DEGREE_KM = 111.0
_CORNERS = 64


def all_around(corners: tuple[GeoPoint, ...]) -> Polygon:
    """The area from a ring outwards, `AROUND_KM` in all directions or to the edge of the map."""
    north_deg = AROUND_KM / _DEGREE_KM
    south, north = min(c.lat_deg for c in corners), max(c.lat_deg for c in corners)
    west, east = min(c.lon_deg for c in corners), max(c.lon_deg for c in corners)
    farthest_deg = min(89.0, max(abs(south), abs(north)))
    east_deg = min(180.0, north_deg / cos(radians(farthest_deg)))
    south, north = max(-90.0, south - north_deg), min(90.0, north + north_deg)
    west, east = max(-180.0, west - east_deg), min(180.0, east + east_deg)
    frame = (
        GeoPoint(south, west),
        GeoPoint(south, east),
        GeoPoint(north, east),
        GeoPoint(north, west),
    )
    return Polygon(frame, (corners,))


def inside_of(footprint: Polygon | Circle) -> tuple[GeoPoint, ...] | None:
    """The ring of an inclusion fence, where `all_around` made the footprint of one; else None."""
    if isinstance(footprint, Circle) or len(footprint.holes) != 1:
        return None
    return footprint.holes[0] if all_around(footprint.holes[0]) == footprint else None


def within(circle: Circle) -> tuple[GeoPoint, ...]:
    """A 64-gon inside a circle: its corners touch the circle from within."""
    return polygon_about(Circle(circle.centre, circle.radius_m * cos(pi / _CORNERS) ** 2)).corners
