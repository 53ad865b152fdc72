"""Recreate: insert who is absent, one by one, each where it costs least, now and then blind to the best.

Greedy insertion with blinks (Christiaens and Vanden Berghe, as in `ruin`). A blink skips a whole route, not a
place, so that the best place in a route is remembered as long as neither changes: most never do from one
round to the next, and insertions are what a round is made of.
"""

from __future__ import annotations

from orchestrator.dispatch.kernels import inlined
from orchestrator.dispatch.routing.search.kernels.board import (
    ABSENT,
    ALIKE,
    BESIDE,
    BLINK,
    FLEET,
    NONE,
    OPEN,
    ORDER,
    PRICE,
    SIZE,
    Facts,
    Plan,
)
from orchestrator.dispatch.routing.search.kernels.chance import below, fraction
from orchestrator.dispatch.routing.search.kernels.insertion import look, put
from orchestrator.dispatch.routing.search.kernels.places import find
from orchestrator.dispatch.routing.search.kernels.ruin import touch

_SHARES = 17
"""Of orders: random 4, largest load 4, farthest 2, nearest 1; narrowest window, first open, closed 2."""


@inlined
def recreate(f: Facts, s: Plan) -> None:
    """Insert the absent tasks where that is possible and costs less than their price."""
    _sort(f, s)
    waiting, s.state[ABSENT] = s.state[ABSENT], 0
    for n in range(waiting):
        r = s.absent[n]
        v = find(f, s, r) if s.state[BESIDE] else _best_route(f, s, r)
        if v == NONE:
            s.absent[s.state[ABSENT]] = r
            s.state[ABSENT] += 1
        else:
            touch(f, s, v)
            put(f, s, r, v, s.found[1], s.found[2], s.found[3])


@inlined
def _best_route(f: Facts, s: Plan, r: int) -> int:
    """The vehicle whose route takes the task at least cost, below its price; NONE: there is none."""
    best, least = NONE, f.worth[r, PRICE]
    s.state[ORDER] += 1
    for v in range(len(s.spent)):
        if not s.route[v, OPEN] or not f.allowed[r, v]:
            continue
        if s.route[v, SIZE] == 0:
            alike = f.vehicle[v, ALIKE]
            if s.tried[alike] == s.state[ORDER]:
                continue
            s.tried[alike] = s.state[ORDER]
        if s.known_shape[r, v] != s.shape[v]:
            look(f, s, r, v)
        if s.known_cost[r, v] < least and fraction(s) >= s.level[BLINK]:
            best, least = v, s.known_cost[r, v]
    if best != NONE:
        for n in range(3):
            s.found[1 + n] = s.known_place[r, best, n]
    return best


@inlined
def _sort(f: Facts, s: Plan) -> None:
    """Bring the absent tasks into one of the orders, drawn at random."""
    drawn = below(s, _SHARES + 4 * s.state[FLEET])
    count = s.state[ABSENT]
    for n in range(count):
        r = s.absent[n]
        if drawn < 4:
            key = fraction(s)
        elif drawn < 8:
            key = f.rank[r, 0]
        elif drawn < 10:
            key = -f.rank[r, 1]
        elif drawn < 11:
            key = f.rank[r, 1]
        elif drawn < _SHARES:
            key = f.rank[r, 2 + (drawn - 11) // 2]
        else:
            key = -s.missed[r]
        s.keys[n] = key
    for n in range(1, count):
        r, key = s.absent[n], s.keys[n]
        at = n
        while at > 0 and s.keys[at - 1] > key:
            s.absent[at], s.keys[at] = s.absent[at - 1], s.keys[at - 1]
            at -= 1
        s.absent[at], s.keys[at] = r, key
