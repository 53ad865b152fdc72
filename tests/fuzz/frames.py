"""Mutated real frames through all that reads them: nothing raises, and memory stays flat.

    python -m tests.fuzz.frames --count 10000000

The frames are those of the recordings that come with the tests, and of PX4's where they are at hand.

Prints how far it is, how fast, and the memory in use; exits 1 with the datagram that raised.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.mutations import Mutator
from tests.fuzz.vessel import Vessel
from tests.vehicles.mavlink import recordings, wire

_VESSEL_LIVES = 20_000
"""Datagrams until a vehicle leaves and another comes."""
_RARELY = 50
_FRAMES_OF_EACH = 3000


@dataclass(frozen=True, slots=True)
class Shaken:
    """What a run saw: messages, and how many a row kept, without a key and with one.

    Memory is that of the process, in MB, after a tenth of it and at its end.
    """

    count: int
    parsed: int
    kept: int
    kept_signed: int
    broken: int
    took_s: float
    early_mb: float
    late_mb: float


def real_frames() -> list[bytes]:
    """Some of every recording at hand, whatever kinds of messages it holds first."""
    found: list[bytes] = []
    px4s = (recordings.FOLDER / f"{name}.tlog" for name in recordings.NAMES)
    for path in (*recordings.SHIPPED, *(path for path in px4s if path.exists())):
        of_kind: dict[bytes, int] = {}
        for frame in recordings.frames_in(path):
            kind = frame[7:10]
            of_kind[kind] = of_kind.get(kind, 0) + 1
            if of_kind[kind] <= _FRAMES_OF_EACH // 50:
                found.append(frame)
    return found


def shake(count: int, seed: int, frames: list[bytes], *, tell: bool = False) -> Shaken:
    """Feed `count` mutated frames. What raises, raises."""
    mutator = Mutator(frames, seed)
    beat = wire.Sender().frame(wire.heartbeat())
    vessel, early_mb, parsed, kept, kept_signed, broken = Vessel(beat), 0.0, 0, 0, 0, 0
    began_s = time.perf_counter()
    for n in range(count):
        datagram = mutator.next()
        try:
            vessel.feed(datagram)
            if n % _RARELY == 0:
                vessel.feed_rarely(datagram)
        except BaseException:
            print(f"datagram {n} of seed {seed}: {datagram.hex()}", file=sys.stderr)  # noqa: T201
            raise
        if n % _VESSEL_LIVES == _VESSEL_LIVES - 1 or n == count - 1:
            parsed += vessel.plain.counts.parsed
            broken += vessel.plain.counts.broken
            kept += vessel.sifted.row.parsed
            kept_signed += vessel.sifted_signed.row.parsed
            vessel = Vessel(beat)
            gc.collect()  # a vessel is a ring: how many of them wait for the collector is no leak
        if n == count // 10:
            early_mb = memory_mb()
        if tell and n % (count // 20 or 1) == 0:
            print(f"{n:>10}  {time.perf_counter() - began_s:6.0f} s  {memory_mb():6.1f} MB", flush=True)  # noqa: T201
    return Shaken(
        count, parsed, kept, kept_signed, broken, time.perf_counter() - began_s, early_mb, memory_mb()
    )


def memory_mb() -> float:
    """Resident memory of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(shake(chosen.count, chosen.seed, real_frames(), tell=True))  # noqa: T201


if __name__ == "__main__":
    main()
