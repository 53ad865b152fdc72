"""What a signal means to a flight that is followed: called back, or left to itself; never left in doubt."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

from orchestrator.flying.flight import Flight
from orchestrator.flying.flown import Flown

_LEAVE = (signal.SIGTERM, signal.SIGHUP)


class Left(Exception):
    """Signal `number` ended the following of a flight. `flown` is how it stood, None before its start."""

    def __init__(self, number: int, flown: Flown | None) -> None:
        super().__init__("nothing was started" if flown is None else flown.findings[-1])
        self.number = number
        self.flown = flown


class Stopping:
    """Hears SIGINT, SIGTERM and SIGHUP.

    Once a flight is under way the first SIGINT (Ctrl-C) calls it back and is followed to the end. A second
    one, SIGTERM (a shutdown, a service manager) and SIGHUP (the terminal is gone) end this process, soon: the
    vehicle then goes on by the plan that it holds. Before the start each of them only ends it.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.asked = asyncio.Event()
        self.flight: Flight | None = None
        self.say = say
        self._number: int | None = None
        self._running: asyncio.Task[Flown] | None = None

    async def run(self, flying: Coroutine[None, None, Flown]) -> Flown:
        """Its outcome. Raises `Left` when a signal ended it before."""
        self._running = running = asyncio.create_task(flying, name="flight")
        with self._listening():
            try:
                return await running
            except asyncio.CancelledError:
                if self._number is None:
                    running.cancel()
                    raise
                raise Left(self._number, self._left()) from None

    @contextmanager
    def _listening(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        heeded = [
            number
            for number in (signal.SIGINT, *_LEAVE)
            if signal.getsignal(number) is not signal.SIG_IGN  # nohup: it was asked to outlive its terminal
        ]
        for number in heeded:
            loop.add_signal_handler(number, self._hear, number)
        try:
            yield
        finally:
            for number in heeded:
                loop.remove_signal_handler(number)

    def _hear(self, number: int) -> None:
        if self.flight is not None and number == signal.SIGINT and not self.asked.is_set():
            self.asked.set()
            self.say(
                "stopping: it holds, then returns and lands (Ctrl-C again leaves it to itself)"
                if self.flight.started
                else "stopping: it is not started"
            )
        elif self._running is not None:
            self._number = number
            self._running.cancel()

    def _left(self) -> Flown | None:
        if self.flight is None or not self.flight.started or self._number is None:
            return None
        on = "returning" if self.asked.is_set() else "by the plan that it holds, which ends at home"
        self.flight.find(f"It was left to itself ({signal.Signals(self._number).name}): it goes on {on}.")
        return self.flight.so_far()
