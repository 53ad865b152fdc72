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
    BESIDE,
    COOLING,
    FORGONE,
    MUST_COST,
    SIZE,
    TAILS,
    TEMPERATURE,
    TIMED,
    WHOLE,
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

HOT, COLD = 3.0, 0.1
FLEET_HOT = 1.0
"""Temperatures at the beginning, in the end, and while vehicles are saved, in mean costs of a way."""

LACKING_SHARE, LACKING_STEP = 0.7, 1.05
"""Of the time for less cost, with few vehicles, through plans that lack tasks; how fast such grow dear."""

LONG_ROUTE = 20
"""Stops of a route, in the mean, from which on places are looked for beside near stops (see `places`)."""

TAILS_FRAC = 0.1
"""Of the rounds, in how many tails are exchanged (see `tails`)."""

_TURN_S = 0.01
_FIRST_ROUNDS = 16
_MOST_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class RuinAndRecreate:
    """A `Solver` (see `rounds`)."""

    fleet_share_frac: float = FLEET_SHARE
    long_route: int = LONG_ROUTE
    tails_frac: float = TAILS_FRAC

    def solve(self, problem: Problem, until: Until, seed: int, start: Solution | None = None) -> Solution:
        """See `Solver`."""
        if not problem.tasks or not problem.vehicles:
            return Solution(((),) * len(problem.vehicles), tuple(range(len(problem.tasks))))
        nodes = Nodes(problem)
        facts = facts_of(problem, nodes)
        plan = plan_of(problem, nodes, facts, seed, start)
        plan.level[TAILS] = self.tails_frac
        rounds.work(facts, plan, rounds.BEGIN, 1, 0)
        plan.state[BESIDE] = _beside(facts, plan, self.long_route)
        turns = _Turns(until)
        if problem.fewest_vehicles:
            self._save_vehicles(problem, facts, plan, turns)
        _save_cost(problem, facts, plan, turns)
        return solution_of(problem, nodes, plan)

    def _save_vehicles(self, problem: Problem, facts: Facts, plan: Plan, turns: _Turns) -> None:
        scale, least = _way_cost(plan), _least_vehicles(problem)
        for _, count in turns.until_frac(self.fleet_share_frac):
            plan.level[TEMPERATURE], plan.level[COOLING] = scale * FLEET_HOT, 1.0
            done = rounds.work(facts, plan, rounds.FEWER, count, least)
            turns.rounds += done
            if done < count:
                break
        rounds.recall(facts, plan, keep_closed=True)


def _save_cost(problem: Problem, facts: Facts, plan: Plan, turns: _Turns) -> None:
    """Less cost; where vehicles are few, at first through plans that lack a task now and then.

    A plan with as few vehicles as can be has hardly a neighbour that is whole. What a missing task costs is
    raised and lowered so that about every other plan is whole; only whole ones are held for the best.
    """
    scale, began_frac = _way_cost(plan), turns.passed_frac()
    share_frac = LACKING_SHARE if problem.fewest_vehicles else 0.0
    plan.level[FORGONE] = scale
    for lacking, end_frac in ((True, began_frac + share_frac * (1.0 - began_frac)), (False, 1.0)):
        for passed_frac, count in turns.until_frac(end_frac):
            cooled = HOT * (COLD / HOT) ** ((passed_frac - began_frac) / (1.0 - began_frac))
            plan.level[TEMPERATURE], plan.level[COOLING] = scale * cooled, 1.0
            rounds.work(facts, plan, rounds.CHEAPER, count, 0)
            turns.rounds += count
            if lacking:
                dearer = plan.state[WHOLE] < 0.5 * count
                plan.level[FORGONE] *= LACKING_STEP if dearer else 1.0 / LACKING_STEP
        plan.level[FORGONE] = MUST_COST
        rounds.recall(facts, plan, problem.fewest_vehicles)


def _beside(facts: Facts, plan: Plan, long_route: int) -> bool:
    """Whether places are looked for beside near stops: in long routes, without hubs, time costing nothing."""
    crowded = len(facts.seeds) < len(facts.late) - 2 * len(plan.spent)
    stops, routes = int(plan.route[:, SIZE].sum()), int((plan.route[:, SIZE] > 0).sum())
    return not crowded and not plan.state[TIMED] and stops >= long_route * routes


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
