"""What a solution of an electric instance comes to, or what is wrong with it: nothing here solves.

Every route is driven once, straight from the definition in `problem`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from orchestrator.dispatch.electric.problem import Electric, Kind, Place, Quantity, Refill, Routes
from orchestrator.dispatch.formats.family import Outcome
from orchestrator.dispatch.routing.check import Broken

TOLERANCE = 1e-6
"""By how much sums of rounded numbers may miss a bound."""


def check(problem: Electric, found: Routes) -> Outcome | Broken:
    """Vehicles, distance and score (the distance), or every reason why it does not hold."""
    places = {place.name: place for place in problem.places}
    reasons = list(_wrongly_served(problem, found))
    if len(found.routes) != len(found.charged_to):
        return Broken((f"{len(found.routes)} routes, but charges of {len(found.charged_to)}",))
    unknown = {name for route in found.routes for name in route} - set(places)
    if unknown:
        return Broken((f"no such place: {', '.join(sorted(unknown))}",))
    distance = 0.0
    charged: list[list[Quantity]] = []
    for number, (route, levels) in enumerate(zip(found.routes, found.charged_to, strict=True), 1):
        stops = [problem.depot, *(places[name] for name in route), problem.depot]
        reasons += (f"route {number}: {reason}" for reason in _broken(problem, stops, levels))
        distance += sum(math.dist((a.x, a.y), (b.x, b.y)) for a, b in pairwise(stops))
        charged.append([round(level, 6) for level in levels])
    if reasons:
        return Broken(tuple(reasons))
    more: dict[str, object] = {"charged_to": charged, "refill": problem.refill.value}
    if found.unserved:
        more["unserved_because"] = {name: _alone(problem, places[name]) for name in found.unserved}
    used = tuple(route for route in found.routes if route)
    return Outcome(len(used), distance, used, distance, found.unserved, more)


def _alone(problem: Electric, place: Place) -> str:
    """What keeps a vehicle from a customer that nobody serves."""
    if place.demand > problem.load_capacity + TOLERANCE:
        return f"asks for {place.demand:g} of the {problem.load_capacity:g} that a vehicle takes"
    depot = problem.depot
    at = depot.ready + math.dist((depot.x, depot.y), (place.x, place.y)) / problem.velocity
    if at > place.due + TOLERANCE:
        return f"reached at {at:.6g} by the shortest way, due {place.due:g}"
    return "no way there and back was found that a battery and the windows allow, by any stations"


def _wrongly_served(problem: Electric, found: Routes) -> Iterator[str]:
    customers = {place.name for place in problem.of_kind(Kind.CUSTOMER)}
    visits = Counter(name for route in found.routes for name in route if name in customers)
    visits.update(found.unserved)
    for name in sorted(customers | set(found.unserved)):
        if name not in customers:
            yield f"{name}: unserved, but no customer"
        elif visits[name] != 1:
            yield f"{name}: served or left out {visits[name]} times"


def _broken(problem: Electric, stops: Sequence[Place], levels: Sequence[Quantity]) -> Iterator[str]:
    load = sum(stop.demand for stop in stops)
    if load > problem.load_capacity + TOLERANCE:
        yield f"carries {load:g} of {problem.load_capacity:g}"
    if any(stop.kind is Kind.DEPOT for stop in stops[1:-1]):
        yield "returns to the depot on its way"
    stations = sum(stop.kind is Kind.STATION for stop in stops)
    if stations != len(levels):
        yield f"{len(levels)} charges at {stations} stations"
        return
    yield from _driven(problem, stops, iter(levels))


def _driven(problem: Electric, stops: Sequence[Place], levels: Iterator[Quantity]) -> Iterator[str]:
    curve, full = problem.curve, problem.curve.capacity
    now, battery = stops[0].ready, full
    for before, stop in pairwise(stops):
        way = math.dist((before.x, before.y), (stop.x, stop.y))
        now += way / problem.velocity
        battery -= way * problem.consumption
        if battery < -TOLERANCE:
            yield f"{stop.name}: reached with {battery:.6g} energy"
        if now > stop.due + TOLERANCE:
            yield f"{stop.name}: reached at {now:.6g}, due {stop.due:g}"
        if stop.kind is Kind.STATION:
            level = next(levels)
            if level > full + TOLERANCE or level < battery - TOLERANCE:
                yield f"{stop.name}: charged from {battery:.6g} to {level:.6g} of {full:g}"
            if problem.refill is Refill.FULL and abs(level - full) > TOLERANCE:
                yield f"{stop.name}: charged to {level:.6g}, not to full"
            now = max(now, stop.ready) + max(0.0, curve.time_to(level) - curve.time_to(max(0.0, battery)))
            battery = max(level, battery)
        else:
            now = max(now, stop.ready) + stop.service
