"""UDP sockets read together: nothing lost, nothing late, whatever one of their owners does."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

import pytest

from vehicles.mavlink.links import datagrams
from vehicles.mavlink.links.datagrams import Datagrams
from vehicles.mavlink.links.udp_reader import LONGEST_S, Take, UdpReader, reader
from vehicles.mavlink.links.walk import Walk
from vehicles.mavlink.wire.sieve import Sieve

WITHIN_S = 10.0
SOME = 64
TURNS = count()


@contextmanager
def sockets(
    number: int, family: socket.AddressFamily = socket.AF_INET
) -> Iterator[tuple[list[socket.socket], socket.socket]]:
    """So many that listen, and one to send from."""
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    with ExitStack() as stack:
        made = [stack.enter_context(socket.socket(family, socket.SOCK_DGRAM)) for _ in range(number + 1)]
        for each in made:
            each.bind((host, 0))
            each.setblocking(False)  # noqa: FBT003
        yield made[1:], made[0]


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
@pytest.mark.parametrize("together", [True, False], ids=["recvmmsg", "recvfrom"])
def test_many_datagrams_come_whole_in_order_and_with_their_senders(
    family: socket.AddressFamily, *, together: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not together:
        monkeypatch.setattr(datagrams, "_recvmmsg", None)
    buffers = Datagrams(family)
    with sockets(1, family) as ([ours], theirs):
        sent = [bytes([n]) * (1 + n * 13) for n in range(SOME + 5)]
        for each in sent:
            theirs.sendto(each, ours.getsockname())
        expected = [(each, theirs.getsockname()) for each in sent]
        assert buffers.take(ours, SOME) == expected[:SOME]
        assert buffers.take(ours, 2) == expected[SOME : SOME + 2]
        assert buffers.take(ours) == expected[SOME + 2 :]
        assert buffers.take(ours) == []


def test_a_closed_socket_brings_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with sockets(1) as ([ours], _):
        ours.close()
        assert Datagrams(socket.AF_INET).take(ours) == []
        monkeypatch.setattr(datagrams, "_recvmmsg", None)
        assert Datagrams(socket.AF_INET).take(ours) == []


@pytest.fixture(autouse=True, params=["one by one", "compiled"])
def _how_sockets_are_read(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with few vehicles, and as with many."""
    add = UdpReader.add

    def added(ear: UdpReader, source: socket.socket, take: Take) -> None:
        add(ear, source, take)
        ear._walk = ear._walk or Walk(ear._sieve)

    if request.param == "compiled":
        monkeypatch.setattr(UdpReader, "add", added)


def test_each_socket_brings_its_share_and_it_is_known_whether_more_is_left() -> None:
    with sockets(2) as (ours, theirs):
        walk, buffers = Walk(Sieve()), Datagrams(socket.AF_INET)
        for each, count in zip(ours, (6, 3), strict=True):
            for n in range(count):
                theirs.sendto(bytes([n]), each.getsockname())

        def look() -> tuple[int, bool, list[tuple[int, bytes]]]:
            found, more = walk.fill(buffers, [each.fileno() for each in ours], [7, 8], 4)
            return found, more, [(buffers.port(n), buffers.one(n)[0]) for n in range(found)]

        first = [(7, bytes([n])) for n in range(4)] + [(8, bytes([n])) for n in range(3)]
        assert look() == (7, True, first)
        assert look() == (2, False, [(7, b"\4"), (7, b"\5")])
        assert look() == (0, False, [])


class Owner:
    """Of a socket: keeps what comes, and may fail or leave at its first datagram."""

    def __init__(self, ear: UdpReader, ours: socket.socket) -> None:
        self.got: list[bytes] = []
        self.turns: list[int] = []
        self.fails = self.leaves = False
        self._ear, self._ours = ear, ours
        ear.add(ours, self.take)

    def take(self, received: list[tuple[bytes, tuple[object, ...]]], _at_s: float) -> None:
        self.turns.append(next(TURNS))
        self.got += [datagram for datagram, _ in received]
        if self.leaves:
            self.leave()
        if self.fails:
            raise ValueError("an owner's own fault")

    def leave(self) -> None:
        self._ear.remove(self._ours)
        self._ours.close()

    async def has(self, number: int) -> None:
        async with asyncio.timeout(WITHIN_S):
            while len(self.got) < number:  # noqa: ASYNC110
                await asyncio.sleep(0.001)


async def test_amid_traffic_all_is_heard_and_when_it_ends_the_next_one_too() -> None:
    with sockets(3) as (ours, theirs):
        ear = reader()
        owners = [Owner(ear, each) for each in ours]
        for n in range(600):
            for each in ours:
                theirs.sendto(n.to_bytes(2, "big"), each.getsockname())
            await asyncio.sleep(0.0005 if n % 3 == 0 else 0)
        for owner in owners:
            await owner.has(600)
            assert owner.got == [n.to_bytes(2, "big") for n in range(600)]
        await asyncio.sleep(3 * LONGEST_S)
        theirs.sendto(b"later", ours[1].getsockname())
        await owners[1].has(601)
        ear.said(b"")
        for owner in owners:
            owner.leave()
        assert reader() is not ear  # the last one out ended it


async def test_an_owner_that_fails_or_leaves_takes_nothing_from_the_others() -> None:
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # it is told, and not of interest here
    with sockets(3) as (ours, theirs):
        ear = reader()
        failing, leaving, steady = (Owner(ear, each) for each in ours)
        addresses = [each.getsockname() for each in ours]
        for n in range(400):
            failing.fails = leaving.leaves = n >= 200  # by then they are read together
            for address in addresses:
                with contextlib.suppress(OSError):  # nobody is there any more
                    theirs.sendto(b"x", address)
            await asyncio.sleep(0.0005 if n % 3 == 0 else 0)
        await failing.has(400)
        await steady.has(400)
        failing.leave()
        steady.leave()


async def test_a_flood_on_one_socket_keeps_no_other_waiting() -> None:
    with sockets(2) as (ours, theirs):
        ear = reader()
        flooded, quiet = (Owner(ear, each) for each in ours)
        for _ in range(250):
            theirs.sendto(b"flood", ours[0].getsockname())
        theirs.sendto(b"x", ours[1].getsockname())
        await quiet.has(1)
        await flooded.has(250)
        assert quiet.turns[0] < flooded.turns[-1]
        flooded.leave()
        quiet.leave()


async def test_many_sockets_at_once_all_have_their_turn_and_so_has_the_loop() -> None:
    with sockets(200) as (ours, theirs):
        ear = reader()
        owners = [Owner(ear, each) for each in ours]
        for each in ours:
            for _ in range(12):
                theirs.sendto(b"x", each.getsockname())
        others = 0
        async with asyncio.timeout(WITHIN_S):
            while sum(len(owner.got) for owner in owners) < 200 * 12:
                await asyncio.sleep(0)
                others += 1
        assert others > 3  # the loop did other things between looks
        for owner in owners:
            owner.leave()
