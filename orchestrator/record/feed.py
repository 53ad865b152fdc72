"""News for those who follow the fleet: entries as they are committed, never in the writer's way."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Self

from orchestrator.record.events import Entry


@dataclass(frozen=True, slots=True)
class Gap:
    """The reader was too slow: entries up to `up_to_seq` were left out. Look at the state anew."""

    up_to_seq: int


class FeedEnded(Exception):
    """No entry will come any more: the writer has closed."""


class Feed:
    """One reader's queue of committed entries, at most `limit`; beyond, they collapse into one `Gap`."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[Entry | Gap] = deque()
        self._news = asyncio.Event()
        self._ended = False

    async def get(self) -> Entry | Gap:
        """The next entry, or the gap in front of it. Raises `FeedEnded` when none will come any more."""
        while not self._waiting:
            if self._ended:
                raise FeedEnded
            self._news.clear()
            await self._news.wait()
        return self._waiting.popleft()

    def get_nowait(self) -> Entry | Gap | None:
        """What is there already, None when nothing is."""
        return self._waiting.popleft() if self._waiting else None

    def publish(self, entry: Entry) -> None:
        """Hand `entry` to the reader without waiting for it."""
        if len(self._waiting) >= self._limit:
            self._waiting.clear()
            self._waiting.append(Gap(entry.seq))
        elif self._waiting and isinstance(self._waiting[-1], Gap):
            self._waiting[-1] = Gap(entry.seq)
        else:
            self._waiting.append(entry)
        self._news.set()

    def end(self) -> None:
        """Tell the reader that no more will come."""
        self._ended = True
        self._news.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Entry | Gap:
        """The next entry or gap; iteration stops when the writer closes."""
        try:
            return await self.get()
        except FeedEnded:
            raise StopAsyncIteration from None
