"""Where on the ground of the derived city there is room: distances to house fronts and footpaths."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geofences.position import GeoPoint, LocalFrame
from sitl.city.areas import inside
from sitl.city.osm import LonLat


class Ground:
    """Buildings, water and footpaths of a city file, in metres about its middle."""

    def __init__(self, city_file: Path) -> None:
        document = json.loads(gzip.decompress(city_file.read_bytes()))
        west, south, east, north = document["bbox"]
        self.frame = LocalFrame(GeoPoint((south + north) / 2, (west + east) / 2))
        self._solids = [rings for f in document["features"] for rings in _solid(f)]
        outlines = [np.array(rings[0]) for rings in self._solids]
        self._boxes = np.array([(*outline.min(axis=0), *outline.max(axis=0)) for outline in outlines])
        self._walls = self._segments(ring for rings in self._solids for ring in rings)
        self._paths = self._segments(
            f["geometry"]["coordinates"]
            for f in document["features"]
            if f["properties"]["kind"] in {"footpath", "crossing"}
        )

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

    def _segments(self, lines: Iterable[list[LonLat]]) -> NDArray[np.float64]:
        ends = np.array([(*a, *b) for line in lines for a, b in pairwise(line)], dtype=np.float64)
        return np.hstack([self.frame.to_local_array(ends[:, :2]), self.frame.to_local_array(ends[:, 2:])])

    def _distance_m(self, segments: NDArray[np.float64], at: GeoPoint) -> float:
        local = self.frame.to_local(at)
        start, along = segments[:, :2], segments[:, 2:] - segments[:, :2]
        to_point = np.array([local.east_m, local.north_m]) - start
        share = np.clip((to_point * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-9), 0.0, 1.0)
        away = to_point - along * share[:, None]
        return float(np.hypot(away[:, 0], away[:, 1]).min())


def _solid(feature: dict[str, Any]) -> list[list[list[LonLat]]]:
    """The polygons, each a list of rings, of a feature that nothing can stand on."""
    if feature["properties"]["kind"] not in {"building", "water"}:
        return []
    shape = feature["geometry"]
    polygons: list[list[list[LonLat]]] = shape["coordinates"]
    return polygons if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
