"""The peers of the routing solver, behind its own port: PyVRP and commiv on the same problems.

For one kind of vehicle, tasks of one way, and one depot where all start and end. Peers reckon in whole
numbers: ways are given in thousandths and rounded up, windows inwards, so that what they find holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil, floor, inf
from types import MappingProxyType
from typing import Any

import numpy as np

from orchestrator.dispatch.routing.problem import Problem, Stop, Visit
from orchestrator.dispatch.routing.solution import Solution

_FINE = 1000
_NEVER = 10**9
_VEHICLE = 10_000 * _FINE
"""What PyVRP is told a vehicle costs where fewer are better: more than any way round that one could save."""

Peer = Callable[[Problem, float, int], Solution]
"""Solves a problem in so many seconds of wall time, from a seed."""


def pyvrp(problem: Problem, limit_s: float, seed: int) -> Solution:
    """PyVRP 0.14, with shipments. Raises `ModuleNotFoundError` where it is not installed."""
    import pyvrp as peer  # noqa: PLC0415 - a peer may be missing
    from pyvrp.stop import MaxRuntime  # noqa: PLC0415

    away, vehicle, stops = _whole(problem), problem.vehicles[0], _stops(problem)
    early, late = _window(Stop(0, vehicle.start_at_s, vehicle.end_by_s))
    kind = peer.VehicleType(
        num_available=len(problem.vehicles),
        capacity=[int(problem.types[0].capacity[0] * _FINE)],
        fixed_cost=_VEHICLE if problem.fewest_vehicles else 0,
        tw_early=early,
        tw_late=late,
    )
    clients, shipments = [], []
    for task, at in zip(problem.tasks, stops, strict=True):
        load = [int(task.load[0] * _FINE)]
        if len(at) == 1:
            first, last = _window(at[0])
            clients.append(peer.Client(at[0].place, load, [], int(at[0].service_s * _FINE), first, last))
        else:
            steps = [(*_window(stop), int(stop.service_s * _FINE)) for stop in at]
            shipments.append(peer.Shipment(at[0].place, at[1].place, *steps[0], *steps[1], load))
    data = peer.ProblemData(
        locations=[peer.Location(0, 0) for _ in range(problem.places)],
        clients=clients,
        depots=[peer.Depot(vehicle.start)],
        vehicle_types=[kind],
        distance_matrices=[away],
        duration_matrices=[away],
        shipments=shipments,
    )
    found = peer.solve(data, MaxRuntime(limit_s), seed=seed, collect_stats=False, display=False)
    pairs = peer.ActivityType.PICKUP
    routes = [
        tuple(
            Visit(activity.idx, 0, pickup=activity.type == pairs)
            for activity in route
            if activity.type != peer.ActivityType.DEPOT
        )
        for route in found.best.routes()
    ]
    return _solution(problem, routes)


def commiv(problem: Problem, limit_s: float, seed: int) -> Solution:
    """The PyPI package commiv, 0.6. Raises `ModuleNotFoundError` where it is not installed."""
    import commiv as peer  # noqa: PLC0415 - a peer may be missing

    stops = _stops(problem)
    depot = problem.vehicles[0]
    nodes = [Stop(depot.start, depot.start_at_s, depot.end_by_s), *(stop for at in stops for stop in at)]
    places = [stop.place for stop in nodes]
    windows = [_window(stop) for stop in nodes]
    timing = {
        "ready": [early for early, _ in windows],
        "due": [late for _, late in windows],
        "service": [int(stop.service_s * _FINE) for stop in nodes],
    }
    loads = [int(task.load[0] * _FINE) for task in problem.tasks]
    matrix = _whole(problem)[np.ix_(places, places)]
    capacity = int(problem.types[0].capacity[0] * _FINE)
    options = {"seed": seed, "fleet_min": problem.fewest_vehicles, "wall_ms": int(limit_s * 1000)}
    paired = len(stops[0]) == 2
    if paired:
        picks = list(range(1, len(nodes), 2))
        found = peer.solve_pdptw(matrix, picks, [n + 1 for n in picks], loads, capacity, **timing, **options)
    else:
        found = peer.solve_vrptw(matrix, [0, *loads], capacity, **timing, **options)
    routes = [
        tuple(
            Visit((node - 1) // 2, 0, pickup=node % 2 == 1) if paired else Visit(node - 1, 0, pickup=False)
            for node in route
            if node != 0
        )
        for route in found.routes
    ]
    return _solution(problem, routes)


PEERS: Mapping[str, Peer] = MappingProxyType({"PyVRP": pyvrp, "commiv": commiv})


def _whole(problem: Problem) -> Any:  # noqa: ANN401 - PyVRP has an odd type for its arrays
    return np.ceil(problem.types[0].distance_m * _FINE - 1e-6).astype(np.int64)


def _window(stop: Stop) -> tuple[int, int]:
    early = 0 if stop.opens_at_s == -inf else ceil(stop.opens_at_s * _FINE)
    return max(0, early), _NEVER if stop.closes_at_s == inf else floor(stop.closes_at_s * _FINE)


def _stops(problem: Problem) -> list[tuple[Stop, ...]]:
    ways = [task.ways[0] for task in problem.tasks]
    return [tuple(stop for stop in (way.pickup, way.dropoff) if stop is not None) for way in ways]


def _solution(problem: Problem, routes: Sequence[tuple[Visit, ...]]) -> Solution:
    used = [route for route in routes if route]
    done = {visit.task for route in used for visit in route}
    spare = ((),) * (len(problem.vehicles) - len(used))
    left = tuple(task for task in range(len(problem.tasks)) if task not in done)
    return Solution((*used, *spare), left)
