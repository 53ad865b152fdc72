"""Journals from before an upgrade verify: a field the format gained since is no difference, a lost one is."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import orjson
import pytest

from orchestrator.record import replay
from orchestrator.record.apply import RULES_VERSION
from orchestrator.record.codec import decode, encode, state_json
from orchestrator.record.journal import JournalError, Line
from orchestrator.record.replay import differences, read_entries, rebuild, verify
from orchestrator.record.sqlite import FinalState, SqliteJournal
from orchestrator.record.writer import Writer
from tests.orchestrator.record.kept_story import KEPT_STORY
from tests.orchestrator.record.story import delivery, entries, opening, order, told


def older(line: Line) -> Line:
    """The line as it was before its empty fields were thought of."""
    body = orjson.loads(line.body)
    return Line(line.seq, line.at_s, orjson.dumps({key: value for key, value in body.items() if value != []}))


@pytest.fixture
def lines() -> list[Line]:
    return [encode(entry) for entry in entries([*opening(order()), *delivery()])]


def test_a_journal_without_the_fields_of_today_equals_its_state(
    lines: list[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [older(line) for line in lines]
    assert sum(a != b for a, b in zip(before, lines, strict=True)) > 0
    assert [decode(line) for line in before] == [decode(line) for line in lines]
    kept = orjson.loads(state_json(told([*opening(order()), *delivery()])))
    kept["vehicles"]["D1"] = {k: v for k, v in kept["vehicles"]["D1"].items() if v is not None}
    monkeypatch.setattr(replay, "read_lines", lambda _path: (line for line in before))
    monkeypatch.setattr(
        replay, "read_final_state", lambda _path: FinalState(orjson.dumps(kept), RULES_VERSION)
    )
    assert replay.verify(Path("any")).differences == ()


@pytest.mark.parametrize(
    ("kept", "rebuilt", "text"),
    [
        ({"vehicles": {}}, {"vehicles": {"D3": {"ready": True}}}, "vehicles.D3: absent at exit"),
        ({"reason": None}, {}, "reason: null at exit, absent rebuilt"),
        ({"armed": False}, {"armed": True}, "armed: false at exit, true rebuilt"),
        ({"left": 0}, {"left": None}, "left: 0 at exit, null rebuilt"),
    ],
)
def test_everything_else_that_differs_is_told(kept: object, rebuilt: object, text: str) -> None:
    (told_once,) = differences(kept, rebuilt)
    assert told_once.startswith(text)


async def test_a_line_that_cannot_be_read_is_named_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "fleet.journal"
    journal = SqliteJournal(file)
    async with journal:
        await journal.append([Line(1, 0.0, b'{"kind": "HubClosed", "hub": "H1"}')])
    named = rf"^{re.escape(str(file))}: entry 1: "
    with pytest.raises(JournalError, match=named):
        async with SqliteJournal(file) as again, Writer(again):
            pass
    with pytest.raises(JournalError, match=named):
        list(read_entries(file))
    with pytest.raises(JournalError, match=named):
        verify(file)


async def kept_by(path: Path, rules: int | None) -> None:
    """A journal closed by a build with such rules, which saw another thing in the same entries."""
    async with SqliteJournal(path) as journal, Writer(journal) as writer:
        await writer.facts(*opening(order()))
    state = orjson.loads(state_json(writer.state))
    state["orders"]["O1"]["cancelled_by"] = "shop"
    with sqlite3.connect(path) as kept:
        kept.execute("UPDATE meta SET value = ? WHERE name = 'final_state'", (orjson.dumps(state),))
        kept.execute("DELETE FROM meta WHERE name = 'rules'")
        if rules is not None:
            kept.execute("INSERT INTO meta VALUES ('rules', ?)", (b"%d" % rules,))


@pytest.mark.parametrize("rules", [None, RULES_VERSION + 1])
async def test_a_state_kept_by_other_rules_is_told_so_and_not_called_different(
    tmp_path: Path, rules: int | None
) -> None:
    path = tmp_path / "fleet.journal"
    await kept_by(path, rules)
    found = verify(path)
    assert (found.equal, found.differences) == (False, ())
    assert f"kept by version {rules or 0} of the rules, and this build has {RULES_VERSION}" in found.text


async def test_by_the_same_rules_it_differs(tmp_path: Path) -> None:
    path = tmp_path / "fleet.journal"
    await kept_by(path, RULES_VERSION)
    assert "cancelled_by" in verify(path).differences[0]


async def test_an_older_journal_whose_state_is_the_same_is_equal(tmp_path: Path) -> None:
    path = tmp_path / "fleet.journal"
    async with SqliteJournal(path) as journal, Writer(journal) as writer:
        await writer.facts(*opening(order()))
    with sqlite3.connect(path) as kept:
        kept.execute("DELETE FROM meta WHERE name = 'rules'")
    assert verify(path).equal


def test_other_conclusions_from_the_same_entries_are_other_rules() -> None:
    """Where this fails: another state follows from a story than did. Raise `RULES_VERSION`, keep the new one.

    `python -m tests.orchestrator.record.kept_story` writes it.
    """
    kept = orjson.loads(KEPT_STORY.read_bytes())
    lines = [Line(seq, at_s, body.encode()) for seq, at_s, body in kept["lines"]]
    rebuilt = rebuild(decode(line) for line in lines)
    assert kept["rules"] == RULES_VERSION
    assert differences(kept["state"], orjson.loads(state_json(rebuilt))) == []


async def closed(file: Path, clock: Iterator[float]) -> None:
    """A journal with two sound entries, at the times of `clock`, closed."""
    async with SqliteJournal(file) as journal, Writer(journal, lambda: next(clock)) as writer:
        await writer.facts(*opening(order())[:2])


def tampered(file: Path, statement: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(statement)
    connection.close()


async def test_a_time_that_was_moved_after_the_close_is_found(tmp_path: Path) -> None:
    file = tmp_path / "fleet.journal"
    await closed(file, count(1_790_000_000.0, 60.0))
    assert verify(file).equal
    tampered(file, "UPDATE entries SET at_s = at_s - 5 WHERE seq = 1")
    assert "or their times, are not as they were at exit" in verify(file).text
    assert not verify(file).equal


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM meta WHERE name = 'seal'",
        "UPDATE meta SET value = CAST('1 00' AS BLOB) WHERE name = 'seal'",
    ],
    ids=["an older version closed it", "an older version went on with it"],
)
async def test_a_journal_closed_by_an_older_version_verifies(tmp_path: Path, statement: str) -> None:
    file = tmp_path / "fleet.journal"
    await closed(file, count(1_790_000_000.0, 60.0))
    tampered(file, statement)
    assert verify(file).equal
