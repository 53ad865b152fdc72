"""Figures of the whole fleet: how many simulated vehicles a core carries, and what holding 1,000 costs."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from types import MappingProxyType

from benchmarks import Figure
from benchmarks.fleet_held import Held, hold, thinned
from benchmarks.timing import resident_mb
from geofences.path import Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from sitl.autopilot.many import Many
from sitl.autopilot.rates import Rates
from sitl.autopilot.server import Autopilot
from sitl.loop import run_virtual
from sitl.motion.swarm import Swarm
from vehicles.mavlink.links.udp import UdpLink
from vehicles.profiles import DELIVERY_DRONE

RATES_HZ: Rates = MappingProxyType({0: 1.0, 1: 1.0, 30: 2.0, 33: 5.0, 245: 1.0})
"""HEARTBEAT, SYS_STATUS, ATTITUDE, GLOBAL_POSITION_INT, EXTENDED_SYS_STATE: ten messages a second."""

_HOME = GeoPoint(60.1699, 24.9384)
_SIDE_M = 200.0
_UNDER_WAY_S, _MEASURED_S = 20.0, 20.0
_COUNT, _ALONE_COUNT = 500, 50
_HELD, _TEN_HZ = 1000, 10.0


def figures() -> Iterator[Figure]:
    """All of them. `SANDERLING_BENCH_FLEET_S` is for how long 1,000 vehicles are held: 60 s by default."""
    together, alone = _simulated(_COUNT, Swarm()), _simulated(_ALONE_COUNT, None)
    yield Figure(
        what=f"simulated vehicles a core carries in real time, flying and sending 10 messages/s each "
        f"({_COUNT} together); beside the same stepped one by one",
        ours=together["vehicles"],
        peer=alone["vehicles"],
        ratio=together["vehicles"] / alone["vehicles"],
        wanted="500",
        unit="vehicles",
    )
    yield _plain("memory of a simulated vehicle", together["mb"], "-", "MB")
    seconds = float(os.environ.get("SANDERLING_BENCH_FLEET_S", "60"))
    ten = thinned(_TEN_HZ)
    for per_port, words, asked in (
        (1, f"on ports of their own, {_TEN_HZ:.0f} messages/s each", ten),
        (250, f"250 to a port, {_TEN_HZ:.0f} messages/s each", ten),
        (250, "250 to a port, all that is asked for", None),
    ):
        held = hold(_HELD, per_port, seconds, asked)
        yield from _holding(f"{_HELD} vehicles {words}, {seconds:.0f} s: ", held, "0.11" if asked else "-")


def _holding(words: str, held: Held, cores: str) -> Iterator[Figure]:
    yield _plain(words + "share of a core that the orchestrator's links take", held.cpu_frac, cores, "cores")
    yield _plain(words + "messages a second heard of each", held.messages_hz, "-", "/s")
    yield _plain(words + "command round trip, median", held.command_s(0.50) * 1e3, "-", "ms")
    yield _plain(words + "command round trip, p99", held.command_s(0.99) * 1e3, "150", "ms")
    yield _plain(words + "commands unanswered", float(held.unanswered), "0", f"of {len(held.took_s)}")
    yield _plain(words + "loop lag, p99", held.lag_s(0.99) * 1e3, "50", "ms")
    yield _plain(words + "loop lag, one in a thousand", held.lag_s(0.999) * 1e3, "-", "ms")
    yield _plain(words + "vehicles falsely lost", float(held.lost), "0", "vehicles")
    yield _plain(words + "datagrams dropped at our sockets", float(held.dropped), "0", "datagrams")
    yield _plain(words + "share of a core that the simulators take", held.simulators, "-", "cores")
    yield _plain(words + "memory of a vehicle held", held.mb, "-", "MB")


def _plain(what: str, ours: float, wanted: str, unit: str) -> Figure:
    return Figure(what, ours, None, None, wanted, unit)


def _simulated(count: int, swarm: Swarm | None) -> Mapping[str, float]:
    """Vehicles a core carries, by the processor time of so many; and MB for each."""
    began_mb = resident_mb()
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sink:
        sink.bind(("127.0.0.1", 0))
        port = sink.getsockname()[1]
        frame = LocalFrame(_HOME)
        autopilots = [
            Autopilot(
                UdpLink(f"udpout:127.0.0.1:{port}"),
                DELIVERY_DRONE,
                Waypoint(frame.to_geo(LocalPoint(10.0 * (number % 25), 10.0 * (number // 25)))),
                1 + number % 250,
                number,
                rates=RATES_HZ,
                swarm=swarm,
            )
            for number in range(count)
        ]
        seconds = run_virtual(_fly(Many(autopilots, swarm or Swarm())), time.time())
    mb = (resident_mb() - began_mb) / count
    return {"vehicles": count * _MEASURED_S / seconds, "mb": mb}


async def _fly(many: Many) -> float:
    """Processor seconds that flying takes once all are under way, on virtual time."""
    living = asyncio.create_task(many.run())
    patrol = asyncio.create_task(many.patrol(_SIDE_M))
    try:
        await asyncio.sleep(_UNDER_WAY_S)
        began_s = time.process_time()
        await asyncio.sleep(_MEASURED_S)
        return time.process_time() - began_s
    finally:
        living.cancel()
        patrol.cancel()
        await asyncio.gather(living, patrol, return_exceptions=True)
