"""A day as it unfolds: at each minute something may be decided, from what is known then and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from orchestrator.dispatch.meals.problem import Courier, Meals, Minutes, Order, Rules, Spot, Task

EVERY_MIN = 1.0
"""How often something is decided."""


@dataclass(slots=True)
class OnDuty:
    """A courier as known now: where it is free next, from when on, and how many orders it was told in all."""

    courier: Courier
    at: Spot
    free: Minutes
    done: int = 0


@dataclass(slots=True)
class View:
    """What is known at `now`. The shifts of the day are; orders only once they are placed."""

    now: Minutes
    rules: Rules
    restaurants: Mapping[str, Spot]
    couriers: Sequence[OnDuty]
    open_orders: Sequence[Order]


Decide: TypeAlias = Callable[[View], Sequence[Task]]
"""Who is told what now; only couriers who are free and on duty can be told something."""


@dataclass(slots=True)
class _Open:
    tasks: list[Task] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)


def minutes_of(problem: Meals) -> list[Minutes]:
    """The instants at which something is decided."""
    first = min((order.placed for order in problem.orders), default=0.0)
    last = max((courier.off for courier in problem.couriers), default=first)
    count = max(0, int((last - first) / EVERY_MIN) + 1)
    return [first + k * EVERY_MIN for k in range(count)]


def unfold(problem: Meals, decide: Decide) -> tuple[Task, ...]:
    """All that was told in a day."""
    fleet = [OnDuty(courier, courier.at, courier.on) for courier in problem.couriers]
    by_name = {one.courier.name: one for one in fleet}
    coming = sorted(problem.orders, key=lambda order: order.placed)
    day, shown = _Open(), 0
    for now in minutes_of(problem):
        while shown < len(coming) and coming[shown].placed <= now:
            day.orders.append(coming[shown])
            shown += 1
        there = [one for one in fleet if one.courier.off > now]
        if not day.orders or not there:
            continue
        for task in decide(View(now, problem.rules, problem.restaurants, there, tuple(day.orders))):
            _tell(problem, by_name[task.courier], task, day)
    return tuple(day.tasks)


def _tell(problem: Meals, one: OnDuty, task: Task, day: _Open) -> None:
    """The courier sets out: the orders are its own now, and when it is free again is known."""
    known = {order.name: order for order in day.orders}
    orders = [known[name] for name in task.orders]
    one.at, one.free = carried_out(problem.rules, problem.restaurants, one, orders, task.told)
    one.done += len(orders)
    day.orders = [order for order in day.orders if order.name not in task.orders]
    day.tasks.append(task)


def carried_out(
    rules: Rules, restaurants: Mapping[str, Spot], one: OnDuty, orders: Sequence[Order], told: Minutes
) -> tuple[Spot, Minutes]:
    """Where and when a courier is free again who is told to deliver these."""
    at = restaurants[orders[0].restaurant]
    now = max(one.free, told) + rules.travel(one.at, at) + rules.pickup_min / 2
    now = max(now, *(order.ready for order in orders)) + rules.pickup_min / 2
    for order in orders:
        now += rules.travel(at, order.at) + rules.dropoff_min
        at = order.at
    return at, now
