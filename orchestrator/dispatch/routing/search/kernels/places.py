"""Where in all routes a task goes at least cost, looked for beside the stops that are near it.

What is left out: places between two stops that are both far from the new one. Both ends of each route
are always looked at, for ways to and from depots are long. A place that cannot better the best so far is not
looked at further, which is why there is one best of all routes here and not one of each (see `insertion`).
"""

from __future__ import annotations

import numpy as np

from orchestrator.dispatch.kernels import inlined
from orchestrator.dispatch.routing.search.kernels.board import (
    AFTER,
    ALIKE,
    ALONE,
    ANCHOR,
    ARC_COST,
    ARC_S,
    AT,
    BEGINS,
    BLINK,
    BOUND,
    CLOSES,
    DROPOFF,
    ENDS_AT,
    FIRST_WAY,
    FIXED,
    FOUND,
    KIND,
    KIND_OF,
    LAST_WAY,
    LATEST,
    NEXT,
    NONE,
    OPEN,
    OPENS,
    ORDER,
    PEAK_AFTER,
    PEAK_BEFORE,
    PICKUP,
    PREV,
    PRICE,
    ROUTE,
    SERVICE,
    SIZE,
    Facts,
    Number,
    Plan,
)
from orchestrator.dispatch.routing.search.kernels.chance import fraction
from orchestrator.dispatch.routing.search.kernels.insertion import fits, holds


@inlined
def find(f: Facts, s: Plan, r: int) -> int:
    """The vehicle that takes task `r` at least cost, below its price, with the place in `found`; or NONE."""
    s.level[FOUND] = f.worth[r, PRICE]
    s.found[0] = NONE
    for way in range(f.task[r, FIRST_WAY], f.task[r, LAST_WAY]):
        pickup, dropoff = f.ways[way, PICKUP], f.ways[way, DROPOFF]
        single = pickup == NONE or dropoff == NONE or f.node[dropoff, KIND] == BOUND
        if not single:
            for v in range(len(s.spent)):
                s.least[v] = np.inf
            for n in range(_gather(f, s, r, dropoff)):
                _drop(f, s, dropoff, s.spots[n])
        node = dropoff if pickup == NONE or (single and dropoff != NONE) else pickup
        for n in range(_gather(f, s, r, node)):
            if single:
                _single(f, s, r, way, node, s.spots[n])
            else:
                _pair(f, s, r, way, s.spots[n])
    return s.found[0]


@inlined
def _gather(f: Facts, s: Plan, r: int, node: int) -> int:
    """Write to `spots` behind which nodes task `r` may have its stop `node`. Gives how many there are."""
    count = 0
    for n in range(f.before.shape[1]):
        i = f.before[node, n]
        if i == NONE:
            break
        if _usable(f, s, r, i):
            s.spots[count] = i
            count += 1
    for n in range(f.behind.shape[1]):
        k = f.behind[node, n]
        if k == NONE:
            break
        if s.chain[k, ROUTE] != NONE and _usable(f, s, r, s.chain[k, PREV]):
            s.spots[count] = s.chain[k, PREV]
            count += 1
    return _gather_ends(f, s, r, count)


@inlined
def _gather_ends(f: Facts, s: Plan, r: int, count: int) -> int:
    """Both ends of each route; of empty ones that are alike, one."""
    s.state[ORDER] += 1
    for v in range(len(s.spent)):
        if not s.route[v, OPEN] or not f.allowed[r, v]:
            continue
        if s.route[v, SIZE] == 0:
            alike = f.vehicle[v, ALIKE]
            if s.tried[alike] == s.state[ORDER]:
                continue
            s.tried[alike] = s.state[ORDER]
        else:
            s.spots[count] = s.chain[f.vehicle[v, ENDS_AT], PREV]
            count += 1
        s.spots[count] = f.vehicle[v, ANCHOR]
        count += 1
    return count


@inlined
def _better(s: Plan, v: int, way: int, after: int, then: int, cost: Number) -> None:
    if fraction(s) < s.level[BLINK]:
        return
    s.level[FOUND] = cost
    s.found[0] = v
    s.found[1] = way
    s.found[2] = after
    s.found[3] = then


@inlined
def _usable(f: Facts, s: Plan, r: int, i: int) -> bool:
    """Whether task `r` may go right behind node `i`."""
    v = s.chain[i, ROUTE]
    return v != NONE and s.route[v, OPEN] != 0 and f.allowed[r, v] and not f.sealed[i]


@inlined
def _single(f: Facts, s: Plan, r: int, way: int, node: int, i: int) -> None:
    """Try one stop right behind node `i`."""
    k, v = s.chain[i, NEXT], s.chain[i, ROUTE]
    form, kind, place = f.node[node, KIND], f.vehicle[v, KIND_OF], f.node[node, AT]
    here, there = f.node[i, AT], f.node[k, AT]
    cost = f.cost_to[kind, place, here] + f.cost[kind, place, there] - s.stop[i, ARC_COST]
    if s.route[v, SIZE] == 0:
        cost += f.figures[v, FIXED]
    if not cost < s.level[FOUND]:
        return
    leaves = s.stop[i, BEGINS] + s.stop[i, SERVICE]
    begins = max(s.stop[node, OPENS], leaves + f.time_to[kind, place, here])
    ends = begins + s.stop[node, SERVICE]
    if begins > s.stop[node, CLOSES] or ends + f.time[kind, place, there] > s.stop[k, LATEST]:
        return
    if form == PICKUP:
        if fits(f, s, r, v, i, PEAK_AFTER):
            _better(s, v, way, i, NONE, cost)
    elif fits(f, s, r, v, i, PEAK_BEFORE) if form == ALONE else holds(f, s, v, i, PEAK_BEFORE):
        _better(s, v, way, NONE, i, cost)


@inlined
def _drop(f: Facts, s: Plan, node: int, i: int) -> None:
    """Note in `least` what a drop-off alone costs right behind `i`: with its pick-up before it no less."""
    k, v = s.chain[i, NEXT], s.chain[i, ROUTE]
    kind, place, here, there = f.vehicle[v, KIND_OF], f.node[node, AT], f.node[i, AT], f.node[k, AT]
    cost = f.cost_to[kind, place, here] + f.cost[kind, place, there] - s.stop[i, ARC_COST]
    if not cost < s.least[v]:
        return
    leaves = s.stop[i, BEGINS] + s.stop[i, SERVICE]
    begins = max(s.stop[node, OPENS], leaves + f.time_to[kind, place, here])
    ends = begins + s.stop[node, SERVICE]
    if begins <= s.stop[node, CLOSES] and ends + f.time[kind, place, there] <= s.stop[k, LATEST]:
        s.least[v] = cost


@inlined
def _pair(f: Facts, s: Plan, r: int, way: int, i: int) -> None:
    """Try the pick-up right behind node `i`, the drop-off right behind it or behind a later stop."""
    pickup, dropoff = f.ways[way, PICKUP], f.ways[way, DROPOFF]
    k, v = s.chain[i, NEXT], s.chain[i, ROUTE]
    kind, place, goal = f.vehicle[v, KIND_OF], f.node[pickup, AT], f.node[dropoff, AT]
    here, there = f.node[i, AT], f.node[k, AT]
    first = f.cost_to[kind, place, here] - s.stop[i, ARC_COST]
    if s.route[v, SIZE] == 0:
        first += f.figures[v, FIXED]
    over = first + f.cost[kind, place, goal] + f.cost[kind, goal, there]
    first += f.cost[kind, place, there]
    straight, apart = over < s.level[FOUND], first + s.least[v] < s.level[FOUND]
    if not straight and not apart:
        return
    leaves = s.stop[i, BEGINS] + s.stop[i, SERVICE]
    begins = max(s.stop[pickup, OPENS], leaves + f.time_to[kind, place, here])
    ends = begins + s.stop[pickup, SERVICE]
    arrives = ends + f.time[kind, place, there]
    if begins > s.stop[pickup, CLOSES] or arrives > s.stop[k, LATEST] or not fits(f, s, r, v, i, AFTER):
        return
    if straight:
        handed = max(s.stop[dropoff, OPENS], ends + f.time[kind, place, goal])
        gone = handed + s.stop[dropoff, SERVICE]
        if handed <= s.stop[dropoff, CLOSES] and gone + f.time[kind, goal, there] <= s.stop[k, LATEST]:
            _better(s, v, way, i, pickup, over)
    if first + s.least[v] < s.level[FOUND]:
        _later(f, s, r, v, way, i, arrives, first)


@inlined
def _later(f: Facts, s: Plan, r: int, v: int, way: int, i: int, arrives: Number, first: Number) -> None:
    """With the pick-up behind `i`: the places of the drop-off behind each later stop, as far as time goes."""
    dropoff = f.ways[way, DROPOFF]
    kind, goal = f.vehicle[v, KIND_OF], f.node[dropoff, AT]
    opens, closes, service = s.stop[dropoff, OPENS], s.stop[dropoff, CLOSES], s.stop[dropoff, SERVICE]
    j, end = s.chain[i, NEXT], f.vehicle[v, ENDS_AT]
    while j != end:
        begins = max(s.stop[j, OPENS], arrives)
        leaves = begins + s.stop[j, SERVICE]
        if begins > s.stop[j, LATEST] or leaves > closes or not fits(f, s, r, v, j, AFTER):
            return
        m = s.chain[j, NEXT]
        here, there = f.node[j, AT], f.node[m, AT]
        cost = first + f.cost_to[kind, goal, here] + f.cost[kind, goal, there] - s.stop[j, ARC_COST]
        if cost < s.level[FOUND]:
            handed = max(opens, leaves + f.time_to[kind, goal, here])
            if handed <= closes and handed + service + f.time[kind, goal, there] <= s.stop[m, LATEST]:
                _better(s, v, way, i, j, cost)
        arrives = leaves + s.stop[j, ARC_S]
        j = m
