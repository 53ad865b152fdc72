"""Which items of an order come together, and from which warehouse."""

from __future__ import annotations

import numpy as np

from orchestrator.dispatch.draws import Share, Stream, draw
from orchestrator.dispatch.drones.plan import NOBODY, Plan, take_back, turns_between
from orchestrator.dispatch.drones.tables import Ints, Tables
from orchestrator.dispatch.kernels import compiled

NOISE: Share = 0.3
"""By how much a warehouse may look farther than it is: the same order is not always split the same way."""

LIGHT: Share = 0.2
"""How often bundles are kept lighter than a drone could carry, so that they fit beside others."""


@compiled
def _fill(tables: Tables, plan: Plan, o: int, w: int, left: Ints, room: int) -> tuple[int, int]:
    """What a drone with `room` could bring of order `o` from warehouse `w`: the weight, how many products."""
    weight, kinds = 0, 0
    for x in range(tables.line_from[o], tables.line_from[o + 1]):
        product = tables.lines[x, 0]
        each = tables.weights[product]
        count = min(left[x - tables.line_from[o]], plan.stock[w, product], (room - weight) // each)
        if count > 0:
            weight += count * each
            kinds += 1
    return weight, kinds


@compiled
def _take(tables: Tables, plan: Plan, o: int, w: int, left: Ints, room: int) -> int:
    """Make that the next request of `o`: out of stock, out of what is `left`; its weight."""
    q = tables.slot_from[o] + plan.requests[o]
    weight, kinds = 0, 0
    for x in range(tables.line_from[o], tables.line_from[o + 1]):
        product = tables.lines[x, 0]
        each = tables.weights[product]
        count = min(left[x - tables.line_from[o]], plan.stock[w, product], (room - weight) // each)
        if count > 0:
            weight += count * each
            plan.items[q, kinds, 0], plan.items[q, kinds, 1] = product, count
            plan.stock[w, product] -= count
            left[x - tables.line_from[o]] -= count
            kinds += 1
    plan.origin[q], plan.weight[q], plan.kinds[q], plan.drone[q] = w, weight, kinds, NOBODY
    plan.requests[o] += 1
    return weight


@compiled
def bundle(tables: Tables, plan: Plan, o: int, left: Ints, rng: Stream) -> bool:
    """Split order `o`, not carried yet, into requests, cheap ones first. False where stock is lacking."""
    wanted = 0
    for x in range(tables.line_from[o], tables.line_from[o + 1]):
        left[x - tables.line_from[o]] = tables.lines[x, 1]
        wanted += tables.lines[x, 1] * tables.weights[tables.lines[x, 0]]
    heaviest = tables.weights[tables.lines[tables.line_from[o], 0]]
    room = tables.payload
    if draw(rng) < LIGHT:
        room = max(heaviest, int(room * (0.25 + 0.75 * draw(rng))))
    while wanted > 0:
        best, chosen = np.inf, -1
        for w in range(len(tables.sites)):
            weight, kinds = _fill(tables, plan, o, w, left, room)
            if weight == 0:
                continue
            sx, sy = tables.sites[w, 0], tables.sites[w, 1]
            way = 2 * turns_between(sx, sy, tables.doors[o, 0], tables.doors[o, 1])
            cost = (way + 2 * kinds) / (weight / wanted) * (1.0 + NOISE * draw(rng))
            if cost < best:
                best, chosen = cost, w
        if chosen < 0:
            take_back(tables, plan, o)
            return False
        wanted -= _take(tables, plan, o, chosen, left, room)
    return True


@compiled
def work_of(tables: Tables, plan: Plan, o: int) -> int:
    """Turns that the requests of `o` take, each flown by itself."""
    turns = 0
    for q in range(tables.slot_from[o], tables.slot_from[o] + plan.requests[o]):
        sx, sy = tables.sites[plan.origin[q], 0], tables.sites[plan.origin[q], 1]
        turns += 2 * (turns_between(sx, sy, tables.doors[o, 0], tables.doors[o, 1]) + plan.kinds[q])
    return turns
