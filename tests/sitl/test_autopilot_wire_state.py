"""What a simulated autopilot tells of its battery and its place: loads, noise; and what parameters change."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from itertools import pairwise
from statistics import pstdev

import pytest
from pymavlink.dialects.v20 import common

from sitl.aboard.fence import Fence, Ring, Side
from sitl.aboard.flight import Flight
from sitl.autopilot.server import Autopilot
from sitl.faults import Fault, Kind
from tests.sitl.bench import BOOT_S, DELIVERY, Bench
from tests.sitl.station import Station, on_the_wire
from vehicles.profiles import DELIVERY_DRONE

NAN = float("nan")
ARM, TAKE_OFF = common.MAV_CMD_COMPONENT_ARM_DISARM, common.MAV_CMD_NAV_TAKEOFF


async def set_parameter(station: Station, name: str, value: float) -> None:
    station.send(common.MAVLink_param_set_message(7, 1, name.encode(), value, common.MAV_PARAM_TYPE_REAL32))
    await asyncio.sleep(0.2)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  # motion has no event
        await asyncio.sleep(0.1)


def test_voltage_sags_under_load_and_the_cells_warm() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        resting = await station.latest("BATTERY_STATUS")
        await station.command(TAKE_OFF, 0, 0, 0, NAN, NAN, NAN, 60.0, wait_s=0.2)
        await station.command(ARM, 1.0, wait_s=12.0)
        loaded = await station.latest("BATTERY_STATUS")
        status = await station.latest("SYS_STATUS")
        cells = [*(v for v in loaded.voltages if v != 65535), *(v for v in loaded.voltages_ext if v)]
        assert len(cells) == 12
        assert max(cells) < min(resting.voltages) - 20, "mV a cell"
        assert status.voltage_battery == pytest.approx(sum(cells), rel=0.02)
        drawn_w = status.voltage_battery / 1000.0 * status.current_battery / 100.0
        assert drawn_w == pytest.approx(1800.0, rel=0.4), "what climbing with this drone costs"
        await asyncio.sleep(120.0)
        assert (await station.latest("BATTERY_STATUS")).temperature > resting.temperature

    on_the_wire(act)


def test_the_charge_that_it_counts_is_what_its_cells_gave() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        battery = autopilot.flight.airframe.battery
        before, given_wh = await station.latest("BATTERY_STATUS"), battery.used_wh
        await station.command(TAKE_OFF, 0, 0, 0, NAN, NAN, NAN, 60.0, wait_s=0.2)
        await station.command(ARM, 1.0, wait_s=30.0)
        after = await station.latest("BATTERY_STATUS")
        counted_ah = (after.current_consumed - before.current_consumed) / 1000.0
        rest_v = 12 * 4.15 - 12 * 0.85 * (1.0 - battery.frac) / 2.0
        assert counted_ah * rest_v == pytest.approx(battery.used_wh - given_wh, rel=0.02)
        assert battery.used_wh - given_wh > 5.0

    on_the_wire(act)


def test_places_scatter_as_recorded_and_the_same_for_the_same_seed() -> None:
    async def act(station: Station, _: Autopilot) -> tuple[list[float], list[float], list[float]]:
        await asyncio.sleep(300.0)
        fixes, places = station.all("GPS_RAW_INT"), station.all("GLOBAL_POSITION_INT")
        return (
            [fix.lat * 0.011132 for fix in fixes],
            [fix.alt / 1000.0 for fix in fixes],
            [place.lat * 0.011132 for place in places],
        )

    fix_m, fix_height_m, place_m = on_the_wire(act)
    assert pstdev(fix_m) == pytest.approx(0.2, abs=0.05)
    assert pstdev(fix_height_m) == pytest.approx(0.5, abs=0.12)
    assert 0.02 < pstdev(place_m) < 0.15
    assert max(abs(b - a) for a, b in pairwise(place_m)) < 0.12, "an estimate is smooth, a fix is not"
    assert on_the_wire(act)[0] == fix_m


def test_a_mission_waits_for_its_fence_a_tenth_of_a_second_a_corner() -> None:

    def flyable_after_s(corners: int) -> float:
        bench = Bench(Flight(DELIVERY_DRONE, BOOT_S, 7))
        bench.wait(5.0)
        ring = tuple((500.0 + n, 500.0 + n * n) for n in range(corners))
        bench.flight.load_fence(Fence((Ring(Side.OUTSIDE, ring),)))
        bench.flight.load(DELIVERY, 0)
        return bench.until(lambda flight: flight.mission.may_fly(flight.age_s))

    assert flyable_after_s(8) == pytest.approx(0.9, abs=0.2)
    assert flyable_after_s(64) == pytest.approx(7.0, abs=0.3)


def test_speeds_follow_their_parameters_at_once() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        await set_parameter(station, "MPC_TKO_SPEED", 1.0)
        await set_parameter(station, "MPC_Z_V_AUTO_UP", 3.0)
        await station.command(TAKE_OFF, 0, 0, 0, NAN, NAN, NAN, 110.0, wait_s=0.2)
        await station.command(ARM, 1.0, wait_s=8.0)
        body = autopilot.flight.airframe.body
        assert body.up_mps == pytest.approx(1.0, abs=0.05), "below 10 m"
        await asyncio.sleep(12.0)
        assert body.up_mps == pytest.approx(3.0, abs=0.05)
        await set_parameter(station, "MPC_Z_VEL_MAX_UP", 2.0)
        await asyncio.sleep(3.0)
        assert body.up_mps == pytest.approx(2.0, abs=0.05), "the lower of the two, on the line under way"
        await asyncio.sleep(60.0)
        far = (int(60.20e7), int(24.94e7))
        station.send(common.MAVLink_command_int_message(7, 1, 6, 192, 0, 0, -1.0, 1.0, 0.0, NAN, *far, 100.0))
        await asyncio.sleep(12.0)
        assert body.speed_mps == pytest.approx(15.0, abs=0.2)
        await set_parameter(station, "MPC_XY_CRUISE", 7.0)
        await asyncio.sleep(8.0)
        assert body.speed_mps == pytest.approx(7.0, abs=0.2)
        await station.command(common.MAV_CMD_DO_CHANGE_SPEED, 1.0, 12.0, -1.0, wait_s=8.0)
        assert body.speed_mps == pytest.approx(12.0, abs=0.2)
        await set_parameter(station, "MPC_XY_VEL_MAX", 9.0)
        await asyncio.sleep(8.0)
        assert body.speed_mps == pytest.approx(9.0, abs=0.2)
        await set_parameter(station, "MPC_LAND_SPEED", 0.5)
        await station.command(common.MAV_CMD_NAV_LAND, wait_s=1.0)
        await until(lambda: body.height_agl_m < 3.0)
        assert body.up_mps == pytest.approx(-0.5, abs=0.05)

    on_the_wire(act)


def test_a_lost_position_comes_back_some_seconds_after_its_satellites() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        await asyncio.sleep(14.5 - autopilot.age_s)
        assert await station.command(ARM, 1.0, wait_s=0.1) == [1]
        await asyncio.sleep(1.0)  # satellites for half a second
        assert await station.command(ARM, 1.0, wait_s=0.1) == [1]
        await asyncio.sleep(2.5)
        assert await station.command(ARM, 1.0, wait_s=0.1) == [0]

    on_the_wire(act, Fault(Kind.NO_GPS, 6.0, 15.0))


def test_integers_of_parameters_travel_bytewise() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        (value,) = struct.unpack("<f", struct.pack("<i", 3))
        message = common.MAVLink_param_set_message(7, 1, b"GF_ACTION", value, common.MAV_PARAM_TYPE_INT32)
        station.send(message)
        await asyncio.sleep(0.2)
        assert autopilot.flight.settings.fence_action == 3

    on_the_wire(act)
