"""From UDP datagrams to `Telemetry` in one asyncio process: saturated, and at 10,000 a second.

Ours is the product's own way: the port, the sieve, the ordinary way for what is news, and a sample of each
vehicle for every ten of its datagrams, which is what the fleet's tick of a second needs; in a figure of its
own, a sample for every datagram. The peers read each frame, and keep nothing.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import cycle, islice
from multiprocessing.connection import Connection
from typing import Any

import uvloop
from pymavlink.dialects.v20 import common

from benchmarks import Figure
from benchmarks.link_ours import Fleet
from benchmarks.link_traffic import fleet_traffic, framed
from benchmarks.timing import Turn, medians
from vehicles.mavlink.wire.frames import Message

_BATCH, _FILLS, _TURNS = 150, 40, 10
_VEHICLES, _EACH = 100, 256
_RATE_HZ, _FOR_S, _ROUNDS = 10_000, 1.0, 3
_LOOK_EVERY_S = 0.02
_TEXT = 253

MakeLoop = Callable[[], asyncio.AbstractEventLoop]


class _Ours:
    """Vehicles are sampled in turn, `per_sample` datagrams for each sample."""

    def __init__(self, per_sample: int) -> None:
        self.per_sample = per_sample
        self._fleet = Fleet(_VEHICLES)
        self._looking: asyncio.Task[None] | None = None
        self._all_heard: asyncio.Future[None] | None = None
        first = self._fleet.decoders[0]
        hear = first.texts.hear

        def hear_text(message: Message, at_s: float) -> Any:  # noqa: ANN401
            if self._all_heard is not None and not self._all_heard.done():
                self._all_heard.set_result(None)
            return hear(message, at_s)

        first.texts.hear = hear_text  # type: ignore[method-assign]

    async def listen(self, port: int) -> Callable[[], None]:
        await self._fleet.listen(port)
        return self._fleet.close

    @property
    def heard(self) -> int:
        return self._fleet.heard

    async def all_heard(self, count: int) -> None:
        """All until a text of the first vehicle, and the samples that are due for so many."""
        self._all_heard = asyncio.get_running_loop().create_future()
        await self._all_heard
        self._fleet.sample(count // self.per_sample)

    async def look(self) -> None:
        """Sample at the rate that is due when `_RATE_HZ` datagrams come in a second."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            self._fleet.sample(round(_RATE_HZ * _LOOK_EVERY_S / self.per_sample))


class _Theirs(asyncio.DatagramProtocol):
    """asyncio's own datagram transport, and pymavlink for every frame; what it gives is not even kept."""

    def __init__(self) -> None:
        self.heard = self._due = 0
        self._all_heard: asyncio.Future[None] | None = None
        self._parser = common.MAVLink(None)
        self._parser.robust_parsing = True

    async def listen(self, port: int) -> Callable[[], None]:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", port))
        return transport.close

    def datagram_received(self, data: bytes, addr: Any) -> None:  # noqa: ANN401, ARG002 - asyncio's shape
        self._parser.parse_buffer(data)
        self.heard += 1
        if self.heard == self._due and self._all_heard is not None:
            self._all_heard.set_result(None)

    async def all_heard(self, count: int) -> None:
        """So many more."""
        self._due, self._all_heard = self.heard + count, asyncio.get_running_loop().create_future()
        await self._all_heard

    async def look(self) -> None:
        """Nothing is there to be looked at."""


Contender = _Ours | _Theirs
_CONTENDERS: dict[str, tuple[Callable[[], Contender], MakeLoop]] = {
    "ours": (lambda: _Ours(10), asyncio.SelectorEventLoop),
    "a sample for each": (lambda: _Ours(1), asyncio.SelectorEventLoop),
    "stock asyncio + pymavlink": (_Theirs, asyncio.SelectorEventLoop),
    "uvloop + pymavlink": (_Theirs, uvloop.new_event_loop),
}


def figures() -> Iterator[Figure]:
    """Microseconds of the processor for a datagram."""
    with ExitStack() as stack:
        workers = {name: stack.enter_context(_worker(name)) for name in _CONTENDERS}
        saturated = medians({name: each("saturated") for name, each in workers.items()}, _TURNS)
        yield from _beside("saturated", saturated, "3.5 us, 6 x and 4 x")
        paced = medians({name: each("paced") for name, each in workers.items()}, _ROUNDS)
        yield from _beside(f"at {_RATE_HZ:,} a second", paced, "11 us, 3.3 x and 2.5 x")


def _beside(how: str, took: dict[str, float], target: str) -> Iterator[Figure]:
    ours, each_time = took.pop("ours"), took.pop("a sample for each")
    for peer, theirs in took.items():
        for words, mine, wanted in (("", ours, target), (", a sample for each", each_time, "-")):
            what = f"UDP datagram to Telemetry, {how}{words}; beside {peer}"
            yield Figure(what, mine, theirs, theirs / mine, wanted, "us of the processor a datagram")


@contextmanager
def _worker(name: str) -> Iterator[Callable[[str], Turn]]:
    """A contender in a process of its own, where nothing but itself has touched the memory allocator.

    It matters: glibc stops giving memory back for each of asyncio's 256 KiB once a larger piece was freed.
    """
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_work, args=(name, there))
    process.start()
    there.close()  # so that its end is heard of

    def turn(how: str) -> Turn:
        def ask() -> tuple[float, int]:
            here.send(how)
            took_s, pieces = here.recv()
            return float(took_s), int(pieces)

        return ask

    try:
        yield turn
    finally:
        with suppress(OSError):
            here.send("end")
        process.join()


def _work(name: str, pipe: Connection) -> None:
    """The contender's life: it listens all the while, as a program does."""
    make, make_loop = _CONTENDERS[name]
    loop, contender, port = make_loop(), make(), _free_port()
    frames = cycle(fleet_traffic(_VEHICLES, _EACH))
    close = loop.run_until_complete(contender.listen(port))
    loop.run_until_complete(_saturated(contender, port, frames))
    try:
        while (how := pipe.recv()) != "end":
            turn = _saturated if how == "saturated" else _paced
            pipe.send(loop.run_until_complete(turn(contender, port, frames)))
    finally:
        close()
        loop.close()


async def _saturated(contender: Contender, port: int, frames: Iterator[bytes]) -> tuple[float, int]:
    """A turn: the socket's buffer is full before the clock starts."""
    end, took_s = framed(_TEXT, b"\6that is all", 1, 0), 0.0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", port + 1))
        for _ in range(_FILLS):
            for frame in (*islice(frames, _BATCH - 1), end):
                sender.sendto(frame, ("127.0.0.1", port))
            began_s = time.thread_time()
            await contender.all_heard(_BATCH)
            took_s += time.thread_time() - began_s
    return took_s, _FILLS * _BATCH


async def _paced(contender: Contender, port: int, frames: Iterator[bytes]) -> tuple[float, int]:
    """A turn: another process sends at a steady rate, and all of this one's time counts."""
    some = list(islice(frames, _VEHICLES * _EACH))
    sender = multiprocessing.get_context("fork").Process(target=_send, args=(some, port))
    sender.start()
    looking = asyncio.create_task(contender.look())
    await asyncio.sleep(_FOR_S / 2.0)
    before, began_s = contender.heard, time.thread_time()
    await asyncio.sleep(_FOR_S)
    took_s, heard = time.thread_time() - began_s, contender.heard - before
    sender.terminate()
    sender.join()
    looking.cancel()
    return took_s, heard


def _send(frames: list[bytes], port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", port + 1))
        began_s, sent = time.perf_counter(), 0
        while True:
            while sent < (time.perf_counter() - began_s) * _RATE_HZ:
                sender.sendto(frames[sent % len(frames)], ("127.0.0.1", port))
                sent += 1
            time.sleep(0.00005)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
