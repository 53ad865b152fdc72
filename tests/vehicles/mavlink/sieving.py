"""One vehicle twice, sifted and heard frame by frame, for tests that compare the two."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Self

import pytest

from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.exchanges import exchange, rounds
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links import bond, tlog_record, udp_port, udp_reader
from vehicles.mavlink.links.bond import Bond
from vehicles.mavlink.links.datagrams import STRIDE, name_of
from vehicles.mavlink.links.link import Link
from vehicles.mavlink.links.tlog_record import RecordedLink, Recorder
from vehicles.mavlink.links.udp_port import UdpPort
from vehicles.mavlink.links.udp_reader import UdpReader
from vehicles.mavlink.wire.signing import Signer
from vehicles.mavlink.wire.stamps import Stamps
from vehicles.mission import VehicleId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.telemetry import Parts, Telemetry

HERE, ELSEWHERE = ("127.0.0.1", 4000), ("127.0.0.1", 4001)
KEY = bytes(range(32))


@dataclass
class Clock:
    """Fleet time for both sides, as the test says."""

    at_s: float = 1_790_000_000.0

    def now_s(self) -> float:
        return self.at_s


@dataclass
class Both:
    """One vehicle twice: sifted, and heard frame by frame."""

    sifted: Craft
    plain: Craft


class Air:
    """Brings datagrams to a port, some at a time, as a look at the sockets finds them."""

    def __init__(self, clock: Clock, worth_sifting: int) -> None:
        self.ear = UdpReader(asyncio.get_running_loop(), worth_sifting=worth_sifting)
        self.port = UdpPort("udpin:127.0.0.1:0")
        self._clock = clock

    def bring(self, frames: list[bytes], sender: tuple[str, int]) -> None:
        buffers = self.ear._datagrams[socket.AF_INET]
        name = name_of(sender)
        for number, frame in enumerate(frames):
            buffers._data[number * STRIDE : number * STRIDE + len(frame)] = frame
            buffers._sizes[number], buffers._ports[number] = len(frame), next(iter(self.ear._sources))
            buffers._names[number * len(name) : (number + 1) * len(name)] = name
        buffers.count = len(frames)
        self.ear._sort_out(buffers, self._clock.at_s)
        self.ear._hand_out(self._clock.at_s)


@pytest.fixture(name="clock")
def clock_of_both(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in (bond, udp_port, udp_reader, exchange, tlog_record):
        monkeypatch.setattr(module, "now_s", made.now_s)
    monkeypatch.setattr(rounds, "LOOK_EVERY_S", 3600.0)  # nothing is asked but by the test
    return made


class Stand:
    """Vehicles by system id, all at one port, and what brings them their frames."""

    def __init__(
        self,
        clock: Clock,
        monkeypatch: pytest.MonkeyPatch,
        *system_ids: int,
        key: bytes | None = None,
        tapes: Sequence[Recorder] = (),
    ) -> None:
        self.clock = clock
        self.both: dict[int, Both] = {}
        self._monkeypatch = monkeypatch
        self._ids = system_ids
        self._key = key
        self._tapes = iter(tapes)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.airs = Air(self.clock, 1), Air(self.clock, 1000)
        for system_id in self._ids:
            crafts = []
            for air in self.airs:
                self._monkeypatch.setattr(udp_port, "reader", lambda air=air: air.ear)
                link: Link = air.port.link(system_id)
                signer_for = self._key and self._signer(self._key)
                if (tape := next(self._tapes, None)) is not None:
                    link = RecordedLink(link, tape)
                craft = over(
                    link, VehicleId("D1"), DELIVERY_DRONE, Identity(system_id), signer_for=signer_for or None
                )
                crafts.append(await self._stack.enter_async_context(craft))
            self.both[system_id] = Both(*crafts)
        return self

    def _signer(self, key: bytes) -> Callable[[int], Signer]:
        stamps = Stamps()
        return lambda number: Signer(key, number, stamps, self.clock.now_s)

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def bring(self, *frames: bytes, sender: tuple[str, int] = HERE) -> None:
        for air in self.airs:
            air.bring(list(frames), sender)

    @property
    def sifted(self) -> Craft:
        return self.both[self._ids[0]].sifted

    @property
    def plain(self) -> Craft:
        return self.both[self._ids[0]].plain

    @property
    def kept(self) -> int:
        """Frames that the row of the first one kept."""
        tie = self.sifted._contact.tie
        assert isinstance(tie, Bond)
        row = tie._lines[0].row
        assert row is not None
        return row.parsed

    def agree(self, loss_frac: float = 0.02, *, mutated: bool = False) -> None:
        for each in self.both.values():
            ours, other = told(each.sifted), told(each.plain)
            assert ours == other
            mine, theirs = each.sifted.counts, each.plain.counts
            assert mine.parsed == theirs.parsed
            assert mine.unwanted == theirs.unwanted
            for what in ("broken", "foreign", "refused", "garbage_bytes"):
                assert getattr(mine, what) == getattr(theirs, what), what
            assert each.sifted.heard_at_s == each.plain.heard_at_s
            assert each.sifted.boots == each.plain.boots
            if mutated:
                continue
            assert each.sifted.links[0].loss_frac == pytest.approx(
                each.plain.links[0].loss_frac, abs=loss_frac
            )


def told(craft: Craft) -> tuple[Telemetry, Parts] | None:
    """Its telemetry, with what is made only when it is asked for."""
    look = craft.telemetry
    return None if look is None else (look, look.parts())


def in_looks(frames: Iterator[bytes], dice: random.Random) -> Iterator[list[bytes]]:
    while some := list(islice(frames, dice.choice((1, 1, 2, 3, 5, 20, 64)))):
        yield some


def spoilt(frame: bytes, dice: random.Random) -> bytes:
    match dice.randrange(40):
        case 0:
            at = dice.randrange(len(frame))
            return frame[:at] + bytes([frame[at] ^ 1 << dice.randrange(8)]) + frame[at + 1 :]
        case 1:
            return frame[: dice.randrange(len(frame))]
        case 2:
            return frame + frame
        case 3:
            return dice.randbytes(dice.randrange(1, 40)) + frame
        case 4:
            return b""
        case _:
            return frame
