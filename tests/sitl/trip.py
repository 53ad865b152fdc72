"""One vehicle in process, on virtual time, and two short errands for it: by air and by sidewalk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, destination
from sitl.direct.vehicle import DirectVehicle
from sitl.faults import Fault
from sitl.loop import run_virtual
from sitl.motion.copter import Air
from vehicles.mission import (
    Dock,
    DropOff,
    KeepOut,
    Leg,
    Mission,
    MissionId,
    ParcelId,
    PickUp,
    Travel,
    VehicleId,
    VehiclePlan,
)
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Telemetry

_T = TypeVar("_T")
START_S = 1_790_000_000.0
HOME = GeoPoint(60.17, 24.94)
PARCEL = ParcelId("O1-1")
ID = MissionId(5)


def at(bearing_deg: float, away_m: float, height_m: float = 0.0) -> Waypoint:
    return Waypoint(destination(HOME, bearing_deg, away_m), height_m)


def flight_legs() -> tuple[Leg, ...]:
    out = (Waypoint(HOME), Waypoint(HOME, 60.0), at(45, 400, 60.0), at(80, 700, 60.0), at(80, 700, 8.0))
    return (
        PickUp(PARCEL, 1.5, Waypoint(HOME), 6.0),
        Travel(Path(out), 15.0),
        DropOff(PARCEL, 1.5, out[-1], 6.0),
        Travel(Path(tuple(reversed(out))), 15.0),
        Dock(Waypoint(HOME)),
    )


def drive_legs() -> tuple[Leg, ...]:
    out = (Waypoint(HOME), at(0, 60), at(45, 90))
    return (
        PickUp(PARCEL, 1.5, Waypoint(HOME), 6.0),
        Travel(Path(out), 1.6),
        DropOff(PARCEL, 1.5, out[-1], 20.0),
        Travel(Path(tuple(reversed(out))), 1.6),
        Dock(Waypoint(HOME)),
    )


def plan_of(legs: tuple[Leg, ...], *keep_outs: KeepOut) -> VehiclePlan:
    return VehiclePlan(Mission(ID, VehicleId("V1"), legs), keep_outs)


def look_at(vehicle: DirectVehicle) -> Telemetry:
    sample = vehicle.telemetry
    assert sample is not None
    return sample


async def until(vehicle: DirectVehicle, seen: Callable[[Telemetry], bool], most_s: float = 900.0) -> None:
    async with asyncio.timeout(most_s):
        while not seen(look_at(vehicle)):  # noqa: ASYNC110  # telemetry is sampled, it has no event
            await asyncio.sleep(0.5)


def with_vehicle(
    profile: VehicleProfile,
    act: Callable[[DirectVehicle], Awaitable[_T]],
    *faults: Fault,
    wind: Air | None = None,
    battery_frac: float = 1.0,
    home_amsl_m: float | None = None,
) -> _T:
    """Run `act` on a vehicle that has booted."""

    async def main() -> _T:
        home = Waypoint(HOME)
        vehicle = DirectVehicle(
            VehicleId("V1"),
            profile,
            home,
            7,
            faults=faults,
            wind=wind,
            battery_frac=battery_frac,
            home_amsl_m=home_amsl_m,
        )
        async with vehicle:
            await asyncio.sleep(5.0)
            return await act(vehicle)

    return run_virtual(main(), START_S)
