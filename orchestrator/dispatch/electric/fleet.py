"""A solution in arrays, and its upkeep: each route is a row, with what driving it gives at every node."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.electric.charging import GOOD, drive, start
from orchestrator.dispatch.electric.problem import Quantity
from orchestrator.dispatch.electric.tables import Tables
from orchestrator.dispatch.kernels import compiled

NOBODY = -1


class Fleet(NamedTuple):
    """The routes of a fleet.

    - `stops` (vehicles, length): node after node, the depot at both ends; `length` (vehicles): how many
    - `states` (vehicles, length, 4): the `charging.State` at each stop
    - `latest` (vehicles, length): no later may service begin there; a necessary condition. At a station that
      charges to full: when it is left, and this is exact
    - `ahead` (vehicles, length, 4), where stays are to full, to the next station or else the end: the energy
      it takes; how long it takes without waiting; when it is reached at the earliest; no later may service
      begin here for the windows up to there. `charge` (vehicles, length): that stop. Else see `_asked`
    - `load`, `way` (vehicles)
    - `keeper` (customers + 1): the vehicle of each customer, or NOBODY
    - `used` (1): how many vehicles there are; the rows up to it are in use
    - `changed` (vehicles): 1 for the rows that differ from those kept
    """

    stops: NDArray[np.int64]
    length: NDArray[np.int64]
    states: NDArray[np.float64]
    latest: NDArray[np.float64]
    ahead: NDArray[np.float64]
    charge: NDArray[np.int64]
    load: NDArray[np.float64]
    way: NDArray[np.float64]
    keeper: NDArray[np.int64]
    used: NDArray[np.int64]
    changed: NDArray[np.int64]


def fleet_for(vehicles: int, length: int, customers: int) -> Fleet:
    """Room for so many vehicles, none in use, nobody served."""
    return Fleet(
        stops=np.zeros((vehicles, length), np.int64),
        length=np.zeros(vehicles, np.int64),
        states=np.zeros((vehicles, length, 4)),
        latest=np.zeros((vehicles, length)),
        ahead=np.zeros((vehicles, length, 4)),
        charge=np.zeros((vehicles, length), np.int64),
        load=np.zeros(vehicles),
        way=np.zeros(vehicles),
        keeper=np.full(customers + 1, NOBODY, np.int64),
        used=np.zeros(1, np.int64),
        changed=np.zeros(vehicles, np.int64),
    )


@compiled
def refresh(tables: Tables, fleet: Fleet, v: int) -> bool:
    """Recompute all that hangs on the stops of `v`; whether it can be driven."""
    stops, states = fleet.stops[v], fleet.states[v]
    n = fleet.length[v]
    t, p, e, m = start(tables)
    states[0, 0], states[0, 1], states[0, 2], states[0, 3] = t, p, e, m
    load = 0.0
    way = 0.0
    for k in range(1, n):
        code, t, p, e, m = drive(tables, stops[k - 1], stops[k], t, p, e, m)
        if code != GOOD:
            return False
        states[k, 0], states[k, 1], states[k, 2], states[k, 3] = t, p, e, m
        way += tables.way[stops[k - 1], stops[k]]
        load += tables.demand[stops[k]]
        fleet.keeper[stops[k]] = v if 0 < stops[k] <= tables.customers else fleet.keeper[stops[k]]
    fleet.load[v], fleet.way[v] = load, way
    if tables.partial == 1:
        _asked(tables, fleet, v)
    else:
        _latest(tables, fleet, v)
        _ahead(tables, fleet, v)
    fleet.changed[v] = 1
    return load <= tables.load + 1e-9


@compiled
def _asked(tables: Tables, fleet: Fleet, v: int) -> None:
    """Backwards, where stays are as long as needed: the energy that each stop asks for, and by when.

    Where a battery fills at one pace, a later begin asks for as much more as could have been charged
    meanwhile, or for nothing more. So `ahead` has all there is to know (exact for a straight curve): the
    energy it takes however early it is; that which it takes at instant 0, if it grew with time throughout;
    the latest begin. At a station that is when it is left, and its `latest` when it is reached.
    """
    stops, ahead, latest = fleet.stops[v], fleet.ahead[v], fleet.latest[v]
    n, full = fleet.length[v], tables.filled_to[-1]
    pace = full / tables.filled_at[-1]
    least, growing, by = 0.0, -np.inf, tables.due[0]
    ahead[n - 1, 0], ahead[n - 1, 1], ahead[n - 1, 2], latest[n - 1] = least, growing, by, by
    for k in range(n - 2, -1, -1):
        i, j = stops[k], stops[k + 1]
        onward = tables.service[i] + tables.time[i, j]
        least += tables.energy[i, j]
        growing += tables.energy[i, j] + pace * onward
        by -= onward
        if i > tables.customers:
            ahead[k, 0], ahead[k, 1], ahead[k, 2] = least, growing, by
            least, growing = 0.0, max(growing, least - pace * by)
            by = min(by, tables.due[i])
        else:
            by = min(by, tables.due[i], (full - growing) / pace)
            least = max(least, growing + pace * tables.ready[i])
            ahead[k, 0], ahead[k, 1], ahead[k, 2] = least, growing, by
        latest[k] = by


@compiled
def _latest(tables: Tables, fleet: Fleet, v: int) -> None:
    """Backwards: the latest times. The stay at a station that charges to full is reckoned as it is now."""
    stops, states, latest = fleet.stops[v], fleet.states[v], fleet.latest[v]
    n = fleet.length[v]
    latest[n - 1] = tables.due[0]
    for k in range(n - 2, -1, -1):
        j = stops[k + 1]
        begin = latest[k + 1]
        if j > tables.customers:
            arrival = states[k, 0] + tables.service[stops[k]] + tables.time[stops[k], j]
            begin -= states[k + 1, 0] - max(arrival, tables.ready[j])
        begin = min(begin, tables.due[j]) - tables.time[stops[k], j] - tables.service[stops[k]]
        station = stops[k] > tables.customers
        latest[k] = begin if station else min(begin, tables.due[stops[k]])


@compiled
def _ahead(tables: Tables, fleet: Fleet, v: int) -> None:
    """Backwards: what lies between each stop and the next charge."""
    stops, ahead, charge = fleet.stops[v], fleet.ahead[v], fleet.charge[v]
    n = fleet.length[v]
    ahead[n - 1, 0], ahead[n - 1, 1], ahead[n - 1, 2], charge[n - 1] = 0.0, 0.0, 0.0, n - 1
    ahead[n - 1, 3] = tables.due[0]
    for k in range(n - 2, -1, -1):
        i, j = stops[k], stops[k + 1]
        onward = tables.service[i] + tables.time[i, j]
        if j > tables.customers:
            ahead[k, 0], ahead[k, 1], ahead[k, 2], charge[k] = tables.energy[i, j], onward, 0.0, k + 1
            ahead[k, 3] = min(tables.due[i], tables.due[j] - onward)
        else:
            ahead[k, 0], ahead[k, 1] = ahead[k + 1, 0] + tables.energy[i, j], ahead[k + 1, 1] + onward
            ahead[k, 2], charge[k] = max(ahead[k + 1, 2], tables.ready[j] + ahead[k + 1, 1]), charge[k + 1]
            ahead[k, 3] = min(tables.due[i], ahead[k + 1, 3] - onward)


@compiled
def copy_route(source: Fleet, row: int, target: Fleet, v: int) -> None:
    """Make row `v` of `target` what `row` of `source` is."""
    n = source.length[row]
    target.length[v], target.load[v], target.way[v] = n, source.load[row], source.way[row]
    for k in range(n):
        target.stops[v, k] = source.stops[row, k]
        target.latest[v, k] = source.latest[row, k]
        target.charge[v, k] = source.charge[row, k]
        for x in range(4):
            target.ahead[v, k, x] = source.ahead[row, k, x]
        for x in range(4):
            target.states[v, k, x] = source.states[row, k, x]


@compiled
def copy_changes(source: Fleet, target: Fleet, changed: NDArray[np.int64]) -> None:
    """Make `target` what `source` is, where it `changed`; clear those marks."""
    rows = max(source.used[0], target.used[0])
    for v in range(rows):
        if changed[v] == 1:
            copy_route(source, v, target, v)
            changed[v] = 0
    target.used[0] = source.used[0]
    for c in range(len(source.keeper)):
        target.keeper[c] = source.keeper[c]


@compiled
def whole_way(fleet: Fleet) -> Quantity:
    """The distance of all routes."""
    total = 0.0
    for v in range(fleet.used[0]):
        total += fleet.way[v]
    return total
