"""A delivery instance as the arrays that the kernels read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.drones.problem import Delivery

NEAR = 60
"""How many neighbours of each order are known, at most."""

Ints = NDArray[np.int64]


class Tables(NamedTuple):
    """What the kernels know of an instance.

    - `sites` (warehouses, 2), `doors` (orders, 2): where they are
    - `weights` (products)
    - `line_from` (orders + 1), `lines` (n, 2): what each order wants, product and count, heavy products first
    - `slot_from` (orders + 1): each order may be carried in as many requests as it has items; which are its
    - `near` (orders, k): the nearest other orders
    - `payload`, `turns`
    """

    sites: Ints
    doors: Ints
    weights: Ints
    line_from: Ints
    lines: Ints
    slot_from: Ints
    near: Ints
    payload: int
    turns: int


def tables_of(problem: Delivery) -> Tables:
    """The arrays of an instance."""
    doors = np.array([order.at for order in problem.orders], np.int64)
    lines = [
        sorted(order.wanted, key=lambda line: (-problem.weights[line[0]], line[0]))
        for order in problem.orders
    ]
    return Tables(
        sites=np.array([site.at for site in problem.warehouses], np.int64),
        doors=doors,
        weights=np.array(problem.weights, np.int64),
        line_from=_starts([len(each) for each in lines]),
        lines=np.array([line for each in lines for line in each], np.int64),
        slot_from=_starts([sum(count for _, count in each) for each in lines]),
        near=_near(doors),
        payload=problem.payload,
        turns=problem.turns,
    )


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
