"""`sanderling params`: parameters held against what a fleet needs; read by name; set, verified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from geofences.reason import clauses
from orchestrator.commands.one_vehicle import Address, carried_out, identity, meeting, must
from orchestrator.ending import BadInput, Failed
from orchestrator.terminal import out
from vehicles.mavlink.autopilots.known import called
from vehicles.mavlink.autopilots.safe_set import judge, names, needs_of
from vehicles.mavlink.connect import connect
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.probe import Seen
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: `changes` made, then `names` read (none of both: the safe set of `profile`)."""

    at: Address
    profile: VehicleProfile
    names: tuple[str, ...]
    changes: tuple[tuple[str, float], ...]


def parse_change(text: str) -> tuple[str, float]:
    """NAME=VALUE. Raises `BadInput`."""
    name, equals, number = text.partition("=")
    try:
        value = float(number)
    except ValueError:
        value = None
    if not name or not equals or value is None or not isfinite(value):
        raise BadInput(f"--set {text}: NAME=VALUE is wanted, as NAV_DLL_ACT=2")
    return _name(name), value


def parse_changes(texts: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """All of them. Raises `BadInput`, also for one that is to have two values."""
    changes = tuple(map(parse_change, texts))
    for name, count in Counter(name for name, _ in changes).items():
        if count > 1:
            raise BadInput(f"--set {name}: is given {count} times")
    return changes


def _name(name: str) -> str:
    if not 0 < len(name) <= 16 or not name.isascii():
        raise BadInput(f"{name!r}: a parameter's name is 1 to 16 ASCII characters")
    return name


def carry_out(wish: Wish) -> list[dict[str, Any]]:
    """One row for each parameter, with the vehicle's id and type.

    Raises `BadInput` for what cannot be asked, `Failed` for what fails.
    """
    for name in wish.names:
        _name(name)
    return carried_out(_carry_out(wish))


async def _carry_out(wish: Wish) -> list[dict[str, Any]]:
    def driver(one: Seen) -> Craft:
        # its parameters may be asked for before its next heartbeat tells what it runs
        known = called(one.autopilot)
        return connect(wish.at.url, VehicleId("vehicle"), wish.profile, identity(one), autopilot=known)

    def told(craft: Craft) -> bool:  # one that does not know where it is has parameters to read all the same
        return craft.system_id is not None and (craft.telemetry is not None or not wish.changes)

    async with meeting(wish.at, driver, told) as met:
        rows = await _asked(met.vehicle, wish)
    return [{"system_id": met.one.system_id, "type": met.one.type} | row for row in rows]


async def _asked(craft: Craft, wish: Wish) -> list[dict[str, Any]]:
    if wish.changes:
        await _refuse_unsafe(craft, wish)
        must(await craft.set_parameters(dict(wish.changes)))
    asked = wish.names or tuple(name for name, _ in wish.changes)
    return await _read(craft, asked) if asked else await _check(craft, wish.profile)


async def _refuse_unsafe(craft: Craft, wish: Wish) -> None:
    """Autopilots take any number, and fly by it: what no fleet flies with is not sent.

    Nor what would make another unfit that is not set. Raises `BadInput` naming each, its range, and whose.
    """
    changes = dict(wish.changes)
    safe_set = craft.autopilot.safe_set(needs_of(wish.profile))
    touched = [one for one in safe_set if {one.name, one.not_below} & set(changes)]
    told = await craft.read_parameters(names(touched)) if touched else {}
    before = {name: None if one is None else one.value for name, one in told.items()}
    unfit = {reason.subject for reason in judge(touched, before)} - set(changes)
    against = [reason for reason in judge(touched, before | changes) if reason.subject not in unfit]
    if against:
        source = f"the safe set of {craft.autopilot.name} for {wish.profile.name}, docs/parameters.md"
        raise BadInput(f"--set: with it {clauses(against)} ({source}). Nothing was set.")


async def _read(craft: Craft, names: Sequence[str]) -> list[dict[str, Any]]:
    told = await craft.read_parameters(names)
    return [
        {"name": name, "value": one.value}
        if one is not None
        else {"name": name, "value": None, "finding": "the vehicle does not tell it"}
        for name, one in told.items()
    ]


async def _check(craft: Craft, profile: VehicleProfile) -> list[dict[str, Any]]:
    safe_set = craft.autopilot.safe_set(needs_of(profile))
    told = await craft.read_parameters(names(safe_set))
    if not any(told.values()):
        raise Failed(f"it tells none of the {len(told)} parameters that it was asked for")
    values = {name: None if one is None else one.value for name, one in told.items()}
    findings = {reason.subject: reason.text for reason in judge(safe_set, values)}
    return [
        {
            "name": safe.name,
            "value": values[safe.name],
            "must_be": str(safe.allowed),
            "why": safe.why,
            "finding": findings.get(safe.name),
        }
        for safe in safe_set
    ]


def print_rows(rows: Sequence[dict[str, Any]]) -> None:
    """The vehicle, then one line for each; what is not as it must be with its reason."""
    for one in rows[:1]:
        out.print(f"system {one['system_id']} ({one['type']})", markup=False, highlight=False)
    for row in rows:
        value = "not told" if row["value"] is None else f"{row['value']:g}"
        line = f"{row['name']:<17}{value}"
        if finding := row.get("finding"):
            line = f"{line:<29}{finding}"
        out.print(line, markup=False, highlight=False, soft_wrap=True)
