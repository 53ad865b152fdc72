"""Where in a route a task goes at least cost.

Whether the stops behind an insertion can still be reached in time is told by their latest begins (forward
time slack: M. W. P. Savelsbergh, "The vehicle routing problem with time windows: minimizing route duration",
ORSA Journal on Computing 4(2), 1992), so that a place costs the same however long the route is. Where time
itself costs, what passes that test is tried in full.
"""

from __future__ import annotations

import numpy as np

from orchestrator.dispatch.kernels import inlined
from orchestrator.dispatch.routing.search.kernels.board import (
    AFTER,
    ALONE,
    ANCHOR,
    ARC_COST,
    ARC_S,
    AT,
    BEGINS,
    BOUND,
    CLOSES,
    DROPOFF,
    ENDS_AT,
    FIRST_WAY,
    FIXED,
    KIND,
    KIND_OF,
    LAST_WAY,
    LATEST,
    NEXT,
    NONE,
    OPENS,
    PEAK_AFTER,
    PEAK_BEFORE,
    PICKUP,
    SERVICE,
    SIZE,
    TIMED,
    Facts,
    Number,
    Plan,
)
from orchestrator.dispatch.routing.search.kernels.schedule import link, refresh
from orchestrator.dispatch.routing.search.kernels.trial import cost_of_walk, walk_with


@inlined
def look(f: Facts, s: Plan, r: int, v: int) -> None:
    """Note in `known_*` the best insertion of task `r` into the route of `v` as it is; infinite: none."""
    s.known_shape[r, v] = s.shape[v]
    s.known_cost[r, v] = np.inf
    opening = f.figures[v, FIXED] if s.route[v, SIZE] == 0 else 0.0
    for way in range(f.task[r, FIRST_WAY], f.task[r, LAST_WAY]):
        pickup, dropoff = f.ways[way, PICKUP], f.ways[way, DROPOFF]
        if pickup == NONE or dropoff == NONE or f.node[dropoff, KIND] == BOUND:
            _look_single(f, s, r, v, way, opening)
        else:
            _look_pair(f, s, r, v, way, opening)


@inlined
def _note(
    f: Facts,
    s: Plan,
    r: int,
    v: int,
    way: int,
    after: int,
    then: int,
    pickup: int,
    dropoff: int,
    cost: Number,
) -> None:
    """Note a place that passed the quick tests and promises to be the best so far."""
    if s.state[TIMED]:
        count = walk_with(f, s, v, pickup, after, dropoff, then)
        cost = cost_of_walk(f, s, v, count, 0) - s.spent[v]
        if not cost < s.known_cost[r, v]:
            return
    s.known_cost[r, v] = cost
    s.known_place[r, v, 0] = way
    s.known_place[r, v, 1] = after
    s.known_place[r, v, 2] = then


@inlined
def fits(f: Facts, s: Plan, r: int, v: int, node: int, column: int) -> bool:
    """Whether the load of task `r` fits in beside the one that `aboard` has at a node, in that column."""
    kind = f.vehicle[v, KIND_OF]
    for dimension in range(f.load.shape[1]):
        if s.aboard[node, column, dimension] + f.load[r, dimension] > f.capacity[kind, dimension]:
            return False
    return True


@inlined
def holds(f: Facts, s: Plan, v: int, node: int, column: int) -> bool:
    """Whether the route of `v` carries nowhere too much, by that column of `aboard` at a node.

    What a frozen pick-up took is aboard to the end while its drop-off is not in the route: too much, where
    others counted on that. What frozen visits break is broken anyway.
    """
    kind, anchor = f.vehicle[v, KIND_OF], f.vehicle[v, ANCHOR]
    for dimension in range(f.load.shape[1]):
        most = max(f.capacity[kind, dimension], s.aboard[anchor, PEAK_BEFORE, dimension])
        if s.aboard[node, column, dimension] > most:
            return False
    return True


@inlined
def _look_single(f: Facts, s: Plan, r: int, v: int, way: int, opening: Number) -> None:
    node = f.ways[way, DROPOFF] if f.ways[way, DROPOFF] != NONE else f.ways[way, PICKUP]
    form, kind, place = f.node[node, KIND], f.vehicle[v, KIND_OF], f.node[node, AT]
    opens, closes, service = s.stop[node, OPENS], s.stop[node, CLOSES], s.stop[node, SERVICE]
    i, end = f.vehicle[v, ANCHOR], f.vehicle[v, ENDS_AT]
    while i != end:
        k = s.chain[i, NEXT]
        leaves = s.stop[i, BEGINS] + s.stop[i, SERVICE]
        if leaves > closes or (form == ALONE and not fits(f, s, r, v, i, PEAK_BEFORE)):
            break
        if s.stop[k, LATEST] < opens + service:
            i = k
            continue
        here, there = f.node[i, AT], f.node[k, AT]
        begins = max(opens, leaves + f.time_to[kind, place, here])
        if (
            begins <= closes
            and begins + service + f.time[kind, place, there] <= s.stop[k, LATEST]
            and (form != PICKUP or fits(f, s, r, v, i, PEAK_AFTER))
            and (form != BOUND or holds(f, s, v, i, PEAK_BEFORE))
        ):
            cost = f.cost_to[kind, place, here] + f.cost[kind, place, there] - s.stop[i, ARC_COST] + opening
            if cost < s.known_cost[r, v]:
                if form == PICKUP:
                    _note(f, s, r, v, way, i, NONE, node, NONE, cost)
                else:
                    _note(f, s, r, v, way, NONE, i, NONE, node, cost)
        i = k


@inlined
def _look_pair(f: Facts, s: Plan, r: int, v: int, way: int, opening: Number) -> None:
    pickup, dropoff = f.ways[way, PICKUP], f.ways[way, DROPOFF]
    kind, place, goal = f.vehicle[v, KIND_OF], f.node[pickup, AT], f.node[dropoff, AT]
    opens, closes, service = s.stop[pickup, OPENS], s.stop[pickup, CLOSES], s.stop[pickup, SERVICE]
    then_opens, then_closes, then_service = (
        s.stop[dropoff, OPENS], s.stop[dropoff, CLOSES], s.stop[dropoff, SERVICE],
    )  # fmt: skip
    over_cost, over_s = f.cost[kind, place, goal], f.time[kind, place, goal]
    i, end = f.vehicle[v, ANCHOR], f.vehicle[v, ENDS_AT]
    while i != end:
        k = s.chain[i, NEXT]
        leaves = s.stop[i, BEGINS] + s.stop[i, SERVICE]
        if leaves > closes:
            break
        if s.stop[k, LATEST] < opens + service or _same(f, pickup, k):
            i = k
            continue
        here, there = f.node[i, AT], f.node[k, AT]
        begins = max(opens, leaves + f.time_to[kind, place, here])
        arrives = begins + service + f.time[kind, place, there]
        if begins > closes or arrives > s.stop[k, LATEST] or not fits(f, s, r, v, i, AFTER):
            i = k
            continue
        first = f.cost_to[kind, place, here] - s.stop[i, ARC_COST] + opening
        # Straight from the pick-up to the drop-off.
        handed = max(then_opens, begins + service + over_s)
        if handed <= then_closes and handed + then_service + f.time[kind, goal, there] <= s.stop[k, LATEST]:
            cost = first + over_cost + f.cost[kind, goal, there]
            if cost < s.known_cost[r, v]:
                _note(f, s, r, v, way, i, pickup, pickup, dropoff, cost)
        first += f.cost[kind, place, there]
        if first < s.known_cost[r, v]:
            _look_on(f, s, r, v, way, i, arrives, first)
        i = k


@inlined
def _same(f: Facts, node: int, k: int) -> bool:
    """Whether a pick-up may as well come behind `k`: at one place, and neither takes or minds the time."""
    return f.loose[k] and f.loose[node] and f.node[k, AT] == f.node[node, AT]


@inlined
def _look_on(f: Facts, s: Plan, r: int, v: int, way: int, i: int, arrives: Number, first: Number) -> None:
    """With the pick-up behind `i`: the places of the drop-off behind each later stop, as far as time goes."""
    pickup, dropoff = f.ways[way, PICKUP], f.ways[way, DROPOFF]
    kind, goal = f.vehicle[v, KIND_OF], f.node[dropoff, AT]
    opens, closes, service = s.stop[dropoff, OPENS], s.stop[dropoff, CLOSES], s.stop[dropoff, SERVICE]
    j, end = s.chain[i, NEXT], f.vehicle[v, ENDS_AT]
    while j != end:
        begins = max(s.stop[j, OPENS], arrives)
        leaves = begins + s.stop[j, SERVICE]
        if begins > s.stop[j, LATEST] or leaves > closes or not fits(f, s, r, v, j, AFTER):
            break
        m = s.chain[j, NEXT]
        if f.loose[j] and _same(f, j, m):
            arrives = leaves + s.stop[j, ARC_S]
            j = m
            continue
        here, there = f.node[j, AT], f.node[m, AT]
        handed = max(opens, leaves + f.time_to[kind, goal, here])
        if handed <= closes and handed + service + f.time[kind, goal, there] <= s.stop[m, LATEST]:
            cost = first + f.cost_to[kind, goal, here] + f.cost[kind, goal, there] - s.stop[j, ARC_COST]
            if cost < s.known_cost[r, v]:
                _note(f, s, r, v, way, i, j, pickup, dropoff, cost)
        arrives = leaves + s.stop[j, ARC_S]
        j = m


@inlined
def put(f: Facts, s: Plan, r: int, v: int, way: int, after: int, then: int) -> None:
    """Insert task `r` into the route of `v`: its pick-up behind `after`, its drop-off behind `then`."""
    if after != NONE:
        link(s, f.ways[way, PICKUP], after, v)
    if then != NONE:
        link(s, f.ways[way, DROPOFF], then, v)
    s.way[r] = way
    refresh(f, s, v)
