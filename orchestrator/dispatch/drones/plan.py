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

SAME, CHANGED, HOLED = 0, 1, 2
"""Marks of a row: as it was; not so; with events of requests that nobody carries."""

COUNTED, ALTERED = 1, 2
"""Marks of an order that is not as it was: when it is complete is known; or may be another turn."""


class Plan(NamedTuple):
    """The plans of all drones.

    - `events` (drones, length): twice the request, plus 1 for its hand-over; `length` (drones): how many
    - `places` (drones, length): where; `legs` (drones, length): turns on the way there
    - `ends` (drones, length): turns passed when it is done; `load` (drones, length): the weight carried then
    - `urgent` (drones, length + 1): how many orders are complete with one of the hand-overs from there on
    - `origin`, `weight`, `kinds`, `order`, `done`, `drone` (requests): the warehouse, the weight, how many
      products, the order, the turns passed when it is handed over, the drone or NOBODY
    - `items` (requests, k, 3): product, count, and which of all orders' lines that is
    - `left` (lines): how many are in no request; `missing` (orders): the weight of those
    - `complete` (orders): turns passed when all of it is there; more than there are, where it is not
    - `last` (orders): the request it is complete with, or NOBODY
    - `stock` (warehouses, products)
    - `changed`, `stale` (drones), `altered` (orders): marks; a stale row's `urgent` is not as it should be
    """

    events: Ints
    length: Ints
    places: Ints
    legs: Ints
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
    left: Ints
    missing: Ints
    complete: Ints
    last: Ints
    stock: Ints
    changed: Ints
    stale: Ints
    altered: Ints


def plan_for(problem: Delivery, tables: Tables) -> Plan:
    """Nothing carried yet."""
    orders, slots = len(problem.orders), int(tables.slot_from[-1])
    length = min(2 * slots, 8 * slots // problem.drones + 64)
    kinds = int(np.diff(tables.line_from).max())
    rows = (problem.drones, length)
    wanted = tables.lines[:, 1] * tables.weights[tables.lines[:, 0]]
    return Plan(
        events=np.zeros(rows, np.int64),
        length=np.zeros(problem.drones, np.int64),
        places=np.zeros(rows, np.int64),
        legs=np.zeros(rows, np.int64),
        ends=np.zeros(rows, np.int64),
        load=np.zeros(rows, np.int64),
        urgent=np.zeros((problem.drones, length + 1), np.int64),
        origin=np.zeros(slots, np.int64),
        weight=np.zeros(slots, np.int64),
        kinds=np.zeros(slots, np.int64),
        order=np.repeat(np.arange(orders), np.diff(tables.slot_from)),
        done=np.zeros(slots, np.int64),
        drone=np.full(slots, NOBODY, np.int64),
        items=np.zeros((slots, kinds, 3), np.int64),
        left=tables.lines[:, 1].copy(),
        missing=np.add.reduceat(wanted, tables.line_from[:-1]),
        complete=np.full(orders, problem.turns + 1, np.int64),
        last=np.full(orders, NOBODY, np.int64),
        stock=np.array([site.stock for site in problem.warehouses], np.int64),
        changed=np.zeros(problem.drones, np.int64),
        stale=np.zeros(problem.drones, np.int64),
        altered=np.zeros(orders, np.int64),
    )


@compiled
def total(plan: Plan) -> int:
    """Turns until complete, of all orders: what is to be small."""
    turns = 0
    for o in range(len(plan.complete)):
        turns += plan.complete[o]
    return turns


@compiled
def copy_changes(source: Plan, target: Plan, tables: Tables, rows: Ints, orders: Ints) -> None:
    """Make `target` what `source` is in the marked `rows` and `orders`; clear those marks."""
    for d in range(len(rows)):
        if rows[d] != SAME:
            _copy_row(source, target, d)
            rows[d] = SAME
    for o in range(len(orders)):
        if orders[o] != SAME:
            _copy_order(source, target, tables, o)
            orders[o] = SAME
    for w in range(source.stock.shape[0]):
        for p in range(source.stock.shape[1]):
            target.stock[w, p] = source.stock[w, p]


@compiled
def _copy_row(source: Plan, target: Plan, d: int) -> None:
    n = source.length[d]
    target.length[d] = n
    for k in range(n):
        target.events[d, k], target.places[d, k] = source.events[d, k], source.places[d, k]
        target.legs[d, k], target.ends[d, k] = source.legs[d, k], source.ends[d, k]
        target.load[d, k], target.urgent[d, k] = source.load[d, k], source.urgent[d, k]
    target.urgent[d, n] = source.urgent[d, n]


@compiled
def _copy_order(source: Plan, target: Plan, tables: Tables, o: int) -> None:
    target.missing[o], target.complete[o] = source.missing[o], source.complete[o]
    target.last[o] = source.last[o]
    for x in range(tables.line_from[o], tables.line_from[o + 1]):
        target.left[x] = source.left[x]
    for q in range(tables.slot_from[o], tables.slot_from[o + 1]):
        target.drone[q] = source.drone[q]
        if source.drone[q] != NOBODY:
            target.origin[q], target.weight[q] = source.origin[q], source.weight[q]
            target.kinds[q], target.done[q] = source.kinds[q], source.done[q]
            for x in range(source.kinds[q]):
                for part in range(3):
                    target.items[q, x, part] = source.items[q, x, part]
