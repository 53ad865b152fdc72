"""Driving a route node by node: what the clock and the battery say, at the earliest.

How long a vehicle stayed at its last station need not be fixed at once. The state keeps the earliest time,
and how much longer the stay can still become: later by that much, the battery holds what the curve gives.
As the curve is concave and every station's alike, charging is never worth more than at the next station
reached, where the battery is lower; so a single state is exact for a given sequence. (G. Desaulniers et
al., "Exact algorithms for electric vehicle-routing problems with time windows", Operations Research 64(6),
2016, have this for a linear curve.) Charging to full is the same with nothing left to choose.
"""

from __future__ import annotations

from typing import TypeAlias

from orchestrator.dispatch.electric.problem import Quantity
from orchestrator.dispatch.electric.tables import Tables
from orchestrator.dispatch.kernels import compiled

State: TypeAlias = tuple[Quantity, Quantity, Quantity, Quantity]
"""At a node: when service begins at the earliest; how far the charge curve had been followed when the last
station was left; the energy used since; how much later it could have been left."""

Step: TypeAlias = tuple[int, Quantity, Quantity, Quantity, Quantity]
GOOD, LATE, EMPTY = 0, 1, 2
_SLACK = 1e-9


@compiled
def filled(tables: Tables, after: Quantity) -> Quantity:
    """The energy of a battery that was empty and charged for so long."""
    last = len(tables.filled_at) - 1
    for k in range(1, last + 1):
        if after <= tables.filled_at[k] or k == last:
            t0, e0 = tables.filled_at[k - 1], tables.filled_to[k - 1]
            rate = (tables.filled_to[k] - e0) / (tables.filled_at[k] - t0)
            return e0 + (min(after, tables.filled_at[k]) - t0) * rate
    return 0.0


@compiled
def filling_time(tables: Tables, energy: Quantity) -> Quantity:
    """How long an empty battery charges until it holds so much."""
    last = len(tables.filled_at) - 1
    for k in range(1, last + 1):
        if energy <= tables.filled_to[k] or k == last:
            t0, e0 = tables.filled_at[k - 1], tables.filled_to[k - 1]
            pace = (tables.filled_at[k] - t0) / (tables.filled_to[k] - e0)
            return t0 + (min(energy, tables.filled_to[k]) - e0) * pace
    return 0.0


@compiled
def start(tables: Tables) -> State:
    """At the depot: full, as early as can be."""
    return tables.ready[0], tables.filled_at[-1], 0.0, 0.0


@compiled
def drive(tables: Tables, i: int, j: int, t: Quantity, p: Quantity, e: Quantity, m: Quantity) -> Step:
    """From the state at node `i` to the one at `j`; LATE or EMPTY, first in the tuple, where it cannot be.

    At a station the time is that of leaving it with what it had on arrival (PARTIAL), or full.
    """
    t += tables.service[i] + tables.time[i, j]
    e += tables.energy[i, j]
    if e > tables.filled_to[-1] + _SLACK:
        return EMPTY, t, p, e, m
    if tables.partial == 1:
        lacking = filling_time(tables, e) - p
        if lacking > _SLACK:
            if lacking > m + _SLACK:
                return EMPTY, t, p, e, m
            t, p, m = t + lacking, p + lacking, max(0.0, m - lacking)
    if t > tables.due[j] + _SLACK:
        return LATE, t, p, e, m
    wait = tables.ready[j] - t
    if wait > 0.0:
        t = tables.ready[j]
        longer = min(wait, m)
        p, m = p + longer, m - longer
    if j > tables.customers:
        full = tables.filled_at[-1]
        p = filling_time(tables, max(0.0, filled(tables, p) - e))
        if tables.partial == 1:
            return GOOD, t, p, 0.0, full - p
        return GOOD, t + full - p, full, 0.0, 0.0
    return GOOD, t, p, e, min(m, max(0.0, tables.due[j] - t))
