"""Where a vehicle is held to the contract: four implementations of the port, each on a loop of its own.

`direct` and `memory` run on virtual time. `udp` and `mavsdk` run the orchestrator's side and the simulated
autopilot on one loop at twelve times real time, but all they share is a pair of real sockets. MAVSDK's own
time-outs do not run faster, so that there nothing may hang on them.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from pathlib import Path as File
from typing import Any, Protocol

import pytest

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, destination
from geofences.zone import Medium
from sitl import px4
from sitl.autopilot.server import Autopilot
from sitl.direct.vehicle import DirectVehicle
from sitl.faults import Fault, Kind
from sitl.loop import run_scaled, run_virtual
from sitl.real_autopilots import RealAutopilots
from vehicles import mavsdk
from vehicles.clock import now_s
from vehicles.mavlink.connect import connect, over
from vehicles.mavlink.links.link import Link, memory_pair
from vehicles.mavlink.links.udp import UdpLink
from vehicles.mission import (
    Dock,
    DropOff,
    Mission,
    MissionId,
    ParcelId,
    PickUp,
    Travel,
    VehicleId,
    VehiclePlan,
)
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Landed, Telemetry
from vehicles.vehicle import Vehicle

START_UTC_S = 1_790_000_000.0
SPEED = 12.0
LOSSY_MAVSDK_SPEED = 4.0
REAL_SPEED = 3.0
INSTANCE = "SANDERLING_PX4_INSTANCE"
HOME = GeoPoint(60.1699, 24.9384)
PARCEL = ParcelId("parcel-1")
VEHICLE = VehicleId("vehicle-1")
MISSION = MissionId(4_000_000_000)
SEED = 5

Body = Callable[[Vehicle], Awaitable[None]]
Driver = Callable[[str, VehicleId, VehicleProfile], Vehicle]


class Stand(Protocol):
    """Runs a test's body against one vehicle of its kind that stands at `HOME`."""

    def __call__(self, profile: VehicleProfile, body: Body, faults: Sequence[Fault] = ()) -> None: ...


def direct(profile: VehicleProfile, body: Body, faults: Sequence[Fault] = ()) -> None:
    async def main() -> None:
        vehicle: Vehicle = DirectVehicle(VEHICLE, profile, Waypoint(HOME), SEED, faults=faults)
        await _hold_to(vehicle, body)

    run_virtual(main(), START_UTC_S)


def memory(profile: VehicleProfile, body: Body, faults: Sequence[Fault] = ()) -> None:
    async def main() -> None:
        ours, theirs = memory_pair()
        await _over_links(ours, theirs, profile, body, faults)

    run_virtual(main(), START_UTC_S)


def udp(profile: VehicleProfile, body: Body, faults: Sequence[Fault] = ()) -> None:
    async def main() -> None:
        port = free_port()
        ours, theirs = UdpLink(f"udpin:127.0.0.1:{port}"), UdpLink(f"udpout:127.0.0.1:{port}")
        await _over_links(ours, theirs, profile, body, faults)

    run_scaled(main(), SPEED)


def through_mavsdk(profile: VehicleProfile, body: Body, faults: Sequence[Fault] = ()) -> None:
    async def main() -> None:
        port = free_port()
        theirs = UdpLink(f"udpout:127.0.0.1:{port}")
        autopilot = Autopilot(theirs, profile, Waypoint(HOME), 3, SEED, faults=faults)
        async with living(autopilot.run()):
            await _hold_to(mavsdk.connect(f"udpin:127.0.0.1:{port}", VEHICLE, profile), body)

    # MAVSDK says a lost message again after half a second of the machine's: to PX4 that must be within 5 s.
    run_scaled(main(), LOSSY_MAVSDK_SPEED if any(fault.kind is Kind.LOSSY for fault in faults) else SPEED)


def real_px4(driver: Driver, speed: float) -> Stand:
    """A real PX4 in simulation, through one driver or the other. No faults can be ordered from it."""

    def stand(profile: VehicleProfile, body: Body, faults: Sequence[Fault] = ()) -> None:
        if faults:
            pytest.skip("a real autopilot has no faults to order")
        model = px4.Model.QUAD if profile.medium is Medium.AIR else px4.Model.ROVER
        starter = px4.Px4(px4.source(None, None), model, speed, int(os.environ.get(INSTANCE, "4")))

        async def main() -> None:
            with tempfile.TemporaryDirectory() as folder:
                launch = starter.launch(0, Waypoint(HOME), File(folder), 10.0)
                async with RealAutopilots([launch]) as autopilots:
                    await autopilots.ready(starter, lambda launch: connect(launch.url, VEHICLE, profile))
                    await _hold_to(driver(launch.url, VEHICLE, profile), body)

        run_scaled(main(), speed)

    return stand


STANDS: dict[str, Stand] = {"direct": direct, "memory": memory, "udp": udp, "mavsdk": through_mavsdk}
if os.environ.get("SANDERLING_PX4"):
    STANDS |= {"px4": real_px4(connect, REAL_SPEED), "px4-mavsdk": real_px4(mavsdk.connect, 1.0)}


def free_port() -> int:
    import socket  # noqa: PLC0415 - only here

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _over_links(
    ours: Link, theirs: Link, profile: VehicleProfile, body: Body, faults: Sequence[Fault]
) -> None:
    autopilot = Autopilot(theirs, profile, Waypoint(HOME), 3, SEED, faults=faults)
    async with living(autopilot.run()):
        await _hold_to(over(ours, VEHICLE, profile), body)


async def _hold_to(vehicle: Vehicle, body: Body) -> None:
    async with vehicle, living(_attend(vehicle)):
        await body(vehicle)


@contextlib.asynccontextmanager
async def living(life: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Something that lives while the body runs; if it dies first, that is the error."""
    task = asyncio.create_task(life)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _attend(vehicle: Vehicle) -> None:
    while True:
        vehicle.attend()
        await asyncio.sleep(0.5)


async def until(vehicle: Vehicle, reached: Callable[[Telemetry], bool], within_s: float = 300.0) -> Telemetry:
    """The first sample, looked for ten times a second of fleet time, of which `reached` is true."""
    deadline_s = now_s() + within_s
    while now_s() < deadline_s:
        sample = vehicle.telemetry
        if sample is not None and reached(sample):
            return sample
        await asyncio.sleep(0.1)
    raise AssertionError(f"not reached within {within_s:.0f} s: {vehicle.telemetry}")


async def ready(vehicle: Vehicle) -> Telemetry:
    return await until(vehicle, lambda seen: seen.health.ready and seen.landed is not Landed.UNKNOWN, 15.0)


def plan(profile: VehicleProfile, mission_id: MissionId = MISSION, away_m: float = 60.0) -> VehiclePlan:
    """A delivery `away_m` metres north-east of home and back."""
    there = destination(HOME, 45.0, away_m)
    cruise_m = 20.0 if profile.medium is Medium.AIR else 0.0
    hand_m = profile.handover_height_agl_m
    corner = Waypoint(destination(HOME, 0.0, away_m / 2), cruise_m)
    up, over_there = Waypoint(HOME, cruise_m), Waypoint(there, cruise_m)
    down = Waypoint(there, hand_m)
    if profile.medium is Medium.AIR:
        out = Path((Waypoint(HOME), up, corner, over_there, down))
        back = Path((down, over_there, corner, up, Waypoint(HOME)))
    else:
        out, back = Path((up, corner, down)), Path((down, corner, up))
    return VehiclePlan(
        Mission(
            mission_id,
            VEHICLE,
            (
                PickUp(PARCEL, 1.0, Waypoint(HOME), profile.load_s),
                Travel(out, profile.cruise_mps),
                DropOff(PARCEL, 1.0, down, profile.handover_s),
                Travel(back, profile.cruise_mps),
                Dock(Waypoint(HOME)),
            ),
        )
    )
