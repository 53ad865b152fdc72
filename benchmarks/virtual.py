"""Figures of virtual time. Five minutes of orders to 300 vehicles, by production code.

The city's day with more vehicles: 160 drones, 90 robots and 50 couriers at its four hubs, three to each of
its pads and docks, and orders as dense for each vehicle as on that day. On virtual time, a journal in memory:
once with vehicles that answer for themselves, once with an autopilot behind MAVLink's bytes for each machine.
Seconds are the processor's, from the first order to the last vehicle home; reading the city and thinking up
who orders what are left out. Where the time goes is sampled meanwhile, which costs a little.
The last vehicle is home some forty minutes after the first order. `SANDERLING_BENCH_VIRTUAL_S` takes another
time than five minutes of orders, with as many a minute: 3600 is the hour that section 9 asks for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from benchmarks import Figure
from benchmarks.where import Where
from geofences import free_space
from orchestrator.dispatch.trips import plan as trips
from orchestrator.ending import Failed
from orchestrator.record.journal import MemoryJournal
from sitl.casting import Casting, in_process, over_mavlink
from sitl.changes import NO_CHANGES
from sitl.scenario import Scenario, read_scenario
from sitl.simulate import simulate

_ORDERS_HOUR = 1000
_TO_A_STAND = 3
_GAP_DEG = MappingProxyType({"air": 6e-5, "sidewalk": 2e-5})
"""3.3 m and 1.1 m east, at this latitude."""

_PARTS = MappingProxyType(
    {
        "orchestrator/dispatch": "who carries what",
        "orchestrator/traffic": "keeping flights apart",
        "orchestrator/record": "the record",
        "orchestrator/operations/commanding": "looking after vehicles",
        "orchestrator/operations/watching": "looking after vehicles",
        "orchestrator/operations/verifying": "verifying missions",
        "orchestrator/operations": "deciding and planning",
        "orchestrator": "taking orders in",
        "vehicles/mavlink": "MAVLink, our side",
        "sitl/autopilot": "MAVLink, the autopilots' side",
        "sitl/loop": "the loop",
        "sitl": "simulated motion",
    }
)
_CASTS: tuple[tuple[str, Casting, str], ...] = (
    ("without the wire", in_process, "200"),
    ("with MAVLink's bytes", over_mavlink, "20"),
)


def figures() -> Iterator[Figure]:
    """All of them. Raises `Failed` where an invariant was broken or an order not delivered."""
    free_space.get_ready()
    trips.get_ready()
    over_s = float(os.environ.get("SANDERLING_BENCH_VIRTUAL_S", "300"))
    with TemporaryDirectory() as folder:
        scenario = fleet_hour(Path(folder), over_s)
        for words, casting, wanted in _CASTS:
            yield from _paced(scenario, words, casting, wanted)


def _paced(scenario: Scenario, words: str, casting: Casting, wanted: str) -> Iterator[Figure]:
    with Where(_PARTS) as where:
        ended = simulate(scenario, MemoryJournal(), casting=casting)
    if broken := ended.report["invariants"]["broken"]:
        raise Failed(f"{words}: an invariant was broken: {broken[0]}")
    missed = [row["id"] for row in ended.report["orders"] if row["state"] != "delivered"]
    if missed or ended.refusals:
        raise Failed(f"{words}: not delivered: {missed}, refused: {ended.refusals}")
    demand, count = scenario.demand, scenario.drones + scenario.robots + scenario.couriers
    what = f"{count} vehicles, {demand.orders} orders in {demand.over_s:.0f} s, {words}: "
    pace = float(ended.report["fleet_s"]) / ended.core_s
    yield Figure(what + "fleet seconds in a second of a core", pace, None, None, wanted, "s")
    for part, share in where.shares().items():
        yield Figure(what + part, 100.0 * share, None, None, "told, not judged", "% of that")


def fleet_hour(folder: Path, over_s: float) -> Scenario:
    """The city's day with 300 vehicles for so long: no wind, areas, failures, nothing asked besides."""
    day = read_scenario("city-day")
    places = json.loads(day.city.places_file.read_text(encoding="utf-8"))
    for hub in places["hubs"]:
        hub["pads"] = [_beside(stand, n) for n in range(_TO_A_STAND) for stand in hub["pads"]]
    file = folder / "places.json"
    file.write_text(json.dumps(places), encoding="utf-8")
    return replace(
        day,
        city=replace(day.city, places_file=file),
        drones=160,
        robots=90,
        couriers=50,
        demand=replace(
            day.demand, orders=round(_ORDERS_HOUR * over_s / 3600.0), over_s=over_s, asking_frac=0.0
        ),
        changes=NO_CHANGES,
    )


def _beside(stand: dict[str, Any], n: int) -> dict[str, Any]:
    """The n-th place at a pad or dock, some metres east of the one before."""
    gap_deg = _GAP_DEG[stand["for"]]
    return {**stand, "id": f"{stand['id']}-{n + 1}", "lon_deg": round(stand["lon_deg"] + n * gap_deg, 7)}
