"""The board's plan at the beginning of a search, and the `Solution` that it is in the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from orchestrator.dispatch.routing.problem import Problem, Visit
from orchestrator.dispatch.routing.search.facts import is_timed
from orchestrator.dispatch.routing.search.kernels.board import (
    ABSENT,
    BLINK,
    FORGONE,
    LONGEST,
    MUST_COST,
    NEXT,
    NONE,
    OPEN,
    PREV,
    RANDOM,
    ROUTE,
    STRINGS,
    TIMED,
    Facts,
    Plan,
    Real,
)
from orchestrator.dispatch.routing.search.nodes import Nodes
from orchestrator.dispatch.routing.solution import Solution
from orchestrator.dispatch.routing.timetable import timetable

_BLINK = 0.01
_STRINGS = 10.0
_LONGEST = 10.0


def plan_of(problem: Problem, nodes: Nodes, facts: Facts, seed: int, start: Solution | None) -> Plan:
    """An empty plan, or what of `start` still holds; frozen visits are in it, whatever they break."""
    count, tasks, vehicles = nodes.count, len(problem.tasks), len(problem.vehicles)
    plan = Plan(
        chain=np.full((count, 3), NONE, np.int64),
        stop=_stops(problem, nodes),
        aboard=np.zeros((count, 3, facts.load.shape[1])),
        way=np.full(tasks, NONE, np.int64),
        route=np.zeros((vehicles, 7), np.int64),
        spent=np.zeros(vehicles),
        spent_before=np.zeros(vehicles),
        tried=np.zeros(vehicles, np.int64),
        shape=np.zeros(vehicles, np.int64),
        known_shape=np.zeros((tasks, vehicles), np.int64),
        known_cost=np.zeros((tasks, vehicles)),
        known_place=np.zeros((tasks, vehicles, 3), np.int32),
        absent=np.zeros(tasks + 1, np.int64),
        absent_before=np.zeros(tasks + 1, np.int64),
        missed=np.zeros(tasks),
        touched=np.zeros(vehicles + 1, np.int64),
        saved=np.zeros(count + 1, np.int64),
        walk=np.zeros(count + 1, np.int64),
        keys=np.zeros(tasks + 1),
        need=np.zeros(count),
        left_at=np.zeros(count),
        best_next=np.zeros(count, np.int64),
        best_way=np.full(tasks, NONE, np.int64),
        found=np.zeros(4, np.int64),
        spots=np.zeros(facts.before.shape[1] + facts.behind.shape[1] + 2 * vehicles + 1, np.int64),
        least=np.zeros(vehicles),
        state=np.zeros(12, np.int64),
        level=np.zeros(11),
    )
    plan.route[:, OPEN] = 1
    plan.state[RANDOM] = np.random.SeedSequence(seed).generate_state(1, np.uint64).astype(np.int64)[0]
    plan.state[TIMED] = is_timed(problem)
    plan.level[FORGONE] = MUST_COST
    plan.level[BLINK], plan.level[STRINGS], plan.level[LONGEST] = _BLINK, _STRINGS, _LONGEST
    _link(problem, nodes, plan, start)
    return plan


def solution_of(problem: Problem, nodes: Nodes, plan: Plan) -> Solution:
    """The best plan held."""
    routes = []
    for v in range(len(problem.vehicles)):
        node, route = int(plan.best_next[nodes.start(v)]), list[Visit]()
        while node != nodes.end(v):
            route.append(nodes.visits[node])
            node = int(plan.best_next[node])
        routes.append(tuple(route))
    return Solution(tuple(routes), tuple(int(task) for task in np.flatnonzero(plan.best_way == NONE)))


def _stops(problem: Problem, nodes: Nodes) -> Real:
    rows = [(s.opens_at_s, s.closes_at_s, s.service_s, 0.0, 0.0, 0.0, 0.0, s.due_at_s) for s in nodes.stops]
    ends = [
        *((v.start_at_s, np.inf) for v in problem.vehicles),
        *((-np.inf, v.end_by_s) for v in problem.vehicles),
    ]
    rows += [(opens, closes, 0.0, 0.0, 0.0, 0.0, 0.0, np.inf) for opens, closes in ends]
    return np.array(rows, np.float64)


def _link(problem: Problem, nodes: Nodes, plan: Plan, start: Solution | None) -> None:
    taken = {visit.task for vehicle in problem.vehicles for visit in vehicle.frozen}
    for v, vehicle in enumerate(problem.vehicles):
        last = nodes.start(v)
        given = start.routes[v] if start is not None and v < len(start.routes) else ()
        wanted = list(_still_there(problem, v, given, taken))
        route = _longest_good(problem, v, (*vehicle.frozen, *wanted), len(vehicle.frozen))
        taken |= {visit.task for visit in route}
        for visit in route:
            last = _append(plan, last, nodes.of(visit), v)
            plan.way[visit.task] = nodes.way_of(visit)
        _append(plan, last, nodes.end(v), v)
        plan.chain[nodes.start(v), ROUTE] = v
        _forget_unfinished(problem, plan, vehicle.frozen, route)
    absent = np.flatnonzero(plan.way == NONE)
    plan.absent[: len(absent)] = absent
    plan.state[ABSENT] = len(absent)


def _append(plan: Plan, last: int, node: int, v: int) -> int:
    plan.chain[last, NEXT], plan.chain[node, PREV], plan.chain[node, ROUTE] = node, last, v
    return node


def _still_there(problem: Problem, v: int, given: Sequence[Visit], taken: set[int]) -> Iterator[Visit]:
    """Of a start's route: the visits that the problem still knows, of tasks that the vehicle may do."""
    own = {visit.task: visit for visit in problem.vehicles[v].frozen}
    frozen = set(problem.vehicles[v].frozen)
    whole = {task for task in {visit.task for visit in given} if _whole(problem, task, given)}
    for visit in given:
        if visit in frozen or visit.task not in whole:
            continue
        if visit.task in taken and (visit.task not in own or own[visit.task].way != visit.way):
            continue
        able = problem.tasks[visit.task].vehicles
        if able is None or v in able or visit.task in own:
            yield visit


def _whole(problem: Problem, task: int, given: Sequence[Visit]) -> bool:
    """Whether a route does a task wholly, in one way and in order."""
    visits = [visit for visit in given if visit.task == task]
    if not 0 <= task < len(problem.tasks) or not 0 <= visits[0].way < len(problem.tasks[task].ways):
        return False
    way = problem.tasks[task].ways[visits[0].way]
    wanted = [p for p, stop in ((True, way.pickup), (False, way.dropoff)) if stop is not None]
    return visits == [Visit(task, visits[0].way, pickup) for pickup in wanted]


def _longest_good(problem: Problem, v: int, route: tuple[Visit, ...], frozen: int) -> tuple[Visit, ...]:
    """The route without its last tasks, as many as it takes to break nothing."""
    while len(route) > frozen and timetable(problem, v, route).broken:
        task = route[-1].task
        route = (*route[:frozen], *(visit for visit in route[frozen:] if visit.task != task))
    return route


def _forget_unfinished(problem: Problem, plan: Plan, frozen: Sequence[Visit], route: Sequence[Visit]) -> None:
    """Tasks whose pick-up is frozen and whose drop-off is not in the route yet are absent."""
    there = set(route)
    for visit in frozen:
        dropoff = problem.tasks[visit.task].ways[visit.way].dropoff
        if visit.pickup and dropoff is not None and Visit(visit.task, visit.way, pickup=False) not in there:
            plan.way[visit.task] = NONE
