"""Which node of the board is which stop of the problem."""

from __future__ import annotations

from orchestrator.dispatch.routing.problem import Problem, Stop, Visit
from orchestrator.dispatch.routing.search.kernels.board import NONE


class Nodes:
    """Numbered by task, way, and pick-up before drop-off; then each vehicle's start, then each one's end."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.stops: list[Stop] = []
        self.visits: list[Visit] = []
        self.ways: list[tuple[int, int]] = []
        self.first_way: list[int] = []
        for task, value in enumerate(problem.tasks):
            self.first_way.append(len(self.ways))
            for number, way in enumerate(value.ways):
                pickup = self._add(Visit(task, number, pickup=True), way.pickup)
                self.ways.append((pickup, self._add(Visit(task, number, pickup=False), way.dropoff)))
        self.first_way.append(len(self.ways))

    def _add(self, visit: Visit, stop: Stop | None) -> int:
        if stop is None:
            return NONE
        self.stops.append(stop)
        self.visits.append(visit)
        return len(self.stops) - 1

    def way_of(self, visit: Visit) -> int:
        """The number of a visit's way among all."""
        return self.first_way[visit.task] + visit.way

    def of(self, visit: Visit) -> int:
        """The node of a visit."""
        pickup, dropoff = self.ways[self.way_of(visit)]
        return pickup if visit.pickup else dropoff

    def start(self, vehicle: int) -> int:
        """The node where a vehicle starts."""
        return len(self.stops) + vehicle

    def end(self, vehicle: int) -> int:
        """The node where it ends."""
        return len(self.stops) + len(self.problem.vehicles) + vehicle

    @property
    def count(self) -> int:
        """Of all nodes."""
        return len(self.stops) + 2 * len(self.problem.vehicles)
