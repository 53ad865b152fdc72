"""254 vehicles on one port, ten messages a second each, beside MAVSDK's native library.

Each contender runs in a process of its own, so that all its threads count; a third process sends.
254 is what MAVLink's 8-bit ids leave one port, and as many as MAVSDK takes.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks import Figure
from benchmarks.link_ours import Fleet
from benchmarks.link_traffic import OWN_HZ, traffic

VEHICLES, EACH_HZ = 254, 10.0
_LOOK_EVERY_S, _SETTLE_S, _FOR_S, _ROUNDS = 1.0, 4.0, 4.0, 2


def figures() -> Iterator[Figure]:
    """Microseconds of the processor, over all threads, for a message; and how many threads."""
    took: dict[str, list[float]] = {"ours": [], "mavsdk": []}
    threads: dict[str, int] = {}
    for _ in range(_ROUNDS):
        for name, each in took.items():
            micros, threads[name] = _in_a_process(name)
            each.append(micros)
    ours, theirs = (statistics.median(each) for each in took.values())
    what = f"{VEHICLES} vehicles x {EACH_HZ:.0f}/s on one port; beside MAVSDK native"
    yield Figure(what, ours, theirs, theirs / ours, "10 x", "us of the processor a message")
    count = f"threads for {VEHICLES} vehicles; beside MAVSDK native"
    ratio = threads["mavsdk"] / threads["ours"]
    yield Figure(count, threads["ours"], threads["mavsdk"], ratio, "1", "threads")


def _in_a_process(name: str) -> tuple[float, int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    sender = multiprocessing.get_context("fork").Process(target=_send, args=(port,))
    child = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "benchmarks.link_mavsdk", name, str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    sender.start()
    try:
        said, _ = child.communicate(timeout=60.0)
        micros, threads = said.split()[-2:]
        return float(micros), int(threads)
    finally:
        sender.terminate()
        sender.join()
        child.kill()
        child.wait()


def _send(port: int) -> None:
    rates_hz = {message_id: hz * EACH_HZ / sum(OWN_HZ.values()) for message_id, hz in OWN_HZ.items()}
    of = [traffic(rates_hz, 200, seed, seed) for seed in range(1, VEHICLES + 1)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        began_s, sent = time.perf_counter(), 0
        while True:
            while sent < (time.perf_counter() - began_s) * VEHICLES * EACH_HZ:
                turn, vehicle = divmod(sent, VEHICLES)
                sender.sendto(of[vehicle][turn % 200], ("127.0.0.1", port))
                sent += 1
            time.sleep(0.0002)


async def _measure(look: Callable[[], int]) -> None:
    """Wait until all are there, then let it run; `look` takes a sample of each vehicle and counts them."""
    looking = asyncio.create_task(_look(look))
    await asyncio.sleep(_SETTLE_S)
    began_s = time.process_time()
    await asyncio.sleep(_FOR_S)
    took_s = time.process_time() - began_s
    looking.cancel()
    if (known := look()) < VEHICLES:
        raise SystemExit(f"only {known} vehicles were heard")
    with open("/proc/self/status") as status:  # noqa: ASYNC230, PTH123 - the measuring is over
        threads = next(line.split()[1] for line in status if line.startswith("Threads"))
    print(took_s / (_FOR_S * VEHICLES * EACH_HZ) * 1e6, threads, flush=True)  # noqa: T201


async def _look(look: Callable[[], int]) -> None:
    while True:
        look()
        await asyncio.sleep(_LOOK_EVERY_S)


async def _ours(port: int) -> None:
    fleet = Fleet(VEHICLES, VEHICLES)
    await fleet.listen(port)
    await _measure(lambda: fleet.sample(VEHICLES))


async def _mavsdk(port: int) -> None:
    from mavsdk import ComponentType, Configuration, Mavsdk  # noqa: PLC0415 - only in its own process
    from mavsdk.plugins.telemetry import Telemetry  # noqa: PLC0415

    sdk = Mavsdk(Configuration.create_with_component_type(ComponentType.GROUND_STATION))
    sdk.add_any_connection(f"udpin://127.0.0.1:{port}")
    plugins: dict[int, Telemetry] = {}

    def look() -> int:
        for system in sdk.get_systems():
            if (system_id := system.get_system_id()) not in plugins:
                plugins[system_id] = Telemetry(system)
        for plugin in plugins.values():
            for part in (
                plugin.position,
                plugin.velocity_ned,
                plugin.battery,
                plugin.flight_mode,
                plugin.armed,
            ):
                part()
        return len(plugins)

    await _measure(look)
    os._exit(0)  # its destructors take longer than the measurement


if __name__ == "__main__":
    asyncio.run({"ours": _ours, "mavsdk": _mavsdk}[sys.argv[1]](int(sys.argv[2])))
