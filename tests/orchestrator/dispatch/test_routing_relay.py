from __future__ import annotations

from dataclasses import replace
from itertools import count
from math import inf

import pytest

from benchmarks.dispatch_made import made_pairs, made_windows
from orchestrator.dispatch.routing import local_search
from orchestrator.dispatch.routing.check import Figures, figures
from orchestrator.dispatch.routing.problem import Problem, Way
from orchestrator.dispatch.routing.relay import Relay, goes_on
from orchestrator.dispatch.routing.search.solver import RuinAndRecreate
from orchestrator.dispatch.routing.solution import Solution, Until

MANY = made_windows(40, 1)


def looks(number: int) -> Until:
    """Until the clock was looked at so many times."""
    ticks = count()
    return Until(at_s=float(number), clock=lambda: float(next(ticks)))


def good(problem: Problem, solution: Solution) -> Figures:
    found = figures(problem, solution)
    assert isinstance(found, Figures), found.reasons
    assert not solution.left_out
    return found


def begun(problem: Problem) -> Solution:
    return RuinAndRecreate().solve(problem, Until(rounds=1), 1)


def later(problem: Problem) -> Problem:
    """The same, an hour later, in two dimensions, for collecting, with an end elsewhere."""
    kind = replace(problem.types[0], capacity=(200.0, 7.5))
    moved = []
    for task in problem.tasks:
        stop = task.ways[0].dropoff
        assert stop is not None
        stop = replace(stop, opens_at_s=stop.opens_at_s + 3600.0, closes_at_s=stop.closes_at_s + 3600.0)
        moved.append(replace(task, load=(*task.load, 1.5), ways=(Way(stop, None),)))
    fleet = tuple(replace(v, start_at_s=3600.0, end_by_s=5800.0, end=3) for v in problem.vehicles)
    return replace(problem, types=(kind,), vehicles=fleet, tasks=tuple(moved))


@pytest.mark.parametrize("problem", [MANY, later(MANY)], ids=["deliveries", "collections"])
def test_a_plan_is_made_better_and_holds(problem: Problem) -> None:
    first = begun(problem)
    found = good(problem, local_search.improved(problem, first, looks(300), 1))
    assert found.cost < 0.99 * good(problem, first).cost


def test_vehicles_end_where_they_should() -> None:
    data = local_search._data(later(MANY))
    (vehicles,) = data.vehicle_types()
    assert [data.depots()[depot].location for depot in (vehicles.start_depot, vehicles.end_depot)] == [0, 3]


def test_a_plan_that_does_not_hold_or_is_no_better_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    first = begun(MANY)
    swapped = Solution((first.routes[0] * 2, *first.routes[1:]), ())
    torn = Solution(((), *first.routes[1:]), tuple(sorted(visit.task for visit in first.routes[0])))
    for plan in (swapped, torn, first):
        monkeypatch.setattr(local_search, "_read", lambda *_, plan=plan: plan)
        assert local_search.improved(MANY, first, looks(3), 1) == first


def test_only_plain_problems_are_handed_on() -> None:
    van, task = MANY.vehicles[0], MANY.tasks[0]
    kind = MANY.types[0]
    others = {
        "time costs": replace(MANY, types=(replace(kind, cost_per_s=1.0),)),
        "batteries": replace(MANY, types=(replace(kind, battery_wh=50.0),)),
        "pairs": replace(made_pairs(5, 1), fewest_vehicles=False),
        "fewest vehicles": replace(MANY, fewest_vehicles=True),
        "another start": replace(MANY, vehicles=(*MANY.vehicles, replace(van, start_at_s=5.0))),
        "open end": replace(MANY, vehicles=tuple(replace(v, end=None) for v in MANY.vehicles)),
        "optional": replace(MANY, tasks=(replace(task, price=5.0), *MANY.tasks[1:])),
        "bound": replace(MANY, tasks=(replace(task, vehicles=frozenset({1})), *MANY.tasks[1:])),
        "two ways": replace(MANY, tasks=(replace(task, ways=task.ways * 2), *MANY.tasks[1:])),
    }
    assert goes_on(MANY)
    assert [name for name, problem in others.items() if goes_on(problem)] == []


def test_pyvrp_goes_on_in_long_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def improved(_: Problem, solution: Solution, until: Until, seed: int) -> Solution:
        asked.append((until.clock() < 0.7 * until.at_s, seed))
        return solution

    monkeypatch.setattr(local_search, "improved", improved)
    good(MANY, Relay(long_route=0).solve(MANY, looks(400), 3))
    assert asked == [(True, 3)]
    Relay(long_route=0).solve(MANY, Until(at_s=inf, rounds=20), 3)
    Relay(long_route=1000).solve(MANY, looks(400), 3)
    assert len(asked) == 1


def test_a_search_by_rounds_gives_what_ruin_and_recreate_gives() -> None:
    until = Until(rounds=20)
    assert Relay(long_route=0).solve(MANY, until, 3) == RuinAndRecreate(long_route=0).solve(MANY, until, 3)
