"""`sanderling params`: parameters held against what a fleet needs; read by name; set, verified."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from orchestrator.commands.one_vehicle import attended, met, must, named, profile_named, the_one
from orchestrator.ending import BadInput
from orchestrator.terminal import out
from vehicles.mavlink.autopilots.safe_set import judge, needs_of
from vehicles.mavlink.connect import connect
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.identity import Identity
from vehicles.mission import VehicleId
from vehicles.profiles import PROFILES
from vehicles.vehicle import LinkError


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: `changes` made, then `names` read (none of both: the safe set of `profile`).

    `system_id` says which vehicle is meant where there are several.
    """

    url: str
    profile: str
    names: tuple[str, ...]
    changes: tuple[tuple[str, float], ...]
    wait_s: float
    system_id: int | None = None


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


def _name(name: str) -> str:
    if len(name) > 16 or not name.isascii():
        raise BadInput(f"{name}: a parameter's name is 16 ASCII characters at most")
    return name


def carry_out(wish: Wish) -> list[dict[str, Any]]:
    """One row for each parameter, with the vehicle's id and type.

    Raises `BadInput` for what cannot be asked, `Failed` for what fails.
    """
    profile_named(wish.profile)
    for name in wish.names:
        _name(name)
    try:
        return asyncio.run(_carry_out(wish))
    except LinkError as error:
        raise BadInput(str(error)) from error


async def _carry_out(wish: Wish) -> list[dict[str, Any]]:
    one = await the_one(wish.url, wish.system_id, wish.wait_s)
    craft = connect(wish.url, VehicleId("vehicle"), PROFILES[wish.profile], Identity(one.system_id))

    def there() -> bool | None:
        known = craft.system_id is not None and (craft.telemetry is not None or not wish.changes)
        return True if known else None

    with named(one):
        async with attended(craft):
            await met(wish.url, wish.wait_s, there, "no autopilot was heard there")
            rows = await _asked(craft, wish)
    return [{"system_id": one.system_id, "type": one.type} | row for row in rows]


async def _asked(craft: Craft, wish: Wish) -> list[dict[str, Any]]:
    if wish.changes:
        must(await craft.set_parameters(dict(wish.changes)))
    asked = wish.names or tuple(name for name, _ in wish.changes)
    return await (_read(craft, asked) if asked else _check(craft, wish.profile))


async def _read(craft: Craft, names: Sequence[str]) -> list[dict[str, Any]]:
    told = await craft.read_parameters(names)
    return [
        {"name": name, "value": one.value}
        if one is not None
        else {"name": name, "value": None, "finding": "the vehicle does not tell it"}
        for name, one in told.items()
    ]


async def _check(craft: Craft, profile: str) -> list[dict[str, Any]]:
    safe_set = craft.autopilot.safe_set(needs_of(PROFILES[profile]))
    told = await craft.read_parameters([safe.name for safe in safe_set])
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
