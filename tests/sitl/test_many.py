"""Many simulated vehicles in one process: what they do, they do in turn."""

from __future__ import annotations

import asyncio

from geofences.path import Waypoint
from geofences.position import GeoPoint
from sitl.autopilot.many import Many
from sitl.autopilot.server import Autopilot
from sitl.loop import run_virtual
from sitl.motion.stepping import LOOK_EVERY_S
from sitl.motion.swarm import Swarm
from vehicles.mavlink.links.link import memory_pair
from vehicles.profiles import DELIVERY_DRONE

COUNT = 20


def test_they_look_around_at_different_times() -> None:
    async def main() -> list[float]:
        swarm, home = Swarm(), Waypoint(GeoPoint(60.17, 24.94))
        autopilots = [
            Autopilot(memory_pair()[1], DELIVERY_DRONE, home, 1 + number, number, swarm=swarm)
            for number in range(COUNT)
        ]
        living = asyncio.create_task(Many(autopilots, swarm).run())
        await asyncio.sleep(2.0)
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
        return [round(autopilot.flight.boot_at_s % LOOK_EVERY_S, 3) for autopilot in autopilots]

    phases_s = run_virtual(main(), 1_790_000_000.0)
    assert max(phases_s.count(phase_s) for phase_s in phases_s) <= COUNT // 3
