"""`sanderling demo`: the main job over real MAVLink, with every simulated vehicle a process of its own."""

from __future__ import annotations

import asyncio
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from orchestrator.app import App, Station, operating
from orchestrator.commands.serve import stopped
from orchestrator.config.gateway import GatewayConfig
from orchestrator.doors import open_doors
from orchestrator.ending import BadInput
from orchestrator.files.whole import check_writable
from orchestrator.gateway.contract.failures import GatewayError
from orchestrator.record.journal import JournalError
from orchestrator.record.sqlite import SqliteJournal
from orchestrator.terminal import Progress, out
from sitl.loop import run_scaled
from sitl.muster import Berth, with_room
from sitl.outcome import Began, Outcome, conclude, outcome
from sitl.processes.simulators import Simulators, free_ports
from sitl.run import Refusal, deliver
from sitl.scenario import read_scenario
from sitl.setting import Setting, set_up
from sitl.vehicle_faults import VehicleFault
from vehicles.clock import iso, machine_now_s, now_s
from vehicles.mavlink.connect import connect
from vehicles.mavlink.exchanges.upkeep import Care
from vehicles.mission import VehicleId
from vehicles.vehicle import LinkError


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for; None leaves it to the scenario. `port` None serves no page."""

    drones: int | None
    robots: int | None
    parcels: int | None
    speed: float
    seed: int | None
    port: int | None
    data: Path
    report: Path | None
    faults: tuple[VehicleFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Cast:
    """The vehicles that are flown, each at its pad, and which process is which of them."""

    stations: Sequence[Station]
    process_ids: Mapping[VehicleId, int]


Casting = Callable[["Setting", "Options"], AbstractAsyncContextManager[Cast]]
"""Who makes the vehicles of a demonstration, for as long as it runs."""


def run(options: Options, casting: Casting | None = None) -> None:
    """Run the demo, with simulated vehicles or with those of another `casting`, and print what became of it.

    Raises `BadInput` or `Failed`.
    """
    if options.report is not None:
        check_writable(options.report, "--report")
    journal = _journal(options.data)
    scenario = read_scenario("demo")
    scenario = replace(
        scenario,
        seed=scenario.seed if options.seed is None else options.seed,
        drones=scenario.drones if options.drones is None else options.drones,
        robots=scenario.robots if options.robots is None else options.robots,
        demand=replace(scenario.demand, orders=options.parcels or scenario.demand.orders),
        faults=(*scenario.faults, *options.faults),
    )
    city = with_room(scenario.city, drones=scenario.drones, robots=scenario.robots)
    setting = set_up(replace(scenario, city=city))
    try:
        ended = run_scaled(_demo(setting, options, journal, casting or _simulated), options.speed)
    except (GatewayError, JournalError, LinkError) as error:
        raise BadInput(str(error)) from error
    conclude(ended, options.report)
    out.print(f"journal: {journal}", highlight=False, soft_wrap=True)


def _journal(folder: Path) -> Path:
    """A new journal's name in `folder`, which is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"--data {folder}: {error.strerror}") from error
    stamp = iso(machine_now_s()).translate({ord("-"): None, ord(":"): None})
    return folder / f"demo-{stamp}.journal"


@asynccontextmanager
async def _simulated(setting: Setting, options: Options) -> AsyncIterator[Cast]:
    ports = free_ports(len(setting.berths))
    stations = [_station(berth, port) for berth, port in zip(setting.berths, ports, strict=True)]
    seed, faults = setting.scenario.seed * 1000, setting.scenario.faults
    async with Simulators(setting.berths, ports, seed=seed, speed=options.speed, faults=faults) as simulators:
        yield Cast(stations, simulators.process_ids)


async def _demo(setting: Setting, options: Options, journal_file: Path, casting: Casting) -> Outcome:
    seed = setting.scenario.seed
    # Thought up before anybody listens: each is a way that is planned, and for hundreds that takes its time.
    thought_at_s = now_s()
    wishes = setting.wishes(thought_at_s)
    async with AsyncExitStack() as stack:
        # The simulators outlive the fleet: on leaving, nobody falls silent while somebody listens.
        cast = await stack.enter_async_context(casting(setting, options))
        began = Began.now()
        journal = SqliteJournal(journal_file)
        app = await stack.enter_async_context(
            operating(journal, setting.places.hubs, cast.stations, setting.site.surroundings, thinking=True)
        )
        _tell_processes(cast)
        await _greet(stack, app, setting, options)
        with Progress(lambda: app.state):
            waited_s = now_s() - thought_at_s
            refusals = await _unless_stopped(deliver(app, [wish.later(waited_s) for wish in wishes]))
        ended = outcome(app, journal, seed, began, refusals)
        if refusals is not None and options.port is not None and sys.stdin.isatty():
            out.print("All done. The console stays open until Ctrl-C.")
            await stopped()
        return ended


async def _unless_stopped(delivering: Coroutine[Any, Any, tuple[Refusal, ...]]) -> tuple[Refusal, ...] | None:
    """What was refused by the end of the run; None when SIGINT or SIGTERM ended it before."""
    run, stop = asyncio.create_task(delivering, name="run"), asyncio.create_task(stopped(), name="stop")
    try:
        await asyncio.wait({run, stop}, return_when=asyncio.FIRST_COMPLETED)
        return run.result() if run.done() else None
    finally:
        for task in (run, stop):
            task.cancel()
        await asyncio.gather(run, stop, return_exceptions=True)


def _tell_processes(cast: Cast) -> None:
    """Say which process is which vehicle: to watch one, or to end one and see what the fleet does."""
    ids = set(cast.process_ids.values())
    if len(ids) == 1 < len(cast.process_ids):
        text = f"One simulator of all {len(cast.process_ids)} vehicles: process {ids.pop()}"
    else:
        named = "  ".join(f"{vehicle_id} {pid}" for vehicle_id, pid in cast.process_ids.items())
        text = f"Simulators, by process id: {named}"
    out.print(text, highlight=False, soft_wrap=True)


async def _greet(stack: AsyncExitStack, app: App, setting: Setting, options: Options) -> None:
    """Open the console, unless headless, and say where it is."""
    if options.port is None:
        return
    config = GatewayConfig(port=options.port, loopback_operator="demo-operator")
    address = await stack.enter_async_context(open_doors(app, setting.site, config, speed=options.speed))
    out.print(f"Console: {address}", highlight=False, soft_wrap=True)
    if sys.stdin.isatty():
        await asyncio.to_thread(webbrowser.open, address)


def _station(berth: Berth, port: int) -> Station:
    vehicle = connect(f"udpin:127.0.0.1:{port}", berth.vehicle_id, berth.profile, care=Care.SET)
    return Station(vehicle, berth.hub.hub_id, berth.pad)
