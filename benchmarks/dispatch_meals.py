"""Figures of meal days: ours beside the paper's rolling horizon, both told an order when it is placed.

Days are the folders under `SANDERLING_DELIVERY`/mdrp, or else in `../shared/data/delivery/mdrp` beside this
project.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import Figure
from benchmarks.data import deliveries
from benchmarks.dispatch_meals_peer import rolling_horizon
from orchestrator.dispatch.formats import mdrp
from orchestrator.dispatch.formats.family import BadInstance, Outcome
from orchestrator.dispatch.meals.check import check
from orchestrator.dispatch.meals.problem import Day, Meals
from orchestrator.dispatch.meals.solve import prepare, solve
from orchestrator.dispatch.routing.solution import Until
from orchestrator.ending import Failed

SEED = 1
_LIMIT_S = 60.0
_MEASURES = {
    "click_to_door_min": ("mean click to door", "min", "less than the peer"),
    "ready_to_door_min": ("mean ready to door", "min", "less than the peer"),
    "late": ("orders past the target", "orders", "fewer than the peer"),
    "cost_per_order": ("cost of an order", "dollars", "no more than the peer"),
}


def figures(scale: float = 1.0) -> Iterator[Figure]:
    """All of them, each in `scale` of its usual minute.

    Raises `Failed` for files that cannot be read and for a day that does not hold.
    """
    prepare()
    for problem in _days():
        yield from _day(problem, scale * _LIMIT_S)


def planned_s() -> float:
    """How long all of them search, as a rule."""
    return _LIMIT_S * sum(1 for _ in _days())


def _days() -> Iterator[Meals]:
    for folder in sorted(path.parent for path in deliveries("mdrp").glob("*/orders.txt")):
        try:
            yield mdrp.read(folder)
        except BadInstance as error:
            raise Failed(f"{folder}: {error}") from error


def _day(problem: Meals, limit_s: float) -> Iterator[Figure]:
    ours = _measured(problem, solve(problem, Until.after(limit_s), SEED))
    peer = _measured(problem, rolling_horizon(problem))
    name = f"{problem.name}, {len(problem.orders)} orders, seed {SEED}; beside the paper's rolling horizon"
    for measure, (what, unit, wanted) in _MEASURES.items():
        mine, theirs = float(str(ours.more[measure])), float(str(peer.more[measure]))
        yield Figure(f"{what}: {name}", mine, theirs, theirs / mine if mine else None, wanted, unit)
    left, peer_left = float(len(ours.unserved)), float(len(peer.unserved))
    yield Figure(f"orders not delivered: {name}", left, peer_left, None, "none", "orders")
    slowest_s = float(str(ours.more["slowest_decision_s"]))
    yield Figure(f"slowest decision: {problem.name}", slowest_s, None, None, "under 1", "s")


def _measured(problem: Meals, day: Day) -> Outcome:
    found = check(problem, day)
    if not isinstance(found, Outcome):
        raise Failed(f"{problem.name}: the day does not hold: {found.reasons[0]}")
    return found
