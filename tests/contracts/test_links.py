"""Every kind of link is held to the same behaviour, on the real wire."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.contracts.far_ends import KINDS, WITHIN_S, Far, far_end
from tests.vehicles.mavlink import wire
from vehicles.mavlink.links.link import Link
from vehicles.mavlink.wire.frames import Frame, split

pytestmark = pytest.mark.parametrize("kind", KINDS)


WE_LISTEN = {"tcpin", "udpin", "udpin shared"}


class Ear:
    """Collects what a link delivers; every whole frame is valid."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self._news = asyncio.Event()

    def take(self, datagram: bytes) -> bool:
        frames = [piece.data for piece in split(datagram) if isinstance(piece, Frame)]
        assert sum(map(len, frames)) == len(datagram)
        self.frames += frames
        self._news.set()
        return bool(frames)

    async def until(self, count: int) -> list[bytes]:
        async with asyncio.timeout(WITHIN_S):
            while len(self.frames) < count:
                self._news.clear()
                await self._news.wait()
        return self.frames


SENDER = wire.Sender()
HELLO = SENDER.frame(wire.heartbeat())


def numbered(count: int) -> list[bytes]:
    return [SENDER.frame(wire.position(boot_ms=n)) for n in range(count)]


async def met(link: Link, far: Far, ear: Ear) -> None:
    """Both ends know of each other: greetings are said again until heard, as heartbeats are."""
    before = len(ear.frames)
    async with asyncio.timeout(WITHIN_S):
        for _ in range(1000):
            link.send(HELLO)
            await far.say(HELLO)
            await asyncio.sleep(0.05)
            if len(ear.frames) > before and not link.trouble:
                break
    ear.frames.clear()


async def opened(link: Link, far: Far, ear: Ear, kind: str) -> None:
    """Who listens comes first."""
    if kind in WE_LISTEN:
        await link.open(ear.take)
        await far.plug()
    else:
        await far.plug()
        await link.open(ear.take)
    await met(link, far, ear)


@asynccontextmanager
async def joined(kind: str, folder: Path) -> AsyncIterator[tuple[Link, Far, Ear]]:
    async with far_end(kind, folder) as far:
        link, ear = far.make(), Ear()
        try:
            await opened(link, far, ear, kind)
            yield link, far, ear
        finally:
            link.close()
            await asyncio.sleep(0.01)


async def heard_from_us(far: Far, frames: list[bytes]) -> None:
    """The vehicle's end hears exactly these, after greetings that were still under way."""
    wanted = b"".join(frames)
    got = b""
    async with asyncio.timeout(WITHIN_S):
        while not got.endswith(wanted):
            got += await far.heard()
    greetings = got.removesuffix(wanted)
    assert greetings == HELLO * (len(greetings) // len(HELLO))


async def test_what_the_vehicle_says_arrives_whole_and_in_order(kind: str, tmp_path: Path) -> None:
    async with joined(kind, tmp_path) as (_, far, ear):
        frames = numbered(100)
        for frame in frames:
            await far.say(frame)
        late = [frame for frame in await ear.until(100) if frame != HELLO]
        assert late == frames


async def test_what_we_say_arrives_whole_and_in_order(kind: str, tmp_path: Path) -> None:
    async with joined(kind, tmp_path) as (link, far, _):
        frames = numbered(50)
        for frame in frames:
            link.send(frame)
        await heard_from_us(far, frames)


async def test_a_closed_link_is_silent_both_ways_and_can_be_opened_again(kind: str, tmp_path: Path) -> None:
    async with joined(kind, tmp_path) as (link, far, ear):
        link.close()
        link.close()
        link.send(HELLO)
        if kind not in WE_LISTEN | {"tcpout"}:  # whose other end is closed by it
            await far.say(HELLO)
        await asyncio.sleep(0.1)
        assert ear.frames == []
        await far.pull()
        await opened(link, far, ear, kind)
        await far.say(HELLO)
        await ear.until(1)


async def test_never_opened_it_can_be_told_anything(kind: str, tmp_path: Path) -> None:
    async with far_end(kind, tmp_path) as far:
        link = far.make()
        link.send(HELLO)
        link.close()
        assert link.name


async def test_a_vehicle_that_goes_away_and_comes_back_is_found_again(kind: str, tmp_path: Path) -> None:
    async with joined(kind, tmp_path) as (link, far, ear):
        await far.pull()
        for _ in range(int(WITHIN_S / 0.02) if far.tells else 0):
            link.send(HELLO)
            await asyncio.sleep(0.02)
            if link.trouble:
                break
        assert bool(link.trouble) == far.tells
        for _ in range(10):
            link.send(HELLO)
        await far.plug()
        await met(link, far, ear)
        assert link.trouble == ""
        await heard_after_return(link, far)


async def heard_after_return(link: Link, far: Far) -> None:
    frames = numbered(3)
    for frame in frames:
        link.send(frame)
    await heard_from_us(far, frames)


async def test_a_vehicle_that_stops_listening_costs_neither_time_nor_memory(
    kind: str, tmp_path: Path
) -> None:
    if kind == "memory":
        pytest.skip("hands each datagram to the loop")
    async with joined(kind, tmp_path) as (link, _, __):
        loop = asyncio.get_running_loop()
        frame = numbered(1)[0]
        tracemalloc.start()
        begun_s = loop.time()
        for _ in range(100):
            for _ in range(500):
                link.send(frame)
            await asyncio.sleep(0)
        took_s = loop.time() - begun_s
        held_bytes, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert took_s < 5.0
        assert held_bytes < 1_500_000  # of 2,000,000 said
