"""`python -m sitl swarm`: many simulated vehicles in one process, stepped together.

For hundreds on one processor. Killing it kills them all; `python -m sitl vehicle` is for one.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import shlex
import sys
from collections.abc import Sequence
from copy import copy
from math import ceil, sqrt
from pathlib import Path

from geofences.position import GeoPoint, LocalFrame, LocalPoint
from sitl.autopilot.many import Many
from sitl.autopilot.server import Autopilot
from sitl.motion.swarm import Swarm
from sitl.processes.living import live
from sitl.processes.vehicle_arguments import (
    PROFILE_NAMES,
    FieldError,
    add_circumstances,
    add_speed,
    add_vehicle,
    pair,
    speed,
    vehicle_of,
)
from vehicles.mavlink.links.endpoint import Role, UdpEndpoint, parse_url
from vehicles.vehicle import LinkError

_EXAMPLE = """examples:
  python -m sitl swarm --count 500 --url udpout:127.0.0.1:20000 --profile delivery-drone
      500 drones, each to a port of its own, 20000 to 20499
  python -m sitl swarm --count 200 --per-port 200 --url udpout:127.0.0.1:14550 \\
      --profile delivery-drone:3,sidewalk-robot:1 --fault 7:silent@60-90
      150 drones and 50 robots with system ids 1 to 200, all to one port; the seventh falls silent
  python -m sitl swarm --roster fleet.txt --speed 10
      one vehicle for each line of fleet.txt, described in the words of `python -m sitl vehicle`
"""
_MOST_IDS = 250


def main(arguments: Sequence[str]) -> int:
    """Run the vehicles to their end. 0: ended as asked; 1: a link cannot work; 2: bad input, named."""
    parser = _parser()
    options = parser.parse_args(arguments)
    swarm = Swarm()
    try:
        pace, many = speed(options), Many(_vehicles(options, swarm), swarm)
        gc.collect()
        gc.freeze()  # 500 vehicles' lasting objects, each looked through, held them for 80 ms
        live(_live(many, options.patrol_m), pace)
    except FieldError as error:
        parser.error(str(error))  # exits with 2
    except LinkError as error:
        print(error, file=sys.stderr)  # noqa: T201  # a command line speaks so
        return 1
    return 0


async def _live(many: Many, patrol_m: float | None) -> None:
    patrol = None if patrol_m is None else asyncio.create_task(many.patrol(patrol_m), name="patrol")
    try:
        await many.run()
    finally:
        if patrol is not None:
            patrol.cancel()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sitl swarm",
        description="Many simulated vehicles in one process, that speak MAVLink as PX4 does.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--roster", type=Path, help="file with a vehicle for each line; in place of what follows")
    add("--count", type=int, help="how many vehicles")
    add("--url", help="udpout:HOST:PORT of the first; the others' ports follow it")
    add("--per-port", type=int, default=1, help="how many send to the same port (1)")
    add("--profile", default="delivery-drone", help=f"NAME or NAME:SHARE,... of {PROFILE_NAMES}")
    add("--system-id", type=int, default=1, help="of the first at each port (1); others' follow it")
    add("--home", default="60.1699,24.9384", help="LAT,LON of the first pad (60.1699,24.9384)")
    add("--spacing-m", type=float, default=10.0, help="between pads, which lie in a square (10)")
    add("--patrol-m", type=float, help="go round squares of this side untold: a load to measure with")
    add_circumstances(parser)
    add_speed(parser)
    return parser


def _vehicles(options: argparse.Namespace, swarm: Swarm) -> list[Autopilot]:
    """All vehicles. Raises `FieldError`."""
    if options.roster is not None:
        return _listed(options.roster, swarm)
    if options.count is None or options.url is None:
        raise FieldError("--roster, or else --count and --url: are missing")
    for field, number in (("--count", options.count), ("--per-port", options.per_port)):
        if number < 1:
            raise FieldError(f"{field}: {number} is not 1 or more")
    if options.per_port > 1 and options.system_id + options.per_port - 1 > _MOST_IDS:
        raise FieldError(f"--per-port: {options.per_port} from --system-id on do not fit below {_MOST_IDS}")
    return [vehicle_of(one, swarm) for one in _described(options)]


def _listed(roster: Path, swarm: Swarm) -> list[Autopilot]:
    parser = argparse.ArgumentParser(prog="a line of --roster", add_help=False, exit_on_error=False)
    add_vehicle(parser)
    add_circumstances(parser)
    vehicles: list[Autopilot] = []
    try:
        lines = roster.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise FieldError(f"--roster {roster}: {error.strerror}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            vehicles.append(vehicle_of(parser.parse_args(shlex.split(line)), swarm))
        except (argparse.ArgumentError, FieldError, ValueError) as error:
            raise FieldError(f"--roster {roster}, line {number}: {error}") from error
    if not vehicles:
        raise FieldError(f"--roster {roster}: holds no vehicle")
    return vehicles


def _described(options: argparse.Namespace) -> list[argparse.Namespace]:
    """What each vehicle's own command line would say."""
    try:
        address = parse_url(options.url)
    except LinkError as error:
        raise FieldError(f"--url: {error}") from error
    if not isinstance(address, UdpEndpoint) or address.role is not Role.OUT or address.port == 0:
        raise FieldError(f"--url: {options.url} is not udpout:HOST:PORT")
    last_port = address.port + (options.count - 1) // options.per_port
    if last_port > 65535:
        raise FieldError(f"--url: there is no port {last_port}")
    profiles = _mix(options.profile)
    homes = _grid(options)
    faults = [_fault(text, options.count) for text in options.fault]
    described = []
    for number in range(options.count):
        one = copy(options)
        one.url = [f"udpout:{address.host}:{address.port + number // options.per_port}"]
        at_port = number if options.per_port == 1 else number % options.per_port
        one.system_id = (options.system_id + at_port - 1) % _MOST_IDS + 1
        one.profile, one.home = profiles[number % len(profiles)], homes[number]
        one.seed, one.store = options.seed + number, None
        one.fault = [text for of, text in faults if of in {None, number + 1}]
        described.append(one)
    return described


def _fault(text: str, count: int) -> tuple[int | None, str]:
    """`NUMBER:FAULT` is of one vehicle, the first being 1; without a number it is everybody's."""
    number, colon, fault = text.partition(":")
    if not colon:
        return None, text
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= count):
        raise FieldError(f"--fault: {number!r} is not the number of a vehicle, 1 to {count}")
    return int(number), fault


def _mix(text: str) -> list[str]:
    """`a:3,b:1` as a a a b, `a` as it stands."""
    names: list[str] = []
    for part in text.split(","):
        name, _, share = part.partition(":")
        if share and not (share.isascii() and share.isdigit() and 0 < int(share) <= 1000):
            raise FieldError(f"--profile: the share {share!r} is not a number of 1 or more")
        names += [name] * int(share or "1")
    return names


def _grid(options: argparse.Namespace) -> list[str]:
    """Pads in a square, row by row to the north and east of the first."""
    try:
        frame = LocalFrame(GeoPoint(*pair("--home", options.home)))
    except ValueError as error:
        raise FieldError(f"--home: {error}") from error
    width = ceil(sqrt(options.count))
    places = [
        LocalPoint(number % width * options.spacing_m, number // width * options.spacing_m)
        for number in range(options.count)
    ]
    points = [frame.to_geo(place) for place in places]
    return [f"{point.lat_deg:.8f},{point.lon_deg:.8f}" for point in points]
