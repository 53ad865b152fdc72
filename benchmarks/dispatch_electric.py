"""Figures of electric routing: ours beside the best known, charging to full and as far as needed.

Instances are the files under `SANDERLING_INSTANCES`/evrptw, or else under `../shared/data/vrp/evrptw` beside
this project. Its best_known.csv has values of partial charging (the solutions they come from do not hold when
every stay charges to full); the proven optima of small ones, charging to full, are those of Schneider et al.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from benchmarks import Figure
from orchestrator.dispatch.electric.problem import Electric
from orchestrator.dispatch.formats import evrptw
from orchestrator.dispatch.formats.family import Outcome
from orchestrator.dispatch.routing.solution import Until
from orchestrator.ending import Failed

SEED = 1
_SHORT_S, _LONG_S = 3.0, 60.0
_FEW = 20

Known: TypeAlias = dict[str, tuple[int, float]]

PROVEN: Known = {
    "c101C5": (2, 257.75),
    "c103C15": (3, 384.29),
    "r104C5": (2, 136.69),
    "r202C15": (2, 358.00),
    "rc108C10": (3, 345.93),
}
"""Vehicles and distance, charging to full."""


def figures() -> Iterator[Figure]:
    """All of them; about two minutes for each large instance. Raises `Failed` for routes that do not hold."""
    evrptw.FULL.prepare()
    folder = Path(os.environ.get("SANDERLING_INSTANCES", Path(__file__).parents[2] / "shared/data/vrp"))
    known = _best_known(folder / "evrptw")
    for path in sorted((folder / "evrptw").glob("*.txt")):
        yield from _beside(evrptw.FULL.read(path), PROVEN, "charging to full")
        if path.stem in known:
            yield from _beside(evrptw.PARTIAL.read(path), known, "charging as far as needed")


def _beside(problem: Electric, known: Known, how: str) -> Iterator[Figure]:
    few = len(problem.places) < _FEW
    limit_s = _SHORT_S if few else _LONG_S
    found = evrptw.FULL.check(problem, evrptw.FULL.solve(problem, Until.after(limit_s), SEED))
    if not isinstance(found, Outcome):
        raise Failed(f"{problem.name}: the routes do not hold: {found.reasons[0]}")
    if found.unserved:
        raise Failed(f"{problem.name}: {len(found.unserved)} customers are not served")
    name = f"{problem.name}, {how}, {limit_s:g} s, seed {SEED}"
    vehicles, distance = known.get(problem.name, (None, None))
    if vehicles is None or distance is None:
        yield Figure(f"vehicles: {name}", found.vehicles, None, None, "few", "vehicles")
        yield Figure(f"distance: {name}", found.distance, None, None, "short", "of the file's unit of length")
        return
    best = f"{name}; beside the best known"
    yield Figure(f"vehicles: {best}", found.vehicles, vehicles, vehicles / found.vehicles, "1 x", "vehicles")
    if vehicles == found.vehicles:
        ratio = distance / found.distance
        unit = "of the file's unit of length"
        yield Figure(f"distance: {best}", found.distance, distance, ratio, "0.98 x", unit)


def _best_known(folder: Path) -> Known:
    file = folder / "best_known.csv"
    rows = list(csv.DictReader(file.open(encoding="utf-8"))) if file.is_file() else []
    return {row["name"]: (int(row["vehicles"]), float(row["distance"])) for row in rows}
