"""Taking customers out: strings of neighbouring routes, as slack induction by string removals does.

J. Christiaens, G. Vanden Berghe, "Slack Induction by String Removals for Vehicle Routing Problems",
Transportation Science 54(2), 2020.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.draws import Share, Stream, below, draw
from orchestrator.dispatch.electric.fleet import NOBODY, Fleet, refresh
from orchestrator.dispatch.electric.inserting import settle
from orchestrator.dispatch.electric.placing import Labels
from orchestrator.dispatch.electric.problem import Quantity
from orchestrator.dispatch.electric.tables import Tables
from orchestrator.dispatch.kernels import compiled

REMOVED = 10
"""Customers taken out a round, about."""

LONGEST_STRING = 10
SPLIT: Share = 0.5
"""How often a string leaves some customers in its middle where they are."""

LENGTHEN: Share = 0.01
"""How often one more of them is left."""


@compiled
def _customers(tables: Tables, fleet: Fleet, labels: Labels, v: int) -> int:
    """Write the route of `v` without its stations to `labels.sequence`; how many nodes."""
    n = 0
    for k in range(fleet.length[v]):
        if fleet.stops[v, k] <= tables.customers:
            labels.sequence[n] = fleet.stops[v, k]
            n += 1
    labels.held[0] = n
    return n


@compiled
def replace_stations(tables: Tables, fleet: Fleet, labels: Labels, v: int) -> None:
    """Give the route of `v` better stations where there are."""
    n = _customers(tables, fleet, labels, v)
    if n < fleet.length[v]:
        settle(tables, fleet, labels, v, fleet.way[v] - 1e-9)


@compiled
def take_out(tables: Tables, fleet: Fleet, v: int) -> None:
    """Drop from the route of `v` the customers whose keeper is NOBODY."""
    n = 0
    for k in range(fleet.length[v]):
        stop = fleet.stops[v, k]
        if stop == 0 or stop > tables.customers or fleet.keeper[stop] != NOBODY:
            fleet.stops[v, n] = stop
            n += 1
    fleet.length[v] = n
    if not refresh(tables, fleet, v):
        for k in range(1, n - 1):
            if fleet.stops[v, k] <= tables.customers:
                fleet.keeper[fleet.stops[v, k]] = NOBODY
        fleet.stops[v, 1], fleet.length[v] = 0, 2
        refresh(tables, fleet, v)
    _spare_stations(tables, fleet, v)


@compiled
def _spare_stations(tables: Tables, fleet: Fleet, v: int) -> None:
    """Leave out stations of `v`, one after the other, as long as the route can be driven without."""
    k = 1
    while k < fleet.length[v] - 1:
        stop = fleet.stops[v, k]
        if stop > tables.customers:
            for x in range(k, fleet.length[v] - 1):
                fleet.stops[v, x] = fleet.stops[v, x + 1]
            fleet.length[v] -= 1
            if refresh(tables, fleet, v):
                continue
            for x in range(fleet.length[v], k, -1):
                fleet.stops[v, x] = fleet.stops[v, x - 1]
            fleet.stops[v, k] = stop
            fleet.length[v] += 1
            refresh(tables, fleet, v)
        k += 1


@compiled
def could_save(tables: Tables, fleet: Fleet, v: int) -> Quantity:
    """How much less the way of `v` could be with other stations, at most."""
    direct, i = 0.0, 0
    for k in range(1, fleet.length[v]):
        j = fleet.stops[v, k]
        if j <= tables.customers:
            direct += tables.way[i, j]
            i = j
    return fleet.way[v] - direct


@compiled
def _string(labels: Labels, fleet: Fleet, n: int, at: int, size: int, rng: Stream) -> None:
    """Set free a string of `size` of the `n` - 2 customers in `sequence`, about position `at`."""
    kept = 0
    if size > 1 and draw(rng) < SPLIT:
        kept = 1
        while size + kept < n - 2 and draw(rng) < LENGTHEN:
            kept += 1
        kept = min(kept, n - 2 - size)
    span = size + kept
    first = max(1, at - span + 1)
    last = min(at, n - 1 - span)
    begin = first + below(rng, max(1, last - first + 1))
    hole = begin + 1 + below(rng, max(1, size - 1))
    for k in range(begin, begin + span):
        if not (kept > 0 and hole <= k < hole + kept):
            fleet.keeper[labels.sequence[k]] = NOBODY


@compiled
def _longest(tables: Tables, fleet: Fleet) -> Quantity:
    """How long strings may be: not longer than the routes are on average."""
    rows = max(1, fleet.used[0])
    return min(float(LONGEST_STRING), max(1.0, tables.customers / rows))


@compiled
def ruin(tables: Tables, fleet: Fleet, labels: Labels, touched: NDArray[np.int64], rng: Stream) -> None:
    """Take out about REMOVED customers near one of them, from several routes."""
    touched[: fleet.used[0]] = 0
    longest = _longest(tables, fleet)
    strings = int(draw(rng) * (4.0 * REMOVED / (1.0 + longest) - 1.0) + 1.0)
    seed = 1 + below(rng, tables.customers)
    done = 0
    for x in range(-1, tables.customers - 1):
        if done >= strings:
            break
        c = seed if x < 0 else tables.near[seed, x]
        v = fleet.keeper[c]
        if v == NOBODY or touched[v] == 1:
            continue
        n = _customers(tables, fleet, labels, v)
        at = 1
        while labels.sequence[at] != c:
            at += 1
        size = int(draw(rng) * min(float(n - 2), longest) + 1.0)
        _string(labels, fleet, n, at, min(size, n - 2), rng)
        touched[v] = 1
        done += 1
    for v in range(fleet.used[0]):
        if touched[v] == 1:
            take_out(tables, fleet, v)
