"""Routing problems made at random, of the size and kind of the large published ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.routing.problem import Problem, Stop, Task, Vehicle, VehicleType, Way

_SIDE, _DAY, _SERVICE, _CAPACITY, _VEHICLES = 500.0, 1925.0, 10.0, 200.0, 250


def made_windows(customers: int, seed: int) -> Problem:
    """Customers scattered evenly about a depot in the middle, each with a short window; least distance."""
    rng = np.random.default_rng(seed)
    at = np.vstack([[_SIDE / 2, _SIDE / 2], rng.uniform(0.0, _SIDE, (customers, 2)).round()])
    away = _away(at)
    width = rng.uniform(10.0, 120.0, customers)
    demand = rng.integers(1, 40, customers)
    tasks = []
    for n in range(customers):
        way = float(away[0, n + 1])
        opens = float(rng.uniform(way, _DAY - way - _SERVICE - width[n]))
        stop = Stop(n + 1, opens, opens + float(width[n]), _SERVICE)
        tasks.append(Task(str(n + 1), (float(demand[n]),), (Way(None, stop),)))
    return _problem(away, tasks, fewest=False)


def made_pairs(pairs: int, seed: int) -> Problem:
    """Pick-ups and drop-offs near each other, with windows that one vehicle can keep; fewest vehicles."""
    rng = np.random.default_rng(seed)
    froms = rng.uniform(0.0, _SIDE, (pairs, 2)).round()
    to = np.clip(froms + rng.normal(0.0, 60.0, (pairs, 2)), 0.0, _SIDE).round()
    away = _away(np.vstack([[_SIDE / 2, _SIDE / 2], froms, to]))
    tasks = []
    for n in range(pairs):
        out, over, back = away[0, n + 1], away[n + 1, pairs + n + 1], away[pairs + n + 1, 0]
        width = float(rng.uniform(30.0, 240.0))
        opens = float(rng.uniform(out, _DAY - over - back - 2 * _SERVICE - width))
        pickup = Stop(n + 1, opens, opens + width, _SERVICE)
        reached = opens + _SERVICE + float(over)
        dropoff = Stop(pairs + n + 1, reached, reached + width, _SERVICE)
        tasks.append(Task(str(n + 1), (float(rng.integers(1, 40)),), (Way(pickup, dropoff),)))
    return _problem(away, tasks, fewest=True)


def _away(at: NDArray[np.float64]) -> NDArray[np.float64]:
    apart = at[:, None, :] - at[None, :, :]
    away: NDArray[np.float64] = np.sqrt(np.square(apart).sum(axis=2))
    return away


def _problem(away: NDArray[np.float64], tasks: list[Task], *, fewest: bool) -> Problem:
    kind = VehicleType("vehicle", away, away, np.zeros_like(away), (_CAPACITY,), cost_per_m=1.0)
    fleet = tuple(Vehicle(str(n + 1), 0, 0, end=0, end_by_s=_DAY) for n in range(_VEHICLES))
    return Problem((kind,), fleet, tuple(tasks), fewest_vehicles=fewest)
