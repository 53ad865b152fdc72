"""One vehicle over several links, in memory and on virtual time; the real wires are in tests/contracts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from geofences.path import Waypoint
from sitl.autopilot.server import Autopilot
from sitl.loop import run_virtual
from tests.contracts import stands
from tests.vehicles.mavlink import wire
from vehicles.clock import now_s
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.bond import Bond
from vehicles.mavlink.links.link import MemoryLink, Receive, memory_pair
from vehicles.mavlink.wire.frames import Frame, parse, split
from vehicles.mission import MissionId, VehicleId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.vehicle import Accepted, Hold, LinkError, Resume, Start

START_UTC_S = 1_790_000_000.0
SET_INTERVAL = 511


class Cable:
    """A pair in memory that can be cut, either way; keeps what we sent over it."""

    def __init__(self, name: str) -> None:
        self.cut = False
        self.sent: list[bytes] = []
        self.ours, self.theirs = memory_pair(name, to_vehicle=self._down, from_vehicle=self._up)

    def _down(self, datagram: bytes) -> tuple[tuple[float, bytes], ...]:
        self.sent.append(datagram)
        return () if self.cut else ((0.0, datagram),)

    def _up(self, datagram: bytes) -> tuple[tuple[float, bytes], ...]:
        return () if self.cut else ((0.0, datagram),)

    def said(self, kind: str) -> list[Any]:
        frames = [frame for datagram in self.sent for frame in split(datagram) if isinstance(frame, Frame)]
        return [message for message in map(parse, frames) if message and message.get_type() == kind]


class BothEnds:
    """The vehicle's side of several links: it says everything on each and hears from each."""

    name = "all of the vehicle's links"
    trouble = ""

    def __init__(self, ends: list[MemoryLink]) -> None:
        self._ends = ends

    async def open(self, receive: Receive) -> None:
        for end in self._ends:
            await end.open(receive)

    def send(self, datagram: bytes) -> None:
        for end in self._ends:
            end.send(datagram)

    def close(self) -> None:
        for end in self._ends:
            end.close()


Body = Callable[[Craft, Cable, Cable, Autopilot], Awaitable[None]]


def over_two(body: Body) -> None:
    async def main() -> None:
        radio, mobile = Cable("radio"), Cable("mobile")
        both = BothEnds([radio.theirs, mobile.theirs])
        autopilot = Autopilot(both, DELIVERY_DRONE, Waypoint(stands.HOME), 3, 5)
        drone = over([radio.ours, mobile.ours], VehicleId("d1"), DELIVERY_DRONE)
        async with stands.living(autopilot.run()), drone, stands.living(stands._attend(drone)):
            await stands.ready(drone)
            await body(drone, radio, mobile, autopilot)

    run_virtual(main(), START_UTC_S)


def best(drone: Craft) -> str:
    (name,) = [link.name for link in drone.links if link.best]
    return name


def test_commands_go_by_the_best_link_and_heartbeats_by_all() -> None:
    async def body(drone: Craft, radio: Cable, mobile: Cable, _: Autopilot) -> None:
        await asyncio.sleep(5.0)
        assert best(drone) == "radio"
        assert radio.said("COMMAND_LONG")
        assert not mobile.said("COMMAND_LONG")
        assert len(mobile.said("HEARTBEAT")) == len(radio.said("HEARTBEAT")) > 5
        assert [link.loss_frac for link in drone.links] == [0.0, 0.0]

    over_two(body)


def test_each_link_has_sequence_numbers_of_its_own() -> None:
    async def body(_: Craft, radio: Cable, mobile: Cable, __: Autopilot) -> None:
        await asyncio.sleep(5.0)
        for cable in (radio, mobile):
            beats = [message.get_seq() for message in cable.said("HEARTBEAT")]
            assert beats == list(range(beats[0], beats[0] + len(beats)))

    over_two(body)


def test_when_the_best_link_dies_another_carries_on_within_two_seconds_and_streams_are_asked_there() -> None:
    async def body(drone: Craft, radio: Cable, mobile: Cable, _: Autopilot) -> None:
        await asyncio.sleep(5.3)
        radio.cut = True
        await asyncio.sleep(2.0)
        assert best(drone) == "mobile"
        await asyncio.sleep(3.0)
        asked = [message for message in mobile.said("COMMAND_LONG") if message.command == SET_INTERVAL]
        assert {33, 245, 42, 1} <= {int(message.param1) for message in asked}
        assert drone.telemetry is not None
        assert now_s() - drone.telemetry.heard_at_s < 0.5

    over_two(body)


def test_a_delivery_survives_its_links_being_cut_in_turn() -> None:
    async def body(drone: Craft, radio: Cable, mobile: Cable, _: Autopilot) -> None:
        cutting = asyncio.create_task(_cut_in_turn([radio, mobile]))
        try:
            assert await drone.load(stands.plan(DELIVERY_DRONE)) == Accepted()
            assert await drone.command(Start(stands.MISSION)) == Accepted()
            await stands.until(drone, lambda seen: seen.height_agl_m > 15.0)
            assert await drone.command(Hold()) == Accepted()
            if await drone.command(Resume(stands.MISSION)) != Accepted():  # said once, into a dead link
                assert await drone.command(Resume(stands.MISSION)) == Accepted()
            seen = await stands.until(drone, lambda seen: seen.progress.legs_done == 5)
            assert not seen.armed
        finally:
            cutting.cancel()

    async def _cut_in_turn(cables: list[Cable]) -> None:
        while True:
            for cable in cables:
                await asyncio.sleep(7.0)
                cable.cut = True
                await asyncio.sleep(7.0)
                cable.cut = False

    over_two(body)


class Broken(BothEnds):
    """An endpoint that is somebody else's for a while."""

    name = "taken"

    def __init__(self, link: MemoryLink) -> None:
        super().__init__([link])
        self.is_free = False

    async def open(self, receive: Receive) -> None:
        if not self.is_free:
            raise LinkError("taken: address already in use")
        await super().open(receive)


def test_an_endpoint_that_cannot_be_had_is_a_clear_error_when_there_is_no_other() -> None:
    async def main() -> None:
        bond = Bond([Broken(memory_pair()[0])], Identity(), lambda _, __: None, 253)
        with pytest.raises(LinkError, match="taken: address already in use"):
            await bond.open()

    run_virtual(main(), START_UTC_S)


def test_an_endpoint_that_cannot_be_had_is_tried_again_while_the_others_work() -> None:
    async def main() -> None:
        ours, theirs = memory_pair("radio")
        second, far = memory_pair()
        taken = Broken(second)
        got: list[Any] = []
        bond = Bond([taken, ours], Identity(), lambda message, _: got.append(message), 253)
        await bond.open()
        sender = wire.Sender()
        theirs.send(sender.frame(wire.heartbeat()))
        await asyncio.sleep(1.0)
        assert len(got) == 1
        assert [link.trouble for link in bond.links] == ["taken: address already in use", ""]
        taken.is_free = True
        await asyncio.sleep(6.0)
        far.send(sender.frame(wire.heartbeat()))
        await asyncio.sleep(1.0)
        assert len(got) == 2
        assert [link.trouble for link in bond.links] == ["", ""]
        bond.close()

    run_virtual(main(), START_UTC_S)


def heard_by(identity: Identity, *frames: bytes) -> Bond:
    async def main() -> Bond:
        ours, theirs = memory_pair()
        bond = Bond([ours], identity, lambda message, _: got.append(message), 253)
        await bond.open()
        for frame in frames:
            theirs.send(frame)
        await asyncio.sleep(1.0)
        bond.close()
        return bond

    got: list[Any] = []
    bond = run_virtual(main(), START_UTC_S)
    assert bond.counts.parsed == len(got)
    return bond


def test_only_the_system_and_component_that_are_meant_are_heard() -> None:
    beats = [wire.Sender(*who).frame(wire.heartbeat()) for who in ((1, 1), (7, 2), (7, 1))]
    bond = heard_by(Identity(system_id=7, component_id=2), *beats)
    assert bond.system_id == 7
    assert (bond.counts.parsed, bond.counts.foreign) == (1, 2)


def test_a_configured_vehicle_that_is_not_there_stays_unheard() -> None:
    bond = heard_by(Identity(system_id=7), wire.Sender(1).frame(wire.heartbeat()))
    assert bond.system_id is None
    assert bond.counts.foreign_autopilots == {1}


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"system_id": 0}, "system_id: 0"),
        ({"system_id": 2**32}, "system_id: 4294967296"),
        ({"component_id": 256}, "component_id: 256"),
        ({"uid": "XYZ"}, "uid: 'XYZ'"),
        ({"uid": ""}, "uid: ''"),
    ],
    ids=["system 0", "system over 32 bits", "component", "uid", "uid empty"],
)
def test_what_is_no_identity_is_named(wrong: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Identity(**wrong)


def test_a_system_id_of_32_bits_fits() -> None:
    assert Identity(system_id=70_000).system_id == 70_000


def test_a_bond_without_links_is_none() -> None:
    with pytest.raises(ValueError, match="links"):
        Bond([], Identity(), lambda _, __: None, 253)


def test_two_vehicles_with_the_same_system_id_on_two_links_are_two() -> None:
    async def main() -> None:
        cables = [Cable("a"), Cable("b")]
        autopilots = [
            Autopilot(cable.theirs, DELIVERY_DRONE, Waypoint(stands.HOME), 1, 5) for cable in cables
        ]
        drones = [over([cable.ours], VehicleId(cable.ours.name), DELIVERY_DRONE) for cable in cables]
        first, second = drones
        async with (
            stands.living(autopilots[0].run()),
            stands.living(autopilots[1].run()),
            first,
            second,
            stands.living(stands._attend(first)),
            stands.living(stands._attend(second)),
        ):
            await asyncio.gather(*(stands.ready(drone) for drone in drones))
            assert await first.load(stands.plan(DELIVERY_DRONE, MissionId(1))) == Accepted()
            assert await first.command(Start(MissionId(1))) == Accepted()
            await stands.until(first, lambda seen: seen.height_agl_m > 10.0)
            assert second.telemetry is not None
            assert not second.telemetry.armed
            assert second.telemetry.progress.mission_id is None

    run_virtual(main(), START_UTC_S)
