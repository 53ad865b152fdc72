"""`sanderling simulate`: a scenario on virtual time, in one process, without sockets, the same twice."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from orchestrator.app import operating
from orchestrator.ending import BadInput
from orchestrator.files.whole import check_writable
from orchestrator.operations.dispatching.dispatcher import Dispatcher
from orchestrator.record.journal import Journal, JournalError, MemoryJournal
from orchestrator.record.sqlite import SqliteJournal
from sitl.casting import Casting, in_process
from sitl.changes import keep_changing
from sitl.loop import run_virtual
from sitl.outcome import Began, Outcome, conclude, outcome
from sitl.run import deliver
from sitl.scenario import Scenario, read_scenario
from sitl.setting import set_up
from sitl.vehicle_faults import VehicleFault, refuse_wire_faults
from vehicles.clock import now_s


def run(
    name: str,
    seed: int | None,
    report: Path | None,
    journal: Path | None,
    faults: Iterable[VehicleFault] = (),
) -> None:
    """Run a scenario, with more `faults` than it names, and print what became of it.

    Raises `BadInput`; `Failed` when not all was delivered.
    """
    if report is not None:
        check_writable(report, "--report")
    scenario = read_scenario(name)
    scenario = replace(scenario, faults=(*scenario.faults, *faults))
    refuse_wire_faults(scenario.faults)
    if seed is not None:
        scenario = replace(scenario, seed=seed)
    if journal is not None:
        _check_new(journal)
    try:
        ended = simulate(scenario, SqliteJournal(journal) if journal else MemoryJournal())
    except JournalError as error:
        raise BadInput(f"--journal {error}") from error
    conclude(ended, report)


def _check_new(journal: Path) -> None:
    try:
        if journal.exists():
            raise BadInput(f"--journal {journal}: is there already; a run starts a new one")
    except OSError as error:
        raise BadInput(f"--journal {journal}: {error.strerror}") from error


def simulate(
    scenario: Scenario, journal: Journal, dispatcher: Dispatcher | None = None, casting: Casting = in_process
) -> Outcome:
    """Run `scenario` to its end on virtual time that starts when the scenario says.

    Another `dispatcher` than the product's own may decide, to be compared with it.
    """
    return run_virtual(_simulate(scenario, journal, dispatcher, casting), scenario.start_utc_s)


async def _simulate(
    scenario: Scenario, journal: Journal, dispatcher: Dispatcher | None, casting: Casting
) -> Outcome:
    setting = set_up(scenario)
    around, hubs = setting.site.surroundings, setting.places.hubs
    wishes = setting.wishes(now_s())
    began = Began.now()
    async with (
        casting(setting) as stations,
        operating(journal, hubs, stations, around, dispatcher) as app,
    ):
        changing = asyncio.create_task(keep_changing(around, scenario.changes, app), name="changes")
        gc.collect()
        gc.freeze()  # the city lasts: looked through again and again, it took an eighth of a run
        try:
            refusals = await deliver(app, wishes)
        finally:
            gc.unfreeze()
            changing.cancel()
        return outcome(app, journal, scenario.seed, began, refusals)
