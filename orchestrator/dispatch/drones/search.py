"""Ruin and recreate over orders, accepted as simulated annealing does, with the exact times.

What is small in the end is the sum over orders of the turns until complete, which is what the score counts.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np

from orchestrator.dispatch.draws import Share, Stream, below, draw
from orchestrator.dispatch.drones.bundling import bundle, work_of
from orchestrator.dispatch.drones.inserting import carry
from orchestrator.dispatch.drones.plan import Plan, close_up, copy_changes, settle, take_back, total
from orchestrator.dispatch.drones.tables import Ints, Tables
from orchestrator.dispatch.kernels import compiled, entry

MEASURE, BUILD, IMPROVE = 0, 1, 2

MOST_OUT = 12
"""Orders taken out in a round, at most; half as many on average."""

AROUND: Share = 0.5
"""How often the orders taken out are neighbours; else they follow each other in the plan of a drone."""

Heat: TypeAlias = float
"""In turns."""


class Plans(NamedTuple):
    """The plan that is worked on, the one last accepted, and the best one."""

    work: Plan
    kept: Plan
    best: Plan


class Desk(NamedTuple):
    """Room to work in.

    - `work_turns` (orders): how long each takes by itself; `by_work` (orders): the short ones first
    - `out` (orders): who is to be carried again; `left`: what of an order is not in a request yet
    - `rows` (drones), `orders` (orders): marks of what the best plan lacks
    """

    work_turns: Ints
    by_work: Ints
    out: Ints
    left: Ints
    rows: Ints
    orders: Ints


@compiled
def _measure(tables: Tables, plan: Plan, desk: Desk, rng: Stream) -> None:
    for o in range(len(tables.doors)):
        desk.work_turns[o] = 1 << 40
        if bundle(tables, plan, o, desk.left, rng):
            desk.work_turns[o] = work_of(tables, plan, o)
            take_back(tables, plan, o)


@compiled
def _around(tables: Tables, desk: Desk, wanted: int, rng: Stream) -> int:
    """Take out an order and some of its neighbours; how many."""
    o = below(rng, len(tables.doors))
    n = 0
    desk.out[n] = o
    n += 1
    for x in range(tables.near.shape[1]):
        if n == wanted:
            break
        if draw(rng) < 0.5:
            desk.out[n] = tables.near[o, x]
            n += 1
    return n


@compiled
def _along(tables: Tables, plan: Plan, desk: Desk, wanted: int, rng: Stream) -> int:
    """Take out orders that a drone hands over one after the other; how many."""
    d = below(rng, len(plan.length))
    n = 0
    if plan.length[d] == 0:
        return _around(tables, desk, wanted, rng)
    for k in range(below(rng, plan.length[d]), plan.length[d]):
        o = plan.order[plan.events[d, k] >> 1]
        known = False
        for x in range(n):
            known = known or desk.out[x] == o
        if not known:
            desk.out[n] = o
            n += 1
        if n == wanted:
            break
    return n


@compiled
def _some_lost(plan: Plan, desk: Desk, n: int, rng: Stream) -> int:
    """Add to the `n` orders that are out one that nobody carries, from somewhere; how many there are."""
    orders = len(plan.requests)
    first = below(rng, orders)
    for x in range(orders):
        o = (first + x) % orders
        if plan.requests[o] == 0:
            for y in range(n):
                if desk.out[y] == o:
                    return n
            desk.out[n] = o
            return n + 1
    return n


@compiled
def _shuffle(desk: Desk, n: int, rng: Stream) -> None:
    """In any order; half of the time the short ones first."""
    for x in range(n - 1, 0, -1):
        y = below(rng, x + 1)
        desk.out[x], desk.out[y] = desk.out[y], desk.out[x]
    if draw(rng) < 0.5:
        for x in range(1, n):
            o = desk.out[x]
            y = x
            while y > 0 and desk.work_turns[desk.out[y - 1]] > desk.work_turns[o]:
                desk.out[y] = desk.out[y - 1]
                y -= 1
            desk.out[y] = o


@compiled
def _round(tables: Tables, plan: Plan, desk: Desk, rng: Stream) -> None:
    """Take some orders out of the plan and carry them again."""
    wanted = min(1 + below(rng, MOST_OUT), len(plan.requests) - 1)
    if draw(rng) < AROUND:
        n = _around(tables, desk, max(1, wanted), rng)
    else:
        n = _along(tables, plan, desk, max(1, wanted), rng)
    n = _some_lost(plan, desk, n, rng)
    for x in range(n):
        take_back(tables, plan, desk.out[x])
    close_up(tables, plan)
    settle(tables, plan)
    _shuffle(desk, n, rng)
    for x in range(n):
        carry(tables, plan, desk.out[x], desk.left, rng)
    settle(tables, plan)


@compiled
def _improve(
    tables: Tables, plans: Plans, desk: Desk, rng: Stream, rounds: int, hot: Heat, cold: Heat
) -> None:
    work, kept, best = plans.work, plans.kept, plans.best
    now, least = total(kept), total(best)
    for done in range(rounds):
        heat = hot * (cold / hot) ** ((done + 1.0) / rounds)
        _round(tables, work, desk, rng)
        turns = total(work)
        if turns < now - heat * np.log(1.0 - draw(rng)):
            for d in range(len(desk.rows)):
                desk.rows[d] = max(desk.rows[d], work.changed[d])
            for o in range(len(desk.orders)):
                desk.orders[o] = max(desk.orders[o], work.altered[o])
            copy_changes(work, kept, tables, work.changed, work.altered)
            now = turns
            if now < least:
                copy_changes(kept, best, tables, desk.rows, desk.orders)
                least = now
        else:
            copy_changes(kept, work, tables, work.changed, work.altered)


@compiled
def _build(tables: Tables, plans: Plans, desk: Desk, rng: Stream, first: int, rounds: int) -> None:
    """Carry so many orders more, from the `first` in `by_work`."""
    for x in range(first, min(first + rounds, len(desk.by_work))):
        carry(tables, plans.work, desk.by_work[x], desk.left, rng)
    settle(tables, plans.work)


@entry(__file__)
def search(
    tables: Tables,
    plans: Plans,
    desk: Desk,
    rng: Stream,
    rounds: int,
    heats: tuple[Heat, Heat],
    aim: int,
    first: int,
) -> None:
    """MEASURE all orders, BUILD a plan order by order, or IMPROVE it between two temperatures."""
    if aim == MEASURE:
        _measure(tables, plans.work, desk, rng)
    elif aim == BUILD:
        _build(tables, plans, desk, rng, first, rounds)
    else:
        _improve(tables, plans, desk, rng, rounds, heats[0], heats[1])
