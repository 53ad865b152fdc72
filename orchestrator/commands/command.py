"""`sanderling command`: have one vehicle do one thing, where no orchestrator does: hold, come home, land."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from geofences.path import Waypoint
from geofences.position import GeoPoint
from orchestrator.commands.one_vehicle import attended, met, must, named, profile_named, the_one
from orchestrator.ending import BadInput
from vehicles.mavlink.connect import connect
from vehicles.mavlink.identity import Identity
from vehicles.mission import ParcelId, VehicleId
from vehicles.profile import VehicleProfile
from vehicles.vehicle import (
    Command,
    Grip,
    Hold,
    Land,
    LetGo,
    LinkError,
    Outcome,
    Return,
    ShutDown,
)

COMMANDS: dict[str, Command] = {
    "hold": Hold(),
    "return": Return(),
    "land": Land(),
    "disarm": ShutDown(),
    "grip": Grip(ParcelId("parcel")),
    "release": LetGo(),
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of the vehicle at `url`: one of `COMMANDS`, or a place to go to and hold at.

    `system_id` says which one is meant where there are several.
    """

    url: str
    profile: str
    what: Command | Waypoint
    wait_s: float
    system_id: int | None = None


def parse(words: list[str]) -> Command | Waypoint:
    """A command's word, or "goto" and LAT,LON,HEIGHT above home in metres. Raises `BadInput`."""
    match words:
        case [word] if word in COMMANDS:
            return COMMANDS[word]
        case ["goto", place]:
            return _place(place)
        case _:
            known = ", ".join(COMMANDS)
            raise BadInput(f"{' '.join(words)}: unknown (known: {known}, goto LAT,LON,HEIGHT)")


def _place(text: str) -> Waypoint:
    try:
        lat, lon, height = (float(number) for number in text.split(","))
        return Waypoint(GeoPoint(lat, lon), height)
    except ValueError as error:
        raise BadInput(f"goto {text}: LAT,LON,HEIGHT is wanted, degrees and metres: {error}") from error


def carry_out(order: Order) -> str:
    """Which vehicle it was, and what it looks like afterwards.

    Raises `BadInput`, or `Failed` with what stood against it.
    """
    profile = profile_named(order.profile)
    try:
        return asyncio.run(_carry_out(order, profile))
    except LinkError as error:
        raise BadInput(str(error)) from error


async def _carry_out(order: Order, profile: VehicleProfile) -> str:
    one = await the_one(order.url, order.system_id, order.wait_s)
    craft = connect(order.url, VehicleId("vehicle"), profile, Identity(one.system_id))
    with named(one):
        async with attended(craft):
            await met(order.url, order.wait_s, lambda: craft.telemetry, "no vehicle told its state there")
            at = order.what
            outcome: Outcome = await (craft.go_to(at) if isinstance(at, Waypoint) else craft.command(at))
        must(outcome)
    seen = craft.telemetry
    state = "done" if seen is None else f"{seen.mode_text}, {round(seen.height_agl_m)} m above home"
    return f"{one.who}: {state}"
