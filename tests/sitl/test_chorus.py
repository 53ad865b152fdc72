"""What a chorus of simulated autopilots sends, byte by byte against what each would send itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise
from math import isnan
from statistics import pstdev
from typing import Any

import pytest

from geofences.path import Waypoint
from geofences.position import GeoPoint
from sitl.aboard.onboard_mission import VALIDATION_S
from sitl.aboard.said import Said, Severity
from sitl.autopilot import shapes
from sitl.autopilot.chorus import Chorus
from sitl.autopilot.estimate import Estimate
from sitl.autopilot.ether import Ether
from sitl.autopilot.many import Many
from sitl.autopilot.messages import SENT
from sitl.autopilot.server import Autopilot
from sitl.autopilot.shapes import Shape
from sitl.autopilot.singer import SUNG
from sitl.faults import Fault, Kind
from sitl.loop import run_virtual
from sitl.motion.swarm import Swarm
from tests.sitl.bench import DELIVERY
from vehicles.clock import now_s
from vehicles.mavlink.connect import over
from vehicles.mavlink.links.link import Link, memory_pair
from vehicles.mavlink.wire.frames import Frame, parse, split
from vehicles.mission import VehicleId
from vehicles.profiles import DELIVERY_DRONE

START_S = 1_790_000_000.0
COUNT = 10
"""More than are stepped as plain numbers."""
FAULTY = 3


class Heard:
    """All frames of one vehicle."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    def take(self, datagram: bytes) -> bool:
        self.frames += [frame for frame in split(datagram) if isinstance(frame, Frame)]
        return True

    def of(self, number: int) -> list[Frame]:
        return [frame for frame in self.frames if frame.message_id == number]


def autopilot(number: int, theirs: Link, swarm: Swarm, *faults: Fault, lon_deg: float = 24.94) -> Autopilot:
    home = Waypoint(GeoPoint(60.17 + 0.001 * number, lon_deg))
    return Autopilot(theirs, DELIVERY_DRONE, home, number + 1, 70 + number, swarm=swarm, faults=faults)


@asynccontextmanager
async def choir(lon_deg: float = 24.94) -> AsyncIterator[tuple[list[Autopilot], list[Heard]]]:
    """Some drones that live and sing; one of them has a fault to come, and does not."""
    ether, swarm = Ether(), Swarm()
    pairs = [ether.pair(f"memory:{number}") for number in range(COUNT)]
    late = Fault(Kind.NO_ARM, 1e6)
    drones = [
        autopilot(number, theirs, swarm, *([late] if number == FAULTY else []), lon_deg=lon_deg)
        for number, (_, theirs) in enumerate(pairs)
    ]
    heard = [Heard() for _ in drones]
    for (ours, _), ear in zip(pairs, heard, strict=True):
        await ours.open(ear.take)
    living = asyncio.create_task(Many(drones, swarm, ether).run())
    try:
        yield drones, heard
    finally:
        living.cancel()


def still(monkeypatch: pytest.MonkeyPatch) -> list[Chorus]:
    """No noise, sung or said; the choruses that are made."""
    made: list[Chorus] = []
    monkeypatch.setattr(Estimate, "go_on", lambda *_, **__: None)
    monkeypatch.setattr(Estimate, "fix", lambda _: (0.0, 0.0, 0.0, 0.0))
    take_in = Chorus._take_in

    def silenced(self: Chorus, row: Any, one: Autopilot) -> None:  # noqa: ANN401 - a record of numpy's
        take_in(self, row, one)
        row["noise_frac"] = 0.0
        made.append(self)

    monkeypatch.setattr(Chorus, "_take_in", silenced)
    return made


def values(shape: Shape, payload: bytes) -> list[float | None]:
    """Of a payload, whole or with its last zeros left off; None for what is not a number."""
    found = shape.layout.unpack(payload.ljust(shape.layout.size, b"\0"))
    return [None if isnan(one) else one for one in found]


@pytest.mark.parametrize(
    ("after_s", "lon_deg"), [(0.7, 24.94), (15.0, 24.94), (44.4, 24.94), (80.0, 24.94), (44.4, 179.9999)]
)
def test_each_payload_is_the_one_that_a_vehicle_would_send_itself(
    monkeypatch: pytest.MonkeyPatch, after_s: float, lon_deg: float
) -> None:
    choruses = still(monkeypatch)
    sung = {number: build for number, (shape, build) in SENT.items() if shape in SUNG}

    async def scene() -> None:
        async with choir(lon_deg) as (drones, heard):
            await asyncio.sleep(6.0)
            for drone in drones[:5]:
                drone.flight.touch(now_s())
                drone.flight.load(DELIVERY, 0)
            await asyncio.sleep(VALIDATION_S + 0.1)
            for drone in drones[:5]:
                drone.flight.touch(now_s())
                drone.flight.start(0)
            await asyncio.sleep(after_s)
            for drone, ear in zip(drones, heard, strict=True):
                drone.tick()
                ear.frames.clear()
                for number in sung:
                    drone.channels[0].streams.set_interval(number, 5e5)
            choruses[0].sing(now_s())
            for number, (drone, ear) in enumerate(zip(drones, heard, strict=True)):
                frames = {frame.message_id: frame.payload for frame in ear.frames}
                assert number == FAULTY or set(frames) >= set(sung)
                for message_id, payload in frames.items():
                    if message_id in sung:
                        built = sung[message_id](drone.onboard)
                        assert built is not None
                        shape = SENT[message_id][0]
                        assert values(shape, payload) == values(shape, built), shape.name

    run_virtual(scene(), START_S)


def test_every_frame_is_sound_and_numbered_whoever_sent_it() -> None:
    async def scene() -> None:
        async with choir() as (drones, heard):
            await asyncio.sleep(5.0)
            drones[0].flight.say(Said(Severity.INFO, "hello", "check_battery_low"))
            await asyncio.sleep(15.0)
            drones[FAULTY].tick()
        for number, ear in enumerate(heard):
            assert all(parse(frame) is not None for frame in ear.frames if frame.message_id < 256)
            sequences = [frame.sequence for frame in ear.frames]
            assert all((b - a) % 256 == 1 for a, b in pairwise(sequences))
            assert {frame.system_id for frame in ear.frames} == {number + 1}
            assert len(ear.of(shapes.GLOBAL_POSITION_INT.number)) == pytest.approx(5 * 19.5, abs=6)
            assert len(ear.of(shapes.HEARTBEAT.number)) == pytest.approx(19, abs=2)
        assert heard[0].of(shapes.EVENT.number)

    run_virtual(scene(), START_S)


def test_a_sung_estimate_wanders_as_far_as_one_that_is_said() -> None:
    async def scene() -> list[float]:
        async with choir() as (_, heard):
            await asyncio.sleep(600.0)
        places = [parse(frame) for frame in heard[0].of(shapes.GLOBAL_POSITION_INT.number)]
        return [place.relative_alt / 1000.0 for place in places if place is not None]

    heights_m = run_virtual(scene(), START_S)
    assert pstdev(heights_m) == pytest.approx(0.3, rel=0.35)
    assert len(set(heights_m)) > 100


def test_what_is_kept_in_rows_is_what_a_driver_reads() -> None:
    """The same vehicle behind the ether and behind a pair of links in memory tells the same of itself."""

    async def seen(*, together: bool) -> list[tuple[object, ...]]:
        swarm, ether = Swarm(), Ether()
        pairs = [ether.pair(f"e{n}") if together else memory_pair(f"m{n}") for n in range(COUNT)]
        autopilots = [autopilot(n, theirs, swarm) for n, (_, theirs) in enumerate(pairs)]
        drones = [over(ours, VehicleId(f"d{n}"), DELIVERY_DRONE) for n, (ours, _) in enumerate(pairs)]
        living = asyncio.create_task(Many(autopilots, swarm, ether if together else None).run())
        async with AsyncExitStack() as stack:
            for drone in drones:
                await stack.enter_async_context(drone)
            await asyncio.sleep(20.0)
            found = [one for drone in drones if (one := drone.telemetry) is not None]
            lost = [drone.links[0].loss_frac for drone in drones]
        living.cancel()
        assert lost == [0.0] * COUNT
        assert all(now_s() - one.heard_at_s < 0.5 for one in found)
        return [(one.mode, one.armed, one.landed, one.health.ready, one.battery_frac) for one in found]

    alone = run_virtual(seen(together=False), START_S)
    assert len(alone) == COUNT
    assert run_virtual(seen(together=True), START_S) == alone
