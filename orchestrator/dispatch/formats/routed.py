"""Families that are routing problems as they stand: solved, checked and written alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import groupby

from orchestrator.dispatch.formats.family import Length, Outcome
from orchestrator.dispatch.routing.check import Broken, figures
from orchestrator.dispatch.routing.problem import Problem, Visit
from orchestrator.dispatch.routing.relay import Relay
from orchestrator.dispatch.routing.search.warm import warm
from orchestrator.dispatch.routing.solution import Solution, Until
from orchestrator.dispatch.routing.timetable import timetable


@dataclass(frozen=True, slots=True)
class Routed:
    """An instance: its name, the problem it is, and the file's id of each place; the depot is place 0.

    `unit`: how much one of the problem's metres is where solutions are told.
    """

    name: str
    problem: Problem
    ids: tuple[int, ...]
    unit: Length = 1.0

    def routes(self, solution: Solution) -> list[list[int]]:
        """For each vehicle used the ids of the places where it stops; the depot only between two trips."""
        routes = [[self.problem.stop(visit).place for visit in route] for route in solution.routes if route]
        trips = [[place for place, _ in groupby(route)] for route in routes]
        return [[self.ids[place] for place in (r if r[0] else r[1:])] for r in trips]


def prepare() -> None:
    """Compile the search where that has not been done yet, and load what may go on with it."""
    warm()
    import_module("orchestrator.dispatch.routing.local_search")


def solve(instance: Routed, until: Until, seed: int) -> Solution:
    """The best plan found until then."""
    return Relay().solve(instance.problem, until, seed)


def check(instance: Routed, solution: Solution) -> Outcome | Broken:
    """What the plan comes to, or what is wrong with it; the score is its distance."""
    found = figures(instance.problem, solution)
    if isinstance(found, Broken):
        return found
    left = [instance.problem.tasks[task].ways[0] for task in solution.left_out]
    places = [stop.place for way in left for stop in (way.pickup, way.dropoff) if stop is not None]
    return Outcome(
        vehicles=found.vehicles,
        distance=found.distance_m * instance.unit,
        routes=tuple(map(tuple, instance.routes(solution))),
        score=found.distance_m * instance.unit,
        unserved=tuple(instance.ids[place] for place in places if place),
        more={"unserved_because": dict(_reasons(instance, solution))} if left else {},
    )


def _reasons(instance: Routed, solution: Solution) -> Iterator[tuple[str, str]]:
    """Of each task left out, by the id of its last place, what keeps one from it that does nothing else."""
    problem = instance.problem
    for task in solution.left_out:
        way = problem.tasks[task].ways[0]
        stops = (stop for stop in (way.dropoff, way.pickup) if stop is not None)
        visits = [
            Visit(task, 0, p) for p, stop in ((True, way.pickup), (False, way.dropoff)) if stop is not None
        ]
        alone = [timetable(problem, v, visits).broken for v in range(min(1, len(problem.vehicles)))]
        broken = next(iter(alone), ())
        many = f"a fleet of {len(problem.vehicles)} was found too small for all"
        yield str(instance.ids[next(stops).place]), broken[0] if broken else many


def write(instance: Routed, solution: Solution) -> str:
    """As SINTEF and CVRPLIB list them: a line a route, and the cost."""
    routes = instance.routes(solution)
    lines = [f"Route #{number}: {' '.join(map(str, route))}" for number, route in enumerate(routes, 1)]
    return "\n".join([*lines, f"Cost: {cost(instance, solution)}", ""])


def cost(instance: Routed, solution: Solution) -> str:
    """A checked solution's distance, as solution files have it."""
    outcome = check(instance, solution)
    return f"{outcome.score:.10g}" if isinstance(outcome, Outcome) else "-"
