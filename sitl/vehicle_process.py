"""`python -m sitl vehicle`: one simulated vehicle in a process of its own, so that killing it kills one.

It speaks MAVLink over UDP, on time that runs `--speed` times as fast as the machine's, and ends when its
standard input closes (whoever started it is gone) or on SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from geofences.path import Waypoint
from geofences.position import GeoPoint
from sitl.autopilot.rates import NAMED, Rates
from sitl.autopilot.server import Autopilot
from sitl.copter import Air
from sitl.faults import Fault
from sitl.faults import parse as parse_fault
from sitl.loop import ScaledLoop
from vehicles.mavlink.udp import UdpLink
from vehicles.profiles import PROFILES
from vehicles.vehicle import LinkError

_EXAMPLE = """example:
  python -m sitl vehicle --url udpout:127.0.0.1:14601 --profile delivery-drone --system-id 1 \\
      --home 60.1699,24.9384 --speed 10 --seed 7 --fault silent@60-90
"""


def main(arguments: Sequence[str]) -> int:
    """Run one vehicle to its end. 0: ended as asked; 1: its link cannot work; 2: bad input, named."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        autopilot, speed = _vehicle(options)
        with asyncio.Runner(loop_factory=lambda: ScaledLoop(speed)) as runner:
            runner.run(_live(autopilot))
    except _FieldError as error:
        parser.error(str(error))  # exits with 2
    except LinkError as error:
        print(error, file=sys.stderr)  # noqa: T201  # a command line speaks so
        return 1
    return 0


class _FieldError(Exception):
    """An argument whose value cannot be: names it, and why."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sitl vehicle",
        description="One simulated vehicle that speaks MAVLink as PX4 does.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--url", required=True, help="udpout:HOST:PORT to send to, or udpin:HOST:PORT to wait at")
    add("--profile", required=True, help=f"kind of vehicle: {', '.join(sorted(PROFILES))}")
    add("--system-id", type=int, required=True, help="MAVLink system id, 1 to 250")
    add("--home", required=True, help="LAT,LON of its pad, degrees WGS84")
    add("--home-amsl-m", type=float, default=10.0, help="height of the pad above the sea (10)")
    add("--battery", type=float, default=1.0, help="charge at the start, 0 to 1 (1)")
    add("--speed", type=float, default=1.0, help="seconds of vehicle time to one of the machine (1)")
    add("--seed", type=int, default=0, help="decides gusts and lost frames (0)")
    add("--wind", default="0,0", help="EAST,NORTH: where the wind blows to, m/s (0,0)")
    add("--store", type=Path, help="file in which mission, fence and rally points survive a restart")
    add("--fault", action="append", default=[], help="KIND@FROM[-UNTIL][=VALUE], may be repeated")
    add("--param", action="append", default=[], help="NAME=VALUE: a parameter of PX4's, may be repeated")
    add("--rates", default="light", help=f"default message rates: {', '.join(NAMED)} (light)")
    add("--key", help="64 hex digits: sign with this key, and heed only what is signed with it")
    add("--winch", action="store_true", help="the vehicle has a winch")
    return parser


def _vehicle(options: argparse.Namespace) -> tuple[Autopilot, float]:
    """The vehicle that the arguments describe, and its speed. Raises `_FieldError`."""
    profile = PROFILES.get(options.profile)
    if profile is None:
        raise _FieldError(f"--profile: {options.profile!r} is not one of {', '.join(sorted(PROFILES))}")
    if not 1 <= options.system_id <= 250:
        raise _FieldError(f"--system-id: {options.system_id} is not within 1..250")
    if not 0.0 <= options.battery <= 1.0:
        raise _FieldError(f"--battery: {options.battery} is not within 0..1")
    if not 0.0 < options.speed <= 100.0:
        raise _FieldError(f"--speed: {options.speed} is not above 0 and at most 100")
    lat_deg, lon_deg = _pair("--home", options.home)
    try:
        home = Waypoint(GeoPoint(lat_deg, lon_deg))
    except ValueError as error:
        raise _FieldError(f"--home: {error}") from error
    if options.store is not None and not options.store.parent.is_dir():
        raise _FieldError(f"--store: {options.store.parent} is no folder")
    try:
        link = UdpLink(options.url)
    except LinkError as error:
        raise _FieldError(f"--url: {error}") from error
    try:
        autopilot = Autopilot(
            link,
            profile,
            home,
            options.system_id,
            options.seed,
            home_amsl_m=options.home_amsl_m,
            wind=Air(*_pair("--wind", options.wind)),
            battery_frac=options.battery,
            faults=_faults(options.fault),
            store=options.store,
            rates=_rates(options.rates),
            parameters=dict(_parameter(text) for text in options.param),
            key=bytes.fromhex(options.key) if options.key else None,
            has_winch=options.winch,
        )
    except ValueError as error:
        raise _FieldError(f"--param or --key: {error}") from error
    return autopilot, options.speed


def _faults(texts: list[str]) -> list[Fault]:
    try:
        return [parse_fault(text) for text in texts]
    except ValueError as error:
        raise _FieldError(f"--fault: {error}") from error


def _rates(name: str) -> Rates:
    if name not in NAMED:
        raise _FieldError(f"--rates: {name!r} is not one of {', '.join(NAMED)}")
    return NAMED[name]


def _parameter(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError as error:
        raise _FieldError(f"--param: {text!r} is not NAME=VALUE") from error


def _pair(field: str, text: str) -> tuple[float, float]:
    try:
        first, second = (float(part) for part in text.split(","))
    except ValueError as error:
        raise _FieldError(f"{field}: {text!r} is not two numbers with a comma between them") from error
    return first, second


async def _live(autopilot: Autopilot) -> None:
    """Run until standard input closes or a signal comes."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    threading.Thread(target=_wait_for_end_of_input, args=(loop, end), daemon=True).start()
    flying = asyncio.create_task(autopilot.run(), name="autopilot")
    ended = asyncio.create_task(end.wait(), name="end of input")
    await asyncio.wait({flying, ended}, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if flying.done():
        flying.result()
    flying.cancel()
    await asyncio.gather(flying, ended, return_exceptions=True)


def _wait_for_end_of_input(loop: asyncio.AbstractEventLoop, end: asyncio.Event) -> None:
    """A thread, because files, pipes and terminals cannot all be polled; reads past Python's buffers."""
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    with contextlib.suppress(RuntimeError):  # the loop is closed: it has ended already
        loop.call_soon_threadsafe(end.set)
