"""A whole route in time: for problems where a second, a late start, a watt-hour or time aboard counts."""

from __future__ import annotations

import numpy as np

from orchestrator.dispatch.kernels import inlined
from orchestrator.dispatch.routing.search.kernels.board import (
    ABOARD,
    AT,
    BATTERY,
    BEGINS,
    BOUND,
    CHARGE,
    CHARGE_W,
    CLOSES,
    DROPOFF,
    DUE,
    ENDS_AT,
    FIXED,
    KIND,
    KIND_OF,
    NEXT,
    NONE,
    OPENS,
    PER_S,
    PICKUP,
    SERVICE,
    START,
    STARTS_AT,
    SWAP,
    TASK,
    WAY,
    Facts,
    Number,
    Plan,
)

_S_PER_H = 3600.0
_SPARE = 1e-9


@inlined
def walk_with(f: Facts, s: Plan, v: int, pickup: int, after: int, dropoff: int, then: int) -> int:
    """Write to `walk` the route of `v` with a pick-up inserted behind `after` and a drop-off behind `then`.

    NONE for what is not inserted; `then` may be the pick-up. Gives how many nodes there are.
    """
    node, count, end = f.vehicle[v, STARTS_AT], 0, f.vehicle[v, ENDS_AT]
    while True:
        s.walk[count] = node
        count += 1
        if node == end:
            return count
        if dropoff != NONE and node == then:
            following = dropoff
        elif pickup != NONE and node == after:
            following = pickup
        elif node == pickup or (node == dropoff and then == pickup):
            following = s.chain[after, NEXT]
        elif node == dropoff:
            following = s.chain[then, NEXT]
        else:
            following = s.chain[node, NEXT]
        node = following


@inlined
def _needs(f: Facts, s: Plan, v: int, count: int) -> None:
    """For each node of `walk`: watt-hours to the next charging stop, or to the end."""
    kind = f.vehicle[v, KIND_OF]
    s.need[s.walk[count - 1]] = 0.0
    for n in range(count - 2, -1, -1):
        here, there = f.node[s.walk[n], AT], f.node[s.walk[n + 1], AT]
        beyond = s.need[s.walk[n + 1]]
        if f.charging[there] and n + 1 < count - 1:
            beyond = 0.0
        s.need[s.walk[n]] = f.energy[kind, here, there] + beyond


@inlined
def cost_of_walk(f: Facts, s: Plan, v: int, count: int, keep: int) -> Number:
    """What the route in `walk` costs; infinite when it breaks a rule. `keep`: note when its stops begin."""
    figures = f.figures[v]
    kind = f.vehicle[v, KIND_OF]
    on_battery = figures[BATTERY] < np.inf
    if on_battery:
        _needs(f, s, v, count)
    cost, at, charge, leaves = figures[FIXED], figures[START], figures[CHARGE], figures[START]
    for n in range(1, count):
        node = s.walk[n]
        here, there = f.node[s.walk[n - 1], AT], f.node[node, AT]
        cost += f.cost[kind, here, there]
        at += f.time[kind, here, there]
        charge_s = 0.0
        if on_battery:
            charge -= f.energy[kind, here, there]
            if charge < -_SPARE:
                return np.inf
            if f.charging[there] and n < count - 1 and s.need[node] > charge:
                charge_s = _charge_s(f, v, s.need[node], charge)
                charge = s.need[node]
        begins = max(at + charge_s, s.stop[node, OPENS])
        cost += max(0.0, begins - s.stop[node, DUE]) * f.late[node]
        if n == 1:
            leaves = max(leaves, begins - charge_s - f.time[kind, here, there])
        if begins > s.stop[node, CLOSES] or begins == np.inf or _too_long_aboard(f, s, node, begins):
            return np.inf
        at = begins + s.stop[node, SERVICE]
        s.left_at[node] = at
        if keep:
            s.stop[node, BEGINS] = begins
    return cost + figures[PER_S] * (at - leaves)


@inlined
def _charge_s(f: Facts, v: int, need: Number, charge: Number) -> Number:
    """How long it takes to charge to what is needed; infinite where the battery does not hold it."""
    figures = f.figures[v]
    if need > figures[BATTERY] + _SPARE:
        return np.inf
    return figures[SWAP] + (need - charge) / figures[CHARGE_W] * _S_PER_H


@inlined
def _too_long_aboard(f: Facts, s: Plan, node: int, begins: Number) -> bool:
    if f.node[node, KIND] != DROPOFF and f.node[node, KIND] != BOUND:
        return False
    longest = f.worth[f.node[node, TASK], ABOARD]
    return longest < np.inf and begins - s.left_at[f.ways[f.node[node, WAY], PICKUP]] > longest + _SPARE
