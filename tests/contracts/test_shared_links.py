"""Several vehicles on one port, one radio, one broker: each hears its own and is answered where it is."""

from __future__ import annotations

import asyncio
import os
import pty
import socket
import tty
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiomqtt
import pytest

from tests.contracts.far_ends import WITHIN_S, Mqtt, free_port
from tests.vehicles.mavlink import wire
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.link import Link, Receive
from vehicles.mavlink.links.mqtt import LARGEST_BYTES
from vehicles.mavlink.links.party_line import PartyLine
from vehicles.mavlink.links.switchboard import Switchboard
from vehicles.mavlink.wire.frames import Frame, split
from vehicles.vehicle import LinkError


class Ear:
    """Takes only the frames of its own system, as a vehicle's receiver does."""

    def __init__(self, system_id: int) -> None:
        self._system_id = system_id
        self.fed: list[bytes] = []
        self.news = asyncio.Event()

    def take(self, datagram: bytes) -> bool:
        self.fed.append(datagram)
        self.news.set()
        pieces = [piece for piece in split(datagram) if isinstance(piece, Frame)]
        return any(piece.system_id == self._system_id for piece in pieces)

    async def until(self, count: int) -> list[bytes]:
        async with asyncio.timeout(WITHIN_S):
            while len(self.fed) < count:
                self.news.clear()
                await self.news.wait()
        return self.fed


def beat(system_id: int) -> bytes:
    return wire.Sender(system_id).frame(wire.heartbeat())


def udp() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    made.settimeout(5.0)
    return made


def links(url: str, system_ids: Sequence[int]) -> list[Link]:
    switchboard = Switchboard()
    return [switchboard.link(url, Identity(system_id=system_id)) for system_id in system_ids]


async def test_many_vehicles_share_a_udp_port_and_each_is_answered_at_its_own_address() -> None:
    port = free_port(socket.SOCK_DGRAM)
    here = ("127.0.0.1", port)
    ids = list(range(1, 41))
    several, ears = links(f"udpin:127.0.0.1:{port}", ids), [Ear(system_id) for system_id in ids]
    vehicles = [udp() for _ in ids]
    for link, ear in zip(several, ears, strict=True):
        await link.open(ear.take)
    for system_id, vehicle in zip(ids, vehicles, strict=True):
        vehicle.sendto(beat(system_id), here)
    for system_id, ear in zip(ids, ears, strict=True):
        assert await ear.until(1) == [beat(system_id)]
    for system_id, link in zip(ids, several, strict=True):
        link.send(b"to %d" % system_id)
    for system_id, vehicle in zip(ids, vehicles, strict=True):
        assert vehicle.recv(100) == b"to %d" % system_id
    for link in several[:-1]:
        link.close()
    vehicles[-1].sendto(beat(40), here)
    assert len(await ears[-1].until(2)) == 2
    several[-1].close()
    again = udp()
    again.close()
    for vehicle in vehicles:
        vehicle.close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(here)


async def test_a_second_machine_with_the_same_system_id_on_a_port_is_kept_out_and_told_of() -> None:
    port = free_port(socket.SOCK_DGRAM)
    (link,) = links(f"udpin:127.0.0.1:{port}", [1])
    ear, vehicle, second = Ear(1), udp(), udp()
    await link.open(ear.take)
    vehicle.sendto(beat(1), ("127.0.0.1", port))
    await ear.until(1)
    second.sendto(beat(1), ("127.0.0.1", port))
    vehicle.sendto(beat(1), ("127.0.0.1", port))
    await ear.until(2)
    assert f"127.0.0.1:{second.getsockname()[1]} sends as this vehicle too" in link.trouble
    link.send(b"answer")
    assert vehicle.recv(100) == b"answer"
    second.setblocking(False)  # noqa: FBT003
    with pytest.raises(BlockingIOError):
        second.recv(100)
    assert len(ear.fed) == 2
    link.close()
    vehicle.close()
    second.close()


async def test_frames_of_several_systems_in_one_datagram_reach_each_of_them() -> None:
    port = free_port(socket.SOCK_DGRAM)
    one, two, three = links(f"udpin:127.0.0.1:{port}", [1, 2, 3])
    ears = [Ear(1), Ear(2), Ear(3)]
    for link, ear in zip((one, two, three), ears, strict=True):
        await link.open(ear.take)
    router = udp()
    router.sendto(beat(1) + beat(2), ("127.0.0.1", port))
    router.sendto(b"dirt" + beat(3), ("127.0.0.1", port))
    router.sendto(beat(9) + b"\xfd", ("127.0.0.1", port))
    router.sendto(b"", ("127.0.0.1", port))
    router.sendto(beat(1), ("127.0.0.1", port))
    assert await ears[0].until(2) == [beat(1) + beat(2), beat(1)]
    assert await ears[1].until(1) == [beat(1) + beat(2)]
    assert await ears[2].until(1) == [b"dirt" + beat(3)]
    two.send(b"by the router")
    assert router.recv(100) == b"by the router"
    for link in (one, two, three):
        link.close()
    router.close()


async def test_two_vehicles_on_one_radio_are_told_apart(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    device = tmp_path / "ttyV0"
    device.symlink_to(os.ttyname(slave))
    one, two = links(f"serial:{device}:57600", [1, 2])
    ears = [Ear(1), Ear(2)]
    await one.open(ears[0].take)
    await two.open(ears[1].take)
    async with asyncio.timeout(WITHIN_S):
        for _ in range(1000):
            if not one.trouble and not two.trouble:
                break
            await asyncio.sleep(0.02)
    os.write(master, beat(1) + beat(2) + beat(2))
    assert beat(1) in (await ears[0].until(1))[0]
    assert beat(2) in (await ears[1].until(1))[0]
    one.close()
    two.send(b"to the second")
    assert os.read(master, 100) == b"to the second"
    two.close()
    await asyncio.sleep(0.05)
    os.close(master)
    os.close(slave)


class Carrier:
    """A link to whoever is behind a router."""

    name, trouble = "tcpout:router:5760", ""

    def __init__(self) -> None:
        self.bring: Receive = lambda _: False

    async def open(self, receive: Receive) -> None:
        self.bring = receive

    def send(self, datagram: bytes) -> None: ...

    def close(self) -> None: ...


async def test_each_vehicle_behind_a_router_is_handed_its_own_frames_alone() -> None:
    carrier, ears = Carrier(), [Ear(1), Ear(2)]
    line = PartyLine(carrier)
    for system_id, ear in enumerate(ears, start=1):
        await line.link(system_id).open(ear.take)
    assert carrier.bring(b"dirt" + beat(1) + beat(9) + beat(2) + beat(1))
    assert ears[0].fed == [beat(1), beat(1)]
    assert ears[1].fed == [beat(2)]
    hidden = bytes((0xFD, 40, 0, 0, 0, 9, 1, 0, 0, 0)) + beat(1) + bytes(21)
    assert carrier.bring(hidden + beat(2))
    assert ears[0].fed == [beat(1)] * 3
    assert ears[1].fed == [beat(2)] * 2
    assert not carrier.bring(beat(9))


async def test_callers_that_say_nothing_do_not_keep_a_vehicle_out() -> None:
    port = free_port(socket.SOCK_STREAM)
    link, ear = Switchboard().link(f"tcpin:127.0.0.1:{port}"), Ear(1)
    await link.open(ear.take)
    idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
    _, vehicle = await asyncio.open_connection("127.0.0.1", port)
    vehicle.write(beat(1))
    await ear.until(1)
    later = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
    vehicle.write(beat(1))
    await ear.until(2)
    link.close()
    for _, writer in (*idle, (None, vehicle), *later):
        writer.close()


async def test_two_vehicles_behind_one_broker_share_its_connection(tmp_path: Path) -> None:
    far = Mqtt(tmp_path)
    await far.plug()
    address = str(far.make().name).removesuffix("/fleet/d1")
    switchboard = Switchboard()
    one = switchboard.link(f"{address}/fleet/d1", Identity())
    two = switchboard.link(f"{address}/fleet/d2", Identity())
    ears = [Ear(1), Ear(1)]
    await one.open(ears[0].take)
    await two.open(ears[1].take)
    async with AsyncExitStack() as stack:
        port = int(address.rpartition(":")[2])
        vehicle = await stack.enter_async_context(aiomqtt.Client("127.0.0.1", port))
        async with asyncio.timeout(WITHIN_S):
            while not (ears[0].fed and ears[1].fed):
                await vehicle.publish("fleet/d1/up", bytes(LARGEST_BYTES + 1))  # no datagram
                await vehicle.publish("fleet/d1/up", b"first")
                await vehicle.publish("fleet/d2/up", b"second")
                await asyncio.sleep(0.05)
        assert set(ears[0].fed) == {b"first"}
        assert set(ears[1].fed) == {b"second"}
    one.close()
    two.close()
    await asyncio.sleep(0.05)
    await far.pull()


@pytest.mark.parametrize(
    "url",
    [
        "udpin:127.0.0.1:14550",
        "udpout:127.0.0.1:14550",
        "tcpin:127.0.0.1:1",
        "serial:/dev/x:57600",
        "mqtt://b/t",
    ],
)
def test_an_address_of_two_vehicles_needs_their_system_ids(url: str) -> None:
    for first, second in ((None, None), (1, None), (None, 1)):
        switchboard = Switchboard()
        switchboard.link(url, Identity(system_id=first))
        with pytest.raises(LinkError, match="two vehicles have this address; give each its system_id"):
            switchboard.link(url, Identity(system_id=second))


async def test_two_vehicles_with_one_system_id_at_one_address_are_refused() -> None:
    port = free_port(socket.SOCK_DGRAM)
    one, two = links(f"udpin:127.0.0.1:{port}", [7, 7])
    await one.open(Ear(7).take)
    with pytest.raises(LinkError, match="two vehicles there have the system id 7"):
        await two.open(Ear(7).take)
    one.close()


async def test_a_shared_port_that_is_taken_is_a_clear_error_for_each_and_had_once_it_is_free() -> None:
    taken = udp()
    port = taken.getsockname()[1]
    one, two = links(f"udpin:127.0.0.1:{port}", [1, 2])
    for link in (one, two):
        with pytest.raises(LinkError, match="address already in use"):
            await link.open(Ear(1).take)
    taken.close()
    ear = Ear(2)
    await two.open(ear.take)
    with udp() as vehicle:
        vehicle.sendto(beat(2), ("127.0.0.1", port))
        await ear.until(1)
    two.close()
