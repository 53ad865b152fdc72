"""The one writer: the only place where events become the fleet's state (invariant "one writer").

A request computes its events at once, on the newest state there is, the one that includes what is
still on its way to the disk. All that is waiting is then appended as one transaction (group
commit); only what is kept becomes `state` and is published. If keeping fails, everything that was
computed on it fails with it, and the writer goes on from the last state kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from orchestrator.record.apply import apply
from orchestrator.record.codec import decode, encode, state_json
from orchestrator.record.events import Entry, Event
from orchestrator.record.facts.clock import STEP_S, ClockDiffers
from orchestrator.record.feed import Feed
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.journal import Journal, JournalError, Line
from orchestrator.record.state import FleetState
from vehicles.clock import now_s

FEED_LIMIT = 10_000
"""Entries that a slow reader may be behind before they collapse into a gap."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """The journal cannot keep what happens: why, naming it, and since when (fleet time)."""

    text: str
    since_s: float


class _Batch:
    """What goes to the journal in one transaction, and those who wait for it."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.lines: list[Line] = []
        self.after = FleetState()
        self.kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Writer:
    """Writes events to `journal` and applies them. `async with` replays what is kept, then serves.

    The journal must be open, and stays the caller's to let go of; the writer closes it with the final
    state when it is left. Entering raises `JournalError` when the journal cannot be replayed.
    """

    def __init__(self, journal: Journal, clock: Callable[[], float] = now_s) -> None:
        self._journal = journal
        self._clock = clock
        self._state = FleetState()
        self._newest = self._state
        self._batch: _Batch | None = None
        self._keeping: _Batch | None = None
        self._wake = asyncio.Event()
        self._feeds: list[Feed] = []
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._trouble: Trouble | None = None

    @property
    def trouble(self) -> Trouble | None:
        """Why the last facts could not be kept; None since some were, or none were lost."""
        return self._trouble

    @property
    def state(self) -> FleetState:
        """What follows from everything that is kept."""
        return self._state

    async def write(self, decide: Callable[[FleetState], Sequence[Event]]) -> tuple[Entry, ...]:
        """Decide on the newest state, keep and apply what was decided; returns once it is on disk.

        `decide` is called once, at once, and must not wait. What it raises, and `IllegalEvent` for an
        event that cannot follow, reaches the caller alone; then nothing of this request is written.
        Raises `JournalError` when the journal cannot keep it, or the writer is not open.
        """
        if self._task is None or self._closing or self._task.done():
            raise JournalError("the writer is not open")
        state, entries, lines = self._newest, [], []
        for event in decide(state):
            entry = Entry(state.seq + 1, max(self._clock(), state.at_s), event)
            state = apply(state, entry)
            entries.append(entry)
            lines.append(encode(entry))
        batch = self._batch or self._keeping
        if entries:
            batch = self._batch = self._batch or _Batch()
            batch.entries += entries
            batch.lines += lines
            batch.after = self._newest = state
            self._wake.set()
        if batch is not None:  # also without events: what was decided rests on what is being kept
            await asyncio.shield(batch.kept)
        return tuple(entries)

    async def facts(self, *events: Event) -> tuple[Entry, ...]:
        """Keep and apply facts that need no decision: all of them or none. Raises as `write` does."""
        return await self.write(lambda _: events)

    @contextmanager
    def subscribe(self, limit: int = FEED_LIMIT) -> Iterator[Feed]:
        """Follow what is committed from now on. A slow reader gets a `Gap`; it never holds anyone up."""
        feed = Feed(limit)
        if self._closing:
            feed.end()
        self._feeds.append(feed)
        try:
            yield feed
        finally:
            self._feeds.remove(feed)

    async def __aenter__(self) -> Self:
        """Replay the journal and start to serve."""
        try:
            for line in self._journal.lines():
                self._state = apply(self._state, decode(line, self._journal.name))
        except IllegalEvent as error:
            where = f"{self._journal.name}: entry {self._state.seq + 1}"
            raise JournalError(f"{where} cannot follow: {error}") from error
        await self._set_back()
        self._newest = self._state
        self._task = asyncio.create_task(self._run(), name="journal writer")
        return self

    async def _set_back(self) -> None:
        """A last entry of the future was dated by a clock that was wrong: from now on time is as it is."""
        at_s = self._clock() if self._state.seq > 0 else 0.0
        ahead_s = self._state.at_s - at_s
        if ahead_s < STEP_S:
            return
        entry = Entry(self._state.seq + 1, at_s, ClockDiffers(journal_ahead_s=round(ahead_s, 1)))
        await self._journal.append([encode(entry)])
        self._state = apply(self._state, entry)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keep what is waiting, end all feeds and close the journal with the final state."""
        self._closing = True
        self._wake.set()
        try:
            if self._task is not None:
                await self._task
            await self._journal.close(state_json(self._state))
        finally:
            for feed in self._feeds:
                feed.end()

    async def _run(self) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._batch is not None:
                    self._keeping, self._batch = self._batch, None
                    await self._keep(self._keeping)
                    self._keeping = None
                if self._closing:
                    return
        finally:
            self._fail(JournalError("the writer has ended"))

    async def _keep(self, batch: _Batch) -> None:
        try:
            await self._journal.append(batch.lines)
        except JournalError as error:
            since_s = self._clock() if self._trouble is None else self._trouble.since_s
            self._trouble = Trouble(str(error), since_s)
            self._fail(error)
            return
        self._trouble = None
        self._state = batch.after
        for entry in batch.entries:
            for feed in self._feeds:
                feed.publish(entry)
        batch.kept.set_result(None)

    def _fail(self, error: JournalError) -> None:
        for batch in (self._keeping, self._batch):
            if batch is not None and not batch.kept.done():
                batch.kept.set_exception(error)
                batch.kept.exception()  # seen, even when every waiter was cancelled meanwhile
        self._batch = None
        self._newest = self._state
