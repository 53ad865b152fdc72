"""Ruin and recreate over orders, accepted as simulated annealing does, with the exact times.

What is small in the end is the sum over orders of the turns until complete, which is what the score counts.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np

from orchestrator.dispatch.draws import Share, Stream, below, draw
from orchestrator.dispatch.drones.inserting import Wanted, carry
from orchestrator.dispatch.drones.keeping import settle, take_back
from orchestrator.dispatch.drones.plan import Plan, copy_changes, total
from orchestrator.dispatch.drones.tables import Ints, Tables
from orchestrator.dispatch.kernels import compiled, entry

BUILD, IMPROVE = 0, 1

MOST_OUT = 2
"""Orders taken out in a round, at most, beside one that nobody carries."""

AROUND: Share = 0.5
"""How often the orders taken out are neighbours; else they follow each other in the plan of a drone."""

SOONER: Share = 0.6
"""An order taken out is carried again by a share of the turns it was complete after: at least this,"""
LATER: Share = 1.1
"""and at most this. What comes by then costs only what others lose: else each part would be priced as if it
were all, and orders of many parts would be carried too early."""

Heat: TypeAlias = float
"""In turns."""


class Plans(NamedTuple):
    """The plan that is worked on, the one last accepted, and the best one."""

    work: Plan
    kept: Plan
    best: Plan


class Desk(NamedTuple):
    """Room to work in.

    - `by_work` (orders): the short ones first
    - `out` (orders): who is to be carried again; `aims` (orders): turns passed by which each is to be there
    - `want`: of the order that is carried
    - `rows` (drones), `orders` (orders): marks of what the best plan lacks
    """

    by_work: Ints
    out: Ints
    aims: Ints
    want: Wanted
    rows: Ints
    orders: Ints


@compiled
def _carry(tables: Tables, plan: Plan, desk: Desk, o: int, rng: Stream) -> None:
    room = desk.want
    carry(tables, plan, Wanted(o, desk.aims[o], room.most, room.best, room.reach, room.detour), rng)


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
    orders = len(plan.missing)
    first = below(rng, orders)
    for x in range(orders):
        o = (first + x) % orders
        if plan.missing[o] > 0:
            for y in range(n):
                if desk.out[y] == o:
                    return n
            desk.out[n] = o
            return n + 1
    return n


@compiled
def _shuffle(desk: Desk, n: int, rng: Stream) -> None:
    for x in range(n - 1, 0, -1):
        y = below(rng, x + 1)
        desk.out[x], desk.out[y] = desk.out[y], desk.out[x]


@compiled
def _round(tables: Tables, plan: Plan, desk: Desk, rng: Stream) -> None:
    """Take some orders out of the plan and carry them again."""
    wanted = min(1 + below(rng, MOST_OUT), len(plan.missing) - 1)
    if draw(rng) < AROUND:
        n = _around(tables, desk, max(1, wanted), rng)
    else:
        n = _along(tables, plan, desk, max(1, wanted), rng)
    n = _some_lost(plan, desk, n, rng)
    for x in range(n):
        o = desk.out[x]
        lost = plan.missing[o] > 0
        desk.aims[o] = 0 if lost else int(plan.complete[o] * (SOONER + (LATER - SOONER) * draw(rng)))
        take_back(tables, plan, o)
    settle(tables, plan)
    _shuffle(desk, n, rng)
    for x in range(n):
        _carry(tables, plan, desk, desk.out[x], rng)


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
        _carry(tables, plans.work, desk, desk.by_work[x], rng)


@entry
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
    """BUILD a plan order by order, or IMPROVE it between two temperatures."""
    if aim == BUILD:
        _build(tables, plans, desk, rng, first, rounds)
    else:
        _improve(tables, plans, desk, rng, rounds, heats[0], heats[1])
