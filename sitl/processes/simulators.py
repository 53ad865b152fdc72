"""Simulated vehicles beside the fleet: a process each, or many of them stepped together in one.

MAVLink over UDP, nothing shared with the fleet. A process each is what real vehicles are most like, and one
may be ended by itself; it takes 70 MB and a share of a core for every one, so a large fleet is a swarm.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import socket
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from sitl.faults import written
from sitl.motion.settings import RETURN_HEIGHT_M
from sitl.muster import Berth
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

    Up to `MOST_PROCESSES` are a process each (`python -m sitl vehicles`), more are one (`swarm`).
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
        self._starter: asyncio.subprocess.Process | None = None
        self._process_ids: tuple[int, ...] = ()

    @property
    def process_ids(self) -> dict[VehicleId, int]:
        """The operating system's id of each vehicle's process."""
        return {
            berth.vehicle_id: number for berth, number in zip(self._berths, self._process_ids, strict=True)
        }

    async def __aenter__(self) -> Self:
        """Start them all, told who they are by a file without a name: nothing to clear away later."""
        with tempfile.TemporaryFile("w", encoding="utf-8") as roster:
            roster.writelines(shlex.join(self.words(index)) + "\n" for index in range(len(self._berths)))
            roster.seek(0)
            if len(self._berths) > MOST_PROCESSES:
                self._starter = await _start("swarm", roster.fileno(), self._speed)
                self._process_ids = (self._starter.pid,) * len(self._berths)
            else:
                self._starter = await _start("vehicles", roster.fileno(), self._speed)
                self._process_ids = await _told(self._starter)
        return self

    def words(self, index: int) -> list[str]:
        """What tells one vehicle from another, as `python -m sitl vehicle` takes it."""
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
        if self._starter is None:
            return
        if self._starter.stdin is not None:
            self._starter.stdin.close()
        try:
            async with asyncio.timeout(_PATIENCE_S * self._speed):
                await self._starter.wait()
        except TimeoutError:
            for process_id in {self._starter.pid, *self._process_ids}:
                with suppress(ProcessLookupError):
                    os.kill(process_id, signal.SIGKILL)
            await self._starter.wait()


async def _start(kind: str, roster: int, speed: float) -> asyncio.subprocess.Process:
    """`python -m sitl KIND`, which inherits the roster's file."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sitl", kind, "--roster", f"/dev/fd/{roster}", "--speed", str(speed)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        pass_fds=(roster,),
    )


async def _told(starter: asyncio.subprocess.Process) -> tuple[int, ...]:
    """The ids of the processes that it started."""
    if starter.stdout is None:
        return ()
    return tuple(int(word) for word in (await starter.stdout.readline()).split())
