"""A plan in arrays: what each drone picks up and hands over, in order, and when.

An order is carried in requests: some of its items, from one warehouse. A drone's plan is a row of events,
each the pick-up or the hand-over of a request; events in a row at one place are one stop, where a product
that several of them move costs one turn.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from orchestrator.dispatch.drones.problem import Delivery
from orchestrator.dispatch.drones.tables import Ints, Tables
from orchestrator.dispatch.kernels import compiled

NOBODY = -1


class Plan(NamedTuple):
    """The plans of all drones.

    - `events` (drones, length): twice the request, plus 1 for its hand-over; `length` (drones): how many
    - `ends` (drones, length): turns passed when it is done; `load` (drones, length): the weight carried then
    - `urgent` (drones, length + 1): how many orders are complete with one of the hand-overs from there on
    - `origin`, `weight`, `kinds`, `order`, `done`, `drone` (requests): the warehouse, the weight, how many
      products, the order, the turns passed when it is handed over, the drone or NOBODY
    - `items` (requests, k, 2): product and count
    - `requests` (orders): how many each is carried in; 0 is not carried
    - `complete` (orders): turns passed when all of it is there; the last turn when it is not carried
    - `stock` (warehouses, products)
    - `changed` (drones), `altered` (orders): marks
    """

    events: Ints
    length: Ints
    ends: Ints
    load: Ints
    urgent: Ints
    origin: Ints
    weight: Ints
    kinds: Ints
    order: Ints
    done: Ints
    drone: Ints
    items: Ints
    requests: Ints
    complete: Ints
    stock: Ints
    changed: Ints
    altered: Ints


def plan_for(problem: Delivery, tables: Tables) -> Plan:
    """Nothing carried yet."""
    orders, slots = len(problem.orders), int(tables.slot_from[-1])
    length = min(2 * slots, 8 * slots // problem.drones + 64)
    kinds = int(np.diff(tables.line_from).max())
    rows = (problem.drones, length)
    return Plan(
        events=np.zeros(rows, np.int64),
        length=np.zeros(problem.drones, np.int64),
        ends=np.zeros(rows, np.int64),
        load=np.zeros(rows, np.int64),
        urgent=np.zeros((problem.drones, length + 1), np.int64),
        origin=np.zeros(slots, np.int64),
        weight=np.zeros(slots, np.int64),
        kinds=np.zeros(slots, np.int64),
        order=np.repeat(np.arange(orders), np.diff(tables.slot_from)),
        done=np.zeros(slots, np.int64),
        drone=np.full(slots, NOBODY, np.int64),
        items=np.zeros((slots, kinds, 2), np.int64),
        requests=np.zeros(orders, np.int64),
        complete=np.full(orders, problem.turns + 1, np.int64),
        stock=np.array([site.stock for site in problem.warehouses], np.int64),
        changed=np.zeros(problem.drones, np.int64),
        altered=np.zeros(orders, np.int64),
    )


@compiled
def turns_between(ax: int, ay: int, bx: int, by: int) -> int:
    """Turns from one cell to another."""
    return int(np.ceil(np.sqrt(float((ax - bx) ** 2 + (ay - by) ** 2))))


@compiled
def place_of(tables: Tables, plan: Plan, event: int) -> tuple[int, int]:
    """The cell of an event."""
    q = event >> 1
    if event & 1:
        o = plan.order[q]
        return tables.doors[o, 0], tables.doors[o, 1]
    w = plan.origin[q]
    return tables.sites[w, 0], tables.sites[w, 1]


@compiled
def together(plan: Plan, one: int, other: int) -> bool:
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
def handling(plan: Plan, d: int, event: int, after: int, before: int) -> int:
    """Turns an event takes between positions `after` and `before`: its products new to that stop."""
    q = event >> 1
    turns = 0
    for x in range(plan.kinds[q]):
        product = plan.items[q, x, 0]
        moved = False
        k = after
        while not moved and k >= 0 and together(plan, plan.events[d, k], event):
            moved = _moves(plan, plan.events[d, k] >> 1, product)
            k -= 1
        k = before
        while not moved and k < plan.length[d] and together(plan, plan.events[d, k], event):
            moved = _moves(plan, plan.events[d, k] >> 1, product)
            k += 1
        turns += 0 if moved else 1
    return turns


@compiled
def refresh(tables: Tables, plan: Plan, d: int) -> None:
    """Recompute the times of drone `d`."""
    x, y = tables.sites[0, 0], tables.sites[0, 1]
    now, load = 0, 0
    n = plan.length[d]
    for k in range(n):
        event = plan.events[d, k]
        q = event >> 1
        u, v = place_of(tables, plan, event)
        now += turns_between(x, y, u, v) + handling(plan, d, event, k - 1, n)
        x, y = u, v
        load += -plan.weight[q] if event & 1 else plan.weight[q]
        plan.ends[d, k], plan.load[d, k] = now, load
        plan.drone[q] = d
        if event & 1:
            plan.done[q] = now
            plan.altered[plan.order[q]] = 1
    plan.changed[d] = 1


@compiled
def recount(tables: Tables, plan: Plan, o: int) -> None:
    """When order `o` is complete."""
    if plan.requests[o] == 0:
        plan.complete[o] = tables.turns + 1
        return
    latest = 0
    for q in range(tables.slot_from[o], tables.slot_from[o] + plan.requests[o]):
        latest = max(latest, plan.done[q])
    plan.complete[o] = min(latest, tables.turns + 1)


@compiled
def rank(plan: Plan, d: int) -> None:
    """Recompute `urgent` of drone `d`."""
    n = plan.length[d]
    plan.urgent[d, n] = 0
    for k in range(n - 1, -1, -1):
        event = plan.events[d, k]
        q = event >> 1
        last = event & 1 and plan.done[q] == plan.complete[plan.order[q]]
        plan.urgent[d, k] = plan.urgent[d, k + 1] + (1 if last else 0)


@compiled
def total(plan: Plan) -> int:
    """Turns until complete, of all orders: what is to be small."""
    turns = 0
    for o in range(len(plan.complete)):
        turns += plan.complete[o]
    return turns


@compiled
def take_back(tables: Tables, plan: Plan, o: int) -> None:
    """Carry order `o` no more: its items are in stock again. The rows still have it: see `close_up`."""
    for q in range(tables.slot_from[o], tables.slot_from[o] + plan.requests[o]):
        if plan.drone[q] != NOBODY:
            plan.changed[plan.drone[q]] = 2
        plan.drone[q] = NOBODY
        for x in range(plan.kinds[q]):
            plan.stock[plan.origin[q], plan.items[q, x, 0]] += plan.items[q, x, 1]
    plan.requests[o] = 0
    plan.complete[o] = tables.turns + 1
    plan.altered[o] = 1


@compiled
def close_up(tables: Tables, plan: Plan) -> None:
    """Drop the events of requests that nobody carries from the rows so marked (2); recompute those."""
    for d in range(len(plan.length)):
        if plan.changed[d] == 2:
            n = 0
            for k in range(plan.length[d]):
                if plan.drone[plan.events[d, k] >> 1] != NOBODY:
                    plan.events[d, n] = plan.events[d, k]
                    n += 1
            plan.length[d] = n
            refresh(tables, plan, d)


@compiled
def settle(tables: Tables, plan: Plan) -> None:
    """Recompute what depends on all drones, where something was altered."""
    for o in range(len(plan.complete)):
        if plan.altered[o] == 1:
            recount(tables, plan, o)
    for d in range(len(plan.length)):
        rank(plan, d)


@compiled
def copy_changes(source: Plan, target: Plan, tables: Tables, rows: Ints, orders: Ints) -> None:
    """Make `target` what `source` is in the marked `rows` and `orders`; clear those marks."""
    for d in range(len(rows)):
        if rows[d] > 0:
            n = source.length[d]
            target.length[d] = n
            for k in range(n):
                target.events[d, k] = source.events[d, k]
                target.ends[d, k], target.load[d, k] = source.ends[d, k], source.load[d, k]
            rows[d] = 0
        for k in range(source.length[d] + 1):
            target.urgent[d, k] = source.urgent[d, k]
    for o in range(len(orders)):
        if orders[o] == 1:
            _copy_order(source, target, tables, o)
            orders[o] = 0
    for w in range(source.stock.shape[0]):
        for p in range(source.stock.shape[1]):
            target.stock[w, p] = source.stock[w, p]


@compiled
def _copy_order(source: Plan, target: Plan, tables: Tables, o: int) -> None:
    target.requests[o], target.complete[o] = source.requests[o], source.complete[o]
    for q in range(tables.slot_from[o], tables.slot_from[o + 1]):
        target.drone[q] = source.drone[q]
        if q < tables.slot_from[o] + source.requests[o]:
            target.origin[q], target.weight[q] = source.origin[q], source.weight[q]
            target.kinds[q], target.done[q] = source.kinds[q], source.done[q]
            for x in range(source.kinds[q]):
                target.items[q, x, 0], target.items[q, x, 1] = source.items[q, x, 0], source.items[q, x, 1]
