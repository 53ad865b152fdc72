"""Keeping a plan's times true: what follows where a row or an order was changed."""

from __future__ import annotations

from orchestrator.dispatch.drones.plan import ALTERED, CHANGED, COUNTED, HOLED, NOBODY, Plan
from orchestrator.dispatch.drones.tables import Tables, turns_between
from orchestrator.dispatch.kernels import compiled


@compiled
def _together(plan: Plan, one: int, other: int) -> bool:
    """Whether two events in a row are one stop."""
    if one & 1 != other & 1:
        return False
    if one & 1:
        return plan.order[one >> 1] == plan.order[other >> 1]
    return plan.origin[one >> 1] == plan.origin[other >> 1]


@compiled
def _moves(plan: Plan, q: int, product: int) -> bool:
    for x in range(plan.kinds[q]):
        if plan.items[q, x, 0] == product:
            return True
    return False


@compiled
def _handling(plan: Plan, d: int, k: int) -> int:
    """Turns that event `k` takes: one for each of its products that is new to the stop."""
    event = plan.events[d, k]
    q = event >> 1
    turns = 0
    for x in range(plan.kinds[q]):
        product = plan.items[q, x, 0]
        moved = False
        y = k - 1
        while not moved and y >= 0 and _together(plan, plan.events[d, y], event):
            moved = _moves(plan, plan.events[d, y] >> 1, product)
            y -= 1
        turns += 0 if moved else 1
    return turns


@compiled
def refresh(tables: Tables, plan: Plan, d: int, first: int) -> None:
    """Recompute the times of drone `d` from an event on."""
    place, now, load = 0, 0, 0
    if first > 0:
        place, now, load = plan.places[d, first - 1], plan.ends[d, first - 1], plan.load[d, first - 1]
    for k in range(first, plan.length[d]):
        event = plan.events[d, k]
        q = event >> 1
        there = len(tables.away) + plan.order[q] if event & 1 else plan.origin[q]
        plan.places[d, k], plan.legs[d, k] = there, turns_between(tables, place, there)
        now += plan.legs[d, k] + _handling(plan, d, k)
        load += -plan.weight[q] if event & 1 else plan.weight[q]
        plan.ends[d, k], plan.load[d, k] = now, load
        place = there
        plan.drone[q] = d
        if event & 1 and plan.done[q] != now:
            plan.done[q] = now
            plan.altered[plan.order[q]] = ALTERED
    plan.changed[d], plan.stale[d] = CHANGED, 1


@compiled
def _recount(tables: Tables, plan: Plan, o: int) -> None:
    """When order `o` is complete, and with which request."""
    last = NOBODY
    plan.complete[o] = tables.turns + 1
    if plan.missing[o] == 0:
        for q in range(tables.slot_from[o], tables.slot_from[o + 1]):
            if plan.drone[q] != NOBODY and (last == NOBODY or plan.done[q] > plan.done[last]):
                last = q
        plan.complete[o] = min(plan.done[last], tables.turns + 1)
    before = plan.last[o]
    if last != before:
        if before != NOBODY and plan.drone[before] != NOBODY:
            plan.stale[plan.drone[before]] = 1
        if last != NOBODY:
            plan.stale[plan.drone[last]] = 1
        plan.last[o] = last
    plan.altered[o] = COUNTED


@compiled
def _rank(plan: Plan, d: int) -> None:
    """Recompute `urgent` of drone `d`."""
    n = plan.length[d]
    plan.urgent[d, n] = 0
    for k in range(n - 1, -1, -1):
        event = plan.events[d, k]
        last = event & 1 and plan.last[plan.order[event >> 1]] == event >> 1
        plan.urgent[d, k] = plan.urgent[d, k + 1] + (1 if last else 0)
    plan.changed[d], plan.stale[d] = CHANGED, 0


@compiled
def settle(tables: Tables, plan: Plan) -> None:
    """Drop events of requests that nobody carries, and recompute what the marks say."""
    for d in range(len(plan.length)):
        if plan.changed[d] == HOLED:
            _close_up(tables, plan, d)
    for o in range(len(plan.complete)):
        if plan.altered[o] == ALTERED:
            _recount(tables, plan, o)
    for d in range(len(plan.length)):
        if plan.stale[d] == 1:
            _rank(plan, d)


@compiled
def _close_up(tables: Tables, plan: Plan, d: int) -> None:
    n, first = 0, plan.length[d]
    for k in range(plan.length[d]):
        if plan.drone[plan.events[d, k] >> 1] != NOBODY:
            plan.events[d, n] = plan.events[d, k]
            n += 1
        else:
            first = min(first, n)
    plan.length[d] = n
    refresh(tables, plan, d, first)


@compiled
def take_back(tables: Tables, plan: Plan, o: int) -> None:
    """Carry nothing of order `o`: its items are in stock again. Rows keep its requests till they `settle`."""
    for q in range(tables.slot_from[o], tables.slot_from[o + 1]):
        if plan.drone[q] == NOBODY:
            continue
        plan.changed[plan.drone[q]] = HOLED
        plan.drone[q] = NOBODY
        plan.missing[o] += plan.weight[q]
        for x in range(plan.kinds[q]):
            product, count, line = plan.items[q, x, 0], plan.items[q, x, 1], plan.items[q, x, 2]
            plan.stock[plan.origin[q], product] += count
            plan.left[line] += count
    plan.altered[o] = ALTERED
