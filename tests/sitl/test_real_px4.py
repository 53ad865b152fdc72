"""What only a real PX4 can show: its failsafes, and what the fleet sees of them. Wants SANDERLING_PX4.

SANDERLING_PX4=.../bin/px4 pytest --slow tests/sitl/test_real_px4.py -s
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path as File

import pytest

from geofences.path import Path, Waypoint
from geofences.position import destination, distance_m
from sitl import px4
from sitl.loop import run_scaled
from sitl.real_autopilots import RealAutopilots
from tests.contracts.stands import HOME, INSTANCE, MISSION, PARCEL, VEHICLE, living, plan, until
from vehicles.clock import now_s
from vehicles.mavlink.connect import connect
from vehicles.mavlink.exchanges.upkeep import Care
from vehicles.mission import Dock, KeepOut, Mission, MissionId, Travel, VehiclePlan
from vehicles.profiles import DELIVERY_DRONE
from vehicles.telemetry import MissionProgress, Mode, Telemetry
from vehicles.vehicle import Accepted, Grip, Hold, Refused, Resume, Start, Vehicle

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("SANDERLING_PX4"), reason="SANDERLING_PX4 names no PX4"),
]
SPEED = 2.0
TOP_M = 30.0

Act = Callable[[Vehicle, asyncio.Event], Awaitable[None]]


def on_px4(act: Act, folder: File, **settings: str) -> None:
    """Run `act` with a PX4 that is set as the fleet needs it; `settings` are its airframe's. It is attended
    while the event is set.
    """
    starter = px4.Px4(px4.source(None, None), px4.Model.QUAD, SPEED, int(os.environ.get(INSTANCE, "4")))
    launch = starter.launch(0, Waypoint(HOME), folder, 10.0)
    environment = dict(launch.environment) | {f"PX4_PARAM_{name}": value for name, value in settings.items()}
    launch = replace(launch, environment=environment)
    attended = asyncio.Event()
    attended.set()

    async def attend(vehicle: Vehicle) -> None:
        while True:
            await attended.wait()
            vehicle.attend()
            await asyncio.sleep(0.5)

    async def main() -> None:
        async with RealAutopilots([launch]) as autopilots:
            await autopilots.ready(starter, lambda one: connect(one.url, VEHICLE, DELIVERY_DRONE))
            vehicle = connect(launch.url, VEHICLE, DELIVERY_DRONE, care=Care.SET)
            async with vehicle, living(attend(vehicle)):
                await until(vehicle, lambda seen: seen.health.ready and not seen.health.findings, 200.0)
                await asyncio.sleep(5.0)
                await act(vehicle, attended)

    run_scaled(main(), SPEED)


def straight(away_m: float, mission_id: MissionId = MISSION) -> VehiclePlan:
    """North and back, in one leg each way."""
    there = destination(HOME, 0.0, away_m)
    up, far = Waypoint(HOME, TOP_M), Waypoint(there, TOP_M)
    way = Path((Waypoint(HOME), up, far, up, Waypoint(HOME)))
    return VehiclePlan(Mission(mission_id, VEHICLE, (Travel(way, 8.0), Dock(Waypoint(HOME)))))


async def off(vehicle: Vehicle, plan_: VehiclePlan, at_least_m: float) -> Telemetry:
    assert await vehicle.load(plan_) == Accepted()
    assert await vehicle.command(Start(plan_.mission.mission_id)) == Accepted()
    return await until(vehicle, lambda seen: distance_m(seen.position, HOME) > at_least_m, 120.0)


def told(vehicle: Vehicle, since_s: float, what: str) -> None:
    seen = vehicle.telemetry
    if seen is not None:
        warnings = "; ".join(seen.health.warnings)
        print(f"{now_s() - since_s:6.1f} s {what}: {seen.mode.value}, {seen.height_agl_m:.0f} m, {warnings}")  # noqa: T201


def test_a_fence_stops_it_on_a_leg_that_px4_does_not_check(tmp_path: File) -> None:
    async def act(vehicle: Vehicle, _: asyncio.Event) -> None:
        middle = destination(HOME, 0.0, 100.0)
        wall = KeepOut("wall", tuple(destination(middle, bearing, 25.0) for bearing in (45, 135, 225, 315)))
        begun_s = now_s()
        await off(vehicle, replace(straight(200.0), keep_outs=(wall,)), 40.0)
        held = await until(vehicle, lambda seen: seen.mode is Mode.HOLD, 60.0)
        told(vehicle, begun_s, "fence breached")
        assert held.armed
        assert 70.0 < distance_m(held.position, HOME) < 110.0
        await until(vehicle, lambda seen: seen.health.failsafe or bool(seen.health.warnings), 5.0)
        await asyncio.sleep(5.0)
        told(vehicle, begun_s, "afterwards")

    on_px4(act, tmp_path)


def test_in_silence_a_mission_goes_on_to_its_end(tmp_path: File) -> None:
    async def act(vehicle: Vehicle, attended: asyncio.Event) -> None:
        await off(vehicle, straight(200.0), 20.0)
        attended.clear()
        silent_s = now_s()
        await until(vehicle, lambda seen: not seen.armed, 200.0)
        told(vehicle, silent_s, "docked in silence")
        end = await until(vehicle, lambda seen: seen.progress == MissionProgress(MISSION, 2), 5.0)
        assert distance_m(end.position, HOME) < 3.0

    on_px4(act, tmp_path)


def test_in_silence_what_holds_comes_home(tmp_path: File) -> None:
    async def act(vehicle: Vehicle, attended: asyncio.Event) -> None:
        await off(vehicle, straight(200.0), 40.0)
        assert await vehicle.command(Hold()) == Accepted()
        attended.clear()
        silent_s = now_s()
        await until(vehicle, lambda seen: seen.mode is Mode.RETURN, 60.0)
        told(vehicle, silent_s, "returns")
        assert 10.0 < now_s() - silent_s < 30.0
        attended.set()
        end = await until(vehicle, lambda seen: not seen.armed, 200.0)
        told(vehicle, silent_s, "is home")
        assert distance_m(end.position, HOME) < 3.0
        assert end.progress.legs_done < 2

    on_px4(act, tmp_path)


def test_an_empty_battery_brings_it_back_or_down_before_it_falls(tmp_path: File) -> None:
    async def act(vehicle: Vehicle, _: asyncio.Event) -> None:
        begun_s = now_s()
        await off(vehicle, straight(2500.0), 40.0)
        back = await until(vehicle, lambda seen: seen.mode in {Mode.RETURN, Mode.LAND}, 300.0)
        told(vehicle, begun_s, f"battery at {back.battery_frac:.2f}")
        assert back.battery_frac < 0.1
        assert back.armed
        end = await until(vehicle, lambda seen: not seen.armed, 300.0)
        told(vehicle, begun_s, "is down")
        assert end.progress.legs_done < 2

    on_px4(act, tmp_path, SIM_BAT_DRAIN="200", SIM_BAT_MIN_PCT="0")


def test_another_plan_in_flight_and_a_refused_one_that_changes_nothing(tmp_path: File) -> None:
    async def act(vehicle: Vehicle, _: asyncio.Event) -> None:
        assert await vehicle.command(Grip(PARCEL)) == Accepted()
        await off(vehicle, plan(DELIVERY_DRONE, away_m=150.0), 30.0)
        assert await vehicle.command(Hold()) == Accepted()
        begun_s = now_s()
        seen = vehicle.telemetry
        assert seen is not None
        around = tuple(destination(seen.position, bearing, 30.0) for bearing in (0.0, 120.0, 240.0))
        refused = await vehicle.load(
            VehiclePlan(straight(100.0, MissionId(8)).mission, (KeepOut("here", around),))
        )
        told(vehicle, begun_s, f"refused: {refused}")
        assert isinstance(refused, Refused)
        assert await vehicle.command(Resume(MISSION)) == Accepted()  # the former plan, where it was
        await asyncio.sleep(3.0)
        assert await vehicle.command(Hold()) == Accepted()
        begun_s = now_s()
        home = plan(DELIVERY_DRONE, MissionId(9), 150.0).mission
        other = VehiclePlan(Mission(MissionId(9), VEHICLE, home.legs[3:]))
        assert await vehicle.load(other) == Accepted()
        told(vehicle, begun_s, "holds another plan")
        assert await vehicle.command(Resume(MissionId(9))) == Accepted()
        end = await until(vehicle, lambda seen: seen.progress == MissionProgress(MissionId(9), 2))
        assert distance_m(end.position, HOME) < 4.0
        assert end.carrying is True

    on_px4(act, tmp_path)
