from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.dispatch_made import made_pairs, made_windows
from orchestrator.dispatch.routing.check import Figures, figures
from orchestrator.dispatch.routing.problem import (
    Problem,
    Stop,
    Task,
    Vehicle,
    VehicleType,
    Visit,
    Way,
)
from orchestrator.dispatch.routing.search.facts import facts_of
from orchestrator.dispatch.routing.search.kernels import rounds
from orchestrator.dispatch.routing.search.kernels.board import BESIDE, TIMED, TOTAL
from orchestrator.dispatch.routing.search.nodes import Nodes
from orchestrator.dispatch.routing.search.plan import plan_of, solution_of
from orchestrator.dispatch.routing.search.solver import RuinAndRecreate
from orchestrator.dispatch.routing.search.warm import warm
from orchestrator.dispatch.routing.solution import Solution, Until
from tests.orchestrator.dispatch.routing_problems import frozen, problems, untimed

ROUNDS = Until(rounds=60)
SOLVER = RuinAndRecreate()
LONG = RuinAndRecreate(long_route=0)
"""As if all routes were long, so that places are looked for beside near stops."""
TAILS = RuinAndRecreate(tails_frac=1.0)
"""With tails exchanged in every round."""


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    warm()


def good(problem: Problem, solution: Solution) -> Figures:
    found = figures(problem, solution)
    assert isinstance(found, Figures), found.reasons
    return found


def worth(problem: Problem, solution: Solution) -> tuple[int, float]:
    """Must-do tasks left out first, then cost."""
    left = sum(problem.tasks[task].price == float("inf") for task in solution.left_out)
    return left, good(problem, solution).cost


@settings(deadline=None, max_examples=50)
@given(problems(), st.integers(0, 3))
def test_every_plan_holds_for_the_checker(problem: Problem, seed: int) -> None:
    good(problem, SOLVER.solve(problem, ROUNDS, seed))


@settings(deadline=None, max_examples=50)
@given(problems().map(untimed), st.integers(0, 3))
def test_every_plan_of_long_routes_holds_for_the_checker(problem: Problem, seed: int) -> None:
    good(problem, LONG.solve(problem, ROUNDS, seed))


@settings(deadline=None, max_examples=50)
@given(problems() | problems().map(untimed), st.integers(0, 3))
def test_every_plan_of_exchanged_tails_holds_for_the_checker(problem: Problem, seed: int) -> None:
    good(problem, TAILS.solve(problem, ROUNDS, seed))


def test_exchanged_tails_overload_nobody_where_every_route_is_dear() -> None:
    at = np.vstack([[0.0, 0.0], np.random.default_rng(1).uniform(1000.0, 1010.0, (16, 2))])
    away = np.sqrt(((at[:, None] - at[None]) ** 2).sum(axis=2))
    van = VehicleType("van", away, away, away, (9.0,), cost_per_m=1.0)
    tasks = tuple(Task(str(n), (8.0 if n % 2 else 0.5,), (Way(None, Stop(n)),)) for n in range(1, 17))
    problem = Problem((van,), tuple(Vehicle(str(n), 0, 0, end=0) for n in range(12)), tasks)
    assert good(problem, TAILS.solve(problem, Until(rounds=20_000), 1)).vehicles == 8


def test_exchanged_tails_part_no_pairs() -> None:
    problem = replace(made_pairs(60, 3), fewest_vehicles=False)
    good(problem, TAILS.solve(problem, Until(rounds=500), 1))


def test_a_slower_vehicle_takes_no_tail_that_it_is_late_for() -> None:
    at = np.array([0.0, *(100.0 + 10.0 * n for n in range(10))])
    away = np.abs(at[:, None] - at)
    quick, slow = (
        VehicleType(name, away * f, away, away, (99.0,), cost_per_m=1.0)
        for name, f in (("q", 1.0), ("s", 2.0))
    )
    stops = [Stop(n + 1, 0.0, 215.0 + 10.0 * n) for n in range(10)]
    by = (None, *[frozenset({0, 1})] * 9)
    tasks = tuple(Task(str(n), (1.0,), (Way(None, stops[n]),), vehicles=by[n]) for n in range(10))
    fleet = (
        Vehicle("quick", 0, 0, end=0, fixed_cost=500.0),
        Vehicle("slow", 1, 0, end=0),
        Vehicle("for the first", 0, 0, end=0),
    )
    problem = Problem((quick, slow), fleet, tasks)
    start = Solution((tuple(Visit(n, 0, pickup=False) for n in range(10)), (), ()), ())
    assert good(problem, TAILS.solve(problem, Until(rounds=20_000), 1, start)).vehicles == 1


@pytest.mark.parametrize("problem", [made_pairs(60, 3), made_windows(60, 3)], ids=["pairs", "customers"])
def test_places_beside_near_stops_are_as_good_as_all_places(problem: Problem) -> None:
    wide = replace(
        problem, tasks=tuple(_with_wide_windows(task) for task in problem.tasks), fewest_vehicles=False
    )
    exact, near = (good(wide, solver.solve(wide, Until(rounds=4000), 1)).cost for solver in (SOLVER, LONG))
    assert near < 1.05 * exact


def _with_wide_windows(task: Task) -> Task:
    (way,) = task.ways
    stops = (stop and replace(stop, opens_at_s=0.0, closes_at_s=1500.0) for stop in (way.pickup, way.dropoff))
    return replace(task, ways=(Way(*stops),), load=(1.0,))


@settings(deadline=None, max_examples=30)
@given(problem=problems() | problems().map(untimed), beside=st.booleans())
def test_the_search_reckons_the_cost_that_the_checker_finds(problem: Problem, *, beside: bool) -> None:
    problem = replace(problem, fewest_vehicles=False)
    if not problem.tasks:
        return
    nodes = Nodes(problem)
    facts = facts_of(problem, nodes)
    plan = plan_of(problem, nodes, facts, 1, None)
    plan.state[BESIDE] = beside and not plan.state[TIMED]
    rounds.work(facts, plan, rounds.BEGIN, 1, 0)
    rounds.work(facts, plan, rounds.CHEAPER, 60, 0)
    rounds.recall(facts, plan, keep_closed=False)
    solution = solution_of(problem, nodes, plan)
    musts = sum(problem.tasks[task].price == float("inf") for task in solution.left_out)
    assert good(problem, solution).cost == pytest.approx(plan.level[TOTAL] - musts * 1e9, abs=1e-3)


@settings(deadline=None, max_examples=30)
@given(problems() | problems().map(untimed), st.data(), st.sampled_from([SOLVER, LONG, TAILS]))
def test_frozen_visits_stay_and_what_they_began_is_ended(
    problem: Problem, data: st.DataObject, solver: RuinAndRecreate
) -> None:
    first = SOLVER.solve(problem, ROUNDS, 1)
    counts = [data.draw(st.integers(0, len(route))) for route in first.routes]
    under_way = frozen(problem, first.routes, counts)
    for start in (None, first):
        later = solver.solve(under_way, ROUNDS, 2, start)
        for vehicle, route in zip(under_way.vehicles, later.routes, strict=True):
            assert route[: len(vehicle.frozen)] == vehicle.frozen
        if start is not None:
            good(under_way, later)


@settings(deadline=None, max_examples=20)
@given(problems())
def test_a_plan_to_start_from_is_never_bettered_by_a_worse_one(problem: Problem) -> None:
    first = SOLVER.solve(problem, ROUNDS, 1)
    second = SOLVER.solve(problem, Until(rounds=5), 2, first)
    if not problem.fewest_vehicles:
        left, cost = worth(problem, second)
        left_before, cost_before = worth(problem, first)
        assert (left, cost) <= (left_before, cost_before + 1e-6)


@settings(deadline=None, max_examples=20)
@given(problems())
def test_the_same_seed_gives_the_same_plan(problem: Problem) -> None:
    assert SOLVER.solve(problem, ROUNDS, 5) == SOLVER.solve(problem, ROUNDS, 5)


@settings(deadline=None, max_examples=20)
@given(problems())
def test_names_do_not_matter(problem: Problem) -> None:
    renamed = replace(
        problem,
        tasks=tuple(replace(task, task_id=f"z{n}") for n, task in enumerate(problem.tasks)),
        vehicles=tuple(replace(v, vehicle_id=f"y{n}") for n, v in enumerate(problem.vehicles)),
    )
    assert SOLVER.solve(problem, ROUNDS, 5) == SOLVER.solve(renamed, ROUNDS, 5)


@pytest.mark.parametrize("solver", [SOLVER, LONG], ids=["all places", "near places"])
def test_what_was_picked_up_is_dropped_off_before_others_count_on_its_room(solver: RuinAndRecreate) -> None:
    at = np.arange(6) * 10.0
    away = np.abs(at[:, None] - at)
    van = VehicleType("van", away, away, away, (2.0,), cost_per_m=1.0)
    ways = [(0, 3), (0, 4), (2, 5), (1, 5), (1, 0), (3, 1)]
    tasks = tuple(Task(str(n), (1.0,), (Way(Stop(a), Stop(b)),)) for n, (a, b) in enumerate(ways))
    aboard = (Visit(0, 0, pickup=True), Visit(1, 0, pickup=True))
    problem = Problem((van,), (Vehicle("full", 0, 0, frozen=aboard),), tasks)
    for seed in range(5):
        assert good(problem, solver.solve(problem, Until(rounds=200), seed)).cost == 130.0
