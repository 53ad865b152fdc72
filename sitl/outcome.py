"""How a run ended, and how that is told: the table, the report, and whether the command succeeded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

from orchestrator.app import App
from orchestrator.ending import Failed
from orchestrator.files.whole import write_json
from orchestrator.record.codec import decode
from orchestrator.record.journal import Journal
from orchestrator.record.report import report
from orchestrator.record.state import FleetState
from orchestrator.terminal import print_report
from sitl.run import Refusal
from vehicles.clock import machine_now_s, now_s


@dataclass(frozen=True, slots=True)
class Began:
    """When a run began: UTC seconds, of the machine and of the fleet, and the processor's until then."""

    wall_at_s: float
    fleet_at_s: float
    core_at_s: float

    @classmethod
    def now(cls) -> Began:
        """A run that begins now."""
        return cls(machine_now_s(), now_s(), process_time())


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: the final state, the report's document, and what was refused at the door.

    `refusals` is None when somebody stopped the run before it was over. `core_s`: seconds of the processor
    that this process had meanwhile.
    """

    state: FleetState
    report: dict[str, Any]
    refusals: tuple[Refusal, ...] | None
    core_s: float = 0.0


def outcome(
    app: App, journal: Journal, seed: int, began: Began, refusals: tuple[Refusal, ...] | None
) -> Outcome:
    """What became of a run, as it stands now. The journal must be open."""
    core_s = process_time() - began.core_at_s
    document = report(
        app.state,
        map(decode, journal.lines()),
        seed=seed,
        wall_s=machine_now_s() - began.wall_at_s,
        fleet_s=now_s() - began.fleet_at_s,
    )
    return Outcome(app.state, document, refusals, core_s)


def conclude(ended: Outcome, file: Path | None) -> None:
    """Print the table, write the report to `file`; raise `Failed` naming what is not as it should be."""
    print_report(ended.report)
    if file is not None:
        write_json(ended.report, file, "--report")
    if broken := ended.report["invariants"]["broken"]:
        raise Failed("an invariant was broken: " + "; ".join(map(str, broken)))
    if ended.refusals is None:
        raise Failed("stopped before the end")
    missed = [
        f"{row['id']}: {row['reason']}" for row in ended.report["orders"] if row["state"] != "delivered"
    ]
    missed += [f"{refusal.order_id}: refused: {refusal.why}" for refusal in ended.refusals]
    if missed:
        raise Failed("not delivered: " + "\n  ".join(missed))
