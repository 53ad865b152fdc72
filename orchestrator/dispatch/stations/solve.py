"""Ruin and recreate over tours: each customer goes to the cheapest possible of truck, drone and robot.

What a way of serving adds in weighted metres is known without driving it; so ways are tried in that order,
and the first that can be driven is taken. Slow beside the compiled searches of other
families, and enough for the instances' hundred customers at most.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.dispatch.pace import Pace
from orchestrator.dispatch.routing.solution import Until
from orchestrator.dispatch.stations.problem import LIGHT, Sortie, Stations, Tours
from orchestrator.dispatch.stations.tour import Draft, cost, drivable

LONGEST_SORTIE = 3
"""Stops that a truck goes on while its drone is away, at most."""

TRUCK_M, LEFT_M = 1e6, 1e8
"""What one truck more, and a customer left out, count in metres."""

BLINK = 0.05
HOT, COLD = 0.05, 0.0005
"""Temperatures, as shares of the first solution's cost."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to serve a customer, and the metres it adds."""

    added_m: float
    tour: int
    stop_at: int = -1
    stop: int = 0
    sortie: Sortie | None = None
    station: int = 0
    robot: int = 0


def solve(problem: Stations, until: Until, seed: int) -> Tours:
    """The best tours found in time: most customers, fewest trucks, then least weighted kilometres."""
    pace, dice = Pace.until(until), random.Random(seed)  # noqa: S311 - a search, no secret
    kept: list[Draft] = []
    waiting = _recreate(problem, kept, list(range(1, problem.customers + 1)), dice)
    best, left = [draft.copy() for draft in kept], waiting
    now = least = _total_m(problem, kept, waiting)
    scale = sum(cost(problem, draft) for draft in kept) / problem.customers or 1.0
    while rounds := pace.next_turn():
        heat = scale * HOT * problem.customers**0.5 * (COLD / HOT) ** pace.done()
        for _ in range(rounds):
            work = [draft.copy() for draft in kept]
            out = _recreate(problem, work, [*waiting, *_ruin(problem, work, dice)], dice)
            found = _total_m(problem, work, out)
            if found < now - heat * math.log(1.0 - dice.random()):
                kept, waiting, now = work, out, found
                if now < least - 1e-6:
                    best, left, least = [draft.copy() for draft in kept], waiting, now
    return Tours(tuple(draft.finished() for draft in best), tuple(sorted(left)))


def _total_m(problem: Stations, drafts: list[Draft], waiting: list[int]) -> float:
    ways = sum(cost(problem, draft) for draft in drafts)
    return ways + TRUCK_M * len(drafts) + LEFT_M * len(waiting)


def _ruin(problem: Stations, drafts: list[Draft], dice: random.Random) -> list[int]:
    """Take out some customers near one of them; who is out."""
    seed = dice.randrange(1, problem.customers + 1)
    near = sorted(
        range(1, problem.customers + 1), key=lambda c: problem.flight_m(seed, c) * (0.5 + dice.random())
    )
    out: list[int] = []
    for customer in near[: dice.randint(1, min(8, problem.customers))]:
        for draft in drafts:
            if customer not in out and customer in draft.served():
                out += draft.drop(customer)
    return out


def _recreate(problem: Stations, drafts: list[Draft], out: list[int], dice: random.Random) -> list[int]:
    """Serve who is out, each the cheapest way there is; who cannot be served. Empty tours go."""
    dice.shuffle(out)
    if dice.random() < 0.5:
        out.sort(key=lambda c: problem.nodes[c].due_s)
    left = []
    for customer in out:
        if len(drafts) < problem.trucks and not any(not list(draft.served()) for draft in drafts):
            drafts.append(Draft())
        for way in sorted(_ways(problem, drafts, customer), key=lambda way: way.added_m):
            if dice.random() < BLINK:
                continue
            draft = _made(drafts[way.tour], customer, way)
            if drivable(problem, draft):
                drafts[way.tour] = draft
                break
        else:
            left.append(customer)
    drafts[:] = [draft for draft in drafts if any(draft.served())]
    return left


def _ways(problem: Stations, drafts: list[Draft], customer: int) -> Iterator[_Way]:
    """Every way to serve a customer."""
    used = {station for draft in drafts for station in draft.robots}
    for number, draft in enumerate(drafts):
        new_m = 0.0 if draft.stops or draft.sorties else TRUCK_M
        for k in range(len(draft.stops) + 1):
            yield _Way(new_m + _detour_m(problem, draft, k, customer), number, k, customer)
        yield from _flights(problem, draft, number, customer, new_m)
        for station in range(problem.customers + 1, len(problem.nodes)):
            way_m = problem.robot_drive_m[station][customer] + problem.robot_drive_m[customer][station]
            if station in draft.robots:
                for robot in range(problem.robots):
                    yield _Way(LIGHT * way_m, number, station=station, robot=robot)
            elif station not in used and problem.robots:
                k = min(range(len(draft.stops) + 1), key=lambda k: _detour_m(problem, draft, k, station))
                added_m = new_m + _detour_m(problem, draft, k, station) + LIGHT * way_m
                yield _Way(added_m, number, k, station, station=station)


def _flights(problem: Stations, draft: Draft, number: int, customer: int, new_m: float) -> Iterator[_Way]:
    if customer in problem.no_fly:
        return
    places = (0, *draft.stops, 0)
    for i, leaves in enumerate(places[:-1]):
        for meets in places[i + 1 : i + 2 + LONGEST_SORTIE]:
            sortie = Sortie(leaves, customer, meets)
            if {leaves, meets} & problem.no_fly or problem.sortie_j(sortie) > problem.battery_j:
                continue
            way_m = problem.flight_m(leaves, customer) + problem.flight_m(customer, meets)
            yield _Way(new_m + LIGHT * way_m, number, sortie=sortie)


def _detour_m(problem: Stations, draft: Draft, k: int, node: int) -> float:
    before = draft.stops[k - 1] if k else 0
    after = draft.stops[k] if k < len(draft.stops) else 0
    return problem.truck_m[before][node] + problem.truck_m[node][after] - problem.truck_m[before][after]


def _made(draft: Draft, customer: int, way: _Way) -> Draft:
    """The draft with the customer served that way."""
    made = draft.copy()
    if way.stop_at >= 0:
        made.stops.insert(way.stop_at, way.stop)
    if way.sortie is not None:
        made.sorties.append(way.sortie)
    if way.station:
        robots = made.robots.setdefault(way.station, [])
        while len(robots) <= way.robot:
            robots.append([])
        robots[way.robot].append(customer)
    return made
