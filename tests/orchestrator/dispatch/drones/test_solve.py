from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.dispatch.drones.check import check
from orchestrator.dispatch.drones.problem import Commands, Delivery, Order, Warehouse, flight, points
from orchestrator.dispatch.drones.solve import solve
from orchestrator.dispatch.formats import hashcode
from orchestrator.dispatch.formats.family import Outcome
from orchestrator.dispatch.routing.solution import Until
from tests.orchestrator.dispatch.drones.grids import EXAMPLE, grid


def outcome_of(problem: Delivery, found: Commands) -> Outcome:
    outcome = check(problem, found)
    assert isinstance(outcome, Outcome), outcome
    return outcome


def test_the_contests_example_is_solved_as_well_as_it_can_be() -> None:
    """One drone each: 0 by both warehouses in 11 (or 18), 1 from the first, 2 from the second."""
    problem = hashcode.parse(EXAMPLE)
    outcome = outcome_of(problem, solve(problem, Until(rounds=2000), 1))
    assert outcome.score == 238
    assert outcome.unserved == ()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("warehouses", [1, 4])
def test_drawn_grids_are_carried_out_and_gain_by_searching(seed: int, warehouses: int) -> None:
    problem = grid(seed, 60, warehouses=warehouses)
    begun = outcome_of(problem, solve(problem, Until(rounds=60), 1))
    gone_on = outcome_of(problem, solve(problem, Until(rounds=3000), 1))
    assert gone_on.score > begun.score
    assert gone_on.unserved == ()
    bound = sum(
        points(problem.turns, min(flight(site.at, order.at) for site in problem.warehouses) + 1)
        for order in problem.orders
    )
    assert gone_on.score <= bound


def test_an_order_without_stock_is_left_and_spoils_nothing() -> None:
    problem = grid(1, 30)
    wanting = replace(problem, orders=(*problem.orders, Order((1, 1), ((0, 9999),))))
    outcome = outcome_of(wanting, solve(wanting, Until(rounds=1500), 1))
    assert outcome.unserved == (30,)


def test_too_few_turns_leave_orders_out() -> None:
    problem = replace(grid(2, 60), turns=150)
    outcome = outcome_of(problem, solve(problem, Until(rounds=1500), 1))
    assert outcome.unserved
    assert outcome.score > 0


def test_one_drone_and_one_order_are_enough() -> None:
    problem = replace(grid(3, 1), drones=1, turns=1000)
    assert outcome_of(problem, solve(problem, Until(rounds=10), 1)).unserved == ()


def test_rounds_alone_make_equal_searches_equal() -> None:
    problem = grid(4, 40)
    assert solve(problem, Until(rounds=500), 3) == solve(problem, Until(rounds=500), 3)


def test_the_end_is_kept() -> None:
    now = [0.0]

    def clock() -> float:
        now[0] += 0.06  # a little more than a turn may take
        return now[0]

    solve(grid(5, 40), Until(6.0, clock=clock), 1)
    assert 5.9 <= now[0] < 6.5


@pytest.mark.parametrize("orders", [1, 2, 3, 7])
def test_one_drone_carries_all_single_items_one_after_the_other(orders: int) -> None:
    """Then its plan is as long as any can be: each item is picked up and handed over by itself."""
    doors = tuple(Order((n, 3), ((0, 1),)) for n in range(orders))
    problem = replace(grid(1, 1), weights=(5,), warehouses=(Warehouse((0, 0), (orders,)),), orders=doors)
    problem = replace(problem, drones=1, turns=1000)
    outcome = outcome_of(problem, solve(problem, Until(rounds=50), 1))
    assert outcome.unserved == ()


def test_what_an_order_leaves_of_a_trip_is_filled_with_part_of_another() -> None:
    """Seven full trips, where two of 240, one of 160 and five for the last order would be eight."""
    far = [(0, 100), (1, 100), (2, 100)]
    wanted = [((0, 2),), ((1, 2),), ((2, 5),)]
    doors = tuple(Order(at, each) for at, each in zip(far, wanted, strict=True))
    problem = replace(grid(1, 1), weights=(120, 80, 200), orders=doors, drones=1, turns=5000)
    problem = replace(problem, columns=101, warehouses=(Warehouse((0, 0), (2, 2, 5)),))
    outcome = outcome_of(problem, solve(problem, Until(rounds=500), 1))
    assert outcome.unserved == ()
    assert outcome.distance < 14 * 100
