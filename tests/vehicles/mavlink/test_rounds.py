"""Waiting together for what shows only to who looks."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from functools import partial

from sitl.loop import run_virtual
from vehicles.clock import now_s
from vehicles.mavlink.exchanges.rounds import LOOK_EVERY_S, until

BEGIN_S = 1_790_000_000.0


def test_what_is_due_is_waited_for_no_more_and_what_becomes_due_a_round_at_most() -> None:
    async def main() -> None:
        await until(lambda: True)
        assert now_s() == BEGIN_S
        await until(lambda: now_s() >= BEGIN_S + 10.0)
        assert 10.0 <= now_s() - BEGIN_S <= 10.0 + LOOK_EVERY_S

    run_virtual(main(), BEGIN_S)


def test_many_are_asked_once_a_round_each_and_not_all_at_one_instant() -> None:
    async def main() -> None:
        asked, at_s = Counter[int](), set[float]()

        def due(number: int) -> bool:
            asked[number] += 1
            at_s.add(now_s())
            return False

        waiting = [asyncio.ensure_future(until(partial(due, number))) for number in range(100)]
        await asyncio.sleep(10.0 * LOOK_EVERY_S + 0.01)
        assert set(asked.values()) == {11}, "at first, and in each round"
        assert len(at_s) == 81
        for one in waiting:
            one.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*waiting)
        asked.clear()
        await asyncio.sleep(2.0 * LOOK_EVERY_S)
        assert not asked, "who waits no more is not asked"

    run_virtual(main(), BEGIN_S)


def test_one_that_fails_keeps_nobody_else_waiting() -> None:
    async def main() -> None:
        told: list[dict[str, object]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        failing = [asyncio.ensure_future(until(lambda: 1 / (now_s() < BEGIN_S + 1.0) < 0)) for _ in range(8)]
        await asyncio.sleep(0.0)
        await until(lambda: now_s() >= BEGIN_S + 3.0)
        assert now_s() <= BEGIN_S + 3.0 + LOOK_EVERY_S
        assert told, "and is told of"
        for one in failing:
            one.cancel()

    run_virtual(main(), BEGIN_S)
