"""`sanderling simulate`: a scenario on virtual time, in one process, without sockets, the same twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geofences.path import Waypoint
from orchestrator.app import Station, operating
from orchestrator.ending import BadInput, Failed
from orchestrator.record.codec import decode
from orchestrator.record.journal import Journal, JournalError, MemoryJournal
from orchestrator.record.report import report as report_of
from orchestrator.record.sqlite import SqliteJournal
from orchestrator.record.state import FleetState
from orchestrator.terminal import print_report, write_report
from sitl.direct import DirectVehicle
from sitl.loop import run_virtual
from sitl.muster import Berth
from sitl.run import Refusal, deliver
from sitl.scenario import Scenario, read_scenario
from sitl.setting import set_up
from vehicles.clock import machine_now_s, now_s


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: the final state, the report's document, and what was refused at the door."""

    state: FleetState
    report: dict[str, Any]
    refusals: tuple[Refusal, ...]


def run(name: str, seed: int | None, report: Path | None, journal: Path | None) -> None:
    """Run a scenario and print what became of it. Raises `BadInput`; `Failed` when not all was delivered."""
    scenario = read_scenario(name)
    if seed is not None:
        scenario = replace(scenario, seed=seed)
    if journal is not None and journal.exists():
        raise BadInput(f"--journal {journal}: is there already; a run starts a new one")
    try:
        outcome = simulate(scenario, SqliteJournal(journal) if journal else MemoryJournal())
    except JournalError as error:
        raise BadInput(f"--journal {error}") from error
    conclude(outcome, report)


def conclude(outcome: Outcome, report: Path | None) -> None:
    """Print the table, write the report; raise `Failed` naming what was not delivered or held."""
    print_report(outcome.report)
    if report is not None:
        write_report(outcome.report, report)
    if broken := outcome.report["invariants"]["broken"]:
        raise Failed("an invariant was broken: " + "; ".join(map(str, broken)))
    missed = [
        f"{row['id']}: {row['reason']}" for row in outcome.report["orders"] if row["state"] != "delivered"
    ]
    missed += [f"{refusal.order_id}: refused: {refusal.why}" for refusal in outcome.refusals]
    if missed:
        raise Failed("not delivered: " + "\n  ".join(missed))


def simulate(scenario: Scenario, journal: Journal) -> Outcome:
    """Run `scenario` to its end on virtual time that starts when the scenario says."""
    return run_virtual(_simulate(scenario, journal), scenario.start_utc_s)


async def _simulate(scenario: Scenario, journal: Journal) -> Outcome:
    began_wall_s, began_at_s = machine_now_s(), now_s()
    setting = set_up(scenario)
    stations = [
        _station(berth, seed) for seed, berth in enumerate(setting.berths, start=scenario.seed * 1000)
    ]
    async with operating(journal, setting.places.hubs, stations, setting.site.surroundings) as app:
        refusals = await deliver(app, setting.wishes(now_s()))
        state = app.state
        document = report_of(
            state,
            map(decode, journal.lines()),
            seed=scenario.seed,
            wall_s=machine_now_s() - began_wall_s,
            fleet_s=now_s() - began_at_s,
        )
    return Outcome(state, document, refusals)


def _station(berth: Berth, seed: int) -> Station:
    home = Waypoint(berth.pad.at.position)
    return Station(DirectVehicle(berth.vehicle_id, berth.profile, home, seed), berth.hub.hub_id, berth.pad)
