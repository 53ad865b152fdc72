"""Delivery instances of the contest's kind: its own example, and drawn ones."""

from __future__ import annotations

import random

from orchestrator.dispatch.drones.problem import Delivery, Order, Warehouse

EXAMPLE = """100 100 3 50 500
3
100 5 450
2
0 0
5 1 0
5 5
0 10 2
3
1 1
2
2 0
3 3
1
0
5 6
1
2
"""

SAMPLE = """9
0 L 0 0 1
0 L 0 1 1
0 D 0 0 1
0 L 1 2 1
0 D 0 2 1
1 L 1 2 1
1 D 2 2 1
1 L 0 0 1
1 D 1 0 1
"""
"""The contest's solution of its example: orders complete in turns 18, 10 and 25, a score of 194."""


def grid(seed: int, orders: int, drones: int = 5, warehouses: int = 3) -> Delivery:
    """Products of all weights, stock that suffices but not at every warehouse, a few items an order."""
    dice = random.Random(seed)  # noqa: S311
    kinds = 20
    weights = tuple(dice.randint(2, 90) for _ in range(kinds))
    wanted = []
    for _ in range(orders):
        items = [dice.randrange(kinds) for _ in range(dice.choice((1, 1, 2, 3, 4, 8)))]
        wanted.append(tuple(sorted((p, items.count(p)) for p in set(items))))
    total = [sum(c for order in wanted for p, c in order if p == kind) for kind in range(kinds)]
    stock = [[0] * kinds for _ in range(warehouses)]
    for kind in range(kinds):
        for _ in range(total[kind] + 2):
            stock[dice.randrange(warehouses)][kind] += 1
    cell = [(dice.randrange(60), dice.randrange(90)) for _ in range(orders + warehouses)]
    sites = tuple(Warehouse(cell[w], tuple(stock[w])) for w in range(warehouses))
    doors = tuple(Order(at, each) for at, each in zip(cell[warehouses:], wanted, strict=True))
    return Delivery("grid", 60, 90, drones, 400 * orders // drones, 200, weights, sites, doors)
