"""`sanderling simulate`: a scenario on virtual time, in one process, without sockets, the same twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from geofences.path import Waypoint
from geofences.terrain import Terrain
from orchestrator.app import Station, operating
from orchestrator.ending import BadInput
from orchestrator.operations.dispatching import Dispatcher
from orchestrator.record.journal import Journal, JournalError, MemoryJournal
from orchestrator.record.sqlite import SqliteJournal
from orchestrator.terminal import check_report
from sitl.changes import failures, keep_changing
from sitl.courier import SimulatedPhone
from sitl.courier_trip import working_day
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
from vehicles.courier import Courier


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
        check_report(report)
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


def simulate(scenario: Scenario, journal: Journal, dispatcher: Dispatcher | None = None) -> Outcome:
    """Run `scenario` to its end on virtual time that starts when the scenario says.

    Another `dispatcher` than the product's own may decide, to be compared with it.
    """
    return run_virtual(_simulate(scenario, journal, dispatcher), scenario.start_utc_s)


async def _simulate(scenario: Scenario, journal: Journal, dispatcher: Dispatcher | None) -> Outcome:
    began = Began.now()
    setting = set_up(scenario)
    swarm = Swarm()
    over_s = scenario.demand.over_s
    machines = [berth.vehicle_id for berth in setting.berths if not berth.profile.ridden]
    faults = (*scenario.faults, *failures(machines, scenario.changes, scenario.seed, over_s))
    stations = [
        _station(
            berth, seed, swarm, faults_of(berth.vehicle_id, faults), over_s=over_s, terrain=setting.terrain
        )
        for seed, berth in enumerate(setting.berths, start=scenario.seed * 1000)
    ]
    around = setting.site.surroundings
    async with operating(journal, setting.places.hubs, stations, around, dispatcher) as app:
        changing = asyncio.create_task(keep_changing(around, scenario.changes, app), name="changes")
        try:
            refusals = await deliver(app, setting.wishes(now_s()))
        finally:
            changing.cancel()
        return outcome(app, journal, scenario.seed, began, refusals)


def _station(
    berth: Berth,
    seed: int,
    swarm: Swarm,
    faults: Iterable[Fault],
    *,
    over_s: float,
    terrain: Terrain | None,
) -> Station:
    home = Waypoint(berth.pad.at.position)
    if berth.profile.ridden:
        shift, breaks = working_day(seed, now_s(), over_s)
        phone = SimulatedPhone(
            berth.vehicle_id, berth.profile, home.position, seed, shift=shift, breaks=breaks
        )
        return Station(Courier(berth.vehicle_id, berth.profile, phone), berth.hub.hub_id, berth.pad)
    vehicle = DirectVehicle(
        berth.vehicle_id, berth.profile, home, seed, faults=faults, swarm=swarm, terrain=terrain
    )
    return Station(vehicle, berth.hub.hub_id, berth.pad)
