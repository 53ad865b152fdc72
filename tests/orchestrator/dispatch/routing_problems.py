"""Random routing problems of every kind, for the tests of solver and checker."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
from hypothesis import strategies as st

from orchestrator.dispatch.routing.problem import Problem, Stop, Task, Vehicle, VehicleType, Visit, Way

PLACES = 7


@st.composite
def kinds(draw: st.DrawFn, number: int) -> VehicleType:
    seed = draw(st.integers(0, 1000))
    at = np.random.default_rng(seed).uniform(0.0, 100.0, (PLACES, 2))
    away = np.sqrt(((at[:, None] - at[None]) ** 2).sum(axis=2))
    battery_wh = draw(st.sampled_from([inf, inf, 250.0, 400.0]))
    return VehicleType(
        f"kind {number}",
        duration_s=away * draw(st.sampled_from([1.0, 2.0])),
        distance_m=away,
        energy_wh=away,
        capacity=(draw(st.sampled_from([1.0, 3.0])), 5.0),
        cost_per_m=1.0,
        cost_per_s=draw(st.sampled_from([0.0, 0.5])),
        cost_per_wh=draw(st.sampled_from([0.0, 0.1])),
        battery_wh=battery_wh,
        charge_w=draw(st.sampled_from([inf, 3600.0])),
        swap_s=draw(st.sampled_from([0.0, 20.0])),
    )


@st.composite
def stops(draw: st.DrawFn) -> Stop:
    opens_at_s = draw(st.sampled_from([-inf, 0.0, 100.0, 300.0]))
    length_s = draw(st.sampled_from([inf, 600.0, 60.0]))
    late = draw(st.sampled_from([0.0, 0.0, 2.0]))
    due_at_s = draw(st.sampled_from([50.0, 300.0])) if late else inf
    closes_at_s = inf if opens_at_s == -inf else opens_at_s + length_s
    place, service_s = draw(st.integers(0, PLACES - 1)), draw(st.sampled_from([0.0, 15.0]))
    return Stop(place, opens_at_s, closes_at_s, service_s, due_at_s, late)


@st.composite
def ways(draw: st.DrawFn) -> Way:
    form = draw(st.sampled_from(["pair", "pair", "hub", "pickup", "dropoff"]))
    pickup = Stop(0, service_s=5.0) if form == "hub" else draw(stops())
    return Way(None if form == "dropoff" else pickup, None if form == "pickup" else draw(stops()))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Few vehicles and tasks, of all sorts; nothing frozen."""
    types = tuple(draw(kinds(number)) for number in range(draw(st.integers(1, 2))))
    vehicles = tuple(
        Vehicle(
            f"v{number}",
            kind=draw(st.integers(0, len(types) - 1)),
            start=draw(st.integers(0, 2)),
            start_at_s=draw(st.sampled_from([0.0, 40.0])),
            end=draw(st.sampled_from([None, 0, 1])),
            end_by_s=draw(st.sampled_from([inf, 700.0])),
            fixed_cost=draw(st.sampled_from([0.0, 30.0])),
            charge_wh=draw(st.sampled_from([inf, inf, 150.0])),
        )
        for number in range(draw(st.integers(1, 3)))
    )
    everyone = range(len(vehicles))
    tasks = tuple(
        Task(
            f"t{number}",
            load=(draw(st.sampled_from([0.0, 1.0])), draw(st.sampled_from([0.0, 2.5]))),
            ways=tuple(draw(st.lists(ways(), min_size=1, max_size=2))),
            price=draw(st.sampled_from([inf, 1000.0, 40.0])),
            vehicles=draw(st.none() | st.frozensets(st.sampled_from(everyone))),
            aboard_s=draw(st.sampled_from([inf, inf, 120.0])),
        )
        for number in range(draw(st.integers(0, 8)))
    )
    fewest, charging = draw(st.booleans()), frozenset({0} if draw(st.booleans()) else ())
    return Problem(types, vehicles, tasks, charging, fewest_vehicles=fewest)


def frozen(problem: Problem, routes: tuple[tuple[Visit, ...], ...], counts: list[int]) -> Problem:
    """The same problem with the first visits of each route frozen."""
    vehicles = tuple(
        replace(vehicle, frozen=route[:count])
        for vehicle, route, count in zip(problem.vehicles, routes, counts, strict=True)
    )
    return replace(problem, vehicles=vehicles)


def untimed(problem: Problem) -> Problem:
    """The same problem where neither hours nor lateness, watt-hours nor time aboard count."""
    return replace(
        problem,
        types=tuple(replace(kind, cost_per_s=0.0, battery_wh=inf) for kind in problem.types),
        vehicles=tuple(replace(vehicle, charge_wh=inf) for vehicle in problem.vehicles),
        tasks=tuple(
            replace(task, aboard_s=inf, ways=tuple(Way(_calm(w.pickup), _calm(w.dropoff)) for w in task.ways))
            for task in problem.tasks
        ),
    )


def _calm(stop: Stop | None) -> Stop | None:
    return stop and replace(stop, due_at_s=inf, late_cost_per_s=0.0)
