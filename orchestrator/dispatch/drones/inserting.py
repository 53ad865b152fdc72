"""Where what is missing of an order fits best: what it costs all orders in turns, for each unit of weight.

A drone that is at a warehouse anyway, or on its way past the door, takes along what there is room for, be it
one item; a way of its own is for what fills it. So an order comes apart as its neighbours' trips have room.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from orchestrator.dispatch.draws import Share, Stream, below, draw
from orchestrator.dispatch.drones.bundling import offer, take
from orchestrator.dispatch.drones.keeping import refresh, settle, take_back
from orchestrator.dispatch.drones.plan import NOBODY, Plan
from orchestrator.dispatch.drones.tables import Ints, Tables, turns_between
from orchestrator.dispatch.kernels import compiled

LOOKED_AT = 8
"""About how many drones are looked at for a request, of many."""

NOISE: Share = 0.3
"""By how much a warehouse may look farther than it is."""

FAR_AHEAD = 12
"""How many events later than the pick-up the hand-over may come, at most."""

SINCE: Share = 0.8
"""What is earlier than a share of an order's turns, drawn from 0 to this, is not looked at."""

ALL_ALONG: Share = 0.1
"""How often it is."""

NO_COST = 1e18
"""More than anything costs."""

Where: TypeAlias = tuple[float, int, int, int, int, int]
"""Turns for each unit of weight; the drone; the positions of pick-up and hand-over, before it has either;
the warehouse; how much there is room for."""


class Wanted(NamedTuple):
    """An order to be carried.

    - `order`; `by`: turns passed by which it costs it nothing to get something
    - `most` (warehouses): the weight of what is missing that a drone could bring from there
    - `best` (3): the warehouses that have most for the way, or NOBODY
    - `reach` (places): turns from its door
    - `detour` (length of a row, and 1): turns that going there before each event of a row would add
    """

    order: int
    by: int
    most: Ints
    best: Ints
    reach: Ints
    detour: Ints


@compiled
def _survey(tables: Tables, plan: Plan, want: Wanted, rng: Stream) -> bool:
    """Look what each warehouse has. False where none has anything."""
    one, two, three = NO_COST, NO_COST, NO_COST
    want.best[:] = NOBODY
    for w in range(len(tables.away)):
        weight, kinds = offer(tables, plan, want.order, w, tables.payload)
        want.most[w] = weight
        if weight == 0:
            continue
        cost = 2.0 * (want.reach[w] + kinds) / weight * (1.0 + NOISE * draw(rng))
        if cost < one:
            want.best[2], want.best[1], want.best[0] = want.best[1], want.best[0], w
            one, two, three = cost, one, two
        elif cost < two:
            want.best[2], want.best[1] = want.best[1], w
            two, three = cost, two
        elif cost < three:
            want.best[2] = w
            three = cost
    return want.best[0] != NOBODY


@compiled
def _better(
    tables: Tables,
    plan: Plan,
    want: Wanted,
    place: tuple[int, int, int, int, int],
    turns: tuple[int, int, int],
    best: Where,
) -> Where:
    """The better of `best` and a place.

    `turns` are those added by the pick-up's way and by the hand-over's, and how many it would be late at the
    door; none of them counts handling.
    """
    d, i, j, w, room = place
    weight, kinds = offer(tables, plan, want.order, w, room)
    late = turns[2] + 2 * kinds
    cost = (turns[0] + kinds) * plan.urgent[d, i] + (turns[1] + kinds) * plan.urgent[d, j] + max(0, late)
    if cost < best[0] * weight and want.by + late <= tables.turns:
        return (cost / weight, d, i, j, w, room)
    return best


@compiled
def _from(tables: Tables, plan: Plan, want: Wanted, d: int, i: int, w: int, best: Where) -> Where:
    """The better of `best` and a pick-up at `w` before position `i` of drone `d`, with any hand-over."""
    n = plan.length[d]
    before, gone, room = 0, 0, tables.payload
    if i > 0:
        before, gone, room = plan.places[d, i - 1], plan.ends[d, i - 1], room - plan.load[d, i - 1]
    to, first = tables.away[w, before], plan.urgent[d, i]
    more, back = to, 0
    if i < n:
        more += tables.away[w, plan.places[d, i]] - plan.legs[d, i]
        back = want.reach[plan.places[d, i]] - plan.legs[d, i]
    at_once = to + want.reach[w] + back
    late = gone + to + want.reach[w] - want.by
    if (at_once + 2) * first + max(0, late + 2) < best[0] * min(room, want.most[w]):
        best = _better(tables, plan, want, (d, i, i, w, room), (at_once, 0, late), best)
    for j in range(i + 1, min(n, i + FAR_AHEAD) + 1):
        room = min(room, tables.payload - plan.load[d, j - 1])
        limit = best[0] * min(room, want.most[w])
        gone = plan.ends[d, j - 1] + more
        if more * first >= limit or gone - want.by >= limit:
            break
        cost = (more + 1) * first + (want.detour[j] + 1) * plan.urgent[d, j]
        if cost < limit:
            late = gone + want.reach[plan.places[d, j - 1]] - want.by
            if cost + max(0, late + 2) < limit:
                best = _better(tables, plan, want, (d, i, j, w, room), (more, want.detour[j], late), best)
    return best


@compiled
def _spot(tables: Tables, plan: Plan, want: Wanted, d: int, i: int, best: Where) -> Where:
    """The better of `best` and a pick-up before position `i`: where the drone is, or at a warehouse more."""
    before, room = 0, tables.payload
    here = NOBODY
    if i > 0:
        before, room = plan.places[d, i - 1], room - plan.load[d, i - 1]
        if room <= 0:
            return best
        if before < len(tables.away):
            here = before
    ahead, leg = NOBODY, 0
    if i < plan.length[d]:
        ahead, leg = plan.places[d, i], plan.legs[d, i]
    if here not in (NOBODY, ahead) and want.most[here] > 0:
        best = _from(tables, plan, want, d, i, here, best)
    for x in range(len(want.best)):
        w = want.best[x]
        if w == NOBODY:
            break
        more = tables.away[w, before]
        if ahead != NOBODY:
            more += tables.away[w, ahead] - leg
        if more * plan.urgent[d, i] < best[0] * want.most[w] and w not in (here, ahead):
            best = _from(tables, plan, want, d, i, w, best)
    return best


@compiled
def _position(plan: Plan, d: int, turn: int) -> int:
    """The first event of drone `d` that is done in `turn` or later."""
    low, high = 0, plan.length[d]
    while low < high:
        middle = (low + high) // 2
        if plan.ends[d, middle] < turn:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _in_row(tables: Tables, plan: Plan, want: Wanted, d: int, since: int, best: Where) -> Where:
    """The better of `best` and the best place with drone `d`: from `want.by` back to `since`, then later."""
    n = plan.length[d]
    first, middle = _position(plan, d, since), _position(plan, d, want.by)
    for j in range(max(1, first), n):
        want.detour[j] = want.reach[plan.places[d, j - 1]] + want.reach[plan.places[d, j]] - plan.legs[d, j]
    if n > 0:
        want.detour[n] = want.reach[plan.places[d, n - 1]]
    for i in range(middle, first - 1, -1):
        best = _spot(tables, plan, want, d, i, best)
    for i in range(middle + 1, n + 1):
        if plan.ends[d, i - 1] - want.by >= best[0] * tables.payload:
            break
        best = _spot(tables, plan, want, d, i, best)
    return best


@compiled
def _put(plan: Plan, d: int, k: int, event: int) -> None:
    for x in range(plan.length[d], k, -1):
        plan.events[d, x] = plan.events[d, x - 1]
    plan.events[d, k] = event
    plan.length[d] += 1


@compiled
def carry(tables: Tables, plan: Plan, want: Wanted, rng: Stream) -> bool:
    """Put what is missing of an order where it costs least; False, and nothing carried, if it cannot be."""
    o, by = want.order, want.by
    for x in range(len(want.reach)):
        want.reach[x] = turns_between(tables, len(tables.away) + o, x)
    since = 0 if draw(rng) < ALL_ALONG else int(by * SINCE * draw(rng))
    drones = len(plan.length)
    while plan.missing[o] > 0:
        best = (NO_COST, NOBODY, 0, 0, 0, 0)
        now = Wanted(o, by, want.most, want.best, want.reach, want.detour)
        if _survey(tables, plan, now, rng):
            first = below(rng, drones)
            for x in range(drones):
                d = (first + x) % drones
                looked = x == 0 or draw(rng) * drones < LOOKED_AT
                if looked and plan.length[d] + 2 <= plan.events.shape[1]:
                    best = _in_row(tables, plan, now, d, since, best)
        d = best[1]
        if d == NOBODY:
            take_back(tables, plan, o)
            settle(tables, plan)
            return False
        q = take(tables, plan, o, best[4], best[5])
        _put(plan, d, best[3], 2 * q + 1)
        _put(plan, d, best[2], 2 * q)
        refresh(tables, plan, d, best[2])
        settle(tables, plan)
        by = max(by, plan.done[q])
    return True
