"""Small electric instances, drawn from a seed."""

from __future__ import annotations

import random

from orchestrator.dispatch.electric.problem import Curve, Electric, Kind, Place, Refill

TEXT = """StringID   Type       x          y          demand     ReadyTime  DueDate    ServiceTime
D0         d          40.0       50.0       0.0        0.0        1236.0     0.0
S0         f          40.0       50.0       0.0        0.0        1236.0     0.0
S5         f          31.0       84.0       0.0        0.0        1236.0     0.0
C30        c          20.0       55.0       10.0       355.0      407.0      90.0
C12        c          25.0       85.0       20.0       176.0      228.0      90.0

Q Vehicle fuel tank capacity /77.75/
C Vehicle load capacity /200.0/
r fuel consumption rate /1.0/
g inverse refueling rate /3.47/
v average Velocity /1.0/
"""


def town(seed: int, customers: int, refill: Refill = Refill.FULL, curve: Curve | None = None) -> Electric:
    """Customers and two stations about a depot; each customer can be reached and left by some station."""
    dice = random.Random(seed)  # noqa: S311
    places = [Place("D", Kind.DEPOT, 50, 50, due=600)]
    places += [
        Place(f"S{k}", Kind.STATION, dice.uniform(20, 80), dice.uniform(20, 80), due=600) for k in range(2)
    ]
    for k in range(customers):
        ready = dice.uniform(0, 200)
        x, y = dice.uniform(10, 90), dice.uniform(10, 90)
        due = ready + dice.uniform(60, 250)
        places.append(Place(f"C{k}", Kind.CUSTOMER, x, y, dice.randint(1, 9), ready, due, 10))
    return Electric("town", tuple(places), 20, curve or Curve.linear(85, 0.5), 1.0, 1.0, refill)
