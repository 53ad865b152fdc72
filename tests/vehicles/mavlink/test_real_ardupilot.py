"""Against real ArduPilot: deliveries flown and driven, held, changed under way. See docs/ardupilot.md.

SANDERLING_ARDUPILOT names arducopter; ardurover is looked for beside it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from geofences.path import Waypoint
from geofences.position import destination, distance_m
from sitl.ardupilot import ArduPilot, Model
from sitl.loop import run_scaled
from sitl.real_autopilots import RealAutopilots
from tests.contracts.stands import living, until
from tests.vehicles.mavlink.ardupilot_flights import (
    DOOR,
    HANDOVER_M,
    HOME,
    HOME_AMSL_M,
    KERB,
    MISSION,
    OTHER_MISSION,
    PARCEL,
    drive,
    flight,
    homeward,
)
from vehicles.mavlink.connect import connect
from vehicles.mavlink.exchanges.upkeep import Care
from vehicles.mission import KeepOut, MissionId, VehicleId, VehiclePlan
from vehicles.telemetry import MissionProgress, Mode, Telemetry
from vehicles.vehicle import Accepted, Grip, Hold, Land, Refused, Resume, Return, ShutDown, Start, Vehicle

BINARY = Path(os.environ.get("SANDERLING_ARDUPILOT", ""))
SPEED, PATIENCE_S = 3.0, 900.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BINARY.name, reason="SANDERLING_ARDUPILOT names no arducopter"),
]


def met(model: Model, folder: Path, body: Callable[[Vehicle], Awaitable[None]]) -> None:
    """Run `body` against an instance of its own, its parameters set and ready to start."""
    starter = ArduPilot(BINARY.with_name(model.program), model, SPEED, first=40)
    launch = starter.launch(0, Waypoint(HOME), folder / "sitl", HOME_AMSL_M)

    async def attend(vehicle: Vehicle) -> None:
        while True:
            vehicle.attend()
            await asyncio.sleep(0.5)

    async def main() -> None:
        vehicle = connect(launch.url, VehicleId("ardupilot"), model.profile, care=Care.SET)
        async with RealAutopilots([launch]), vehicle, living(attend(vehicle)):
            await until(vehicle, lambda seen: seen.health.ready, PATIENCE_S)
            await body(vehicle)

    run_scaled(main(), SPEED)


def legs(count: int, mission_id: MissionId = MISSION) -> Callable[[Telemetry], bool]:
    return lambda seen: seen.progress == MissionProgress(mission_id, count)


def test_a_delivery_is_flown_held_changed_under_way_and_ends_at_home(tmp_path: Path) -> None:
    async def body(vehicle: Vehicle) -> None:
        assert await vehicle.command(Grip(PARCEL)) == Accepted()
        assert await vehicle.load(flight()) == Accepted()
        assert await vehicle.command(Start(MISSION)) == Accepted()
        at_door = await until(vehicle, legs(2), PATIENCE_S)
        assert distance_m(at_door.position, DOOR) < 3.0
        assert at_door.height_agl_m == pytest.approx(HANDOVER_M, abs=1.5)
        delivered = await until(vehicle, legs(3), PATIENCE_S)
        assert delivered.carrying is False
        assert await vehicle.command(Hold()) == Accepted()
        assert isinstance(await vehicle.command(ShutDown()), Refused)
        held = vehicle.telemetry
        assert held is not None
        assert await vehicle.load(homeward(Waypoint(held.position, held.height_agl_m))) == Accepted()
        assert await vehicle.command(Resume(OTHER_MISSION)) == Accepted()
        docked = await until(vehicle, legs(2, OTHER_MISSION), PATIENCE_S)
        assert not docked.armed
        assert distance_m(docked.position, HOME) < 3.0
        # Disarmed it stands in its mission, at the first item again: another plan, and away.
        assert await vehicle.load(flight()) == Accepted()
        assert await vehicle.command(Start(MISSION)) == Accepted()
        await until(vehicle, lambda seen: seen.height_agl_m > 20.0, PATIENCE_S)
        assert await vehicle.command(Return()) == Accepted()
        home = await until(vehicle, lambda seen: not seen.armed, PATIENCE_S)
        assert home.mode is Mode.RETURN
        assert home.progress.legs_done < 5
        assert distance_m(home.position, HOME) < 15.0  # at home or at the rally point

    met(Model.QUAD, tmp_path, body)


def test_a_fence_that_it_stands_in_is_not_even_given_to_it(tmp_path: Path) -> None:
    async def body(vehicle: Vehicle) -> None:
        plan = flight()
        here = KeepOut("here", tuple(destination(HOME, bearing, 20.0) for bearing in (45.0, 165.0, 285.0)))
        refused = await vehicle.load(VehiclePlan(plan.mission, (here,), plan.rally_points))
        assert isinstance(refused, Refused)
        assert [reason.subject for reason in refused.reasons] == ["here"]
        assert isinstance(await vehicle.command(Start(MISSION)), Refused)
        assert vehicle.telemetry is not None
        assert not vehicle.telemetry.armed

    met(Model.QUAD, tmp_path, body)


def test_a_delivery_is_driven_held_and_ends_shut_down_at_home(tmp_path: Path) -> None:
    async def body(vehicle: Vehicle) -> None:
        assert await vehicle.command(Grip(PARCEL)) == Accepted()
        assert await vehicle.load(drive()) == Accepted()
        assert await vehicle.command(Start(MISSION)) == Accepted()
        await until(vehicle, lambda seen: distance_m(seen.position, HOME) > 5.0, PATIENCE_S)
        assert await vehicle.command(Hold()) == Accepted()
        assert await vehicle.command(Resume(MISSION)) == Accepted()
        at_kerb = await until(vehicle, legs(2), PATIENCE_S)
        assert distance_m(at_kerb.position, KERB) < 3.0
        assert (await until(vehicle, legs(3), PATIENCE_S)).carrying is False
        docked = await until(vehicle, legs(5), PATIENCE_S)
        assert distance_m(docked.position, HOME) < 3.0
        assert await vehicle.command(Land()) == Accepted()
        assert vehicle.telemetry is not None
        assert not vehicle.telemetry.armed

    met(Model.ROVER, tmp_path, body)
