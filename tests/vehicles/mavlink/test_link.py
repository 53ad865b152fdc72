from __future__ import annotations

import asyncio
import socket

import pytest

from sitl.loop import run_scaled
from tests.vehicles.mavlink import wire
from vehicles.mavlink.links.endpoint import Role, UdpEndpoint
from vehicles.mavlink.links.link import memory_pair
from vehicles.mavlink.links.peer import MOVES_AFTER_S
from vehicles.mavlink.links.udp import UdpLink, resolve
from vehicles.mavlink.links.udp_port import UdpPort
from vehicles.vehicle import LinkError


def udp_socket() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    made.settimeout(5.0)
    return made


async def test_an_address_in_use_is_a_clear_error() -> None:
    taken = udp_socket()
    link = UdpLink(f"udpin:127.0.0.1:{taken.getsockname()[1]}")
    with pytest.raises(LinkError, match=r"udpin:127\.0\.0\.1:\d+: address already in use"):
        await link.open(lambda _: True)
    link.close()
    taken.close()


async def test_a_host_with_both_is_reached_by_the_older_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    async def both(*_: object, **__: object) -> list[tuple[object, ...]]:
        newer = (socket.AF_INET6, socket.SOCK_DGRAM, 17, "", ("::1", 14540, 0, 0))
        return [newer, (socket.AF_INET, socket.SOCK_DGRAM, 17, "", ("127.0.0.1", 14540))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
    endpoint = UdpEndpoint(Role.OUT, "localhost", 14540)
    assert await resolve("here", endpoint) == (socket.AF_INET, ("127.0.0.1", 14540))


async def test_an_unknown_host_is_a_clear_error() -> None:
    with pytest.raises(LinkError, match=r"udpin:no\.such\.host\.invalid:1"):
        await UdpLink("udpin:no.such.host.invalid:1").open(lambda _: True)


async def heard(inbox: asyncio.Queue[bytes]) -> bytes:
    return await asyncio.wait_for(inbox.get(), 5.0)


async def test_while_a_vehicle_is_not_heard_its_link_tells_who_is_there_instead() -> None:
    inbox: asyncio.Queue[bytes] = asyncio.Queue()

    def receive(datagram: bytes) -> bool:
        inbox.put_nowait(datagram)
        return True

    port = UdpPort("udpin:127.0.0.1:0")
    ours, other = port.link(3), port.link(4)
    for link in (ours, other):
        await link.open(receive)
    vehicle = udp_socket()
    for system_id in (9, 7, 4):
        vehicle.sendto(wire.Sender(system_id).frame(wire.heartbeat()), ("127.0.0.1", port.port))
    await heard(inbox)
    assert ours.trouble == "nothing comes from system 3, but from 7, 9, which no vehicle here has"
    assert other.trouble == ""
    vehicle.sendto(wire.Sender(3).frame(wire.heartbeat()), ("127.0.0.1", port.port))
    await heard(inbox)
    assert ours.trouble == ""
    for link in (ours, other):
        link.close()
    vehicle.close()


async def test_only_who_sends_valid_frames_is_answered() -> None:
    inbox: asyncio.Queue[bytes] = asyncio.Queue()

    def receive(datagram: bytes) -> bool:
        inbox.put_nowait(datagram)
        return datagram == b"valid"

    link = UdpLink("udpin:127.0.0.1:0")
    await link.open(receive)
    vehicle, stranger = udp_socket(), udp_socket()
    here = ("127.0.0.1", link.port)
    stranger.sendto(b"garbage", here)
    assert await heard(inbox) == b"garbage"
    link.send(b"to nobody")
    vehicle.sendto(b"valid", here)
    assert await heard(inbox) == b"valid"
    link.send(b"answer")
    assert vehicle.recv(100) == b"answer"
    stranger.setblocking(False)  # noqa: FBT003
    with pytest.raises(BlockingIOError):
        stranger.recv(100)
    link.close()
    vehicle.close()
    stranger.close()


def test_a_vehicle_whose_modem_got_another_address_is_followed_after_a_silence() -> None:
    async def main() -> None:
        inbox: asyncio.Queue[bytes] = asyncio.Queue()

        def receive(datagram: bytes) -> bool:
            inbox.put_nowait(datagram)
            return True

        link = UdpLink("udpin:127.0.0.1:0")
        await link.open(receive)
        before, after = udp_socket(), udp_socket()
        before.sendto(b"valid", ("127.0.0.1", link.port))
        await heard(inbox)
        after.sendto(b"a second one", ("127.0.0.1", link.port))
        await asyncio.sleep(MOVES_AFTER_S / 2)
        assert inbox.empty()
        assert f"127.0.0.1:{after.getsockname()[1]} sends as this vehicle too" in link.trouble
        await asyncio.sleep(MOVES_AFTER_S)
        after.sendto(b"moved", ("127.0.0.1", link.port))
        assert await heard(inbox) == b"moved"
        assert link.trouble == ""
        link.send(b"again")
        assert after.recv(100) == b"again"
        link.close()
        before.close()
        after.close()

    run_scaled(main(), 10.0)


async def test_a_flood_is_drained_and_the_port_is_free_after_closing() -> None:
    seen: list[bytes] = []
    done = asyncio.Event()

    def receive(datagram: bytes) -> bool:
        seen.append(datagram)
        if len(seen) == 200:
            done.set()
        return True

    link = UdpLink("udpin:127.0.0.1:0")
    await link.open(receive)
    port = link.port
    flood = udp_socket()
    for n in range(200):
        flood.sendto(str(n).encode(), ("127.0.0.1", port))
    await asyncio.wait_for(done.wait(), 5.0)
    assert [int(datagram) for datagram in seen] == list(range(200))
    link.close()
    link.close()
    link.send(b"to nobody")
    again = UdpLink(f"udpin:127.0.0.1:{port}")
    await again.open(receive)
    again.close()
    flood.close()


async def test_a_link_closed_by_its_own_receiver_stops_at_once() -> None:
    closed = asyncio.Event()
    count = 0

    def receive(_: bytes) -> bool:
        nonlocal count
        count += 1
        link.close()
        closed.set()
        return True

    link = UdpLink("udpin:127.0.0.1:0")
    await link.open(receive)
    sender = udp_socket()
    for _ in range(3):
        sender.sendto(b"x", ("127.0.0.1", link.port or 9))
    await asyncio.wait_for(closed.wait(), 5.0)
    assert count == 1
    sender.close()


async def test_udpout_speaks_first_and_hears_the_answer() -> None:
    inbox: asyncio.Queue[bytes] = asyncio.Queue()
    ground = udp_socket()
    link = UdpLink(f"udpout:127.0.0.1:{ground.getsockname()[1]}")

    def receive(datagram: bytes) -> bool:
        inbox.put_nowait(datagram)
        return True

    await link.open(receive)
    link.send(b"hello")
    data, vehicle = ground.recvfrom(100)
    assert data == b"hello"
    ground.sendto(b"welcome", vehicle)
    assert await heard(inbox) == b"welcome"
    link.close()
    ground.close()


async def test_memory_carries_in_a_later_turn_and_as_its_carrier_says() -> None:
    got: list[bytes] = []
    ours, theirs = memory_pair(
        to_vehicle=lambda datagram: () if datagram == b"lost" else ((0.01, datagram), (0.0, datagram + b"!"))
    )
    await ours.open(lambda _: True)

    def receive(datagram: bytes) -> bool:
        got.append(datagram)
        return True

    await theirs.open(receive)
    ours.send(b"lost")
    ours.send(b"doubled")
    assert got == []
    await asyncio.sleep(0.05)
    assert got == [b"doubled!", b"doubled"]
    theirs.close()
    ours.send(b"late")
    await asyncio.sleep(0.05)
    assert len(got) == 2
