"""The part of the district's map that a courier's trip needs: a few kilobytes in place of a megabyte."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

Box = tuple[float, float, float, float]
"""West, south, east, north, WGS84 degrees."""

MARGIN_DEG = 0.0022
"""Shown around the places of a trip: about 250 m northwards, less to the sides."""


_TURNS = (0.0, 360.0, -360.0)
"""The same longitude, in degrees."""


class Vicinity:
    """Cuts pieces out of a map, gzipped GeoJSON, which is read when the first one is asked for."""

    def __init__(self, map_gz: bytes) -> None:
        self._map_gz = map_gz
        self._features: list[tuple[Box, dict[str, Any]]] | None = None

    async def around(self, places: Iterable[tuple[float, float]]) -> bytes:
        """GeoJSON of what lies around `places` ([longitude, latitude]), and its `bbox`."""
        if self._features is None:
            self._features = await asyncio.to_thread(_read, self._map_gz)
        box = _widened(_box(list(places)))
        return await asyncio.to_thread(_cut, self._features, box)


def _read(map_gz: bytes) -> list[tuple[Box, dict[str, Any]]]:
    features = orjson.loads(gzip.decompress(map_gz))["features"]
    return [(_box(list(_points(one["geometry"]["coordinates"]))), _plain(one)) for one in features]


def _plain(feature: dict[str, Any]) -> dict[str, Any]:
    told = feature["properties"]
    properties = {name: told[name] for name in ("kind", "class", "name") if name in told}
    return {"type": "Feature", "geometry": feature["geometry"], "properties": properties}


def _points(coordinates: list[Any]) -> Iterator[tuple[float, float]]:
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates[0], coordinates[1]
        return
    for inner in coordinates:
        yield from _points(inner)


def _box(points: list[tuple[float, float]]) -> Box:
    """Around points that lie within half the world of the first: one across 180 degrees reaches beyond it."""
    first = points[0][0]
    lons = [first + (lon - first + 180.0) % 360.0 - 180.0 for lon, _ in points]
    lats = [lat for _, lat in points]
    return min(lons), min(lats), max(lons), max(lats)


def _widened(box: Box) -> Box:
    west, south, east, north = box
    return west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG


def _cut(features: list[tuple[Box, dict[str, Any]]], box: Box) -> bytes:
    west, south, east, north = box
    inside = [
        feature
        for (left, low, right, high), feature in features
        if low <= north and high >= south and any(left + t <= east and right + t >= west for t in _TURNS)
    ]
    return orjson.dumps({"type": "FeatureCollection", "bbox": box, "features": inside})
