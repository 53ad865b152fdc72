"""Virtual time: jumps, order, repetition, and a clear word when nothing can ever happen again."""

from __future__ import annotations

import asyncio
import random
import socket
import time

import pytest

from sitl.loop import DeadlockError, run_virtual
from vehicles.clock import now_s

START_UTC_S = 1_790_000_000.0


def test_an_hour_of_sleep_takes_no_time() -> None:
    async def nap() -> tuple[float, float]:
        before_s = now_s()
        await asyncio.sleep(3600.0)
        return before_s, now_s()

    began_s = time.perf_counter()
    assert run_virtual(nap(), START_UTC_S) == (START_UTC_S, START_UTC_S + 3600.0)
    assert time.perf_counter() - began_s < 1.0


def test_more_than_a_day_of_sleep_is_exact() -> None:
    async def long_nap() -> float:
        await asyncio.sleep(10 * 86_400.0)
        return asyncio.get_running_loop().time()

    assert run_virtual(long_nap(), 0.0) == 10 * 86_400.0


def test_timers_of_one_instant_keep_the_order_in_which_they_were_set() -> None:
    async def main() -> list[int]:
        order: list[int] = []
        loop = asyncio.get_running_loop()
        for number in range(100):
            loop.call_at(5.0, order.append, number)
        await asyncio.sleep(6.0)
        return order

    assert run_virtual(main(), 0.0) == list(range(100))


def test_timeout_fires_at_its_instant_and_cancels() -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.5):
                await asyncio.sleep(100.0)
        return asyncio.get_running_loop().time()

    assert run_virtual(main(), 0.0) == 2.5


def test_task_group_cancels_the_others_when_one_fails() -> None:
    async def fails() -> None:
        await asyncio.sleep(1.0)
        raise LookupError("planted")

    async def main() -> float:
        async def two_tasks() -> None:
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.sleep(1000.0))
                group.create_task(fails())

        with pytest.raises(ExceptionGroup) as caught:
            await two_tasks()
        assert caught.group_contains(LookupError)
        return asyncio.get_running_loop().time()

    assert run_virtual(main(), 0.0) == 1.0


def _busy_run(seed: int) -> list[tuple[float, int]]:
    """Fifty tasks that sleep, time out, hand over and cancel as a seeded dice says."""
    dice = random.Random(seed)  # noqa: S311  # a test's dice
    log: list[tuple[float, int]] = []

    async def worker(number: int, queue: asyncio.Queue[int]) -> None:
        for _ in range(20):
            try:
                async with asyncio.timeout(dice.choice((0.1, 0.5, 1.0))):
                    await asyncio.sleep(dice.choice((0.0, 0.1, 0.5, 0.7)))
                    await queue.put(number)
            except TimeoutError:
                log.append((now_s(), -number))
            log.append((now_s(), number))

    async def main() -> None:
        queue: asyncio.Queue[int] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            for number in range(50):
                group.create_task(worker(number, queue))

    run_virtual(main(), START_UTC_S)
    return log


def test_the_same_program_makes_the_same_steps() -> None:
    assert _busy_run(7) == _busy_run(7)
    assert _busy_run(7) != _busy_run(8)


def test_cancelled_timers_do_not_make_time_pass() -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        for handle in [loop.call_later(50.0, print) for _ in range(500)]:
            handle.cancel()
        await asyncio.sleep(1.0)
        return loop.time()

    assert run_virtual(main(), 0.0) == 1.0


def test_deadlock_is_named_and_leaves_cleanly() -> None:
    cancelled: list[str] = []

    async def waits() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            cancelled.append("waits")
            raise

    async def main() -> None:
        task = asyncio.create_task(waits(), name="session D3")
        await task

    with pytest.raises(DeadlockError, match="session D3"):
        run_virtual(main(), 0.0)
    assert cancelled == ["waits"]


def test_executor_work_runs_in_line_and_brings_its_error() -> None:
    def fails() -> None:
        raise OSError("planted")

    async def main() -> int:
        with pytest.raises(OSError, match="planted"):
            await asyncio.to_thread(fails)
        return await asyncio.get_running_loop().run_in_executor(None, lambda: 7)

    assert run_virtual(main(), 0.0) == 7


def test_sockets_are_read_before_time_jumps() -> None:
    async def main() -> tuple[bytes, float]:
        loop = asyncio.get_running_loop()
        near, far = socket.socketpair()
        with near, far:
            near.setblocking(False)  # noqa: FBT003  # the socket library's own flag
            far.setblocking(False)  # noqa: FBT003
            far.send(b"ping")
            async with asyncio.timeout(1000.0):
                data = await loop.sock_recv(near, 16)
        return data, loop.time()

    assert run_virtual(main(), 0.0) == (b"ping", 0.0)


def test_a_round_of_the_loop_is_cheap() -> None:
    async def main() -> None:
        async def ticks() -> None:
            for _ in range(2_000):
                await asyncio.sleep(0.1)

        async with asyncio.TaskGroup() as group:
            for _ in range(10):
                group.create_task(ticks())

    began_s = time.process_time()
    run_virtual(main(), 0.0)
    assert (time.process_time() - began_s) / 20_000 < 100e-6
