"""Solomon's and Gehring and Homberger's instances of vehicle routing with time windows.

M. M. Solomon, Operations Research 35(2), 1987; H. Gehring, J. Homberger, EUROGEN 1999;
https://www.sintef.no/projectweb/top/vrptw. Fewest vehicles first, then Euclidean distance in double
precision.
A name; VEHICLE, NUMBER and CAPACITY, the two; CUSTOMER, a heading; then, from the depot on: number, x, y,
demand, opens, closes, service.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

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

_COLUMNS = 7


def read(text: str, name: str = "") -> Routed:
    """The instance. Raises `BadInstance` with line and reason."""
    lines = lines_of(text)
    fleet_line, rows = _parts(lines)
    fleet_line.reals(2)
    vehicles, capacity = fleet_line.whole(0), fleet_line.real(1)
    check_count(fleet_line.number, "vehicles", vehicles)
    if capacity < 0.0:
        raise BadInstance.at(fleet_line.number, f"a capacity of {capacity:g} cannot be")
    sites = [Site.of(line, _COLUMNS) for line in rows]
    check_count(fleet_line.number, "customers", len(sites) - 1)
    check_ids(sites)
    away = distances(sites)
    for site in sites[1:]:
        if site.demand < 0.0:
            raise BadInstance.at(site.line, f"a demand of {site.demand:g} is below 0")
        check_reach(sites[0], site, float(away[0, site.site_id]), capacity)
    kind = VehicleType("vehicle", away, away, np.zeros_like(away), (capacity,), cost_per_m=1.0)
    depot = sites[0]
    fleet = tuple(
        Vehicle(str(n + 1), 0, 0, depot.opens, end=0, end_by_s=depot.closes) for n in range(vehicles)
    )
    tasks = tuple(Task(str(s.site_id), (s.demand,), (Way(None, _stop(s)),)) for s in sites[1:])
    return Routed(name, Problem((kind,), fleet, tasks, fewest_vehicles=True), tuple(range(len(sites))))


def _stop(site: Site) -> Stop:
    return Stop(site.site_id, site.opens, site.closes, site.service)


def _parts(lines: list[Line]) -> tuple[Line, list[Line]]:
    """The line of fleet and capacity, and the rows of depot and customers."""
    where = 0
    for wanted in ("VEHICLE", "NUMBER", "CUSTOMER", "CUST"):
        while where < len(lines) and lines[where].words[0].upper().rstrip(".") != wanted:
            where += 1
        if where == len(lines):
            last = lines[-1].number if lines else 1
            raise BadInstance.at(last, f"the file ends without a line that begins with {wanted}")
        if wanted == "NUMBER":
            where += 1
            if where == len(lines):
                raise BadInstance.at(lines[-1].number, "the file ends without a number of vehicles")
            fleet = lines[where]
    return fleet, lines[where + 1 :]


def _read(path: Path) -> Routed:
    return read(text_of(path), path.stem)


SOLOMON: Family[Routed, Solution] = Family(
    "solomon", _read, routed.prepare, routed.solve, routed.check, routed.write
)
