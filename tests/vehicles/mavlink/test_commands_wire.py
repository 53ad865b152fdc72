"""Commands over the wire to an autopilot that answers as PX4 does: twice, in parts, or four of forty."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from pymavlink.dialects.v20 import common

from geofences.path import Waypoint
from geofences.position import destination, distance_m
from sitl.aboard.gripper import Motion
from sitl.autopilot.server import Autopilot
from sitl.loop import run_virtual
from tests.contracts import stands
from tests.vehicles.mavlink import wire
from vehicles.clock import now_s
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.links.link import memory_pair
from vehicles.mavlink.wire.frames import Frame, parse, split
from vehicles.mission import KeepOut, ParcelId, VehicleId, VehiclePlan
from vehicles.profiles import DELIVERY_DRONE
from vehicles.telemetry import Mode
from vehicles.vehicle import Accepted, Grip, Hold, Land, LetGo, Refused, Return, Start, Unanswered

PARCEL = ParcelId("p")
CANCEL = 80  # COMMAND_CANCEL, which pymavlink does not parse
Carrier = Callable[[bytes], tuple[tuple[float, bytes], ...]]


class Scene:
    """A drone of ours, its simulated autopilot, and what passed between them."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []
        self.acks: list[tuple[int, int]] = []
        self.cancelled: list[int] = []
        ours, self.theirs = memory_pair(to_vehicle=self._keep_sent, from_vehicle=self._keep_acks)
        self.autopilot = Autopilot(self.theirs, DELIVERY_DRONE, Waypoint(stands.HOME), 3, 5)
        self.drone = over(ours, VehicleId("d1"), DELIVERY_DRONE)

    def another_station(self, command: int, *params: float) -> None:
        """A ground station of somebody else's commands it too."""
        padded = (*params, *([0.0] * 7))[:7]
        message = common.MAVLink_command_long_message(3, 1, command, 0, *padded)
        self.autopilot.hear(wire.Sender(200, 190).frame(message))

    def _keep_sent(self, datagram: bytes) -> tuple[tuple[float, bytes], ...]:
        for frame in split(datagram):
            if isinstance(frame, Frame) and frame.message_id == CANCEL:
                self.cancelled.append(int.from_bytes(frame.data[10:12], "little"))
            message = parse(frame) if isinstance(frame, Frame) else None
            if message is not None and message.get_type().startswith("COMMAND_"):
                self.sent.append((message.get_type(), message.command))
        return ((0.0, datagram),)

    def _keep_acks(self, datagram: bytes) -> tuple[tuple[float, bytes], ...]:
        for frame in split(datagram):
            message = parse(frame) if isinstance(frame, Frame) else None
            if message is not None and message.get_type() == "COMMAND_ACK":
                self.acks.append((message.command, message.result))
        return ((0.0, datagram),)


@contextlib.asynccontextmanager
async def _attended(drone: Craft) -> AsyncIterator[None]:
    async def attend() -> None:
        while True:
            drone.attend()
            await asyncio.sleep(0.5)

    async with stands.living(attend()):
        yield


def played(body: Callable[[Scene], Awaitable[None]]) -> None:
    async def main() -> None:
        scene = Scene()
        async with stands.living(scene.autopilot.run()), scene.drone, _attended(scene.drone):
            await stands.ready(scene.drone)
            await asyncio.sleep(3.0)  # its streams are set by now
            await body(scene)

    run_virtual(main(), 1_790_000_000.0)


async def _aloft(scene: Scene) -> None:
    assert await scene.drone.load(stands.plan(DELIVERY_DRONE)) == Accepted()
    assert await scene.drone.command(Start(stands.MISSION)) == Accepted()
    await stands.until(scene.drone, lambda seen: seen.height_agl_m > 5.0)


def test_forty_commands_at_once_are_all_answered_because_they_are_said_one_at_a_time() -> None:
    async def body(scene: Scene) -> None:
        await _aloft(scene)
        outcomes = await asyncio.gather(*(scene.drone.command(Hold()) for _ in range(40)))
        assert outcomes == [Accepted()] * 40

    played(body)


def test_a_mode_is_seen_sooner_than_its_heartbeat_comes_by_itself() -> None:
    async def body(scene: Scene) -> None:
        await _aloft(scene)
        took_s = []
        for command in (Hold(), Return(), Hold(), Land(), Hold()):
            await asyncio.sleep(0.37)
            begun_at_s = now_s()
            assert await scene.drone.command(command) == Accepted()
            took_s.append(now_s() - begun_at_s)
        assert max(took_s) < 0.15

    played(body)


def test_a_start_that_is_acknowledged_twice_is_sent_once_and_flies_once() -> None:
    async def body(scene: Scene) -> None:
        await _aloft(scene)
        starts = [command for _, command in scene.sent if command == common.MAV_CMD_MISSION_START]
        assert len(starts) == 1
        assert scene.drone.telemetry is not None
        assert scene.drone.telemetry.mode is Mode.MISSION

    played(body)


def test_a_start_refused_while_the_mission_is_checked_anew_waits_for_that_and_is_said_once_more() -> None:
    """A real PX4 checks it again when its home moves, and denies the start meanwhile."""

    async def body(scene: Scene) -> None:
        await stands.ready(scene.drone)
        assert await scene.drone.load(stands.plan(DELIVERY_DRONE)) == Accepted()
        mission = scene.autopilot.flight.mission
        begun_s = now_s()
        mission.valid_from_age_s = scene.autopilot.flight.age_s + 3.0
        assert await scene.drone.command(Start(stands.MISSION)) == Accepted()
        assert 2.5 < now_s() - begun_s < 6.0
        assert [command for _, command in scene.sent].count(common.MAV_CMD_MISSION_START) == 2

    played(body)


def test_a_start_refused_for_another_reason_is_not_said_again() -> None:
    async def body(scene: Scene) -> None:
        await stands.ready(scene.drone)
        assert await scene.drone.load(stands.plan(DELIVERY_DRONE)) == Accepted()
        scene.autopilot.flight.airframe.battery.left_wh = 1.0
        assert isinstance(await scene.drone.command(Start(stands.MISSION)), Refused)
        assert [command for _, command in scene.sent].count(common.MAV_CMD_MISSION_START) == 1

    played(body)


def test_a_gripper_is_done_when_it_has_moved_and_not_when_it_begins_to() -> None:
    async def body(scene: Scene) -> None:
        assert await scene.drone.command(LetGo()) == Accepted()
        begun_at_s = now_s()
        assert await scene.drone.command(Grip(PARCEL)) == Accepted()
        assert now_s() - begun_at_s > 0.9
        assert scene.autopilot.flight.airframe.gripper.motion is Motion.AT_REST
        results = [result for command, result in scene.acks if command == common.MAV_CMD_DO_GRIPPER]
        assert results[-2:] == [common.MAV_RESULT_IN_PROGRESS, common.MAV_RESULT_ACCEPTED]
        assert scene.drone.telemetry is not None
        assert scene.drone.telemetry.carrying is True

    played(body)


def test_a_gripper_that_somebody_else_moves_meanwhile_is_not_ours_to_count_on() -> None:
    async def body(scene: Scene) -> None:
        await scene.drone.command(LetGo())
        gripping = asyncio.create_task(scene.drone.command(Grip(PARCEL)))
        await asyncio.sleep(0.3)
        scene.another_station(common.MAV_CMD_DO_GRIPPER, 1.0, float(common.GRIPPER_ACTION_RELEASE))
        outcome = await gripping
        assert isinstance(outcome, Refused)
        assert "cancelled" in outcome.reasons[0].text
        assert scene.drone.telemetry is not None
        assert not scene.drone.telemetry.carrying

    played(body)


def test_giving_up_on_a_gripper_sends_its_cancellation() -> None:
    async def body(scene: Scene) -> None:
        await scene.drone.command(LetGo())
        gripping = asyncio.create_task(scene.drone.command(Grip(PARCEL)))
        await asyncio.sleep(0.3)
        gripping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gripping
        assert scene.cancelled == [common.MAV_CMD_DO_GRIPPER]
        assert await scene.drone.command(Hold()) == Accepted()  # the turn is free again

    played(body)


def test_a_place_is_said_in_integers_and_the_vehicle_holds_there() -> None:
    async def body(scene: Scene) -> None:
        await _aloft(scene)
        there = destination(stands.HOME, 200.0, 30.0)
        assert await scene.drone.go_to(Waypoint(there, 30.0)) == Accepted()
        assert scene.sent[-1] != ("COMMAND_LONG", common.MAV_CMD_DO_REPOSITION)
        assert ("COMMAND_INT", common.MAV_CMD_DO_REPOSITION) in scene.sent
        held = await stands.until(
            scene.drone,
            lambda seen: distance_m(seen.position, there) < 3.0 and abs(seen.height_agl_m - 30.0) < 2.0,
        )
        assert held.mode is Mode.HOLD

    played(body)


def test_a_place_outside_the_fence_is_acknowledged_and_still_not_gone_to_and_its_words_are_told() -> None:
    async def body(scene: Scene) -> None:
        plan = stands.plan(DELIVERY_DRONE)
        out_there = destination(stands.HOME, 200.0, 60.0)
        ring = tuple(destination(out_there, bearing, 15.0) for bearing in (0.0, 120.0, 240.0))
        assert await scene.drone.load(VehiclePlan(plan.mission, (KeepOut("z", ring),))) == Accepted()
        assert await scene.drone.command(Start(stands.MISSION)) == Accepted()
        await stands.until(scene.drone, lambda seen: seen.height_agl_m > 5.0)
        assert await scene.drone.command(Hold()) == Accepted()
        await asyncio.sleep(5.0)
        outcome = await scene.drone.go_to(Waypoint(out_there, 30.0))
        assert isinstance(outcome, Unanswered)
        assert "geofence" in outcome.seen
        assert ("COMMAND_INT", common.MAV_CMD_DO_REPOSITION) in scene.sent

    played(body)


def test_a_vehicle_on_its_pad_is_sent_nowhere() -> None:
    async def body(scene: Scene) -> None:
        outcome = await scene.drone.go_to(Waypoint(destination(stands.HOME, 200.0, 30.0), 30.0))
        assert isinstance(outcome, Refused)
        assert common.MAV_CMD_DO_REPOSITION not in [command for _, command in scene.sent]

    played(body)
