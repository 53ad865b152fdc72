"""From UDP datagrams to `Telemetry` in one asyncio process: saturated, and at 10,000 a second.

Ours is the product's own way for 1,000 vehicles: the ports, the sieve, the ordinary way for what is news, and
a sample of each vehicle for every ten of its datagrams, which is what the fleet's tick of a second needs. The
peers make a value of each frame and keep nothing: more than ours does without samples, less than with one for
each datagram (of those that one look finds, together). So both of these are figures of their own.
Saturated: another process sends as fast as it can, which is more than the peers can read.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import cycle
from multiprocessing.connection import Connection
from typing import Any

import uvloop
from pymavlink.dialects.v20 import common

from benchmarks import Figure
from benchmarks.link_ours import Fleet
from benchmarks.link_traffic import fleet_traffic
from benchmarks.timing import Turn, medians
from vehicles.mavlink.links.udp_reader import reader

_VEHICLES, _EACH, _PORTS = 1000, 256, 4
_RATE_HZ, _FOR_S, _ROUNDS = 10_000, 1.0, 3
_SETTLE_S, _SATURATED_S, _TURNS = 0.2, 0.3, 10
_SAMPLED_EVERY_S, _SATURATED_EVERY_S = 0.02, 0.002
"""Saturated as often as sockets are looked at: a sampler that asked at each turn of the loop kept it turning,
and what it burned between two looks was counted as the datagrams' own."""

MakeLoop = Callable[[], asyncio.AbstractEventLoop]


class _Ours:
    """Vehicles are sampled in turn, one for so many datagrams; 0: never."""

    def __init__(self, per_sample: int) -> None:
        self._per_sample = per_sample
        self._fleet = Fleet(_VEHICLES, _VEHICLES // _PORTS)

    async def listen(self, port: int) -> Callable[[], None]:
        await self._fleet.listen(port)
        return self._fleet.close

    @property
    def heard(self) -> int:
        return reader().datagrams

    async def look(self, every_s: float) -> None:
        """Sample what is due by what came since."""
        due, before = 0, self.heard
        while self._per_sample:
            await asyncio.sleep(every_s)
            due, before = due + self.heard - before, self.heard
            self._fleet.sample(due // self._per_sample)
            due %= self._per_sample


class _Theirs(asyncio.DatagramProtocol):
    """asyncio's own datagram transport, and pymavlink for every frame; what it gives is not even kept."""

    def __init__(self) -> None:
        self.heard = 0
        self._parser = common.MAVLink(None)
        self._parser.robust_parsing = True

    async def listen(self, port: int) -> Callable[[], None]:
        make, closing = asyncio.get_running_loop().create_datagram_endpoint, ExitStack()
        for each in range(port, port + _PORTS):
            transport, _ = await make(lambda: self, local_addr=("127.0.0.1", each))
            closing.callback(transport.close)
        return closing.close

    def datagram_received(self, data: bytes, addr: Any) -> None:  # noqa: ANN401, ARG002 - asyncio's shape
        self._parser.parse_buffer(data)
        self.heard += 1

    async def look(self, every_s: float) -> None:
        """Nothing is there to be looked at."""


Contender = _Ours | _Theirs
_CONTENDERS: dict[str, tuple[Callable[[], Contender], MakeLoop]] = {
    "a sample for every ten": (lambda: _Ours(10), asyncio.SelectorEventLoop),
    "a sample for each": (lambda: _Ours(1), asyncio.SelectorEventLoop),
    "no samples": (lambda: _Ours(0), asyncio.SelectorEventLoop),
    "stock asyncio + pymavlink": (_Theirs, asyncio.SelectorEventLoop),
    "uvloop + pymavlink": (_Theirs, uvloop.new_event_loop),
}
_PEERS = ("stock asyncio + pymavlink", "uvloop + pymavlink")


def figures() -> Iterator[Figure]:
    """Microseconds of the processor for a datagram."""
    with ExitStack() as stack:
        workers = {name: stack.enter_context(_worker(name)) for name in _CONTENDERS}
        saturated = medians({name: each("saturated") for name, each in workers.items()}, _TURNS)
        yield from _beside("saturated", saturated, "3.5 us, 6 x and 4 x")
        paced = medians({name: each("paced") for name, each in workers.items()}, _ROUNDS)
        yield from _beside(f"at {_RATE_HZ:,} a second", paced, "11 us, 3.3 x and 2.5 x")


def _beside(how: str, took: dict[str, float], target: str) -> Iterator[Figure]:
    for peer in _PEERS:
        for words in (name for name in took if name not in _PEERS):
            what = f"UDP datagram to Telemetry, {how}, {words}; beside {peer}"
            wanted = target if words == "a sample for every ten" else "-"
            ratio = took[peer] / took[words]
            yield Figure(what, took[words], took[peer], ratio, wanted, "us of the processor a datagram")


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
    frames = fleet_traffic(_VEHICLES // _PORTS, _EACH)
    close = loop.run_until_complete(contender.listen(port))
    loop.run_until_complete(_turn(contender, port, frames, _RATE_HZ, _FOR_S))
    gc.collect()
    gc.freeze()  # as `serve` does once its vehicles are there
    try:
        while (how := pipe.recv()) != "end":
            rate_hz, for_s = (None, _SATURATED_S) if how == "saturated" else (_RATE_HZ, _FOR_S)
            pipe.send(loop.run_until_complete(_turn(contender, port, frames, rate_hz, for_s)))
    finally:
        close()
        loop.close()


async def _turn(
    contender: Contender, port: int, frames: list[bytes], rate_hz: float | None, for_s: float
) -> tuple[float, int]:
    """Another process sends, at a steady rate or as fast as it can, and all of this one's time counts."""
    sender = multiprocessing.get_context("fork").Process(target=_send, args=(frames, port, rate_hz))
    sender.start()
    looking = asyncio.create_task(contender.look(_SATURATED_EVERY_S if rate_hz is None else _SAMPLED_EVERY_S))
    await asyncio.sleep(_SETTLE_S)
    before, began_s = contender.heard, time.thread_time()
    await asyncio.sleep(for_s)
    took_s, heard = time.thread_time() - began_s, contender.heard - before
    sender.terminate()
    sender.join()
    looking.cancel()
    return took_s, heard


def _send(frames: list[bytes], port: int, rate_hz: float | None) -> None:
    """The same frames to each port: other vehicles are there."""
    senders = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(_PORTS)]
    for number, sender in enumerate(senders, start=port):
        sender.bind(("127.0.0.1", number + _PORTS))
        sender.connect(("127.0.0.1", number))
    began_s, sent = time.perf_counter(), 0
    for frame in cycle(frames):
        while rate_hz is not None and sent > (time.perf_counter() - began_s) * rate_hz:
            time.sleep(0.00005)
        for sender in senders:
            sender.send(frame)
        sent += _PORTS


def _free_port() -> int:
    """The first of as many as listen and send."""
    while True:
        with ExitStack() as stack:
            probes = [stack.enter_context(socket.socket(type=socket.SOCK_DGRAM)) for _ in range(2 * _PORTS)]
            probes[0].bind(("127.0.0.1", 0))
            first = int(probes[0].getsockname()[1])
            with suppress(OSError, OverflowError):
                for number, probe in enumerate(probes[1:], start=1):
                    probe.bind(("127.0.0.1", first + number))
                return first
