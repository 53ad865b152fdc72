"""Where things are: geographic points, and the one local frame in which degrees become metres.

Geographic coordinates are WGS84 (EPSG:4326). A `LocalFrame` is an azimuthal equidistant
projection about its origin: distances from the origin are geodesic, and within 20 km of it
any distance is right to better than 1 part in 100,000. It is computed as what it is, distance and
azimuth of the geodesic from the origin (Karney 2013, by PROJ): a frame costs nothing to make, so
each vehicle of a large fleet may have its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True, order=True)
class GeoPoint:
    """A point on the WGS84 ellipsoid: latitude in [-90, 90], longitude in [-180, 180], degrees.

    Raises `ValueError` naming the coordinate when it is out of range or not finite.
    """

    lat_deg: float
    lon_deg: float

    def __post_init__(self) -> None:
        if not -90.0 <= self.lat_deg <= 90.0:  # also refuses nan
            raise ValueError(f"lat_deg: {self.lat_deg} is not within -90..90")
        if not -180.0 <= self.lon_deg <= 180.0:
            raise ValueError(f"lon_deg: {self.lon_deg} is not within -180..180")

    def __str__(self) -> str:
        return f"{self.lat_deg:.6f},{self.lon_deg:.6f}"


@dataclass(frozen=True, slots=True)
class LocalPoint:
    """A point in a `LocalFrame`: metres east and north of the frame's origin."""

    east_m: float
    north_m: float


def distance_m(a: GeoPoint, b: GeoPoint) -> float:
    """Geodesic distance on WGS84, in metres."""
    _, _, metres = _GEOD.inv(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg)
    return float(metres)


def bearing_deg(a: GeoPoint, b: GeoPoint) -> float:
    """Initial geodesic bearing from `a` to `b`, degrees clockwise from true north, in [0, 360)."""
    azimuth, _, _ = _GEOD.inv(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg)
    return float(azimuth) % 360.0


def towards(a: GeoPoint, b: GeoPoint) -> tuple[float, float]:
    """Metres from `a` to `b` and the bearing at `a`, as the two above tell them, found at once."""
    azimuth, _, metres = _GEOD.inv(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg)
    return float(metres), azimuth % 360.0


def destination(start: GeoPoint, bearing_deg: float, distance_m: float) -> GeoPoint:
    """The point `distance_m` metres from `start` along the geodesic leaving at `bearing_deg`."""
    lon, lat, _ = _GEOD.fwd(start.lon_deg, start.lat_deg, bearing_deg, distance_m)
    return GeoPoint(float(lat), float(lon))


@dataclass(frozen=True, slots=True)
class LocalFrame:
    """A flat frame in metres about `origin`: x east, y north."""

    origin: GeoPoint

    def to_local(self, point: GeoPoint) -> LocalPoint:
        """Project one geographic point into this frame."""
        return LocalPoint(*self._east_north_m(point.lon_deg, point.lat_deg))

    def to_geo(self, point: LocalPoint) -> GeoPoint:
        """The geographic point at a local one."""
        azimuth_deg = math.degrees(math.atan2(point.east_m, point.north_m))
        return destination(self.origin, azimuth_deg, math.hypot(point.east_m, point.north_m))

    def to_local_array(self, lon_lat_deg: NDArray[np.float64]) -> NDArray[np.float64]:
        """Project an (n, 2) array of longitude, latitude degrees to (n, 2) east, north metres."""
        lon_deg, lat_deg = lon_lat_deg[:, 0], lon_lat_deg[:, 1]
        from_deg = np.broadcast_to([[self.origin.lon_deg], [self.origin.lat_deg]], (2, len(lon_deg)))
        azimuth_deg, _, distances_m = _GEOD.inv(from_deg[0], from_deg[1], lon_deg, lat_deg)
        azimuth_rad = np.radians(azimuth_deg)
        return np.column_stack([distances_m * np.sin(azimuth_rad), distances_m * np.cos(azimuth_rad)])

    def to_geo_array(self, east_north_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """The reverse of `to_local_array`: (n, 2) east, north metres to longitude, latitude."""
        east_m, north_m = east_north_m[:, 0], east_north_m[:, 1]
        from_deg = np.broadcast_to([[self.origin.lon_deg], [self.origin.lat_deg]], (2, len(east_m)))
        azimuth_deg = np.degrees(np.arctan2(east_m, north_m))
        lon_deg, lat_deg, _ = _GEOD.fwd(from_deg[0], from_deg[1], azimuth_deg, np.hypot(east_m, north_m))
        return np.column_stack([lon_deg, lat_deg])

    def _east_north_m(self, lon_deg: float, lat_deg: float) -> tuple[float, float]:
        azimuth_deg, _, metres = _GEOD.inv(self.origin.lon_deg, self.origin.lat_deg, lon_deg, lat_deg)
        azimuth_rad = math.radians(azimuth_deg)
        return metres * math.sin(azimuth_rad), metres * math.cos(azimuth_rad)
