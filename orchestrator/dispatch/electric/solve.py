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
from orchestrator.dispatch.pace import Pace, Share
from orchestrator.dispatch.routing.solution import Until

STARTS = ((0.15, 0.3), (0.34, 0.42), (0.46, 0.54), (0.58, 0.66))
"""Several searches from scratch, of which the best is gone on with: until what share of the time each works
on fewer vehicles, at most, and then on the distance. Few long routes lead into dead ends that last."""

HOT, WARM, COLD = 0.3, 0.1, 0.003
"""Temperatures at the begin of a search, where the best goes on, and at both ends, as shares of the distance
a customer takes on average."""

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
    best = _started(tables, rng, pace, STARTS[0], 0)
    for shares in STARTS[1:]:
        other = _started(tables, rng, pace, shares, int(best.fleets.best.used[0]))
        best = min(best, other, key=_rank)
    _shorter(best, pace, 1.0, WARM)
    return _routes(problem, best)


def _started(tables: Tables, rng: Stream, pace: Pace, shares: tuple[Share, Share], enough: int) -> _Search:
    """A search from scratch; one that does not get down to `enough` vehicles is given up."""
    one = _begin(tables, rng)
    if enough and pace.done() >= shares[1]:
        return one
    one.go(BUILD)
    if not _rank(one)[0]:
        _fewer(one, pace.part(shares[0]), enough)
    if not enough or one.fleets.best.used[0] <= enough:
        _shorter(one, pace.part(shares[1]), shares[1], HOT)
    return one


def _rank(one: _Search) -> tuple[int, int, Quantity]:
    """Customers left over, vehicles, distance."""
    best = one.fleets.best
    used = int(best.used[0])
    return int((best.keeper[1:] < 0).sum()), used, float(best.way[:used].sum())


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


def _fewer(one: _Search, pace: Pace, enough: int) -> None:
    """Work on fewer vehicles, as long as the load leaves hope and there are not `enough` few."""
    load, room = float(one.tables.demand.sum()), one.tables.load
    least = max(1, enough, math.ceil(load / room - 1e-9) if room > 0 else 1)
    heat = MILD * _average(one)
    while one.fleets.best.used[0] > least and (rounds := pace.next_turn()):
        one.go(DROP, rounds, heat)


def _shorter(one: _Search, pace: Pace, end: Share, hot: Share) -> None:
    """Work on the distance, from the best solution, cooling as the time goes to its `end`."""
    best = one.fleets.best
    one.fleets = Fleets(_copy(best), _copy(best), best)
    average, begun = _average(one), pace.done()
    while rounds := pace.next_turn():
        share, ahead = ((at - begun) / (end - begun) for at in (pace.done(), pace.done_after(rounds)))
        heats = (average * hot * (COLD / hot) ** min(1.0, at) for at in (share, ahead))
        one.go(SHORTEN, rounds, *heats)


def _copy(fleet: Fleet) -> Fleet:
    return Fleet._make(part.copy() for part in fleet)


def _routes(problem: Electric, one: _Search) -> Routes:
    best, names = one.fleets.best, [node.name for node in nodes_of(problem)]
    vehicles = range(int(best.used[0]))
    routes = tuple(tuple(names[k] for k in best.stops[v, 1 : best.length[v] - 1]) for v in vehicles)
    unserved = tuple(names[c] for c in range(1, len(best.keeper)) if best.keeper[c] < 0)
    return Routes(routes, tuple(charged_to(one.tables, best, v) for v in vehicles), unserved)
