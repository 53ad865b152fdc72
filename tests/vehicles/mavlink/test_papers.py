"""A vehicle that must have a certain hardware id, and machines that have it or not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pymavlink.dialects.v20 import common

from sitl.loop import run_virtual
from tests.vehicles.mavlink import wire
from tests.vehicles.mavlink.test_craft import Far, attended
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.exchanges.upkeep import Care
from vehicles.mavlink.identity import Identity, uid_of
from vehicles.mavlink.links.link import memory_pair
from vehicles.mission import VehicleId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.vehicle import Hold, Refused

OURS, OTHER = 0x1122334455667788, 0x99
OURS_HEX = "1122334455667788"
REQUEST_MESSAGE = 512


def version(uid: int, uid2: bytes = bytes(18)) -> Any:  # noqa: ANN401
    nothing = [0] * 8
    return common.MAVLink_autopilot_version_message(
        0, 0, 0, 0, 0, nothing, nothing, nothing, 0, 0, uid, list(uid2)
    )


class Machine(Far):
    """Tells its hardware id when asked, unless it has none to tell."""

    uid: int | None = OURS

    def hear(self, datagram: bytes) -> bool:
        before = len(self.got)
        super().hear(datagram)
        for message in self.got[before:]:
            asked = message.get_type() == "COMMAND_LONG" and message.command == REQUEST_MESSAGE
            if asked and message.param1 == 148 and self.uid is not None:
                self.say(version(self.uid))
        return True

    @property
    def told(self) -> set[str]:
        """What it was told apart from heartbeats and the question who it is."""
        return {
            message.get_type()
            for message in self.got
            if message.get_type() != "HEARTBEAT"
            and not (message.get_type() == "COMMAND_LONG" and message.command == REQUEST_MESSAGE)
        }


def with_machine(uid: int | None, body: Callable[[Craft, Machine], Awaitable[None]]) -> None:
    async def main() -> None:
        ours, theirs = memory_pair()
        machine = Machine(theirs)
        machine.uid = uid
        await theirs.open(machine.hear)
        drone = over(ours, VehicleId("d1"), DELIVERY_DRONE, identity=Identity(uid=OURS_HEX), care=Care.CHECK)
        async with drone, attended(drone):
            await body(drone, machine)

    run_virtual(main(), 1_790_000_000.0)


async def alive(machine: Machine, for_s: float, boot_ms: int = 60_000) -> None:
    for second in range(int(for_s)):
        machine.say(wire.heartbeat())
        machine.say(wire.position(boot_ms=boot_ms + 1000 * second))
        machine.say(wire.status())
        await asyncio.sleep(1.0)


def doubts(drone: Craft) -> list[str]:
    look = drone.telemetry
    assert look is not None
    return [reason.text for reason in look.health.findings if "hardware id" in reason.text]


def test_the_right_machine_is_spoken_to() -> None:
    async def body(drone: Craft, machine: Machine) -> None:
        await alive(machine, 4.0)
        assert doubts(drone) == []
        assert "COMMAND_LONG" in machine.told

    with_machine(OURS, body)


@pytest.mark.parametrize(
    ("uid", "word"),
    [(OTHER, "its hardware id is 0000000000000099, not 1122334455667788"), (0, "is unknown to itself")],
    ids=["another", "none"],
)
def test_the_wrong_machine_is_never_ready_and_commanded_nothing(uid: int, word: str) -> None:
    async def body(drone: Craft, machine: Machine) -> None:
        await alive(machine, 8.0)
        look = drone.telemetry
        assert look is not None
        assert not look.health.ready
        assert any(word in text for text in doubts(drone))
        outcome = await drone.command(Hold())
        assert isinstance(outcome, Refused)
        assert word in outcome.reasons[0].text
        assert machine.told == set()

    with_machine(uid, body)


def test_a_machine_that_does_not_tell_is_commanded_nothing_and_asked_again() -> None:
    async def body(drone: Craft, machine: Machine) -> None:
        await alive(machine, 6.0)
        assert doubts(drone) == ["d1 has not told its hardware id yet."]
        assert machine.told == set()
        machine.uid = OURS
        await alive(machine, 5.0, 66_000)  # the question goes once more at most before it is answered
        assert doubts(drone) == []

    with_machine(None, body)


@pytest.mark.parametrize("away_s", [0.0, 20.0], ids=["restarted", "silent for a while"])
def test_a_machine_put_in_its_place_is_noticed(away_s: float) -> None:
    async def body(drone: Craft, machine: Machine) -> None:
        await alive(machine, 4.0)
        assert doubts(drone) == []
        machine.uid = OTHER
        await asyncio.sleep(away_s)
        await alive(machine, 2.0, 1_000 if away_s == 0.0 else 500_000)
        machine.got.clear()
        await alive(machine, 6.0, 3_000 if away_s == 0.0 else 502_000)
        assert machine.told == set()
        assert any("Another machine answers for d1" in text for text in doubts(drone))

    with_machine(OURS, body)


@pytest.mark.parametrize("away_s", [0.0, 20.0], ids=["restarted", "silent for a while"])
def test_the_right_machine_back_again_is_known_at_once_whatever_was_being_asked(away_s: float) -> None:
    async def body(drone: Craft, machine: Machine) -> None:
        await alive(machine, 4.0)
        assert "PARAM_REQUEST_READ" in machine.told  # never answered: reading goes on for long
        await asyncio.sleep(away_s)
        machine.got.clear()
        await alive(machine, 3.0, 1_000 if away_s == 0.0 else 500_000)
        assert doubts(drone) == []
        await alive(machine, 3.0, 4_000 if away_s == 0.0 else 503_000)
        assert {"COMMAND_LONG", "PARAM_REQUEST_READ"} <= machine.told  # all of it is begun again

    with_machine(OURS, body)


def test_the_longer_hardware_id_counts_where_there_is_one() -> None:
    assert uid_of(version(5, bytes(range(18)))) == bytes(range(18)).hex()
    assert uid_of(version(5)) == "0000000000000005"
    assert uid_of(version(0)) is None
