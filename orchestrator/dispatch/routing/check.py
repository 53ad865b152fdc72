"""Is a plan good, and what does it cost? Asks nobody who made it (see `timetable` for what a route means)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import isfinite

from orchestrator.dispatch.routing.problem import Problem, Visit
from orchestrator.dispatch.routing.solution import Solution
from orchestrator.dispatch.routing.timetable import Timetable, timetable


@dataclass(frozen=True, slots=True)
class Figures:
    """What a good plan comes to. `cost` holds the prices of tasks left out, where these are finite."""

    vehicles: int
    distance_m: float
    energy_wh: float
    late_s: float
    cost: float
    timetables: tuple[Timetable, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """What a plan does not keep, in words; at least one."""

    reasons: tuple[str, ...]


def figures(problem: Problem, solution: Solution) -> Figures | Broken:
    """What `solution` comes to, or all that is wrong with it.

    Checked: each task is done once, whole, in one way, in order and on one vehicle that may do it, or is
    left out; frozen visits; windows, capacities, time aboard, batteries and ends (see `timetable`).
    """
    if len(solution.routes) != len(problem.vehicles):
        return Broken((f"{len(solution.routes)} routes for {len(problem.vehicles)} vehicles",))
    reasons = _tasks(problem, solution)
    if reasons:
        return Broken(tuple(reasons))
    tables = tuple(timetable(problem, v, route) for v, route in enumerate(solution.routes))
    reasons = [reason for table in tables for reason in table.broken]
    if reasons:
        return Broken(tuple(reasons))
    prices = [problem.tasks[task].price for task in solution.left_out]
    return Figures(
        vehicles=sum(bool(route) for route in solution.routes),
        distance_m=sum(table.distance_m for table in tables),
        energy_wh=sum(table.energy_wh for table in tables),
        late_s=sum(call.late_s for table in tables for call in table.calls),
        cost=sum(table.cost for table in tables) + sum(filter(isfinite, prices)),
        timetables=tables,
    )


def _tasks(problem: Problem, solution: Solution) -> list[str]:
    reasons, done = [], Counter[int]()
    for position, route in enumerate(solution.routes):
        known = [visit for visit in route if 0 <= visit.task < len(problem.tasks)]
        if len(known) < len(route):
            reasons.append(f"{problem.vehicles[position].vehicle_id}: a visit of no task")
        for task in sorted({visit.task for visit in known}):
            done[task] += 1
            reasons += _task(problem, position, task, [visit for visit in known if visit.task == task])
    left = set(solution.left_out)
    for task, value in enumerate(problem.tasks):
        if done[task] + (task in left) != 1:
            reasons.append(f"{value.task_id}: done {done[task]} times, left out {int(task in left)} times")
    if list(solution.left_out) != sorted(left):
        reasons.append("left_out: not ascending")
    return reasons


def _task(problem: Problem, position: int, task: int, visits: list[Visit]) -> list[str]:
    """What is wrong with how one vehicle does one task."""
    value, vehicle_id = problem.tasks[task], problem.vehicles[position].vehicle_id
    if value.vehicles is not None and position not in value.vehicles:
        return [f"{value.task_id}: {vehicle_id} may not do it"]
    if not 0 <= visits[0].way < len(value.ways):
        return [f"{value.task_id}: done in no way of its own"]
    way = value.ways[visits[0].way]
    wanted = [
        Visit(task, visits[0].way, pickup)
        for pickup, stop in ((True, way.pickup), (False, way.dropoff))
        if stop is not None
    ]
    return [] if visits == wanted else [f"{value.task_id}: {vehicle_id} does {visits}, not {wanted}"]
