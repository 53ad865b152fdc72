"""While a crowd of orders waits, deciding takes long, and leaves the loop to everybody else for as long."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from types import SimpleNamespace
from typing import cast

import pytest

from orchestrator.operations.fleet import TICK_S, Fleet
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.record.writer import Writer
from sitl.loop import run_virtual
from tests.orchestrator.operations.town import D1
from vehicles.vehicle import Vehicle

LONG_S = 0.05


class Crowded:
    """A writer at which each decision takes long, and after which the next is due at once."""

    def __init__(self) -> None:
        self.fleet: Fleet | None = None
        self.spent_s = 0.0

    async def write(self, _news: object) -> None:
        began_s = time.monotonic()
        while time.monotonic() - began_s < LONG_S:
            pass
        self.spent_s += time.monotonic() - began_s
        await asyncio.sleep(0)
        if self.fleet is not None:
            self.fleet._due.set()


async def test_deciding_holds_the_loop_half_of_the_time_at_most() -> None:
    writer = Crowded()
    fleet = writer.fleet = Fleet(cast("Writer", writer), {}, cast("Surroundings", None))
    began_s = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(20 * LONG_S):
            await fleet._deciding()
    elapsed_s = time.monotonic() - began_s
    assert 3 * LONG_S < writer.spent_s <= elapsed_s / 2 + 2 * LONG_S


class Attended:
    """A vehicle that notes when the fleet lets it know that it is in control."""

    def __init__(self) -> None:
        self.at_s: list[float] = []

    def attend(self) -> None:
        self.at_s.append(asyncio.get_running_loop().time())


def test_signs_of_life_go_out_each_second_however_often_is_decided() -> None:
    async def main() -> tuple[int, list[float]]:
        decided = 0

        async def write(_news: object) -> None:
            nonlocal decided
            decided += 1

        vehicle = Attended()
        writer = cast("Writer", SimpleNamespace(write=write))
        fleet = Fleet(writer, {D1: cast("Vehicle", vehicle)}, cast("Surroundings", None))
        deciding = asyncio.create_task(fleet._deciding())
        for _ in range(40):
            await asyncio.sleep(0.13)
            fleet._due.set()
        deciding.cancel()
        return decided, vehicle.at_s

    decided, at_s = run_virtual(main(), 0.0)
    assert decided > 40
    gaps = [b - a for a, b in pairwise(at_s)]
    assert len(gaps) >= 4
    assert all(gap == pytest.approx(TICK_S) for gap in gaps)


def test_where_nothing_comes_up_each_second_decides_once_even_when_its_timer_comes_early() -> None:
    """A loop calls timers that are due within a nanosecond, here with others that add up tenths."""

    async def main() -> list[float]:
        at_s: list[float] = []

        async def write(_news: object) -> None:
            at_s.append(asyncio.get_running_loop().time())

        fleet = Fleet(cast("Writer", SimpleNamespace(write=write)), {}, cast("Surroundings", None))
        deciding = asyncio.create_task(fleet._deciding())
        for _ in range(205):
            await asyncio.sleep(0.1)
        deciding.cancel()
        return at_s

    assert run_virtual(main(), 0.0) == pytest.approx([TICK_S * n for n in range(21)])
