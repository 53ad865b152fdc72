"""What tours come to, or what is wrong with them: nothing here solves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from itertools import pairwise

from orchestrator.dispatch.formats.family import Outcome
from orchestrator.dispatch.routing.check import Broken
from orchestrator.dispatch.stations.problem import LIGHT, Sortie, Stations, Tour, Tours

SLACK_S = 1e-6


def check(problem: Stations, found: Tours) -> Outcome | Broken:
    """The weighted kilometres as the score, or every reason why it does not hold."""
    reasons = list(_wrongly_served(problem, found))
    if len(found.tours) > problem.trucks:
        reasons.append(f"{len(found.tours)} tours with {problem.trucks} trucks")
    truck_m = drone_m = robot_m = 0.0
    for number, tour in enumerate(found.tours, 1):
        if any(not 0 < node < len(problem.nodes) for node in _named(tour)):
            return Broken((f"tour {number}: no such node",))
        reasons += (
            f"tour {number}: {reason}" for reason in (*_broken(problem, tour), *_timed(problem, tour))
        )
        truck_m += sum(problem.truck_m[a][b] for a, b in pairwise((0, *tour.stops, 0)))
        for one in tour.sorties:
            drone_m += problem.flight_m(one.leaves, one.customer) + problem.flight_m(one.customer, one.meets)
        for station, robots in tour.robots.items():
            each = (c for robot in robots for c in robot)
            robot_m += sum(
                problem.robot_drive_m[station][c] + problem.robot_drive_m[c][station] for c in each
            )
    if reasons:
        return Broken(tuple(reasons))
    score = (truck_m + LIGHT * (drone_m + robot_m)) / 1000.0
    more = {
        "truck_km": truck_m / 1000.0,
        "drone_km": drone_m / 1000.0,
        "robot_km": robot_m / 1000.0,
        "sorties": [[[s.leaves, s.customer, s.meets] for s in tour.sorties] for tour in found.tours],
        "robots": [
            {str(f): [list(r) for r in robots] for f, robots in t.robots.items()} for t in found.tours
        ],
    }
    routes = tuple(tour.stops for tour in found.tours)
    return Outcome(len(found.tours), truck_m / 1000.0, routes, score, found.unserved, more)


def _named(tour: Tour) -> Iterator[int]:
    yield from tour.stops
    yield from _carried(tour)
    yield from (node for s in tour.sorties for node in (s.leaves, s.meets) if node)
    yield from tour.robots


def _carried(tour: Tour) -> Iterator[int]:
    """Who is served by drone or robot."""
    yield from (sortie.customer for sortie in tour.sorties)
    yield from (c for robots in tour.robots.values() for robot in robots for c in robot)


def _wrongly_served(problem: Stations, found: Tours) -> Iterator[str]:
    visits = Counter(node for tour in found.tours for node in (*tour.stops, *_carried(tour)))
    visits.update(found.unserved)
    for node in range(1, len(problem.nodes)):
        if problem.is_station(node) and visits[node] > 1:
            yield f"station {node}: visited {visits[node]} times"
        elif not problem.is_station(node) and visits[node] != 1:
            yield f"customer {node}: served or left out {visits[node]} times"


def _broken(problem: Stations, tour: Tour) -> Iterator[str]:
    """What is wrong whatever the time."""
    load_kg = sum(problem.nodes[node].parcel_kg for node in (*tour.stops, *_carried(tour)))
    if load_kg > problem.truck_kg + 1e-9:
        yield f"carries {load_kg:g} of {problem.truck_kg:g} kg"
    for station, robots in tour.robots.items():
        if station not in tour.stops or not problem.is_station(station):
            yield f"robots at {station}, which is no station on the way"
        if len(robots) > problem.robots:
            yield f"{len(robots)} robots at station {station}"
        for robot in robots:
            drive_s = sum(
                problem.robot_drive_s[station][c] + problem.robot_drive_s[c][station] for c in robot
            )
            if drive_s > problem.robot_s + SLACK_S:
                yield f"a robot of station {station} drives {drive_s:g} s"
    for sortie in tour.sorties:
        if grounded := sorted({sortie.leaves, sortie.customer, sortie.meets} & problem.no_fly):
            yield f"the drone is in the no-fly zone at {grounded[0]}"
        energy_j = problem.sortie_j(sortie)
        if energy_j > problem.battery_j:
            yield f"the drone takes {energy_j:.0f} of {problem.battery_j:.0f} J to customer {sortie.customer}"


def _timed(problem: Stations, tour: Tour) -> Iterator[str]:
    """Drive the tour once."""
    now, at = problem.nodes[0].ready_s, 0
    sorties = list(tour.sorties)
    away: tuple[Sortie, float] | None = None
    if sorties and sorties[0].leaves == 0:
        away = sorties.pop(0), now
    for stop in (*tour.stops, 0):
        node = problem.nodes[stop]
        now, at = now + problem.truck_s[at][stop], stop
        if now > node.due_s + SLACK_S:
            yield f"node {stop}: reached at {now:g}, due {node.due_s:g}"
        now = max(now, node.ready_s)
        yield from _walked(problem, tour, stop, now)
        if away is not None and away[0].meets == stop:
            back = yield from _flown(problem, *away)
            now, away = max(now, back), None
        if stop and away is None and sorties and sorties[0].leaves == stop:
            away = sorties.pop(0), now
    if now > problem.nodes[0].due_s + SLACK_S:
        yield f"back at {now:g}, due {problem.nodes[0].due_s:g}"
    if away is not None or sorties:
        yield "the drone does not meet its truck, or leaves before it is back"


def _flown(problem: Stations, sortie: Sortie, left_s: float) -> Generator[str, None, float]:
    node = problem.nodes[sortie.customer]
    there = left_s + problem.flight_s(sortie.leaves, sortie.customer)
    if there > node.due_s + SLACK_S:
        yield f"customer {sortie.customer}: flown to at {there:g}, due {node.due_s:g}"
    return max(there, node.ready_s) + problem.flight_s(sortie.customer, sortie.meets)


def _walked(problem: Stations, tour: Tour, station: int, from_s: float) -> Iterator[str]:
    for robot in tour.robots.get(station, ()):
        now = from_s
        for customer in robot:
            node = problem.nodes[customer]
            now += problem.robot_drive_s[station][customer]
            if now > node.due_s + SLACK_S:
                yield f"customer {customer}: driven to at {now:g}, due {node.due_s:g}"
            now = max(now, node.ready_s) + problem.robot_drive_s[customer][station]
