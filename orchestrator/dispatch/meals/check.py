"""What a day came to, or what was not allowed: nothing here decides.

The conditions are those of section 2.1 of the paper, the times follow from what was told and when.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

from orchestrator.dispatch.formats.family import Outcome
from orchestrator.dispatch.meals.problem import Courier, Day, Meals, Minutes, Order, Spot, Task
from orchestrator.dispatch.routing.check import Broken


@dataclass(frozen=True, slots=True)
class Delivered:
    """When an order was picked up and handed over, and by whom."""

    order: Order
    picked_up: Minutes
    handed_over: Minutes
    courier: str


def check(problem: Meals, found: Day) -> Outcome | Broken:
    """The paper's measures (the score is the mean click-to-door time, in minutes), or all that is wrong."""
    told: dict[str, list[Task]] = {}
    for task in found.tasks:
        told.setdefault(task.courier, []).append(task)
    reasons = list(_unknown(problem, found))
    if reasons:
        return Broken(tuple(reasons))
    done: list[Delivered] = []
    way_m = 0.0
    for courier in problem.couriers:
        shift = _Shift(problem, courier)
        for task in told.get(courier.name, ()):
            reasons += (f"{courier.name}, {', '.join(task.orders)}: {why}" for why in shift.carry_out(task))
        done += shift.done
        way_m += shift.way_m
    if reasons:
        return Broken(tuple(reasons))
    return _outcome(problem, found, done, way_m)


def _unknown(problem: Meals, found: Day) -> Iterator[str]:
    orders, couriers = {order.name for order in problem.orders}, {one.name for one in problem.couriers}
    counts = Counter(name for task in found.tasks for name in task.orders)
    yield from (f"{name}: no such order" for name in sorted(set(counts) - orders))
    yield from (f"{name}: assigned {count} times" for name, count in sorted(counts.items()) if count > 1)
    for task in found.tasks:
        if task.courier not in couriers:
            yield f"{task.courier}: no such courier"
        if not task.orders:
            yield f"{task.courier}: told nothing at {task.told:g}"


class _Shift:
    """What one courier does, from place to place."""

    def __init__(self, problem: Meals, courier: Courier) -> None:
        self._problem = problem
        self._orders = {order.name: order for order in problem.orders}
        self._courier = courier
        self._at, self._free = courier.at, courier.on
        self.done: list[Delivered] = []
        self.way_m = 0.0

    def carry_out(self, task: Task) -> Iterator[str]:
        """Do a task; what is wrong with it."""
        rules = self._problem.rules
        orders = [self._orders[name] for name in task.orders]
        if task.told < self._free:
            yield f"told at {task.told:g}, free at {self._free:g}"
        if any(order.placed > task.told for order in orders):
            yield f"told at {task.told:g}, before it was placed"
        if len({order.restaurant for order in orders}) > 1:
            yield "from several restaurants"
        self._free = max(self._free, task.told)
        self._go(self._problem.restaurants[orders[0].restaurant])
        picked_up = max(self._free + rules.pickup_min / 2, *(order.ready for order in orders))
        if picked_up > self._courier.off:
            yield f"picked up at {picked_up:g}, off duty at {self._courier.off:g}"
        self._free = picked_up + rules.pickup_min / 2
        for order in orders:
            self._go(order.at)
            handed_over = self._free + rules.dropoff_min / 2
            self.done.append(Delivered(order, picked_up, handed_over, self._courier.name))
            self._free = handed_over + rules.dropoff_min / 2

    def _go(self, there: Spot) -> None:
        travel = self._problem.rules.travel(self._at, there)
        self.way_m += travel * self._problem.rules.speed_m_per_min
        self._free += travel
        self._at = there


def _outcome(problem: Meals, found: Day, done: list[Delivered], way_m: Minutes) -> Outcome:
    rules = problem.rules
    click = [one.handed_over - one.order.placed for one in done]
    ready = [one.handed_over - one.order.ready for one in done]
    waited = [one.picked_up - one.order.ready for one in done]
    each = Counter(one.courier for one in done)
    pay = [rules.pay(each[courier.name], courier) for courier in problem.couriers]
    on_time = sum(minutes <= rules.target_min for minutes in click)
    served = {one.order.name for one in done}
    unserved = tuple(order.name for order in problem.orders if order.name not in served)
    routes = {
        courier.name: [name for t in found.tasks if t.courier == courier.name for name in t.orders]
        for courier in problem.couriers
    }
    more = {
        "delivered": len(done),
        "click_to_door_min": _mean(click),
        "click_to_door_max_min": max(click, default=nan),
        "ready_to_door_min": _mean(ready),
        "ready_to_pickup_min": _mean(waited),
        "on_time": on_time / len(problem.orders) if problem.orders else 1.0,
        "late": len(done) - on_time,
        "overage_min": _mean([max(0.0, minutes - rules.target_min) for minutes in click]),
        "above_most": sum(minutes > rules.most_min for minutes in click),
        "cost": sum(pay),
        "cost_per_order": sum(pay) / len(done) if done else nan,
        "couriers": [name for name, orders in routes.items() if orders],
        "orders_per_task": len(done) / len(found.tasks) if found.tasks else nan,
        "slowest_decision_s": found.slowest_s,
    }
    used = tuple(tuple(orders) for orders in routes.values() if orders)
    return Outcome(len(used), way_m, used, _mean(click), unserved, more)


def _mean(minutes: list[Minutes]) -> Minutes:
    return statistics.fmean(minutes) if minutes else nan
