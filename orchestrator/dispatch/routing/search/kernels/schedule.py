"""Chains of nodes: link, unlink, and what is known about a route once it has changed."""

from __future__ import annotations

from orchestrator.dispatch.kernels import compiled, inlined
from orchestrator.dispatch.routing.search.kernels.board import (
    AFTER,
    ALONE,
    ARC_COST,
    ARC_S,
    AT,
    BEGINS,
    CLOSES,
    ENDS_AT,
    FIXED,
    KIND,
    KIND_OF,
    LATEST,
    NEXT,
    NONE,
    OPENS,
    PEAK_AFTER,
    PEAK_BEFORE,
    PICKUP,
    PREV,
    ROUTE,
    SERVICE,
    SIZE,
    START,
    STARTS_AT,
    TASK,
    TIMED,
    Facts,
    Plan,
)
from orchestrator.dispatch.routing.search.kernels.trial import cost_of_walk, walk_with

_TURN = 6364136223846793005
_STEP = 1442695040888963407


@inlined
def link(s: Plan, node: int, after: int, v: int) -> None:
    """Put a node into the chain behind `after`."""
    following = s.chain[after, NEXT]
    s.chain[node, NEXT] = following
    s.chain[node, PREV] = after
    s.chain[node, ROUTE] = v
    s.chain[after, NEXT] = node
    s.chain[following, PREV] = node


@inlined
def unlink(s: Plan, node: int) -> None:
    """Take a node out of its chain."""
    before, following = s.chain[node, PREV], s.chain[node, NEXT]
    s.chain[before, NEXT] = following
    s.chain[following, PREV] = before
    s.chain[node, ROUTE] = NONE


@compiled
def refresh(f: Facts, s: Plan, v: int) -> None:
    """Reckon anew all that is kept about the route of `v`: times, loads, cost, shape, size."""
    _forward(f, s, v)
    _backward(f, s, v)
    _loads(f, s, v)
    if s.route[v, SIZE] == 0:
        s.spent[v] = 0.0
    elif s.state[TIMED]:
        s.spent[v] = cost_of_walk(f, s, v, walk_with(f, s, v, NONE, NONE, NONE, NONE), 1)


@inlined
def _forward(f: Facts, s: Plan, v: int) -> None:
    kind, node, end = f.vehicle[v, KIND_OF], f.vehicle[v, STARTS_AT], f.vehicle[v, ENDS_AT]
    begins, spent, size, shape = f.figures[v, START], f.figures[v, FIXED], 0, 0
    s.stop[node, BEGINS] = begins
    while node != end:
        following = s.chain[node, NEXT]
        here, there = f.node[node, AT], f.node[following, AT]
        arc, takes = f.cost[kind, here, there], f.time[kind, here, there]
        s.stop[node, ARC_COST] = arc
        s.stop[node, ARC_S] = takes
        spent += arc
        begins = max(begins + s.stop[node, SERVICE] + takes, s.stop[following, OPENS])
        s.stop[following, BEGINS] = begins
        shape = (shape ^ (following + 1)) * _TURN + _STEP
        size += 1
        node = following
    s.spent[v] = spent
    s.shape[v] = shape
    s.route[v, SIZE] = size - 1


@inlined
def _backward(f: Facts, s: Plan, v: int) -> None:
    node, start = f.vehicle[v, ENDS_AT], f.vehicle[v, STARTS_AT]
    latest = s.stop[node, CLOSES]
    s.stop[node, LATEST] = latest
    while node != start:
        node = s.chain[node, PREV]
        latest = min(s.stop[node, CLOSES], latest - s.stop[node, ARC_S] - s.stop[node, SERVICE])
        s.stop[node, LATEST] = latest


@inlined
def _loads(f: Facts, s: Plan, v: int) -> None:
    start, end = f.vehicle[v, STARTS_AT], f.vehicle[v, ENDS_AT]
    for dimension in range(f.load.shape[1]):
        load = 0.0
        node = s.chain[start, NEXT]
        while node != end:
            if f.node[node, KIND] == ALONE:
                load += f.load[f.node[node, TASK], dimension]
            node = s.chain[node, NEXT]
        peak = load
        s.aboard[start, AFTER, dimension] = load
        s.aboard[start, PEAK_BEFORE, dimension] = load
        node = s.chain[start, NEXT]
        while node != end:
            amount = f.load[f.node[node, TASK], dimension]
            load += amount if f.node[node, KIND] == PICKUP else -amount
            peak = max(peak, load)
            s.aboard[node, AFTER, dimension] = load
            s.aboard[node, PEAK_BEFORE, dimension] = peak
            node = s.chain[node, NEXT]
        peak = 0.0
        node = s.chain[end, PREV]
        while True:
            peak = max(peak, s.aboard[node, AFTER, dimension])
            s.aboard[node, PEAK_AFTER, dimension] = peak
            if node == start:
                break
            node = s.chain[node, PREV]
