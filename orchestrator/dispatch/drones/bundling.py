"""What can be brought of an order together, from one warehouse."""

from __future__ import annotations

from orchestrator.dispatch.drones.plan import NOBODY, Plan
from orchestrator.dispatch.drones.tables import Tables
from orchestrator.dispatch.kernels import compiled


@compiled
def offer(tables: Tables, plan: Plan, o: int, w: int, room: int) -> tuple[int, int]:
    """What `room` holds of what is missing of order `o`, from `w`: the weight, how many products."""
    weight, kinds = 0, 0
    for x in range(tables.line_from[o], tables.line_from[o + 1]):
        if plan.left[x] > 0:
            product = tables.lines[x, 0]
            each = tables.weights[product]
            count = min(plan.left[x], plan.stock[w, product], (room - weight) // each)
            if count > 0:
                weight += count * each
                kinds += 1
    return weight, kinds


@compiled
def take(tables: Tables, plan: Plan, o: int, w: int, room: int) -> int:
    """Make that a request of `o`, out of stock and missing no more; which. It is in no row yet."""
    q = tables.slot_from[o]
    while plan.drone[q] != NOBODY:
        q += 1
    weight, kinds = 0, 0
    for x in range(tables.line_from[o], tables.line_from[o + 1]):
        if plan.left[x] > 0:
            product = tables.lines[x, 0]
            each = tables.weights[product]
            count = min(plan.left[x], plan.stock[w, product], (room - weight) // each)
            if count > 0:
                plan.items[q, kinds, 0], plan.items[q, kinds, 1], plan.items[q, kinds, 2] = product, count, x
                plan.stock[w, product] -= count
                plan.left[x] -= count
                weight += count * each
                kinds += 1
    plan.origin[q], plan.weight[q], plan.kinds[q] = w, weight, kinds
    plan.done[q] = -1
    plan.missing[o] -= weight
    return q
