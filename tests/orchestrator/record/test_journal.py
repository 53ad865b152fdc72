"""Every journal keeps all or nothing, in order; the one on disk says plainly what is wrong with it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrator.record.apply import RULES_VERSION
from orchestrator.record.codec import encode
from orchestrator.record.events import Entry, HubOpened
from orchestrator.record.journal import Journal, JournalError, Line, MemoryJournal
from orchestrator.record.replay import verify
from orchestrator.record.sqlite import (
    FORMAT_VERSION,
    SqliteJournal,
    check_free,
    read_final_state,
    read_lines,
)
from tests.orchestrator.record.story import HUB, START_S

LINES = [Line(n, 10.0 + n, b'{"kind":"LinkUp","vehicle_id":"D%d"}' % n) for n in range(1, 6)]


@pytest.fixture(params=["memory", "sqlite"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    return MemoryJournal() if request.param == "memory" else SqliteJournal(tmp_path / "fleet.journal")


async def test_it_gives_back_what_was_appended(journal: Journal) -> None:
    async with journal:
        assert list(journal.lines()) == []
        await journal.append(LINES[:2])
        await journal.append(LINES[2:])
        assert list(journal.lines()) == LINES


async def test_it_goes_on_after_a_clean_close(tmp_path: Path) -> None:
    path = tmp_path / "fleet.journal"
    async with SqliteJournal(path) as journal:
        await journal.append(LINES[:2])
        await journal.close(b"after two")
    kept = read_final_state(path)
    assert kept is not None
    assert (kept.json, kept.rules, kept.sealed) == (b"after two", RULES_VERSION, 2)
    assert path.read_bytes()[18:20] == b"\x01\x01"  # no longer in WAL mode: one plain file to copy away
    async with SqliteJournal(path) as journal:
        await journal.append(LINES[2:])
    assert read_final_state(path) is None
    assert list(read_lines(path)) == LINES


async def test_one_of_many_that_cannot_be_kept_keeps_none(tmp_path: Path) -> None:
    async with SqliteJournal(tmp_path / "fleet.journal") as journal:
        await journal.append(LINES[:3])
        with pytest.raises(JournalError):
            await journal.append([LINES[3], LINES[0]])
        assert list(journal.lines()) == LINES[:3]
        await journal.append(LINES[3:])
        assert list(journal.lines()) == LINES


async def test_it_is_not_shared(tmp_path: Path) -> None:
    path = tmp_path / "fleet.journal"
    async with SqliteJournal(path) as journal:
        await journal.append(LINES)
        with pytest.raises(JournalError, match="in use by another process"):
            async with SqliteJournal(path):
                pass
        with pytest.raises(JournalError, match="in use by another process"):
            list(read_lines(path))


async def test_a_full_disk_is_said_and_nothing_is_half_kept(tmp_path: Path) -> None:
    async with SqliteJournal(tmp_path / "fleet.journal") as journal:
        await journal.append(LINES[:1])
        assert journal._connection is not None
        (pages,) = journal._connection.execute("PRAGMA page_count").fetchone()
        journal._connection.execute(f"PRAGMA max_page_count = {pages}")
        big = Line(2, 12.0, b"x" * 100_000)
        with pytest.raises(JournalError, match=r"fleet\.journal: the disk is full"):
            await journal.append([big])
        assert list(journal.lines()) == LINES[:1]
        journal._connection.execute("PRAGMA max_page_count = 1000000")
        await journal.append([big])
        assert len(list(journal.lines())) == 2


def _not_a_journal(path: Path) -> None:
    path.write_bytes(b"Dear diary, today nothing happened. " * 100)


def _other_database(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE birds (name TEXT)")
    other.close()


def _newer(path: Path) -> None:
    _journal_of(path, 5)
    with sqlite3.connect(path) as other:
        other.execute(f"PRAGMA user_version = {FORMAT_VERSION + 1}")
    other.close()


def _cut_short(path: Path) -> None:
    _journal_of(path, 2000)
    os.truncate(path, path.stat().st_size // 2)


def _scratched(path: Path) -> None:
    _journal_of(path, 2000)
    with path.open("r+b") as file:
        file.seek(10 * 4096)
        file.write(b"\xff" * 4096)


def _journal_of(path: Path, count: int) -> None:
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "CREATE TABLE entries (seq INTEGER PRIMARY KEY, at_s REAL NOT NULL, body BLOB NOT NULL);"
            "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
            f"PRAGMA application_id = 1396788804; PRAGMA user_version = {FORMAT_VERSION};"
        )
        rows = [(n, 0.0, b'{"kind":"LinkUp","vehicle_id":"D1"}') for n in range(1, count + 1)]
        connection.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows)
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_not_a_journal, "this is not a journal"),
        (_other_database, "a database, but not a Sanderling journal"),
        (_newer, f"format {FORMAT_VERSION + 1} is newer than {FORMAT_VERSION}"),
        (_cut_short, "damaged or cut short"),
        (_scratched, "damaged or cut short"),
        (Path.mkdir, "is no file"),
    ],
)
async def test_what_is_no_journal_is_said_and_left_alone(
    tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    path = tmp_path / "fleet.journal"
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(JournalError, match=f"fleet\\.journal: .*{said}"):
        async with SqliteJournal(path):
            pass
    assert (path.read_bytes() if path.is_file() else b"") == before
    if path.is_file():
        with pytest.raises(JournalError, match=f"fleet\\.journal: .*{said}"):
            list(read_lines(path))


async def test_what_keeps_nothing_is_no_journal(tmp_path: Path) -> None:
    for path in (tmp_path, Path("/dev/null")):
        with pytest.raises(JournalError, match=f"{path}: is no file"):
            async with SqliteJournal(path):
                pass
        with pytest.raises(JournalError, match=f"{path}: is no file"):
            check_free(path)


async def test_a_folder_that_is_not_there_or_not_writable_is_said() -> None:
    for folder in ("/nowhere/at/all", "/proc"):  # /proc refuses even root
        with pytest.raises(JournalError, match="folder is missing or not writable"):
            async with SqliteJournal(Path(folder) / "fleet.journal"):
                pass


def test_reading_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="there is no such journal"):
        list(read_lines(tmp_path / "fleet.journal"))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_line_is_said(tmp_path: Path) -> None:
    path = tmp_path / "fleet.journal"
    _journal_of(path, 5)
    with sqlite3.connect(path) as other:
        other.execute("DELETE FROM entries WHERE seq = 3")
    other.close()
    with pytest.raises(JournalError, match="entry 3 is missing"):
        list(read_lines(path))


WRITE_FOR_EVER = """
import asyncio, sys
from pathlib import Path
from orchestrator.record.journal import Line
from orchestrator.record.sqlite import SqliteJournal

async def main():
    async with SqliteJournal(Path(sys.argv[1])) as journal:
        seq = 0
        while True:
            await journal.append([Line(seq + n, 0.0, b"x" * 500) for n in range(1, 8)])
            seq += 7
            print(seq, flush=True)

asyncio.run(main())
"""


def test_a_process_killed_in_mid_write_leaves_whole_transactions_and_all_that_was_confirmed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "fleet.journal"
    with subprocess.Popen(
        [sys.executable, "-c", WRITE_FOR_EVER, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        confirmed = [int(process.stdout.readline()) for _ in range(30)][-1]
        process.send_signal(signal.SIGKILL)
        confirmed = max([confirmed, *(int(said) for said in process.stdout.read().split())])
    kept = list(read_lines(path))
    assert len(kept) >= confirmed
    assert len(kept) % 7 == 0
    assert kept[-1].seq == len(kept)


async def test_a_state_that_was_kept_damaged_is_told_apart_from_damaged_facts(tmp_path: Path) -> None:
    path = tmp_path / "fleet.journal"
    async with SqliteJournal(path) as journal:
        await journal.append([encode(Entry(1, START_S, HubOpened(HUB)))])
        await journal.close(b'{"at_s":17')
    with pytest.raises(JournalError, match="the state kept at exit is damaged; the 1 entries before it"):
        verify(path)
