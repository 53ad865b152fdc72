"""The routing solver: ruin and recreate, first for fewer vehicles where these count, then for less cost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from orchestrator.dispatch.routing.problem import Problem
from orchestrator.dispatch.routing.search.facts import facts_of
from orchestrator.dispatch.routing.search.kernels import rounds
from orchestrator.dispatch.routing.search.kernels.board import (
    COOLING,
    FLEET,
    SIZE,
    TEMPERATURE,
    Facts,
    Number,
    Plan,
)
from orchestrator.dispatch.routing.search.nodes import Nodes
from orchestrator.dispatch.routing.search.plan import plan_of, solution_of
from orchestrator.dispatch.routing.solution import Solution, Until
from orchestrator.dispatch.routing.timetable import SLACK

FLEET_SHARE = 0.5
"""Of the time, at most, for doing with fewer vehicles."""

HOT, COLD = 1.0, 0.1
FLEET_HOT, FLEET_COLD = 1.0, 1.0
"""Temperatures at the beginning and in the end, in mean costs of a way between two stops."""

_TURN_S = 0.01
_FIRST_ROUNDS = 16
_MOST_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class RuinAndRecreate:
    """A `Solver` (see `rounds`)."""

    fleet_share_frac: float = FLEET_SHARE

    def solve(self, problem: Problem, until: Until, seed: int, start: Solution | None = None) -> Solution:
        """See `Solver`."""
        if not problem.tasks or not problem.vehicles:
            return Solution(((),) * len(problem.vehicles), tuple(range(len(problem.tasks))))
        nodes = Nodes(problem)
        facts = facts_of(problem, nodes)
        plan = plan_of(problem, nodes, facts, seed, start)
        rounds.start(facts, plan)
        turns = _Turns(until)
        if problem.fewest_vehicles:
            self._save_vehicles(problem, facts, plan, turns)
        _save_cost(facts, plan, turns)
        return solution_of(problem, nodes, plan)

    def _save_vehicles(self, problem: Problem, facts: Facts, plan: Plan, turns: _Turns) -> None:
        scale, least = _way_cost(plan), _least_vehicles(problem)
        for passed_frac, count in turns.until_frac(self.fleet_share_frac):
            cooled = FLEET_HOT * (FLEET_COLD / FLEET_HOT) ** (passed_frac / self.fleet_share_frac)
            plan.level[TEMPERATURE], plan.level[COOLING] = scale * cooled, 1.0
            done = rounds.fewer(facts, plan, count, least)
            turns.rounds += done
            if done < count:
                break
        plan.state[FLEET] = 1
        rounds.recall(facts, plan)


def _save_cost(facts: Facts, plan: Plan, turns: _Turns) -> None:
    scale, began_frac = _way_cost(plan), turns.passed_frac()
    for passed_frac, count in turns.until_frac(1.0):
        cooled = HOT * (COLD / HOT) ** ((passed_frac - began_frac) / (1.0 - began_frac))
        plan.level[TEMPERATURE], plan.level[COOLING] = scale * cooled, 1.0
        rounds.cheaper(facts, plan, count)
        turns.rounds += count


def _way_cost(plan: Plan) -> Number:
    """What a way between two stops costs in the mean."""
    return float(plan.spent.sum()) / max(1, int(plan.route[:, SIZE].sum()))


def _least_vehicles(problem: Problem) -> int:
    """A number of vehicles that no plan can do with less than: by the loads that are aboard at one end."""
    least = 1
    for dimension in range(len(problem.types[0].capacity)):
        most = max(kind.capacity[dimension] for kind in problem.types)
        for end in ("pickup", "dropoff"):
            load = sum(
                task.load[dimension]
                for task in problem.tasks
                if math.isinf(task.price) and all(getattr(way, end) is None for way in task.ways)
            )
            if load > 0.0 and most > 0.0:
                least = max(least, math.ceil(load / most - SLACK))
    return least


class _Turns:
    """How far the search has come, and in how many rounds it looks at the clock again."""

    def __init__(self, until: Until) -> None:
        self._until = until
        self._timed = until.at_s < np.inf
        self._began_s = until.clock() if self._timed else 0.0
        self._turn = _FIRST_ROUNDS
        self.rounds = 0

    def passed_frac(self) -> float:
        """Of the time or the rounds, whichever is further."""
        passed_frac = 0.0
        if self._until.rounds is not None:
            passed_frac = self.rounds / self._until.rounds if self._until.rounds else 1.0
        if self._timed:
            span_s = self._until.at_s - self._began_s
            passed_s = self._until.clock() - self._began_s
            passed_frac = max(passed_frac, passed_s / span_s if span_s > 0.0 else 1.0)
        return passed_frac

    def until_frac(self, end_frac: float) -> Iterator[tuple[float, int]]:
        """How far it has come, and how many rounds to do now, until it has come to `end_frac`."""
        while (passed_frac := self.passed_frac()) < end_frac:
            count = self._turn if self._timed else _MOST_ROUNDS
            if self._until.rounds is not None:
                count = min(count, self._until.rounds - self.rounds)
            if not self._timed:
                yield passed_frac, count
                continue
            began_s = self._until.clock()
            yield passed_frac, count
            took_s = self._until.clock() - began_s
            self._turn = max(1, min(int(count * _TURN_S / max(took_s, 1e-6)), 4 * self._turn))
