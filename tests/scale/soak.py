"""Vehicles come, restart, fall silent and go, for hours: does memory stay flat?

    python -m tests.scale.soak --minutes 60            on virtual time, over links in memory
    python -m tests.scale.soak --minutes 60 --wire     in real time, all on one UDP port

Each vehicle is met, speaks at 12 messages a second with dirt between, answers what it is asked, restarts now
and then, and goes; another takes its place. Each minute it tells what Python and the process
hold. Exit 1 when what Python holds grew.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import random
import socket
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pymavlink.dialects.v20 import common

from benchmarks.timing import resident_mb
from sitl.loop import run_virtual
from tests.vehicles.mavlink import wire
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.link import Link, memory_pair
from vehicles.mavlink.links.udp_port import UdpPort
from vehicles.mavlink.wire.frames import Frame, parse, split
from vehicles.mission import VehicleId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.vehicle import Hold

START_UTC_S = 1_790_000_000.0
SPARE_BYTES = 512 * 1024
GROWTH_FRAC = 0.05


@dataclass(frozen=True, slots=True)
class Sample:
    """What Python held, after a collection, when the soak had gone on for so long; and the whole process."""

    after_s: float
    held_bytes: int
    met: int
    messages: int
    resident_mb: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.after_s / 60:5.0f} min  Python holds {self.held_bytes / 1e6:.2f} MB, "
            f"the process {self.resident_mb:.1f} MB; "
            f"{self.met} vehicles came and went, {self.messages} messages"
        )


class Speaker:
    """A vehicle made of nothing but words."""

    def __init__(self, system_id: int, send: Callable[[bytes], object], dice: random.Random) -> None:
        self._sender = wire.Sender(system_id)
        self._send = send
        self._dice = dice
        self.said = 0

    def hear(self, datagram: bytes) -> bool:
        for piece in split(datagram):
            message = parse(piece) if isinstance(piece, Frame) else None
            if message is not None and message.get_type() == "COMMAND_LONG":
                to = (message.get_srcSystem(), message.get_srcComponent())
                self._say(common.MAVLink_command_ack_message(message.command, 0, 0, 0, *to))
        return True

    def _say(self, message: Any) -> None:  # noqa: ANN401 - pymavlink's messages have no types
        self._utter(self._sender.frame(message))
        self.said += 1

    def _utter(self, datagram: bytes) -> None:
        with contextlib.suppress(OSError):  # nobody listens there any more, or the network is full
            self._send(datagram)

    async def live(self, for_s: float) -> None:
        boot_ms, mode = 60_000, wire.HOLD
        for tick in range(int(for_s * 5)):
            boot_ms += 200
            if self._dice.random() < 0.002:
                boot_ms = 500  # a restart
            if self._dice.random() < 0.01:
                mode = self._dice.choice((wire.HOLD, wire.MISSION, self._dice.randrange(1 << 32)))
            self._say(wire.position(boot_ms=boot_ms))
            self._say(common.MAVLink_attitude_message(boot_ms, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))
            if tick % 5 == 0:
                self._say(wire.heartbeat(mode=mode))
                self._say(wire.status(self._dice.randrange(101)))
            if self._dice.random() < 0.05:
                self._say(wire.text(f"Something {self._dice.random()} happened"))
                self._utter(self._dice.randbytes(self._dice.randrange(1, 300)))
            await asyncio.sleep(0.2)


class Soak:
    """`slots` vehicles at a time, one after the other in each."""

    def __init__(
        self, slots: int, seed: int, sample_every_s: float, tell: Callable[[Sample], None] = lambda _: None
    ) -> None:
        self.met = self.messages = 0
        self._tell = tell
        self._sample_every_s = sample_every_s
        self._slots = slots
        self._dice = random.Random(seed)  # noqa: S311 - chance, not secrets
        self._port: UdpPort | None = None

    async def over_memory(self, minutes: float) -> list[Sample]:
        """On whatever loop runs: meant for virtual time."""
        return await self._run(minutes, self._in_memory)

    async def over_the_wire(self, minutes: float) -> list[Sample]:
        """All on one UDP port of this machine."""
        self._port = UdpPort(f"udpin:127.0.0.1:{_free_port()}")
        return await self._run(minutes, self._by_udp)

    async def _run(self, minutes: float, visit: Callable[[int, float], Any]) -> list[Sample]:
        async def stand(slot: int) -> None:
            while True:
                await visit(slot, self._dice.uniform(10.0, 120.0))
                await asyncio.sleep(self._dice.uniform(0.0, 5.0))

        stands = [asyncio.create_task(stand(slot), name=f"slot {slot}") for slot in range(self._slots)]
        samples = []
        for number in range(1, max(1, round(minutes * 60 / self._sample_every_s)) + 1):
            await asyncio.sleep(self._sample_every_s)
            for task in stands:
                if task.done():
                    task.result()
            gc.collect()
            held, _ = tracemalloc.get_traced_memory()
            sample = Sample(number * self._sample_every_s, held, self.met, self.messages, resident_mb())
            samples.append(sample)
            self._tell(sample)
        for task in stands:
            task.cancel()
        await asyncio.gather(*stands, return_exceptions=True)
        return samples

    async def _in_memory(self, slot: int, for_s: float) -> None:
        ours, theirs = memory_pair()
        spare, far = memory_pair()

        def by_both(frame: bytes) -> None:
            theirs.send(frame)
            far.send(frame)

        speaker = Speaker(slot + 1, by_both, self._dice)
        await theirs.open(speaker.hear)
        await far.open(speaker.hear)
        await self._visit(slot, [ours, spare], speaker, for_s)
        theirs.close()
        far.close()

    async def _by_udp(self, slot: int, for_s: float) -> None:
        assert self._port is not None
        link = self._port.link(slot + 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug:
            plug.setblocking(False)  # noqa: FBT003
            await link.open(lambda _: False)
            plug.connect(("127.0.0.1", self._port.port))
            link.close()
            loop, speaker = asyncio.get_running_loop(), Speaker(slot + 1, plug.send, self._dice)
            loop.add_reader(plug, _drain, plug, speaker)
            try:
                await self._visit(slot, [link], speaker, for_s)
            finally:
                loop.remove_reader(plug)

    async def _visit(self, slot: int, links: Sequence[Link], speaker: Speaker, for_s: float) -> None:
        craft = over(links, VehicleId(f"D{slot}"), DELIVERY_DRONE, Identity(system_id=slot + 1))
        async with craft:
            living = asyncio.create_task(speaker.live(for_s))
            try:
                while not living.done():
                    craft.attend()
                    await self._ask(craft)
                    await asyncio.sleep(1.0)
                await living
            finally:
                living.cancel()
        self.met += 1
        self.messages += speaker.said

    async def _ask(self, craft: Craft) -> None:
        if craft.telemetry is not None and self._dice.random() < 0.05:
            await craft.command(Hold())


def _drain(plug: socket.socket, speaker: Speaker) -> None:
    with contextlib.suppress(OSError):
        while True:
            speaker.hear(plug.recv(4096))


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def growth_bytes(samples: Sequence[Sample]) -> int:
    """How much more was held in the last quarter than in the second, by the least of each: 0 is flat."""
    quarter = max(1, len(samples) // 4)
    early = min(sample.held_bytes for sample in samples[quarter : 2 * quarter] or samples[:1])
    late = min(sample.held_bytes for sample in samples[-quarter:])
    return max(0, late - early)


def is_flat(samples: Sequence[Sample]) -> bool:
    """Whether memory did not grow, but for what a few more texts are worth."""
    return growth_bytes(samples) <= max(SPARE_BYTES, GROWTH_FRAC * samples[0].held_bytes)


def soak_virtually(
    minutes: float, slots: int, sample_every_s: float = 60.0, tell: Callable[[Sample], None] = lambda _: None
) -> list[Sample]:
    """Simulated minutes, as fast as the machine can."""
    tracemalloc.start()
    try:
        return run_virtual(Soak(slots, 1, sample_every_s, tell).over_memory(minutes), START_UTC_S)
    finally:
        tracemalloc.stop()


def soak_on_the_wire(
    minutes: float, slots: int, sample_every_s: float = 60.0, tell: Callable[[Sample], None] = lambda _: None
) -> list[Sample]:
    """Real minutes over UDP."""
    tracemalloc.start()
    try:
        return asyncio.run(Soak(slots, 1, sample_every_s, tell).over_the_wire(minutes))
    finally:
        tracemalloc.stop()


def main() -> int:
    """Run and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--vehicles", type=int, default=10, help="at a time")
    parser.add_argument("--wire", action="store_true", help="real time, real UDP")
    options = parser.parse_args()
    run = soak_on_the_wire if options.wire else soak_virtually
    samples = run(options.minutes, options.vehicles, tell=lambda sample: print(sample, flush=True))  # noqa: T201 - a command
    print(f"grew by {growth_bytes(samples) / 1e3:.0f} kB: {'flat' if is_flat(samples) else 'NOT FLAT'}")  # noqa: T201
    return 0 if is_flat(samples) else 1


if __name__ == "__main__":
    sys.exit(main())
