"""When a vehicle is where, and what its route costs: the meaning of a `Problem`, told plainly.

Shares no code with the solvers: what they reckon fast is checked against this. A vehicle serves as early as
it can; where batteries are charged it gets, before serving, what it needs to come to the next such stop or to
its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

from orchestrator.dispatch.routing.problem import Problem, Stop, Vehicle, VehicleType, Visit

SLACK = 1e-6
"""What rounding may add up to along a route: seconds, units of load, watt-hours."""


@dataclass(frozen=True, slots=True)
class Call:
    """One visit in time: arrival, watt-hours charged, begin and end of service; how late it begins."""

    visit: Visit
    arrives_at_s: float
    charged_wh: float
    begins_at_s: float
    leaves_at_s: float
    late_s: float


@dataclass(frozen=True, slots=True)
class Timetable:
    """A vehicle's route in time, and all that is wrong with it (`broken`: in words, empty for a good one).

    `leaves_at_s` is as late as the first stop lets it; a vehicle without stops stays where it is, for 0.
    """

    calls: tuple[Call, ...]
    leaves_at_s: float
    ends_at_s: float
    distance_m: float
    energy_wh: float
    cost: float
    broken: tuple[str, ...]


def timetable(problem: Problem, position: int, route: Sequence[Visit]) -> Timetable:
    """The timetable of the vehicle at `position` of the problem for this route."""
    vehicle = problem.vehicles[position]
    if not route:
        rests_at_s = vehicle.start_at_s
        return Timetable((), rests_at_s, rests_at_s, 0.0, 0.0, 0.0, _frozen(vehicle, route))
    stops = [problem.stop(visit) for visit in route]
    kind = problem.types[vehicle.kind]
    run = _Run(vehicle, kind, min(vehicle.charge_wh, kind.battery_wh))
    needs_wh = _needs_wh(problem, vehicle, stops)
    for visit, stop, need_wh in zip(route, stops, needs_wh[1:], strict=True):
        run.call(problem, visit, stop, need_wh)
    if needs_wh[0] > run.kind.battery_wh + SLACK or needs_wh[0] > vehicle.charge_wh + SLACK:
        run.broken.append(f"{vehicle.vehicle_id}: {needs_wh[0]:g} Wh to its first charge or end")
    run.end()
    broken = [*run.broken, *_frozen(vehicle, route), *_loads(problem, position, route)]
    first = run.calls[0]
    way_s = float(kind.duration_s[vehicle.start, stops[0].place])
    charge_s = _charge_s(kind, first.charged_wh)
    leaves_at_s = max(vehicle.start_at_s, first.begins_at_s - charge_s - way_s)
    late_cost = sum(call.late_s * stop.late_cost_per_s for call, stop in zip(run.calls, stops, strict=True))
    cost = (
        vehicle.fixed_cost
        + kind.cost_per_m * run.distance_m
        + kind.cost_per_wh * run.energy_wh
        + kind.cost_per_s * (run.at_s - leaves_at_s)
        + late_cost
    )
    return Timetable(
        tuple(run.calls), leaves_at_s, run.at_s, run.distance_m, run.energy_wh, cost, tuple(broken)
    )


@dataclass(slots=True)
class _Run:
    """A vehicle on its way: where, when, with how much charge; what it did."""

    vehicle: Vehicle
    kind: VehicleType
    charge_wh: float
    calls: list[Call] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    distance_m: float = 0.0
    energy_wh: float = 0.0
    place: int = field(init=False)
    at_s: float = field(init=False)
    picked_up: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place, self.at_s = self.vehicle.start, self.vehicle.start_at_s

    def call(self, problem: Problem, visit: Visit, stop: Stop, need_wh: float) -> None:
        """Go to a stop, charge, serve."""
        self._travel(stop.place)
        arrives_at_s, charged_wh = self.at_s, 0.0
        if stop.place in problem.charging and need_wh > self.charge_wh:
            charged_wh = need_wh - self.charge_wh
            self.charge_wh = need_wh
            if need_wh > self.kind.battery_wh + SLACK:
                self.broken.append(f"{self.vehicle.vehicle_id}: {need_wh:g} Wh to its next charge")
        begins_at_s = max(stop.opens_at_s, arrives_at_s + _charge_s(self.kind, charged_wh))
        task = problem.tasks[visit.task]
        if begins_at_s > stop.closes_at_s + SLACK:
            self.broken.append(
                f"{task.task_id}: begins at {begins_at_s:g} s, closes at {stop.closes_at_s:g} s"
            )
        if visit.pickup:
            self.picked_up[visit.task] = begins_at_s + stop.service_s
        elif begins_at_s - self.picked_up.get(visit.task, inf) > task.aboard_s + SLACK:
            self.broken.append(f"{task.task_id}: aboard for more than {task.aboard_s:g} s")
        self.at_s = begins_at_s + stop.service_s
        late_s = max(0.0, begins_at_s - stop.due_at_s)
        self.calls.append(Call(visit, arrives_at_s, charged_wh, begins_at_s, self.at_s, late_s))

    def end(self) -> None:
        """Go to the end place."""
        if self.vehicle.end is not None:
            self._travel(self.vehicle.end)
        if self.at_s > self.vehicle.end_by_s + SLACK:
            self.broken.append(f"{self.vehicle.vehicle_id}: ends at {self.at_s:g} s, after its end_by_s")

    def _travel(self, place: int) -> None:
        energy_wh = float(self.kind.energy_wh[self.place, place])
        self.at_s += float(self.kind.duration_s[self.place, place])
        self.distance_m += float(self.kind.distance_m[self.place, place])
        self.energy_wh += energy_wh
        self.charge_wh -= energy_wh
        self.place = place


def _charge_s(kind: VehicleType, charged_wh: float) -> float:
    return kind.swap_s + charged_wh / kind.charge_w * 3600.0 if charged_wh > 0.0 else 0.0


def _needs_wh(problem: Problem, vehicle: Vehicle, stops: Sequence[Stop]) -> list[float]:
    """From the start, then from each stop: energy to the next stop at a charging place, or to the end."""
    energy_wh = problem.types[vehicle.kind].energy_wh
    places = [vehicle.start, *(stop.place for stop in stops)]
    needs_wh = [0.0 if vehicle.end is None else float(energy_wh[places[-1], vehicle.end])]
    for here, there in reversed(list(pairwise(places))):
        beyond_wh = 0.0 if there in problem.charging else needs_wh[-1]
        needs_wh.append(float(energy_wh[here, there]) + beyond_wh)
    return needs_wh[::-1]


def _frozen(vehicle: Vehicle, route: Sequence[Visit]) -> tuple[str, ...]:
    kept = tuple(route[: len(vehicle.frozen)]) == vehicle.frozen
    return () if kept else (f"{vehicle.vehicle_id}: its frozen visits are not its first",)


def _loads(problem: Problem, position: int, route: Sequence[Visit]) -> list[str]:
    """What is aboard never exceeds the capacity; from the start, what is only dropped off."""
    vehicle = problem.vehicles[position]
    capacity = problem.types[vehicle.kind].capacity
    aboard = [0.0] * len(capacity)

    def change(task: int, sign: int) -> None:
        for dimension, amount in enumerate(problem.tasks[task].load):
            aboard[dimension] += sign * amount

    for visit in route:
        if problem.tasks[visit.task].ways[visit.way].pickup is None:
            change(visit.task, 1)
    broken = []
    for at in (None, *route):
        if at is not None:
            change(at.task, 1 if at.pickup else -1)
        if any(load > limit + SLACK for load, limit in zip(aboard, capacity, strict=True)):
            where = problem.tasks[at.task].task_id if at else "its start"
            broken.append(f"{vehicle.vehicle_id}: carries {aboard} after {where}, more than {capacity}")
    return broken
