"""What real PX4 was seen to do that a client stumbles over: each trap once, seen by pymavlink."""

from __future__ import annotations

import asyncio

import pytest
from pymavlink.dialects.v10 import common as version_1
from pymavlink.dialects.v20 import common

from sitl.autopilot.server import Autopilot
from tests.sitl.station import LOITER, RTL, SYSTEM, Station, on_the_wire
from tests.sitl.test_autopilot_missions import LAT, LON, MISSION, Planner, _with

ARM = common.MAV_CMD_COMPONENT_ARM_DISARM
TAKEOFF_MODE = 0x02040000
NAN = float("nan")


async def aloft(station: Station) -> None:
    await station.command(common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, NAN, NAN, NAN, 40.0, wait_s=0.2)
    await station.command(ARM, 1.0, wait_s=18.0)
    assert (await station.latest("HEARTBEAT")).custom_mode == LOITER


def ring_about(
    lat: int, lon: int, reach: int, command: int
) -> tuple[tuple[int, int, int, int, float, float], ...]:
    """A square of fence corners, reaching so far (degrees * 1e7) each way."""
    corners = ((-reach, -reach), (reach, -reach), (reach, 2 * reach), (-reach, 2 * reach))
    return tuple((command, 0, lat + north, lon + east, 0.0, 4.0) for north, east in corners)


def test_version_1_is_understood_and_answered_in_version_2() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        old = version_1.MAVLink(None, srcSystem=255, srcComponent=190)
        asking = version_1.MAVLink_command_long_message(SYSTEM, 1, 512, 0, 148, 0, 0, 0, 0, 0, 0)
        frame = asking.pack(old)
        assert frame[0] == 0xFE
        station._link.send(frame)
        await asyncio.sleep(0.3)
        assert station.all("COMMAND_ACK")[-1].get_msgbuf()[0] == 0xFD
        assert station.all("AUTOPILOT_VERSION")[-1].capabilities == 0xE8FF

    on_the_wire(act)


def test_requests_for_whole_streams_are_passed_over() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        async def count() -> int:
            before = len(station.all("ATTITUDE"))
            await asyncio.sleep(10.0)
            return len(station.all("ATTITUDE")) - before

        usual = await count()
        station.send(common.MAVLink_request_data_stream_message(SYSTEM, 1, 0, 50, 1))
        assert await count() == pytest.approx(usual, abs=1)

    on_the_wire(act)


def test_without_a_mission_their_number_is_65535() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        current = await station.latest("MISSION_CURRENT")
        assert (current.total, current.mission_state) == (65535, 1)

    on_the_wire(act)


def test_a_reposition_out_of_the_fence_is_accepted_and_not_flown() -> None:
    async def act(station: Planner, _: Autopilot) -> None:
        await station.upload(ring_about(LAT, LON, 10_000, 5001), 1)
        await aloft(station)
        before = len(station.texts())
        station.send(
            common.MAVLink_command_int_message(
                SYSTEM, 1, 6, 192, 0, 0, -1.0, 1.0, 0.0, NAN, LAT + 100_000, LON, 40.0
            )
        )
        await asyncio.sleep(10.0)
        station.beat()
        await asyncio.sleep(1.0)
        assert [ack.result for ack in station.all("COMMAND_ACK") if ack.command == 192] == [0]
        assert (await station.latest("GLOBAL_POSITION_INT")).lat == pytest.approx(LAT, abs=300)
        assert any("fence" in text.lower() for text in station.texts()[before:])

    _with(act)


def test_a_take_off_in_flight_changes_the_mode() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        await aloft(station)
        assert await station.command(common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, NAN, NAN, NAN, 60.0) == [0]
        assert (await station.latest("HEARTBEAT")).custom_mode == TAKEOFF_MODE
        await asyncio.sleep(15.0)
        assert (await station.latest("GLOBAL_POSITION_INT")).alt == pytest.approx(60_000, abs=1500), "AMSL"

    on_the_wire(act)


def test_only_heartbeats_of_ground_stations_count() -> None:
    async def act(station: Station, autopilot: Autopilot, kind: int) -> int:
        await aloft(station)
        station.beat()
        autopilot.parameters.change("NAV_DLL_ACT", 2.0)
        for _ in range(22):
            station.send(common.MAVLink_heartbeat_message(kind, 8, 0, 0, 4, 3))
            await asyncio.sleep(1.0)
        return int((await station.latest("HEARTBEAT")).custom_mode)

    async def as_station(station: Station, autopilot: Autopilot) -> int:
        return await act(station, autopilot, common.MAV_TYPE_GCS)

    async def as_computer(station: Station, autopilot: Autopilot) -> int:
        return await act(station, autopilot, common.MAV_TYPE_ONBOARD_CONTROLLER)

    assert on_the_wire(as_station) == LOITER
    assert on_the_wire(as_computer) == RTL


def test_disarmed_inside_an_exclusion_it_cannot_arm_again() -> None:
    async def act(station: Planner, _: Autopilot) -> None:
        await station.upload(ring_about(LAT + 20_000, LON, 8_000, 5002), 1)
        await aloft(station)
        there = (LAT + 60_000, LON, 40.0)
        station.send(common.MAVLink_command_int_message(SYSTEM, 1, 6, 192, 0, 0, -1.0, 1.0, 0.0, NAN, *there))
        await asyncio.sleep(30.0)
        held = await station.latest("GLOBAL_POSITION_INT")
        assert abs(held.lat - LAT - 20_000) < 8_000, "it holds where it came in"
        await station.command(common.MAV_CMD_NAV_LAND, wait_s=80.0)
        assert not (await station.latest("HEARTBEAT")).base_mode & 128
        assert await station.command(ARM, 1.0) == [1]

    _with(act)


def test_the_same_mission_again_changes_nothing_and_an_item_reached_is_told_up_to_ten_times() -> None:
    async def act(station: Planner, autopilot: Autopilot) -> None:
        await station.upload(MISSION)
        await station.command(common.MAV_CMD_MISSION_START, wait_s=200.0)
        assert not autopilot.flight.armed
        told = [one.seq for one in station.all("MISSION_ITEM_REACHED")]
        assert max(told.count(seq) for seq in set(told)) <= 11
        await asyncio.sleep(15.0)
        rest = len(station.all("MISSION_ITEM_REACHED"))
        await asyncio.sleep(5.0)
        assert len(station.all("MISSION_ITEM_REACHED")) == rest
        complete = await station.state()
        await station.upload(MISSION)
        assert await station.state() == complete == 5

    _with(act)


def test_impossible_places_are_taken() -> None:
    async def act(station: Planner, _: Autopilot) -> None:
        far = ((22, 3, LAT, LON, 30.0, 0.0), (16, 3, LAT + 1_800_000, LON, 30.0, 0.0))
        assert await station.upload(far) == [0]
        assert await station.state() != 1
        assert await station.upload((far[0], (16, 3, 2_000_000_000, LON, 30.0, 0.0))) == [0]

    _with(act)
