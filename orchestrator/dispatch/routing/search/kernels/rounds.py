"""Rounds of ruin and recreate: for least cost by simulated annealing, or to empty one vehicle after another.

Both as Christiaens and Vanden Berghe (2020) do it; vehicles are saved by their sum of absences: a plan that
leaves out tasks which are seldom left out is the better one.
"""

from __future__ import annotations

import numpy as np

from orchestrator.dispatch.kernels import entry, inlined
from orchestrator.dispatch.routing.search.kernels.board import (
    ABSENT,
    ABSENT_BEFORE,
    ANCHOR,
    BEST,
    BOUND_TO,
    COOLING,
    ENDS_AT,
    FLEET,
    FORGONE,
    LACKING,
    MUST,
    NEXT,
    NONE,
    OPEN,
    PEAK_AFTER,
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
    WHOLE,
    Facts,
    Number,
    Plan,
    Whole,
)
from orchestrator.dispatch.routing.search.kernels.chance import fraction
from orchestrator.dispatch.routing.search.kernels.insertion import holds
from orchestrator.dispatch.routing.search.kernels.recreate import recreate
from orchestrator.dispatch.routing.search.kernels.ruin import put_back, ruin, take_out
from orchestrator.dispatch.routing.search.kernels.schedule import refresh
from orchestrator.dispatch.routing.search.kernels.tails import exchange_tails

_LESS = 1e-9


BEGIN, CHEAPER, FEWER = range(3)
"""What rounds are for: to insert who is absent, for less cost, or for fewer vehicles."""


@entry
def work(f: Facts, s: Plan, aim: int, count: int, least: int) -> int:
    """So many rounds. Gives how many it took: fewer when vehicles are as few as `least`.

    - `BEGIN`: reckon all routes as they are linked, insert who is absent, and hold this for the best
    - `CHEAPER`: for less cost; WHOLE says how many ended with all tasks in
    - `FEWER`: for fewer vehicles; the best plan held is the last that was whole

    One entry for all, so that what a round is made of is compiled once.
    """
    s.state[FLEET] = aim == FEWER
    s.state[WHOLE] = 0
    if aim == BEGIN:
        for v in range(len(s.spent)):
            refresh(f, s, v)
    s.level[TOTAL] = _total(f, s)
    for n in range(count):
        if aim == FEWER and s.state[ABSENT] == 0:
            s.level[TOTAL] = _total(f, s)
            _hold(f, s)
            if not _close_one(f, s, least):
                return n
        _begin(s)
        if aim != BEGIN:
            ruin(f, s)
            exchange_tails(f, s)
        recreate(f, s)
        if aim == BEGIN:
            s.level[TOTAL] = _total(f, s)
            _hold(f, s)
        elif _is_taken(f, s, aim):
            _take(f, s, aim)
        else:
            _undo(f, s)
        if s.state[ABSENT] == 0:
            s.state[WHOLE] += 1
        s.level[TEMPERATURE] *= s.level[COOLING]
    return count


@entry
def recall(f: Facts, s: Plan, keep_closed: bool) -> None:  # noqa: FBT001 - numba has no keyword-only arguments
    """Go back to the best plan; with `keep_closed` a vehicle that it does not use stays closed."""
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
        if keep_closed:
            s.route[v, OPEN] = s.route[v, SIZE] > 0
    s.state[ABSENT] = 0
    for r in range(len(s.way)):
        s.way[r] = s.best_way[r]
        if s.way[r] == NONE:
            s.absent[s.state[ABSENT]] = r
            s.state[ABSENT] += 1
    s.level[TOTAL] = _total(f, s)


@inlined
def _is_taken(f: Facts, s: Plan, aim: int) -> bool:
    """Whether the plan after a round is gone on from, by chance and by TOTAL, which is set here."""
    if _overloaded(f, s):
        return False
    limit = s.level[TOTAL] - s.level[TEMPERATURE] * np.log(1.0 - fraction(s))
    s.level[TOTAL] = _changed_total(f, s)
    if aim == CHEAPER:
        return s.level[TOTAL] < limit
    missed = _missed(s, s.absent, s.state[ABSENT])
    missed_before = _missed(s, s.absent_before, s.state[ABSENT_BEFORE])
    for k in range(s.state[ABSENT]):
        s.missed[s.absent[k]] += 1.0
    return missed < missed_before or (missed == missed_before and s.level[TOTAL] < limit)


@inlined
def _overloaded(f: Facts, s: Plan) -> bool:
    """Whether a vehicle carries too much because it keeps what it should have dropped off."""
    for k in range(s.state[ABSENT]):
        v = f.task[s.absent[k], BOUND_TO]
        if v != NONE and not holds(f, s, v, f.vehicle[v, STARTS_AT], PEAK_AFTER):
            return True
    return False


@inlined
def _take(f: Facts, s: Plan, aim: int) -> None:
    """Hold the plan where it is the best."""
    if aim != CHEAPER:
        return
    lacking = _lacking(f, s)
    cost = s.level[TOTAL] - lacking * s.level[FORGONE]
    if lacking < s.state[LACKING] or (lacking == s.state[LACKING] and cost < s.level[BEST] - _LESS):
        s.level[TOTAL] = _total(f, s)
        _hold(f, s)


@inlined
def _begin(s: Plan) -> None:
    s.state[ROUND] += 1
    s.state[TOUCHES] = 0
    s.level[TOTAL_BEFORE] = s.level[TOTAL]
    s.state[ABSENT_BEFORE] = s.state[ABSENT]
    for k in range(s.state[ABSENT]):
        s.absent_before[k] = s.absent[k]


@inlined
def _undo(f: Facts, s: Plan) -> None:
    put_back(f, s)
    s.level[TOTAL] = s.level[TOTAL_BEFORE]
    s.state[ABSENT] = s.state[ABSENT_BEFORE]
    for k in range(s.state[ABSENT]):
        s.absent[k] = s.absent_before[k]


@inlined
def _price(f: Facts, s: Plan, r: int) -> Number:
    return s.level[FORGONE] if f.task[r, MUST] else f.worth[r, PRICE]


@inlined
def _total(f: Facts, s: Plan) -> Number:
    total = 0.0
    for v in range(len(s.spent)):
        total += s.spent[v]
    for k in range(s.state[ABSENT]):
        total += _price(f, s, s.absent[k])
    return total


@inlined
def _changed_total(f: Facts, s: Plan) -> Number:
    """The total after a round: only what it touched is added up."""
    total = s.level[TOTAL_BEFORE]
    for n in range(s.state[TOUCHES]):
        v = s.touched[n]
        total += s.spent[v] - s.spent_before[v]
    for k in range(s.state[ABSENT]):
        total += _price(f, s, s.absent[k])
    for k in range(s.state[ABSENT_BEFORE]):
        total -= _price(f, s, s.absent_before[k])
    return total


@inlined
def _missed(s: Plan, who: Whole, count: int) -> Number:
    total = 0.0
    for k in range(count):
        total += s.missed[who[k]]
    return total


@inlined
def _lacking(f: Facts, s: Plan) -> int:
    """How many are absent of those that must be done."""
    lacking = 0
    for k in range(s.state[ABSENT]):
        lacking += f.task[s.absent[k], MUST]
    return lacking


@inlined
def _hold(f: Facts, s: Plan) -> None:
    s.state[LACKING] = _lacking(f, s)
    s.level[BEST] = s.level[TOTAL] - s.state[LACKING] * s.level[FORGONE]
    for node in range(len(s.best_next)):
        s.best_next[node] = s.chain[node, NEXT]
    for r in range(len(s.way)):
        s.best_way[r] = s.way[r]


@inlined
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
