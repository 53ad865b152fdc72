"""Putting customers back: each at its cheapest place, with a station before or after it where energy asks."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.draws import Share, Stream, draw
from orchestrator.dispatch.electric.charging import EMPTY, GOOD, LATE, drive, filling_time
from orchestrator.dispatch.electric.fleet import Fleet, refresh
from orchestrator.dispatch.electric.placing import Labels, place_stations, placed
from orchestrator.dispatch.electric.problem import Quantity
from orchestrator.dispatch.electric.tables import Tables
from orchestrator.dispatch.kernels import compiled

BLINK: Share = 0.01
"""The share of places that are overlooked, so that the same ruin is not always mended the same way."""

TRIED_AGAIN = 3
"""Places without the energy for which stations are placed anew, when a customer fits nowhere as it is."""

Where: TypeAlias = tuple[Quantity, int, int, int, int]
"""What it adds to the distance; the vehicle, the position, a station before and one after, or 0."""


class Spots(NamedTuple):
    """The cheapest places that lacked energy: what each adds (k), and vehicle and position (k, 2)."""

    extra: NDArray[np.float64]
    at: NDArray[np.int64]


@compiled
def _rest(
    tables: Tables, fleet: Fleet, v: int, k: int, i: int, t: Quantity, p: Quantity, e: Quantity, m: Quantity
) -> int:
    """Whether vehicle `v` can drive from node `i` in this state to its stop `k` and on to the end."""
    known = tables.partial == 0 or len(tables.filled_at) == 2
    for x in range(k, k + 1 if known else fleet.length[v]):
        j = fleet.stops[v, x]
        code, t, p, e, m = drive(tables, i, j, t, p, e, m)
        if code != GOOD:
            return code
        i = j
    if not known:
        return GOOD
    return (
        _to_charge(tables, fleet, v, k, t, e)
        if tables.partial == 0
        else _asked(tables, fleet, v, k, t, p, e, m)
    )


@compiled
def _asked(
    tables: Tables, fleet: Fleet, v: int, k: int, t: Quantity, p: Quantity, e: Quantity, m: Quantity
) -> int:
    """As `_rest` from stop `k` itself, where stays are as long as needed and the curve is straight."""
    ahead, pace = fleet.ahead[v, k], tables.filled_to[-1] / tables.filled_at[-1]
    if t > ahead[2] + 1e-9:
        return LATE
    longer = min(m, max(0.0, ahead[2] - t))
    energy = pace * (p + longer) - e + 1e-9
    if energy < ahead[1] + pace * (t + longer):
        return LATE
    return EMPTY if energy < ahead[0] else GOOD


@compiled
def _to_charge(tables: Tables, fleet: Fleet, v: int, k: int, t: Quantity, e: Quantity) -> int:
    """As `_rest` from stop `k` itself, where stays are to full: the next charge decides."""
    latest, ahead, charge = fleet.latest[v], fleet.ahead[v, k], fleet.charge[v, k]
    if fleet.stops[v, k] > tables.customers or charge == fleet.length[v] - 1:
        late = t > latest[k] + 1e-9
        empty = fleet.stops[v, k] <= tables.customers and e + ahead[0] > tables.filled_to[-1] + 1e-9
    else:
        e += ahead[0]
        empty = e > tables.filled_to[-1] + 1e-9
        leave = max(ahead[2], t + ahead[1]) + tables.filled_at[-1]
        leave -= filling_time(tables, max(0.0, tables.filled_to[-1] - e))
        late = t > ahead[3] + 1e-9 or (not empty and leave > latest[charge] + 1e-9)
    if late:
        return LATE
    return EMPTY if empty else GOOD


@compiled
def _by(tables: Tables, fleet: Fleet, v: int, k: int, before: int, c: int, after: int) -> int:
    """Whether `c` can stand before stop `k`, with stations beside it (0: none)."""
    s = fleet.states[v, k - 1]
    t, p, e, m = s[0], s[1], s[2], s[3]
    i = fleet.stops[v, k - 1]
    for node in (before, c, after):
        if node > 0:
            code, t, p, e, m = drive(tables, i, node, t, p, e, m)
            if code != GOOD:
                return code
            i = node
    return _rest(tables, fleet, v, k, i, t, p, e, m)


@compiled
def _with_station(
    tables: Tables, fleet: Fleet, v: int, k: int, c: int, extra: Quantity, best: Where
) -> Where:
    """The better of `best` and `c` before stop `k` with one station beside it."""
    i, j = fleet.stops[v, k - 1], fleet.stops[v, k]
    for side in range(2):
        one, two = (i, c) if side == 0 else (c, j)
        for x in range(tables.near_stations.shape[2]):
            f = tables.near_stations[one, two, x]
            cost = extra + tables.way[one, f] + tables.way[f, two] - tables.way[one, two]
            if cost >= best[0]:
                break
            before, after = (f, 0) if side == 0 else (0, f)
            if _by(tables, fleet, v, k, before, c, after) == GOOD:
                best = (cost, v, k, before, after)
                break
    return best


@compiled
def _remember(spots: Spots, extra: Quantity, v: int, k: int) -> None:
    worst = np.argmax(spots.extra)
    if extra < spots.extra[worst]:
        spots.extra[worst], spots.at[worst, 0], spots.at[worst, 1] = extra, v, k


@compiled
def _in_route(tables: Tables, fleet: Fleet, v: int, c: int, best: Where, spots: Spots, rng: Stream) -> Where:
    """The better of `best` and the cheapest place of `c` in the route of `v`."""
    for k in range(1, fleet.length[v]):
        i, j = fleet.stops[v, k - 1], fleet.stops[v, k]
        begin = fleet.states[v, k - 1, 0] + tables.service[i] + tables.time[i, c]
        if begin > tables.due[c]:
            break
        extra = tables.way[i, c] + tables.way[c, j] - tables.way[i, j]
        if extra >= best[0]:
            continue
        onward = max(begin, tables.ready[c]) + tables.service[c] + tables.time[c, j]
        if onward > fleet.latest[v, k] + 1e-9 or draw(rng) < BLINK:
            continue
        code = _by(tables, fleet, v, k, 0, c, 0)
        if code == GOOD:
            best = (extra, v, k, 0, 0)
        elif code == EMPTY:
            _remember(spots, extra, v, k)
            best = _with_station(tables, fleet, v, k, c, extra, best)
    return best


@compiled
def _put(fleet: Fleet, v: int, k: int, node: int) -> None:
    for x in range(fleet.length[v], k, -1):
        fleet.stops[v, x] = fleet.stops[v, x - 1]
    fleet.stops[v, k] = node
    fleet.length[v] += 1


@compiled
def settle(tables: Tables, fleet: Fleet, labels: Labels, v: int, bound: Quantity) -> bool:
    """Give the route of `v` the stations of least distance, if that is below `bound`; whether it is.

    `labels.sequence` holds the depot, the customers in their order, the depot.
    """
    n = labels.held[0]
    if place_stations(tables, labels, n, bound) >= bound:
        return False
    n = placed(labels, n)
    if n == 0 or n > fleet.stops.shape[1] - 3:
        return False
    for k in range(n):
        fleet.stops[v, k] = labels.route[k]
    fleet.length[v] = n
    return refresh(tables, fleet, v)


@compiled
def _anew(tables: Tables, fleet: Fleet, labels: Labels, c: int, spots: Spots) -> bool:
    """Put `c` to one of the `spots`, with all stations of that route placed anew; whether one could."""
    for _ in range(len(spots.extra)):
        x = np.argmin(spots.extra)
        if spots.extra[x] == np.inf:
            return False
        spots.extra[x] = np.inf
        v, at = spots.at[x, 0], spots.at[x, 1]
        n = 0
        for k in range(fleet.length[v]):
            if k == at:
                labels.sequence[n] = c
                n += 1
            if fleet.stops[v, k] <= tables.customers:
                labels.sequence[n] = fleet.stops[v, k]
                n += 1
        labels.held[0] = n
        if settle(tables, fleet, labels, v, 1e17):
            return True
    return False


@compiled
def insert(tables: Tables, fleet: Fleet, labels: Labels, spots: Spots, c: int, rng: Stream) -> bool:
    """Put customer `c` to its cheapest place; False where there is none."""
    spots.extra[:] = np.inf
    best = (np.inf, -1, 0, 0, 0)
    for v in range(fleet.used[0]):
        room = fleet.length[v] + 3 < fleet.stops.shape[1]
        if room and fleet.load[v] + tables.demand[c] <= tables.load + 1e-9:
            best = _in_route(tables, fleet, v, c, best, spots, rng)
    v, k = best[1], best[2]
    if v < 0:
        return _anew(tables, fleet, labels, c, spots)
    if best[4] > 0:
        _put(fleet, v, k, best[4])
    _put(fleet, v, k, c)
    if best[3] > 0:
        _put(fleet, v, k, best[3])
    return refresh(tables, fleet, v)
