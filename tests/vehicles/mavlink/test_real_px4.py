"""Against a real PX4: a delivery flown, held and resumed. Run with PX4_URL, see docs/mavlink.md."""

from __future__ import annotations

import asyncio
import os

import pytest

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, destination, distance_m
from tests.contracts.stands import living, until
from vehicles.mavlink.connect import connect
from vehicles.mission import (
    Dock,
    DropOff,
    KeepOut,
    Mission,
    MissionId,
    ParcelId,
    PickUp,
    Travel,
    VehicleId,
    VehiclePlan,
)
from vehicles.profiles import DELIVERY_DRONE
from vehicles.telemetry import Landed, MissionProgress, Telemetry
from vehicles.vehicle import Accepted, Grip, Hold, Refused, Resume, ShutDown, Start, Vehicle

URL = os.environ.get("PX4_URL", "")
PARCEL, MISSION, HANDOVER_M = ParcelId("p1"), MissionId(77), 8.0

pytestmark = pytest.mark.skipif(not URL, reason="PX4_URL (udpin:127.0.0.1:14540, say) names no PX4")


def delivery(home: GeoPoint) -> VehiclePlan:
    corner = destination(home, 30.0, 60.0)
    there = destination(corner, 100.0, 40.0)
    up, over, down = Waypoint(corner, 30.0), Waypoint(there, 30.0), Waypoint(there, HANDOVER_M)
    out = Path((Waypoint(home), Waypoint(home, 30.0), up, over, down))
    back = Path((down, over, up, Waypoint(home, 30.0), Waypoint(home)))
    legs = (
        PickUp(PARCEL, 1.0, Waypoint(home), 6.0),
        Travel(out, 10.0),
        DropOff(PARCEL, 1.0, down, 6.0),
        Travel(back, 10.0),
        Dock(Waypoint(home)),
    )
    beside = KeepOut("beside", tuple(destination(home, bearing, 80.0) for bearing in (250.0, 260.0, 270.0)))
    rally = Waypoint(destination(home, 200.0, 10.0), 20.0)
    return VehiclePlan(Mission(MISSION, VehicleId("px4"), legs), (beside,), (rally,))


async def attend(vehicle: Vehicle) -> None:
    while True:
        vehicle.attend()
        await asyncio.sleep(0.5)


def _stands_ready(seen: Telemetry) -> bool:
    return seen.health.ready and seen.landed is Landed.ON_GROUND


async def test_a_delivery_on_a_real_px4() -> None:
    vehicle = connect(URL, VehicleId("px4"), DELIVERY_DRONE)
    async with vehicle, living(attend(vehicle)):
        home = (await until(vehicle, _stands_ready, 60.0)).position
        plan = delivery(home)
        there = destination(destination(home, 30.0, 60.0), 100.0, 40.0)
        assert await vehicle.command(Grip(PARCEL)) == Accepted()
        assert await vehicle.load(plan) == Accepted()
        assert await vehicle.command(Start(MISSION)) == Accepted()
        at_door = await until(vehicle, lambda seen: seen.progress.legs_done == 2)
        assert distance_m(at_door.position, there) < 5.0
        lowest_m = at_door.height_agl_m
        while (seen := await until(vehicle, lambda _: True)).progress.legs_done == 2:
            lowest_m = min(lowest_m, seen.height_agl_m)
            await asyncio.sleep(0.1)
        assert lowest_m > HANDOVER_M - 2.5  # it hovers while it hands over
        assert seen.carrying is False
        assert await vehicle.command(Hold()) == Accepted()
        assert isinstance(await vehicle.command(ShutDown()), Refused)
        assert await vehicle.command(Resume(MISSION)) == Accepted()
        docked = await until(vehicle, lambda seen: seen.progress == MissionProgress(MISSION, 5))
        assert not docked.armed
        assert distance_m(docked.position, home) < 3.0
