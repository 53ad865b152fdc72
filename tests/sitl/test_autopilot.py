"""The simulated autopilot on the wire: commands, modes, streams and parameters as PX4 answers them."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from pymavlink.dialects.v20 import common

from geofences.path import Waypoint
from geofences.position import GeoPoint
from sitl.autopilot.server import Autopilot
from sitl.faults import Fault, Kind
from sitl.loop import run_virtual
from vehicles.mavlink.link import MemoryLink, memory_pair
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT

Message = Any
_T = TypeVar("_T")
HOME = GeoPoint(60.17, 24.94)
LOITER, MISSION, RTL, LAND = 0x03040000, 0x04040000, 0x05040000, 0x06040000
SYSTEM = 7


class Station:
    """A ground station made of pymavlink alone, that keeps all it hears."""

    def __init__(self, link: MemoryLink, system_id: int = 255) -> None:
        self._link = link
        self._mav = common.MAVLink(None, srcSystem=system_id, srcComponent=190)
        self._mav.robust_parsing = True
        self.heard: list[Message] = []

    def hear(self, datagram: bytes) -> bool:
        self.heard += self._mav.parse_buffer(datagram) or []
        return True

    def send(self, message: Message) -> None:
        self._link.send(message.pack(self._mav))
        self._mav.seq = (self._mav.seq + 1) % 256

    def beat(self) -> None:
        self.send(common.MAVLink_heartbeat_message(common.MAV_TYPE_GCS, 8, 0, 0, 4, 3))

    def all(self, kind: str) -> list[Message]:
        return [message for message in self.heard if message.get_type() == kind]

    async def command(
        self, command: int, *params: float, wait_s: float = 2.5, system: int = SYSTEM
    ) -> list[int]:
        """Send COMMAND_LONG; the results of all its acknowledgements."""
        before = len(self.all("COMMAND_ACK"))
        padded = (*params, *[0.0] * (7 - len(params)))
        self.send(common.MAVLink_command_long_message(system, 1, command, 0, *padded))
        await asyncio.sleep(wait_s)
        return [ack.result for ack in self.all("COMMAND_ACK")[before:] if ack.command == command]

    async def latest(self, kind: str) -> Message:
        """The next message of a kind."""
        before = len(self.all(kind))
        while len(self.all(kind)) == before:  # noqa: ASYNC110  # what is heard has no event
            await asyncio.sleep(0.05)
        return self.all(kind)[-1]

    def texts(self) -> list[str]:
        return [message.text for message in self.all("STATUSTEXT")]


def _with(
    act: Callable[[Station, Autopilot], Awaitable[_T]],
    *faults: Fault,
    profile: VehicleProfile = DELIVERY_DRONE,
    wait_s: float = 5.0,
) -> _T:
    """Run `act` with a station and an autopilot that has booted."""

    async def main() -> _T:
        ours, theirs = memory_pair()
        station = Station(ours)
        await ours.open(station.hear)
        autopilot = Autopilot(theirs, profile, Waypoint(HOME), SYSTEM, 3, faults=faults)
        flying = asyncio.create_task(autopilot.run())
        await asyncio.sleep(0.1)
        station.beat()
        await asyncio.sleep(wait_s)
        station.beat()
        try:
            async with asyncio.timeout(900.0):
                return await act(station, autopilot)
        finally:
            flying.cancel()

    return run_virtual(main(), 1_790_000_000.0)


def test_it_boots_as_px4_does() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        states = [beat.system_status for beat in station.all("HEARTBEAT")]
        assert states[0] == common.MAV_STATE_UNINIT
        assert states[-1] == common.MAV_STATE_STANDBY
        beat = station.all("HEARTBEAT")[-1]
        assert (beat.type, beat.autopilot, beat.base_mode, beat.custom_mode) == (2, 12, 0x1D, LOITER)
        place = await station.latest("GLOBAL_POSITION_INT")
        assert (place.lat, place.lon, place.relative_alt) == (601700000, 249400000, 0)
        assert station.all("EXTENDED_SYS_STATE")[-1].landed_state == common.MAV_LANDED_STATE_ON_GROUND
        current = station.all("MISSION_CURRENT")[-1]
        assert (current.total, current.mission_state) == (65535, common.MISSION_STATE_NO_MISSION)
        assert {message.get_srcSystem() for message in station.heard} == {SYSTEM}
        for kind in ("SYS_STATUS", "GPS_RAW_INT", "ATTITUDE", "HOME_POSITION", "BATTERY_STATUS"):
            assert station.all(kind), kind

    _with(act)


def test_a_rover_says_that_it_is_one() -> None:
    async def act(station: Station, _: Autopilot) -> int:
        return int((await station.latest("HEARTBEAT")).type)

    assert _with(act, profile=SIDEWALK_ROBOT) == common.MAV_TYPE_GROUND_ROVER


def test_setting_a_mode_is_acknowledged_twice_and_only_the_second_is_true() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        set_mode = common.MAV_CMD_DO_SET_MODE
        assert await station.command(set_mode, 1.0, 4.0, 5.0) == [0, 0]
        assert (await station.latest("HEARTBEAT")).custom_mode == RTL
        assert await station.command(set_mode, 1.0, 4.0, 4.0) == [0, 1], "there is no mission"
        assert await station.command(set_mode, 1.0, 6.0, 0.0) == [0, 1], "nobody steers by offboard"
        assert await station.command(set_mode, 1.0, 77.0, 0.0) == [0, 0], "no such mode"
        assert (await station.latest("HEARTBEAT")).custom_mode == RTL

    _with(act)


def test_arming_is_refused_while_a_check_fails_and_says_why() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        assert await station.command(common.MAV_CMD_COMPONENT_ARM_DISARM, 1.0) == [1]
        text = "".join(station.texts())
        assert "Arming denied: Resolve system health failures first" in text
        assert all(len(piece) <= 50 for piece in station.texts())

    _with(act, Fault(Kind.NO_ARM, 0.0))


def test_arming_disarming_and_odd_values() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        arm = common.MAV_CMD_COMPONENT_ARM_DISARM
        assert await station.command(arm, 1.0) == [0]
        assert (await station.latest("HEARTBEAT")).base_mode == 0x9D
        assert await station.command(arm, 1.0) == [0]
        assert await station.command(arm, 2.0) == []
        assert await station.command(arm, 0.0) == [0]
        assert (await station.latest("HEARTBEAT")).base_mode == 0x1D

    _with(act)


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

    _with(act)


@pytest.mark.parametrize(
    ("command", "params", "results"),
    [
        (common.MAV_CMD_DO_PAUSE_CONTINUE, (), [3]),
        (common.MAV_CMD_DO_SET_MISSION_CURRENT, (0.0,), [3]),
        (common.MAV_CMD_DO_FENCE_ENABLE, (1.0,), [3]),
        (31999, (), [3]),
        (common.MAV_CMD_DO_WINCH, (), []),
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

    assert _with(act) == results


def test_others_and_everybody_get_no_answer() -> None:
    async def act(station: Station, _: Autopilot) -> list[int]:
        arm = common.MAV_CMD_COMPONENT_ARM_DISARM
        return [*await station.command(arm, 1.0, system=0), *await station.command(arm, 1.0, system=8)]

    assert _with(act) == []


def test_of_a_burst_of_forty_commands_four_are_answered() -> None:
    async def act(station: Station, _: Autopilot) -> int:
        for _number in range(40):
            station.send(common.MAVLink_command_long_message(SYSTEM, 1, 178, 0, 1, 5, -1, 0, 0, 0, 0))
        await asyncio.sleep(1.0)
        return len(station.all("COMMAND_ACK"))

    assert _with(act) == 4


def test_the_gripper_is_in_progress_and_then_done_and_a_newer_order_cancels() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        grip = common.MAV_CMD_DO_GRIPPER
        assert await station.command(grip, 1.0, 0.0) == [0], "it is open already"
        assert await station.command(grip, 1.0, 1.0) == [5, 0]
        assert autopilot.flight.carrying
        await station.command(grip, 1.0, 0.0, wait_s=0.3)
        assert await station.command(grip, 1.0, 0.0) == [6, 5, 0]
        assert autopilot.flight.airframe.payload_kg == 0.0

    _with(act)


def test_a_jammed_gripper_fails() -> None:
    async def act(station: Station, _: Autopilot) -> list[int]:
        return await station.command(common.MAV_CMD_DO_GRIPPER, 1.0, 1.0, wait_s=4.0)

    assert _with(act, Fault(Kind.STUCK_GRIPPER, 0.0)) == [5, 4]


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

    _with(act)


def test_parameters_are_read_and_set_integers_bytewise_and_unknown_ones_get_silence() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        def read(name: bytes) -> None:
            station.send(common.MAVLink_param_request_read_message(SYSTEM, 1, name, -1))

        read(b"RTL_RETURN_ALT")
        assert (await station.latest("PARAM_VALUE")).param_value == 60.0
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
        await asyncio.sleep(1.0)
        told = station.all("PARAM_VALUE")[before:]
        assert len(told) == told[0].param_count
        assert [value.param_index for value in told] == list(range(len(told)))

    _with(act)


def test_texts_wait_until_a_ground_station_is_heard() -> None:
    async def act(station: Station, _: Autopilot) -> None:
        await asyncio.sleep(20.0)
        await station.command(common.MAV_CMD_COMPONENT_ARM_DISARM, 1.0)
        assert station.texts() == []
        station.beat()
        await asyncio.sleep(0.5)
        assert "Armed by external command\t" in station.texts()

    _with(act)


def test_garbage_is_ignored() -> None:
    async def act(station: Station, autopilot: Autopilot) -> None:
        good = common.MAVLink_command_long_message(SYSTEM, 1, 511, 0, 30, -1, 0, 0, 0, 0, 0)
        frame = bytearray(good.pack(common.MAVLink(None, srcSystem=255)))
        frame[12] ^= 0xFF
        for datagram in (b"", b"\xfd", b"\xfd" * 300, bytes(range(256)), bytes(frame), b"hello"):
            assert autopilot.hear(datagram) is False
        assert await station.command(common.MAV_CMD_COMPONENT_ARM_DISARM, 1.0) == [0]

    _with(act)


def test_a_silent_vehicle_says_and_hears_nothing_and_a_late_one_says_it_later() -> None:
    async def silent(station: Station, _: Autopilot) -> tuple[int, list[int]]:
        before = len(station.heard)
        acks = await station.command(common.MAV_CMD_COMPONENT_ARM_DISARM, 1.0)
        return len(station.heard) - before, acks

    async def late(station: Station, _: Autopilot) -> list[list[int]]:
        arm = common.MAV_CMD_COMPONENT_ARM_DISARM
        return [await station.command(arm, 1.0, wait_s=1.5), await station.command(arm, 1.0, wait_s=2.5)]

    assert _with(silent, Fault(Kind.SILENT, 4.0)) == (0, [])
    first, second = _with(late, Fault(Kind.LATE, 4.0, value=1.0))
    assert first == []
    assert second
