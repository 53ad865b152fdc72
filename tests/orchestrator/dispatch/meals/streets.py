"""Small days of meals, drawn from a seed or written by hand."""

from __future__ import annotations

import random

from orchestrator.dispatch.meals.problem import Courier, Meals, Order, Rules

RULES = Rules(320, 4, 4, 40, 90, 10, 15)

TEXTS = {
    "restaurants.txt": "restaurant\tx\ty\nr1\t0\t0\nr2\t3200\t0\n",
    "orders.txt": "order\tx\ty\tplacement_time\trestaurant\tready_time\n"
    "o1\t3200\t0\t100\tr1\t110\no2\t0\t640\t101\tr1\t112\n",
    "couriers.txt": "courier\tx\ty\ton_time\toff_time\nc1\t0\t320\t60\t180\nc2\t6400\t0\t60\t180\n",
    "instance_parameters.txt": "meters_per_minute\tpickup service minutes\tdropoff service minutes\t"
    "target click-to-door\tmaximum click-to-door\tpay per order\tguaranteed pay per hour\n"
    "320\t4\t4\t40\t90\t10\t15\n",
}


def street(seed: int, orders: int, couriers: int) -> Meals:
    """Orders over two hours from a few restaurants; all couriers on duty for three."""
    dice = random.Random(seed)  # noqa: S311

    def spot() -> tuple[float, float]:
        return float(dice.randrange(6000)), float(dice.randrange(6000))

    kitchens = {f"r{k}": spot() for k in range(5)}
    placed = sorted(dice.randrange(60, 180) for _ in range(orders))
    meals = tuple(
        Order(f"o{k}", spot(), at, dice.choice(sorted(kitchens)), at + dice.randrange(5, 25))
        for k, at in enumerate(placed)
    )
    fleet = tuple(Courier(f"c{k}", spot(), 60, 300) for k in range(couriers))
    return Meals("street", kitchens, meals, fleet, RULES)
