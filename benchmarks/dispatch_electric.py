"""Figures of electric routing: ours beside the best known, charging to full and as far as needed.

Instances are the files under `SANDERLING_INSTANCES`/evrptw, or else under `../shared/data/vrp/evrptw` beside
this project. Its best_known.csv has values of partial charging (the solutions they come from do not hold when
every stay charges to full); the proven optima of small ones, charging to full, are those of Schneider et al.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from benchmarks import Figure
from benchmarks.data import instances
from benchmarks.dispatch_cases import best_known
from benchmarks.dispatch_table import BEST, Row
from orchestrator.dispatch.electric.problem import Electric, Refill
from orchestrator.dispatch.formats import evrptw
from orchestrator.dispatch.formats.family import BadInstance, Outcome
from orchestrator.dispatch.routing.solution import Until
from orchestrator.ending import Failed

SEED = 1
_SHORT_S, _LONG_S = 3.0, 60.0
_FEW = 20

Known: TypeAlias = dict[str, tuple[int, float]]

PROVEN: Known = {
    "c101c5": (2, 257.75),
    "c103c15": (3, 384.29),
    "r104c5": (2, 136.69),
    "r202c15": (2, 358.00),
    "rc108c10": (3, 345.93),
}
"""Vehicles and distance, charging to full, by the name in small letters."""


def figures(scale: float = 1.0, rows: list[Row] | None = None) -> Iterator[Figure]:
    """All of them, each in `scale` of its usual time, of which a large instance has two minutes.

    Raises `Failed` for a file that cannot be read and for routes that do not hold.
    """
    evrptw.FULL.prepare()
    for problem, known in _runs():
        yield from _beside(problem, known, scale * _limit_s(problem), rows)


def planned_s() -> float:
    """How long all of them search, as a rule."""
    return sum(_limit_s(problem) for problem, _ in _runs())


def _runs() -> Iterator[tuple[Electric, Known]]:
    """Each instance, and the best known of what it is: charging to full, and where that is known in part."""
    known = best_known(instances("evrptw"))
    for path in sorted(instances("evrptw").glob("*.txt")):
        try:
            yield evrptw.FULL.read(path), PROVEN
            if path.stem.lower() in known:
                yield evrptw.PARTIAL.read(path), known
        except BadInstance as error:
            raise Failed(f"{path}: {error}") from error


def _limit_s(problem: Electric) -> float:
    return _SHORT_S if len(problem.places) < _FEW else _LONG_S


def _beside(problem: Electric, known: Known, limit_s: float, rows: list[Row] | None) -> Iterator[Figure]:
    full = problem.refill is Refill.FULL
    family = evrptw.FULL if full else evrptw.PARTIAL
    found = family.check(problem, family.solve(problem, Until.after(limit_s), SEED))
    if not isinstance(found, Outcome):
        raise Failed(f"{problem.name}: the routes do not hold: {found.reasons[0]}")
    if found.unserved:
        raise Failed(f"{problem.name}: {len(found.unserved)} customers are not served")
    how = "charging to full" if full else "charging as far as needed"
    name = f"{problem.name}, {how}, {limit_s:.2g} s, seed {SEED}"
    if problem.name.lower() not in known:
        yield Figure(f"vehicles: {name}", found.vehicles, None, None, "few", "vehicles")
        yield Figure(f"distance: {name}", found.distance, None, None, "short", "of the file's unit of length")
        return
    vehicles, distance = known[problem.name.lower()]
    if rows is not None:
        rows.append(Row(f"evrptw, {how}", (found.vehicles, found.distance), {BEST: (vehicles, distance)}))
    best = f"{name}; beside the best known"
    yield Figure(f"vehicles: {best}", found.vehicles, vehicles, vehicles / found.vehicles, "1 x", "vehicles")
    if vehicles == found.vehicles:
        ratio = distance / found.distance
        unit = "of the file's unit of length"
        yield Figure(f"distance: {best}", found.distance, distance, ratio, "0.98 x", unit)
