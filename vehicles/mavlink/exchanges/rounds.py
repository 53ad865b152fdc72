"""Waiting for what shows only to who looks: one round for all who wait, not a timer and a task for each.

A thousand vehicles' tasks that woke each second, and mostly found nothing, took a tenth of what holding them
takes.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from weakref import WeakKeyDictionary

LOOK_EVERY_S = 1.0
_PARTS = 8
"""A round has so many turns, so that not all who wait look, and then speak, at one instant."""


class Rounds:
    """Looks for all who wait on one event loop: see `until`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._parts = tuple(dict[asyncio.Future[None], Callable[[], bool]]() for _ in range(_PARTS))
        self._turn = 0
        self._going = False

    async def until(self, due: Callable[[], bool]) -> None:
        """Wait until `due` says so, asked now and each `LOOK_EVERY_S`."""
        if due():
            return
        waits, part = self._loop.create_future(), min(self._parts, key=len)
        part[waits] = due
        self._go_on()
        try:
            await waits
        finally:
            del part[waits]

    def _go_on(self) -> None:
        if not self._going:
            self._going = True
            self._loop.call_later(LOOK_EVERY_S / _PARTS, self._look)

    def _look(self) -> None:
        part, self._turn, self._going = self._parts[self._turn], (self._turn + 1) % _PARTS, False
        if any(self._parts):
            self._go_on()
        self._ask(deque(part.items()))

    def _ask(self, asked: deque[tuple[asyncio.Future[None], Callable[[], bool]]]) -> None:
        try:
            while asked:
                waits, due = asked.popleft()
                if not waits.done() and due():
                    waits.set_result(None)
        finally:  # whatever one of them raises, the others are asked
            if asked:
                self._loop.call_soon(self._ask, asked)


_ROUNDS: WeakKeyDictionary[asyncio.AbstractEventLoop, Rounds] = WeakKeyDictionary()


async def until(due: Callable[[], bool]) -> None:
    """As `Rounds.until`, on the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _ROUNDS:
        _ROUNDS[loop] = Rounds(loop)
    await _ROUNDS[loop].until(due)
