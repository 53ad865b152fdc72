from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.dispatch.routing.check import Figures, figures
from orchestrator.dispatch.routing.problem import Problem
from orchestrator.dispatch.routing.search.facts import facts_of
from orchestrator.dispatch.routing.search.kernels import rounds
from orchestrator.dispatch.routing.search.kernels.board import TOTAL
from orchestrator.dispatch.routing.search.nodes import Nodes
from orchestrator.dispatch.routing.search.plan import plan_of, solution_of
from orchestrator.dispatch.routing.search.solver import RuinAndRecreate
from orchestrator.dispatch.routing.search.warm import warm
from orchestrator.dispatch.routing.solution import Solution, Until
from tests.orchestrator.dispatch.routing_problems import frozen, problems

ROUNDS = Until(rounds=60)
SOLVER = RuinAndRecreate()


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


@settings(deadline=None, max_examples=30)
@given(problems())
def test_the_search_reckons_the_cost_that_the_checker_finds(problem: Problem) -> None:
    problem = replace(problem, fewest_vehicles=False)
    if not problem.tasks:
        return
    nodes = Nodes(problem)
    facts = facts_of(problem, nodes)
    plan = plan_of(problem, nodes, facts, 1, None)
    rounds.start(facts, plan)
    rounds.cheaper(facts, plan, 60)
    rounds.recall(facts, plan)
    solution = solution_of(problem, nodes, plan)
    musts = sum(problem.tasks[task].price == float("inf") for task in solution.left_out)
    assert good(problem, solution).cost == pytest.approx(plan.level[TOTAL] - musts * 1e9, abs=1e-3)


@settings(deadline=None, max_examples=30)
@given(problems(), st.data())
def test_frozen_visits_stay_and_what_they_began_is_ended(problem: Problem, data: st.DataObject) -> None:
    first = SOLVER.solve(problem, ROUNDS, 1)
    counts = [data.draw(st.integers(0, len(route))) for route in first.routes]
    under_way = frozen(problem, first.routes, counts)
    for start in (None, first):
        later = SOLVER.solve(under_way, ROUNDS, 2, start)
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
