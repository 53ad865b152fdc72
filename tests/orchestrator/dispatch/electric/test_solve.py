from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations, product
from math import inf
from pathlib import Path

import pytest
from numba import njit

from orchestrator.dispatch.draws import stream
from orchestrator.dispatch.electric.charging import GOOD, drive
from orchestrator.dispatch.electric.check import check
from orchestrator.dispatch.electric.fleet import Fleet
from orchestrator.dispatch.electric.inserting import _rest
from orchestrator.dispatch.electric.problem import Curve, Electric, Kind, Refill, Routes
from orchestrator.dispatch.electric.search import BUILD, SHORTEN
from orchestrator.dispatch.electric.solve import _begin, solve
from orchestrator.dispatch.electric.tables import Tables, tables_of
from orchestrator.dispatch.formats import evrptw
from orchestrator.dispatch.formats.family import Outcome
from orchestrator.dispatch.routing.solution import Until
from tests.orchestrator.dispatch.electric.towns import town

SHARED = Path(__file__).parents[5] / "shared/data/vrp/evrptw"
BENT = Curve(((0.0, 0.0), (20.0, 50.0), (40.0, 75.0), (70.0, 85.0)))
ROUNDS, LONGER = Until(rounds=600), Until(rounds=4000)


def outcome_of(problem: Electric, found: Routes) -> Outcome:
    outcome = check(problem, found)
    assert isinstance(outcome, Outcome), outcome
    return outcome


def _alone(problem: Electric, names: tuple[str, ...]) -> float:
    """The least distance of one vehicle past these customers, by trying all orders and stations."""
    places = [place for place in problem.places if place.kind is not Kind.CUSTOMER or place.name in names]
    one = replace(problem, places=tuple(places))
    stations = ((), *((station.name,) for station in problem.of_kind(Kind.STATION)))
    best = inf
    for order in permutations(names):
        for between in product(stations, repeat=len(names) + 1):
            stops = [*between[0]]
            for name, after in zip(order, between[1:], strict=True):
                stops += [name, *after]
            levels = (problem.curve.capacity,) * (len(stops) - len(names))
            outcome = check(one, Routes((tuple(stops),), (levels,)))
            best = min(best, outcome.distance) if isinstance(outcome, Outcome) else best
    return best


def _optimum(problem: Electric) -> tuple[int, float]:
    names = tuple(place.name for place in problem.of_kind(Kind.CUSTOMER))
    alone = {s: _alone(problem, s) for size in range(1, 5) for s in combinations(names, size)}
    best: dict[tuple[str, ...], tuple[int, float]] = {(): (0, 0.0)}
    for size in range(1, len(names) + 1):
        for some in combinations(names, size):
            ways = [
                (1 + best[rest][0], distance + best[rest][1])
                for one, distance in alone.items()
                if distance < inf
                and set(one) <= set(some)
                and best[rest := tuple(n for n in some if n not in one)][1] < inf
            ]
            best[some] = min(ways, default=(0, inf))
    return best[names]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("curve", [None, BENT], ids=["linear", "bent"])
def test_small_towns_are_solved_to_the_optimum(seed: int, curve: Curve | None) -> None:
    problem = town(seed, 4, curve=curve)
    vehicles, distance = _optimum(problem)
    outcome = outcome_of(problem, solve(problem, ROUNDS, 1))
    if distance == inf:
        assert outcome.unserved
    else:
        assert outcome.vehicles == vehicles
        assert outcome.distance == pytest.approx(distance)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("curve", [None, BENT], ids=["linear", "bent"])
def test_a_partial_charge_is_never_worse_and_holds(seed: int, curve: Curve | None) -> None:
    problem = town(seed, 12, curve=curve)
    full = outcome_of(problem, solve(problem, LONGER, 1))
    partial = town(seed, 12, Refill.PARTIAL, curve)
    freed = outcome_of(partial, solve(partial, LONGER, 1))
    assert len(freed.unserved) <= len(full.unserved)
    if len(freed.unserved) == len(full.unserved):
        assert freed.vehicles < full.vehicles or freed.distance <= full.distance * 1.02


@njit(error_model="numpy")
def _differing(tables: Tables, fleet: Fleet) -> tuple[int, int, int]:
    """Of customers driven to from each stop: who fits beside the rest, who does not; who is misjudged."""
    counts, wrong = [0, 0], 0
    for v in range(fleet.used[0]):
        for k in range(1, fleet.length[v]):
            for c in range(1, tables.customers + 1):
                s, i = fleet.states[v, k - 1], fleet.stops[v, k - 1]
                code, t, p, e, m = drive(tables, i, c, s[0], s[1], s[2], s[3])
                if code != GOOD:
                    continue
                judged = _rest(tables, fleet, v, k, c, t, p, e, m) == GOOD
                i = c
                for x in range(k, fleet.length[v]):
                    code, t, p, e, m = drive(tables, i, fleet.stops[v, x], t, p, e, m)
                    i = fleet.stops[v, x]
                    if code != GOOD:
                        break
                wrong += judged != (code == GOOD)
                counts[int(code == GOOD)] += 1
    return counts[1], counts[0], wrong


@pytest.mark.parametrize("refill", Refill)
def test_what_lies_ahead_of_a_stop_tells_as_much_as_driving_it(refill: Refill) -> None:
    """Customers are asked for where they already are, too: it is the rest of the route that is judged."""
    fits = fails = 0
    for seed in range(8):
        tables = tables_of(town(seed, 12, refill))
        search = _begin(tables, stream(seed))
        search.go(BUILD)
        search.go(SHORTEN, 20, 5.0, 1.0)
        some, others, wrong = _differing(tables, search.fleets.best)
        assert wrong == 0
        fits, fails = fits + some, fails + others
    assert min(fits, fails) > 50


def test_who_cannot_be_served_is_named() -> None:
    problem = town(1, 5)
    far = replace(problem.places[-1], x=900.0)
    outcome = outcome_of(problem, solve(problem, ROUNDS, 1))
    lost = replace(problem, places=(*problem.places[:-1], far))
    assert outcome_of(lost, solve(lost, ROUNDS, 1)).unserved == (*outcome.unserved, far.name)


def test_nobody_to_serve_takes_nobody() -> None:
    problem = town(1, 0)
    assert outcome_of(problem, solve(problem, ROUNDS, 1)).vehicles == 0


def test_rounds_alone_make_equal_searches_equal() -> None:
    problem = town(7, 15)
    assert solve(problem, ROUNDS, 3) == solve(problem, ROUNDS, 3)


def test_the_end_is_kept() -> None:
    now = [0.0]

    def clock() -> float:
        now[0] += 0.06  # a little more than a turn may take
        return now[0]

    solve(town(3, 15), Until(6.0, clock=clock), 1)
    assert 5.9 <= now[0] < 6.5


@pytest.mark.skipif(not SHARED.exists(), reason="the shared benchmark files are not here")
@pytest.mark.parametrize(
    ("name", "vehicles", "distance"),
    [
        ("c101C5", 2, 257.75),
        ("r104C5", 2, 136.69),
        ("rc108C10", 3, 345.93),
        ("c103C15", 3, 384.29),
        ("r202C15", 2, 358.0),
    ],
)
def test_proven_optima_of_the_paper_are_reached(name: str, vehicles: int, distance: float) -> None:
    problem = evrptw.read(SHARED / f"{name}.txt")
    outcome = outcome_of(problem, solve(problem, Until(rounds=4000), 1))
    assert outcome.vehicles == vehicles
    assert outcome.distance == pytest.approx(distance, abs=0.01)
