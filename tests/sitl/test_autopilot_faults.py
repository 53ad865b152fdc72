"""Faults on the wire and in the world of a simulated autopilot: each by what it does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest
from pymavlink.dialects.v20 import common

from sitl.autopilot.server import Autopilot
from sitl.faults import Fault, Kind
from tests.sitl.station import SYSTEM, Station, on_the_wire

ARM = common.MAV_CMD_COMPONENT_ARM_DISARM
INJECT = common.MAV_CMD_INJECT_FAILURE
ALWAYS = 4.0


async def aloft(station: Station, autopilot: Autopilot) -> None:
    nan = float("nan")
    await station.command(common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, nan, nan, nan, 40.0, wait_s=0.2)
    await station.command(ARM, 1.0, wait_s=12.0)
    assert autopilot.flight.airframe.body.height_agl_m > 24.0


def test_a_deaf_vehicle_is_heard_and_hears_nothing_and_a_mute_one_the_contrary() -> None:
    async def act(station: Station, autopilot: Autopilot) -> tuple[bool, bool]:
        before = len(station.heard)
        await station.command(ARM, 1.0)
        return autopilot.flight.armed, len(station.heard) > before

    assert on_the_wire(act, Fault(Kind.DEAF, ALWAYS)) == (False, True)
    assert on_the_wire(act, Fault(Kind.MUTE, ALWAYS)) == (True, False)


@pytest.mark.parametrize(
    ("kind", "low", "high"), [(Kind.DOUBLED, 1.3, 1.7), (Kind.LOSSY, 0.3, 0.7), (Kind.CORRUPT, 0.3, 0.7)]
)
def test_doubled_lost_and_spoilt_frames_are_as_many_as_asked(kind: Kind, low: float, high: float) -> None:
    async def count(station: Station, _: Autopilot) -> int:
        before = len(station.all("GLOBAL_POSITION_INT"))
        await asyncio.sleep(60.0)
        return len(station.all("GLOBAL_POSITION_INT")) - before

    sound = on_the_wire(count)
    assert low * sound < on_the_wire(count, Fault(kind, ALWAYS, value=0.5)) < high * sound


def test_reordered_frames_arrive_all_and_not_in_order() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        await asyncio.sleep(30.0)
        times = [message.time_boot_ms for message in station.all("ATTITUDE")]
        sequence = [message.get_seq() for message in station.heard[-100:]]
        assert sorted(times) == sorted(set(times))
        assert any((b - a) % 256 > 128 for a, b in pairwise(sequence))

    on_the_wire(act, Fault(Kind.REORDERED, ALWAYS, value=0.5))


def test_a_reboot_in_flight_stops_the_motors_and_forgets_the_rates_but_not_the_mission() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        await aloft(station, autopilot)
        ours = (common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT, 100_000)
        await station.command(common.MAV_CMD_SET_MESSAGE_INTERVAL, *ours)
        before = station.all("GLOBAL_POSITION_INT")[-1].time_boot_ms
        await asyncio.sleep(35.0 - autopilot.age_s)
        place = await station.latest("GLOBAL_POSITION_INT")
        assert place.time_boot_ms < before
        assert abs(place.relative_alt) < 1200
        assert not autopilot.flight.armed
        heard = len(station.all("GLOBAL_POSITION_INT"))
        await asyncio.sleep(10.0)
        assert len(station.all("GLOBAL_POSITION_INT")) - heard == pytest.approx(50, abs=2), "stock rate"
        assert await station.command(ARM, 1.0) == [0]

    on_the_wire(act, Fault(Kind.REBOOT, 25.0))


def test_a_clock_may_jump() -> None:
    async def act(station: Station, autopilot: Autopilot) -> float:
        ahead_s = (await station.latest("ATTITUDE")).time_boot_ms / 1000.0 - autopilot.age_s
        return float(round(ahead_s, 1))

    assert on_the_wire(act, Fault(Kind.TIME_JUMP, ALWAYS, value=100.0)) == 100.0
    assert on_the_wire(act, Fault(Kind.TIME_JUMP, ALWAYS, value=-3.0)) == -3.0


def test_without_satellites_it_lands_where_it_is_and_says_so() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        await aloft(station, autopilot)
        assert await station.command(INJECT, 4.0, 1.0) == [0], "GPS off"
        station.beat()
        assert (await station.latest("GPS_RAW_INT")).fix_type == 0
        health = (await station.latest("SYS_STATUS")).onboard_control_sensors_health
        assert health & 0x4020 == 0x4020, (
            "PX4 says so only once its estimate is lost, and of GPS on the ground"
        )
        await asyncio.sleep(6.0)
        health = (await station.latest("SYS_STATUS")).onboard_control_sensors_health
        assert health & 0x4020 == 0x20
        there = await station.latest("GLOBAL_POSITION_INT")
        beat = await station.latest("HEARTBEAT")
        assert (beat.custom_mode, beat.system_status) == (0x06040000, common.MAV_STATE_CRITICAL)
        assert not (await station.latest("ESTIMATOR_STATUS")).flags & common.ESTIMATOR_POS_HORIZ_ABS
        await asyncio.sleep(60.0)
        assert await station.command(ARM, 1.0) == [1]
        drifted = await station.latest("GLOBAL_POSITION_INT")
        assert abs(drifted.lat - there.lat) + abs(drifted.lon - there.lon) > 500, (
            "the estimate has drifted off"
        )
        assert not (await station.latest("SYS_STATUS")).onboard_control_sensors_health & 0x20
        assert await station.command(INJECT, 4.0, 0.0) == [0]
        await asyncio.sleep(3.0)
        assert await station.command(ARM, 1.0) == [0]

    on_the_wire(act)


def _by_hand(unit: float, failure: float) -> Callable[[Station, Autopilot], Awaitable[None]]:
    async def act(station: Station, autopilot: Autopilot) -> None:
        await aloft(station, autopilot)
        assert await station.command(INJECT, unit, failure) == [0]
        await asyncio.sleep(3.0)
        assert not autopilot.flight.armed
        assert autopilot.flight.airframe.body.height_agl_m == 0.0

    return act


def test_a_lost_motor_and_a_dead_battery_bring_it_down_at_once() -> None:
    on_the_wire(_by_hand(101.0, 1.0))
    on_the_wire(_by_hand(100.0, 1.0))


def test_a_gripper_may_be_stuck_by_hand_and_mended() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        grip = common.MAV_CMD_DO_GRIPPER
        assert await station.command(INJECT, 102.0, 2.0) == [0]
        assert await station.command(grip, 1.0, 1.0, wait_s=4.0) == [5, 4]
        assert await station.command(INJECT, 102.0, 0.0) == [0]
        assert await station.command(grip, 1.0, 1.0, wait_s=2.0) == [5, 0]
        assert await station.command(INJECT, 55.0, 1.0) == [3], "no such part"

    on_the_wire(act)


def test_failures_by_hand_have_to_be_allowed() -> None:
    async def act(station: Station, autopilot: Autopilot) -> list[int]:
        autopilot.parameters.change("SYS_FAILURE_EN", 0.0)
        return await station.command(INJECT, 4.0, 1.0)

    assert on_the_wire(act) == [2]


def test_requests_for_modes_versions_events_and_time_are_answered() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        ask = common.MAV_CMD_REQUEST_MESSAGE
        assert await station.command(ask, 435.0, 0.0) == [0]
        modes = station.all("AVAILABLE_MODES")
        assert [mode.mode_index for mode in modes] == list(range(1, 26))
        assert {mode.custom_mode for mode in modes} >= {0x04040000, 0x05040000, 0x00060000}
        assert await station.command(ask, 148.0) == [0]
        version = station.all("AUTOPILOT_VERSION")[-1]
        assert (version.capabilities, version.uid2[0]) == (0xE8FF, SYSTEM - 1)
        assert await station.command(ask, 300.0) == [0]
        station.send(common.MAVLink_timesync_message(0, 77))
        await asyncio.sleep(0.2)
        assert station.all("TIMESYNC")[-1].ts1 == 77
        assert station.all("TIMESYNC")[-1].tc1 > 0

    on_the_wire(act)
