"""Journals from before an upgrade verify: a field the format gained since is no difference, a lost one is."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest

from orchestrator.record import replay
from orchestrator.record.codec import decode, encode, state_json
from orchestrator.record.journal import JournalError, Line
from orchestrator.record.replay import differences, read_entries, verify
from orchestrator.record.sqlite import SqliteJournal
from orchestrator.record.writer import Writer
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
    monkeypatch.setattr(replay, "read_lines", lambda _path: iter(before))
    monkeypatch.setattr(replay, "read_final_state", lambda _path: orjson.dumps(kept))
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
