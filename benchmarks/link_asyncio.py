"""From UDP datagrams to `Telemetry` in one asyncio process: saturated, and at 10,000 a second."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import uvloop
from pymavlink.dialects.v20 import common

from benchmarks import Figure
from benchmarks.timing import Turn, medians
from vehicles.mavlink.autopilots.known import AIRCRAFT, PX4
from vehicles.mavlink.links.udp import UdpLink
from vehicles.mavlink.reading.decode import Decoder
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.receiver import Receiver

_BATCH, _FILLS, _TURNS = 150, 10, 20
_SAMPLE_EVERY = 10
"""A vehicle that sends ten messages a second is looked at once a second, by the fleet's tick."""
_RATE_HZ, _FOR_S, _ROUNDS = 10_000, 1.0, 3

Ear = Callable[[bytes], bool]
MakeLoop = Callable[[], asyncio.AbstractEventLoop]


class _Heard:
    """Counts, and says when so many have been heard: who waits for that costs nothing meanwhile."""

    def __init__(self) -> None:
        self.heard = self._due = 0
        self._all_heard: asyncio.Future[None] | None = None

    def count(self) -> None:
        self.heard += 1
        if self.heard == self._due and self._all_heard is not None:
            self._all_heard.set_result(None)

    def when(self, due: int) -> asyncio.Future[None]:
        self._due, self._all_heard = due, asyncio.get_running_loop().create_future()
        return self._all_heard


class _Ours(_Heard):
    """The product's own way: link, receiver, decoder, and a sample now and then."""

    def __init__(self) -> None:
        super().__init__()
        self._decoder = Decoder(PX4, AIRCRAFT, 200.0)
        self._receiver = Receiver(self._hear)

    async def listen(self, port: int) -> Callable[[], None]:
        link = UdpLink(f"udpin:127.0.0.1:{port}")
        await link.open(self._take)
        return link.close

    def _take(self, datagram: bytes) -> bool:
        self.count()
        valid = self._receiver.feed(datagram)
        if self.heard % _SAMPLE_EVERY == 0:
            _ = self._decoder.telemetry
        return valid

    def _hear(self, message: Message) -> None:
        self._decoder.hear(message, 1.0)


class _Theirs(_Heard, asyncio.DatagramProtocol):
    """asyncio's own datagram transport, and pymavlink for every frame; what it gives is not even kept."""

    def __init__(self) -> None:
        super().__init__()
        self._parser = common.MAVLink(None)
        self._parser.robust_parsing = True

    async def listen(self, port: int) -> Callable[[], None]:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", port))
        return transport.close

    def datagram_received(self, data: bytes, addr: Any) -> None:  # noqa: ANN401, ARG002 - asyncio's shape
        self.count()
        self._parser.parse_buffer(data)


Contender = _Ours | _Theirs
_CONTENDERS: dict[str, tuple[Callable[[], Contender], MakeLoop]] = {
    "ours": (_Ours, asyncio.SelectorEventLoop),
    "stock asyncio + pymavlink": (_Theirs, asyncio.SelectorEventLoop),
    "uvloop + pymavlink": (_Theirs, uvloop.new_event_loop),
}


def figures(frames: list[bytes]) -> Iterator[Figure]:
    """Microseconds of the processor for a datagram."""
    saturated = medians({name: _saturated(*each, frames) for name, each in _CONTENDERS.items()}, _TURNS)
    yield from _beside("saturated", saturated, "3.5 us")
    paced = medians({name: _paced(*each, frames) for name, each in _CONTENDERS.items()}, _ROUNDS)
    yield from _beside(f"at {_RATE_HZ:,} a second", paced, "11 us")


def _beside(how: str, took: dict[str, float], target: str) -> Iterator[Figure]:
    ours = took.pop("ours")
    for peer, each in took.items():
        what = f"UDP datagram to Telemetry, {how}; beside {peer}"
        yield Figure(what, ours, each, each / ours, target, "us of the processor a datagram")


@asynccontextmanager
async def _listening(contender: Contender) -> Any:  # noqa: ANN401
    port = _free_port()
    close = await contender.listen(port)
    try:
        yield port
    finally:
        close()


def _saturated(make: Callable[[], Contender], make_loop: MakeLoop, frames: list[bytes]) -> Turn:
    """A turn: the socket's buffer is full before the clock starts. The contender lives through all turns."""
    contender = make()

    async def turn() -> tuple[float, int]:
        contender.heard = 0
        async with _listening(contender) as port:
            took_s = 0.0
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for fill in range(_FILLS):
                    for frame in frames[fill * _BATCH : (fill + 1) * _BATCH]:
                        sender.sendto(frame, ("127.0.0.1", port))
                    all_heard = contender.when((fill + 1) * _BATCH)
                    began_s = time.thread_time()
                    await all_heard
                    took_s += time.thread_time() - began_s
            return took_s, _FILLS * _BATCH

    return lambda: _run(make_loop, turn)


def _paced(make: Callable[[], Contender], make_loop: MakeLoop, frames: list[bytes]) -> Turn:
    """A turn: another process sends at a steady rate, and all of this one's time counts."""
    contender = make()

    async def turn() -> tuple[float, int]:
        contender.heard = 0
        async with _listening(contender) as port:
            sender = multiprocessing.get_context("fork").Process(target=_send, args=(frames, port))
            sender.start()
            while contender.heard < _RATE_HZ * _FOR_S / 10:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            began_s, before = time.thread_time(), contender.heard
            await asyncio.sleep(_FOR_S)
            took_s, heard = time.thread_time() - began_s, contender.heard - before
            sender.terminate()
            sender.join()
            return took_s, heard

    return lambda: _run(make_loop, turn)


def _run(make_loop: MakeLoop, turn: Callable[[], Awaitable[tuple[float, int]]]) -> tuple[float, int]:
    loop = make_loop()
    try:
        return loop.run_until_complete(turn())
    finally:
        loop.close()


def _send(frames: list[bytes], port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
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
