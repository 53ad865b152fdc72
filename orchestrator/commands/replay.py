"""`sanderling replay`: what happened, from the journal alone, or from a recording of a vehicle's links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import Any

from orchestrator.ending import BadInput, Failed
from orchestrator.record.describe import describe
from orchestrator.record.journal import JournalError
from orchestrator.record.replay import history, verify
from orchestrator.terminal import err, out
from vehicles.clock import iso
from vehicles.mavlink.links.tlog import Recording, TlogError
from vehicles.mavlink.links.tlog_facts import Fact, facts


class Kind(Enum):
    """What is told: anything but a .tlog is taken for a journal."""

    JOURNAL = "journal"
    RECORDING = "recording"


def kind_of(file: Path, *, verify: bool, json: bool) -> Kind:
    """What a file is by its name. Raises `BadInput` for what cannot be asked of one of its kind."""
    try:
        if file.is_dir():
            raise BadInput(f"{file}: Is a directory")
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}") from error
    kind = Kind.RECORDING if file.suffix.lower() == ".tlog" else Kind.JOURNAL
    if verify and kind is Kind.RECORDING:
        raise BadInput("--verify: only a journal can be verified, not a recording")
    if json and kind is Kind.JOURNAL:
        raise BadInput("--json: only a recording (.tlog) is told as JSON")
    return kind


def tell(journal: Path) -> None:
    """Print one sentence for each fact. Raises `BadInput` when it is no readable journal."""
    try:
        for entry, state in history(journal):
            out.print(
                f"{entry.seq:6} {iso(entry.at_s)} {describe(entry, state).text}", markup=False, soft_wrap=True
            )
    except JournalError as error:
        raise BadInput(str(error)) from error


def tell_recording(file: Path) -> None:
    """Print one sentence for each fact, and on standard error what was skipped.

    Raises `BadInput` when it is no readable recording.
    """
    recording = Recording(file)
    for fact in _facts(recording):
        who = f"{fact.system_id}/{fact.component_id}"
        out.print(
            f"{_milliseconds(fact.at_s)} {who:>7} {fact.text}", markup=False, soft_wrap=True, highlight=False
        )
    if recording.bad_stamps:
        text = f"{file}: damaged: {recording.bad_stamps} time stamps were none; the time before was taken"
        err.print(text, markup=False, soft_wrap=True, highlight=False)
    if recording.skips:
        err.print(f"{file}: {_skipped(recording)}", markup=False, soft_wrap=True, highlight=False)


def recording_document(file: Path) -> dict[str, Any]:
    """The same as values. Raises `BadInput` when it is no readable recording."""
    recording = Recording(file)
    told = [asdict(fact) for fact in _facts(recording)]
    return {
        "facts": told,
        "skipped_bytes": recording.skipped_bytes,
        "skips": recording.skips,
        "bad_stamps": recording.bad_stamps,
    }


def _skipped(recording: Recording) -> str:
    places = f"{recording.skips} places" if recording.skips > 1 else "one place"
    return f"damaged: {recording.skipped_bytes} bytes in {places} are no frames and were skipped"


def _facts(recording: Recording) -> Iterator[Fact]:
    try:
        yield from facts(recording)
    except TlogError as error:
        raise BadInput(str(error)) from error


def _milliseconds(at_s: float) -> str:
    whole_s, thousandths = divmod(round(at_s * 1000), 1000)
    return f"{iso(whole_s).removesuffix('Z')}.{thousandths:03}Z"


def check(journal: Path) -> None:
    """Rebuild the state and compare it with the one kept at exit. Raises `Failed` when they differ."""
    try:
        found = verify(journal)
    except JournalError as error:
        raise BadInput(str(error)) from error
    if not found.equal:
        raise Failed(f"{journal}: {found.text}")
    out.print(f"{journal}: {found.text}", markup=False, soft_wrap=True)
