"""The simulated autopilot on the wire: commands and their acknowledgements, as PX4 answers them."""

from __future__ import annotations

import asyncio

import pytest
from pymavlink.dialects.v20 import common

from sitl.autopilot.items import Item, Part, landing
from sitl.autopilot.server import Autopilot
from sitl.faults import Fault, Kind
from tests.sitl.station import LOITER, RTL, SYSTEM, Station, on_the_wire


def test_setting_a_mode_is_acknowledged_twice_and_only_the_second_is_true() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        set_mode = common.MAV_CMD_DO_SET_MODE
        assert await station.command(set_mode, 1.0, 4.0, 5.0) == [0, 0]
        assert (await station.latest("HEARTBEAT")).custom_mode == RTL
        assert await station.command(set_mode, 1.0, 77.0, 0.0) == [0, 0], "no such mode"
        assert (await station.latest("HEARTBEAT")).custom_mode == RTL
        assert await station.command(set_mode, 1.0, 4.0, 4.0) == [0, 0], "disarmed, nearly any mode is taken"
        beat = await station.latest("HEARTBEAT")
        assert (beat.custom_mode, beat.system_status) == (0x04040000, 0), "but it could not be armed in it"
        assert await station.command(set_mode, 1.0, 4.0, 3.0) == [0, 0]
        assert await station.command(common.MAV_CMD_COMPONENT_ARM_DISARM, 1.0) == [0]
        assert await station.command(set_mode, 1.0, 4.0, 4.0) == [0, 1], "there is no mission"
        assert await station.command(set_mode, 1.0, 6.0, 0.0) == [0, 1], "nobody steers by offboard"
        assert await station.command(set_mode, 1.0, 3.0, 0.0) == [0, 1], "nobody has sticks"
        assert (await station.latest("HEARTBEAT")).custom_mode == LOITER

    on_the_wire(act)


def test_arming_is_refused_while_a_check_fails_and_says_why() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        assert await station.command(common.MAV_CMD_COMPONENT_ARM_DISARM, 1.0) == [1]
        text = "".join(station.texts())
        assert "Arming denied: Resolve system health failures first" in text
        assert all(len(piece) <= 50 for piece in station.texts())

    on_the_wire(act, Fault(Kind.NO_ARM, 0.0))


def test_arming_disarming_and_odd_values() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        arm = common.MAV_CMD_COMPONENT_ARM_DISARM
        assert await station.command(arm, 1.0) == [0]
        assert (await station.latest("HEARTBEAT")).base_mode == 0x9D
        assert await station.command(arm, 1.0) == [0]
        assert await station.command(arm, 2.0) == []
        assert await station.command(arm, 0.0) == [0]
        assert (await station.latest("HEARTBEAT")).base_mode == 0x1D

    on_the_wire(act)


def test_take_off_hold_reposition_and_return() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        nan = float("nan")
        assert await station.command(common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, nan, nan, nan, 40.0) == [0]
        assert await station.command(common.MAV_CMD_COMPONENT_ARM_DISARM, 1.0) == [0]
        await asyncio.sleep(15.0)
        assert (await station.latest("HEARTBEAT")).custom_mode == LOITER
        assert autopilot.flight.airframe.body.height_agl_m == pytest.approx(
            30.0, abs=1.0
        )  # 40 m above the sea
        station.send(
            common.MAVLink_command_int_message(
                SYSTEM, 1, 6, 192, 0, 0, -1.0, 1.0, 0.0, nan, 601705000, 249400000, 30.0
            )
        )
        await asyncio.sleep(15.0)
        assert (await station.latest("GLOBAL_POSITION_INT")).lat == pytest.approx(601705000, abs=100)
        assert await station.command(common.MAV_CMD_COMPONENT_ARM_DISARM, 0.0) == [1]
        assert await station.command(common.MAV_CMD_NAV_RETURN_TO_LAUNCH) == [0]
        await asyncio.sleep(90.0)
        assert (await station.latest("HEARTBEAT")).base_mode == 0x1D
        assert (await station.latest("EXTENDED_SYS_STATE")).landed_state == 1

    on_the_wire(act)


@pytest.mark.parametrize(
    ("command", "params", "results"),
    [
        (common.MAV_CMD_DO_PAUSE_CONTINUE, (), [3]),
        (common.MAV_CMD_DO_SET_MISSION_CURRENT, (0.0,), [3]),
        (common.MAV_CMD_DO_FENCE_ENABLE, (1.0,), [3]),
        (31999, (), [3]),
        (common.MAV_CMD_DO_WINCH, (), []),
        (common.MAV_CMD_DO_SET_ROI_LOCATION, (0.0, 0.0, 0.0, 0.0, 60.1, 24.9, 20.0), [0]),
        (common.MAV_CMD_DO_DIGICAM_CONTROL, (), []),
        (common.MAV_CMD_DO_REPOSITION, (-1.0, 0.0), [3]),
        (common.MAV_CMD_DO_LAND_START, (), [6]),
        (common.MAV_CMD_DO_FLIGHTTERMINATION, (), [2]),
        (common.MAV_CMD_GET_HOME_POSITION, (), [0]),
        (common.MAV_CMD_SET_MESSAGE_INTERVAL, (0.0, 1e6), [4]),
        (common.MAV_CMD_SET_MESSAGE_INTERVAL, (30.0, 1e6, 1.0), [4]),
        (common.MAV_CMD_REQUEST_MESSAGE, (264.0,), [0]),
        (common.MAV_CMD_REQUEST_MESSAGE, (261.0,), [0]),
        (262, (5.0,), [0]),
        (262, (3.0,), [4]),
        (43004, (), [0, 3]),
        (common.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, (1.0,), [2]),
        (common.MAV_CMD_MISSION_START, (), [2]),
        (common.MAV_CMD_SET_MESSAGE_INTERVAL, (30000.0, 1e6), [4]),
        (common.MAV_CMD_REQUEST_MESSAGE, (30000.0,), [2]),
        (common.MAV_CMD_REQUEST_MESSAGE, (148.0,), [0]),
        (common.MAV_CMD_DO_SET_MODE, (float("nan"), float("nan"), float("nan")), []),
    ],
)
def test_what_it_answers_to(command: int, params: tuple[float, ...], results: list[int]) -> None:
    async def act(station: Station, _: Autopilot) -> list[int]:
        return await station.command(command, *params)

    assert on_the_wire(act) == results


def test_set_mode_the_message_is_acknowledged_once_and_a_refusal_names_the_mode() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        assert await station.command(common.MAV_CMD_COMPONENT_ARM_DISARM, 1.0) == [0]
        station.send(common.MAVLink_set_mode_message(SYSTEM, 1, 0x04040000))
        station.beat()
        await asyncio.sleep(1.0)
        acks = [ack.result for ack in station.all("COMMAND_ACK") if ack.command == common.MAV_CMD_DO_SET_MODE]
        assert acks == [1]
        assert "Switching to Mission is currently not available" in "".join(station.texts())

    on_the_wire(act)


def test_do_land_start_arms_and_flies_the_mission_from_its_landing() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        at = autopilot.frame.origin
        place = (round(at.lat_deg * 1e7) + 3000, round(at.lon_deg * 1e7))
        rows = ((22, 6, *place, 12.0), (16, 6, *place, 12.0), (189, 2, 0, 0, 0.0), (21, 6, *place, 0.0))
        items = tuple(
            Item(command, frame, (0.0, 0.0, 0.0, 0.0), x, y, z, int(command == 22), 1)
            for command, frame, x, y, z in rows
        )
        assert landing(items) == 2
        assert landing(items[:3]) is None, "it begins a landing that there is not"
        assert landing((items[3], *items[:3])) == 0
        autopilot._taken(Part.MISSION, items)  # as after an upload
        await asyncio.sleep(3.0)
        assert await station.command(common.MAV_CMD_DO_LAND_START) == [0]
        assert autopilot.flight.armed
        assert autopilot.flight.mission.index >= 2

    on_the_wire(act)


def test_others_and_everybody_get_no_answer() -> None:
    async def act(station: Station, _: Autopilot) -> list[int]:
        arm = common.MAV_CMD_COMPONENT_ARM_DISARM
        return [*await station.command(arm, 1.0, system=0), *await station.command(arm, 1.0, system=8)]

    assert on_the_wire(act) == []


def test_of_a_burst_of_forty_commands_four_are_answered() -> None:
    async def act(station: Station, _: Autopilot) -> int:
        for _number in range(40):
            station.send(common.MAVLink_command_long_message(SYSTEM, 1, 178, 0, 1, 5, -1, 0, 0, 0, 0))
        await asyncio.sleep(1.0)
        return len(station.all("COMMAND_ACK"))

    assert on_the_wire(act) == 4


def test_the_gripper_is_in_progress_and_then_done_and_a_newer_order_cancels() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        grip = common.MAV_CMD_DO_GRIPPER
        assert await station.command(grip, 1.0, 0.0) == [0], "it is open already"
        assert await station.command(grip, 1.0, 1.0) == [5, 0]
        assert autopilot.flight.carrying
        await station.command(grip, 1.0, 0.0, wait_s=0.3)
        assert await station.command(grip, 1.0, 0.0, wait_s=0.3) == [1], "it is at that already"
        assert await station.command(grip, 1.0, 1.0) == [6, 5, 0], "the contrary cancels"
        assert await station.command(grip, 1.0, 0.0) == [5, 0]
        assert await station.command(grip, 1.0, 7.0) == [2], "no such action"
        assert autopilot.flight.airframe.payload_kg == 0.0

    on_the_wire(act)


def test_a_jammed_gripper_fails() -> None:
    async def act(station: Station, _: Autopilot) -> list[int]:
        return await station.command(common.MAV_CMD_DO_GRIPPER, 1.0, 1.0, wait_s=4.0)

    assert on_the_wire(act, Fault(Kind.STUCK_GRIPPER, 0.0)) == [5, 4]


def test_armed_it_is_neither_started_anew_nor_shut_down() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        assert await station.command(common.MAV_CMD_COMPONENT_ARM_DISARM, 1.0) == [0]
        for what in (1.0, 2.0):
            assert await station.command(common.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, what) == [2]

    on_the_wire(act)
