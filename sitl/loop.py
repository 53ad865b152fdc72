"""Event loops that make their own time: one jumps to the next timer, one runs at a chosen speed.

All fleet time is read from the running loop (`vehicles.clock.now_s`), so choosing the loop chooses
the time of everything that runs on it: sleeps, time-outs, task groups. Both loops bend time at
one place only, the selector, where an event loop waits; the rest is stock asyncio.
The reasons are in `docs/decisions/0006-virtual-time.md`.
"""

from __future__ import annotations

import asyncio
import heapq
import selectors
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from contextvars import Context
from itertools import count
from math import isfinite
from typing import Any, TypeVar, TypeVarTuple, Unpack

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
_Ready = list[tuple[selectors.SelectorKey, int]]

_POLL_EVERY = 64
"""A virtual loop without sockets looks at its wake-up pipe (signals) once in so many rounds."""


class DeadlockError(RuntimeError):
    """On virtual time: every task waits, no timer is set and there is no socket to read from."""


class _OrderedTimer(asyncio.TimerHandle):
    """A timer that, at equal times, runs in the order of its making; asyncio leaves that to its heap."""

    __slots__ = ("order",)

    _when: float  # asyncio's own, which its typing hides; read here because heaps compare a lot
    order: int

    def __lt__(self, other: asyncio.TimerHandle) -> bool:
        if isinstance(other, _OrderedTimer) and self._when == other._when:
            return self.order < other.order
        return self._when < other.when()


class _BentSelector(selectors.DefaultSelector):
    """The machine's selector, with the loop's own idea of what waiting means."""

    def __init__(self, wait: Callable[[float | None], _Ready]) -> None:
        super().__init__()
        self._wait = wait

    def select(self, timeout: float | None = None) -> _Ready:
        """Wait as the loop says."""
        return self._wait(timeout)

    def select_really(self, timeout_s: float | None) -> _Ready:
        """Wait in the machine's own time."""
        return super().select(timeout_s)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Time stands still while anything is ready, and jumps to the next timer when nothing is.

    `time()` starts at 0; `utc_offset_s` is what `vehicles.clock` adds. The same program makes the same
    steps in the same order each time: nothing waits for the machine, timers of one instant run in the
    order they were set, and `run_in_executor` runs its function at once, in line. Sockets work (they
    are polled before each jump), but what they bring depends on the machine.
    Raises `DeadlockError` when nothing can ever happen again.
    """

    _scheduled: list[asyncio.TimerHandle]  # asyncio's own heap of timers, which its typing hides

    def __init__(self, start_utc_s: float = 0.0) -> None:
        self._now_s = 0.0
        self._timer_order = count()
        self._rounds = 0
        self._bent = _BentSelector(self._jump)
        self.utc_offset_s = start_utc_s
        super().__init__(self._bent)

    def time(self) -> float:
        """Seconds of virtual time since the loop was made."""
        return self._now_s

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[_Ts]], object],
        *args: *_Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call back at loop time `when`; callbacks of one instant keep the order of these calls."""
        timer = _OrderedTimer(when, callback, args, self, context)
        timer.order = next(self._timer_order)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True  # type: ignore[attr-defined]  # noqa: SLF001  # as asyncio's own call_at does
        return timer

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[_Ts]], _T], *args: *_Ts
    ) -> asyncio.Future[_T]:
        """Run `func` now, in line: a worker's real time has no place in virtual time."""
        del executor
        done: asyncio.Future[_T] = self.create_future()
        try:
            done.set_result(func(*args))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001  # any outcome belongs to whoever awaits it
            done.set_exception(error)
        return done

    def _jump(self, timeout_s: float | None) -> _Ready:
        """What asyncio takes for waiting: look at sockets, if there are any, else make time pass."""
        self._rounds += 1
        has_sockets = len(self._bent.get_map()) > 1  # more than asyncio's own wake-up pipe
        if timeout_s is None:
            if not has_sockets:
                raise DeadlockError(f"nothing will ever happen again; waiting: {self._waiting()}")
            return self._bent.select_really(None)
        ready = self._bent.select_really(0) if has_sockets or self._rounds % _POLL_EVERY == 0 else []
        if timeout_s > 0 and not ready:
            self._now_s = self._scheduled[0].when()
        return ready

    def _waiting(self) -> str:
        names = sorted(task.get_name() for task in asyncio.all_tasks(self))
        return ", ".join(names) or "no task at all"


class ScaledLoop(asyncio.SelectorEventLoop):
    """Real sockets, subprocesses and signals, but time runs `speed` times as fast.

    Fleet time starts at the machine's UTC. A wait is `1 / speed` as long for the machine, which counts
    in milliseconds: at speed 10 a timer may fire 10 ms of fleet time late.
    Raises `ValueError` unless `speed` is finite and more than 0.
    """

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._origin_s = time.monotonic()
        self.utc_offset_s = time.time() - self._origin_s
        self._bent = _BentSelector(self._wait)
        super().__init__(self._bent)
        if not (isfinite(speed) and speed > 0):
            self.close()
            raise ValueError(f"speed: {speed} is not a finite number above 0")

    def time(self) -> float:
        """Seconds, `speed` of them to each second of the machine."""
        return self._origin_s + (time.monotonic() - self._origin_s) * self.speed

    def _wait(self, timeout_s: float | None) -> _Ready:
        return self._bent.select_really(None if timeout_s is None else timeout_s / self.speed)


def run_virtual(main: Coroutine[Any, Any, _T], start_utc_s: float) -> _T:
    """Run `main` to its end on virtual time that starts at `start_utc_s` (UTC seconds)."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(start_utc_s)) as runner:
        return runner.run(main)


def run_scaled(main: Coroutine[Any, Any, _T], speed: float) -> _T:
    """Run `main` to its end with time running `speed` times as fast as the machine's."""
    with asyncio.Runner(loop_factory=lambda: ScaledLoop(speed)) as runner:
        return runner.run(main)
