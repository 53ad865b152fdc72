"""`sanderling command`: have one vehicle do one thing, where no orchestrator does: hold, come home, land."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geofences.path import Waypoint
from geofences.position import GeoPoint
from orchestrator.commands.one_vehicle import Address, carried_out, identity, meeting, must
from orchestrator.ending import BadInput
from vehicles.mavlink.connect import connect
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.probe import Seen
from vehicles.mission import ParcelId, VehicleId
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Landed, Telemetry
from vehicles.vehicle import (
    Command,
    Grip,
    Hold,
    Land,
    LetGo,
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
_FARTHEST_UP_M = 1000.0
"""Above and below home: a hill's worth. Farther is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of the vehicle `at` an address: one of `COMMANDS`, or a place to go to and hold at."""

    at: Address
    profile: VehicleProfile
    what: Command | Waypoint


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
        place = Waypoint(GeoPoint(lat, lon), height)
    except ValueError as error:
        raise BadInput(f"goto {text}: LAT,LON,HEIGHT is wanted, degrees and metres: {error}") from error
    if not -_FARTHEST_UP_M <= height <= _FARTHEST_UP_M:
        raise BadInput(f"goto {text}: HEIGHT is not within {_FARTHEST_UP_M:g} m of home")
    return place


def carry_out(order: Order) -> dict[str, Any]:
    """Which vehicle it was, and what it looks like afterwards.

    Raises `BadInput`, or `Failed` with what stood against it.
    """
    return carried_out(_carry_out(order))


async def _carry_out(order: Order) -> dict[str, Any]:
    def driver(one: Seen) -> Craft:
        return connect(order.at.url, VehicleId("vehicle"), order.profile, identity(one))

    async with meeting(order.at, driver) as met:
        at, craft = order.what, met.vehicle
        finding = _needless(at, craft.telemetry)
        outcome: Outcome = await (craft.go_to(at) if isinstance(at, Waypoint) else craft.command(at))
        must(outcome)
        seen = craft.telemetry
    return {
        "system_id": met.one.system_id,
        "type": met.one.type,
        "mode": None if seen is None else seen.mode_text,
        "armed": None if seen is None else seen.armed,
        "height_m": None if seen is None else round(seen.height_agl_m, 1),
        "finding": finding,
    }


def _needless(what: Command | Waypoint, seen: Telemetry | None) -> str | None:
    """What whoever asks to land must hear of a vehicle that stands: another one may have been meant."""
    stands = seen is not None and not seen.armed and seen.landed is not Landed.IN_MOTION
    return "it stood disarmed already: nothing was to be landed" if stands and what == Land() else None


def in_words(done: dict[str, Any]) -> str:
    """The same for people."""
    state = "done" if done["mode"] is None else f"{done['mode']}, {round(done['height_m'])} m above home"
    finding = "" if done["finding"] is None else f" ({done['finding']})"
    return f"system {done['system_id']} ({done['type']}): {state}{finding}"
