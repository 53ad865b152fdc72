"""Where a request fits best: what it costs all orders in turns, over every drone, pick-up and hand-over."""

from __future__ import annotations

from typing import TypeAlias

from orchestrator.dispatch.draws import Share, Stream, draw
from orchestrator.dispatch.drones.bundling import bundle
from orchestrator.dispatch.drones.plan import (
    Plan,
    close_up,
    handling,
    place_of,
    rank,
    recount,
    refresh,
    take_back,
    turns_between,
)
from orchestrator.dispatch.drones.tables import Ints, Tables
from orchestrator.dispatch.kernels import compiled

LOOKED_AT = 8
"""About how many drones are looked at for a request, of many."""

BLINK: Share = 0.02
"""The share of places that are overlooked."""

FAR_AHEAD = 12
"""How many events later than the pick-up the hand-over may come, at most."""

NOWHERE = 1 << 60

Where: TypeAlias = tuple[int, int, int, int]
"""What it costs in turns; the drone; the positions of pick-up and hand-over, before it has either."""


@compiled
def _step(tables: Tables, plan: Plan, d: int, k: int, x: int, y: int) -> tuple[int, int]:
    """Turns from the event before position `k` to a cell, and what going there on the way to `k` adds."""
    px, py = tables.sites[0, 0], tables.sites[0, 1]
    if k > 0:
        px, py = place_of(tables, plan, plan.events[d, k - 1])
    to = turns_between(px, py, x, y)
    if k == plan.length[d]:
        return to, to
    nx, ny = place_of(tables, plan, plan.events[d, k])
    return to, to + turns_between(x, y, nx, ny) - turns_between(px, py, nx, ny)


@compiled
def _deliver(
    tables: Tables, plan: Plan, d: int, i: int, q: int, added: int, sofar: int, best: Where
) -> Where:
    """The better of `best` and a pick-up before position `i`, which adds turns, with any hand-over."""
    weight = plan.weight[q]
    o = plan.order[q]
    x, y = tables.doors[o, 0], tables.doors[o, 1]
    for j in range(i + 1, min(plan.length[d], i + FAR_AHEAD) + 1):
        if plan.load[d, j - 1] + weight > tables.payload:
            break
        gone = plan.ends[d, j - 1] + added
        if gone - sofar >= best[0]:
            break
        to, more = _step(tables, plan, d, j, x, y)
        turns = handling(plan, d, 2 * q + 1, j - 1, j)
        at = gone + to + turns
        cost = added * (plan.urgent[d, i] - plan.urgent[d, j]) + (added + more + turns) * plan.urgent[d, j]
        cost += max(0, at - sofar)
        if cost < best[0] and at <= tables.turns:
            best = (cost, d, i, j)
    return best


@compiled
def _in_row(tables: Tables, plan: Plan, d: int, q: int, sofar: int, best: Where, rng: Stream) -> Where:
    """The better of `best` and the best place of request `q` with drone `d`."""
    weight, w, o = plan.weight[q], plan.origin[q], plan.order[q]
    x, y = tables.sites[w, 0], tables.sites[w, 1]
    u, v = tables.doors[o, 0], tables.doors[o, 1]
    direct = turns_between(x, y, u, v)
    for i in range(plan.length[d] + 1):
        gone = plan.ends[d, i - 1] if i > 0 else 0
        if gone + direct + 1 - sofar >= best[0]:
            break
        if i > 0 and plan.load[d, i - 1] + weight > tables.payload:
            continue
        to, more = _step(tables, plan, d, i, x, y)
        if max(0, gone + to + direct + 1 - sofar) + more * plan.urgent[d, i] >= best[0] or draw(rng) < BLINK:
            continue
        turns = handling(plan, d, 2 * q, i - 1, i)
        hand = handling(plan, d, 2 * q + 1, -1, i) if i < plan.length[d] else plan.kinds[q]
        at = gone + to + turns + direct + hand
        away = 0
        if i < plan.length[d]:
            nx, ny = place_of(tables, plan, plan.events[d, i])
            away = turns_between(u, v, nx, ny) - turns_between(x, y, nx, ny)
        cost = (more + turns + direct + away + hand) * plan.urgent[d, i] + max(0, at - sofar)
        if cost < best[0] and at <= tables.turns:
            best = (cost, d, i, i)
        best = _deliver(tables, plan, d, i, q, more + turns, sofar, best)
    return best


@compiled
def _put(plan: Plan, d: int, k: int, event: int) -> None:
    for x in range(plan.length[d], k, -1):
        plan.events[d, x] = plan.events[d, x - 1]
    plan.events[d, k] = event
    plan.length[d] += 1


@compiled
def carry(tables: Tables, plan: Plan, o: int, left: Ints, rng: Stream) -> bool:
    """Split order `o` and put its requests where they cost least; False, and undone, where one cannot be."""
    if not bundle(tables, plan, o, left, rng):
        return False
    sofar = 0
    drones = len(plan.length)
    for q in range(tables.slot_from[o], tables.slot_from[o] + plan.requests[o]):
        best = (NOWHERE, -1, 0, 0)
        first = int(draw(rng) * drones)
        for x in range(drones):
            d = (first + x) % drones
            looked = x == 0 or plan.changed[d] > 0 or draw(rng) * drones < LOOKED_AT
            if looked and plan.length[d] + 2 <= plan.events.shape[1]:
                best = _in_row(tables, plan, d, q, sofar, best, rng)
        d = best[1]
        if d < 0:
            take_back(tables, plan, o)
            close_up(tables, plan)
            return False
        _put(plan, d, best[3], 2 * q + 1)
        _put(plan, d, best[2], 2 * q)
        refresh(tables, plan, d)
        rank(plan, d)
        sofar = max(sofar, plan.done[q])
    recount(tables, plan, o)
    for q in range(tables.slot_from[o], tables.slot_from[o] + plan.requests[o]):
        rank(plan, plan.drone[q])
    return True
