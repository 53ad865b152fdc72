"""Where on the ground of the derived city there is room: distances to house fronts and footpaths."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geofences.position import GeoPoint, LocalFrame
from sitl.city.areas import inside
from sitl.city.osm import LonLat
from sitl.city.segments import nearest_m, segments


class Ground:
    """Buildings, water and footpaths of a city file, in metres about its middle."""

    def __init__(self, city_file: Path) -> None:
        document = json.loads(gzip.decompress(city_file.read_bytes()))
        west, south, east, north = document["bbox"]
        self.frame = LocalFrame(GeoPoint((south + north) / 2, (west + east) / 2))
        self._solids = [rings for f in document["features"] for rings in _solid(f)]
        outlines = [np.array(rings[0]) for rings in self._solids]
        self._boxes = np.array([(*outline.min(axis=0), *outline.max(axis=0)) for outline in outlines])
        self._walls = segments(self.frame, (ring for rings in self._solids for ring in rings))
        paths = (f for f in document["features"] if f["properties"]["kind"] in {"footpath", "crossing"})
        self._paths = segments(self.frame, (f["geometry"]["coordinates"] for f in paths))

    def clearance_m(self, at: GeoPoint) -> float:
        """Metres to the nearest wall or shore; 0 inside a building or on water."""
        point = (at.lon_deg, at.lat_deg)
        around = np.flatnonzero(
            (self._boxes[:, :2] <= point).all(axis=1) & (self._boxes[:, 2:] >= point).all(axis=1)
        )
        if any(sum(inside(ring, point) for ring in self._solids[i]) % 2 for i in around):  # even: a courtyard
            return 0.0
        return self._distance_m(self._walls, at)

    def footpath_m(self, at: GeoPoint) -> float:
        """Metres to the nearest footpath or crossing."""
        return self._distance_m(self._paths, at)

    def _distance_m(self, pieces: NDArray[np.float64], at: GeoPoint) -> float:
        local = self.frame.to_local(at)
        return nearest_m(pieces, np.array([local.east_m, local.north_m]))


def _solid(feature: dict[str, Any]) -> list[list[list[LonLat]]]:
    """The polygons, each a list of rings, of a feature that nothing can stand on."""
    if feature["properties"]["kind"] not in {"building", "water"}:
        return []
    shape = feature["geometry"]
    polygons: list[list[list[LonLat]]] = shape["coordinates"]
    return polygons if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
