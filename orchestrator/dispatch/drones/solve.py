"""Solving a delivery instance in time: the short orders first, then ruin and recreate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.draws import Stream, stream
from orchestrator.dispatch.drones.inserting import Wanted
from orchestrator.dispatch.drones.plan import Plan, plan_for
from orchestrator.dispatch.drones.problem import Act, Command, Commands, Delivery, Order, Warehouse
from orchestrator.dispatch.drones.search import BUILD, IMPROVE, Desk, Heat, Plans, search
from orchestrator.dispatch.drones.tables import Tables, tables_of
from orchestrator.dispatch.pace import Pace
from orchestrator.dispatch.routing.solution import Until

HOT, COLD = 0.5, 0.01
"""Temperatures at the begin and the end, as shares of the turns an order takes on average by itself."""


SLACK = 1.4
"""Plans begin as if orders took so many times the turns that they take at least."""


@dataclass(slots=True)
class _Search:
    tables: Tables
    plans: Plans
    desk: Desk
    rng: Stream
    work_turns: Heat
    """How long an order takes on average, at least."""

    def go(self, aim: int, rounds: int = 1, hot: Heat = 1.0, cold: Heat = 1.0, first: int = 0) -> None:
        search(self.tables, self.plans, self.desk, self.rng, rounds, (hot, cold), aim, first)


def solve(problem: Delivery, until: Until, seed: int) -> Commands:
    """The commands of the best plan found in time: orders complete early, in sum.

    The same seed draws the same random numbers; how far it comes in a given time depends on the machine.
    """
    pace = Pace.until(until)
    one = _begin(problem, seed)
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
    work = _work_turns(problem, tables)
    by_work = np.argsort(work, kind="stable")
    aims = np.zeros(orders, np.int64)
    aims[by_work] = SLACK / problem.drones * np.cumsum(work[by_work])
    desk = Desk(
        by_work=by_work,
        out=np.zeros(orders + 1, np.int64),
        aims=aims,
        want=_wanted(tables, plan),
        rows=np.zeros(problem.drones, np.int64),
        orders=np.zeros(orders, np.int64),
    )
    return _Search(tables, Plans(plan, plan, plan), desk, stream(seed), float(work.mean()))


def _wanted(tables: Tables, plan: Plan) -> Wanted:
    warehouses, places = tables.away.shape
    return Wanted(
        order=0,
        by=0,
        most=np.zeros(warehouses, np.int64),
        best=np.zeros(3, np.int64),
        reach=np.zeros(places, np.int64),
        detour=np.zeros(plan.urgent.shape[1], np.int64),
    )


def _work_turns(problem: Delivery, tables: Tables) -> NDArray[np.float64]:
    """Turns that each order takes at least.

    Each item has its share, by weight, of the way there and back from the nearest warehouse that has it, and
    is loaded and handed over.
    """
    has = np.array([site.stock for site in problem.warehouses]) > 0
    work = np.zeros(len(problem.orders))
    for o, order in enumerate(problem.orders):
        products = [product for product, _ in order.wanted]
        weights = np.array([problem.weights[product] * count for product, count in order.wanted])
        away = tables.away[:, len(problem.warehouses) + o, None]
        nearest = np.where(has[:, products], away, problem.turns).min(axis=0)
        work[o] = (2.0 * nearest * weights / problem.payload + 2.0).sum()
    return work


def _improve(one: _Search, pace: Pace) -> None:
    """Work on the plan, cooling as the time goes."""
    plan = one.plans.work
    plan.changed[:], plan.altered[:] = 0, 0
    one.plans = Plans(plan, _copy(plan), _copy(plan))
    hot = HOT * one.work_turns
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
            for product, count, _ in plan.items[q, : plan.kinds[q]].tolist():
                moved[product] = moved.get(product, 0) + count
        yield from _stop(d, stop, moved)


def _stop(drone: int, stop: tuple[Act, int] | None, moved: dict[int, int]) -> Iterator[Command]:
    if stop is not None:
        for product, count in moved.items():
            yield Command(drone, stop[0], stop[1], product, count)
