"""Figures of routing: DESIGN section 9. Ours beside best-known values, and each peer on the same instance.

Instances are those under `SANDERLING_INSTANCES`, or else under `../shared/data/vrp` beside this project:
li-lim, solomon, homberger and mtvrptwr, with a best_known.csv in each or a .sol beside the file; and two made
here, of 1,000 tasks. Each solver gets the same wall time of one core, one after the other; what it had of the
core is told, for on a busy machine that is not the same. Peers come with pip install 'sanderling[bench]';
those missing are named, and ours is printed without them.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from benchmarks import Figure, dispatch_drones, dispatch_electric, dispatch_meals
from benchmarks.dispatch_made import made_pairs, made_windows
from benchmarks.dispatch_peers import PEERS, Peer
from orchestrator.dispatch.formats import li_lim, solomon, vrplib
from orchestrator.dispatch.routing.check import Figures
from orchestrator.dispatch.routing.check import figures as check
from orchestrator.dispatch.routing.problem import Problem
from orchestrator.dispatch.routing.search.solver import RuinAndRecreate
from orchestrator.dispatch.routing.search.warm import warm
from orchestrator.dispatch.routing.solution import Solution, Until
from orchestrator.ending import Failed
from orchestrator.terminal import err

SEED = 1
_SHORT_S, _LONG_S = 3.0, 10.0
_FEW = 120

Length: TypeAlias = float
"""In the file's unit."""

_READERS = {"li-lim": li_lim.read, "solomon": solomon.read, "homberger": solomon.read}


@dataclass(frozen=True, slots=True)
class Case:
    """An instance and its best known vehicles and distance, where there are such."""

    name: str
    problem: Problem
    vehicles: int | None = None
    distance: Length | None = None
    peers: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """What a solver came to, and the seconds of a core it had."""

    found: Figures
    core_s: float


def figures() -> Iterator[Figure]:
    """All of them and the families'; half an hour. Raises `Failed` for a solution that does not hold."""
    warm()
    peers = {name: peer for name, peer in PEERS.items() if find_spec(name.lower()) is not None}
    for name in sorted(PEERS.keys() - peers.keys()):
        err.print(
            f"{name} is not installed, ours goes without it: pip install 'sanderling[bench]'", markup=False
        )
    for case in cases():
        yield from _case(case, peers if case.peers else {})
    for family in (dispatch_electric, dispatch_drones, dispatch_meals):
        yield from family.figures()


def cases() -> Iterator[Case]:
    """The instances there are, smaller ones first in each family; then those made here."""
    folder = Path(os.environ.get("SANDERLING_INSTANCES", Path(__file__).parents[2] / "shared/data/vrp"))
    for family, read in _READERS.items():
        known = _best_known(folder / family)
        found = [read(path.read_text(), path.stem) for path in sorted((folder / family).glob("*.txt"))]
        for instance in sorted(found, key=lambda instance: len(instance.problem.tasks)):
            yield Case(instance.name, instance.problem, *known.get(instance.name.lower(), (None, None)))
    for path in sorted((folder / "mtvrptwr").glob("*.vrp")):
        instance = vrplib.read(path.read_text(), path.stem)
        yield Case(path.stem, instance.problem, None, _cost(path.with_suffix(".sol")), peers=False)
    yield Case("made, 500 pairs with windows", made_pairs(500, SEED))
    yield Case("made, 1,000 customers with windows, distance", made_windows(1000, SEED))


def _case(case: Case, peers: dict[str, Peer]) -> Iterator[Figure]:
    limit_s = _SHORT_S if len(case.problem.tasks) < _FEW else _LONG_S
    ours = _run(case, lambda p, s, seed: RuinAndRecreate().solve(p, Until.after(s), seed), limit_s)
    name = f"{case.name}, {len(case.problem.tasks)} tasks, {limit_s:g} s, seed {SEED}"
    yield from _beside_best_known(case, name, ours)
    for peer_name, peer in peers.items():
        theirs = _run(case, peer, limit_s)
        beside = f"{name}; beside {peer_name} ({ours.core_s:.1f} and {theirs.core_s:.1f} s of a core)"
        if case.problem.fewest_vehicles:
            yield _figure(f"vehicles: {beside}", ours.found.vehicles, theirs.found.vehicles, "")
        if not case.problem.fewest_vehicles or ours.found.vehicles == theirs.found.vehicles:
            yield _figure(f"distance: {beside}", ours.found.distance_m, theirs.found.distance_m, "")


def _beside_best_known(case: Case, name: str, ours: Run) -> Iterator[Figure]:
    if case.vehicles is not None:
        yield _figure(f"vehicles: {name}; beside the best known", ours.found.vehicles, case.vehicles, "1 x")
    if case.distance is not None and case.vehicles in {None, ours.found.vehicles}:
        yield _figure(f"distance: {name}; beside the best known", ours.found.distance_m, case.distance, "1 x")
    if case.distance is None:
        yield _figure(f"distance, {ours.found.vehicles} vehicles: {name}", ours.found.distance_m, None, "-")


def _run(case: Case, solver: Peer, limit_s: float) -> Run:
    began_s = time.process_time()
    solution: Solution = solver(case.problem, limit_s, SEED)
    core_s = time.process_time() - began_s
    found = check(case.problem, solution)
    if not isinstance(found, Figures):
        raise Failed(f"{case.name}: a solution does not hold: {found.reasons[0]}")
    if solution.left_out:
        raise Failed(f"{case.name}: a solution leaves out {len(solution.left_out)} tasks")
    return Run(found, core_s)


def _figure(what: str, ours: float, theirs: float | None, wanted: str) -> Figure:
    unit = "vehicles" if what.startswith("vehicles") else "of the file's unit of length"
    ratio = None if theirs is None else theirs / ours
    return Figure(what, ours, theirs, ratio, wanted or "never more", unit)


def _best_known(folder: Path) -> dict[str, tuple[int, Length]]:
    file = folder / "best_known.csv"
    rows: Sequence[dict[str, str]] = list(csv.DictReader(file.open())) if file.is_file() else []
    return {row["name"].lower(): (int(row["vehicles"]), float(row["distance"])) for row in rows}


def _cost(file: Path) -> Length | None:
    """What a CVRPLIB solution file says it costs."""
    lines = file.read_text().splitlines() if file.is_file() else []
    costs = [float(line.split(":")[1]) for line in lines if line.startswith("Cost:")]
    return costs[0] if costs else None
