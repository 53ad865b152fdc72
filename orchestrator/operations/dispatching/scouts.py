"""Ways for orders that come in, found beside the event loop by processes of their own.

Whether a place can be reached takes intake some 20 ms to find out, for every kind of vehicle the ways there
and back. Scouts find them first; what they found is remembered with the surroundings (`ways.Ways`), where
intake, which decides in the writer's turn as ever, and the first quotes then look it up. What scouts do not
find, or not in good time, is found there and then: they save time, and change no answer. Never on virtual
time, where nothing is beside the loop.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Hashable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context, parent_process
from types import TracebackType
from typing import Protocol, Self

import structlog

from orchestrator.operations.dispatching.admission import admitted, one_of_each
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.popups import around_popups
from orchestrator.orders.request import OrderRequest
from orchestrator.record.state import FleetState
from vehicles.clock import now_s

PATIENCE_S = 30.0
"""How long an order waits for its scout before intake looks for itself: one may hang."""

_NICE = 5
"""Scouts stand back for the event loop, on which vehicles and people wait."""

_log = structlog.get_logger("scouts")


class Ahead(Protocol):
    """Who finds ways before intake asks for them."""

    async def look(self, request: OrderRequest, state: FleetState, surroundings: Surroundings) -> None:
        """Have ways for an order remembered with the surroundings, as far as that is possible."""


class Nobody:
    """No scouts: intake finds its own ways."""

    async def look(self, request: OrderRequest, state: FleetState, surroundings: Surroundings) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """What a scout is sent for: an order, and as much of the fleet as it needs."""

    request: OrderRequest
    fleet: FleetState
    at_s: float


class Scouts:
    """`async with` sends them out: `count` processes that know `surroundings`.

    They are forks of this process, so it has to be entered before there are threads, sockets or an open
    journal. They end with it, however it ends.
    """

    def __init__(self, surroundings: Surroundings, count: int = max(1, (os.cpu_count() or 1) - 1)) -> None:
        self._surroundings = surroundings
        self._count = count
        self._pool: ProcessPoolExecutor | None = None

    async def __aenter__(self) -> Self:
        """Fork them."""
        if "fork" in get_all_start_methods():
            self._pool = ProcessPoolExecutor(self._count, get_context("fork"), _begin, (self._surroundings,))
            self._pool.submit(os.getpid)  # the first errand has all of them made
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Call them back."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)

    async def look(self, request: OrderRequest, state: FleetState, surroundings: Surroundings) -> None:
        """Have ways for an order remembered with the surroundings, if these are still what scouts know."""
        if self._pool is None or surroundings is not self._surroundings:
            return
        errand = _Errand(request, one_of_each(state), now_s())
        try:
            async with asyncio.timeout(PATIENCE_S):
                found = await asyncio.get_running_loop().run_in_executor(self._pool, _found, errand)
        except TimeoutError:
            return
        except BrokenExecutor as error:
            _log.error("scouts are gone: orders take longer until the next start", error=str(error))
            self._pool = None
            return
        around_popups(surroundings, state.zones).ways.learn(found)


_known: Surroundings | None = None
"""In a scout: what it knows."""


def _begin(surroundings: Surroundings) -> None:
    global _known  # noqa: PLW0603 - a process of its own
    _known = surroundings
    for number in (signal.SIGINT, signal.SIGTERM):  # whoever made it says when it ends
        signal.signal(number, signal.SIG_IGN)
    os.nice(_NICE)
    threading.Thread(target=_end_with_its_maker, daemon=True).start()


def _end_with_its_maker() -> None:
    maker = parent_process()
    if maker is not None:
        maker.join()
    os._exit(0)


def _found(errand: _Errand) -> dict[Hashable, object]:
    """What of the ways for an order was not known yet."""
    if _known is None:
        raise RuntimeError("a scout was sent before it had begun")
    around = around_popups(_known, errand.fleet.zones)
    before = len(around.ways)
    admitted(errand.request, errand.fleet, around, errand.at_s)
    return around.ways.since(before)
