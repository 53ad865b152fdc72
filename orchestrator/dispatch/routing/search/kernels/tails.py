"""Tails: two routes that were just ruined go on as each other, or a route goes on as a new vehicle's.

The exchange of tails (2-opt*: J.-Y. Potvin, J.-M. Rousseau, Journal of the Operational Research Society
46(12), 1995), at the holes that a ruin left. Single insertions hardly ever open a route, for the first stop
alone pays for both ways of the depot; a tail pays for them at once. An empty tail makes one route of two.
"""

from __future__ import annotations

import numpy as np

from orchestrator.dispatch.kernels import inlined
from orchestrator.dispatch.routing.search.kernels.board import (
    ALONE,
    AT,
    BEGINS,
    BOUND,
    DROPOFF,
    ENDS_AT,
    HOLE,
    KIND,
    KIND_OF,
    LATEST,
    NEXT,
    NONE,
    OPEN,
    PEAK_AFTER,
    PICKUP,
    PREV,
    ROUTE,
    SERVICE,
    SIZE,
    STARTS_AT,
    TAILS,
    TASK,
    TOUCHES,
    WAY,
    Facts,
    Plan,
)
from orchestrator.dispatch.routing.search.kernels.chance import below, fraction
from orchestrator.dispatch.routing.search.kernels.ruin import touch
from orchestrator.dispatch.routing.search.kernels.schedule import refresh


@inlined
def exchange_tails(f: Facts, s: Plan) -> None:
    """Now and then, of routes that were ruined: exchange two tails behind their holes, where that holds."""
    if s.state[TOUCHES] == 0 or fraction(s) >= s.level[TAILS]:
        return
    one = s.touched[below(s, s.state[TOUCHES])]
    drawn = below(s, s.state[TOUCHES] + 1)
    other = _unused(s) if drawn == s.state[TOUCHES] else s.touched[drawn]
    if other == NONE or other == one:
        return
    i = s.route[one, HOLE]
    j = s.route[other, HOLE] if s.route[other, SIZE] > 0 else s.chain[f.vehicle[other, ENDS_AT], PREV]
    if not (_reaches(f, s, one, i, other, j) and _reaches(f, s, other, j, one, i)):
        return
    touch(f, s, other)
    _exchange(f, s, one, i, other, j)
    if not (_keeps(f, s, one) and _keeps(f, s, other)):
        _exchange(f, s, one, i, other, j)


@inlined
def _unused(s: Plan) -> int:
    """An empty vehicle that may be used, or NONE."""
    count = len(s.spent)
    first = below(s, count)
    for n in range(count):
        v = (first + n) % count
        if s.route[v, SIZE] == 0 and s.route[v, OPEN]:
            return v
    return NONE


@inlined
def _reaches(f: Facts, s: Plan, v: int, i: int, other: int, j: int) -> bool:
    """Whether `v` may be in time, from node `i`, for what `other` does behind `j`."""
    k = s.chain[j, NEXT]
    if k == f.vehicle[other, ENDS_AT]:
        k = f.vehicle[v, ENDS_AT]
    way_s = f.time[f.vehicle[v, KIND_OF], f.node[i, AT], f.node[k, AT]]
    return s.stop[i, BEGINS] + s.stop[i, SERVICE] + way_s <= s.stop[k, LATEST]


@inlined
def _exchange(f: Facts, s: Plan, one: int, i: int, other: int, j: int) -> None:
    """Let what is behind `i` in one route and behind `j` in the other change places."""
    first, then = s.chain[i, NEXT], s.chain[j, NEXT]
    last, final = s.chain[f.vehicle[one, ENDS_AT], PREV], s.chain[f.vehicle[other, ENDS_AT], PREV]
    _hang(f, s, one, i, then, final, then == f.vehicle[other, ENDS_AT])
    _hang(f, s, other, j, first, last, first == f.vehicle[one, ENDS_AT])
    refresh(f, s, one)
    refresh(f, s, other)


@inlined
def _hang(f: Facts, s: Plan, v: int, i: int, first: int, last: int, nothing: bool) -> None:  # noqa: FBT001
    """Let the route of `v` go on behind `i` from `first` to `last`, or with `nothing` come to its end."""
    end = f.vehicle[v, ENDS_AT]
    if nothing:
        last = i
    else:
        s.chain[i, NEXT] = first
        s.chain[first, PREV] = i
        node = first
        s.chain[node, ROUTE] = v
        while node != last:
            node = s.chain[node, NEXT]
            s.chain[node, ROUTE] = v
    s.chain[last, NEXT] = end
    s.chain[end, PREV] = last


@inlined
def _keeps(f: Facts, s: Plan, v: int) -> bool:
    """Whether a route is in time, carries nowhere too much, may do all it does, and does it wholly."""
    node, end = f.vehicle[v, STARTS_AT], f.vehicle[v, ENDS_AT]
    if s.stop[node, BEGINS] > s.stop[node, LATEST] or not s.spent[v] < np.inf:
        return False
    for dimension in range(f.load.shape[1]):
        if s.aboard[node, PEAK_AFTER, dimension] > f.capacity[f.vehicle[v, KIND_OF], dimension]:
            return False
    node = s.chain[node, NEXT]
    while node != end:
        if not f.allowed[f.node[node, TASK], v]:
            return False
        way, kind = f.node[node, WAY], f.node[node, KIND]
        if kind != ALONE and kind != BOUND:
            other = f.ways[way, DROPOFF if kind == PICKUP else PICKUP]
            if other != NONE and s.chain[other, ROUTE] != v:
                return False
        node = s.chain[node, NEXT]
    return True
