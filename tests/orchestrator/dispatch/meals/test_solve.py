from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from orchestrator.dispatch.draws import stream
from orchestrator.dispatch.formats import mdrp
from orchestrator.dispatch.formats.family import Outcome
from orchestrator.dispatch.meals.check import check
from orchestrator.dispatch.meals.day import View, unfold
from orchestrator.dispatch.meals.problem import Day, Meals, Order, Task
from orchestrator.dispatch.meals.solve import Planner, solve
from orchestrator.dispatch.routing.solution import Until
from tests.orchestrator.dispatch.meals.streets import TEXTS, street

ROUNDS = Until(rounds=150)


def outcome_of(problem: Meals, day: Day) -> Outcome:
    outcome = check(problem, day)
    assert isinstance(outcome, Outcome), outcome
    return outcome


def test_the_courier_sets_out_when_waiting_would_make_the_pick_up_later() -> None:
    """A minute to r1 and two to walk in: the first meal is ready at 110, so c1 sets out at 107."""
    problem = mdrp.parse(TEXTS)
    alone = replace(problem, orders=problem.orders[:1])
    assert solve(alone, ROUNDS, 1).tasks == (Task(107, "c1", ("o1",)),)


def test_orders_of_one_restaurant_go_together_when_only_one_courier_is_there() -> None:
    problem = mdrp.parse(TEXTS)
    near = replace(problem.orders[1], at=(3200.0, 320.0), ready=110)
    one = replace(problem, orders=(problem.orders[0], near), couriers=problem.couriers[:1])
    (task,) = solve(one, ROUNDS, 1).tasks
    assert set(task.orders) == {"o1", "o2"}


@pytest.mark.parametrize("seed", range(3))
def test_drawn_days_are_delivered_whole(seed: int) -> None:
    problem = street(seed, 60, 8)
    outcome = outcome_of(problem, solve(problem, ROUNDS, 1))
    assert outcome.unserved == ()
    assert outcome.more["above_most"] == 0


def test_nothing_is_known_before_it_is_placed() -> None:
    """A day that differs only later is the same until then."""
    problem = street(4, 40, 6)
    cut = problem.orders[25].placed
    early = tuple(order for order in problem.orders if order.placed < cut)
    moved = tuple(replace(order, at=(0.0, 0.0)) for order in problem.orders if order.placed >= cut)
    one, other = (
        solve(replace(problem, orders=orders), ROUNDS, 1) for orders in (early + moved, problem.orders)
    )
    assert [task for task in one.tasks if task.told < cut] == [
        task for task in other.tasks if task.told < cut
    ]
    assert one.tasks != other.tasks


def test_every_view_holds_placed_orders_only() -> None:
    problem = street(5, 30, 4)
    planner = Planner(ROUNDS, 100, stream(1))
    seen: list[tuple[float, Order]] = []

    def decide(view: View) -> Sequence[Task]:
        seen.extend((view.now, order) for order in view.open_orders)
        return planner.decide(view)

    unfold(problem, decide)
    assert {order.name for _, order in seen} == {order.name for order in problem.orders}
    assert all(order.placed <= now for now, order in seen)


def test_searching_beats_the_first_fit() -> None:
    days = [street(seed, 80, 7) for seed in range(3)]
    first = [outcome_of(day, solve(day, Until(rounds=0), 1)).score for day in days]
    searched = [outcome_of(day, solve(day, Until(rounds=300), 1)).score for day in days]
    assert sum(searched) < sum(first)


def test_nobody_on_duty_leaves_all_orders() -> None:
    problem = replace(street(1, 5, 1), couriers=())
    assert len(outcome_of(problem, solve(problem, ROUNDS, 1)).unserved) == 5


def test_no_orders_no_tasks() -> None:
    problem = replace(street(1, 5, 1), orders=())
    assert solve(problem, ROUNDS, 1).tasks == ()


def test_rounds_alone_make_equal_days_equal() -> None:
    problem = street(6, 40, 5)
    assert solve(problem, ROUNDS, 3).tasks == solve(problem, ROUNDS, 3).tasks
