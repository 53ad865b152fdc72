"""A city's busy hour dispatched by the product, beside other ways to decide, each through the same product.

Only the planner differs: intake, ways, traffic, checks, vehicles, wind, failures and luck are the same run by
run. `SANDERLING_BENCH_SCENARIO` takes another scenario (city-day has 3,000 orders), `SANDERLING_BENCH_SEED`
another seed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from benchmarks import Figure
from benchmarks.dispatch_policies import EveryMinute, nearest
from orchestrator.dispatch.horizon import Service
from orchestrator.dispatch.rates import DEFAULT_RATES
from orchestrator.dispatch.trips import Solve
from orchestrator.operations.dispatching import Dispatcher, improving
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.state import FleetState
from sitl.scenario import read_scenario
from sitl.simulate import simulate


@dataclass(frozen=True, slots=True)
class Day:
    """What a run came to: shares of all orders, minutes from order to door, euros an order delivered.

    `cost_eur` is what the vehicles cost, `in_all_eur` that with waiting and lateness at the product's rates.
    """

    on_time_frac: float
    delivered_frac: float
    door_min: float
    cost_eur: float
    in_all_eur: float
    broken: int


def figures() -> Iterator[Figure]:
    """On-time share and cost of ours beside each of the others; every order delivered or explained."""
    ours = run(improving())
    yield _plain("orders delivered", 100.0 * ours.delivered_frac, "100, or explained", "%")
    yield _plain("invariants broken", float(ours.broken), "0", "")
    for name, solve in (
        ("greedy, the nearest free vehicle", nearest),
        ("PyVRP from scratch every minute", EveryMinute()),
    ):
        other = run(solve)
        beside = f"; beside {name}"
        yield Figure(
            f"share of orders on time{beside}",
            100.0 * ours.on_time_frac,
            100.0 * other.on_time_frac,
            ours.on_time_frac / max(other.on_time_frac, 1e-9),
            "no less",
            "%",
        )
        yield Figure(
            f"vehicles' cost an order{beside}",
            ours.cost_eur,
            other.cost_eur,
            other.cost_eur / ours.cost_eur,
            "no more",
            "EUR",
        )
        yield Figure(
            f"cost an order, waiting and lateness included{beside}",
            ours.in_all_eur,
            other.in_all_eur,
            other.in_all_eur / ours.in_all_eur,
            "no more",
            "EUR",
        )
        yield Figure(
            f"minutes from order to door, mean{beside}",
            ours.door_min,
            other.door_min,
            other.door_min / ours.door_min,
            "fewer",
            "min",
        )


def run(solve: Solve) -> Day:
    """One run of the scenario with this planner."""
    scenario = read_scenario(os.environ.get("SANDERLING_BENCH_SCENARIO", "city-hour"))
    seed = os.environ.get("SANDERLING_BENCH_SEED")
    scenario = scenario if seed is None else replace(scenario, seed=int(seed))
    ended = simulate(scenario, MemoryJournal(), Dispatcher(solve))
    orders = ended.report["orders"]
    wishes = len(orders) + len(ended.refusals or ())
    late = [row["late_s"] for row in orders if row["late_s"]]
    doors = [
        row["delivered_at_s"] - row["placed_at_s"] for row in orders if row["delivered_at_s"] is not None
    ]
    return Day(
        on_time_frac=sum(bool(row["on_time"]) for row in orders) / wishes,
        delivered_frac=len(doors) / wishes,
        door_min=fmean(doors) / 60.0,
        cost_eur=spent_eur(ended.state) / max(1, len(doors)),
        in_all_eur=(spent_eur(ended.state) + _kept_waiting_eur(doors, late)) / max(1, len(doors)),
        broken=len(ended.report["invariants"]["broken"]),
    )


def _kept_waiting_eur(doors_s: Sequence[float], late_s: Sequence[float]) -> float:
    service = Service()
    waited = service.wait_per_min_eur * sum(doors_s) / 60.0
    return waited + sum(service.late_eur + service.late_per_min_eur * seconds / 60.0 for seconds in late_s)


def spent_eur(state: FleetState) -> float:
    """What the missions flown and ridden cost at the product's rates: trips, hours, kilometres, energy."""
    euros = 0.0
    for mission in state.missions.values():
        if mission.started_at_s is None:
            continue
        profile = state.vehicles[mission.plan.mission.vehicle_id].profile
        rates = DEFAULT_RATES[profile.kind]
        ended_at_s = mission.plan.end_at_s if mission.ended_at_s is None else mission.ended_at_s
        busy_s = ended_at_s - mission.started_at_s + profile.load_s * len(mission.plan.parcel_ids)
        metres = mission.plan.distance_m if mission.distance_m is None else mission.distance_m
        watt_hours = mission.plan.energy_wh if mission.energy_wh is None else mission.energy_wh
        euros += rates.per_trip_eur + rates.per_hour_eur * busy_s / 3600.0
        euros += rates.per_km_eur * metres / 1000.0 + rates.per_kwh_eur * watt_hours / 1000.0
    return euros


def _plain(what: str, value: float, wanted: str, unit: str) -> Figure:
    return Figure(what, value, None, None, wanted, unit)
