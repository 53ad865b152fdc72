"""The journal on disk: one SQLite file in WAL mode, one line a row.

Every append is one transaction with a full sync, off the event loop. The file is locked for as
long as it is open: two orchestrators never write one journal. A process killed in mid-write leaves
whole transactions only; the next opening recovers them.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from orchestrator.record.apply import RULES_VERSION
from orchestrator.record.journal import JournalError, Line

FORMAT_VERSION = 1
"""Grows when an older Sanderling could no longer read what a newer one writes."""

_APPLICATION_ID = 0x53414E44  # "SAND": told apart from any other SQLite file
_SCHEMA = """
CREATE TABLE entries (seq INTEGER PRIMARY KEY, at_s REAL NOT NULL, body BLOB NOT NULL);
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""
_T = TypeVar("_T")


class SqliteJournal:
    """A journal in the file `path`, made when absent. `async with` opens and locks it.

    Raises `JournalError` on entering when the folder or file cannot be written, when the file is
    no journal, is damaged, is of a newer format, or is in use by another process.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._thread: ThreadPoolExecutor | None = None

    @property
    def name(self) -> str:
        """Its file."""
        return str(self.path)

    def lines(self) -> Iterator[Line]:
        """Every line from the first on. Raises `JournalError` when one is missing or unreadable."""
        return _lines(self.path, self._open_connection())

    async def append(self, lines: Sequence[Line]) -> None:
        """Keep `lines` as one synced transaction. Raises `JournalError` (disk full, ...): none was kept."""
        connection = self._open_connection()
        await self._off_loop(lambda: _append(self.path, connection, lines))

    async def close(self, final_state: bytes) -> None:
        """Keep the state, fold the write-ahead log into the file and let go of it."""
        connection = self._open_connection()
        await self._off_loop(lambda: _finish(self.path, connection, final_state))

    async def __aenter__(self) -> Self:
        """Open, or make, the file and lock it."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        try:
            self._connection = await self._off_loop(lambda: _open(self.path))
        except JournalError:
            self._thread.shutdown()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the file, also when it was not closed cleanly."""
        if self._connection is not None:
            await self._off_loop(self._connection.close)
            self._connection = None
        if self._thread is not None:
            self._thread.shutdown()

    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            raise JournalError(f"{self.path}: the journal is not open")
        return self._connection

    async def _off_loop(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def check_free(path: Path) -> None:
    """Raise `JournalError` where another process has the journal, or it is none; it is not touched."""
    if not _is_there(path):
        return
    with _said(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.0)
    try:
        with _said(path):
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    finally:
        connection.close()


def read_lines(path: Path) -> Generator[Line]:
    """The lines of a journal that nobody has open, without changing it. Raises `JournalError`."""
    with _reading(path) as connection:
        yield from _lines(path, connection)


@dataclass(frozen=True, slots=True)
class FinalState:
    """The state kept when a journal was closed, and by which version of the rules it came about.

    `seal` is the SHA-256 of the first `sealed` lines as they were then, in hexadecimal digits; empty where an
    older version closed it. One that went on with a sealed journal left fewer sealed than there are:
    such a seal says nothing.
    """

    json: bytes
    rules: int
    sealed: int = 0
    seal: str = ""


def read_final_state(path: Path) -> FinalState | None:
    """The state kept when the journal was closed, None if it was not closed cleanly."""
    with _reading(path) as connection, _said(path):
        kept = dict(connection.execute("SELECT name, value FROM meta").fetchall())
        if "final_state" not in kept:
            return None
        sealed, _, seal = bytes(kept.get("seal", b"0 ")).decode().partition(" ")
        return FinalState(bytes(kept["final_state"]), int(kept.get("rules", b"0")), int(sealed), seal)


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise JournalError(f"{path}: {_in_words(error)}") from error
    except OSError as error:
        raise JournalError(f"{path}: {error.strerror}") from error


_WORDS = {
    "BUSY": "the journal is in use by another process",
    "LOCKED": "the journal is in use by another process",
    "CANTOPEN": "the journal cannot be opened: its folder is missing or not writable",
    "READONLY": "the journal is not writable",
    "FULL": "the disk is full",
    "IOERR": "the disk failed",
    "NOTADB": "this is not a journal",
    "CORRUPT": "the journal is damaged or cut short",
}


def _in_words(error: sqlite3.Error) -> str:
    kind = getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").split("_")[0]
    return f"{_WORDS[kind]} ({error})" if kind in _WORDS else str(error)


def _is_there(path: Path) -> bool:
    """Whether there is a file; raises for anything else: a device would take every fact and keep none."""
    with _said(path):
        if path.exists() and not path.is_file():
            raise JournalError(f"{path}: is no file")
        return path.exists()


def _open(path: Path) -> sqlite3.Connection:
    _is_there(path)
    with _said(path):
        # one thread at a time uses it: the opening one, then the journal's own
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0.0)
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            new = connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
            if not new:
                _check(path, connection)  # before anything is changed: it may be somebody else's file
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            with _transaction(connection):  # also takes the lock
                if new:
                    _make(connection)
        except (sqlite3.Error, JournalError):
            connection.close()
            raise
        return connection


def _make(connection: sqlite3.Connection) -> None:
    for statement in _SCHEMA.strip().splitlines():
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")


def _check(path: Path, connection: sqlite3.Connection) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id != _APPLICATION_ID:
        raise JournalError(f"{path}: this is a database, but not a Sanderling journal")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > FORMAT_VERSION:
        raise JournalError(f"{path}: format {version} is newer than {FORMAT_VERSION}, the newest known here")
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise JournalError(f"{path}: the journal is damaged or cut short: {verdict}")


def _append(path: Path, connection: sqlite3.Connection, lines: Sequence[Line]) -> None:
    with _said(path), _transaction(connection):
        connection.execute("DELETE FROM meta WHERE name = 'final_state'")
        connection.executemany(
            "INSERT INTO entries VALUES (?, ?, ?)", [(line.seq, line.at_s, line.body) for line in lines]
        )


def _finish(path: Path, connection: sqlite3.Connection, final_state: bytes) -> None:
    with _said(path):
        with _transaction(connection):
            kept = (
                *(("final_state", final_state), ("rules", b"%d" % RULES_VERSION)),
                ("seal", _seal(_lines(path, connection))),
            )
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", kept)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")


def _seal(lines: Iterator[Line]) -> bytes:
    """How many lines there are, and the SHA-256 of them: one that is changed afterwards is found."""
    count, digest = 0, hashlib.sha256()
    for line in lines:
        count = line.seq
        digest.update(line.sealed)
    return f"{count} {digest.hexdigest()}".encode()


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:  # a full disk may have rolled it back already
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    if not _is_there(path):
        raise JournalError(f"{path}: there is no such journal")
    with _said(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.0)
    try:
        with _said(path):
            _check(path, connection)
        yield connection
    finally:
        connection.close()


def _lines(path: Path, connection: sqlite3.Connection) -> Iterator[Line]:
    expected = 1
    with _said(path):
        for seq, at_s, body in connection.execute("SELECT seq, at_s, body FROM entries ORDER BY seq"):
            if seq != expected:
                raise JournalError(f"{path}: entry {expected} is missing")
            expected += 1
            yield Line(seq, at_s, bytes(body))
