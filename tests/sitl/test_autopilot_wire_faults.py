"""Faults by schedule, seen through the wire: on the link, in the air, in the battery."""

from __future__ import annotations

import asyncio
from math import hypot

import pytest
from pymavlink.dialects.v20 import common

from sitl.autopilot.server import Autopilot
from sitl.faults import Fault, Kind
from tests.sitl.station import Station, on_the_wire

ARM = common.MAV_CMD_COMPONENT_ARM_DISARM
INJECT = common.MAV_CMD_INJECT_FAILURE
HURT_S = 20.0
"""When the fault begins: the vehicle hovers by then."""


async def aloft(station: Station) -> None:
    """In the air before the fault begins."""
    nan = float("nan")
    await station.command(common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, nan, nan, nan, 30.0, wait_s=0.2)
    await station.command(ARM, 1.0, wait_s=10.0)
    assert (await station.latest("GLOBAL_POSITION_INT")).relative_alt > 10_000


async def delay_s(station: Station, autopilot: Autopilot) -> float:
    """Seconds from a message's making to its arrival."""
    place = await station.latest("GLOBAL_POSITION_INT")
    return float(autopilot.age_s - place.time_boot_ms / 1000.0)


def test_late_messages_arrive_and_are_old() -> None:
    assert on_the_wire(delay_s) < 0.3
    assert on_the_wire(delay_s, Fault(Kind.LATE, 0.5, value=2.0)) == pytest.approx(2.1, abs=0.2)


@pytest.mark.parametrize(("kind", "moves"), [(Kind.SILENT, True), (Kind.POWER_OFF, False)])
def test_a_silent_vehicle_flies_on_and_one_without_power_does_not(kind: Kind, *, moves: bool) -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        await aloft(station)
        await asyncio.sleep(HURT_S + 0.5 - autopilot.age_s)
        heard, low_m = len(station.heard), autopilot.flight.airframe.body.height_agl_m
        assert await station.command(common.MAV_CMD_NAV_LAND, wait_s=10.0) == []
        assert len(station.heard) == heard
        await asyncio.sleep(HURT_S)
        assert len(station.heard) == heard
        assert (autopilot.flight.age_s > HURT_S + 20.0) is moves
        assert low_m > 10.0

    on_the_wire(act, Fault(kind, HURT_S))


def test_silence_ends_with_its_time() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        await asyncio.sleep(15.0 - autopilot.age_s)
        heard = len(station.heard)
        await asyncio.sleep(4.0)
        assert len(station.heard) == heard
        assert (await station.latest("HEARTBEAT")).autopilot == common.MAV_AUTOPILOT_PX4
        assert 20.0 <= autopilot.age_s < 22.0

    on_the_wire(act, Fault(Kind.SILENT, 14.0, 20.0))


def test_a_sagging_battery_is_told_and_brings_it_home() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        await aloft(station)
        assert (await station.latest("BATTERY_STATUS")).battery_remaining > 80
        await asyncio.sleep(HURT_S)
        station.beat()
        assert (await station.latest("BATTERY_STATUS")).battery_remaining <= 6
        beat = await station.latest("HEARTBEAT")
        assert beat.system_status == common.MAV_STATE_CRITICAL
        assert beat.custom_mode in {0x03040000, 0x05040000, 0x06040000}

    on_the_wire(act, Fault(Kind.BATTERY, HURT_S, value=0.06))


def test_wind_by_schedule_costs_power_and_shakes_it() -> None:
    async def drawn_a(station: Station, autopilot: Autopilot) -> float:
        await aloft(station)
        await asyncio.sleep(HURT_S + 5.0 - autopilot.age_s)
        before = len(station.all("LOCAL_POSITION_NED") or station.all("GLOBAL_POSITION_INT"))
        await asyncio.sleep(30.0)
        seen = (station.all("LOCAL_POSITION_NED") or station.all("GLOBAL_POSITION_INT"))[before:]
        return max(hypot(one.vx, one.vy) for one in seen)

    calm = on_the_wire(drawn_a)
    assert on_the_wire(drawn_a, Fault(Kind.WIND, HURT_S, value=12.0)) > 2.0 * calm


@pytest.mark.parametrize(("kind", "mode"), [(Kind.NO_GPS, 0x06040000), (Kind.MOTOR_LOSS, None)])
def test_lost_satellites_land_it_and_a_lost_motor_drops_it(kind: Kind, mode: int | None) -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        await aloft(station)
        await asyncio.sleep(HURT_S + 7.0 - autopilot.age_s)
        beat = await station.latest("HEARTBEAT")
        armed = bool(beat.base_mode & common.MAV_MODE_FLAG_SAFETY_ARMED)
        assert armed is (mode is not None)
        if mode is not None:
            assert beat.custom_mode == mode
            assert (await station.latest("GPS_RAW_INT")).fix_type == 0

    on_the_wire(act, Fault(kind, HURT_S))


def test_doubling_by_hand_and_its_mending() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        async def count() -> int:
            before = len(station.all("GLOBAL_POSITION_INT"))
            await asyncio.sleep(30.0)
            return len(station.all("GLOBAL_POSITION_INT")) - before

        sound = await count()
        assert await station.command(INJECT, 105.0, 4.0)
        assert 1.3 * sound < await count() < 1.7 * sound
        await station.command(INJECT, 105.0, 0.0)
        assert await count() == pytest.approx(sound, abs=2)

    on_the_wire(act)
