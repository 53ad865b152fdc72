"""Dispatching a day of meals: everything known is planned anew each minute, told as late as loses nothing.

A courier cannot be called back, so what is planned stays a plan until setting out a minute later would make
the pick-up later. Until then a better plan may come, and more orders of the restaurant may join.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from orchestrator.dispatch.draws import Stream, stream
from orchestrator.dispatch.meals.day import EVERY_MIN, OnDuty, View, minutes_of, unfold
from orchestrator.dispatch.meals.problem import Courier, Day, Meals, Order, Rules, Task
from orchestrator.dispatch.meals.search import improve
from orchestrator.dispatch.meals.tables import Plans, plans_for, scene_of
from orchestrator.dispatch.routing.solution import Until

SLOWEST_S = 0.8
"""No decision takes longer, whatever time there is."""

ROUNDS = 3000
"""A decision is not worked on any further than this."""

TURN = 50
"""Rounds between two looks at the clock."""

Improve: TypeAlias = Callable[[int], None]


def solve(problem: Meals, until: Until, seed: int) -> Day:
    """What is told on the day. No decision uses an order before it is placed."""
    planner = Planner(until, len(minutes_of(problem)), stream(seed))
    tasks = unfold(problem, planner.decide)
    return Day(tasks, planner.slowest_s)


def prepare() -> None:
    """Compile what `solve` needs, where that has not been done on this machine."""
    rules = Rules(1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0)
    order = Order("o", (0.0, 0.0), 0.0, "r", 0.0)
    tiny = Meals("", {"r": (0.0, 0.0)}, (order,), (Courier("c", (0.0, 0.0), 0.0, 9.0),), rules)
    solve(tiny, Until(rounds=1), 1)


@dataclass(slots=True)
class Planner:
    """Plans, and remembers its plans from one decision to the next: courier -> tasks, each some orders."""

    until: Until
    decisions: int
    rng: Stream
    slowest_s: float = 0.0
    plan: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    _seen: tuple[object, ...] = ()

    def decide(self, view: View) -> Sequence[Task]:
        """Who is told what now."""
        began_s = self.until.clock()
        self.decisions = max(1, self.decisions - 1)
        seen = (
            tuple(order.name for order in view.open_orders),
            tuple((one.courier.name, one.free) for one in view.couriers),
        )
        if seen != self._seen:
            self._seen = seen
            self._replan(view, began_s)
        told = [task for one in view.couriers if (task := self._due(view, one)) is not None]
        self.slowest_s = max(self.slowest_s, self.until.clock() - began_s)
        return told

    def _due(self, view: View, one: OnDuty) -> Task | None:
        """The first task planned for a courier, if it must set out now."""
        tasks = self.plan.get(one.courier.name)
        if not tasks or one.free > view.now:
            return None
        known = {order.name: order for order in view.open_orders}
        orders = [known[name] for name in tasks[0]]
        there = view.restaurants[orders[0].restaurant]
        arrival = view.now + EVERY_MIN + view.rules.travel(one.at, there) + view.rules.pickup_min / 2
        if arrival <= max(order.ready for order in orders) and arrival <= one.courier.off:
            return None
        return Task(view.now, one.courier.name, tasks[0])

    def _replan(self, view: View, began_s: float) -> None:
        orders = sorted(view.open_orders, key=lambda order: (order.placed, order.name))
        fleet = list(view.couriers)
        where = [(one.courier, one.at, max(one.free, view.now), one.done) for one in fleet]
        scene = scene_of(where, orders, dict(view.restaurants), view.rules)
        best = self._as_before(fleet, orders)
        room = plans_for(len(fleet), len(orders)), plans_for(len(fleet), len(orders))
        self._work(began_s, lambda rounds: improve(scene, *room, best, rounds, self.rng))
        self.plan = {one.courier.name: _tasks(best, c, orders) for c, one in enumerate(fleet)}

    def _work(self, began_s: float, go: Improve) -> None:
        """As many turns as this decision's share of the time allows; at least one."""
        timed = self.until.at_s < float("inf")
        share_s = min(SLOWEST_S, 3.0 * (self.until.at_s - began_s) / self.decisions) if timed else 0.0
        most = ROUNDS if self.until.rounds is None else min(ROUNDS, self.until.rounds)
        done = 0
        while True:
            rounds = min(TURN, most - done)
            go(rounds)
            done += rounds
            if done >= most or (timed and self.until.clock() - began_s > share_s):
                return

    def _as_before(self, fleet: Sequence[OnDuty], orders: Sequence[Order]) -> Plans:
        """The plans so far, without what has been told since."""
        plans = plans_for(len(fleet), len(orders))
        number = {order.name: o for o, order in enumerate(orders)}
        for c, one in enumerate(fleet):
            for task in self.plan.get(one.courier.name, ()):
                for k, name in enumerate(name for name in task if name in number):
                    at = plans.length[c]
                    plans.rows[c, at], plans.joined[c, at] = number[name], int(k > 0)
                    plans.length[c], plans.keeper[number[name]] = at + 1, c
        return plans


def _tasks(plans: Plans, c: int, orders: Sequence[Order]) -> list[tuple[str, ...]]:
    tasks: list[list[str]] = []
    for k in range(int(plans.length[c])):
        name = orders[plans.rows[c, k]].name
        if plans.joined[c, k] and tasks:
            tasks[-1].append(name)
        else:
            tasks.append([name])
    return [tuple(task) for task in tasks]
