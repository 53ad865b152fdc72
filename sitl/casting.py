"""Who plays the vehicles of a run on virtual time: bodies in this process, or MAVLink autopilots."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from geofences.path import Waypoint
from orchestrator.app import Station
from sitl.autopilot.many import Many
from sitl.autopilot.server import Autopilot
from sitl.changes import failures
from sitl.courier import SimulatedPhone
from sitl.courier_trip import working_day
from sitl.direct.telling import TellingVehicle
from sitl.direct.vehicle import STEADY_STEP_S
from sitl.faults import Fault
from sitl.motion.settings import RETURN_HEIGHT_M
from sitl.motion.swarm import Swarm
from sitl.muster import Berth
from sitl.setting import Setting
from sitl.vehicle_faults import faults_of
from vehicles.clock import now_s
from vehicles.courier import Courier
from vehicles.mavlink.connect import over
from vehicles.mavlink.exchanges.upkeep import Care
from vehicles.vehicle import Vehicle

Casting = Callable[[Setting], AbstractAsyncContextManager[Sequence[Station]]]
"""Makes the vehicles of a run, which live for as long as the context is open."""

_MOST_IDS = 250


@asynccontextmanager
async def in_process(setting: Setting) -> AsyncIterator[Sequence[Station]]:
    """Each vehicle answers for itself, without any bytes; all are stepped together."""
    swarm = Swarm()

    def machine(berth: Berth, _: int, seed: int, faults: Iterable[Fault]) -> Vehicle:
        home = Waypoint(berth.pad.at.position)
        return TellingVehicle(
            berth.vehicle_id,
            berth.profile,
            home,
            seed,
            wind=setting.air,
            faults=faults,
            swarm=swarm,
            terrain=setting.terrain,
            home_amsl_m=setting.home_amsl_m(berth.pad),
        )

    async with _living(_step(swarm), "simulated world"):
        yield _stations(setting, machine)


async def _step(swarm: Swarm) -> None:
    while True:
        await asyncio.sleep(STEADY_STEP_S)
        swarm.look(now_s())


@asynccontextmanager
async def _living(life: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """A task beside what is done within."""
    task = asyncio.create_task(life, name=name)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def over_mavlink(setting: Setting) -> AsyncIterator[Sequence[Station]]:
    """Each machine is an autopilot at the other end of a link in memory; couriers have their phones."""
    from sitl.autopilot.ether import Ether  # noqa: PLC0415 - it loads compiled code

    swarm, ether, autopilots = Swarm(), Ether(), list[Autopilot]()

    def machine(berth: Berth, index: int, seed: int, faults: Iterable[Fault]) -> Vehicle:
        ours, theirs = ether.pair(f"memory:{berth.vehicle_id}")
        autopilots.append(
            Autopilot(
                theirs,
                berth.profile,
                Waypoint(berth.pad.at.position),
                index % _MOST_IDS + 1,
                seed,
                home_amsl_m=setting.home_amsl_m(berth.pad),
                wind=setting.air,
                faults=faults,
                parameters={"RTL_RETURN_ALT": RETURN_HEIGHT_M},
                swarm=swarm,
                terrain=setting.terrain,
            )
        )
        return over(ours, berth.vehicle_id, berth.profile, care=Care.SET)

    stations = _stations(setting, machine)
    async with _living(Many(autopilots, swarm, ether).run(), "autopilots"):
        yield stations


def _stations(
    setting: Setting, machine: Callable[[Berth, int, int, Iterable[Fault]], Vehicle]
) -> list[Station]:
    """A station for each berth: its machine, or its courier's phone."""
    scenario = setting.scenario
    machines = [berth.vehicle_id for berth in setting.berths if not berth.profile.ridden]
    more = failures(machines, scenario.changes, scenario.seed, scenario.demand.over_s)
    stations = []
    for index, berth in enumerate(setting.berths):
        seed = scenario.seed * 1000 + index
        faults = faults_of(berth.vehicle_id, (*scenario.faults, *more))
        rides = berth.profile.ridden
        vehicle = (
            _courier(berth, seed, scenario.demand.over_s) if rides else machine(berth, index, seed, faults)
        )
        stations.append(Station(vehicle, berth.hub.hub_id, berth.pad))
    return stations


def _courier(berth: Berth, seed: int, over_s: float) -> Courier:
    shift, breaks = working_day(seed, now_s(), over_s)
    at = berth.pad.at.position
    phone = SimulatedPhone(berth.vehicle_id, berth.profile, at, seed, shift=shift, breaks=breaks)
    return Courier(berth.vehicle_id, berth.profile, phone)
