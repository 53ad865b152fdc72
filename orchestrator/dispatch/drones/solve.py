"""Solving a delivery instance in time: the short orders first, then ruin and recreate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from orchestrator.dispatch.draws import Stream, stream
from orchestrator.dispatch.drones.plan import Plan, plan_for
from orchestrator.dispatch.drones.problem import Act, Command, Commands, Delivery, Order, Warehouse
from orchestrator.dispatch.drones.search import BUILD, IMPROVE, MEASURE, Desk, Heat, Plans, search
from orchestrator.dispatch.drones.tables import Tables, tables_of
from orchestrator.dispatch.pace import Pace
from orchestrator.dispatch.routing.solution import Until

HOT, COLD = 0.5, 0.01
"""Temperatures at the begin and the end, as shares of the turns an order takes on average by itself."""


@dataclass(slots=True)
class _Search:
    tables: Tables
    plans: Plans
    desk: Desk
    rng: Stream

    def go(self, aim: int, rounds: int = 1, hot: Heat = 1.0, cold: Heat = 1.0, first: int = 0) -> None:
        search(self.tables, self.plans, self.desk, self.rng, rounds, (hot, cold), aim, first)


def solve(problem: Delivery, until: Until, seed: int) -> Commands:
    """The commands of the best plan found in time: orders complete early, in sum.

    The same seed draws the same random numbers; how far it comes in a given time depends on the machine.
    """
    pace = Pace.until(until)
    one = _begin(problem, seed)
    one.go(MEASURE)
    one.desk.by_work[:] = np.argsort(one.desk.work_turns, kind="stable")
    first = 0
    while first < len(problem.orders) and (rounds := pace.next_turn()):
        one.go(BUILD, rounds, first=first)
        first += rounds
    _improve(one, pace)
    return tuple(_commands(one.tables, one.plans.best))


def prepare() -> None:
    """Compile what `solve` needs, where that has not been done on this machine."""
    orders = tuple(Order((k, 1), ((0, 1),)) for k in range(3))
    tiny = Delivery("", 5, 5, 2, 50, 2, (1,), (Warehouse((0, 0), (9,)),), orders)
    solve(tiny, Until(rounds=200), 1)


def _begin(problem: Delivery, seed: int) -> _Search:
    tables = tables_of(problem)
    plan, orders = plan_for(problem, tables), len(problem.orders)
    desk = Desk(
        work_turns=np.zeros(orders, np.int64),
        by_work=np.zeros(orders, np.int64),
        out=np.zeros(orders + 1, np.int64),
        left=np.zeros(plan.items.shape[1], np.int64),
        rows=np.zeros(problem.drones, np.int64),
        orders=np.zeros(orders, np.int64),
    )
    return _Search(tables, Plans(plan, plan, plan), desk, stream(seed))


def _improve(one: _Search, pace: Pace) -> None:
    """Work on the plan, cooling as the time goes."""
    plan = one.plans.work
    plan.changed[:], plan.altered[:] = 0, 0
    one.plans = Plans(plan, _copy(plan), _copy(plan))
    possible = one.desk.work_turns[one.desk.work_turns < 1 << 40]
    hot = HOT * (float(possible.mean()) if len(possible) else 1.0)
    begun = pace.done()
    while rounds := pace.next_turn():
        share, ahead = ((at - begun) / (1.0 - begun) for at in (pace.done(), pace.done_after(rounds)))
        one.go(IMPROVE, rounds, hot * (COLD / HOT) ** share, hot * (COLD / HOT) ** ahead)


def _copy(plan: Plan) -> Plan:
    return Plan._make(part.copy() for part in plan)


def _commands(tables: Tables, plan: Plan) -> Iterator[Command]:
    """Drone by drone; what several requests move at one stop becomes one command a product."""
    for d in range(len(plan.length)):
        stop: tuple[Act, int] | None = None
        moved: dict[int, int] = {}
        for event in plan.events[d, : plan.length[d]].tolist():
            q = event >> 1
            here = (Act.DELIVER, int(plan.order[q])) if event & 1 else (Act.LOAD, int(plan.origin[q]))
            if plan.complete[plan.order[q]] > tables.turns:
                continue
            if here != stop:
                yield from _stop(d, stop, moved)
                stop, moved = here, {}
            for product, count in plan.items[q, : plan.kinds[q]].tolist():
                moved[product] = moved.get(product, 0) + count
        yield from _stop(d, stop, moved)


def _stop(drone: int, stop: tuple[Act, int] | None, moved: dict[int, int]) -> Iterator[Command]:
    if stop is not None:
        for product, count in moved.items():
            yield Command(drone, stop[0], stop[1], product, count)
