"""One simulated vehicle as the words of a command line describe it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from geofences.path import Waypoint
from geofences.position import GeoPoint
from sitl.autopilot.rates import NAMED, Rates
from sitl.autopilot.server import Autopilot
from sitl.faults import Fault
from sitl.faults import parse as parse_fault
from sitl.motion.copter import Air
from sitl.motion.swarm import Swarm
from vehicles.mavlink.links.endpoint import TlogEndpoint, parse_url
from vehicles.mavlink.links.link import Link, Side
from vehicles.mavlink.links.switchboard import Switchboard
from vehicles.mavlink.wire.signing import KEY_BYTES
from vehicles.profiles import PROFILES
from vehicles.vehicle import LinkError

if TYPE_CHECKING:
    from geofences.ground.terrain import Terrain

PROFILE_NAMES = ", ".join(sorted(PROFILES))


class FieldError(Exception):
    """An argument whose value cannot be: names it, and why."""


def add_vehicle(parser: argparse.ArgumentParser) -> None:
    """What tells one vehicle from another."""
    add = parser.add_argument
    add(
        "--url",
        required=True,
        action="append",
        help="udpout:HOST:PORT to send to, udpin:HOST:PORT to wait at, tcpout:, tcpin:, serial:DEVICE:BAUD, "
        "mqtt://HOST/PREFIX; repeated: more links, as PX4's instances of MAVLink",
    )
    add("--profile", required=True, help=f"kind of vehicle: {PROFILE_NAMES}")
    add("--system-id", type=int, required=True, help="MAVLink system id, 1 to 250")
    add("--home", required=True, help="LAT,LON of its pad, degrees WGS84")
    add("--store", type=Path, help="file in which mission, fence and rally points survive a restart")


def add_circumstances(parser: argparse.ArgumentParser) -> None:
    """What one vehicle or many may be given."""
    add = parser.add_argument
    add("--home-amsl-m", type=float, help="height of the pad above the sea (as tiles have it, else 10)")
    add("--terrain", type=Path, action="append", help="height tile (.hgt) that it flies over; repeatable")
    add("--battery", type=float, default=1.0, help="charge at the start, 0 to 1 (1)")
    add("--seed", type=int, default=0, help="decides gusts and lost frames (0)")
    add("--above-isa-k", type=float, default=0.0, help="how much warmer than standard the air is (0)")
    add("--wind", default="0,0", help="EAST,NORTH: where the wind blows to, m/s (0,0)")
    add("--fault", action="append", default=[], help="KIND@FROM[-UNTIL][=VALUE], may be repeated")
    add("--param", action="append", default=[], help="NAME=VALUE: a parameter of PX4's, may be repeated")
    add("--rates", default="light", help=f"default message rates: {', '.join(NAMED)} (light)")
    add("--key", help="64 hex digits: sign with this key, and heed only what is signed with it")
    add("--winch", action="store_true", help="the vehicle has a winch")


def add_speed(parser: argparse.ArgumentParser) -> None:
    """How fast time runs: one for all vehicles of a process."""
    parser.add_argument(
        "--speed", type=float, default=1.0, help="seconds of vehicle time to one of the machine (1)"
    )


def speed(options: argparse.Namespace) -> float:
    """How fast time runs. Raises `FieldError`."""
    if not 0.0 < options.speed <= 100.0:
        raise FieldError(f"--speed: {options.speed} is not above 0 and at most 100")
    return float(options.speed)


def vehicle_of(options: argparse.Namespace, swarm: Swarm | None = None) -> Autopilot:
    """The vehicle that the arguments describe, stepped together with `swarm`. Raises `FieldError`."""
    profile = PROFILES.get(options.profile)
    if profile is None:
        raise FieldError(f"--profile: {options.profile!r} is not one of {PROFILE_NAMES}")
    if not 1 <= options.system_id <= 250:
        raise FieldError(f"--system-id: {options.system_id} is not within 1..250")
    if not 0.0 <= options.battery <= 1.0:
        raise FieldError(f"--battery: {options.battery} is not within 0..1")
    lat_deg, lon_deg = pair("--home", options.home)
    try:
        home = Waypoint(GeoPoint(lat_deg, lon_deg))
    except ValueError as error:
        raise FieldError(f"--home: {error}") from error
    if options.store is not None and not options.store.parent.is_dir():
        raise FieldError(f"--store: {options.store.parent} is no folder")
    terrain = _terrain(options.terrain, home) if options.terrain else None
    try:
        link, *more_links = _links(options.url)
    except LinkError as error:
        raise FieldError(f"--url: {error}") from error
    try:
        return Autopilot(
            link,
            profile,
            home,
            options.system_id,
            options.seed,
            home_amsl_m=_home_amsl_m(options.home_amsl_m, home, terrain),
            wind=Air(*pair("--wind", options.wind), options.above_isa_k),
            battery_frac=options.battery,
            faults=_faults(options.fault),
            store=options.store,
            more_links=more_links,
            rates=_rates(options.rates),
            parameters=dict(_parameter(text) for text in options.param),
            key=_key(options.key) if options.key else None,
            has_winch=options.winch,
            swarm=swarm,
            terrain=terrain,
        )
    except ValueError as error:
        raise FieldError(f"--param: {error}") from error


def _terrain(files: list[Path], home: Waypoint) -> Terrain | None:
    from orchestrator.ending import BadInput  # noqa: PLC0415 - what reads tiles is slow to load
    from orchestrator.files.terrain import read_terrain  # noqa: PLC0415 - as above

    try:
        return read_terrain(files, "--terrain", [("--home", home.position)])
    except BadInput as error:
        raise FieldError(str(error)) from error


def _home_amsl_m(told_m: float | None, home: Waypoint, terrain: Terrain | None) -> float:
    """What it takes its home to be above the sea."""
    if told_m is not None:
        return told_m
    ground_m = None if terrain is None else terrain.height_amsl_m(home.position)
    return 10.0 if ground_m is None else ground_m


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise FieldError(f"--key: must be {KEY_BYTES} bytes in hexadecimal digits")
    return key


def _links(urls: list[str]) -> list[Link]:
    """The vehicle's ends of its links. Raises `LinkError`."""
    board = Switchboard(Side.VEHICLE)
    for url in urls:
        if isinstance(parse_url(url), TlogEndpoint):
            raise LinkError(f"{url}: nothing can be said into a recording")
    return [board.link(url) for url in urls]


def _faults(texts: list[str]) -> list[Fault]:
    try:
        return [parse_fault(text) for text in texts]
    except ValueError as error:
        raise FieldError(f"--fault: {error}") from error


def _rates(name: str) -> Rates:
    if name not in NAMED:
        raise FieldError(f"--rates: {name!r} is not one of {', '.join(NAMED)}")
    return NAMED[name]


def _parameter(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError as error:
        raise FieldError(f"--param: {text!r} is not NAME=VALUE") from error


def pair(field: str, text: str) -> tuple[float, float]:
    """Two numbers with a comma between them. Raises `FieldError` naming the field."""
    try:
        first, second = (float(part) for part in text.split(","))
    except ValueError as error:
        raise FieldError(f"{field}: {text!r} is not two numbers with a comma between them") from error
    return first, second
