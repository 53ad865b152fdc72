"""`sanderling simulate`: a scenario on virtual time, in one process, without sockets, the same twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from geofences.path import Waypoint
from orchestrator.app import Station, operating
from orchestrator.ending import BadInput
from orchestrator.record.journal import Journal, JournalError, MemoryJournal
from orchestrator.record.sqlite import SqliteJournal
from sitl.direct import DirectVehicle
from sitl.faults import Fault
from sitl.loop import run_virtual
from sitl.muster import Berth
from sitl.outcome import Began, Outcome, conclude, outcome
from sitl.run import deliver
from sitl.scenario import Scenario, read_scenario
from sitl.setting import set_up
from sitl.swarm import Swarm
from sitl.vehicle_faults import VehicleFault, faults_of, refuse_wire_faults
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
    scenario = read_scenario(name)
    scenario = replace(scenario, faults=(*scenario.faults, *faults))
    refuse_wire_faults(scenario.faults)
    if seed is not None:
        scenario = replace(scenario, seed=seed)
    if journal is not None and journal.exists():
        raise BadInput(f"--journal {journal}: is there already; a run starts a new one")
    try:
        ended = simulate(scenario, SqliteJournal(journal) if journal else MemoryJournal())
    except JournalError as error:
        raise BadInput(f"--journal {error}") from error
    conclude(ended, report)


def simulate(scenario: Scenario, journal: Journal) -> Outcome:
    """Run `scenario` to its end on virtual time that starts when the scenario says."""
    return run_virtual(_simulate(scenario, journal), scenario.start_utc_s)


async def _simulate(scenario: Scenario, journal: Journal) -> Outcome:
    began = Began.now()
    setting = set_up(scenario)
    swarm = Swarm()
    stations = [
        _station(berth, seed, swarm, faults_of(berth.vehicle_id, scenario.faults))
        for seed, berth in enumerate(setting.berths, start=scenario.seed * 1000)
    ]
    async with operating(journal, setting.places.hubs, stations, setting.site.surroundings) as app:
        refusals = await deliver(app, setting.wishes(now_s()))
        return outcome(app, journal, scenario.seed, began, refusals)


def _station(berth: Berth, seed: int, swarm: Swarm, faults: Iterable[Fault]) -> Station:
    home = Waypoint(berth.pad.at.position)
    vehicle = DirectVehicle(berth.vehicle_id, berth.profile, home, seed, faults=faults, swarm=swarm)
    return Station(vehicle, berth.hub.hub_id, berth.pad)
