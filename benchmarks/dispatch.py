"""Figures of routing. Ours beside best-known values, and each peer on the same instance.

Instances are those under `SANDERLING_INSTANCES`, or else under `../shared/data/vrp` beside this project:
li-lim, solomon, homberger and mtvrptwr, with a best_known.csv in each or a .sol beside the file; and two made
here, of 1,000 tasks. Each solver gets the same wall time of one core, one after the other; what it had of the
core is told, for on a busy machine that is not the same. Wall time is all that commiv can be limited by
(`wall_ms`). Where all of it would take longer than the budget, every limit is made shorter by the same share.
commiv comes with pip install 'sanderling[bench]', PyVRP with the project; a peer that is missing is named,
and ours is printed without it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from benchmarks import Figure, dispatch_drones, dispatch_electric, dispatch_meals
from benchmarks.dispatch_cases import SEED, Case, cases
from benchmarks.dispatch_peers import PEERS, Peer
from benchmarks.dispatch_table import BEST, Row, table
from orchestrator.dispatch.routing.check import Figures
from orchestrator.dispatch.routing.check import figures as check
from orchestrator.dispatch.routing.problem import Problem
from orchestrator.dispatch.routing.relay import Relay
from orchestrator.dispatch.routing.search.warm import warm
from orchestrator.dispatch.routing.solution import Solution, Until
from orchestrator.ending import Failed
from orchestrator.terminal import err

BUDGET_S = 1200.0
"""What all may take by default, compiling and checking aside."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a solver came to, and the seconds of a core it had; or why that does not count."""

    found: Figures | str
    core_s: float


def figures(budget_s: float = BUDGET_S) -> Iterator[Figure]:
    """All of them and the families', then the table. Raises `Failed` where a plan of ours does not hold."""
    peers = {name: peer for name, peer in PEERS.items() if find_spec(name.lower()) is not None}
    for name in sorted(PEERS.keys() - peers.keys()):
        _note(f"{name} is not installed, ours goes without it: pip install 'sanderling[bench]'")
    found = tuple(cases())
    planned_s = sum(case.limit_s * (1 + len(_peers(case, peers))) for case in found)
    planned_s += sum(other.planned_s() for other in (dispatch_electric, dispatch_drones, dispatch_meals))
    scale = min(1.0, budget_s / planned_s)
    _note(
        f"{planned_s:.0f} s of searching, in a budget of {budget_s:g} s: limits are {scale:.0%} of the usual"
    )
    warm()
    rows: list[Row] = []
    for case in found:
        yield from _case(case, scale * case.limit_s, _peers(case, peers), rows)
    yield from dispatch_electric.figures(scale, rows)
    yield from dispatch_drones.figures(scale)
    yield from dispatch_meals.figures(scale)
    yield from table(rows)


def _peers(case: Case, peers: Mapping[str, Peer]) -> Mapping[str, Peer]:
    return peers if case.peers else {}


def _ours(problem: Problem, limit_s: float, seed: int) -> Solution:
    return Relay().solve(problem, Until.after(limit_s), seed)


def _case(case: Case, limit_s: float, peers: Mapping[str, Peer], rows: list[Row]) -> Iterator[Figure]:
    ours = _run(case, _ours, limit_s)
    if not isinstance(ours.found, Figures):
        raise Failed(f"{case.name}: {ours.found}")
    mine = ours.found
    name = f"{case.name}, {len(case.problem.tasks)} tasks, {limit_s:.2g} s, seed {SEED}"
    yield from _beside_best_known(case, name, mine)
    others = {} if case.distance is None else {BEST: (case.vehicles, case.distance)}
    for peer_name, peer in peers.items():
        run = _run(case, peer, limit_s)
        theirs = run.found
        if not isinstance(theirs, Figures):
            _note(f"{case.name}: {peer_name}: {theirs}")
            continue
        others[peer_name] = (theirs.vehicles, theirs.distance_m)
        beside = f"{name}; beside {peer_name} ({ours.core_s:.1f} and {run.core_s:.1f} s of a core)"
        if case.problem.fewest_vehicles:
            yield _figure(f"vehicles: {beside}", mine.vehicles, theirs.vehicles, "")
        if not case.problem.fewest_vehicles or mine.vehicles == theirs.vehicles:
            yield _figure(f"distance: {beside}", mine.distance_m, theirs.distance_m, "")
    rows.append(Row(case.family, (mine.vehicles, mine.distance_m), others))


def _beside_best_known(case: Case, name: str, ours: Figures) -> Iterator[Figure]:
    if case.vehicles is not None:
        yield _figure(f"vehicles: {name}; beside the best known", ours.vehicles, case.vehicles, "1 x")
    if case.distance is not None and case.vehicles in {None, ours.vehicles}:
        yield _figure(f"distance: {name}; beside the best known", ours.distance_m, case.distance, "1 x")
    if case.distance is None:
        yield _figure(f"distance, {ours.vehicles} vehicles: {name}", ours.distance_m, None, "-")


def _run(case: Case, solver: Peer, limit_s: float) -> Run:
    began_s = time.process_time()
    solution = solver(case.problem, limit_s, SEED)
    core_s = time.process_time() - began_s
    found = check(case.problem, solution)
    if not isinstance(found, Figures):
        return Run(f"a solution does not hold: {found.reasons[0]}", core_s)
    if solution.left_out:
        return Run(f"a solution leaves out {len(solution.left_out)} tasks", core_s)
    return Run(found, core_s)


def _figure(what: str, ours: float, theirs: float | None, wanted: str) -> Figure:
    unit = "vehicles" if what.startswith("vehicles") else "of the file's unit of length"
    ratio = None if theirs is None else theirs / ours
    return Figure(what, ours, theirs, ratio, wanted or "never more", unit)


def _note(text: str) -> None:
    err.print(text, markup=False, highlight=False, soft_wrap=True)
