"""Where things are: geographic points, and the one local frame in which degrees become metres.

Geographic coordinates are WGS84 (EPSG:4326). A `LocalFrame` is an azimuthal equidistant
projection about its origin: distances from the origin are geodesic, and within 20 km of it
any distance is right to better than 1 part in 100,000.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod, Transformer

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


def destination(start: GeoPoint, bearing_deg: float, distance_m: float) -> GeoPoint:
    """The point `distance_m` metres from `start` along the geodesic leaving at `bearing_deg`."""
    lon, lat, _ = _GEOD.fwd(start.lon_deg, start.lat_deg, bearing_deg, distance_m)
    return GeoPoint(float(lat), float(lon))


@lru_cache(maxsize=64)
def _transformers(origin: GeoPoint) -> tuple[Transformer, Transformer]:
    local = f"+proj=aeqd +lat_0={origin.lat_deg} +lon_0={origin.lon_deg} +datum=WGS84 +units=m"
    return (
        Transformer.from_crs("EPSG:4326", local, always_xy=True),
        Transformer.from_crs(local, "EPSG:4326", always_xy=True),
    )


@dataclass(frozen=True, slots=True)
class LocalFrame:
    """A flat frame in metres about `origin`: x east, y north."""

    origin: GeoPoint

    def to_local(self, point: GeoPoint) -> LocalPoint:
        """Project one geographic point into this frame."""
        east, north = _transformers(self.origin)[0].transform(point.lon_deg, point.lat_deg)
        return LocalPoint(float(east), float(north))

    def to_geo(self, point: LocalPoint) -> GeoPoint:
        """The geographic point at a local one."""
        lon, lat = _transformers(self.origin)[1].transform(point.east_m, point.north_m)
        return GeoPoint(float(lat), float(lon))

    def to_local_array(self, lon_lat_deg: NDArray[np.float64]) -> NDArray[np.float64]:
        """Project an (n, 2) array of longitude, latitude degrees to (n, 2) east, north metres."""
        east, north = _transformers(self.origin)[0].transform(lon_lat_deg[:, 0], lon_lat_deg[:, 1])
        return np.column_stack([east, north])

    def to_geo_array(self, east_north_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """The reverse of `to_local_array`: (n, 2) east, north metres to longitude, latitude."""
        lon, lat = _transformers(self.origin)[1].transform(east_north_m[:, 0], east_north_m[:, 1])
        return np.column_stack([lon, lat])
