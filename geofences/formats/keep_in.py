"""Fences that one must stay inside, as zones: all around them is closed, as far as a vehicle can come.

A zone's footprint is an area to keep out of; an inclusion fence is the hole in one.
"""

from __future__ import annotations

from math import ceil, cos, pi, radians

from geofences.formats.ring_width import unwrapped_deg
from geofences.outline import polygon_about
from geofences.position import GeoPoint
from geofences.zone import Circle, Polygon

AROUND_KM = 100
_DEGREE_KM = 111.0
_CORNERS = 64
_LONGEST_EDGE_DEG = 60.0
FARTHEST_DEG = 88.0
"""Nearer to a pole nothing is all around: what lies beyond it is on the other side of the map."""


def all_around(corners: tuple[GeoPoint, ...]) -> Polygon:
    """The area from a ring outwards, `AROUND_KM` in all directions, or to the pole.

    The ring has width (`ring_width.check_width`), and lies at most `FARTHEST_DEG` from the equator. Its
    frame may cross the antimeridian, and has corners so near each other that each edge runs the short way.
    """
    north_deg = AROUND_KM / _DEGREE_KM
    south, north = min(c.lat_deg for c in corners), max(c.lat_deg for c in corners)
    farthest_deg = min(FARTHEST_DEG, max(abs(south), abs(north)))
    lons_deg = unwrapped_deg(corners)
    east_deg = north_deg / cos(radians(farthest_deg))
    west, east = min(lons_deg) - east_deg, max(lons_deg) + east_deg
    south, north = max(-90.0, south - north_deg), min(90.0, north + north_deg)
    pieces = ceil((east - west) / _LONGEST_EDGE_DEG)
    steps = [west + (east - west) * i / pieces for i in range(pieces + 1)]
    there = [GeoPoint(south, _on_map_deg(lon)) for lon in steps]
    back = [GeoPoint(north, _on_map_deg(lon)) for lon in reversed(steps)]
    return Polygon((*there, *back), (corners,))


def _on_map_deg(lon_deg: float) -> float:
    return lon_deg if -180.0 <= lon_deg <= 180.0 else (lon_deg + 180.0) % 360.0 - 180.0


def inside_of(footprint: Polygon | Circle) -> tuple[GeoPoint, ...] | None:
    """The ring of an inclusion fence, where `all_around` made the footprint of one; else None."""
    if isinstance(footprint, Circle) or len(footprint.holes) != 1:
        return None
    return footprint.holes[0] if all_around(footprint.holes[0]) == footprint else None


def within(circle: Circle) -> tuple[GeoPoint, ...]:
    """A 64-gon inside a circle: its corners touch the circle from within."""
    return polygon_about(Circle(circle.centre, circle.radius_m * cos(pi / _CORNERS) ** 2)).corners
