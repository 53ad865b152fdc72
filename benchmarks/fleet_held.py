"""1,000 crafts in this process against simulated vehicles in others: what commands and silence come to."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import uvloop
from pymavlink.dialects.v20 import common

from benchmarks.timing import resident_mb
from orchestrator.operations.watching.attending import attend
from vehicles.clock import now_s
from vehicles.mavlink.autopilots.known import PX4, Autopilot
from vehicles.mavlink.connect import connect
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.switchboard import Switchboard
from vehicles.mission import VehicleId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.vehicle import Accepted

_FIRST_PORT = 23000
_PROCESSES = 2
_MET_S = 300.0
_SETTLED_S = 30.0  # every craft has its streams set by then: what it does not want is off
_LOST_S = 5.0  # after which the fleet counts a vehicle as silent
_CAUGHT_UP_S = 1.0  # what came meanwhile has been read
_COMMANDS_PER_S = 50.0
_ATTEND_S = 1.0
_LOOK_EVERY_S, _AT_ONCE = 0.5, 20
_UNASKED_HZ = 2.5
"""A heartbeat, and what nobody asked for and is too rare to be switched off."""


def thinned(messages_hz: float) -> Autopilot:
    """PX4, asked for the streams that it is asked for, each so much more rarely that all comes to that."""
    rarer = (messages_hz - _UNASKED_HZ) / sum(PX4.streams_hz.values())
    streams_hz = {message_id: hz * rarer for message_id, hz in PX4.streams_hz.items()}
    return replace(PX4, streams_hz=MappingProxyType(streams_hz))


@dataclass(slots=True)
class Held:
    """What was seen while the fleet was held."""

    cpu_frac: float = 0.0
    messages_hz: float = 0.0
    unanswered: int = 0
    lost: int = 0
    dropped: int = 0
    simulators: float = 0.0
    mb: float = 0.0
    took_s: list[float] = field(default_factory=list)
    lags_s: list[float] = field(default_factory=list)

    def command_s(self, frac: float) -> float:
        """This share of commands was answered within so many seconds."""
        return _quantile(self.took_s, frac)

    def lag_s(self, frac: float) -> float:
        """This share of timers was late by so many seconds at most."""
        return _quantile(self.lags_s, frac)


def hold(count: int, per_port: int, seconds: float, autopilot: Autopilot | None = None) -> Held:
    """Hold so many vehicles for so long, giving random ones commands all the while."""
    cores = sorted(os.sched_getaffinity(0))
    with _swarms(count, per_port) as processes:
        if len(cores) > 1:  # apart, so that neither waits for the other's turn
            os.sched_setaffinity(0, cores[:-1])
            for process in processes:
                os.sched_setaffinity(process.pid, cores[-1:])
        try:
            pids = [process.pid for process in processes]
            return uvloop.run(_hold(count, per_port, seconds, pids, autopilot))
        finally:
            gc.unfreeze()
            os.sched_setaffinity(0, cores)


@contextmanager
def _swarms(count: int, per_port: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Simulated vehicles in processes of their own, flying."""
    share = count // _PROCESSES
    words = [sys.executable, "-m", "sitl", "swarm", "--patrol-m", "200", "--rates", "light"]
    words += ["--count", str(share), "--per-port", str(per_port), "--profile", "delivery-drone"]
    processes = [
        subprocess.Popen(  # noqa: S603 - our own words
            [*words, "--url", f"udpout:127.0.0.1:{_FIRST_PORT + number * share // per_port}"],
            stdin=subprocess.PIPE,
        )
        for number in range(_PROCESSES)
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate()  # closes its input too


async def _hold(
    count: int, per_port: int, seconds: float, simulators: list[int], autopilot: Autopilot | None
) -> Held:
    held, began_mb, board = Held(), resident_mb(), Switchboard()
    async with AsyncExitStack() as stack:
        crafts = []
        for number in range(count):
            at_port = number % per_port
            identity = Identity(at_port + 1) if per_port > 1 else Identity()
            url = f"udpin:127.0.0.1:{_FIRST_PORT + number // per_port}"
            name = VehicleId(f"V{number}")
            craft = connect(url, name, DELIVERY_DRONE, identity, autopilot=autopilot, switchboard=board)
            crafts.append(await stack.enter_async_context(craft))
        async with asyncio.timeout(_MET_S):
            while any(craft.telemetry is None for craft in crafts):  # noqa: ASYNC110
                await asyncio.sleep(0.5)
        await asyncio.sleep(_SETTLED_S)
        gc.collect()
        gc.freeze()  # as `serve` does: what lives as long as the fleet is not looked through again and again
        await asyncio.sleep(_CAUGHT_UP_S)
        held.mb = (resident_mb() - began_mb) / count
        ports = {_FIRST_PORT + number // per_port for number in range(count)}
        dropped, busy_s, began_s = _dropped(ports), _busy_s(simulators), time.perf_counter()
        await _measure(crafts, seconds, held)
        held.dropped = _dropped(ports) - dropped
        held.simulators = (_busy_s(simulators) - busy_s) / (time.perf_counter() - began_s)
    return held


async def _measure(crafts: list[Craft], seconds: float, held: Held) -> None:
    began_s, busy_s = time.perf_counter(), time.process_time()
    heard = sum(_heard(craft) for craft in crafts)
    lost: set[VehicleId] = set()
    tasks = [
        asyncio.create_task(_attend(crafts)),
        asyncio.create_task(_command(crafts, held)),
        asyncio.create_task(_lag(held)),
        asyncio.create_task(_watch(crafts, lost)),
    ]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    took_s = time.perf_counter() - began_s
    held.cpu_frac = (time.process_time() - busy_s) / took_s
    held.messages_hz = (sum(_heard(craft) for craft in crafts) - heard) / took_s / len(crafts)
    held.lost = len(lost)


async def _attend(crafts: list[Craft]) -> None:
    while True:
        await attend(crafts)
        await asyncio.sleep(_ATTEND_S)


async def _command(crafts: list[Craft], held: Held) -> None:
    """Ask random vehicles for what is acknowledged at once, at a steady rate; several are under way."""
    dice, number = random.Random(7), common.MAVLINK_MSG_ID_ATTITUDE  # noqa: S311

    async def one(craft: Craft) -> None:
        began_s = time.perf_counter()
        outcome = await craft.set_rate(number, craft.autopilot.streams_hz[number])
        held.took_s.append(time.perf_counter() - began_s)
        held.unanswered += not isinstance(outcome, Accepted)

    async with asyncio.TaskGroup() as asking:
        while True:
            asking.create_task(one(dice.choice(crafts)))
            await asyncio.sleep(1.0 / _COMMANDS_PER_S)


async def _lag(held: Held) -> None:
    while True:
        due_s = time.perf_counter() + 0.01
        await asyncio.sleep(0.01)
        held.lags_s.append(time.perf_counter() - due_s)


async def _watch(crafts: list[Craft], lost: set[VehicleId]) -> None:
    while True:
        for begin in range(0, len(crafts), _AT_ONCE):  # a session has a timer of its own
            for craft in crafts[begin : begin + _AT_ONCE]:
                look = craft.telemetry
                if look is None or now_s() - look.heard_at_s > _LOST_S:
                    lost.add(craft.vehicle_id)
            await asyncio.sleep(_LOOK_EVERY_S * _AT_ONCE / len(crafts))


def _dropped(ports: set[int]) -> int:
    """Datagrams that the system threw away because we did not come to read them (Linux)."""
    lines = [line.split() for line in Path("/proc/net/udp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(int(line[-1]) for line in lines if int(line[1].partition(":")[2], 16) in ports)


def _busy_s(processes: list[int]) -> float:
    """Seconds of the processor that these processes took until now (Linux)."""
    stats = [Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2] for pid in processes]
    return sum(int(ticks) for stat in stats for ticks in stat.split()[11:13]) / os.sysconf("SC_CLK_TCK")


def _heard(craft: Craft) -> int:
    return craft.counts.parsed + craft.counts.unwanted.total()


def _quantile(values: list[float], frac: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * frac))] if values else float("nan")
