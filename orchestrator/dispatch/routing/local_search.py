"""PyVRP's local search, from a plan that somebody else found: for long routes of customers.

PyVRP (N. A. Wouda, L. Lan, W. Kool, INFORMS Journal on Computing 36(4), 2024) goes through plans that break
windows and capacities for a price, and by whole neighbourhoods at once; where routes are long this goes on
where single insertions stop. It reckons in whole numbers: times and loads are rounded up, windows inwards,
so that what holds for it holds. Its plan is taken only where the checker finds it good and better.

The only file of the product that imports PyVRP, which takes half a second: `relay` does so when it is needed.
"""

from __future__ import annotations

import warnings
from math import ceil, floor, inf
from typing import Any

import numpy as np
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning

from orchestrator.dispatch.routing.check import Figures, figures
from orchestrator.dispatch.routing.problem import Matrix, Problem, Visit
from orchestrator.dispatch.routing.solution import Solution, Until

_FINE = 1000
"""Into how many parts seconds and loads are divided."""

_DEAREST = 1e6
"""What the dearest way counts."""

_NEVER = 2**63 - 1


def improved(problem: Problem, solution: Solution, until: Until, seed: int) -> Solution:
    """A better plan than this whole one, of a problem that PyVRP knows (see `relay`); or the same plan."""
    data = _data(problem)
    plans = [[visit.task for visit in route] for route in solution.routes if route]
    start = pyvrp.Solution(data, plans)

    def stop(best_cost: int) -> bool:  # noqa: ARG001 - so PyVRP asks
        return until.clock() >= until.at_s

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        found = pyvrp.solve(data, stop, seed, collect_stats=False, display=False, initial_solution=start)
    return min(solution, _read(problem, found.best), key=lambda plan: _rank(problem, plan))


def _data(problem: Problem) -> pyvrp.ProblemData:
    """The problem in whole numbers, times from when vehicles start."""
    kind, vehicle = problem.types[0], problem.vehicles[0]
    end = vehicle.start if vehicle.end is None else vehicle.end
    cost = kind.cost_per_m * kind.distance_m + kind.cost_per_wh * kind.energy_wh
    dear = _DEAREST / (float(cost.max()) or 1.0)
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0)] * problem.places,
        clients=[_client(problem, n, vehicle.start_at_s) for n in range(len(problem.tasks))],
        depots=[pyvrp.Depot(vehicle.start), pyvrp.Depot(end)],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=len(problem.vehicles),
                capacity=[floor(most * _FINE + 1e-6) for most in kind.capacity],
                start_depot=0,
                end_depot=1,
                fixed_cost=round(vehicle.fixed_cost * dear),
                tw_late=_late(vehicle.end_by_s - vehicle.start_at_s),
            )
        ],
        distance_matrices=[_rounded(cost * dear)],
        duration_matrices=[_upward(kind.duration_s)],
    )


def _rounded(cost: Matrix) -> Any:  # noqa: ANN401 - as below
    return np.round(cost).astype(np.int64)


def _upward(duration_s: Matrix) -> Any:  # noqa: ANN401 - PyVRP has an odd type for its arrays
    return np.ceil(duration_s * _FINE - 1e-6).astype(np.int64)


def _late(at_s: float) -> int:
    return _NEVER if at_s == inf else floor(at_s * _FINE)


def _client(problem: Problem, n: int, from_s: float) -> pyvrp.Client:
    task, only_pickup = problem.tasks[n], problem.tasks[n].ways[0].dropoff is None
    stop = problem.stop(Visit(n, 0, pickup=only_pickup))
    load = [ceil(amount * _FINE - 1e-6) for amount in task.load]
    return pyvrp.Client(
        stop.place,
        delivery=[] if only_pickup else load,
        pickup=load if only_pickup else [],
        service_duration=ceil(stop.service_s * _FINE - 1e-6),
        tw_early=0 if stop.opens_at_s <= from_s else ceil((stop.opens_at_s - from_s) * _FINE),
        tw_late=_late(stop.closes_at_s - from_s),
    )


def _read(problem: Problem, found: pyvrp.Solution) -> Solution:
    """Its plan; what it leaves out is told so."""
    routes = [
        tuple(
            Visit(activity.idx, 0, pickup=problem.tasks[activity.idx].ways[0].dropoff is None)
            for activity in route
            if activity.type == pyvrp.ActivityType.CLIENT
        )
        for route in found.routes()
    ]
    done = {visit.task for route in routes for visit in route}
    spare = ((),) * (len(problem.vehicles) - len(routes))
    return Solution((*routes, *spare), tuple(n for n in range(len(problem.tasks)) if n not in done))


def _rank(problem: Problem, plan: Solution) -> tuple[bool, int, float]:
    """Plans that do not hold last; then by tasks left out, and cost."""
    found = figures(problem, plan)
    if not isinstance(found, Figures):
        return True, 0, 0.0
    return False, len(plan.left_out), found.cost
