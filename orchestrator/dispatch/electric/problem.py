"""The electric vehicle routing problem with time windows and recharging stations, as values.

M. Schneider, A. Stenger, D. Goeke, "The Electric Vehicle-Routing Problem with Time Windows and Recharging
Stations", Transportation Science 48(4), 2014. Alike vehicles start full at the depot; driving takes
`consumption` of the battery for a unit of distance; a stay at a station lasts as long as the charging
does; stations may be visited any number of times. Units are the file's own.

In the paper every stay charges to full, at a linear rate. Both can be changed: `refill` PARTIAL leaves the
amount to the solver, and the `curve` may bend as batteries' do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import TypeAlias

Quantity: TypeAlias = float
"""A number in the unit of the instance."""


class Kind(Enum):
    """What a place is; the value is the letter of Schneider's files."""

    DEPOT = "d"
    STATION = "f"
    CUSTOMER = "c"


class Refill(Enum):
    """How long a vehicle stays at a station."""

    FULL = "full"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Place:
    """The depot, a station or a customer. Service begins from `ready` to `due`; at a station, arrival."""

    name: str
    kind: Kind
    x: Quantity
    y: Quantity
    demand: Quantity = 0.0
    ready: Quantity = 0.0
    due: Quantity = math.inf
    service: Quantity = 0.0


@dataclass(frozen=True, slots=True)
class Curve:
    """How an empty battery fills: (time, energy) points from (0, 0), joined by straight lines to full.

    Both grow strictly, and the filling never becomes faster (the lines are concave).
    """

    points: tuple[tuple[Quantity, Quantity], ...]

    def __post_init__(self) -> None:
        """Refuse what is no such curve, with `ValueError`."""
        if len(self.points) < 2 or self.points[0] != (0.0, 0.0):
            raise ValueError("curve: two or more points are wanted, the first (0, 0)")
        rates = []
        for (t0, e0), (t1, e1) in pairwise(self.points):
            if not (math.isfinite(t1) and math.isfinite(e1) and t1 > t0 and e1 > e0):
                raise ValueError(f"curve: ({t1:g}, {e1:g}) does not lie after ({t0:g}, {e0:g})")
            rates.append((e1 - e0) / (t1 - t0))
        if any(later > earlier * (1 + 1e-9) for earlier, later in pairwise(rates)):
            raise ValueError("curve: the filling becomes faster")

    @staticmethod
    def linear(capacity: Quantity, time_per_energy: Quantity) -> Curve:
        """The paper's: each unit of energy takes equally long."""
        return Curve(((0.0, 0.0), (capacity * time_per_energy, capacity)))

    @property
    def capacity(self) -> Quantity:
        """The energy of a full battery."""
        return self.points[-1][1]

    def time_to(self, energy: Quantity) -> Quantity:
        """How long an empty battery fills until it holds `energy`."""
        for (t0, e0), (t1, e1) in pairwise(self.points):
            if energy <= e1:
                return t0 + (energy - e0) * (t1 - t0) / (e1 - e0)
        return self.points[-1][0]


@dataclass(frozen=True, slots=True)
class Electric:
    """An instance: `places` has exactly one depot, the rest in the file's order."""

    name: str
    places: tuple[Place, ...]
    load_capacity: Quantity
    curve: Curve
    consumption: Quantity
    velocity: Quantity
    refill: Refill = Refill.FULL

    def of_kind(self, kind: Kind) -> tuple[Place, ...]:
        """The places of one kind, in order."""
        return tuple(place for place in self.places if place.kind is kind)

    @property
    def depot(self) -> Place:
        """Where every route begins and ends."""
        return self.of_kind(Kind.DEPOT)[0]


@dataclass(frozen=True, slots=True)
class Routes:
    """A solution: per vehicle the names of the places it visits, without the depot at both ends.

    `charged_to`: per vehicle the energy in its battery as it leaves each of its stations, in order.
    """

    routes: tuple[tuple[str, ...], ...]
    charged_to: tuple[tuple[Quantity, ...], ...]
    unserved: tuple[str, ...] = ()
