"""A vehicle that says it cannot start is asked why, over the wire; one that can, or flies, is left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

from geofences.path import Waypoint
from sitl.autopilot.deeds import Deeds
from sitl.autopilot.server import Autopilot
from sitl.faults import Fault, Kind
from sitl.loop import run_virtual
from tests.contracts import stands
from tests.vehicles.mavlink.test_upkeep import attended
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.exchanges.why_not import ASKS_AGAIN_S
from vehicles.mavlink.links.link import memory_pair
from vehicles.mission import VehicleId
from vehicles.profiles import DELIVERY_DRONE

WHY = "Preflight Fail: Accel 0 uncalibrated"


def asked(
    body: Callable[[Craft], Awaitable[None]], monkeypatch: pytest.MonkeyPatch, *faults: Fault
) -> list[float]:
    """When a simulated drone was asked to run its checks, by its age in seconds."""
    times: list[float] = []
    check = Deeds.check

    def noted(self: Deeds) -> int:
        times.append(self._flight.age_s)
        return check(self)

    monkeypatch.setattr(Deeds, "check", noted)

    async def main() -> None:
        ours, theirs = memory_pair()
        autopilot = Autopilot(theirs, DELIVERY_DRONE, Waypoint(stands.HOME), 3, 5, faults=faults)
        drone = over([ours], VehicleId("d1"), DELIVERY_DRONE)
        async with stands.living(autopilot.run()), drone, attended(drone):
            await body(drone)

    run_virtual(main(), 1_790_000_000.0)
    return times


def test_one_that_is_not_ready_is_asked_until_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(drone: Craft) -> None:
        seen = await stands.until(drone, lambda seen: WHY in seen.health.warnings, 15.0)
        assert not seen.health.ready
        await asyncio.sleep(45.0)
        seen = await stands.until(drone, lambda _: True)
        assert WHY in seen.health.warnings, "still: it is asked again before that is out of date"
        await stands.until(drone, lambda seen: seen.health.ready, 60.0)
        await asyncio.sleep(3 * ASKS_AGAIN_S)

    times = asked(body, monkeypatch, Fault(Kind.NO_ARM, 0.0, 80.0))
    assert all(b - a >= ASKS_AGAIN_S for a, b in pairwise(times))
    assert times[0] > 4.5
    assert 3 <= len(times) <= 4, "and no more once it is ready"


def test_one_that_is_ready_or_under_way_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(drone: Craft) -> None:
        await stands.ready(drone)
        await asyncio.sleep(30.0)

    assert asked(body, monkeypatch) == []
