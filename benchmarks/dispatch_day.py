"""City days dispatched by the product, beside other ways to decide, each through the same product.

Only the planner differs: intake, ways, traffic, checks, wind, closed areas, failures and luck are the same
run by run. Nobody asks for more than to be brought something, for the peers know nothing else. Several days
(seeds) are run on paper (`dispatch_paper`): vehicles do as they are told, with luck. What each came to is
told as it ends, and in a table at the end. A busy machine changes nothing: PyVRP's time is a core's.

`SANDERLING_BENCH_SCENARIO` takes another scenario (city-day has 3,000 orders), `SANDERLING_BENCH_SEEDS` other
days ("7,8"), `SANDERLING_BENCH_FLOWN=1` has all missions flown and ridden on virtual time; the three together
are the city's day as it is flown, once for each way to decide.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from rich.table import Table

from benchmarks import Figure
from benchmarks.dispatch_every_minute import EveryMinute
from benchmarks.dispatch_nearest import nearest
from benchmarks.dispatch_paper import on_paper
from orchestrator.dispatch.horizon import Horizon, HorizonPlan, Service
from orchestrator.dispatch.rates import DEFAULT_RATES
from orchestrator.dispatch.trips.plan import Solve
from orchestrator.operations.dispatching.dispatcher import Dispatcher, improving
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.report import last_delivered_at_s
from orchestrator.record.state import FleetState, parcels_of
from orchestrator.terminal import err
from sitl.scenario import Scenario, read_scenario
from sitl.simulate import simulate
from vehicles.clock import machine_steady_s

SEEDS = (7, 8, 9, 10, 11)

BUDGET_S = 900.0
"""No day is begun later than that by default; those begun are brought to their end."""

OURS = "ours"
POLICIES: dict[str, Callable[[], Solve]] = {
    OURS: improving,
    "greedy, the nearest free vehicle": lambda: nearest,
    "PyVRP from scratch every minute": EveryMinute,
}


@dataclass(frozen=True, slots=True)
class Day:
    """What a run came to: orders placed, delivered, on time; minutes from order to door, mean; euros.

    `cost_eur` is what the vehicles cost an order delivered, `in_all_eur` that with waiting and lateness at
    the product's rates. `deciding_s` is what planning took of a core.
    """

    orders: int
    delivered: int
    on_time: int
    door_min: float
    cost_eur: float
    in_all_eur: float
    deciding_s: float = 0.0


@dataclass(slots=True)
class Timed:
    """A planner, and the seconds of a core that it had."""

    solve: Solve
    core_s: float = 0.0

    def __call__(self, horizon: Horizon, before: HorizonPlan) -> HorizonPlan:
        """Its plan."""
        began_s = time.thread_time()
        plan = self.solve(horizon, before)
        self.core_s += time.thread_time() - began_s
        return plan


def figures(budget_s: float = BUDGET_S) -> Iterator[Figure]:
    """Each day by each policy as it ends; then ours beside each of the others, over all that were run."""
    days: dict[str, list[Day]] = {name: [] for name in POLICIES}
    until_s = machine_steady_s() + budget_s
    table = _table()
    for seed in _seeds():
        if days[OURS] and machine_steady_s() > until_s:
            _note(f"day {seed} and later ones are left out: {budget_s:g} s are over")
            break
        for name in POLICIES:
            day = run(name, seed)
            days[name].append(day)
            table.add_row(*_row(name, seed, day))
            said = f"day {seed}, {name}: on time; {day.cost_eur:.2f} EUR an order, {day.door_min:.1f} min"
            yield _plain(said, 100.0 * day.on_time / day.orders, "", "%")
    err.print(table)
    ours = days[OURS]
    yield _plain(
        "orders delivered", 100.0 * _share(ours, lambda day: day.delivered), "100, or explained", "%"
    )
    for name in sorted(POLICIES.keys() - {OURS}):
        yield from _beside(name, ours, days[name])


def _beside(name: str, ours: Sequence[Day], theirs: Sequence[Day]) -> Iterator[Figure]:
    rows: tuple[tuple[str, Callable[[Day], float], str, str], ...] = (
        ("share of orders on time", lambda day: 100.0 * day.on_time / day.orders, "no less", "%"),
        ("vehicles' cost an order", lambda day: day.cost_eur, "no more", "EUR"),
        ("cost an order, waiting and lateness included", lambda day: day.in_all_eur, "no more", "EUR"),
        ("minutes from order to door, mean", lambda day: day.door_min, "told, not judged", "min"),
    )
    for what, value, wanted, unit in rows:
        mine, other = fmean(map(value, ours)), fmean(map(value, theirs))
        ratio = mine / max(other, 1e-9) if unit == "%" else other / max(mine, 1e-9)
        yield Figure(f"{what}; beside {name}", mine, other, ratio, wanted, unit)


def _seeds() -> tuple[int, ...]:
    named = os.environ.get("SANDERLING_BENCH_SEEDS")
    return SEEDS if named is None else tuple(int(seed) for seed in named.split(","))


def _share(days: Sequence[Day], count: Callable[[Day], int]) -> float:
    """Of all orders of these days."""
    return sum(map(count, days)) / sum(day.orders for day in days)


def _table() -> Table:
    table = Table(title="City days, each decided by each", title_justify="left")
    table.add_column("seed")
    table.add_column("decided by", no_wrap=True)
    for heading in (
        "delivered",
        "on time",
        "vehicles' cost, EUR an order",
        "waiting and lateness included",
        "minutes to the door",
        "seconds of a core deciding",
    ):
        table.add_column(heading, justify="right")
    return table


def _row(name: str, seed: int, day: Day) -> tuple[str, ...]:
    return (
        str(seed),
        name,
        f"{day.delivered:,} of {day.orders:,}",
        f"{day.on_time:,} ({100.0 * day.on_time / day.orders:.1f} %)",
        f"{day.cost_eur:.2f}",
        f"{day.in_all_eur:.2f}",
        f"{day.door_min:.1f}",
        f"{day.deciding_s:.0f}",
    )


def run(policy: str, seed: int) -> Day:
    """One day of the scenario, decided by this policy. Only ours holds rounds back."""
    scenario = read_scenario(os.environ.get("SANDERLING_BENCH_SCENARIO", "city-hour"))
    scenario = replace(scenario, seed=seed, demand=replace(scenario.demand, asking_frac=0.0))
    timed = Timed(POLICIES[policy]())
    state, refused = _ended(scenario, Dispatcher(timed, holds=policy == OURS))
    times = [
        (order.order, last_delivered_at_s(parcels_of(state, order_id)))
        for order_id, order in state.orders.items()
    ]
    doors = [at_s - order.placed_at_s for order, at_s in times if at_s is not None]
    late = [at_s - order.deadline_s for order, at_s in times if at_s is not None and at_s > order.deadline_s]
    spent, count = spent_eur(state), max(1, len(doors))
    return Day(
        orders=len(state.orders) + refused,
        delivered=len(doors),
        on_time=len(doors) - len(late),
        door_min=fmean(doors) / 60.0,
        cost_eur=spent / count,
        in_all_eur=(spent + _kept_waiting_eur(doors, late)) / count,
        deciding_s=timed.core_s,
    )


def _ended(scenario: Scenario, dispatcher: Dispatcher) -> tuple[FleetState, int]:
    if not os.environ.get("SANDERLING_BENCH_FLOWN"):
        return on_paper(scenario, dispatcher)
    ended = simulate(scenario, MemoryJournal(), dispatcher)
    return ended.state, len(ended.refusals or ())


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


def _note(text: str) -> None:
    err.print(text, markup=False, highlight=False, soft_wrap=True)


def _plain(what: str, value: float, wanted: str, unit: str) -> Figure:
    return Figure(what, value, None, None, wanted, unit)
