"""The simulated autopilot on the wire: what it tells by itself or when asked, and what a bad link does."""

from __future__ import annotations

import asyncio
import struct

import pytest
from pymavlink.dialects.v20 import common

from sitl.autopilot.server import Autopilot
from sitl.faults import Fault, Kind
from tests.sitl.station import LOITER, SYSTEM, Station, on_the_wire
from vehicles.profiles import SIDEWALK_ROBOT


def test_it_boots_as_px4_does() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        states = [beat.system_status for beat in station.all("HEARTBEAT")]
        assert states[0] == common.MAV_STATE_UNINIT
        assert states[-1] == common.MAV_STATE_STANDBY
        beat = station.all("HEARTBEAT")[-1]
        assert (beat.type, beat.autopilot, beat.base_mode, beat.custom_mode) == (2, 12, 0x1D, LOITER)
        place = await station.latest("GLOBAL_POSITION_INT")
        assert place.lat == pytest.approx(601700000, abs=50)
        assert place.lon == pytest.approx(249400000, abs=100)
        assert abs(place.relative_alt) < 1200
        assert station.all("EXTENDED_SYS_STATE")[-1].landed_state == common.MAV_LANDED_STATE_ON_GROUND
        current = station.all("MISSION_CURRENT")[-1]
        assert (current.total, current.mission_state) == (65535, common.MISSION_STATE_NO_MISSION)
        assert {message.get_srcSystem() for message in station.heard} == {SYSTEM}
        for kind in ("SYS_STATUS", "GPS_RAW_INT", "ATTITUDE", "HOME_POSITION", "BATTERY_STATUS"):
            assert station.all(kind), kind

    on_the_wire(act)


def test_a_rover_says_that_it_is_one() -> None:
    async def act(station: Station, _: Autopilot) -> int:
        return int((await station.latest("HEARTBEAT")).type)

    assert on_the_wire(act, profile=SIDEWALK_ROBOT) == common.MAV_TYPE_GROUND_ROVER


def test_message_rates_follow_the_asking() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        async def rate_hz(interval_us: float) -> float:
            message = common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT
            assert await station.command(common.MAV_CMD_SET_MESSAGE_INTERVAL, message, interval_us) == [0]
            before = len(station.all("GLOBAL_POSITION_INT"))
            await asyncio.sleep(10.0)
            return (len(station.all("GLOBAL_POSITION_INT")) - before) / 10.0

        assert await rate_hz(500_000) == pytest.approx(2.0, abs=0.2)
        assert await rate_hz(50_000) == pytest.approx(20.0, abs=1.0)
        assert await rate_hz(-1) == 0.0
        assert await rate_hz(0) == pytest.approx(5.0, abs=0.2)

    on_the_wire(act)


def test_parameters_are_read_and_set_integers_bytewise_and_unknown_ones_get_silence() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        def read(name: bytes) -> None:
            station.send(common.MAVLink_param_request_read_message(SYSTEM, 1, name, -1))

        read(b"RTL_RETURN_ALT")
        assert (await station.latest("PARAM_VALUE")).param_value == 30.0
        two = struct.unpack("<f", struct.pack("<i", 2))[0]
        station.send(common.MAVLink_param_set_message(SYSTEM, 1, b"NAV_DLL_ACT", two, 6))
        told = await station.latest("PARAM_VALUE")
        assert (told.param_id, told.param_type) == ("NAV_DLL_ACT", 6)
        assert autopilot.flight.settings.link_loss_action == 2
        before = len(station.all("PARAM_VALUE"))
        read(b"NO_SUCH_PARAM")
        await asyncio.sleep(2.0)
        assert len(station.all("PARAM_VALUE")) == before
        station.send(common.MAVLink_param_request_list_message(SYSTEM, 1))
        await asyncio.sleep(0.5)
        assert len(station.all("PARAM_VALUE")) < before + 600, "not all at once: a socket would lose some"
        await asyncio.sleep(1.0)
        *told, check = station.all("PARAM_VALUE")[before:]
        assert (check.param_id, check.param_index, check.param_type) == ("_HASH_CHECK", 65535, 5)
        assert len(told) == told[0].param_count > 800
        assert [value.param_index for value in told] == list(range(len(told)))

    on_the_wire(act)


def test_texts_wait_until_a_ground_station_is_heard() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        await asyncio.sleep(20.0)
        await station.command(common.MAV_CMD_COMPONENT_ARM_DISARM, 1.0)
        assert station.texts() == []
        station.beat()
        await asyncio.sleep(0.5)
        assert "Armed by external command\t" in station.texts()

    on_the_wire(act)


def test_garbage_is_ignored() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        good = common.MAVLink_command_long_message(SYSTEM, 1, 511, 0, 30, -1, 0, 0, 0, 0, 0)
        frame = bytearray(good.pack(common.MAVLink(None, srcSystem=255)))
        frame[12] ^= 0xFF
        for datagram in (b"", b"\xfd", b"\xfd" * 300, bytes(range(256)), bytes(frame), b"hello"):
            assert autopilot.hear(datagram) is False
        assert await station.command(common.MAV_CMD_COMPONENT_ARM_DISARM, 1.0) == [0]

    on_the_wire(act)


def test_a_silent_vehicle_says_and_hears_nothing_and_a_late_one_says_it_later() -> None:
    async def silent(station: Station, _: Autopilot) -> tuple[int, list[int]]:
        before = len(station.heard)
        acks = await station.command(common.MAV_CMD_COMPONENT_ARM_DISARM, 1.0)
        return len(station.heard) - before, acks

    async def late(station: Station, _: Autopilot) -> list[list[int]]:
        arm = common.MAV_CMD_COMPONENT_ARM_DISARM
        return [await station.command(arm, 1.0, wait_s=1.5), await station.command(arm, 1.0, wait_s=2.5)]

    assert on_the_wire(silent, Fault(Kind.SILENT, 4.0)) == (0, [])
    first, second = on_the_wire(late, Fault(Kind.LATE, 4.0, value=1.0))
    assert first == []
    assert second
