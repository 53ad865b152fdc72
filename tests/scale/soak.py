"""Vehicles come, restart, fall silent and go, for hours: does memory stay flat?

    python -m tests.scale.soak --minutes 60            on virtual time, over links in memory
    python -m tests.scale.soak --minutes 60 --wire     in real time, all on one UDP port
    python -m tests.scale.soak --signed FOLDER --wire  with keys and recorded: stamps and tapes in FOLDER

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
from pathlib import Path
from typing import Any

from benchmarks.timing import resident_mb
from sitl.loop import run_virtual
from tests.scale.speaker import KEY, Speaker
from vehicles.clock import now_s
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.link import Link, memory_pair
from vehicles.mavlink.links.tlog_record import RecordedLink, Recorder, Rotation
from vehicles.mavlink.links.udp_port import UdpPort
from vehicles.mavlink.wire.signing import Signer
from vehicles.mavlink.wire.stamps import StampFile
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


class Soak:
    """`slots` vehicles at a time, one after the other in each."""

    def __init__(
        self,
        slots: int,
        seed: int,
        sample_every_s: float,
        tell: Callable[[Sample], None] = lambda _: None,
        folder: Path | None = None,
    ) -> None:
        self.met = self.messages = 0
        self._tell = tell
        self._sample_every_s = sample_every_s
        self._slots = slots
        self._dice = random.Random(seed)  # noqa: S311 - chance, not secrets
        self._port: UdpPort | None = None
        self._folder = folder
        self._stamps = None if folder is None else StampFile(folder / "stamps.json")

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
        craft = self._craft(slot, links, speaker)
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

    def _craft(self, slot: int, links: Sequence[Link], speaker: Speaker) -> Craft:
        vehicle_id, identity = VehicleId(f"D{slot}"), Identity(system_id=slot + 1)
        if self._folder is None or self._stamps is None:
            return over(links, vehicle_id, DELIVERY_DRONE, identity)
        stamps = self._stamps.of(vehicle_id)
        speaker.sign(slot + 1, stamps.newest)
        tape = Recorder(self._folder, vehicle_id, Rotation(1 << 20, 2))
        return over(
            [RecordedLink(link, tape) for link in links],
            vehicle_id,
            DELIVERY_DRONE,
            identity,
            signer_for=lambda number: Signer(KEY, number, stamps, now_s),
        )

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
    minutes: float,
    slots: int,
    sample_every_s: float = 60.0,
    tell: Callable[[Sample], None] = lambda _: None,
    folder: Path | None = None,
) -> list[Sample]:
    """Simulated minutes, as fast as the machine can."""
    tracemalloc.start()
    try:
        return run_virtual(Soak(slots, 1, sample_every_s, tell, folder).over_memory(minutes), START_UTC_S)
    finally:
        tracemalloc.stop()


def soak_on_the_wire(
    minutes: float,
    slots: int,
    sample_every_s: float = 60.0,
    tell: Callable[[Sample], None] = lambda _: None,
    folder: Path | None = None,
) -> list[Sample]:
    """Real minutes over UDP."""
    tracemalloc.start()
    try:
        return asyncio.run(Soak(slots, 1, sample_every_s, tell, folder).over_the_wire(minutes))
    finally:
        tracemalloc.stop()


def _tell(sample: Sample) -> None:
    print(sample, flush=True)  # noqa: T201 - a command


def main() -> int:
    """Run and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--vehicles", type=int, default=10, help="at a time")
    parser.add_argument("--wire", action="store_true", help="real time, real UDP")
    parser.add_argument("--signed", type=Path, metavar="FOLDER", help="with keys, and recorded there")
    options = parser.parse_args()
    run = soak_on_the_wire if options.wire else soak_virtually
    samples = run(options.minutes, options.vehicles, tell=_tell, folder=options.signed)
    print(f"grew by {growth_bytes(samples) / 1e3:.0f} kB: {'flat' if is_flat(samples) else 'NOT FLAT'}")  # noqa: T201
    return 0 if is_flat(samples) else 1


if __name__ == "__main__":
    sys.exit(main())
