"""The simulated vehicle in process: the same answers as over MAVLink, cheap, and the same each time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, destination, distance_m
from geofences.reason import Because
from sitl.copter import Air
from sitl.direct import DirectVehicle
from sitl.faults import Fault, Kind
from sitl.loop import run_virtual
from vehicles.clock import now_s
from vehicles.energy import mission_energy_wh
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
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT
from vehicles.schedule import schedule
from vehicles.telemetry import Landed, Mode, Telemetry
from vehicles.vehicle import (
    Accepted,
    Grip,
    Hold,
    Land,
    Refused,
    Resume,
    Return,
    ShutDown,
    Start,
    Unanswered,
)

_T = TypeVar("_T")
START_S = 1_790_000_000.0
HOME = GeoPoint(60.17, 24.94)
PARCEL = ParcelId("O1-1")
ID = MissionId(5)


def _at(bearing_deg: float, away_m: float, height_m: float = 0.0) -> Waypoint:
    return Waypoint(destination(HOME, bearing_deg, away_m), height_m)


def _flight_legs() -> tuple[Leg, ...]:
    out = (Waypoint(HOME), Waypoint(HOME, 60.0), _at(45, 400, 60.0), _at(80, 700, 60.0), _at(80, 700, 8.0))
    return (
        PickUp(PARCEL, 1.5, Waypoint(HOME), 6.0),
        Travel(Path(out), 15.0),
        DropOff(PARCEL, 1.5, out[-1], 6.0),
        Travel(Path(tuple(reversed(out))), 15.0),
        Dock(Waypoint(HOME)),
    )


def _drive_legs() -> tuple[Leg, ...]:
    out = (Waypoint(HOME), _at(0, 60), _at(45, 90))
    return (
        PickUp(PARCEL, 1.5, Waypoint(HOME), 6.0),
        Travel(Path(out), 1.6),
        DropOff(PARCEL, 1.5, out[-1], 20.0),
        Travel(Path(tuple(reversed(out))), 1.6),
        Dock(Waypoint(HOME)),
    )


def _plan(legs: tuple[Leg, ...], *keep_outs: KeepOut) -> VehiclePlan:
    return VehiclePlan(Mission(ID, VehicleId("V1"), legs), keep_outs)


def _look(vehicle: DirectVehicle) -> Telemetry:
    sample = vehicle.telemetry
    assert sample is not None
    return sample


async def _until(vehicle: DirectVehicle, seen: Callable[[Telemetry], bool], most_s: float = 900.0) -> None:
    async with asyncio.timeout(most_s):
        while not seen(_look(vehicle)):  # noqa: ASYNC110  # telemetry is sampled, it has no event
            await asyncio.sleep(0.5)


def _with(
    profile: VehicleProfile,
    act: Callable[[DirectVehicle], Awaitable[_T]],
    *faults: Fault,
    wind: Air | None = None,
    battery_frac: float = 1.0,
) -> _T:
    """Run `act` on a vehicle that has booted."""

    async def main() -> _T:
        home = Waypoint(HOME)
        vehicle = DirectVehicle(
            VehicleId("V1"), profile, home, 7, faults=faults, wind=wind, battery_frac=battery_frac
        )
        async with vehicle:
            await asyncio.sleep(5.0)
            return await act(vehicle)

    return run_virtual(main(), START_S)


def test_it_is_heard_two_seconds_after_start_and_not_before() -> None:
    async def main() -> list[bool]:
        vehicle = DirectVehicle(VehicleId("V1"), DELIVERY_DRONE, Waypoint(HOME), 7)
        heard = [vehicle.telemetry is not None]
        async with vehicle:
            for _ in range(3):
                await asyncio.sleep(1.0)
                heard.append(vehicle.telemetry is not None)
        return heard

    assert run_virtual(main(), START_S) == [False, False, True, True]


@pytest.mark.parametrize(
    ("profile", "legs"),
    [(DELIVERY_DRONE, _flight_legs()), (SIDEWALK_ROBOT, _drive_legs())],
    ids=["drone", "robot"],
)
def test_a_parcel_is_carried_and_the_legs_are_counted(profile: VehicleProfile, legs: tuple[Leg, ...]) -> None:
    async def act(vehicle: DirectVehicle) -> tuple[list[tuple[int, bool | None]], float, float]:
        assert await vehicle.command(Grip(PARCEL)) == Accepted()
        assert await vehicle.load(_plan(legs)) == Accepted()
        assert _look(vehicle).progress.mission_id == ID
        assert _look(vehicle).progress.legs_done == 0
        assert _look(vehicle).carrying is True
        began_s = now_s()
        full_frac = _look(vehicle).battery_frac
        assert await vehicle.command(Start(ID)) == Accepted()
        seen: list[tuple[int, bool | None]] = []
        while (look := _look(vehicle)).progress.legs_done < len(legs):
            if not seen or seen[-1] != (look.progress.legs_done, look.carrying):
                seen.append((look.progress.legs_done, look.carrying))
            await asyncio.sleep(0.2)
        took_s = now_s() - began_s
        if _look(vehicle).armed:
            assert await vehicle.command(ShutDown()) == Accepted()
        assert not _look(vehicle).armed
        assert _look(vehicle).landed is Landed.ON_GROUND
        assert distance_m(_look(vehicle).position, HOME) < 0.6
        return seen, took_s, (full_frac - _look(vehicle).battery_frac) * profile.battery_wh

    seen, took_s, used_wh = _with(profile, act)
    counts = [done for done, _ in seen]
    assert counts == sorted(counts)
    assert {1, 2, 3} <= set(counts)
    assert all(carrying for done, carrying in seen if done < 2)
    assert not any(carrying for done, carrying in seen if done > 2)
    planned_s = schedule(profile, legs, 0.0).timed.ends_at_s
    assert planned_s * 0.98 <= took_s < planned_s * 1.12 + 10.0
    assert used_wh == pytest.approx(mission_energy_wh(profile, legs, 0.0), rel=0.12)


def test_start_resume_and_grip_look_before_they_ask() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        refused = await vehicle.command(Start(ID))
        assert isinstance(refused, Refused)
        assert refused.reasons[0].because is Because.INPUT
        await vehicle.load(_plan(_flight_legs()))
        assert isinstance(await vehicle.command(Resume(ID)), Refused)
        assert await vehicle.command(ShutDown()) == Accepted()
        assert await vehicle.command(Start(ID)) == Accepted()
        assert await vehicle.command(Start(ID)) == Accepted(), "it does so already"
        await asyncio.sleep(20.0)
        for command in (Grip(PARCEL), ShutDown()):
            assert isinstance(await vehicle.command(command), Refused)
        assert await vehicle.load(_plan(_flight_legs())) == Accepted(), "it flies that one"
        busy = await vehicle.load(VehiclePlan(Mission(MissionId(6), VehicleId("V1"), _flight_legs())))
        assert isinstance(busy, Refused)
        assert busy.reasons[0].because is Because.BUSY

    _with(DELIVERY_DRONE, act)


def test_hold_resume_return_and_land_show_in_the_telemetry() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        await vehicle.load(_plan(_flight_legs()))
        await vehicle.command(Start(ID))
        await asyncio.sleep(30.0)
        for command, mode in ((Hold(), Mode.HOLD), (Resume(ID), Mode.MISSION), (Return(), Mode.RETURN)):
            assert await vehicle.command(command) == Accepted()
            assert _look(vehicle).mode is mode
        await _until(vehicle, lambda look: not look.armed)
        assert distance_m(_look(vehicle).position, HOME) < 0.6
        assert _look(vehicle).progress.legs_done < 5
        await vehicle.command(Start(ID))
        await asyncio.sleep(30.0)
        assert await vehicle.command(Land()) == Accepted()
        assert _look(vehicle).mode is Mode.LAND
        await _until(vehicle, lambda look: not look.armed)

    _with(DELIVERY_DRONE, act)


def test_a_robot_told_to_land_stops_and_is_disarmed_where_it_stands() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        await vehicle.load(_plan(_drive_legs()))
        await vehicle.command(Start(ID))
        await asyncio.sleep(20.0)
        assert await vehicle.command(Land()) == Accepted()
        await asyncio.sleep(3.0)
        assert _look(vehicle).landed is Landed.ON_GROUND
        assert await vehicle.command(Land()) == Accepted()
        assert not _look(vehicle).armed

    _with(SIDEWALK_ROBOT, act)


def test_a_plan_that_cannot_be_flown_is_refused_and_leaves_the_former_one() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        await vehicle.load(_plan(_flight_legs()))
        around = tuple(destination(HOME, bearing, 30.0) for bearing in (0.0, 120.0, 240.0))
        refused = await vehicle.load(
            VehiclePlan(Mission(MissionId(6), VehicleId("V1"), _flight_legs()), (KeepOut("Z1", around),))
        )
        assert isinstance(refused, Refused)
        assert "geofence" in refused.reasons[0].text
        assert _look(vehicle).progress.mission_id == ID
        assert await vehicle.command(Start(ID)) == Accepted()

    _with(DELIVERY_DRONE, act)


def test_it_is_not_ready_with_an_empty_battery_until_it_is_charged() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        assert not _look(vehicle).health.ready
        await vehicle.load(_plan(_flight_legs()))
        assert isinstance(await vehicle.command(Start(ID)), Refused)
        await _until(vehicle, lambda look: look.health.ready)
        assert _look(vehicle).battery_frac >= 0.15
        await asyncio.sleep(7200.0)
        assert _look(vehicle).battery_frac == pytest.approx(1.0, abs=1e-3)

    _with(DELIVERY_DRONE, act, battery_frac=0.1)


def test_silence_freezes_the_sample_and_leaves_commands_unanswered() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        await vehicle.load(_plan(_flight_legs()))
        await vehicle.command(Start(ID))
        await asyncio.sleep(60.0)
        frozen = _look(vehicle)
        assert isinstance(await vehicle.command(Hold()), Unanswered)
        await asyncio.sleep(30.0)
        assert _look(vehicle) == frozen
        assert now_s() - frozen.heard_at_s > 30.0
        await _until(vehicle, lambda look: look.heard_at_s > frozen.heard_at_s)
        assert _look(vehicle).mode is Mode.MISSION, "it flew on by itself"
        await _until(vehicle, lambda look: not look.armed)
        assert _look(vehicle).progress.legs_done == 5

    _with(DELIVERY_DRONE, act, Fault(Kind.SILENT, 40.0, 120.0))


def test_a_lossy_link_leaves_some_commands_unanswered() -> None:
    async def act(vehicle: DirectVehicle) -> list[bool]:
        return [isinstance(await vehicle.command(Hold()), Unanswered) for _ in range(40)]

    unanswered = _with(DELIVERY_DRONE, act, Fault(Kind.LOSSY, 0.0, value=0.3))
    assert 8 < sum(unanswered) < 32


def test_a_stuck_gripper_and_a_failing_check_are_refusals() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        await vehicle.load(_plan(_flight_legs()))
        assert isinstance(await vehicle.command(Grip(PARCEL)), Refused)
        assert isinstance(await vehicle.command(Start(ID)), Refused)
        assert not _look(vehicle).health.ready

    _with(DELIVERY_DRONE, act, Fault(Kind.STUCK_GRIPPER, 0.0), Fault(Kind.NO_ARM, 0.0))


def _ten_deliver(pause_s: float) -> tuple[list[Telemetry], float]:
    """Ten vehicles carry a parcel each in wind, looked at every `pause_s` seconds; and how long that is."""

    async def one(number: int) -> Telemetry:
        profile, legs = (DELIVERY_DRONE, _flight_legs()) if number < 6 else (SIDEWALK_ROBOT, _drive_legs())
        vehicle = DirectVehicle(VehicleId("V1"), profile, Waypoint(HOME), number, wind=Air(5.0, 2.0))
        async with vehicle:
            await asyncio.sleep(5.0)
            await vehicle.load(_plan(legs))
            await vehicle.command(Grip(PARCEL))
            await vehicle.command(Start(ID))
            until_s = now_s() + 300.0
            while now_s() < until_s:
                await asyncio.sleep(pause_s)
                _look(vehicle)
            return _look(vehicle)

    async def main() -> tuple[list[Telemetry], float]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(number)) for number in range(10)]
        return [task.result() for task in tasks], now_s() - START_S

    return run_virtual(main(), START_S)


def test_ten_vehicles_in_wind_end_the_same_whoever_looks_how_often() -> None:
    assert _ten_deliver(0.25)[0] == _ten_deliver(100.0)[0]


def test_ten_vehicles_cost_a_small_part_of_a_hundredth_of_real_time() -> None:
    began_s = time.process_time()
    _, fleet_s = _ten_deliver(0.5)
    assert time.process_time() - began_s < fleet_s / 100.0


def test_falling_silent_in_the_middle_of_a_load_leaves_it_unanswered() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        assert isinstance(await vehicle.load(_plan(_flight_legs())), Unanswered)
        assert _look(vehicle).heard_at_s <= START_S + 5.6
        assert _look(vehicle).progress.mission_id is None

    _with(DELIVERY_DRONE, act, Fault(Kind.SILENT, 5.6))


def test_a_robot_opens_after_its_wait_for_the_recipient_and_a_drone_before_its_own() -> None:
    async def act(vehicle: DirectVehicle) -> bool | None:
        legs = _flight_legs() if vehicle.profile is DELIVERY_DRONE else _drive_legs()
        await vehicle.load(_plan(legs))
        await vehicle.command(Grip(PARCEL))
        await vehicle.command(Start(ID))
        await _until(vehicle, lambda look: look.progress.legs_done == 2)
        await asyncio.sleep(4.0)
        return _look(vehicle).carrying

    assert _with(DELIVERY_DRONE, act) is False
    assert _with(SIDEWALK_ROBOT, act) is True
