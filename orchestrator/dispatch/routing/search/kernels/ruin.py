"""Ruin: take strings of neighbouring stops out of neighbouring routes.

J. Christiaens, G. Vanden Berghe, "Slack Induction by String Removals for Vehicle Routing Problems",
Transportation Science 54(2), 2020. A stop's task leaves with all its stops.
"""

from __future__ import annotations

from orchestrator.dispatch.kernels import inlined
from orchestrator.dispatch.routing.search.kernels.board import (
    ABSENT,
    ANCHOR,
    BOUND,
    DROPOFF,
    ENDS_AT,
    HOLE,
    KIND,
    LONGEST,
    MARK,
    NEXT,
    NONE,
    PICKUP,
    PREV,
    ROUND,
    ROUTE,
    SAVED_FROM,
    SAVED_TO,
    SIZE,
    STARTS_AT,
    STRINGS,
    TASK,
    TOUCHED,
    TOUCHES,
    WAY,
    Facts,
    Number,
    Plan,
)
from orchestrator.dispatch.routing.search.kernels.chance import below, fraction
from orchestrator.dispatch.routing.search.kernels.schedule import refresh, unlink

_SPLIT = 0.5
_SPLIT_DEEPER = 0.01


@inlined
def touch(f: Facts, s: Plan, v: int) -> None:
    """Save a route before its first change in this round."""
    if s.route[v, TOUCHED] == s.state[ROUND]:
        return
    s.route[v, TOUCHED] = s.state[ROUND]
    s.spent_before[v] = s.spent[v]
    at = 0
    if s.state[TOUCHES] > 0:
        at = s.route[s.touched[s.state[TOUCHES] - 1], SAVED_TO]
    s.touched[s.state[TOUCHES]] = v
    s.state[TOUCHES] += 1
    s.route[v, SAVED_FROM] = at
    node = s.chain[f.vehicle[v, STARTS_AT], NEXT]
    while node != f.vehicle[v, ENDS_AT]:
        s.saved[at] = node
        at += 1
        node = s.chain[node, NEXT]
    s.route[v, SAVED_TO] = at


@inlined
def take_out(f: Facts, s: Plan, r: int) -> None:
    """Take a task that is in the plan out of it; its route must be refreshed."""
    way = s.way[r]
    pickup, dropoff = f.ways[way, PICKUP], f.ways[way, DROPOFF]
    if pickup != NONE and (dropoff == NONE or f.node[dropoff, KIND] != BOUND):
        unlink(s, pickup)
    if dropoff != NONE:
        unlink(s, dropoff)
    s.way[r] = NONE
    s.absent[s.state[ABSENT]] = r
    s.state[ABSENT] += 1


@inlined
def ruin(f: Facts, s: Plan) -> None:
    """Take strings out of routes near a random stop."""
    mean, routes = _mean_size(s)
    if routes == 0 or len(f.seeds) == 0:
        return
    longest = min(s.level[LONGEST], mean)
    most = 4.0 * s.level[STRINGS] / (1.0 + longest) - 1.0
    strings = int(fraction(s) * most + 1.0)
    seed = f.seeds[below(s, len(f.seeds))]
    kind = below(s, 2)
    ruined = 0
    for n in range(-1, f.near.shape[2]):
        node = seed if n < 0 else f.near[kind, seed, n]
        if node == NONE or ruined >= strings:
            break
        v = s.chain[node, ROUTE]
        if v == NONE or s.route[v, MARK] == s.state[ROUND]:
            continue
        s.route[v, MARK] = s.state[ROUND]
        if _take_string(f, s, v, node, longest):
            ruined += 1


@inlined
def _mean_size(s: Plan) -> tuple[Number, int]:
    stops, routes = 0, 0
    for v in range(len(s.spent)):
        if s.route[v, SIZE] > 0:
            stops += s.route[v, SIZE]
            routes += 1
    return stops / max(routes, 1), routes


@inlined
def _take_string(f: Facts, s: Plan, v: int, node: int, longest: Number) -> bool:
    """Take a string with `node` in it out of the route of `v`; False where its visits are frozen."""
    count, at = 0, NONE
    walker = s.chain[f.vehicle[v, ANCHOR], NEXT]
    while walker != f.vehicle[v, ENDS_AT]:
        if walker == node:
            at = count
        if not f.hub[walker]:
            s.walk[count] = walker
            count += 1
        walker = s.chain[walker, NEXT]
    if at == NONE:
        return False
    touch(f, s, v)
    length = int(fraction(s) * min(float(count), longest) + 1.0)
    length = min(length, count)
    kept = 0
    if length > 1 and length < count and fraction(s) < _SPLIT:
        kept = 1
        while length + kept < count and fraction(s) < _SPLIT_DEEPER:
            kept += 1
    span = length + kept
    low, high = max(0, at - span + 1), min(at, count - span)
    begin = low + below(s, high - low + 1)
    hole = begin + 1 + below(s, max(1, length - 1)) if kept else count
    for n in range(begin, begin + span):
        if hole <= n < hole + kept:
            continue
        r = f.node[s.walk[n], TASK]
        if s.way[r] != NONE and s.way[r] == f.node[s.walk[n], WAY]:
            take_out(f, s, r)
    s.route[v, HOLE] = _last_left(f, s, v, begin)
    refresh(f, s, v)
    return True


@inlined
def _last_left(f: Facts, s: Plan, v: int, count: int) -> int:
    """Of the first `count` nodes of `walk` the last that is still in the route of `v`; else its anchor."""
    while count > 0 and s.chain[s.walk[count - 1], ROUTE] != v:
        count -= 1
    return s.walk[count - 1] if count > 0 else f.vehicle[v, ANCHOR]


@inlined
def put_back(f: Facts, s: Plan) -> None:
    """Give every route touched in this round the chain it had before."""
    for n in range(s.state[TOUCHES]):
        v = s.touched[n]
        node = s.chain[f.vehicle[v, ANCHOR], NEXT]
        while node != f.vehicle[v, ENDS_AT]:
            s.chain[node, ROUTE] = NONE
            s.way[f.node[node, TASK]] = NONE
            node = s.chain[node, NEXT]
    for n in range(s.state[TOUCHES]):
        v = s.touched[n]
        last = f.vehicle[v, STARTS_AT]
        for k in range(s.route[v, SAVED_FROM], s.route[v, SAVED_TO]):
            node = s.saved[k]
            s.chain[last, NEXT] = node
            s.chain[node, PREV] = last
            s.chain[node, ROUTE] = v
            s.way[f.node[node, TASK]] = f.node[node, WAY]
            last = node
        end = f.vehicle[v, ENDS_AT]
        s.chain[last, NEXT] = end
        s.chain[end, PREV] = last
        refresh(f, s, v)
