"""Where to charge on the way past given customers: a labelling, optimal over the stations it is offered.

Between two nodes a vehicle may drive directly or by one of the stations of least detour; by two of any
stations where nothing else reaches the next node. A label is dropped when another at the same node has cost
no more, is no later, and never holds less energy at the same time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.electric.charging import GOOD, State, drive, filled, start
from orchestrator.dispatch.electric.problem import Quantity
from orchestrator.dispatch.electric.tables import Tables
from orchestrator.dispatch.kernels import compiled

WIDTH = 48
"""Labels at a node at most; of more, the cheapest stay."""

IMPOSSIBLE = np.inf


class Labels(NamedTuple):
    """Room for the labels of a route, and for the route itself.

    - `sequence` (levels): the nodes to visit, the depot at both ends
    - `cost` (levels, WIDTH), `states` (levels, WIDTH, 4)
    - `origin` (levels, WIDTH, 3): the label it came from, and two stations on the way or 0
    - `held` (levels): how many labels each has
    - `rest` (levels): the distance from there to the end, driven directly
    - `route` (levels): what was found, with stations
    - `one` (4): a state on its way in
    """

    sequence: NDArray[np.int64]
    cost: NDArray[np.float64]
    states: NDArray[np.float64]
    origin: NDArray[np.int64]
    held: NDArray[np.int64]
    rest: NDArray[np.float64]
    route: NDArray[np.int64]
    one: NDArray[np.float64]


def labels_for(length: int) -> Labels:
    """Room for routes of so many nodes."""
    return Labels(
        sequence=np.zeros(length, np.int64),
        cost=np.zeros((length, WIDTH)),
        states=np.zeros((length, WIDTH, 4)),
        origin=np.zeros((length, WIDTH, 3), np.int64),
        held=np.zeros(length, np.int64),
        rest=np.zeros(length),
        route=np.zeros(length, np.int64),
        one=np.zeros(4),
    )


@compiled
def _covers(
    tables: Tables, one: NDArray[np.float64], t: Quantity, p: Quantity, e: Quantity, m: Quantity
) -> bool:
    """Whether state `one` is at least as good as the other at every time."""
    behind = t - one[0]
    if behind < -1e-12:
        return False
    if filled(tables, one[1] + min(one[3], behind)) - one[2] < filled(tables, p) - e - 1e-12:
        return False
    if m <= 0.0:
        return True
    return filled(tables, one[1] + min(one[3], behind + m)) - one[2] >= filled(tables, p + m) - e - 1e-12


@compiled
def _move(
    costs: NDArray[np.float64], states: NDArray[np.float64], origins: NDArray[np.int64], x: int, to: int
) -> None:
    """Move label `x` of a level to another row."""
    costs[to] = costs[x]
    for k in range(4):
        states[to, k] = states[x, k]
    for k in range(3):
        origins[to, k] = origins[x, k]


@compiled
def _keep(
    tables: Tables, labels: Labels, level: int, cost: Quantity, state: State, label: int, s1: int, s2: int
) -> None:
    """Put a label in unless another covers it; drop those that it covers."""
    t, p, e, m = state
    costs, states, room = labels.cost[level], labels.states[level], labels.one
    n = labels.held[level]
    for x in range(n):
        if costs[x] <= cost + 1e-12 and _covers(tables, states[x], t, p, e, m):
            return
    origins = labels.origin[level]
    room[0], room[1], room[2], room[3] = t, p, e, m
    kept = 0
    for x in range(n):
        s = states[x]
        if not (cost <= costs[x] and _covers(tables, room, s[0], s[1], s[2], s[3])):
            _move(costs, states, origins, x, kept)
            kept += 1
    x = kept if kept < WIDTH else int(np.argmax(costs[:kept]))
    if kept == WIDTH and costs[x] <= cost:
        return
    labels.held[level] = max(kept, x + 1)
    costs[x] = cost
    states[x, 0], states[x, 1], states[x, 2], states[x, 3] = t, p, e, m
    origins[x, 0], origins[x, 1], origins[x, 2] = label, s1, s2


@compiled
def _extend(tables: Tables, labels: Labels, level: int, label: int, bound: Quantity) -> None:
    """From a label to the next node: directly, or by one station."""
    i, j = labels.sequence[level], labels.sequence[level + 1]
    base = labels.cost[level, label]
    s = labels.states[level, label]
    direct = base + tables.way[i, j]
    if direct + labels.rest[level + 1] >= bound:
        return
    code, t, p, e, m = drive(tables, i, j, s[0], s[1], s[2], s[3])
    if code == GOOD:
        _keep(tables, labels, level + 1, direct, (t, p, e, m), label, 0, 0)
    for x in range(tables.near_stations.shape[2]):
        f = tables.near_stations[i, j, x]
        cost = base + tables.way[i, f] + tables.way[f, j]
        if cost + labels.rest[level + 1] >= bound:
            break
        code, t, p, e, m = drive(tables, i, f, s[0], s[1], s[2], s[3])
        if code == GOOD:
            code, t, p, e, m = drive(tables, f, j, t, p, e, m)
            if code == GOOD:
                _keep(tables, labels, level + 1, cost, (t, p, e, m), label, f, 0)


@compiled
def _extend_by_two(tables: Tables, labels: Labels, level: int, label: int, bound: Quantity) -> None:
    """From a label to the next node by two stations."""
    i, j = labels.sequence[level], labels.sequence[level + 1]
    s = labels.states[level, label]
    first = tables.customers + 1
    for f in range(first, first + tables.stations):
        code, t1, p1, e1, m1 = drive(tables, i, f, s[0], s[1], s[2], s[3])
        if code != GOOD:
            continue
        for g in range(first, first + tables.stations):
            cost = labels.cost[level, label] + tables.way[i, f] + tables.way[f, g] + tables.way[g, j]
            if g == f or cost + labels.rest[level + 1] >= bound:
                continue
            code, t, p, e, m = drive(tables, f, g, t1, p1, e1, m1)
            if code == GOOD:
                code, t, p, e, m = drive(tables, g, j, t, p, e, m)
                if code == GOOD:
                    _keep(tables, labels, level + 1, cost, (t, p, e, m), label, f, g)


@compiled
def place_stations(tables: Tables, labels: Labels, n: int, bound: Quantity) -> Quantity:
    """The least distance below `bound` past the first `n` nodes of `sequence`, or IMPOSSIBLE.

    The route is left in `route`; see `placed`.
    """
    labels.rest[n - 1] = 0.0
    for k in range(n - 2, -1, -1):
        labels.rest[k] = labels.rest[k + 1] + tables.way[labels.sequence[k], labels.sequence[k + 1]]
    labels.held[0], labels.cost[0, 0] = 1, 0.0
    s = labels.states[0, 0]
    s[0], s[1], s[2], s[3] = start(tables)
    for level in range(n - 1):
        labels.held[level + 1] = 0
        for label in range(labels.held[level]):
            _extend(tables, labels, level, label, bound)
        if labels.held[level + 1] == 0:
            for label in range(labels.held[level]):
                _extend_by_two(tables, labels, level, label, bound)
        if labels.held[level + 1] == 0:
            return IMPOSSIBLE
    best = np.argmin(labels.cost[n - 1, : labels.held[n - 1]])
    return labels.cost[n - 1, best]


@compiled
def placed(labels: Labels, n: int) -> int:
    """Write the route of the cheapest label after `place_stations`; how many nodes, or 0."""
    label = np.argmin(labels.cost[n - 1, : labels.held[n - 1]])
    room = len(labels.route)
    at = room
    for level in range(n - 1, -1, -1):
        if at < 3:
            return 0
        at -= 1
        labels.route[at] = labels.sequence[level]
        if level > 0:
            for x in range(2, 0, -1):
                if labels.origin[level, label, x] > 0:
                    at -= 1
                    labels.route[at] = labels.origin[level, label, x]
            label = labels.origin[level, label, 0]
    for k in range(room - at):
        labels.route[k] = labels.route[at + k]
    return room - at
