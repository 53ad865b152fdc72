"""The rolling horizon of the Grubhub paper, as the peer of our dispatcher on the same days.

D. Reyes, A. Erera, M. Savelsbergh, S. Sahasrabudhe, R. O'Neil, "The Meal Delivery Routing Problem", 2018:
every five minutes the orders soon ready are bundled by restaurant, bundles and couriers are matched for the
most orders by minute from ready to door and the least waiting meals, urgent bundles first, and what can be
picked up before the next time is told; the rest is thought over again. Its moves towards a restaurant before
an assignment are not among what these instances allow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from orchestrator.dispatch.meals.day import OnDuty, View, unfold
from orchestrator.dispatch.meals.problem import Day, Meals, Minutes, Order, Task

EVERY_MIN = 5.0
AHEAD_MIN = 10.0
"""How soon an order must be ready, or a courier free, to be thought about."""

WAITING = 0.1
"""What a minute of a waiting meal costs in the matching, in orders by minute (the paper's theta)."""


def rolling_horizon(problem: Meals) -> Day:
    """The day as the paper's algorithm tells it."""
    return Day(unfold(problem, _decide))


@dataclass(frozen=True, slots=True)
class _Bundle:
    orders: tuple[Order, ...]

    @property
    def ready(self) -> Minutes:
        return max(order.ready for order in self.orders)


def _decide(view: View) -> Sequence[Task]:
    if view.now % EVERY_MIN:
        return ()
    orders = [order for order in view.open_orders if order.ready <= view.now + AHEAD_MIN]
    couriers = [one for one in view.couriers if one.free <= view.now + AHEAD_MIN]
    if not orders or not couriers:
        return ()
    size = max(1, math.ceil(len(orders) / len(couriers)))
    groups: dict[int, list[_Bundle]] = {0: [], 1: [], 2: []}
    for bundle in _bundles(view, orders, size):
        groups[_urgency(view, bundle, couriers)].append(bundle)
    told: list[Task] = []
    left = list(couriers)
    for urgency in (0, 1, 2):
        for bundle, one in _match(view, groups[urgency], left):
            left.remove(one)
            if _now(view, bundle, one):
                told.append(Task(view.now, one.courier.name, tuple(order.name for order in bundle.orders)))
    return told


def _bundles(view: View, orders: Sequence[Order], size: int) -> list[_Bundle]:
    """Parallel insertion: each order where it lengthens deliveries least, while bundles have room."""
    found: list[_Bundle] = []
    for restaurant in sorted({order.restaurant for order in orders}):
        here = sorted((o for o in orders if o.restaurant == restaurant), key=lambda o: (o.ready, o.name))
        routes: list[list[Order]] = [[] for _ in range(math.ceil(len(here) / size))]
        for order in here:
            ways = [
                (_way(view, [*route[:k], order, *route[k:]]) - _way(view, route), number, k)
                for number, route in enumerate(routes)
                if len(route) < size
                for k in range(len(route) + 1)
            ]
            _, number, k = min(ways)
            routes[number].insert(k, order)
        found += (_Bundle(tuple(route)) for route in routes if route)
    return found


def _way(view: View, route: Sequence[Order]) -> Minutes:
    """From the restaurant past all doors, and what meals wait for the last to be ready, by meal."""
    if not route:
        return 0.0
    at, way = view.restaurants[route[0].restaurant], 0.0
    ready = max(order.ready for order in route)
    for order in route:
        way += view.rules.travel(at, order.at) + view.rules.dropoff_min
        at = order.at
    return way + sum(ready - order.ready for order in route) / len(route)


def _times(view: View, bundle: _Bundle, one: OnDuty) -> tuple[Minutes, Minutes, Minutes]:
    """When the courier is there, picks up, and has delivered."""
    there = view.restaurants[bundle.orders[0].restaurant]
    half = view.rules.pickup_min / 2
    arrival = max(one.free, view.now) + view.rules.travel(one.at, there) + half
    pick_up = max(arrival, bundle.ready)
    door, at = pick_up + half, there
    for order in bundle.orders:
        door += view.rules.travel(at, order.at) + view.rules.dropoff_min
        at = order.at
    return arrival, pick_up, door - view.rules.dropoff_min / 2


def _urgency(view: View, bundle: _Bundle, couriers: Sequence[OnDuty]) -> int:
    """0: too late for the target with any courier; 1: some meal waits with any courier; 2: neither."""
    times = [_times(view, bundle, one) for one in couriers]
    target = min(order.placed for order in bundle.orders) + view.rules.target_min
    if min(door for _, _, door in times) > target:
        return 0
    return 1 if min(pick_up for _, pick_up, _ in times) > bundle.ready else 2


def _match(
    view: View, bundles: Sequence[_Bundle], couriers: Sequence[OnDuty]
) -> list[tuple[_Bundle, OnDuty]]:
    if not bundles or not couriers:
        return []
    worth = np.full((len(bundles), len(couriers)), -1e6)
    for b, bundle in enumerate(bundles):
        for c, one in enumerate(couriers):
            _, pick_up, door = _times(view, bundle, one)
            if pick_up <= one.courier.off:
                minutes = max(door - bundle.ready, 1.0)
                worth[b, c] = len(bundle.orders) / minutes - WAITING * (pick_up - bundle.ready)
    rows, columns = linear_sum_assignment(-worth)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(bundles[b], couriers[c]) for b, c in pairs if worth[b, c] > -1e6]


def _now(view: View, bundle: _Bundle, one: OnDuty) -> bool:
    """Whether it is told now: the courier is free, and it could be picked up before the next time."""
    if one.free > view.now:
        return False
    arrival, pick_up, _ = _times(view, bundle, one)
    return pick_up <= view.now + EVERY_MIN or arrival > view.now + EVERY_MIN
