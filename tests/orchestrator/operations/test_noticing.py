"""What is amiss with a vehicle's links and recording becomes a fact: once, and once more when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.operations.watching.noticing import note
from orchestrator.record.journal import JournalError, Line, MemoryJournal
from orchestrator.record.writer import Writer
from tests.orchestrator.record.story import D1, opening
from vehicles.telemetry import LinkQuality


@dataclass
class Reached:
    """As much of a vehicle as is looked at."""

    notices: tuple[str, ...] = ()
    links: tuple[LinkQuality, ...] = ()
    boots: int = 0


async def test_it_is_said_once_whatever_its_details_and_once_when_over() -> None:
    async with Writer(MemoryJournal(), clock=lambda: 1.0) as writer:
        await writer.facts(*opening())
        before, vehicle = writer.state.seq, Reached()
        told: list[tuple[str, ...]] = []
        for notices in ((), ("Refused: 1",), ("Refused: 2",), ("Refused: 2", "No disk: full"), ()):
            vehicle.notices = notices
            await note(writer, D1, vehicle)
            told.append(writer.state.vehicles[D1].notices)
        assert told == [(), ("Refused: 1",), ("Refused: 1",), ("Refused: 2", "No disk: full"), ()]
        assert writer.state.seq == before + 3


class Full(MemoryJournal):
    """Keeps nothing once it is full."""

    full = False

    async def append(self, lines: Sequence[Line]) -> None:
        if self.full:
            raise JournalError("disk full")
        await super().append(lines)


async def test_a_journal_that_is_full_too_does_not_end_the_session() -> None:
    journal = Full()
    async with Writer(journal, clock=lambda: 1.0) as writer:
        await writer.facts(*opening())
        journal.full = True
        await note(writer, D1, Reached(("No disk: full",)))
        assert writer.state.vehicles[D1].notices == ()
        journal.full = False
