"""Rounds of ruin and recreate: for least cost by simulated annealing, or to empty one vehicle after another.

Both as Christiaens and Vanden Berghe (2020) do it; vehicles are saved by their sum of absences: a plan that
leaves out tasks which are seldom left out is the better one.
"""

from __future__ import annotations

import numpy as np

from orchestrator.dispatch.routing.search.kernels.board import (
    ABSENT,
    ABSENT_BEFORE,
    ANCHOR,
    BEST,
    COOLING,
    ENDS_AT,
    FLEET,
    IMPROVED,
    MUST,
    NEXT,
    NONE,
    OPEN,
    PREV,
    PRICE,
    ROUND,
    ROUTE,
    SIZE,
    STARTS_AT,
    TASK,
    TEMPERATURE,
    TOTAL,
    TOTAL_BEFORE,
    TOUCHES,
    Facts,
    Number,
    Plan,
    Whole,
)
from orchestrator.dispatch.routing.search.kernels.chance import fraction
from orchestrator.dispatch.routing.search.kernels.compiled import compiled, entry
from orchestrator.dispatch.routing.search.kernels.recreate import recreate
from orchestrator.dispatch.routing.search.kernels.ruin import put_back, ruin, take_out
from orchestrator.dispatch.routing.search.kernels.schedule import refresh

_MUST = 1e9
"""What leaving out a task that must be done counts in the sums here."""
_LESS = 1e-9


@entry
def start(f: Facts, s: Plan) -> None:
    """Reckon all routes as they are linked, insert who is absent, and hold this for the best."""
    for v in range(len(s.spent)):
        refresh(f, s, v)
    s.state[ROUND] += 1
    s.state[TOUCHES] = 0
    recreate(f, s)
    s.level[TOTAL] = _total(f, s)
    _hold(s)


@entry
def cheaper(f: Facts, s: Plan, count: int) -> int:
    """So many rounds for less cost. Gives how many bettered the best."""
    s.state[FLEET] = 0
    s.state[IMPROVED] = 0
    for _ in range(count):
        _begin(s)
        ruin(f, s)
        recreate(f, s)
        total = _changed_total(f, s)
        limit = s.level[TOTAL_BEFORE] - s.level[TEMPERATURE] * np.log(1.0 - fraction(s))
        if total < limit:
            s.level[TOTAL] = total
            if total < s.level[BEST] - _LESS:
                s.level[TOTAL] = _total(f, s)
                _hold(s)
                s.state[IMPROVED] += 1
        else:
            _undo(f, s)
        s.level[TEMPERATURE] *= s.level[COOLING]
    return int(s.state[IMPROVED])


@entry
def fewer(f: Facts, s: Plan, count: int, least: int) -> int:
    """So many rounds to do with fewer vehicles, down to `least`. Gives how many rounds it took.

    The best plan held is the last that was whole.
    """
    s.state[FLEET] = 1
    for n in range(count):
        if s.state[ABSENT] == 0:
            s.level[TOTAL] = _total(f, s)
            _hold(s)
            if not _close_one(f, s, least):
                return n
        _begin(s)
        ruin(f, s)
        recreate(f, s)
        total = _changed_total(f, s)
        missed = _missed(s, s.absent, s.state[ABSENT])
        missed_before = _missed(s, s.absent_before, s.state[ABSENT_BEFORE])
        for k in range(s.state[ABSENT]):
            s.missed[s.absent[k]] += 1.0
        limit = s.level[TOTAL_BEFORE] - s.level[TEMPERATURE] * np.log(1.0 - fraction(s))
        if missed < missed_before or (missed == missed_before and total < limit):
            s.level[TOTAL] = total
        else:
            _undo(f, s)
        s.level[TEMPERATURE] *= s.level[COOLING]
    return count


@entry
def recall(f: Facts, s: Plan) -> None:
    """Go back to the best plan; a vehicle that it does not use is closed when `FLEET` is set."""
    for node in range(len(s.best_next)):
        s.chain[node, ROUTE] = NONE
    for v in range(len(s.spent)):
        last, end = f.vehicle[v, STARTS_AT], f.vehicle[v, ENDS_AT]
        s.chain[last, ROUTE] = v
        while last != end:
            node = s.best_next[last]
            s.chain[last, NEXT] = node
            s.chain[node, PREV] = last
            s.chain[node, ROUTE] = v
            last = node
        refresh(f, s, v)
        if s.state[FLEET]:
            s.route[v, OPEN] = s.route[v, SIZE] > 0
    s.state[ABSENT] = 0
    for r in range(len(s.way)):
        s.way[r] = s.best_way[r]
        if s.way[r] == NONE:
            s.absent[s.state[ABSENT]] = r
            s.state[ABSENT] += 1
    s.level[TOTAL] = _total(f, s)


@compiled
def _begin(s: Plan) -> None:
    s.state[ROUND] += 1
    s.state[TOUCHES] = 0
    s.level[TOTAL_BEFORE] = s.level[TOTAL]
    s.state[ABSENT_BEFORE] = s.state[ABSENT]
    for k in range(s.state[ABSENT]):
        s.absent_before[k] = s.absent[k]


@compiled
def _undo(f: Facts, s: Plan) -> None:
    put_back(f, s)
    s.level[TOTAL] = s.level[TOTAL_BEFORE]
    s.state[ABSENT] = s.state[ABSENT_BEFORE]
    for k in range(s.state[ABSENT]):
        s.absent[k] = s.absent_before[k]


@compiled
def _price(f: Facts, r: int) -> Number:
    return _MUST if f.task[r, MUST] else f.worth[r, PRICE]


@compiled
def _total(f: Facts, s: Plan) -> Number:
    total = 0.0
    for v in range(len(s.spent)):
        total += s.spent[v]
    for k in range(s.state[ABSENT]):
        total += _price(f, s.absent[k])
    return total


@compiled
def _changed_total(f: Facts, s: Plan) -> Number:
    """The total after a round: only what it touched is added up."""
    total = s.level[TOTAL_BEFORE]
    for n in range(s.state[TOUCHES]):
        v = s.touched[n]
        total += s.spent[v] - s.spent_before[v]
    for k in range(s.state[ABSENT]):
        total += _price(f, s.absent[k])
    for k in range(s.state[ABSENT_BEFORE]):
        total -= _price(f, s.absent_before[k])
    return total


@compiled
def _missed(s: Plan, who: Whole, count: int) -> Number:
    total = 0.0
    for k in range(count):
        total += s.missed[who[k]]
    return total


@compiled
def _hold(s: Plan) -> None:
    s.level[BEST] = s.level[TOTAL]
    for node in range(len(s.best_next)):
        s.best_next[node] = s.chain[node, NEXT]
    for r in range(len(s.way)):
        s.best_way[r] = s.way[r]


@compiled
def _close_one(f: Facts, s: Plan, least: int) -> bool:
    """Take everything off the vehicle whose tasks were missed least, and close it; False at `least`."""
    used, best, fewest = 0, NONE, np.inf
    for v in range(len(s.spent)):
        if s.route[v, SIZE] == 0:
            s.route[v, OPEN] = 0
            continue
        used += 1
        if f.vehicle[v, ANCHOR] != f.vehicle[v, STARTS_AT]:
            continue
        missed = 0.0
        node = s.chain[f.vehicle[v, STARTS_AT], NEXT]
        while node != f.vehicle[v, ENDS_AT]:
            missed += s.missed[f.node[node, TASK]]
            node = s.chain[node, NEXT]
        missed += 1e-3 * s.route[v, SIZE]
        if missed < fewest:
            best, fewest = v, missed
    if used <= least or best == NONE:
        return False
    s.state[ROUND] += 1
    s.state[TOUCHES] = 0
    node = s.chain[f.vehicle[best, STARTS_AT], NEXT]
    while node != f.vehicle[best, ENDS_AT]:
        r = f.node[node, TASK]
        following = s.chain[node, NEXT]
        while following != f.vehicle[best, ENDS_AT] and f.node[following, TASK] == r:
            following = s.chain[following, NEXT]
        take_out(f, s, r)
        node = following
    refresh(f, s, best)
    s.route[best, OPEN] = 0
    s.level[TOTAL] = _total(f, s)
    return True
