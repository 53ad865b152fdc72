"""What a decision is about, as arrays: couriers on duty, and orders placed and not yet assigned."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.meals.problem import Courier, Minutes, Order, Rules, Spot

LONGEST = 24
"""Orders that the plan of one courier can hold; what is further ahead waits for a later decision."""


class Scene(NamedTuple):
    """What is known now.

    - `spots` (couriers, 2), `free`, `off` (couriers): where and from when each can set out, the end of duty
    - `spare` (couriers): how many orders more the guaranteed pay covers
    - `doors`, `kitchens` (orders, 2), `kitchen` (orders): where to, where from, which restaurant
    - `placed`, `ready` (orders)
    - `speed`, `pickup`, `dropoff`, `target`: see `problem.Rules`
    """

    spots: NDArray[np.float64]
    free: NDArray[np.float64]
    off: NDArray[np.float64]
    spare: NDArray[np.float64]
    doors: NDArray[np.float64]
    kitchens: NDArray[np.float64]
    kitchen: NDArray[np.int64]
    placed: NDArray[np.float64]
    ready: NDArray[np.float64]
    speed: Minutes
    pickup: Minutes
    dropoff: Minutes
    target: Minutes


class Plans(NamedTuple):
    """What each courier shall do.

    - `rows` (couriers, LONGEST): orders, one after the other; `length` (couriers)
    - `joined` (couriers, LONGEST): 1 when an order is picked up together with the one before
    - `costs` (couriers)
    - `keeper` (orders): the courier, or -1
    """

    rows: NDArray[np.int64]
    joined: NDArray[np.int64]
    length: NDArray[np.int64]
    costs: NDArray[np.float64]
    keeper: NDArray[np.int64]


def scene_of(
    couriers: list[tuple[Courier, Spot, Minutes, int]],
    orders: list[Order],
    kitchens: dict[str, Spot],
    rules: Rules,
) -> Scene:
    """The arrays. A courier comes with where it will be free, from when, and how many it has delivered."""
    number = {name: k for k, name in enumerate(sorted({order.restaurant for order in orders}))}
    paid = [
        rules.pay(0, one) / rules.per_order - done if rules.per_order else 1e9 for one, _, _, done in couriers
    ]
    return Scene(
        spots=np.array([at for _, at, _, _ in couriers], np.float64).reshape(-1, 2),
        free=np.array([free for _, _, free, _ in couriers], np.float64),
        off=np.array([one.off for one, _, _, _ in couriers], np.float64),
        spare=np.array(paid, np.float64),
        doors=np.array([order.at for order in orders], np.float64).reshape(-1, 2),
        kitchens=np.array([kitchens[order.restaurant] for order in orders], np.float64).reshape(-1, 2),
        kitchen=np.array([number[order.restaurant] for order in orders], np.int64),
        placed=np.array([order.placed for order in orders], np.float64),
        ready=np.array([order.ready for order in orders], np.float64),
        speed=rules.speed_m_per_min,
        pickup=rules.pickup_min,
        dropoff=rules.dropoff_min,
        target=rules.target_min,
    )


def plans_for(couriers: int, orders: int) -> Plans:
    """Nothing planned."""
    return Plans(
        rows=np.zeros((couriers, LONGEST), np.int64),
        joined=np.zeros((couriers, LONGEST), np.int64),
        length=np.zeros(couriers, np.int64),
        costs=np.zeros(couriers),
        keeper=np.full(orders, -1, np.int64),
    )
