"""Hilly country for whole-chain tests: a hill between hub and door, and a valley beyond it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from geofences.airspace import Airspace
from geofences.ground.terrain import SrtmTiles, Tile
from geofences.position import GeoPoint, distance_m
from geofences.sidewalk import Footpaths
from geofences.zone import Zone
from orchestrator.operations.planning.surroundings import Surroundings
from tests.orchestrator.operations.town import D1, FRAME, PADS, at
from vehicles.mission import VehicleId
from vehicles.vehicle import Vehicle

HILLTOP_EAST_M, HILL_M = 700.0, 150.0
FAR_DOOR = at(1500.0, 60.0)
"""In the valley, 30 m below the hub."""
NEAR_M = 25.0


@cache
def hills() -> SrtmTiles:
    """60 m above the sea at the hub, falling to the east; a hill 150 m high stands on that."""
    posts = 1201
    lat, lon = np.meshgrid(61.0 - np.arange(posts) / 1200.0, 24.0 + np.arange(posts) / 1200.0, indexing="ij")
    local = FRAME.to_local_array(np.column_stack([lon.ravel(), lat.ravel()]))
    east, north = local.T
    hill = HILL_M * np.exp(-((east - HILLTOP_EAST_M) ** 2 + north**2) / (2.0 * 220.0**2))
    heights = 60.0 - 0.02 * np.clip(east, -2000.0, 2000.0) + hill
    return SrtmTiles([Tile(60, 24, heights.reshape(posts, posts).astype(np.float32))])


def ground_m(place: GeoPoint) -> float:
    """Metres above the sea."""
    found = hills().height_amsl_m(place)
    assert found is not None
    return found


def hilly(*zones: Zone, return_height_m: float | None = 160.0, wind_mps: float = 3.0) -> Surroundings:
    airspace = Airspace(FRAME, zones, (), hills())
    return Surroundings(airspace, Footpaths(FRAME, ()), wind_mps=wind_mps, return_height_m=return_height_m)


@dataclass
class Flown:
    """Heights above the true ground: over open country, and all of them."""

    abroad_agl_m: list[float] = field(default_factory=list)
    at_the_door_agl_m: list[float] = field(default_factory=list)


@asynccontextmanager
async def watching(vehicle: Vehicle, home: GeoPoint, door: GeoPoint) -> AsyncIterator[Flown]:
    """Where a vehicle really is above the ground, from what it tells of its height above home."""
    flown = Flown()

    async def watch() -> None:
        while True:
            seen = vehicle.telemetry
            if seen is not None and seen.armed:
                agl_m = ground_m(home) + seen.height_agl_m - ground_m(seen.position)
                if distance_m(seen.position, door) < 2.0:
                    flown.at_the_door_agl_m.append(agl_m)
                if min(distance_m(seen.position, place) for place in (home, door)) > NEAR_M:
                    flown.abroad_agl_m.append(agl_m)
            await asyncio.sleep(0.2)

    task = asyncio.create_task(watch(), name="watching")
    try:
        yield flown
    finally:
        task.cancel()


def home_of(vehicle_id: VehicleId = D1) -> GeoPoint:
    return PADS[vehicle_id].at.position
