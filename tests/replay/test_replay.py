"""Replay equals live, twice the same run gives the same file, and a check says where they part."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest

from orchestrator.record.codec import state_json
from orchestrator.record.events import Event
from orchestrator.record.journal import JournalError
from orchestrator.record.replay import differences, read_entries, rebuild, verify
from orchestrator.record.sqlite import SqliteJournal
from orchestrator.record.state import FleetState
from orchestrator.record.writer import Writer
from sitl.loop import run_virtual
from tests.orchestrator.record.story import D1, D2, START_S, delivery, opening, order


async def fly(writer: Writer, events: Sequence[Event], every_s: float) -> None:
    for event in events:
        await asyncio.sleep(every_s)
        await writer.facts(event)


def a_run(path: Path) -> FleetState:
    """Two deliveries at once, as many facts falling together as can."""

    async def main() -> FleetState:
        async with SqliteJournal(path) as journal, Writer(journal) as writer:
            await writer.facts(*opening(order("O1"), order("O2")))
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(fly(writer, delivery(1, D1, "O1-1"), 7.0))
                tasks.create_task(fly(writer, delivery(2, D2, "O2-1"), 7.0))
        return writer.state

    return run_virtual(main(), START_S)


def test_replay_equals_live(tmp_path: Path) -> None:
    path = tmp_path / "fleet.journal"
    live = a_run(path)
    assert live.seq == 30
    assert rebuild(read_entries(path)) == live
    found = verify(path)
    assert (found.entries, found.equal, found.differences) == (30, True, ())
    assert "equals the one at exit" in found.text


def test_the_same_run_gives_the_same_file_byte_for_byte(tmp_path: Path) -> None:
    a_run(tmp_path / "a.journal")
    a_run(tmp_path / "b.journal")
    assert (tmp_path / "a.journal").read_bytes() == (tmp_path / "b.journal").read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.journal", "b.journal"]


def _sql(path: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
    connection.close()


def test_another_state_at_exit_is_named_by_dotted_paths(tmp_path: Path) -> None:
    path = tmp_path / "fleet.journal"
    kept = orjson.loads(state_json(a_run(path)))
    kept["vehicles"]["D1"]["ready"] = False
    del kept["missions"]["2"]["distance_m"]
    _sql(path, "UPDATE meta SET value = ? WHERE name = 'final_state'", orjson.dumps(kept))
    found = verify(path)
    assert not found.equal
    assert found.differences == (
        "missions.2.distance_m: absent at exit, 812.0 rebuilt",
        "vehicles.D1.ready: false at exit, true rebuilt",
    )


def test_a_changed_line_is_found(tmp_path: Path) -> None:
    path = tmp_path / "fleet.journal"
    a_run(path)
    _sql(path, "UPDATE entries SET at_s = at_s + 1 WHERE seq = 30")
    found = verify(path)
    assert not found.equal
    assert any(difference.startswith("at_s: ") for difference in found.differences)


def test_a_line_that_cannot_follow_is_named(tmp_path: Path) -> None:
    path = tmp_path / "fleet.journal"
    a_run(path)
    _sql(path, "UPDATE entries SET body = (SELECT body FROM entries WHERE seq = 1) WHERE seq = 2")
    with pytest.raises(JournalError, match=r"fleet\.journal: entry 5: .*no vehicle D1"):
        verify(path)


def test_a_line_written_by_another_hand_is_found(tmp_path: Path) -> None:
    path = tmp_path / "fleet.journal"
    a_run(path)
    _sql(path, "UPDATE entries SET body = CAST(replace(body, ',', ', ') AS BLOB) WHERE seq = 5")
    assert verify(path).differences[0].startswith("entries.5: ")


def test_a_journal_that_was_not_closed_is_checked_as_far_as_can_be(tmp_path: Path) -> None:
    path = tmp_path / "fleet.journal"
    a_run(path)
    _sql(path, "DELETE FROM meta")
    found = verify(path)
    assert (found.entries, found.closed_cleanly, found.equal, found.differences) == (30, False, False, ())
    assert "not closed cleanly: no state to compare" in found.text


@pytest.mark.parametrize(
    ("kept", "rebuilt", "found"),
    [
        ({"a": [1, 2]}, {"a": [1, 3]}, ["a.1: 2 at exit, 3 rebuilt"]),
        ({"a": [1, 2]}, {"a": [1]}, ["a: [1,2] at exit, [1] rebuilt"]),
        ({"a": None}, {}, ["a: null at exit, absent rebuilt"]),
        ({"a": 1}, {"a": True}, ["a: 1 at exit, true rebuilt"]),
        ({"a": {"b": 1.5}}, {"a": {"b": 1.5}}, []),
    ],
)
def test_differences(kept: object, rebuilt: object, found: list[str]) -> None:
    assert differences(kept, rebuilt) == found
