"""Planning all that is known: ruin and recreate over whole plans of couriers.

A plan costs the minutes from click to door of its orders, more if late, and what it adds to the pay.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from orchestrator.dispatch.draws import Stream, below, draw
from orchestrator.dispatch.kernels import compiled, entry
from orchestrator.dispatch.meals.tables import LONGEST, Plans, Scene

Cost: TypeAlias = float
"""In minutes of waiting."""

LATE, LATER = 15.0, 4.0
"""What a late order costs beyond its minutes, and each minute of its lateness."""

PAID: Cost = 1.5
"""What an order costs that the guaranteed pay of its courier does not cover."""

FAR: Cost = 0.05
"""What a minute of travel costs in itself: a courier who is free again is worth something."""

LEFT: Cost = 1000.0
"""What an order costs that nobody plans to deliver."""

MOST_OUT = 8

Spot: TypeAlias = tuple[Cost, int, int, int, int]
"""What it costs, the courier, the position, 1 to join the order before, 1 to have the one after join."""


@compiled
def _travel(scene: Scene, ax: Cost, ay: Cost, bx: Cost, by: Cost) -> Cost:
    return np.ceil(np.sqrt((ax - bx) ** 2 + (ay - by) ** 2) / scene.speed)


@compiled
def _order_at(plans: Plans, c: int, k: int, new: int, at: int) -> int:
    """The order at position `k` of a row into which `new` is put at `at`."""
    if k == at:
        return new
    return plans.rows[c, k if k < at else k - 1]


@compiled
def _joined_at(plans: Plans, c: int, k: int, at: int, joins: int, next_joins: int) -> int:
    if k == at:
        return joins
    if k == at + 1:
        return next_joins
    return plans.joined[c, k if k < at else k - 1]


@compiled
def _cost(scene: Scene, plans: Plans, c: int, new: int, at: int, joins: int, next_joins: int) -> Cost:
    """What the row of courier `c` costs with `new` put at `at`; as it is if `at` is -1. Infinite off duty."""
    n = plans.length[c] + (1 if at >= 0 else 0)
    place = at if at >= 0 else 1 << 30
    now, x, y = scene.free[c], scene.spots[c, 0], scene.spots[c, 1]
    cost = PAID * max(0.0, n - max(0.0, scene.spare[c]))
    k = 0
    while k < n:
        o = _order_at(plans, c, k, new, place)
        ready, end = scene.ready[o], k + 1
        while end < n and _joined_at(plans, c, end, place, joins, next_joins) == 1:
            ready = max(ready, scene.ready[_order_at(plans, c, end, new, place)])
            end += 1
        way = _travel(scene, x, y, scene.kitchens[o, 0], scene.kitchens[o, 1])
        now = max(now + way + scene.pickup / 2, ready)
        if now > scene.off[c]:
            return np.inf
        x, y = scene.kitchens[o, 0], scene.kitchens[o, 1]
        now += scene.pickup / 2
        for m in range(k, end):
            o = _order_at(plans, c, m, new, place)
            step = _travel(scene, x, y, scene.doors[o, 0], scene.doors[o, 1])
            x, y = scene.doors[o, 0], scene.doors[o, 1]
            door = now + step + scene.dropoff / 2
            now = door + scene.dropoff / 2
            way += step
            minutes = door - scene.placed[o]
            cost += minutes
            if minutes > scene.target:
                cost += LATE + LATER * (minutes - scene.target)
        cost += FAR * way
        k = end
    return cost


@compiled
def _best_spot(scene: Scene, plans: Plans, o: int, rng: Stream) -> Spot:
    best = (LEFT, -1, 0, 0, 0)
    for c in range(len(scene.free)):
        n = plans.length[c]
        if n >= LONGEST - 1:
            continue
        for k in range(n + 1):
            inside = k < n and plans.joined[c, k] == 1
            like_before = k > 0 and scene.kitchen[plans.rows[c, k - 1]] == scene.kitchen[o]
            like_after = k < n and scene.kitchen[plans.rows[c, k]] == scene.kitchen[o]
            if draw(rng) < 0.01:
                continue
            for joins in range(2):
                for next_joins in range(2):
                    if (joins == 1 and not like_before) or (next_joins == 1 and not like_after):
                        continue
                    if inside and (joins == 0 or next_joins == 0):
                        continue
                    cost = _cost(scene, plans, c, o, k, joins, next_joins) - plans.costs[c]
                    if cost < best[0]:
                        best = (cost, c, k, joins, next_joins)
    return best


@compiled
def _put(scene: Scene, plans: Plans, o: int, spot: Spot) -> None:
    c, at = spot[1], spot[2]
    for k in range(plans.length[c], at, -1):
        plans.rows[c, k], plans.joined[c, k] = plans.rows[c, k - 1], plans.joined[c, k - 1]
    plans.rows[c, at], plans.joined[c, at] = o, spot[3]
    plans.length[c] += 1
    if at + 1 < plans.length[c]:
        plans.joined[c, at + 1] = spot[4]
    plans.keeper[o] = c
    plans.costs[c] = _cost(scene, plans, c, 0, -1, 0, 0)


@compiled
def _take(scene: Scene, plans: Plans, o: int) -> None:
    c = plans.keeper[o]
    plans.keeper[o] = -1
    if c < 0:
        return
    at = 0
    while plans.rows[c, at] != o:
        at += 1
    alone = plans.joined[c, at]
    for k in range(at, plans.length[c] - 1):
        plans.rows[c, k], plans.joined[c, k] = plans.rows[c, k + 1], plans.joined[c, k + 1]
    plans.length[c] -= 1
    if at < plans.length[c] and alone == 0:
        plans.joined[c, at] = 0
    plans.costs[c] = _cost(scene, plans, c, 0, -1, 0, 0)


@compiled
def _total(plans: Plans) -> Cost:
    cost = 0.0
    for c in range(len(plans.costs)):
        cost += plans.costs[c]
    for o in range(len(plans.keeper)):
        cost += LEFT if plans.keeper[o] < 0 else 0.0
    return cost


@compiled
def _copy(source: Plans, target: Plans) -> None:
    for c in range(len(source.length)):
        target.length[c], target.costs[c] = source.length[c], source.costs[c]
        for k in range(source.length[c]):
            target.rows[c, k], target.joined[c, k] = source.rows[c, k], source.joined[c, k]
    for o in range(len(source.keeper)):
        target.keeper[o] = source.keeper[o]


@compiled
def _likeness(scene: Scene, one: int, other: int) -> Cost:
    """How far apart two orders are: kitchens, doors and times, in minutes."""
    minutes = abs(scene.ready[one] - scene.ready[other])
    x, y = scene.kitchens[one, 0], scene.kitchens[one, 1]
    minutes += _travel(scene, x, y, scene.kitchens[other, 0], scene.kitchens[other, 1])
    x, y = scene.doors[one, 0], scene.doors[one, 1]
    return minutes + _travel(scene, x, y, scene.doors[other, 0], scene.doors[other, 1])


@compiled
def _ruin(scene: Scene, plans: Plans, rng: Stream) -> None:
    """Take out some orders like one of them."""
    orders = len(scene.placed)
    seed = below(rng, orders)
    _take(scene, plans, seed)
    for _ in range(below(rng, min(MOST_OUT, orders))):
        nearest, least = -1, np.inf
        for o in range(orders):
            if plans.keeper[o] >= 0:
                apart = _likeness(scene, seed, o) * (0.3 + draw(rng))
                if apart < least:
                    nearest, least = o, apart
        if nearest >= 0:
            _take(scene, plans, nearest)


@compiled
def _recreate(scene: Scene, plans: Plans, rng: Stream) -> None:
    """Put in who nobody keeps: the oldest first, or from anywhere on."""
    orders = len(scene.placed)
    first = below(rng, orders) if draw(rng) < 0.7 else 0
    for x in range(orders):
        o = (first + x) % orders
        if plans.keeper[o] < 0:
            spot = _best_spot(scene, plans, o, rng)
            if spot[1] >= 0:
                _put(scene, plans, o, spot)


@entry
def improve(scene: Scene, work: Plans, kept: Plans, best: Plans, rounds: int, rng: Stream) -> None:
    """Work on `best`, the plans so far, for so many rounds; `work` and `kept` are room."""
    for c in range(len(scene.free)):
        best.costs[c] = _cost(scene, best, c, 0, -1, 0, 0)
    _recreate(scene, best, rng)
    _copy(best, kept)
    _copy(best, work)
    least = now = _total(best)
    for done in range(rounds):
        heat = 2.0 * (1.0 - done / rounds) + 0.01
        _ruin(scene, work, rng)
        _recreate(scene, work, rng)
        cost = _total(work)
        if cost < now - heat * np.log(1.0 - draw(rng)):
            _copy(work, kept)
            now = cost
            if now < least - 1e-9:
                _copy(work, best)
                least = now
        else:
            _copy(kept, work)
