"""The simulated vehicle in process: the same answers as over MAVLink, cheap, and the same each time."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from geofences.path import Waypoint
from geofences.position import destination, distance_m
from geofences.reason import Because
from sitl.direct.vehicle import DirectVehicle
from sitl.loop import run_virtual
from sitl.motion.copter import Air
from tests.sitl.trip import (
    HOME,
    ID,
    PARCEL,
    START_S,
    drive_legs,
    flight_legs,
    look_at,
    plan_of,
    until,
    with_vehicle,
)
from vehicles.atmosphere import Atmosphere
from vehicles.clock import now_s
from vehicles.energy import mission_energy_wh
from vehicles.handover import LandAndRelease
from vehicles.mission import (
    DropOff,
    KeepOut,
    Leg,
    Mission,
    MissionId,
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
)


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
    ("profile", "legs", "home_amsl_m"),
    [
        (DELIVERY_DRONE, flight_legs(), 0.0),
        (DELIVERY_DRONE, flight_legs(), 4060.0),
        (SIDEWALK_ROBOT, drive_legs(), 0.0),
    ],
    ids=["drone", "drone over El Alto", "robot"],
)
def test_a_parcel_is_carried_and_the_legs_are_counted(
    profile: VehicleProfile, legs: tuple[Leg, ...], home_amsl_m: float
) -> None:
    async def act(vehicle: DirectVehicle) -> tuple[list[tuple[int, bool | None]], float, float]:
        assert await vehicle.command(Grip(PARCEL)) == Accepted()
        assert await vehicle.load(plan_of(legs)) == Accepted()
        assert look_at(vehicle).progress.mission_id == ID
        assert look_at(vehicle).progress.legs_done == 0
        assert look_at(vehicle).carrying is True
        began_s = now_s()
        full_frac = look_at(vehicle).battery_frac
        assert await vehicle.command(Start(ID)) == Accepted()
        seen: list[tuple[int, bool | None]] = []
        while (look := look_at(vehicle)).progress.legs_done < len(legs):
            if not seen or seen[-1] != (look.progress.legs_done, look.carrying):
                seen.append((look.progress.legs_done, look.carrying))
            await asyncio.sleep(0.2)
        took_s = now_s() - began_s
        if look_at(vehicle).armed:
            assert await vehicle.command(ShutDown()) == Accepted()
        assert not look_at(vehicle).armed
        assert look_at(vehicle).landed is Landed.ON_GROUND
        assert distance_m(look_at(vehicle).position, HOME) < 0.6
        return seen, took_s, (full_frac - look_at(vehicle).battery_frac) * profile.battery_wh

    seen, took_s, used_wh = with_vehicle(profile, act, home_amsl_m=home_amsl_m)
    counts = [done for done, _ in seen]
    assert counts == sorted(counts)
    assert {1, 2, 3} <= set(counts)
    assert all(carrying for done, carrying in seen if done < 2)
    assert not any(carrying for done, carrying in seen if done > 2)
    planned_s = schedule(profile, legs, 0.0).timed.ends_at_s
    assert planned_s * 0.96 <= took_s < planned_s * 1.12 + 10.0
    planned_wh = mission_energy_wh(profile, legs, Atmosphere(level_amsl_m=home_amsl_m))
    assert used_wh == pytest.approx(planned_wh, rel=0.12)


def test_start_resume_and_grip_look_before_they_ask() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        refused = await vehicle.command(Start(ID))
        assert isinstance(refused, Refused)
        assert refused.reasons[0].because is Because.INPUT
        await vehicle.load(plan_of(flight_legs()))
        assert isinstance(await vehicle.command(Resume(ID)), Refused)
        assert await vehicle.command(ShutDown()) == Accepted()
        assert await vehicle.command(Start(ID)) == Accepted()
        assert await vehicle.command(Start(ID)) == Accepted(), "it does so already"
        await asyncio.sleep(20.0)
        for command in (Grip(PARCEL), ShutDown()):
            assert isinstance(await vehicle.command(command), Refused)
        assert await vehicle.load(plan_of(flight_legs())) == Accepted(), "it flies that one"
        busy = await vehicle.load(VehiclePlan(Mission(MissionId(6), VehicleId("V1"), flight_legs())))
        assert isinstance(busy, Refused)
        assert busy.reasons[0].because is Because.BUSY

    with_vehicle(DELIVERY_DRONE, act)


def test_hold_resume_return_and_land_show_in_the_telemetry() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        await vehicle.load(plan_of(flight_legs()))
        await vehicle.command(Start(ID))
        await asyncio.sleep(30.0)
        for command, mode in ((Hold(), Mode.HOLD), (Resume(ID), Mode.MISSION), (Return(), Mode.RETURN)):
            assert await vehicle.command(command) == Accepted()
            assert look_at(vehicle).mode is mode
        await until(vehicle, lambda look: not look.armed)
        assert distance_m(look_at(vehicle).position, HOME) < 0.6
        assert look_at(vehicle).progress.legs_done < 5
        await vehicle.command(Start(ID))
        await asyncio.sleep(30.0)
        assert await vehicle.command(Land()) == Accepted()
        assert look_at(vehicle).mode is Mode.LAND
        await until(vehicle, lambda look: not look.armed)

    with_vehicle(DELIVERY_DRONE, act)


def test_a_robot_told_to_land_stops_and_is_disarmed_where_it_stands() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        await vehicle.load(plan_of(drive_legs()))
        await vehicle.command(Start(ID))
        await asyncio.sleep(20.0)
        assert await vehicle.command(Land()) == Accepted()
        await asyncio.sleep(3.0)
        assert look_at(vehicle).landed is Landed.ON_GROUND
        assert await vehicle.command(Land()) == Accepted()
        assert not look_at(vehicle).armed

    with_vehicle(SIDEWALK_ROBOT, act)


def test_a_plan_that_cannot_be_flown_is_refused_and_leaves_the_former_one() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        await vehicle.load(plan_of(flight_legs()))
        around = tuple(destination(HOME, bearing, 30.0) for bearing in (0.0, 120.0, 240.0))
        refused = await vehicle.load(
            VehiclePlan(Mission(MissionId(6), VehicleId("V1"), flight_legs()), (KeepOut("Z1", around),))
        )
        assert isinstance(refused, Refused)
        assert "Geofence invalid" in refused.reasons[0].text
        assert look_at(vehicle).progress.mission_id == ID
        assert await vehicle.command(Start(ID)) == Accepted()

    with_vehicle(DELIVERY_DRONE, act)


def test_it_is_not_ready_with_an_empty_battery_until_it_is_charged() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        assert not look_at(vehicle).health.ready
        await vehicle.load(plan_of(flight_legs()))
        assert isinstance(await vehicle.command(Start(ID)), Refused)
        await until(vehicle, lambda look: look.health.ready)
        assert look_at(vehicle).battery_frac >= 0.07
        await asyncio.sleep(7200.0)
        assert look_at(vehicle).battery_frac == pytest.approx(1.0, abs=1e-3)

    with_vehicle(DELIVERY_DRONE, act, battery_frac=0.05)


def _ten_deliver(pause_s: float) -> tuple[list[Telemetry], float]:
    """Ten vehicles carry a parcel each in wind, looked at every `pause_s` seconds; and how long that is."""

    async def one(number: int) -> Telemetry:
        profile, legs = (DELIVERY_DRONE, flight_legs()) if number < 6 else (SIDEWALK_ROBOT, drive_legs())
        vehicle = DirectVehicle(VehicleId("V1"), profile, Waypoint(HOME), number, wind=Air(5.0, 2.0))
        async with vehicle:
            await asyncio.sleep(5.0)
            await vehicle.load(plan_of(legs))
            await vehicle.command(Grip(PARCEL))
            await vehicle.command(Start(ID))
            until_s = now_s() + 300.0
            while now_s() < until_s:
                await asyncio.sleep(pause_s)
                look_at(vehicle)
            return look_at(vehicle)

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


def test_a_hand_over_by_landing_takes_as_long_as_is_planned() -> None:
    """Twenty seconds on the ground and below 8 m; what runs ahead of its plan leaves its reserved space."""
    legs = tuple(
        replace(leg, handover=LandAndRelease()) if isinstance(leg, DropOff) else leg for leg in flight_legs()
    )

    async def act(vehicle: DirectVehicle) -> tuple[float, float]:
        assert await vehicle.load(plan_of(legs)) == Accepted()
        assert await vehicle.command(Grip(PARCEL)) == Accepted()
        assert await vehicle.command(Start(ID)) == Accepted()
        await until(vehicle, lambda seen: seen.progress.legs_done == 2)
        arrived_s = now_s()
        await until(vehicle, lambda seen: seen.progress.legs_done == 3)
        return arrived_s, now_s()

    arrived_s, over_s = with_vehicle(DELIVERY_DRONE, act)
    planned = schedule(DELIVERY_DRONE, legs, 0.0).leg_ends_at_s
    assert over_s - arrived_s == pytest.approx(planned[2] - planned[1], abs=3.0)


def test_a_robot_opens_after_its_wait_for_the_recipient_and_a_drone_before_its_own() -> None:
    async def act(vehicle: DirectVehicle) -> bool | None:
        legs = flight_legs() if vehicle.profile is DELIVERY_DRONE else drive_legs()
        await vehicle.load(plan_of(legs))
        await vehicle.command(Grip(PARCEL))
        await vehicle.command(Start(ID))
        await until(vehicle, lambda look: look.progress.legs_done == 2)
        await asyncio.sleep(4.0)
        return look_at(vehicle).carrying

    assert with_vehicle(DELIVERY_DRONE, act) is False
    assert with_vehicle(SIDEWALK_ROBOT, act) is True
