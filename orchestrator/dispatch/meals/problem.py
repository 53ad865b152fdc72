"""The meal delivery routing problem as values.

D. Reyes, A. Erera, M. Savelsbergh, S. Sahasrabudhe, R. O'Neil, "Meal Delivery Routing: The Grubhub
Instances", 2018. An order is known from its placement on. Couriers wait where they came on duty or last
delivered; told to, one goes to a restaurant, picks up one or more of its orders, the last of them ready, and
brings them to their diners one after the other; nobody is diverted meanwhile. Nothing is picked up off duty.
Times are minutes of the day, places metres.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Minutes: TypeAlias = float
Dollars: TypeAlias = float
Spot: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Order:
    """A meal for the diner `at`, cooked at a restaurant."""

    name: str
    at: Spot
    placed: Minutes
    restaurant: str
    ready: Minutes


@dataclass(frozen=True, slots=True)
class Courier:
    """Who comes on duty `at` a place, and until when."""

    name: str
    at: Spot
    on: Minutes
    off: Minutes


@dataclass(frozen=True, slots=True)
class Rules:
    """The figures of an instance.

    - `speed_m_per_min`; `pickup_min`, `dropoff_min`: parking, walking and handing over, there and back
    - `target_min`, `most_min`: from click to door, as is wished and at most
    - `per_order`, `per_hour`: a courier's pay is the larger of both sums
    """

    speed_m_per_min: Minutes
    pickup_min: Minutes
    dropoff_min: Minutes
    target_min: Minutes
    most_min: Minutes
    per_order: Dollars
    per_hour: Dollars

    def travel(self, one: Spot, other: Spot) -> Minutes:
        """Whole minutes from one place to another."""
        return float(math.ceil(math.dist(one, other) / self.speed_m_per_min))

    def pay(self, orders: int, courier: Courier) -> Dollars:
        """What a courier earns who delivered so many."""
        return max(self.per_order * orders, self.per_hour * (courier.off - courier.on) / 60.0)


@dataclass(frozen=True, slots=True)
class Meals:
    """An instance: a day."""

    name: str
    restaurants: Mapping[str, Spot]
    orders: tuple[Order, ...]
    couriers: tuple[Courier, ...]
    rules: Rules


@dataclass(frozen=True, slots=True)
class Task:
    """At an instant, a courier is told to fetch orders of one restaurant and to deliver them as listed."""

    told: Minutes
    courier: str
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A solution: all that was told, in time, and how long the slowest decision took."""

    tasks: tuple[Task, ...]
    slowest_s: float = 0.0
