"""Footprints as shapely geometry in a local frame: metres, never degrees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geofences.position import GeoPoint, LocalFrame, LocalPoint, destination
from geofences.zone import Circle, Polygon

_CIRCLE_CORNERS = 64
_PIECE_M = 1000.0
_METRES_PER_DEGREE = 111_195.0  # of a sphere of 6,371 km: good enough to count pieces
_MAX_PIECES = 50


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A footprint in a local frame; compared by identity.

    `area` covers the footprint: exactly for a polygon, as a 64-gon about it for a circle. For a
    circle `centre` and `radius_m` hold the exact figure; for a polygon `centre` is None.
    """

    area: BaseGeometry
    centre: LocalPoint | None = None
    radius_m: float = 0.0

    def distance_m(self, line: BaseGeometry) -> float:
        """Exact distance between the footprint and a geometry, metres; 0 where they share a point."""
        if self.centre is None:
            return float(shapely.distance(self.area, line))
        to_centre_m = float(shapely.distance(shapely.Point(self.centre.east_m, self.centre.north_m), line))
        return max(0.0, to_centre_m - self.radius_m)

    def grown(self, by_m: float) -> BaseGeometry:
        """All within `by_m` of the footprint, but for arcs drawn by chords of 1/256 of a turn."""
        if self.centre is None:
            return shapely.buffer(self.area, by_m, quad_segs=64)
        centre = shapely.Point(self.centre.east_m, self.centre.north_m)
        return shapely.buffer(centre, self.radius_m + by_m, quad_segs=64)


@lru_cache(maxsize=8192)
def outline(footprint: Polygon | Circle, frame: LocalFrame) -> Outline:
    """Project a footprint into `frame`.

    Edges are straight in longitude and latitude (RFC 7946, 3.1.1); long ones are cut into pieces
    so that they stay within a few centimetres of that in the frame. A ring that crosses itself
    keeps every area it encloses, since dropping a lobe would open closed airspace.
    """
    if isinstance(footprint, Circle):
        corners = polygon_about(footprint).corners
        area = shapely.Polygon(_project(corners, frame))
        return Outline(area, frame.to_local(footprint.centre), footprint.radius_m)
    shell = _enclosed(_project(footprint.corners, frame))
    holes = [_hole(_project(hole, frame)) for hole in footprint.holes]
    left = shapely.difference(shell, shapely.union_all(holes)) if holes else shell
    return Outline(shell if shapely.is_empty(left) else left)  # holes that leave nothing are none


def area_known(area: Polygon, frame: LocalFrame) -> BaseGeometry:
    """An area to keep inside, in `frame`. Raises `ValueError` where its rings cross each other or themselves.

    A keep-out's doubtful parts are kept; those of an area to keep inside would open what may be closed.
    """
    drawn = shapely.Polygon(_project(area.corners, frame), [_project(hole, frame) for hole in area.holes])
    if not drawn.is_valid:
        raise ValueError(f"area: {shapely.is_valid_reason(drawn)}")
    return drawn


def polygon_about(circle: Circle, corners: int = _CIRCLE_CORNERS) -> Polygon:
    """A regular polygon that contains the circle: its sides touch the circle from outside."""
    reach_m = circle.radius_m / cos(pi / corners)
    bearings = (360.0 * i / corners for i in range(corners))
    return Polygon(tuple(destination(circle.centre, bearing, reach_m) for bearing in bearings))


def as_polygon(footprint: Polygon | Circle) -> Polygon:
    """A polygon as it is, a circle as the 64-gon that contains it."""
    return polygon_about(footprint) if isinstance(footprint, Circle) else footprint


def _project(corners: tuple[GeoPoint, ...], frame: LocalFrame) -> NDArray[np.float64]:
    return frame.to_local_array(_cut_long_edges(np.array([(c.lon_deg, c.lat_deg) for c in corners])))


def _cut_long_edges(ring_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    following = np.roll(ring_deg, -1, axis=0)
    step = following - ring_deg
    step[:, 0] = (step[:, 0] + 180.0) % 360.0 - 180.0  # across the antimeridian, the short way
    long_m = _METRES_PER_DEGREE * np.hypot(step[:, 0] * np.cos(np.radians(ring_deg[:, 1])), step[:, 1])
    pieces = np.clip(np.ceil(long_m / _PIECE_M), 1, _MAX_PIECES).astype(int)
    if (pieces == 1).all():
        return ring_deg
    runs = [a + np.outer(np.arange(n) / n, d) for a, d, n in zip(ring_deg, step, pieces, strict=True)]
    return np.concatenate(runs)


def _enclosed(ring_m: NDArray[np.float64]) -> BaseGeometry:
    simple = shapely.Polygon(ring_m)
    if simple.is_valid:
        return simple
    edges = shapely.node(shapely.LinearRing(ring_m))
    lobes = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    # A ring without any area still has a place: its own line.
    return shapely.union_all(lobes) if len(lobes) else edges


def _hole(ring_m: NDArray[np.float64]) -> BaseGeometry:
    """A hole opens airspace, so only a sound one counts."""
    hole = shapely.Polygon(ring_m)
    return hole if hole.is_valid else shapely.Polygon()
