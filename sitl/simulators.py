"""Simulated vehicles beside the fleet: a process each, or many of them stepped together in one.

MAVLink over UDP, nothing shared with the fleet. A process each is what real vehicles are most like, and one
may be ended by itself; it takes 70 MB and a share of a core for every one, so a large fleet is a swarm.
"""

from __future__ import annotations

import asyncio
import shlex
import socket
import sys
import tempfile
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from sitl.faults import written
from sitl.muster import Berth
from sitl.settings import RETURN_HEIGHT_M
from sitl.vehicle_faults import VehicleFault, faults_of
from vehicles.mission import VehicleId

MOST_PROCESSES = 24
"""More vehicles than this are one swarm."""
_HOST = "127.0.0.1"
_MOST_IDS = 250
"""System ids that a MAVLink vehicle may have; each vehicle has a port of its own."""
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
    """Runs the berths' vehicles; vehicle i sends to `ports[i]` on loopback.

    `python -m sitl vehicle` for each of up to `MOST_PROCESSES`, else one `python -m sitl swarm` for all.
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
        if len(self._berths) > MOST_PROCESSES:
            swarm = await self._start_swarm()
            self._processes = {berth.vehicle_id: swarm for berth in self._berths}
            return self
        for index, berth in enumerate(self._berths):
            self._processes[berth.vehicle_id] = await self._start(*self.command(index))
        return self

    async def _start_swarm(self) -> asyncio.subprocess.Process:
        """One for all, told who is in it by a file without a name: nothing to clear away, however it ends."""
        with tempfile.TemporaryFile("w", encoding="utf-8") as roster:
            roster.writelines(shlex.join(self._words(index)) + "\n" for index in range(len(self._berths)))
            roster.seek(0)
            number = roster.fileno()
            words = ("swarm", "--roster", f"/dev/fd/{number}", "--speed", str(self._speed))
            return await self._start(*words, files=(number,))

    async def _start(self, *words: str, files: Sequence[int] = ()) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sitl", *words, stdin=asyncio.subprocess.PIPE, pass_fds=files
        )

    def command(self, index: int) -> list[str]:
        """The words that start the simulator of one berth."""
        return ["vehicle", *self._words(index), "--speed", str(self._speed)]

    def _words(self, index: int) -> list[str]:
        """What tells one vehicle from another."""
        berth, port, number = self._berths[index], self._ports[index], index + 1
        home = berth.pad.at.position
        words = {
            "--url": f"udpout:{_HOST}:{port}",
            "--profile": berth.profile.name,
            "--system-id": str(index % _MOST_IDS + 1),
            "--home": f"{home.lat_deg},{home.lon_deg}",
            "--seed": str(self._seed + number),
            "--param": f"RTL_RETURN_ALT={RETURN_HEIGHT_M}",
        }
        faults = (written(fault) for fault in faults_of(berth.vehicle_id, self._faults))
        pairs = (*words.items(), *(("--fault", fault) for fault in faults))
        return [word for pair in pairs for word in pair]

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End them: by closing their input, and by force where that is not enough."""
        processes = set(self._processes.values())
        for process in processes:
            if process.stdin is not None:
                process.stdin.close()
        for process in processes:
            try:
                async with asyncio.timeout(_PATIENCE_S * self._speed):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
