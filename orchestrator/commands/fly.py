"""`sanderling fly`: one vehicle, one flight, against anything that speaks MAVLink."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from geofences.position import GeoPoint
from orchestrator.commands.one_vehicle import (
    Address,
    Met,
    carried_out,
    identity,
    meeting,
)
from orchestrator.ending import BadInput, Failed
from orchestrator.flying.flight import Flight
from orchestrator.flying.flown import Flown, Unflown
from orchestrator.flying.given import Given, read_given, trip
from orchestrator.flying.ready import ready
from orchestrator.flying.stopping import Stopping
from orchestrator.flying.trip import VEHICLE
from orchestrator.terminal import err, out
from vehicles.clock import now_s
from vehicles.handover import By
from vehicles.mavlink.connect import connect as connect_mavlink
from vehicles.mavlink.exchanges.upkeep import Care
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.probe import Seen
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, DELIVERY_VTOL, PROFILES, SIDEWALK_ROBOT
from vehicles.telemetry import Landed
from vehicles.vehicle import Limited, Returning, Vehicle

HEARD_WITHIN_S = 30.0


class Driver(Enum):
    """What speaks to the vehicle."""

    MAVLINK = "mavlink"
    MAVSDK = "mavsdk"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; exactly one of `plan` and `to` is given."""

    url: str
    plan: Path | None
    to: GeoPoint | None
    driver: Driver
    profile: VehicleProfile | None
    by: By | None
    parcel_kg: float
    zones: Sequence[Path]
    map_file: Path | None
    wind_mps: float
    care: Care
    system_id: int | None = None
    above_isa_k: float = 0.0
    ground_amsl_m: float | None = None
    low: bool = False


def run(options: Options, tell: Callable[[str], None], say: Callable[[str], None]) -> Flown:
    """Fly it, telling how it goes and saying what must be heard.

    Raises `BadInput` naming what is wrong with the input, `Failed` where no vehicle is met, `Unflown` where
    it comes to no flight of one, `Left` when a signal ended the following of it.
    """
    given = read_given(
        options.plan,
        options.to,
        options.parcel_kg,
        options.zones,
        options.map_file,
        options.wind_mps,
        above_isa_k=options.above_isa_k,
        ground_amsl_m=options.ground_amsl_m,
        low=options.low,
    )
    if options.to is not None:
        check_payload(options.parcel_kg, options.profile)
    return carried_out(fly(options, given, tell, say), "--vehicle")


async def fly(
    options: Options, given: Given, tell: Callable[[str], None], say: Callable[[str], None]
) -> Flown:
    """Find the vehicle, check it, plan and verify, fly. Raises `Left` when a signal ends that."""
    stop = Stopping(say)
    return await stop.run(_fly(options, given, tell, stop))


async def _fly(options: Options, given: Given, tell: Callable[[str], None], stop: Stopping) -> Flown:
    def driver(one: Seen) -> Vehicle:
        return _connect(options, _profile(options, one), identity(one))

    address = Address(options.url, HEARD_WITHIN_S, options.system_id)
    async with meeting(address, driver, tell=tell) as met:
        try:
            seen = await ready(met.vehicle, tell)
            as_it_is = options.care is Care.LEAVE
            own = await met.vehicle.own_return() if isinstance(met.vehicle, Returning) else None
            limit = await met.vehicle.speed_limit() if isinstance(met.vehicle, Limited) else None
            made = trip(given, met.vehicle.profile, seen, own, limit=limit, as_it_is=as_it_is)
            for note in made.notes:
                tell(note)
            one, notes = met.one, list(made.notes)
            stop.flight = Flight(met.vehicle, made, tell, stop.asked, one.system_id, one.type, findings=notes)
            return await stop.flight.fly()
        except Failed as failed:
            raise Unflown(f"{met.one.who}: {failed}", _unflown(met, stop.flight, str(failed))) from failed


def _unflown(met: Met[Vehicle], flight: Flight | None, why: str) -> Flown:
    """How things stand with a vehicle that was met, and why it goes no further."""
    if flight is not None:
        flight.find(why)
        return flight.so_far()
    seen, one = met.vehicle.telemetry, met.one
    return Flown(
        one.system_id,
        one.type,
        0,
        delivered=False,
        landed=seen is not None and seen.landed is not Landed.IN_MOTION,
        disarmed=seen is not None and not seen.armed,
        whole=False,
        phases=(),
        findings=(why,),
    )


def _profile(options: Options, one: Seen) -> VehicleProfile:
    profile = options.profile or _usual(one.type)
    if options.by is None:
        return profile
    return replace(profile, handover=options.by.from_height(profile.handover_height_agl_m))


def _usual(kind: str) -> VehicleProfile:
    """What a vehicle of that MAVLink type is taken for where nobody says."""
    if "rover" in kind:
        return SIDEWALK_ROBOT
    return DELIVERY_VTOL if "vtol" in kind else DELIVERY_DRONE


def _connect(options: Options, profile: VehicleProfile, identity: Identity) -> Vehicle:
    match options.driver:
        case Driver.MAVLINK:
            return connect_mavlink(options.url, VEHICLE, profile, identity, care=options.care)
        case Driver.MAVSDK:
            from vehicles.mavsdk import connect as connect_mavsdk  # noqa: PLC0415 - a library of its own

            return connect_mavsdk(options.url, VEHICLE, profile, identity, care=options.care)


def check_payload(parcel_kg: float, profile: VehicleProfile | None) -> None:
    """Raises `BadInput` for a parcel that the vehicle, or while it is not known any kind, cannot carry."""
    kinds = PROFILES.values() if profile is None else (profile,)
    most = max(kinds, key=lambda kind: kind.max_payload_kg)
    if parcel_kg > most.max_payload_kg:
        text = f"{parcel_kg:g} is more than a {most.name} carries ({most.max_payload_kg:g} kg)"
        raise BadInput(f"--parcel-kg: {text}")


def care(*, set_them: bool, leave_them: bool) -> Care:
    """What is done about parameters. Raises `BadInput` where both are said."""
    if set_them and leave_them:
        raise BadInput("--set-parameters, --any-parameters: only one of the two")
    return Care.SET if set_them else Care.LEAVE if leave_them else Care.CHECK


def is_done(flown: Flown, options: Options) -> bool:
    """Whether the flight did what was asked, and is over."""
    over = flown.landed and flown.disarmed
    return over and (flown.delivered if options.to is not None else flown.whole)


def document(flown: Flown) -> dict[str, Any]:
    """The report."""
    off = flown.off
    return {
        "system_id": flown.system_id,
        "type": flown.kind,
        "delivered": flown.delivered,
        "landed": flown.landed,
        "disarmed": flown.disarmed,
        "whole": flown.whole,
        "phases": [{"name": p.name, "from_s": p.from_s, "to_s": p.to_s} for p in flown.phases],
        "findings": list(flown.findings),
        "off_way": None if off is None else {name: round(value, 1) for name, value in asdict(off).items()},
    }


def print_flown(flown: Flown) -> None:
    """The same for people."""
    for phase in flown.phases:
        out.print(f"{phase.to_s - phase.from_s:7.1f} s  {phase.name}", markup=False, highlight=False)
    for finding in flown.findings:
        out.print(f"note: {finding}", markup=False, highlight=False)
    without = "flown whole" if flown.whole else "not flown whole"
    words = [
        ("delivered" if flown.delivered else "not delivered") if flown.parcels else without,
        "landed" if flown.landed else "not landed",
        "disarmed" if flown.disarmed else "still armed",
    ]
    out.print(f"system {flown.system_id} ({flown.kind}): {', '.join(words)}", markup=False, highlight=False)


def progress_line() -> Callable[[str], None]:
    """Tells what happens, one line each, on a terminal; nothing at all in a pipe."""
    begun_s: list[float] = []

    def tell(text: str) -> None:
        if err.is_terminal:
            if not begun_s:
                begun_s.append(now_s())
            err.print(f"{now_s() - begun_s[0]:7.1f} s  {text}", markup=False, highlight=False)

    return tell


def say(text: str) -> None:
    """What must be heard at once, in a pipe too: what is waited for, and what becomes of a Ctrl-C."""
    err.print(text, markup=False, highlight=False, soft_wrap=True)
