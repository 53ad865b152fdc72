"""A journal that a wrong clock dated ahead: time is set back once, by a fact that says so, and never else."""

from __future__ import annotations

import pytest

from orchestrator.record.apply import apply
from orchestrator.record.applying.orders import RETRY_AFTER_S
from orchestrator.record.codec import decode
from orchestrator.record.events import ClockDiffers, Entry, Event, MissionWithdrawn, OrderPlaced
from orchestrator.record.facts.clock import STEP_S
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.replay import rebuild
from orchestrator.record.writer import Writer
from tests.orchestrator.record.story import D1, START_S, WHY, opening, order, planned
from vehicles.mission import MissionId, ParcelId

AHEAD_S = 3600.0
NOW_S = START_S + 500.0
P1 = ParcelId("O1-1")


async def kept_by_a_wrong_clock(ahead_s: float = AHEAD_S) -> MemoryJournal:
    """A parcel whose mission was withdrawn the moment before."""
    journal, at_s = MemoryJournal(), NOW_S + ahead_s
    events: list[Event] = [*opening(order("O1")), planned(1, D1, "O1-1", at_s)]
    async with Writer(journal, lambda: at_s) as writer:
        await writer.facts(*events, MissionWithdrawn(D1, MissionId(1), WHY))
        assert writer.state.parcels[P1].not_before_s == at_s + RETRY_AFTER_S
    return journal


async def test_what_follows_is_dated_by_the_clock_and_rests_no_longer_than_it_would_have() -> None:
    journal = await kept_by_a_wrong_clock()
    async with Writer(journal, lambda: NOW_S) as writer:
        assert writer.state.clock == ClockDiffers(0.0, AHEAD_S)
        assert writer.state.at_s == NOW_S
        assert writer.state.parcels[P1].not_before_s == NOW_S + RETRY_AFTER_S
        (placed,) = await writer.facts(OrderPlaced(order("O2")))
        assert placed.at_s == NOW_S
        live = writer.state
    assert rebuild(decode(line) for line in journal.lines()) == live
    async with Writer(journal, lambda: NOW_S + 60.0) as writer:
        assert writer.state == live, "it is told once"


async def test_a_clock_that_is_a_little_behind_sets_nothing_back() -> None:
    journal = await kept_by_a_wrong_clock(STEP_S - 0.5)
    async with Writer(journal, lambda: NOW_S) as writer:
        (placed,) = await writer.facts(OrderPlaced(order("O2")))
        assert placed.at_s == NOW_S + STEP_S - 0.5
        assert writer.state.clock == ClockDiffers()


async def test_nothing_else_is_dated_before_the_last_entry() -> None:
    journal = await kept_by_a_wrong_clock()
    state = rebuild(decode(line) for line in journal.lines())
    for event in (OrderPlaced(order("O2")), ClockDiffers(0.0, 60.0), ClockDiffers(37.0)):
        with pytest.raises(IllegalEvent, match="lies before"):
            apply(state, Entry(state.seq + 1, NOW_S, event))
