from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from orchestrator.dispatch.routing.check import Broken, Figures, figures
from orchestrator.dispatch.routing.problem import Problem, Stop, Task, Vehicle, VehicleType, Visit, Way
from orchestrator.dispatch.routing.solution import Solution
from orchestrator.dispatch.routing.timetable import timetable

LINE_M = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0))) * 100.0
"""Five places on a line, 100 m and 10 s and 5 Wh apart."""

KIND = VehicleType("drone", LINE_M / 10.0, LINE_M, LINE_M / 20.0, (2.0,), cost_per_m=1.0)
A = Task("a", (1.0,), (Way(Stop(1), Stop(3, service_s=5.0)),))
B = Task("b", (1.0,), (Way(None, Stop(2)), Way(None, Stop(4))))
VEHICLES = (Vehicle("v", 0, 0, end=0), Vehicle("w", 0, 0, end=0))
PROBLEM = Problem((KIND,), VEHICLES, (A, B))
PICK, DROP, GIVE = Visit(0, 0, pickup=True), Visit(0, 0, pickup=False), Visit(1, 0, pickup=False)
GOOD = Solution(((PICK, GIVE, DROP), ()), ())


def reasons(problem: Problem, *routes: tuple[Visit, ...], left: tuple[int, ...] = ()) -> str:
    found = figures(problem, Solution(routes, left))
    return "; ".join(found.reasons) if isinstance(found, Broken) else ""


def test_a_good_plan_has_its_distance_times_and_cost() -> None:
    found = figures(PROBLEM, GOOD)
    assert isinstance(found, Figures)
    assert (found.vehicles, found.distance_m, found.energy_wh, found.cost) == (1, 600.0, 30.0, 600.0)
    assert [call.begins_at_s for call in found.timetables[0].calls] == [10.0, 20.0, 30.0]
    assert found.timetables[0].ends_at_s == 30.0 + 5.0 + 30.0


@pytest.mark.parametrize(
    ("routes", "left", "said"),
    [
        (((DROP, PICK, GIVE), ()), (), "a: v does"),
        (((PICK, GIVE), (DROP,)), (), "a: v does"),
        (((PICK, DROP), ()), (), "b: done 0 times, left out 0 times"),
        (((PICK, DROP, GIVE), ()), (1,), "b: done 1 times, left out 1 times"),
        (((PICK, DROP), (GIVE, GIVE)), (), "b: w does"),
        (((PICK, DROP, Visit(1, 2, pickup=False)), ()), (), "b: done in no way"),
        (((PICK, DROP, Visit(7, 0, pickup=False)), ()), (1,), "a visit of no task"),
        (((PICK, DROP, GIVE),), (), "1 routes for 2 vehicles"),
    ],
)
def test_tasks_are_done_once_whole_and_in_order(
    routes: tuple[tuple[Visit, ...], ...], left: tuple[int, ...], said: str
) -> None:
    assert said in reasons(PROBLEM, *routes, left=left)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (replace(PROBLEM, types=(replace(KIND, capacity=(1.0,)),)), "v: carries [2.0] after a"),
        (replace(PROBLEM, tasks=(A, replace(B, ways=(Way(None, Stop(2, 0.0, 19.0)),)))), "b: begins at 20 s"),
        (replace(PROBLEM, tasks=(replace(A, aboard_s=19.0), B)), "a: aboard for more than 19 s"),
        (replace(PROBLEM, tasks=(replace(A, vehicles=frozenset({1})), B)), "a: v may not do it"),
        (replace(PROBLEM, vehicles=(replace(VEHICLES[0], end_by_s=64.0), VEHICLES[1])), "v: ends at 65 s"),
        (replace(PROBLEM, vehicles=(replace(VEHICLES[0], frozen=(GIVE,)), VEHICLES[1])), "frozen"),
        (replace(PROBLEM, vehicles=(replace(VEHICLES[0], charge_wh=29.0), VEHICLES[1])), "v: 30 Wh"),
        (replace(PROBLEM, types=(replace(KIND, battery_wh=29.0),)), "v: 30 Wh"),
    ],
)
def test_what_a_vehicle_cannot_do_is_said(changed: Problem, said: str) -> None:
    assert reasons(PROBLEM, *GOOD.routes) == ""
    assert said in reasons(changed, *GOOD.routes)


def test_it_charges_what_it_needs_where_it_stops() -> None:
    kind = replace(KIND, battery_wh=25.0, charge_w=3600.0, swap_s=7.0)
    table = timetable(replace(PROBLEM, types=(kind,), charging=frozenset({2})), 0, GOOD.routes[0])
    call = table.calls[1]
    assert table.broken == ()  # 10 Wh to the charger and 20 beyond: neither is more than the battery holds
    # 5 Wh to the pick-up and 5 to place 2 leave 15; from there it is 5 and then 15 to the end.
    assert (call.arrives_at_s, call.charged_wh, call.begins_at_s) == (20.0, 5.0, 20.0 + 7.0 + 5.0)


def test_lateness_waiting_and_hours_are_paid() -> None:
    late = replace(B, ways=(Way(None, Stop(2, 50.0, inf, 0.0, 45.0, 2.0)),))
    problem = replace(PROBLEM, types=(replace(KIND, cost_per_s=1.0),), tasks=(A, late))
    table = timetable(problem, 0, (PICK, GIVE, DROP))
    assert table.leaves_at_s == 0.0
    assert table.cost == 600.0 + (50.0 + 10.0 + 5.0 + 30.0) + 5.0 * 2.0
    held = timetable(problem, 0, (GIVE, PICK, DROP))
    assert held.cost == 800.0 + (115.0 - 30.0) + 5.0 * 2.0
    assert held.leaves_at_s == 30.0  # it waits at home for a first stop that is not open yet, unpaid


def test_what_is_left_out_costs_its_price() -> None:
    problem = replace(PROBLEM, tasks=(A, replace(B, price=70.0)))
    found = figures(problem, Solution(((PICK, DROP), ()), (1,)))
    assert isinstance(found, Figures)
    assert found.cost == 670.0


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: replace(KIND, distance_m=LINE_M[:4]), "distance_m"),
        (lambda: replace(KIND, duration_s=LINE_M - 1.0), "duration_s"),
        (lambda: replace(KIND, capacity=(-1.0,)), "capacity"),
        (lambda: replace(PROBLEM, tasks=(replace(A, load=(1.0, 1.0)),)), "a: load: 2 dimensions"),
        (lambda: replace(PROBLEM, tasks=(replace(A, vehicles=frozenset({5})),)), "a: vehicles"),
        (lambda: replace(PROBLEM, tasks=(replace(A, ways=(Way(None, Stop(9)),)),)), "a: place: 9"),
        (lambda: Stop(0, 5.0, 4.0), "closes_at_s"),
        (lambda: Way(None, None), "a way needs a stop"),
        (lambda: replace(PROBLEM, vehicles=(replace(VEHICLES[0], frozen=(PICK, PICK)),)), "there twice"),
    ],
)
def test_bad_values_are_refused_when_built(build: object, said: str) -> None:
    assert callable(build)
    with pytest.raises(ValueError, match=said):
        build()
