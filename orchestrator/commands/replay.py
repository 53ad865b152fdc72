"""`sanderling replay`: what happened, from the journal alone."""

from __future__ import annotations

from pathlib import Path

from orchestrator.ending import BadInput, Failed
from orchestrator.record.describe import describe
from orchestrator.record.journal import JournalError
from orchestrator.record.replay import history, verify
from orchestrator.terminal import out
from vehicles.clock import iso


def tell(journal: Path) -> None:
    """Print one sentence for each fact. Raises `BadInput` when it is no readable journal."""
    try:
        for entry, state in history(journal):
            out.print(
                f"{entry.seq:6} {iso(entry.at_s)} {describe(entry, state).text}", markup=False, soft_wrap=True
            )
    except JournalError as error:
        raise BadInput(str(error)) from error


def check(journal: Path) -> None:
    """Rebuild the state and compare it with the one kept at exit. Raises `Failed` when they differ."""
    try:
        found = verify(journal)
    except JournalError as error:
        raise BadInput(str(error)) from error
    if not found.equal:
        raise Failed(f"{journal}: {found.text}")
    out.print(f"{journal}: {found.text}", markup=False, soft_wrap=True)
