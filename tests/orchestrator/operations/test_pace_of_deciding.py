"""While a crowd of orders waits, deciding takes long, and leaves the loop to everybody else for as long."""

from __future__ import annotations

import asyncio
import time
from typing import cast

import pytest

from orchestrator.operations.fleet import Fleet
from orchestrator.operations.surroundings import Surroundings
from orchestrator.record.writer import Writer

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
