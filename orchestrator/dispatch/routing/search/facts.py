"""From a `Problem` to what the search reads."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isinf
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.routing.problem import Problem
from orchestrator.dispatch.routing.search.kernels.board import (
    ALONE,
    BOUND,
    DROPOFF,
    NONE,
    PICKUP,
    Facts,
    Real,
    Whole,
)
from orchestrator.dispatch.routing.search.nearness import beside, neighbours
from orchestrator.dispatch.routing.search.nodes import Nodes

Able: TypeAlias = NDArray[np.bool_]


def facts_of(problem: Problem, nodes: Nodes) -> Facts:
    """What the search reads of this problem, which has tasks and vehicles."""
    row = _rows(problem)
    spent = (t.cost_per_m * t.distance_m + t.cost_per_wh * t.energy_wh for t in problem.types)
    cost = np.stack([_wide(matrix, row) for matrix in spent])
    time = np.stack([_wide(t.duration_s, row) for t in problem.types])
    if np.array_equal(cost, time):
        time = cost
    bound = _bound(problem)
    allowed = _allowed(problem, bound)
    node = _nodes(problem, nodes, bound, row)
    before, behind = beside(nodes, node[: len(nodes.stops)], time.mean(axis=0))
    near, seeds = neighbours(nodes, node[: len(nodes.stops)], time.mean(axis=0))
    return Facts(
        cost=cost,
        cost_to=_turned(cost),
        time=time,
        time_to=_turned(time),
        energy=np.stack([_wide(t.energy_wh, row) for t in problem.types]),
        node=node,
        late=_reals([*(stop.late_cost_per_s for stop in nodes.stops), *[0.0] * 2 * len(problem.vehicles)]),
        ways=np.array(nodes.ways, np.int64).reshape(-1, 2),
        task=_tasks(problem, nodes, bound),
        worth=_reals([(task.price, task.aboard_s) for task in problem.tasks]),
        load=_reals([task.load for task in problem.tasks]),
        allowed=allowed,
        capacity=_reals([kind.capacity for kind in problem.types]),
        charging=np.isin(np.append(np.argsort(row), NONE), list(problem.charging)),
        vehicle=_vehicles(problem, nodes, allowed),
        figures=_figures(problem),
        rank=_rank(problem, problem.types[0].duration_s),
        near=near,
        seeds=seeds,
        before=before,
        behind=behind,
        sealed=_sealed(problem, nodes),
        hub=~np.isin(np.arange(nodes.count), seeds),
        loose=_loose(problem, nodes),
    )


def is_timed(problem: Problem) -> bool:
    """Whether a route's cost or its keeping depends on more than its ways and its windows."""
    kinds = any(kind.cost_per_s > 0.0 or kind.battery_wh < inf for kind in problem.types)
    charged = any(vehicle.charge_wh < inf for vehicle in problem.vehicles)
    return kinds or charged or any(_timed(problem, task) for task in range(len(problem.tasks)))


def _timed(problem: Problem, task: int) -> bool:
    value = problem.tasks[task]
    stops = [stop for way in value.ways for stop in (way.pickup, way.dropoff) if stop is not None]
    late = any(stop.late_cost_per_s > 0.0 and stop.due_at_s < stop.closes_at_s for stop in stops)
    return late or value.aboard_s < inf


def _rows(problem: Problem) -> Whole:
    """In which row of the search's matrices each place is: near places in near rows.

    A route's stops are near each other, so that what is looked up together lies together: the matrices are
    larger than the caches of the processor. The plane that is halved in turns (Morton's order) has for its
    axes the ways to two places far apart.
    """
    away = problem.types[0].duration_s
    far = int(away[0].argmax())
    ways = np.stack([away[far], away[int(away[far].argmax())]])
    steps = (ways * (1023 / max(float(ways.max()), 1e-9))).astype(np.int64)
    code = np.zeros(problem.places, np.int64)
    for bit in range(10):
        for axis in range(2):
            code |= ((steps[axis] >> bit) & 1) << (2 * bit + axis)
    row = np.empty(problem.places, np.int64)
    row[np.argsort(code, kind="stable")] = np.arange(problem.places)
    return row


def _wide(matrix: Real, row: Whole) -> Real:
    """In those rows, with one more place, nowhere, to which every way is free."""
    place = np.argsort(row)
    return np.pad(matrix[np.ix_(place, place)], ((0, 1), (0, 1)))


def _turned(matrices: Real) -> Real:
    """Transposed; the same memory where that is the same: the caches of the processor are small."""
    turned = np.ascontiguousarray(matrices.transpose(0, 2, 1))
    return matrices if np.array_equal(turned, matrices) else turned


def _reals(rows: Sequence[object]) -> Real:
    """Whatever numbers the problem was built of: the kernels are compiled for one type."""
    return np.array(rows, np.float64)


def _bound(problem: Problem) -> dict[int, tuple[int, int, bool]]:
    """Tasks begun in frozen visits: the vehicle, the way, and whether something is left to do."""
    bound: dict[int, tuple[int, int, bool]] = {}
    for vehicle, value in enumerate(problem.vehicles):
        for visit in value.frozen:
            way = problem.tasks[visit.task].ways[visit.way]
            open_end = visit.pickup and way.dropoff is not None
            bound[visit.task] = (vehicle, visit.way, open_end)
    return bound


def _allowed(problem: Problem, bound: dict[int, tuple[int, int, bool]]) -> Able:
    allowed = np.ones((len(problem.tasks), len(problem.vehicles)), np.bool_)
    for task, value in enumerate(problem.tasks):
        able = {bound[task][0]} if task in bound else value.vehicles
        if able is not None:
            allowed[task] = False
            allowed[task, list(able)] = True
    return allowed


def _nodes(problem: Problem, nodes: Nodes, bound: dict[int, tuple[int, int, bool]], row: Whole) -> Whole:
    """Place, task, way and kind of each node."""
    rows = []
    for node, visit in enumerate(nodes.visits):
        way = problem.tasks[visit.task].ways[visit.way]
        kind = PICKUP if visit.pickup else ALONE if way.pickup is None else DROPOFF
        if kind == DROPOFF and bound.get(visit.task, (0, 0, False))[2]:
            kind = BOUND
        rows.append((row[nodes.stops[node].place], visit.task, nodes.way_of(visit), kind))
    rows += [(row[vehicle.start], NONE, NONE, NONE) for vehicle in problem.vehicles]
    nowhere = problem.places
    rows += [(nowhere if v.end is None else row[v.end], NONE, NONE, NONE) for v in problem.vehicles]
    return np.array(rows, np.int64).reshape(-1, 4)


def _tasks(problem: Problem, nodes: Nodes, bound: dict[int, tuple[int, int, bool]]) -> Whole:
    rows = []
    for task, value in enumerate(problem.tasks):
        first, last, holder = nodes.first_way[task], nodes.first_way[task + 1], NONE
        if task in bound:
            holder, way, _ = bound[task]
            first, last = first + way, first + way + 1
        rows.append((first, last, holder, int(isinf(value.price))))
    return np.array(rows, np.int64).reshape(-1, 4)


def _vehicles(problem: Problem, nodes: Nodes, allowed: Able) -> Whole:
    rows = []
    alike: dict[object, int] = {}
    for v, vehicle in enumerate(problem.vehicles):
        start, end = nodes.start(v), nodes.end(v)
        anchor = nodes.of(vehicle.frozen[-1]) if vehicle.frozen else start
        look = (
            *(vehicle.kind, vehicle.start, vehicle.start_at_s, vehicle.end, vehicle.end_by_s),
            *(vehicle.fixed_cost, vehicle.charge_wh, vehicle.frozen, allowed[:, v].tobytes()),
        )
        rows.append((vehicle.kind, alike.setdefault(look, v), anchor, start, end))
    return np.array(rows, np.int64).reshape(-1, 5)


def _figures(problem: Problem) -> Real:
    rows = []
    for vehicle in problem.vehicles:
        kind = problem.types[vehicle.kind]
        limited = kind.battery_wh < inf or vehicle.charge_wh < inf
        battery_wh = kind.battery_wh if kind.battery_wh < inf else 1e300 if limited else inf
        charge_wh = min(vehicle.charge_wh, battery_wh)
        charger = (kind.charge_w, kind.swap_s, charge_wh)
        rows.append((vehicle.fixed_cost, kind.cost_per_s, battery_wh, *charger, vehicle.start_at_s))
    return _reals(rows)


def _rank(problem: Problem, time: Real) -> Real:
    """Orders of insertion: largest load, nearest to a start, narrowest window, first to open, to close."""
    starts = sorted({vehicle.start for vehicle in problem.vehicles})
    rows = []
    for task in problem.tasks:
        stops = [stop for way in task.ways[:1] for stop in (way.dropoff, way.pickup) if stop is not None]
        reach = min((float(time[start, stops[0].place]) for start in starts), default=0.0)
        opens = max(stop.opens_at_s for stop in stops)
        closes = min(min(stop.closes_at_s, stop.due_at_s) for stop in stops)
        width = min(min(stop.closes_at_s, stop.due_at_s) - stop.opens_at_s for stop in stops)
        rows.append((-sum(task.load), reach, width, opens, closes))
    return _reals(rows)


def _sealed(problem: Problem, nodes: Nodes) -> Able:
    sealed = np.zeros(nodes.count, np.bool_)
    for v, vehicle in enumerate(problem.vehicles):
        if vehicle.frozen:
            sealed[nodes.start(v)] = True
            sealed[[nodes.of(visit) for visit in vehicle.frozen[:-1]]] = True
    return sealed


def _loose(problem: Problem, nodes: Nodes) -> Able:
    """Pick-ups of which it does not matter who is first at one place, each has no service time nor end."""
    loose = np.zeros(nodes.count, np.bool_)
    if not is_timed(problem):
        for n, (stop, visit) in enumerate(zip(nodes.stops, nodes.visits, strict=True)):
            loose[n] = visit.pickup and stop.service_s == 0.0 and stop.closes_at_s == inf
    return loose
