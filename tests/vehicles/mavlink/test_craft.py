"""What a craft does of itself: streams kept as wanted, the heartbeat only when attended, restarts noticed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from pymavlink.dialects.v20 import common

from geofences.path import Waypoint
from geofences.position import destination
from geofences.reason import Because, Reason
from sitl.autopilot.items import Part
from sitl.autopilot.server import Autopilot
from sitl.loop import run_virtual
from tests.contracts import stands
from tests.vehicles.mavlink import wire
from vehicles.mavlink.autopilots.known import PX4
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.links.link import Carry, MemoryLink, at_once, memory_pair
from vehicles.mavlink.wire.frames import Frame, parse, split
from vehicles.mission import KeepOut, MissionId, VehicleId, VehiclePlan
from vehicles.profiles import DELIVERY_DRONE
from vehicles.telemetry import MissionProgress, Mode
from vehicles.vehicle import Accepted, Hold, Refused, Resume, Start, Unanswered

SET_INTERVAL, SET_MODE = 511, 176
POSITION, VIBRATION = 33, 241


class Far:
    """The vehicle's end: keeps what arrives, and answers commands with `result` unless that is None."""

    def __init__(self, link: MemoryLink) -> None:
        self.link = link
        self.sender = wire.Sender(9)
        self.got: list[Any] = []
        self.result: int | None = 0

    def say(self, message: Any) -> None:  # noqa: ANN401
        self.link.send(self.sender.frame(message))

    def hear(self, datagram: bytes) -> bool:
        for frame in split(datagram):
            message = parse(frame) if isinstance(frame, Frame) else None
            self.got.append(message)
            if message is not None and message.get_type() == "COMMAND_LONG" and self.result is not None:
                to = (message.get_srcSystem(), message.get_srcComponent())
                self.say(common.MAVLink_command_ack_message(message.command, self.result, 0, 0, *to))
        return True

    def commands(self, command: int) -> list[tuple[float, ...]]:
        found = [m for m in self.got if m.get_type() == "COMMAND_LONG" and m.command == command]
        return [(m.param1, m.param2, m.param3) for m in found]

    def beat(self, **more: Any) -> None:  # noqa: ANN401
        self.say(wire.heartbeat(**more))
        self.say(wire.position(boot_ms=60_000))
        self.say(wire.status())


def virtually(body: Callable[[Craft, Far], Awaitable[None]]) -> None:
    async def main() -> None:
        ours, theirs = memory_pair()
        far = Far(theirs)
        await theirs.open(far.hear)
        async with over([ours], VehicleId("d1"), DELIVERY_DRONE) as drone:
            await body(drone, far)

    run_virtual(main(), 1_790_000_000.0)


def test_nothing_is_sent_before_a_vehicle_was_heard_and_no_heartbeat_of_its_own_accord() -> None:
    async def body(drone: Craft, far: Far) -> None:
        await asyncio.sleep(5.0)
        assert far.got == []
        far.beat()
        await asyncio.sleep(30.0)
        assert "HEARTBEAT" not in {message.get_type() for message in far.got}
        drone.attend()
        await asyncio.sleep(0.1)
        last = far.got[-1]
        assert (last.get_type(), last.type, last.get_srcComponent()) == ("HEARTBEAT", 6, 190)

    virtually(body)


def test_streams_are_set_once_and_again_after_a_restart() -> None:
    async def body(_: Craft, far: Far) -> None:
        far.beat()
        await asyncio.sleep(3.0)
        asked = far.commands(SET_INTERVAL)
        assert (POSITION, 200_000.0, 0.0) in asked
        assert len(asked) == len(PX4.streams_hz)
        far.beat()
        await asyncio.sleep(3.0)
        assert len(far.commands(SET_INTERVAL)) == len(asked)
        far.say(wire.position(boot_ms=500))
        await asyncio.sleep(3.0)
        assert far.commands(SET_INTERVAL)[len(asked) :] == asked

    virtually(body)


def test_streams_unanswered_are_asked_for_again_and_leave_room_for_commands() -> None:
    async def body(drone: Craft, far: Far) -> None:
        far.result = None
        far.beat()
        await asyncio.sleep(10.0)
        assert 3 <= len(far.commands(SET_INTERVAL)) <= 8
        outcome = await drone.command(Hold())
        assert isinstance(outcome, Unanswered)
        assert far.commands(SET_MODE) == [(1.0, 4.0, 3.0)]  # silent: not said again into the dark

    virtually(body)


def test_what_nobody_reads_is_switched_off_once() -> None:
    async def body(drone: Craft, far: Far) -> None:
        far.beat()
        for n in range(100):
            far.say(common.MAVLink_vibration_message(n, 0.0, 0.0, 0.0, 0, 0, 0))
            await asyncio.sleep(0.1)
        assert [params for params in far.commands(SET_INTERVAL) if params[0] == VIBRATION] == [
            (VIBRATION, -1.0, 0.0)
        ]
        assert drone.counts.unwanted[VIBRATION] == 100
        assert drone.system_id == 9

    virtually(body)


def test_the_deed_is_believed_when_the_heartbeat_shows_it_though_every_answer_is_lost() -> None:
    async def body(drone: Craft, far: Far) -> None:
        far.beat(mode=wire.MISSION, status=4)
        await asyncio.sleep(2.0)
        far.result = None
        holding = asyncio.create_task(drone.command(Hold()))
        await asyncio.sleep(0.7)
        far.beat(mode=wire.HOLD, status=4)
        assert await holding == Accepted()

    virtually(body)


Flown = Callable[[Craft, Callable[[], Craft], Autopilot], Awaitable[None]]


def flown(body: Flown) -> None:
    """A simulated drone on its way home, a way to meet it anew as after a restart, and its autopilot."""

    async def main() -> None:
        ours, theirs = memory_pair()
        autopilot = Autopilot(theirs, DELIVERY_DRONE, Waypoint(stands.HOME), 3, 5)
        before = over([ours], VehicleId("d1"), DELIVERY_DRONE)
        async with stands.living(autopilot.run()), before, attended(before):
            await stands.ready(before)
            assert await before.load(stands.plan(DELIVERY_DRONE)) == Accepted()
            assert await before.command(Start(stands.MISSION)) == Accepted()
            await stands.until(before, lambda seen: seen.progress.legs_done == 3)
            await body(before, lambda: over([ours], VehicleId("d1"), DELIVERY_DRONE), autopilot)

    run_virtual(main(), 1_790_000_000.0)


@contextlib.asynccontextmanager
async def attended(drone: Craft) -> AsyncIterator[None]:
    async def attend() -> None:
        while True:
            drone.attend()
            await asyncio.sleep(0.5)

    async with stands.living(attend()):
        yield


def test_after_a_restart_the_mission_under_way_is_recognised_with_its_progress() -> None:
    async def body(before: Craft, anew: Callable[[], Craft], _: Autopilot) -> None:
        await before.__aexit__(None, None, None)
        async with anew() as after, attended(after):
            seen = await stands.until(after, lambda seen: seen.armed)
            assert seen.progress == MissionProgress(None, 0)
            other = stands.plan(DELIVERY_DRONE, MissionId(8), away_m=90.0)
            assert isinstance(await after.load(other), Refused)
            assert await after.load(stands.plan(DELIVERY_DRONE)) == Accepted()
            known = await stands.until(after, lambda seen: seen.progress.mission_id == stands.MISSION, 2.0)
            assert known.progress.legs_done >= 3
            await stands.until(after, lambda seen: seen.progress == MissionProgress(stands.MISSION, 5))

    flown(body)


def test_a_held_mission_is_recognised_and_not_begun_again() -> None:
    async def body(before: Craft, anew: Callable[[], Craft], _: Autopilot) -> None:
        assert await before.command(Hold()) == Accepted()
        await before.__aexit__(None, None, None)
        async with anew() as after, attended(after):
            await stands.until(after, lambda seen: seen.armed)
            assert await after.load(stands.plan(DELIVERY_DRONE)) == Accepted()
            assert after.telemetry is not None
            assert after.telemetry.progress == MissionProgress(stands.MISSION, 3)
            assert await after.command(Resume(stands.MISSION)) == Accepted()
            end = await stands.until(after, lambda seen: seen.progress == MissionProgress(stands.MISSION, 5))
            assert not end.armed

    flown(body)


def test_loading_what_it_flies_already_changes_nothing() -> None:
    async def body(before: Craft, _: Callable[[], Craft], _autopilot: Autopilot) -> None:
        assert await before.load(stands.plan(DELIVERY_DRONE)) == Accepted()
        assert before.telemetry is not None
        assert before.telemetry.mode is Mode.MISSION
        assert before.telemetry.progress.legs_done >= 3
        assert isinstance(await before.load(stands.plan(DELIVERY_DRONE, MissionId(8))), Refused)

    flown(body)


def test_a_plan_refused_in_the_air_leaves_the_former_one_at_the_item_it_had_come_to() -> None:
    async def body(drone: Craft, _: Callable[[], Craft], autopilot: Autopilot) -> None:
        assert await drone.command(Hold()) == Accepted()
        index, fence = autopilot.flight.mission.index, autopilot.flight.fence
        assert index > 4
        assert drone.telemetry is not None
        here = drone.telemetry.position
        around = KeepOut("z", tuple(destination(here, bearing, 40.0) for bearing in (0.0, 120.0, 240.0)))
        other = stands.plan(DELIVERY_DRONE, MissionId(8), away_m=90.0)
        assert isinstance(await drone.load(VehiclePlan(other.mission, (around,))), Refused)
        assert autopilot.flight.mission.index == index
        assert autopilot.flight.fence == fence
        assert drone.telemetry.progress == MissionProgress(stands.MISSION, 3)
        assert await drone.command(Resume(stands.MISSION)) == Accepted()
        await stands.until(drone, lambda seen: seen.progress == MissionProgress(stands.MISSION, 5))

    flown(body)


def tampered(*, to_vehicle: Carry = at_once, from_vehicle: Carry = at_once) -> tuple[str, tuple[object, ...]]:
    """What is said to a plan loaded over such a link, and the steps that the vehicle is left with."""
    said: list[str] = []
    left: list[tuple[object, ...]] = []

    async def main() -> None:
        ours, theirs = memory_pair(to_vehicle=to_vehicle, from_vehicle=from_vehicle)
        autopilot = Autopilot(theirs, DELIVERY_DRONE, Waypoint(stands.HOME), 3, 5)
        drone = over([ours], VehicleId("d1"), DELIVERY_DRONE)
        async with stands.living(autopilot.run()), drone, attended(drone):
            await stands.ready(drone)
            outcome = await drone.load(stands.plan(DELIVERY_DRONE))
            assert isinstance(outcome, Refused)
            assert drone.telemetry is not None
            assert drone.telemetry.progress == MissionProgress(None, 0)
            said.append(outcome.reasons[0].text)
            left.append(autopilot.flight.mission.steps)

    run_virtual(main(), 1_790_000_000.0)
    return said[0], left[0]


def lowered(datagram: bytes, sender: wire.Sender) -> Sequence[tuple[float, bytes]]:
    """Item 2 ten metres lower than it was sent; without the ids of the newer dialect."""
    (frame,) = split(datagram)
    message = parse(frame) if isinstance(frame, Frame) else None
    if message is None:
        return at_once(datagram)
    if message.get_type() == "MISSION_ITEM_INT" and message.seq == 2:
        message.z -= 10.0
    elif message.get_type() != "MISSION_ACK":
        return at_once(datagram)
    return at_once(sender.frame(message))


def test_a_plan_that_reads_back_changed_is_refused_and_nothing_of_it_stays() -> None:
    sender = wire.Sender(3)
    said, left = tampered(from_vehicle=lambda datagram: lowered(datagram, sender))
    assert "Item 2 of its mission reads back" in said
    assert left == ()


def test_a_plan_that_arrived_changed_gets_another_id_and_is_refused() -> None:
    def change(datagram: bytes) -> Sequence[tuple[float, bytes]]:
        (frame,) = split(datagram)
        assert isinstance(frame, Frame)
        return lowered(datagram, wire.Sender(frame.system_id, frame.component_id))

    said, left = tampered(to_vehicle=change)
    assert "Item 2 of its mission reads back" in said
    assert left == ()


def test_a_plan_whose_ids_are_those_reckoned_is_not_read_back() -> None:
    lists = []

    def watch(datagram: bytes) -> Sequence[tuple[float, bytes]]:
        (frame,) = split(datagram)
        assert isinstance(frame, Frame)
        if frame.message_id == common.MAVLINK_MSG_ID_MISSION_REQUEST_LIST:
            message = parse(frame)
            assert message is not None
            lists.append(message.mission_type)
        return at_once(datagram)

    async def main() -> None:
        ours, theirs = memory_pair(to_vehicle=watch)
        autopilot = Autopilot(theirs, DELIVERY_DRONE, Waypoint(stands.HOME), 3, 5)
        drone = over([ours], VehicleId("d1"), DELIVERY_DRONE)
        async with stands.living(autopilot.run()), drone, attended(drone):
            await stands.ready(drone)
            plan = VehiclePlan(stands.plan(DELIVERY_DRONE).mission, rally_points=(Waypoint(stands.HOME),))
            assert await drone.load(plan) == Accepted()

    run_virtual(main(), 1_790_000_000.0)
    mission, fence, rally = 0, 1, 2
    assert mission in lists  # cleared first: an empty list has no id
    assert fence in lists
    assert rally not in lists
    assert lists.count(mission) == 1


def test_a_mission_that_somebody_else_gave_it_is_not_ours_though_it_is_as_long() -> None:
    async def body(before: Craft, _: Callable[[], Craft], autopilot: Autopilot) -> None:
        mission = autopilot.transfers.lists[Part.MISSION]
        autopilot.transfers.lists[Part.MISSION] = (*mission[:-1], replace(mission[-1], z=1.0))
        seen = await stands.until(before, lambda seen: seen.progress.mission_id is None, 5.0)
        assert seen.progress == MissionProgress(None, 0)

    flown(body)


def test_another_finding_is_news_and_the_same_again_is_none() -> None:
    wrong = Reason(Because.HEALTH, "GF_ACTION", "GF_ACTION is wrong.")

    async def body(drone: Craft, _far: Far) -> None:
        news: list[str] = []
        drone.tell(lambda: news.append("news"))
        for found in ((), (wrong,), (wrong,), ()):
            drone._contact.find("parameters", found)
        assert len(news) == 2

    virtually(body)
