"""Autopilots for independent clients to talk to: the simulated one always, real ones where they are named.

SANDERLING_PX4 names PX4's program (SANDERLING_PX4_INSTANCE which instance, 4 if not said), PX4_URL a running
one (`udpin:HOST:PORT`; it must stand disarmed on the ground). SANDERLING_ARDUPILOT names ArduPilot's copter.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geofences.path import Waypoint
from geofences.position import GeoPoint
from sitl import ardupilot, px4
from tests.contracts.expectations import ARDUPILOT, PX4, Expected
from tests.contracts.stands import free_port

HOME = GeoPoint(60.1699, 24.9384)
SPEED = 5.0
"""Of the simulated one: its seconds to one of the machine's. A real one says too much for mavutil so fast."""


@dataclass(frozen=True)
class Target:
    """An autopilot that sends to `port` on loopback, `speed` times as fast as the machine's time runs."""

    kind: str
    port: int
    system_id: int
    speed: float

    @property
    def expected(self) -> Expected:
        """What is expected of it where autopilots differ."""
        return ARDUPILOT if self.kind == "ardupilot" else PX4


def named() -> tuple[str, ...]:
    """Which kinds there are to talk to, here and now."""
    kinds = (("px4", "SANDERLING_PX4"), ("running", "PX4_URL"), ("ardupilot", "SANDERLING_ARDUPILOT"))
    return ("simulated", *(kind for kind, name in kinds if os.environ.get(name)))


@contextlib.contextmanager
def started(kind: str, folder: Path) -> Iterator[Target]:
    """An autopilot of that kind, for as long as the context is open; the running one is only named."""
    match kind:
        case "simulated":
            port = free_port()
            command = [sys.executable, "-m", "sitl", "vehicle", "--url", f"udpout:127.0.0.1:{port}"]
            command += ["--profile", "delivery-drone", "--system-id", "7", "--speed", str(SPEED)]
            command += ["--home", f"{HOME.lat_deg},{HOME.lon_deg}"]
            with _kept(command, Path.cwd(), {}):
                yield Target(kind, port, 7, SPEED)
        case "px4":
            first = int(os.environ.get("SANDERLING_PX4_INSTANCE", "4"))
            starter = px4.Px4(px4.source(None, None), px4.Model.QUAD, first=first)
            launch = starter.launch(0, Waypoint(HOME), folder, 10.0)
            keeper = [sys.executable, "-m", "sitl", "keep", "--console", str(folder / "console.log"), "--"]
            with _kept([*keeper, *launch.command], folder, dict(launch.environment)):
                yield Target(kind, int(launch.url.rsplit(":", 1)[1]), launch.system_id, 1.0)
        case "ardupilot":
            first = int(os.environ.get("SANDERLING_ARDUPILOT_INSTANCE", "4"))
            copter = ardupilot.ArduPilot(ardupilot.source(None), ardupilot.Model.QUAD, SPEED, first)
            launch = copter.launch(0, Waypoint(HOME), folder, 10.0)
            keeper = [sys.executable, "-m", "sitl", "keep", "--console", str(folder / "console.log"), "--"]
            with _kept([*keeper, *launch.command], folder, dict(launch.environment)):
                yield Target(kind, int(launch.url.rsplit(":", 1)[1]), launch.system_id, SPEED)
        case _:
            yield Target(kind, int(os.environ["PX4_URL"].rsplit(":", 1)[1]), 0, 1.0)


@contextlib.contextmanager
def _kept(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[None]:
    """A process that ends when its standard input closes."""
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root, **environment}
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=folder, env=environment) as process:
        yield
        assert process.poll() is None, "the autopilot ended before it was asked to"
        assert process.stdin is not None
        process.stdin.close()
        process.wait(20.0)
