"""Rebuild the state from a journal, and check that it is the one the fleet ended with."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from orchestrator.record.apply import RULES_VERSION, apply
from orchestrator.record.codec import decode, encode, state_json
from orchestrator.record.events import Entry
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.journal import JournalError, Line
from orchestrator.record.sqlite import read_final_state, read_lines
from orchestrator.record.state import FleetState

_MOST_DIFFERENCES = 100


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a journal found. `differences` are dotted paths with both values, at most 100.

    When it was not closed cleanly there is no state to compare with; then only the lines themselves
    were checked: none missing, each readable, each following from those before it. The same where the state
    at exit differs and was kept by other `rules` (a version, `apply.RULES_VERSION`): it tells nothing then.
    """

    entries: int
    closed_cleanly: bool
    differences: tuple[str, ...]
    rules: int = RULES_VERSION

    @property
    def equal(self) -> bool:
        """Whether the rebuilt state was compared with the kept one and is the same."""
        return self.closed_cleanly and not self.differences and self.rules == RULES_VERSION

    @property
    def text(self) -> str:
        """The outcome in one sentence."""
        count = f"{self.entries} entries"
        if self.differences:
            return f"{count}; the rebuilt state differs: {'; '.join(self.differences)}"
        if self.rules != RULES_VERSION:
            by = f"version {self.rules} of the rules, and this build has {RULES_VERSION}"
            return f"{count}, all sound; the state at exit was kept by {by}: nothing to compare it with"
        if not self.closed_cleanly:
            return f"{count}, all sound; not closed cleanly: no state to compare"
        return f"{count}; the rebuilt state equals the one at exit"


def rebuild(entries: Iterable[Entry]) -> FleetState:
    """The state after `entries`, from the first on. Raises `IllegalEvent` for one that cannot follow."""
    state = FleetState()
    for entry in entries:
        state = apply(state, entry)
    return state


def read_entries(path: Path) -> Generator[Entry]:
    """The entries of a journal file that nobody has open. Raises `JournalError`."""
    with closing(read_lines(path)) as lines:
        for line in lines:
            yield decode(line, str(path))


def history(path: Path) -> Generator[tuple[Entry, FleetState]]:
    """Each entry of a journal file and the state after it. Raises `JournalError` naming the entry."""
    state = FleetState()
    with closing(read_entries(path)) as entries:
        for entry in entries:
            try:
                state = apply(state, entry)
            except IllegalEvent as error:
                raise JournalError(f"{path}: entry {entry.seq}: {error}") from error
            yield entry, state


def verify(path: Path) -> Verification:
    """Rebuild the state from the journal at `path` and compare it with the one kept at exit.

    The lines, with their times, are held against the seal of then too, where there is one.
    Raises `JournalError` when the file cannot be read as a journal at all, naming the entry.
    """
    found: list[str] = []
    state, digest = FleetState(), hashlib.sha256()
    with closing(read_lines(path)) as lines:
        for line in lines:
            digest.update(line.sealed)
            try:
                state = apply(state, _decoded(line, found, path))
            except IllegalEvent as error:
                raise JournalError(f"{path}: entry {line.seq}: {error}{_by_rules(path)}") from error
    kept, rules = read_final_state(path), RULES_VERSION
    if kept is not None:
        rebuilt = state_json(state)
        if kept.json != rebuilt:
            try:
                parted = differences(orjson.loads(kept.json), orjson.loads(rebuilt))
            except orjson.JSONDecodeError as error:
                text = (
                    f"{path}: the state kept at exit is damaged; the {state.seq} entries before it are whole"
                )
                raise JournalError(f"{path}: {text}") from error
            if parted and kept.rules != RULES_VERSION:
                rules = kept.rules
            else:
                found += parted
    if kept is not None and kept.sealed == state.seq and kept.seal not in {digest.hexdigest(), ""}:
        found.append("entries: one or more, or their times, are not as they were at exit")
    return Verification(state.seq, kept is not None, tuple(found[:_MOST_DIFFERENCES]), rules)


def _by_rules(path: Path) -> str:
    """By which rules the journal came about, where those are not this build's."""
    kept = read_final_state(path)
    if kept is None or kept.rules == RULES_VERSION:
        return ""
    return f" (by version {RULES_VERSION} of the rules; it was kept by version {kept.rules})"


def _decoded(line: Line, found: list[str], path: Path) -> Entry:
    entry = decode(line, str(path))
    again = encode(entry)
    if again != line and not _gained_only(line.body, again.body):
        found.append(f"entries.{line.seq}: reads as {entry.event}, which is written otherwise")
    return entry


def _gained_only(kept: bytes, again: bytes) -> bool:
    """Whether `kept` is in the writer's own hand and lacks only fields that the format gained since."""
    tree = orjson.loads(kept)
    return orjson.dumps(tree) == kept and not differences(tree, orjson.loads(again))


def differences(kept: Any, rebuilt: Any, path: str = "") -> list[str]:  # noqa: ANN401 - two JSON trees
    """Where two JSON trees differ: "vehicles.D3.ready: false at exit, true rebuilt".

    A field that is absent at exit and empty when rebuilt is one that the format gained since: no difference.
    """
    if isinstance(kept, dict) and isinstance(rebuilt, dict):
        keys = sorted({*kept, *rebuilt})
        pairs = [(key, kept.get(key, _ABSENT), rebuilt.get(key, _ABSENT)) for key in keys]
    elif isinstance(kept, list) and isinstance(rebuilt, list) and len(kept) == len(rebuilt):
        pairs = [(str(i), a, b) for i, (a, b) in enumerate(zip(kept, rebuilt, strict=True))]
    elif (type(kept) is type(rebuilt) and kept == rebuilt) or (kept is _ABSENT and not rebuilt):
        return []
    else:
        return [f"{path}: {_shown(kept)} at exit, {_shown(rebuilt)} rebuilt"]
    return [d for key, a, b in pairs for d in differences(a, b, f"{path}.{key}" if path else key)]


_ABSENT = object()


def _shown(value: object) -> str:
    return "absent" if value is _ABSENT else orjson.dumps(value).decode()
