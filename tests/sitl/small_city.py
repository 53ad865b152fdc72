"""A city of four blocks anywhere on Earth, as files: what a scenario or a configuration can be run in.

Streets (footpaths) 100 m apart, a building in three of the blocks, and a hub in the fourth with pads for
aircraft and docks for robots.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geofences.position import GeoPoint, LocalFrame, LocalPoint

BLOCK_M = 100.0
_STREETS_M = (-BLOCK_M, 0.0, BLOCK_M)
PADS = {"p1": (30.0, 30.0), "p2": (60.0, 30.0), "p3": (30.0, 60.0)}
DOCKS = {"d1": (3.0, 30.0), "d2": (3.0, 40.0)}
"""Metres east and north of the middle, by id."""


@dataclass(frozen=True, slots=True)
class SmallCity:
    """A city of that kind about `centre`."""

    folder: Path
    centre: GeoPoint

    def at(self, east_m: float, north_m: float) -> GeoPoint:
        """The place so many metres from the middle."""
        return LocalFrame(self.centre).to_geo(LocalPoint(east_m, north_m))

    def write(
        self, pads: dict[str, tuple[float, float]] = PADS, docks: dict[str, tuple[float, float]] = DOCKS
    ) -> SmallCity:
        """Write its map and its places."""
        _write(self.folder / "map.geojson", self._map())
        _write(self.folder / "places.json", self._places(pads, docks))
        return self

    def scenario(self, more: str = "", **fleet: int) -> Path:
        """Write a scenario of three orders, with `more` lines; the fleet is two drones and a robot."""
        counts = {"drones": 2, "robots": 1, **fleet}
        file = self.folder / "small.toml"
        lines = (
            *("start = 2026-06-01T09:00:00Z", "seed = 7"),
            *('[city]\nmap = "map.geojson"\nzones = []', 'places = "places.json"\nground_amsl_m = 10.0'),
            *("[fleet]", *(f"{name} = {count}" for name, count in counts.items())),
            *("[demand]\norders = 3\nover_s = 60.0", "[weather]\nwind_mps = 4.0", more),
        )
        file.write_text("\n".join(lines))
        return file

    def _lon_lat(self, east_m: float, north_m: float) -> list[float]:
        point = self.at(east_m, north_m)
        return [round(point.lon_deg, 7), round(point.lat_deg, 7)]

    def degrees(self, east_m: float, north_m: float) -> dict[str, float]:
        """The same as fields of a file."""
        lon_deg, lat_deg = self._lon_lat(east_m, north_m)
        return {"lat_deg": lat_deg, "lon_deg": lon_deg}

    def _map(self) -> dict[str, Any]:
        features = []
        for a in _STREETS_M:
            for ends in ([(a, b) for b in _STREETS_M], [(b, a) for b in _STREETS_M]):
                line = {"type": "LineString", "coordinates": [self._lon_lat(*end) for end in ends]}
                features.append(_feature(line, kind="footpath"))
        for east_m, north_m in ((-50.0, -50.0), (-50.0, 50.0), (50.0, -50.0)):
            ring = [(-20.0, -20.0), (20.0, -20.0), (20.0, 20.0), (-20.0, 20.0), (-20.0, -20.0)]
            corners = [self._lon_lat(east_m + x, north_m + y) for x, y in ring]
            house = {"type": "Polygon", "coordinates": [corners]}
            features.append(_feature(house, kind="building", height_m=12.0))
        box = [*self._lon_lat(-150.0, -150.0), *self._lon_lat(150.0, 150.0)]
        return {"type": "FeatureCollection", "attribution": "nobody", "bbox": box, "features": features}

    def _places(
        self, pads: dict[str, tuple[float, float]], docks: dict[str, tuple[float, float]]
    ) -> dict[str, Any]:
        standing = [{"id": one, "for": "air", **self.degrees(*at)} for one, at in pads.items()]
        standing += [{"id": one, "for": "sidewalk", **self.degrees(*at)} for one, at in docks.items()]
        hub = {"id": "hub", "name": "Hub", **self.degrees(45.0, 45.0), "pads": standing}
        doors = [(-80.0, -5.0), (-5.0, -80.0), (-80.0, 95.0), (95.0, -80.0), (-95.0, -95.0)]
        addresses = [
            {"label": f"Street {n}", "kind": "doorstep", **self.degrees(*door)}
            for n, door in enumerate(doors)
        ]
        return {"hubs": [hub], "lockers": [], "addresses": addresses}


def _feature(geometry: dict[str, Any], **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _write(file: Path, document: dict[str, Any]) -> None:
    file.write_text(json.dumps(document))
