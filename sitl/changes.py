"""What changes while a scenario runs: spells of other wind, zones that pop up, vehicles that fail.

Times are seconds from the start of the run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf
from random import Random
from typing import Protocol

from geofences.position import GeoPoint
from geofences.zone import ZoneId
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.record.facts.zones import PopUpZone
from sitl.faults import Fault, Kind
from sitl.fields import Table
from sitl.vehicle_faults import VehicleFault
from vehicles.clock import now_s
from vehicles.mission import VehicleId

_WEEK_S = 7 * 86_400.0
SPAN = ("from_s", "until_s")
ANNOUNCER = "scenario"
"""Who closes the areas that pop up."""

_TOP_AGL_M = 1000.0


@dataclass(frozen=True, slots=True)
class Spell:
    """From one time to another the wind is another one."""

    from_s: float
    until_s: float
    wind_mps: float


@dataclass(frozen=True, slots=True)
class PopUp:
    """A zone that closes the air about a point, announced when it begins."""

    name: str
    from_s: float
    until_s: float
    centre: GeoPoint
    radius_m: float


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changes; `failing_frac` of the vehicles fail once, at a random time."""

    spells: tuple[Spell, ...] = ()
    pop_ups: tuple[PopUp, ...] = ()
    failing_frac: float = 0.0


NO_CHANGES = Changes()


def read_changes(whole: Table, weather: Table) -> Changes:
    """What a scenario says of them; nothing where it says nothing. Raises `FieldError`."""
    spells = weather.tables("spells", (*SPAN, "wind_mps")) if weather.holds("spells") else ()
    zones: tuple[Table, ...] = ()
    if whole.holds("pop_up_zones"):
        zones = whole.tables("pop_up_zones", ("name", *SPAN, "lat_deg", "lon_deg", "radius_m"))
    names = [table.text("name") for table in zones]
    for number, (table, name) in enumerate(zip(zones, names, strict=True)):
        if name in names[:number]:
            raise table.refusal("name", f"{name} stands there twice")
    return Changes(
        spells=tuple(Spell(*_span(table), table.number("wind_mps", 0.0, 60.0)) for table in spells),
        pop_ups=tuple(_pop_up(table) for table in zones),
        failing_frac=whole.number("failing_frac", 0.0, 1.0) if whole.holds("failing_frac") else 0.0,
    )


def _pop_up(table: Table) -> PopUp:
    centre = GeoPoint(table.number("lat_deg", -90.0, 90.0), table.number("lon_deg", -180.0, 180.0))
    return PopUp(table.text("name"), *_span(table), centre, table.number("radius_m", 1.0, 5000.0))


def _span(table: Table) -> tuple[float, float]:
    from_s, until_s = table.number("from_s", 0.0, _WEEK_S), table.number("until_s", 0.0, _WEEK_S)
    if until_s <= from_s:
        raise table.refusal("until_s", f"{until_s:g} is not after from_s, {from_s:g}")
    return from_s, until_s


def in_wind(base: Surroundings, changes: Changes, after_s: float) -> Surroundings:
    """The surroundings in the wind so long after the start; `base` itself while it blows as ever."""
    winds = [spell.wind_mps for spell in changes.spells if spell.from_s <= after_s < spell.until_s]
    return replace(base, wind_mps=winds[-1]) if winds else base


def closed_by(one: PopUp, at_s: float) -> PopUpZone:
    """The pop-up zone as an operator would close it at `at_s` (UTC seconds), for as long as it lasts."""
    return PopUpZone(
        zone_id=ZoneId(one.name),
        name=one.name,
        corners=(one.centre,),
        radius_m=one.radius_m,
        lower_agl_m=0.0,
        upper_agl_m=_TOP_AGL_M,
        from_s=at_s,
        until_s=at_s + one.until_s - one.from_s,
        reason=one.name,
    )


class Changing(Protocol):
    """What is told that something changed: an orchestrator, by the doors that people use."""

    def work_within(self, surroundings: Surroundings) -> None:
        """Work in other weather from now on."""

    async def close_area(self, zone: PopUpZone, by: str) -> object:
        """Close an area, and tell whose way that bars."""


async def keep_changing(base: Surroundings, changes: Changes, told: Changing) -> None:
    """Tell of each change when it comes, until nothing more will. Areas open by themselves in time."""
    edges = {edge_s for spell in changes.spells for edge_s in (spell.from_s, spell.until_s)}
    zones = sorted(changes.pop_ups, key=lambda one: (one.from_s, one.name))
    passed_s = 0.0
    for at_s in sorted(edges | {one.from_s for one in zones}):
        await asyncio.sleep(at_s - passed_s)
        passed_s = at_s
        if at_s in edges:
            told.work_within(in_wind(base, changes, at_s))
        for one in zones:
            if one.from_s == at_s:
                await told.close_area(closed_by(one, now_s()), ANNOUNCER)


_ILLS: tuple[tuple[Kind, float, float | None], ...] = (
    (Kind.SILENT, 240.0, None),
    (Kind.BATTERY, inf, 0.3),
    (Kind.NO_ARM, 1200.0, None),
)


def failures(
    vehicle_ids: Iterable[VehicleId], changes: Changes, seed: int, over_s: float
) -> tuple[VehicleFault, ...]:
    """Which vehicles fail, when, and of what: silent for some minutes, a weak battery, or no arming."""
    rng = Random(seed)  # noqa: S311 - chance for a simulation, not a secret
    named = sorted(vehicle_ids)
    found = []
    for vehicle_id in sorted(rng.sample(named, round(changes.failing_frac * len(named)))):
        at_s = round(rng.uniform(0.05, 0.95) * over_s)
        kind, lasts_s, value = rng.choice(_ILLS)
        found.append(VehicleFault(vehicle_id, Fault(kind, at_s, at_s + lasts_s, value)))
    return tuple(found)
