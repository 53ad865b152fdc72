"""A delivery instance as the arrays that the kernels read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.drones.problem import Delivery
from orchestrator.dispatch.kernels import compiled

NEAR = 60
"""How many neighbours of each order are known, at most."""

Ints = NDArray[np.int64]


class Tables(NamedTuple):
    """What the kernels know of an instance. A place is a warehouse, or how many there are plus an order.

    - `doors` (orders, 2): where they are
    - `away` (warehouses, places): turns from each to each
    - `weights` (products)
    - `line_from` (orders + 1), `lines` (n, 2): what each order wants, product and count, heavy products first
    - `slot_from` (orders + 1): each order may be carried in as many requests as it has items; which are its
    - `near` (orders, k): the nearest other orders
    - `payload`, `turns`
    """

    doors: Ints
    away: Ints
    weights: Ints
    line_from: Ints
    lines: Ints
    slot_from: Ints
    near: Ints
    payload: int
    turns: int


def tables_of(problem: Delivery) -> Tables:
    """The arrays of an instance."""
    sites = np.array([site.at for site in problem.warehouses], np.int64)
    doors = np.array([order.at for order in problem.orders], np.int64)
    lines = [
        sorted(order.wanted, key=lambda line: (-problem.weights[line[0]], line[0]))
        for order in problem.orders
    ]
    return Tables(
        doors=doors,
        away=_away(sites, np.vstack([sites, doors])),
        weights=np.array(problem.weights, np.int64),
        line_from=_starts([len(each) for each in lines]),
        lines=np.array([line for each in lines for line in each], np.int64),
        slot_from=_starts([sum(count for _, count in each) for each in lines]),
        near=_near(doors),
        payload=problem.payload,
        turns=problem.turns,
    )


@compiled
def turns_between(tables: Tables, one: int, other: int) -> int:
    """Turns from one place to another."""
    sites = len(tables.away)
    if one < sites:
        return int(tables.away[one, other])
    if other < sites:
        return int(tables.away[other, one])
    rows = tables.doors[one - sites, 0] - tables.doors[other - sites, 0]
    columns = tables.doors[one - sites, 1] - tables.doors[other - sites, 1]
    return int(np.ceil(np.sqrt(float(rows * rows + columns * columns))))


def _away(sites: Ints, places: Ints) -> Ints:
    away = np.zeros((len(sites), len(places)), np.int64)
    for w, site in enumerate(sites):
        away[w] = np.ceil(np.sqrt(((places - site) ** 2).sum(axis=1)))
    return away


def _starts(sizes: list[int]) -> Ints:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.array(sizes, np.int64))])


def _near(doors: Ints) -> Ints:
    kept = min(NEAR, len(doors) - 1)
    near = np.zeros((len(doors), kept), np.int64)
    for o in range(len(doors)):
        square = ((doors - doors[o]) ** 2).sum(axis=1)
        square[o] = -1
        near[o] = np.argsort(square, kind="stable")[1 : kept + 1]
    return near
