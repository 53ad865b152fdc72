"""A routing problem: tasks, the ways each can be done, and the vehicles that may do them.

It covers what the product needs and what the benchmark families ask: pick-up and drop-off pairs,
deliveries that start out aboard, several trips (a pick-up at a hub is a reload), alternatives, hard windows
and soft due times, several capacities, batteries that are charged at hubs, mixed fleets, work under way.
Instants are seconds on any one clock; places are rows of the vehicle types' matrices.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, isfinite, isnan

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
"""Shape (places, places): from the row's place to the column's; finite, not below 0."""


@dataclass(frozen=True, slots=True, eq=False)
class VehicleType:
    """What vehicles of one kind share: how long, far and costly each way is, what they carry.

    - `duration_s`, `distance_m`, `energy_wh`: matrices over all places (see `Matrix`)
    - `capacity`: how much of each dimension (kilograms, litres, parcels ...) it holds at once
    - `cost_per_m`, `cost_per_wh`: of what it travels and draws
    - `cost_per_s`: of the time from leaving its start (as late as the first stop lets it) to its end
    - `battery_wh`: what it may draw between charges, reserve excluded; infinite: energy is no limit
    - `charge_w`, `swap_s`: at a charging place where it stops it gets as much as it needs to the next one:
      `swap_s` for plugging in or changing the battery, and the charge at `charge_w` (infinite: a swap)

    Raises `ValueError` naming the field and the value that cannot be.
    """

    name: str
    duration_s: Matrix
    distance_m: Matrix
    energy_wh: Matrix
    capacity: tuple[float, ...]
    cost_per_m: float = 0.0
    cost_per_s: float = 0.0
    cost_per_wh: float = 0.0
    battery_wh: float = inf
    charge_w: float = inf
    swap_s: float = 0.0

    def __post_init__(self) -> None:
        for name in ("duration_s", "distance_m", "energy_wh"):
            _check_matrix(f"{self.name}: {name}", getattr(self, name), self.duration_s.shape)
        _check_at_least_zero(f"{self.name}: capacity", self.capacity)
        for name in ("cost_per_m", "cost_per_s", "cost_per_wh", "swap_s"):
            _check_at_least_zero(f"{self.name}: {name}", (getattr(self, name),), finite=True)
        for name in ("battery_wh", "charge_w"):
            if not getattr(self, name) > 0.0:
                raise ValueError(f"{self.name}: {name}: {getattr(self, name)} is not above 0")


@dataclass(frozen=True, slots=True)
class Stop:
    """A call at a place: service begins within [`opens_at_s`, `closes_at_s`] and takes `service_s`.

    Each second that it begins after `due_at_s` costs `late_cost_per_s`. A release is the `opens_at_s` of a
    pick-up. Raises `ValueError` naming the field.
    """

    place: int
    opens_at_s: float = -inf
    closes_at_s: float = inf
    service_s: float = 0.0
    due_at_s: float = inf
    late_cost_per_s: float = 0.0

    def __post_init__(self) -> None:
        if isnan(self.opens_at_s) or isnan(self.closes_at_s) or self.opens_at_s > self.closes_at_s:
            raise ValueError(f"closes_at_s: {self.closes_at_s} is before opens_at_s {self.opens_at_s}")
        if isnan(self.due_at_s):
            raise ValueError("due_at_s: not a number")
        _check_at_least_zero("service_s", (self.service_s,), finite=True)
        _check_at_least_zero("late_cost_per_s", (self.late_cost_per_s,), finite=True)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do a task: pick it up and drop it off, on one vehicle and in this order.

    Without a pick-up it is aboard from the vehicle's start; without a drop-off it stays aboard to the end.
    Raises `ValueError` for a way without any stop.
    """

    pickup: Stop | None
    dropoff: Stop | None

    def __post_init__(self) -> None:
        if self.pickup is None and self.dropoff is None:
            raise ValueError("pickup, dropoff: a way needs a stop")


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done in one of its `ways`, by one of `vehicles` (positions; None: by any).

    - `load`: how much it takes of each capacity dimension while aboard
    - `price`: what leaving it out costs; infinite: it must be done wherever that is possible
    - `aboard_s`: the longest from leaving the pick-up to beginning the drop-off

    Raises `ValueError` naming the field.
    """

    task_id: str
    load: tuple[float, ...]
    ways: tuple[Way, ...]
    price: float = inf
    vehicles: frozenset[int] | None = None
    aboard_s: float = inf

    def __post_init__(self) -> None:
        _check_at_least_zero(f"{self.task_id}: load", self.load, finite=True)
        _check_at_least_zero(f"{self.task_id}: price", (self.price,))
        _check_at_least_zero(f"{self.task_id}: aboard_s", (self.aboard_s,))
        if not self.ways:
            raise ValueError(f"{self.task_id}: ways: there is none")


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop on a route: of the task at `task`, in its way `way`; a pick-up or else a drop-off."""

    task: int
    way: int
    pickup: bool


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One vehicle: where and when it is free, where and when it must have ended, what it must do first.

    - `kind`: which of the problem's types it is
    - `end`: the place where it ends; None: where its last stop is
    - `fixed_cost`: of using it at all
    - `charge_wh`: what it may draw before its first charge; infinite: a full battery
    - `frozen`: its first visits, which stay as they are

    Raises `ValueError` naming the field.
    """

    vehicle_id: str
    kind: int
    start: int
    start_at_s: float = 0.0
    end: int | None = None
    end_by_s: float = inf
    fixed_cost: float = 0.0
    charge_wh: float = inf
    frozen: tuple[Visit, ...] = ()

    def __post_init__(self) -> None:
        if not isfinite(self.start_at_s):
            raise ValueError(f"{self.vehicle_id}: start_at_s: {self.start_at_s} is not finite")
        if not self.end_by_s >= self.start_at_s:
            raise ValueError(f"{self.vehicle_id}: end_by_s: {self.end_by_s} is before start_at_s")
        _check_at_least_zero(f"{self.vehicle_id}: fixed_cost", (self.fixed_cost,), finite=True)
        _check_at_least_zero(f"{self.vehicle_id}: charge_wh", (self.charge_wh,))


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """All of it. `charging` are the places where batteries are charged.

    With `fewest_vehicles` a plan with fewer vehicles is better whatever it costs; else only cost counts.
    Raises `ValueError` naming the task, vehicle or type, the field and what is wrong with it.
    """

    types: tuple[VehicleType, ...]
    vehicles: tuple[Vehicle, ...]
    tasks: tuple[Task, ...]
    charging: frozenset[int] = frozenset()
    fewest_vehicles: bool = False

    def __post_init__(self) -> None:
        if not self.types:
            raise ValueError("types: there is none")
        dimensions = len(self.types[0].capacity)
        for kind in self.types:
            if kind.duration_s.shape != self.types[0].duration_s.shape:
                raise ValueError(f"{kind.name}: duration_s: {kind.duration_s.shape} places, unlike the first")
            if len(kind.capacity) != dimensions:
                raise ValueError(f"{kind.name}: capacity: {len(kind.capacity)} dimensions, not {dimensions}")
        for vehicle in self.vehicles:
            self._check_vehicle(vehicle)
        for task in self.tasks:
            self._check_task(task, dimensions)
        self._check_frozen()
        self._check_places("charging", self.charging)

    @property
    def places(self) -> int:
        """How many places there are."""
        return int(self.types[0].duration_s.shape[0])

    def stop(self, visit: Visit) -> Stop:
        """The stop that a visit is. Raises `ValueError` where its way has none such."""
        way = self.tasks[visit.task].ways[visit.way]
        stop = way.pickup if visit.pickup else way.dropoff
        if stop is None:
            raise ValueError(f"{self.tasks[visit.task].task_id}: way {visit.way} has no such stop")
        return stop

    def _check_vehicle(self, vehicle: Vehicle) -> None:
        if not 0 <= vehicle.kind < len(self.types):
            raise ValueError(f"{vehicle.vehicle_id}: kind: {vehicle.kind} is no type")
        ends = [vehicle.start] if vehicle.end is None else [vehicle.start, vehicle.end]
        self._check_places(f"{vehicle.vehicle_id}: start, end", ends)

    def _check_task(self, task: Task, dimensions: int) -> None:
        if len(task.load) != dimensions:
            raise ValueError(f"{task.task_id}: load: {len(task.load)} dimensions, not {dimensions}")
        if task.vehicles is not None and not task.vehicles <= set(range(len(self.vehicles))):
            raise ValueError(f"{task.task_id}: vehicles: {max(task.vehicles)} is no vehicle")
        for way in task.ways:
            stops = [stop for stop in (way.pickup, way.dropoff) if stop is not None]
            self._check_places(f"{task.task_id}: place", (stop.place for stop in stops))

    def _check_frozen(self) -> None:
        seen: set[tuple[int, bool]] = set()
        for vehicle in self.vehicles:
            for visit in vehicle.frozen:
                name = f"{vehicle.vehicle_id}: frozen: {visit}"
                if not (0 <= visit.task < len(self.tasks)):
                    raise ValueError(f"{name} is of no task")
                if not (0 <= visit.way < len(self.tasks[visit.task].ways)):
                    raise ValueError(f"{name} is in no way of its task")
                self.stop(visit)
                if (visit.task, visit.pickup) in seen:
                    raise ValueError(f"{name} is there twice")
                seen.add((visit.task, visit.pickup))

    def _check_places(self, name: str, places: Iterable[int]) -> None:
        for place in places:
            if not 0 <= place < self.places:
                raise ValueError(f"{name}: {place} is none of the {self.places} places")


def _check_matrix(name: str, matrix: Matrix, shape: tuple[int, ...]) -> None:
    if matrix.dtype != np.float64:
        raise ValueError(f"{name}: of {matrix.dtype}, not float64")
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape != shape or not len(matrix):
        raise ValueError(f"{name}: of shape {matrix.shape}, not one square for all three")
    if not np.isfinite(matrix).all() or (matrix < 0.0).any():
        raise ValueError(f"{name}: holds a value below 0 or not finite")


def _check_at_least_zero(name: str, values: tuple[float, ...], *, finite: bool = False) -> None:
    for value in values:
        if not value >= 0.0 or (finite and not isfinite(value)):
            raise ValueError(f"{name}: {value} is below 0 or not {'finite' if finite else 'a number'}")
