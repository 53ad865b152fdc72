"""A relay of two solvers: ruin and recreate for every problem, and in long routes of customers PyVRP goes on.

Which of them has the lead when was settled by measurement: docs/decisions/0041.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from orchestrator.dispatch.routing.problem import Problem, Task
from orchestrator.dispatch.routing.search.facts import is_timed
from orchestrator.dispatch.routing.search.solver import LONG_ROUTE, RuinAndRecreate
from orchestrator.dispatch.routing.solution import Solution, Until

OWN_SHARE = 0.5
"""Of the time, for ruin and recreate, where the other search goes on from its plan."""

_LARGEST = 3000
"""Customers: with more of them the first improvement of PyVRP takes minutes."""


@dataclass(frozen=True, slots=True)
class Relay:
    """A `Solver`, the project's own choice for routing problems.

    A search that is limited by rounds stays with ruin and recreate: so a seed gives the same plan anywhere.
    """

    long_route: int = LONG_ROUTE

    def solve(self, problem: Problem, until: Until, seed: int, start: Solution | None = None) -> Solution:
        """See `Solver`."""
        own = RuinAndRecreate(long_route=self.long_route)
        if until.rounds is not None or not goes_on(problem):
            return own.solve(problem, until, seed, start)
        first = own.solve(problem, Until(rounds=0), seed, start)
        if _is_over(until):
            return first
        if not self._is_long(first):
            return own.solve(problem, until, seed, first)
        found = own.solve(problem, _earlier(until, OWN_SHARE), seed, first)
        if found.left_out or _is_over(until):
            return found
        from orchestrator.dispatch.routing.local_search import improved  # noqa: PLC0415 - half a second

        return improved(problem, found, until, seed)

    def _is_long(self, plan: Solution) -> bool:
        """Whether routes have so many stops in the mean."""
        stops = [len(route) for route in plan.routes if route]
        return sum(stops) >= self.long_route * len(stops)


def goes_on(problem: Problem) -> bool:
    """Whether PyVRP knows the problem: alike vehicles out and back, one stop a task, ways alone cost.

    Where vehicles are to be as few as can be, ruin and recreate through plans that lack a task does better.
    """
    if not problem.vehicles or problem.fewest_vehicles or len(problem.types) != 1:
        return False
    first = problem.vehicles[0]
    alike = all(replace(v, vehicle_id=first.vehicle_id) == first for v in problem.vehicles)
    return (
        alike
        and first.end is not None
        and not first.frozen
        and 0 < len(problem.tasks) <= _LARGEST
        and all(map(_is_plain, problem.tasks))
        and not is_timed(problem)
    )


def _is_plain(task: Task) -> bool:
    way = task.ways[0]
    single = len(task.ways) == 1 and (way.pickup is None or way.dropoff is None)
    return single and task.price == inf and task.vehicles is None


def _is_over(until: Until) -> bool:
    return until.clock() >= until.at_s


def _earlier(until: Until, share_frac: float) -> Until:
    now_s = until.clock()
    return replace(until, at_s=now_s + share_frac * (until.at_s - now_s))
