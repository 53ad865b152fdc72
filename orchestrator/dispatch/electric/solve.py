"""Solving an instance in time: a first solution, fewer vehicles, then less distance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from orchestrator.dispatch.draws import Stream, stream
from orchestrator.dispatch.electric.charges import charged_to
from orchestrator.dispatch.electric.fleet import Fleet, fleet_for
from orchestrator.dispatch.electric.problem import Curve, Electric, Kind, Place, Quantity, Refill, Routes
from orchestrator.dispatch.electric.search import BUILD, DROP, SHORTEN, Desk, Fleets, desk_for, search
from orchestrator.dispatch.electric.tables import LONGEST, Tables, nodes_of, tables_of
from orchestrator.dispatch.pace import Pace
from orchestrator.dispatch.routing.solution import Until

FLEET_SHARE = 0.3
"""Of the time, at most, for doing with fewer vehicles."""

HOT, COLD = 3.0, 0.03
"""Temperatures at the beginning and in the end, in the distance that a customer takes on average. Begun
cooler, few long routes stay in the valley that they were built in."""

MILD = 0.03
"""The temperature while working on fewer vehicles, as such a share."""


@dataclass(slots=True)
class _Search:
    tables: Tables
    fleets: Fleets
    desk: Desk
    rng: Stream

    def go(self, aim: int, rounds: int = 1, hot: Quantity = 1.0, cold: Quantity = 1.0) -> None:
        search(self.tables, self.fleets, self.desk, self.rng, rounds, (hot, cold), aim)


def solve(problem: Electric, until: Until, seed: int) -> Routes:
    """The best routes found in time: fewest vehicles, then least distance.

    The same seed draws the same random numbers; how far it comes in a given time depends on the machine.
    Customers that no vehicle can serve even alone are named as unserved.
    """
    if not problem.of_kind(Kind.CUSTOMER):
        return Routes((), (), ())
    tables = tables_of(problem)
    pace, rng = Pace.until(until), stream(seed)
    one = _begin(tables, rng)
    one.go(BUILD)
    if (one.fleets.best.keeper[1:] >= 0).all():
        _fewer(one, pace.part(FLEET_SHARE))
    _shorter(one, pace)
    return _routes(problem, one)


def prepare() -> None:
    """Compile what `solve` needs, where that has not been done on this machine."""
    places = (
        Place("d", Kind.DEPOT, 0, 0),
        Place("f", Kind.STATION, 1, 1),
        *(Place(name, Kind.CUSTOMER, 1, 0, 1.0) for name in "ab"),
    )
    for refill in Refill:
        tiny = Electric("", places, 1.0, Curve.linear(9.0, 1.0), 1.0, 1.0, refill)
        solve(tiny, Until(rounds=1), 1)


def _begin(tables: Tables, rng: Stream) -> _Search:
    least = np.sort(tables.demand[1 : tables.customers + 1]).cumsum()
    length = min(LONGEST, 2 * int((least <= tables.load + 1e-9).sum()) + 8)
    size = (tables.customers, length, tables.customers)
    fleets = Fleets(fleet_for(*size), fleet_for(*size), fleet_for(*size))
    return _Search(tables, fleets, desk_for(*size), rng)


def _average(one: _Search) -> Quantity:
    """The distance a customer takes on average in the best solution."""
    best = one.fleets.best
    return float(best.way[: best.used[0]].sum()) / one.tables.customers or 1.0


def _fewer(one: _Search, pace: Pace) -> None:
    """Work on fewer vehicles, as long as the load leaves hope."""
    load, room = float(one.tables.demand.sum()), one.tables.load
    least = max(1, math.ceil(load / room - 1e-9) if room > 0 else 1)
    heat = MILD * _average(one)
    while one.fleets.best.used[0] > least and (rounds := pace.next_turn()):
        one.go(DROP, rounds, heat)


def _shorter(one: _Search, pace: Pace) -> None:
    """Work on the distance, from the best solution, cooling as the time goes to its end."""
    best = one.fleets.best
    one.fleets = Fleets(_copy(best), _copy(best), best)
    average, begun = _average(one), pace.done()
    while rounds := pace.next_turn():
        shares = ((at - begun) / (1.0 - begun) for at in (pace.done(), pace.done_after(rounds)))
        hot, cold = (average * HOT * (COLD / HOT) ** min(1.0, share) for share in shares)
        one.go(SHORTEN, rounds, hot, cold)


def _copy(fleet: Fleet) -> Fleet:
    return Fleet._make(part.copy() for part in fleet)


def _routes(problem: Electric, one: _Search) -> Routes:
    best, names = one.fleets.best, [node.name for node in nodes_of(problem)]
    vehicles = range(int(best.used[0]))
    routes = tuple(tuple(names[k] for k in best.stops[v, 1 : best.length[v] - 1]) for v in vehicles)
    unserved = tuple(names[c] for c in range(1, len(best.keeper)) if best.keeper[c] < 0)
    return Routes(routes, tuple(charged_to(one.tables, best, v) for v in vehicles), unserved)
