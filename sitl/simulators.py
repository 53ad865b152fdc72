"""Simulated vehicles as processes of their own: one each, MAVLink over UDP, nothing shared."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from sitl.faults import written
from sitl.muster import Berth
from sitl.settings import RETURN_HEIGHT_M
from sitl.vehicle_faults import VehicleFault, faults_of
from vehicles.mission import VehicleId

_HOST = "127.0.0.1"
_PATIENCE_S = 2.0
"""Seconds of the wall clock that a simulator gets to end by itself."""


def free_ports(count: int) -> list[int]:
    """UDP ports on loopback that nobody uses at this moment."""
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
    try:
        for one in sockets:
            one.bind((_HOST, 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Simulators:
    """Runs `python -m sitl vehicle` for each berth; vehicle i sends to `ports[i]` on loopback.

    `speed` is fleet seconds per second of the wall clock. They end when this process does, however it
    ends: each holds on to the pipe to its standard input, and goes when that closes.
    """

    def __init__(
        self,
        berths: Sequence[Berth],
        ports: Sequence[int],
        *,
        seed: int,
        speed: float,
        faults: Iterable[VehicleFault] = (),
    ) -> None:
        self._berths = tuple(berths)
        self._ports = tuple(ports)
        self._seed = seed
        self._speed = speed
        self._faults = tuple(faults)
        self._processes: dict[VehicleId, asyncio.subprocess.Process] = {}

    @property
    def process_ids(self) -> dict[VehicleId, int]:
        """The operating system's id of each vehicle's process."""
        return {vehicle_id: process.pid for vehicle_id, process in self._processes.items()}

    async def __aenter__(self) -> Self:
        """Start them all."""
        for index, berth in enumerate(self._berths):
            self._processes[berth.vehicle_id] = await asyncio.create_subprocess_exec(
                *self.command(index), stdin=asyncio.subprocess.PIPE
            )
        return self

    def command(self, index: int) -> list[str]:
        """The words that start the simulator of one berth."""
        berth, port, number = self._berths[index], self._ports[index], index + 1
        home = berth.pad.at.position
        words = {
            "--url": f"udpout:{_HOST}:{port}",
            "--profile": berth.profile.name,
            "--system-id": str(number),
            "--home": f"{home.lat_deg},{home.lon_deg}",
            "--speed": str(self._speed),
            "--seed": str(self._seed + number),
            "--param": f"RTL_RETURN_ALT={RETURN_HEIGHT_M}",
        }
        faults = (written(fault) for fault in faults_of(berth.vehicle_id, self._faults))
        pairs = (*words.items(), *(("--fault", fault) for fault in faults))
        return [sys.executable, "-m", "sitl", "vehicle", *(word for pair in pairs for word in pair)]

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End them: by closing their input, and by force where that is not enough."""
        for process in self._processes.values():
            if process.stdin is not None:
                process.stdin.close()
        for process in self._processes.values():
            try:
                async with asyncio.timeout(_PATIENCE_S * self._speed):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
