"""One writer: facts first, kept together, failing apart."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from orchestrator.record.apply import IllegalEvent
from orchestrator.record.codec import state_json
from orchestrator.record.events import Entry, Event, LinkLost, LinkUp, VehicleReady
from orchestrator.record.feed import Feed, FeedEnded, Gap
from orchestrator.record.journal import JournalError, Line, MemoryJournal
from orchestrator.record.sqlite import SqliteJournal
from orchestrator.record.state import FleetState, LinkState
from orchestrator.record.writer import Writer
from sitl.loop import run_virtual
from tests.orchestrator.record.story import D1, D2, DOOR, R1, START_S, delivery, opening


class SlowJournal(MemoryJournal):
    """Takes a second for each append, and fails those that `broken` tells it to."""

    def __init__(self, *broken: int) -> None:
        super().__init__()
        self.appends: list[int] = []
        self._broken = broken

    async def append(self, lines: Sequence[Line]) -> None:
        await asyncio.sleep(1.0)
        self.appends.append(len(lines))
        if len(self.appends) in self._broken:
            raise JournalError("the disk is full")
        await super().append(lines)


def test_facts_are_numbered_timed_kept_and_applied() -> None:
    async def main() -> None:
        journal = MemoryJournal()
        async with Writer(journal) as writer:
            first = await writer.facts(*opening())
            await asyncio.sleep(5.0)
            second = await writer.facts(LinkLost(D1, DOOR, START_S))
            assert [entry.seq for entry in (*first, *second)] == list(range(1, 13))
            assert {entry.at_s for entry in first} == {START_S}
            assert second[0].at_s == START_S + 5.0
            assert writer.state.vehicles[D1].link is LinkState.LOST
            assert [line.seq for line in journal.lines()] == list(range(1, 13))
        assert journal.final_state == state_json(writer.state)

    run_virtual(main(), START_S)


def test_what_waits_together_is_kept_together_and_published_after() -> None:
    async def main() -> None:
        journal = SlowJournal()
        async with Writer(journal) as writer, asyncio.TaskGroup() as tasks:
            with writer.subscribe() as feed:
                await writer.facts(*opening())
                for _ in range(50):
                    tasks.create_task(writer.facts(LinkUp(D1)))
                await asyncio.sleep(0.5)
                assert feed.get_nowait() is not None
                assert writer.state.seq == 11
                await asyncio.sleep(0.6)
                assert writer.state.seq == 61
                assert journal.appends == [11, 50]
                got = [await feed.get() for _ in range(60)]
                assert [entry.seq for entry in got if isinstance(entry, Entry)] == list(range(2, 62))

    run_virtual(main(), START_S)


def test_each_decision_sees_what_was_decided_before_it() -> None:
    async def main() -> None:
        async with Writer(SlowJournal()) as writer:
            await writer.facts(*opening())
            seen: list[LinkState] = []

            def lose(state: FleetState) -> Sequence[Event]:
                seen.append(state.vehicles[D1].link)
                lost = state.vehicles[D1].link is LinkState.LOST
                return () if lost else (LinkLost(D1, DOOR, START_S),)

            both = await asyncio.gather(writer.write(lose), writer.write(lose))
            assert seen == [LinkState.UP, LinkState.LOST]
            assert [len(entries) for entries in both] == [1, 0]

    run_virtual(main(), START_S)


def test_an_empty_decision_waits_for_what_it_rests_on() -> None:
    async def main() -> None:
        async with Writer(SlowJournal(1)) as writer:
            both = await asyncio.gather(
                writer.facts(*opening()), writer.write(lambda _: ()), return_exceptions=True
            )
            assert [type(one) for one in both] == [JournalError, JournalError]
            assert await writer.write(lambda _: ()) == ()

    run_virtual(main(), START_S)


def test_what_a_decision_raises_reaches_its_caller_alone() -> None:
    async def main() -> None:
        async with Writer(SlowJournal()) as writer:
            await writer.facts(*opening())

            def fail(_: FleetState) -> Sequence[Event]:
                raise ZeroDivisionError

            found = await asyncio.gather(
                writer.facts(LinkUp(D1)),
                writer.write(fail),
                writer.facts(LinkUp(D2), *delivery()[1:2]),
                writer.facts(LinkUp(R1)),
                return_exceptions=True,
            )
            assert [type(one) for one in found] == [tuple, ZeroDivisionError, IllegalEvent, tuple]
            assert writer.state.seq == 13

    run_virtual(main(), START_S)


def test_a_failing_journal_fails_all_that_rests_on_it_and_the_writer_lives_on() -> None:
    async def main() -> None:
        journal = SlowJournal(2)
        async with Writer(journal) as writer:
            await writer.facts(*opening())
            before = writer.state
            with writer.subscribe() as feed:
                async with asyncio.TaskGroup() as tasks:
                    in_flight = tasks.create_task(_outcome(writer, LinkLost(D1, DOOR, START_S)))
                    await asyncio.sleep(0.5)
                    resting_on_it = tasks.create_task(_outcome(writer, LinkUp(D1)))
                assert in_flight.result() == resting_on_it.result() == "the disk is full"
                assert writer.state == before
                assert feed.get_nowait() is None
                assert await _outcome(writer, VehicleReady(D1)) == "kept"
                assert writer.state.seq == before.seq + 1
        assert [line.seq for line in journal.lines()] == list(range(1, 13))

    run_virtual(main(), START_S)


async def _outcome(writer: Writer, event: Event) -> str:
    try:
        await writer.facts(event)
    except JournalError as error:
        return str(error)
    return "kept"


def test_a_cancelled_caller_takes_nobody_with_it() -> None:
    async def main() -> None:
        async with Writer(SlowJournal()) as writer:
            gone = asyncio.create_task(writer.facts(*opening()))
            await asyncio.sleep(0.1)
            stays = asyncio.create_task(writer.facts(LinkUp(D1)))
            await asyncio.sleep(0.1)
            gone.cancel()
            assert (await stays)[0].seq == 12
            assert writer.state.seq == 12

    run_virtual(main(), START_S)


def test_a_slow_reader_gets_a_gap_and_stalls_nobody() -> None:
    async def main() -> None:
        async with Writer(MemoryJournal()) as writer:
            with writer.subscribe(limit=20) as slow, writer.subscribe() as quick:
                await writer.facts(*opening())
                await writer.facts(*[LinkUp(D1)] * 14)
                assert await slow.get() == Gap(25)
                assert slow.get_nowait() is None
                (entry,) = await writer.facts(LinkUp(D2))
                assert await slow.get() == entry
                assert len([await quick.get() for _ in range(26)]) == 26

    run_virtual(main(), START_S)


def test_feeds_end_with_the_writer() -> None:
    async def main() -> None:
        async with Writer(MemoryJournal()) as writer:
            with writer.subscribe() as feed:
                reader = asyncio.create_task(_read(feed))
                await writer.facts(*opening())
                await writer.__aexit__(None, None, None)
                assert len(await reader) == 11
                with pytest.raises(FeedEnded):
                    await feed.get()
                with pytest.raises(JournalError, match="the writer is not open"):
                    await writer.facts(LinkUp(D1))

    run_virtual(main(), START_S)


async def _read(feed: Feed) -> list[Entry | Gap]:
    return [entry async for entry in feed]


def test_closing_keeps_what_still_waits() -> None:
    async def main() -> None:
        journal = SlowJournal()
        async with Writer(journal) as writer:
            task = asyncio.create_task(writer.facts(*opening()))
            await asyncio.sleep(0.0)
        assert len(await task) == 11
        assert len(list(journal.lines())) == 11

    run_virtual(main(), START_S)


def test_time_never_runs_backwards_in_a_journal() -> None:
    async def main() -> None:
        clock = iter([100.0, 90.0, 110.0])
        async with Writer(MemoryJournal(), lambda: next(clock)) as writer:
            entries = [(await writer.facts(event))[0] for event in opening()[:3]]
            assert [entry.at_s for entry in entries] == [100.0, 100.0, 110.0]

    run_virtual(main(), START_S)


async def test_it_goes_on_where_it_left_off_on_the_real_loop(tmp_path: Path) -> None:
    path = tmp_path / "fleet.journal"
    async with SqliteJournal(path) as journal, Writer(journal) as writer:
        await writer.facts(*opening())
    async with SqliteJournal(path) as journal, Writer(journal) as again:
        assert again.state == writer.state
        await asyncio.gather(*(again.facts(LinkUp(D1)) for _ in range(100)))
        assert again.state.seq == 111


async def test_a_journal_that_cannot_be_replayed_is_not_served() -> None:
    journal = MemoryJournal([Line(1, 0.0, b'{"kind":"LinkUp","vehicle_id":"D1"}')])
    with pytest.raises(JournalError, match=r"entry 1 cannot follow: .*no vehicle D1"):
        async with Writer(journal):
            pass
