"""Tours while they are being changed: what they cost, and whether they can be driven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from orchestrator.dispatch.stations.problem import LIGHT, Sortie, Stations, Tour


@dataclass(slots=True)
class Draft:
    """A tour in the making (see `problem.Tour`); sorties in any order."""

    stops: list[int] = field(default_factory=list)
    sorties: list[Sortie] = field(default_factory=list)
    robots: dict[int, list[list[int]]] = field(default_factory=dict)

    def copy(self) -> Draft:
        """One that can be changed by itself."""
        robots = {station: [list(robot) for robot in each] for station, each in self.robots.items()}
        return Draft(list(self.stops), list(self.sorties), robots)

    def served(self) -> Iterator[int]:
        """The customers it carries parcels for, and the stations it visits."""
        yield from self.stops
        yield from (sortie.customer for sortie in self.sorties)
        yield from (c for each in self.robots.values() for robot in each for c in robot)

    def drop(self, customer: int) -> list[int]:
        """Take a customer out, with those whose drone needed that stop; who was taken out."""
        out = [customer]
        for each in self.robots.values():
            for robot in each:
                if customer in robot:
                    robot.remove(customer)
        if customer in self.stops:
            out += [s.customer for s in self.sorties if customer in {s.leaves, s.meets}]
            self.stops.remove(customer)
        self.sorties = [s for s in self.sorties if s.customer not in out]
        self._leave_idle_stations()
        return out

    def _leave_idle_stations(self) -> None:
        for station in [f for f, each in self.robots.items() if not any(each)]:
            if not any(station in {s.leaves, s.meets} for s in self.sorties):
                self.stops.remove(station)
                del self.robots[station]

    def positions(self, sortie: Sortie) -> tuple[int, int]:
        """Where the drone leaves and meets: 0 is the depot at the begin, past all stops at the end."""
        leaves = self.stops.index(sortie.leaves) + 1 if sortie.leaves else 0
        return leaves, self.stops.index(sortie.meets) + 1 if sortie.meets else len(self.stops) + 1

    def finished(self) -> Tour:
        """As a value."""
        sorties = tuple(sorted(self.sorties, key=self.positions))
        robots = {f: tuple(tuple(robot) for robot in each if robot) for f, each in self.robots.items()}
        return Tour(tuple(self.stops), sorties, robots)


def cost(problem: Stations, draft: Draft) -> float:
    """Weighted metres."""
    total = sum(problem.truck_m[a][b] for a, b in pairwise((0, *draft.stops, 0)))
    for one in draft.sorties:
        total += LIGHT * (
            problem.flight_m(one.leaves, one.customer) + problem.flight_m(one.customer, one.meets)
        )
    for station, each in draft.robots.items():
        rows = problem.robot_drive_m
        total += LIGHT * sum(rows[station][c] + rows[c][station] for robot in each for c in robot)
    return total


def drivable(problem: Stations, draft: Draft) -> bool:
    """Whether it keeps load, windows, batteries and the drone's one place at a time."""
    if sum(problem.nodes[node].parcel_kg for node in draft.served()) > problem.truck_kg:
        return False
    sorties = sorted(((*draft.positions(one), one) for one in draft.sorties), key=lambda each: each[:2])
    if any(leave >= meet for leave, meet, _ in sorties):
        return False
    if any(one[1] > other[0] for one, other in pairwise(sorties)):
        return False
    return _in_time(problem, draft, sorties)


def _in_time(problem: Stations, draft: Draft, sorties: list[tuple[int, int, Sortie]]) -> bool:
    now, at, turn, back = problem.nodes[0].ready_s, 0, 0, 0.0
    last = len(draft.stops) + 1
    for position, stop in enumerate((0, *draft.stops, 0)):
        node = problem.nodes[stop]
        if position:
            now = now + problem.truck_s[at][stop]
            if now > node.due_s:
                return False
        now, at = max(now, node.ready_s), stop
        if 0 < position < last and not _walk(problem, draft.robots.get(stop, []), stop, now):
            return False
        if turn < len(sorties) and sorties[turn][1] == position:
            now = max(now, back)
            turn += 1
        if turn < len(sorties) and sorties[turn][0] == position:
            one = sorties[turn][2]
            there = now + problem.flight_s(one.leaves, one.customer)
            if there > problem.nodes[one.customer].due_s:
                return False
            back = max(there, problem.nodes[one.customer].ready_s) + problem.flight_s(one.customer, one.meets)
    return now <= problem.nodes[0].due_s


def _walk(problem: Stations, robots: list[list[int]], station: int, from_s: float) -> bool:
    """Whether the robots of a station come in time, and not too far."""
    for robot in robots:
        now, drive_s = from_s, 0.0
        for customer in robot:
            out_s = problem.robot_drive_s[station][customer]
            back_s = problem.robot_drive_s[customer][station]
            node = problem.nodes[customer]
            drive_s += out_s + back_s
            if now + out_s > node.due_s or drive_s > problem.robot_s:
                return False
            now = max(now + out_s, node.ready_s) + back_s
    return True
