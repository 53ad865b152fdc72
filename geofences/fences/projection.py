"""Footprints with fewer corners, for small fences: an exclusion never smaller, an inclusion never larger."""

from __future__ import annotations

import numpy as np
import shapely

from geofences.position import GeoPoint, LocalFrame
from geofences.zone import Polygon

_GROWN_M = 0.1
"""More than what an autopilot's degrees * 1e7 and rounding here can take away."""


def coarser(polygon: Polygon, frame: LocalFrame) -> tuple[Polygon, ...]:
    """Shapes with fewer and fewer corners, each of which contains the footprint, holes filled.

    Its convex hull, the hull grown to fewer corners, and the smallest rectangle about it.
    """
    ring = shapely.Polygon(_local(polygon.corners, frame))
    hull = shapely.convex_hull(ring)
    box = shapely.minimum_rotated_rectangle(hull)
    shapes: list[Polygon] = []
    fewest = len(polygon.corners)
    for shape in (hull, _fewer(hull, 8), box):
        corners = _geo(shapely.buffer(shape, _GROWN_M, join_style="mitre"), frame)
        if 3 <= len(corners) < fewest:
            fewest = len(corners)
            shapes.append(Polygon(corners))
    return tuple(shapes)


def within(area: shapely.Geometry, frame: LocalFrame, most: int) -> Polygon | None:
    """A convex area with at most `most` corners (3 or more), none of it outside the one given.

    None where the area is too small for that.
    """
    corners = list(shapely.get_coordinates(area)[:-1])
    while len(corners) > most:  # dropping a corner of a convex ring cuts a triangle off
        corners.pop(min(range(len(corners)), key=lambda n: _cut_m2(corners, n)))
    shrunk = shapely.buffer(shapely.Polygon(corners), -_GROWN_M, join_style="mitre")
    return None if shapely.is_empty(shrunk) else Polygon(_geo(shrunk, frame))


def inset(area: Polygon, frame: LocalFrame, by_m: float) -> Polygon | None:
    """A convex area, each side moved inwards; None where nothing is left."""
    shrunk = shapely.buffer(shapely.Polygon(_local(area.corners, frame)), -by_m, join_style="mitre")
    return None if shapely.is_empty(shrunk) else Polygon(_geo(shrunk, frame))


def _fewer(hull: shapely.Geometry, most: int) -> shapely.Geometry:
    """Take sides of a convex ring away, and let their neighbours meet further out, until `most` are left."""
    sides = list(shapely.get_coordinates(shapely.normalize(hull))[:-1])
    while len(sides) > most:
        n, corner = min(
            ((n, _meeting(sides, n)) for n in range(len(sides))), key=lambda found: _grown_m2(sides, *found)
        )
        if corner is None:
            return hull
        after = (n + 1) % len(sides)
        sides[n] = corner
        sides.pop(after)
    return shapely.Polygon(sides)


def _meeting(ring: list[np.ndarray], n: int) -> np.ndarray | None:
    """Where the neighbours of side n (corner n to the next) meet beyond it; None where they do not."""
    count = len(ring)
    a, b, c, d = (ring[(n + step) % count] for step in (-1, 0, 1, 2))
    before, after = b - a, c - d
    turn = before[0] * after[1] - before[1] * after[0]
    if abs(turn) < 1e-9:
        return None
    gap = c - b
    along = (gap[0] * after[1] - gap[1] * after[0]) / turn
    back = (gap[0] * before[1] - gap[1] * before[0]) / turn
    meets = along > 0.0 and back > 0.0
    return b + along * before if meets else None


def _grown_m2(ring: list[np.ndarray], n: int, corner: np.ndarray | None) -> float:
    if corner is None:
        return float("inf")
    return float(shapely.Polygon([ring[n], corner, ring[(n + 1) % len(ring)]]).area)


def _cut_m2(ring: list[np.ndarray], n: int) -> float:
    count = len(ring)
    return float(shapely.Polygon([ring[n - 1], ring[n], ring[(n + 1) % count]]).area)


def _local(points: tuple[GeoPoint, ...], frame: LocalFrame) -> np.ndarray:
    return frame.to_local_array(np.array([(point.lon_deg, point.lat_deg) for point in points]))


def _geo(shape: shapely.Geometry, frame: LocalFrame) -> tuple[GeoPoint, ...]:
    placed = frame.to_geo_array(shapely.get_coordinates(shapely.get_exterior_ring(shape))[:-1])
    return tuple(GeoPoint(float(lat_deg), float(lon_deg)) for lon_deg, lat_deg in placed)
