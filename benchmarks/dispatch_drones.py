"""Figures of Hash Code's drone deliveries: the official score beside the best published one known here.

Files are those under `SANDERLING_DELIVERY`/hashcode2016, or else under `../shared/data/delivery/hashcode2016`
beside this project.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import Figure
from benchmarks.data import deliveries
from orchestrator.dispatch.drones.problem import Delivery
from orchestrator.dispatch.formats.family import BadInstance, Outcome
from orchestrator.dispatch.formats.hashcode import HASHCODE
from orchestrator.dispatch.routing.solution import Until
from orchestrator.ending import Failed

SEED = 1
_LIMIT_S = 60.0
PUBLISHED = {"busy_day": 100_880, "mother_of_all_warehouses": 74_869, "redundancy": 96_415}
"""By a part of the file's name, in the contest's own numbers of turns (112,993, 144,612 and 145,416): what
"stack segments" of github.com/dmadjib/Polyhash_2023 scores."""


def figures(scale: float = 1.0) -> Iterator[Figure]:
    """All of them, each in `scale` of its usual time, of which a file of the contest has a minute.

    Raises `Failed` for a file that cannot be read and for commands that do not hold.
    """
    HASHCODE.prepare()
    for problem in _problems():
        limit_s = scale * _limit_s(problem)
        found = HASHCODE.check(problem, HASHCODE.solve(problem, Until.after(limit_s), SEED))
        if not isinstance(found, Outcome):
            raise Failed(f"{problem.name}: the commands do not hold: {found.reasons[0]}")
        peer = next((score for name, score in PUBLISHED.items() if name in problem.name), None)
        what = f"official score: {problem.name}, {len(problem.orders)} orders, {limit_s:.2g} s, seed {SEED}"
        beside = "; beside the best published" if peer else ""
        ratio = found.score / peer if peer else None
        yield Figure(what + beside, found.score, peer, ratio, "285,000 for the contest's three", "points")


def planned_s() -> float:
    """How long all of them search, as a rule."""
    return sum(_limit_s(problem) for problem in _problems())


def _problems() -> Iterator[Delivery]:
    for path in sorted(deliveries("hashcode2016").glob("*.in")):
        try:
            yield HASHCODE.read(path)
        except BadInstance as error:
            raise Failed(f"{path}: {error}") from error


def _limit_s(problem: Delivery) -> float:
    return _LIMIT_S if len(problem.orders) > 10 else 1.0
