"""Li and Lim's instances of pick-up and delivery with time windows, as SINTEF publishes them.

H. Li, A. Lim, "A metaheuristic for the pickup and delivery problem with time windows", ICTAI 2001;
https://www.sintef.no/projectweb/top/pdptw. Fewest vehicles first, then Euclidean distance in double
precision.
The first line: vehicles, capacity, speed. Then, from the depot on: number, x, y, demand, opens, closes,
service, the pick-up of a delivery or 0, the delivery of a pick-up or 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.formats import routed
from orchestrator.dispatch.formats.family import BadInstance, Family, text_of
from orchestrator.dispatch.formats.plain import (
    Line,
    Site,
    check_count,
    check_ids,
    check_reach,
    distances,
    lines_of,
)
from orchestrator.dispatch.formats.routed import Routed
from orchestrator.dispatch.routing.problem import Problem, Stop, Task, Vehicle, VehicleType, Way
from orchestrator.dispatch.routing.solution import Solution
from orchestrator.dispatch.routing.timetable import SLACK

_COLUMNS = 9


def read(text: str, name: str = "") -> Routed:
    """The instance. Raises `BadInstance` with line and reason."""
    lines = lines_of(text)
    if not lines:
        raise BadInstance.at(1, "there is nothing")
    head = lines[0]
    vehicles, capacity, _ = head.reals(3)
    check_count(head.number, "vehicles", head.whole(0))
    if capacity < 0.0:
        raise BadInstance.at(head.number, f"a capacity of {capacity:g} cannot be")
    sites = [Site.of(line, _COLUMNS) for line in lines[1:]]
    check_count(head.number, "tasks", len(sites) - 1)
    check_ids(sites)
    away = distances(sites)
    pairs = _pairs(lines[1:], sites)
    for site in sites[1:]:
        check_reach(sites[0], site, float(away[0, site.site_id]), capacity)
    for pickup, delivery in pairs:
        _check_together(sites[0], pickup, delivery, away)
    # Time and distance are one; the speed, 1 or 0 in published files, is not used.
    kind = VehicleType("vehicle", away, away, np.zeros_like(away), (capacity,), cost_per_m=1.0)
    depot = sites[0]
    fleet = tuple(
        Vehicle(str(n + 1), 0, 0, depot.opens, end=0, end_by_s=depot.closes) for n in range(int(vehicles))
    )
    tasks = tuple(Task(str(p.site_id), (p.demand,), (Way(_stop(p), _stop(d)),)) for p, d in pairs)
    return Routed(name, Problem((kind,), fleet, tasks, fewest_vehicles=True), tuple(range(len(sites))))


def _stop(site: Site) -> Stop:
    return Stop(site.site_id, site.opens, site.closes, site.service)


def _pairs(lines: Sequence[Line], sites: Sequence[Site]) -> list[tuple[Site, Site]]:
    """Pick-ups with their deliveries: each site but the depot in one pair, demands opposite."""
    pairs = []
    for line, site in zip(lines[1:], sites[1:], strict=True):
        pickup, delivery = line.whole(7), line.whole(8)
        if (pickup == 0) == (delivery == 0):
            raise BadInstance.at(line.number, "neither just a pick-up nor just a delivery")
        other = pickup or delivery
        if not 1 <= other < len(sites):
            raise BadInstance.at(line.number, f"goes with {other}, which there is not")
        back = lines[other].whole(8 if pickup else 7)
        if back != site.site_id:
            raise BadInstance.at(line.number, f"goes with {other}, which goes with {back}")
        if delivery:
            if not site.demand >= 0.0 or sites[delivery].demand != -site.demand:
                raise BadInstance.at(line.number, f"picks up {site.demand:g}, not what {delivery} takes")
            pairs.append((site, sites[delivery]))
    return pairs


def _check_together(depot: Site, pickup: Site, delivery: Site, away: NDArray[np.float64]) -> None:
    """That a vehicle of its own could serve the pair. Raises `BadInstance` at the delivery."""
    p, d = pickup.site_id, delivery.site_id
    left = max(pickup.opens, depot.opens + away[0, p]) + pickup.service
    begins = max(delivery.opens, left + away[p, d])
    if begins > delivery.closes + SLACK:
        reason = f"closes at {delivery.closes:g}, first reached from {p} at {begins:g}"
        raise BadInstance.at(delivery.line, reason)
    back = begins + delivery.service + away[d, 0]
    if back > depot.closes + SLACK:
        raise BadInstance.at(delivery.line, f"after {p} served and back at {back:g}, after {depot.closes:g}")


def _read(path: Path) -> Routed:
    return read(text_of(path), path.stem)


LI_LIM: Family[Routed, Solution] = Family(
    "li-lim", _read, routed.prepare, routed.solve, routed.check, routed.write
)
