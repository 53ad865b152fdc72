"""Figures of the MAVLink link."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pymavlink.dialects.v20 import common

from benchmarks import Figure
from benchmarks.link_traffic import ATTITUDE, NORMAL_HZ, OWN_HZ, beat, traffic
from benchmarks.timing import Turn, clocked, medians
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.receiver import Receiver
from vehicles.mavlink.wire.wanted import WANTED

_FRAMES, _PEERS_FRAMES, _TURNS = 2000, 200, 60
_DECISIONS = WANTED - {ATTITUDE}
"""What decisions rest on; the attitude is for people to look at."""


def figures() -> Iterator[Figure]:
    """All of them; about two minutes."""
    from benchmarks import link_asyncio, link_mavsdk  # noqa: PLC0415 - the first figures do not wait for these

    normal, own = traffic(NORMAL_HZ, 20_000), traffic(OWN_HZ, 20_000)
    yield from _decoding("PX4's normal streams", normal, _DECISIONS, "12 x, 1.8 M/s")
    yield from _decoding("PX4's normal streams, attitude too", normal, WANTED, "-")
    yield from _decoding("an orchestrator's own streams", own, WANTED, "6 x, 1.0 M/s")
    yield from link_asyncio.figures()
    yield from link_mavsdk.figures()


def _decoding(name: str, frames: list[bytes], wanted: frozenset[int], target: str) -> Iterator[Figure]:
    share = sum(int.from_bytes(frame[7:10], "little") in wanted for frame in frames) / len(frames)
    took = medians(_contenders(frames, wanted), _TURNS)
    for peer, words in (("fastcrc", "pymavlink with fastcrc"), ("slow", "pymavlink without fastcrc")):
        yield Figure(
            what=f"frames to values: {name}, {share:.0%} wanted; beside {words}",
            ours=1.0 / took["ours"],
            peer=1.0 / took[peer],
            ratio=took[peer] / took["ours"],
            wanted=target if peer == "fastcrc" else "-",
            unit="M frames/s on one core",
        )


def _contenders(frames: list[bytes], wanted: frozenset[int]) -> Mapping[str, Turn]:
    receiver = Receiver(_drop, wanted=wanted)
    receiver.feed(beat())
    parser = common.MAVLink(None)
    parser.robust_parsing = True
    starts = {"ours": 0, "peer": 0}

    def slice_of(name: str, size: int) -> list[bytes]:
        at = starts[name] = (starts[name] + size) % (len(frames) - size)
        return frames[at : at + size]

    def ours() -> tuple[float, int]:
        some = slice_of("ours", _FRAMES)

        def work() -> None:
            feed = receiver.feed
            for frame in some:
                feed(frame)

        return clocked(work), len(some)

    def theirs() -> tuple[float, int]:
        some = slice_of("peer", _PEERS_FRAMES)

        def work() -> None:
            parse = parser.parse_buffer
            for frame in some:
                parse(frame)

        return clocked(work), len(some)

    def theirs_slow() -> tuple[float, int]:
        common.x25crc = common._x25crc_slow  # noqa: SLF001 - what it takes itself where fastcrc is missing
        try:
            return theirs()
        finally:
            common.x25crc = common._x25crc_fast  # noqa: SLF001

    return {"ours": ours, "fastcrc": theirs, "slow": theirs_slow}


def _drop(_: Message) -> None:
    """Where values end in a benchmark."""
