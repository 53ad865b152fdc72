"""Compile the search now, so that no deadline pays for it: on import's first use, or at set-up."""

from __future__ import annotations

import numpy as np

from orchestrator.dispatch.routing.problem import Problem, Stop, Task, Vehicle, VehicleType, Way
from orchestrator.dispatch.routing.search.solver import RuinAndRecreate
from orchestrator.dispatch.routing.solution import Until


def warm() -> None:
    """Solve a problem of two tasks, once for fewer vehicles and once for less cost."""
    away = np.ones((3, 3)) - np.eye(3)
    kind = VehicleType("any", away, away, away, (2.0,), cost_per_m=1.0)
    tasks = tuple(Task(str(n), (1.0,), (Way(Stop(0), Stop(n)),)) for n in (1, 2))
    vehicles = tuple(Vehicle(str(n), 0, 0, end=0) for n in range(2))
    for fewest in (True, False):
        problem = Problem((kind,), vehicles, tasks, fewest_vehicles=fewest)
        RuinAndRecreate().solve(problem, Until(rounds=4), seed=1)
