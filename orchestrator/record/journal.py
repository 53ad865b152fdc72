"""Where facts are kept: the port, and the journal that lives in memory only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from struct import Struct
from types import TracebackType
from typing import Protocol, Self


class JournalError(Exception):
    """The journal cannot be opened, read or written, and why, in words for an operator."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as kept: `seq` from 1 without gaps, fleet time (UTC seconds), the event's bytes."""

    seq: int
    at_s: float
    body: bytes

    @property
    def sealed(self) -> bytes:
        """All of it as the bytes that a journal's seal is taken of: number, time, length, event."""
        return _HEAD.pack(self.seq, self.at_s, len(self.body)) + self.body


_HEAD = Struct(">qdq")


class Journal(Protocol):
    """All facts, in order, kept for good. Entering opens it; leaving lets go of it.

    Owned by the writer, the only one to append and close; `tests/orchestrator/record` holds both
    implementations to the same behaviour.
    """

    @property
    def name(self) -> str:
        """Which journal it is, for messages: its file."""

    def lines(self) -> Iterator[Line]:
        """Every line from the first on. Raises `JournalError` when one is missing or unreadable."""

    async def append(self, lines: Sequence[Line]) -> None:
        """Keep `lines`, all or none, for good, before returning. Raises `JournalError` when none was kept."""

    async def close(self, final_state: bytes) -> None:
        """Keep the state that the lines lead to, for a later check, and close cleanly."""

    async def __aenter__(self) -> Self:
        """Open, or make, the journal."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of it, cleanly closed or not."""


class MemoryJournal:
    """A journal that ends with the process: for simulation and tests. Never fails.

    `final_state` is what `close` was given, None before.
    """

    name = "the journal in memory"

    def __init__(self, lines: Sequence[Line] = ()) -> None:
        self._lines = list(lines)
        self.final_state: bytes | None = None

    def lines(self) -> Iterator[Line]:
        """Every line from the first on."""
        return iter(tuple(self._lines))

    async def append(self, lines: Sequence[Line]) -> None:
        """Keep `lines`."""
        self._lines.extend(lines)
        self.final_state = None

    async def close(self, final_state: bytes) -> None:
        """Keep the state that the lines lead to."""
        self.final_state = final_state

    async def __aenter__(self) -> Self:
        """Nothing to open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to let go of."""
