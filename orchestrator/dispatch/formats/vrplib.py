"""VRPLIB instances: capacitated routing, with time windows, with several trips and release times.

CVRPLIB (http://vrp.galgos.inf.puc-rio.br) and PyVRP's instances (https://github.com/PyVRP/Instances). Least
distance. Ways between coordinates are rounded as the published costs of their files are: with time windows by
the convention of the DIMACS challenge (cut off to tenths), without as TSPLIB says (EUC_2D: to the nearest
whole one). A file with VEHICLES_RELOAD_DEPOT_SECTION lets vehicles come back to the depot for more; a
customer's RELEASE_TIME is when its goods can first be loaded there. DISTANCE is the longest that a route may
be, service times counted in; it is kept where nobody waits: without time windows and reloading.
Published costs of these files count in tenths.
"""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.formats import routed
from orchestrator.dispatch.formats.family import BadInstance, Family, text_of
from orchestrator.dispatch.formats.plain import Line, check_count
from orchestrator.dispatch.formats.routed import Routed
from orchestrator.dispatch.formats.vrplib_file import VrplibFile, parse
from orchestrator.dispatch.routing.problem import Problem, Stop, Task, Vehicle, VehicleType, Way
from orchestrator.dispatch.routing.solution import Solution

_TENTHS = 10.0

_TYPES = frozenset({"CVRP", "DCVRP", "CVRPTW", "VRPTW", "MTVRPTWR"})

Unit: TypeAlias = float
"""How many of ours make one of the file's."""


def read(text: str, name: str = "") -> Routed:
    """The instance. Raises `BadInstance` with line and reason."""
    file = parse(text)
    size = file.whole("DIMENSION")
    if size is None:
        raise BadInstance("DIMENSION: there is none")
    check_count(file.keys["DIMENSION"][0], "customers", size - 1)
    _check_type(file)
    _check_depot(file, size)
    longest = _longest(file)
    timed = "TIME_WINDOW_SECTION" in file.sections
    unit = _TENTHS if timed else 1.0
    away = _ways(file, size, timed=timed)
    demands = _demands(file, size)
    capacity = float(file.whole("CAPACITY") or inf)
    depot, *stops = _stops(file, size, unit)
    reload = "VEHICLES_RELOAD_DEPOT_SECTION" in file.sections
    released = _releases(file, size, unit, reload=reload)
    tasks = []
    for n, stop in enumerate(stops, 1):
        line, alone = file.sections["DEMAND_SECTION"][1][n].number, away[0, n] + stop.service_s + away[n, 0]
        if demands[n] > capacity:
            raise BadInstance.at(line, f"a demand of {demands[n]:g} is more than a vehicle's {capacity:g}")
        if alone > longest:
            raise BadInstance.at(line, f"there, served, back: {alone:g}, more than DISTANCE: {longest:g}")
        pickup = Stop(0, float(released[n])) if reload else None
        tasks.append(Task(str(n + 1), (float(demands[n]),), (Way(pickup, stop),)))
    kind = VehicleType("vehicle", away, away, np.zeros_like(away), (capacity,), cost_per_m=1.0)
    start_at_s = max(0.0, depot.opens_at_s)
    end_by_s = min(depot.closes_at_s, start_at_s + longest)
    fleet = tuple(
        Vehicle(str(n + 1), 0, 0, start_at_s, end=0, end_by_s=end_by_s)
        for n in range(_fleet(file, size, demands, capacity))
    )
    told = 1.0 if reload else 1.0 / unit
    return Routed(name, Problem((kind,), fleet, tuple(tasks)), tuple(range(1, size + 1)), told)


def write(instance: Routed, solution: Solution) -> str:
    """CVRPLIB's solution file: customers are numbered from 1, the depot is 0, here between two trips."""
    routes = instance.routes(solution)
    lines = [f"Route #{n}: {' '.join(str(site - 1) for site in route)}" for n, route in enumerate(routes, 1)]
    return "\n".join([*lines, f"Cost: {routed.cost(instance, solution)}", ""])


def _check_type(file: VrplibFile) -> None:
    """That the problem is one of those read here, by its name; without one it is what its sections say."""
    line, kind = file.keys.get("TYPE", (1, "CVRP"))
    if kind.upper() not in _TYPES:
        raise BadInstance.at(line, f"TYPE: {kind} is not read here, but {', '.join(sorted(_TYPES))}")


def _longest(file: VrplibFile) -> Unit:
    """The longest route, service times counted in; infinite where the file has no limit."""
    if "DISTANCE" not in file.keys:
        return inf
    line, text = file.keys["DISTANCE"]
    if {"TIME_WINDOW_SECTION", "VEHICLES_RELOAD_DEPOT_SECTION"} & file.sections.keys():
        raise BadInstance.at(line, "a longest route (DISTANCE) is not kept beside time windows or reloading")
    longest = Line(line, (text,)).real(0)
    if longest < 0.0:
        raise BadInstance.at(line, f"DISTANCE: {text} is below 0")
    return longest


def _check_depot(file: VrplibFile, size: int) -> None:
    heading, rows = file.need("DEPOT_SECTION")
    depots = [(row.number, row.whole(0)) for row in rows]
    if [depot for _, depot in depots if depot != -1] != [1]:
        line = depots[0][0] if depots else heading
        raise BadInstance.at(line, "only node 1 as the one depot is read here")
    if "VEHICLES_RELOAD_DEPOT_SECTION" in file.sections:
        for row in file.sections["VEHICLES_RELOAD_DEPOT_SECTION"][1]:
            if row.reals(2)[1] != 1.0:
                raise BadInstance.at(row.number, "a vehicle may reload at node 1 only")
    if size < 2:
        raise BadInstance.at(file.keys["DIMENSION"][0], "there is no customer")


def _ways(file: VrplibFile, size: int, *, timed: bool) -> NDArray[np.float64]:
    line, kind = file.keys.get("EDGE_WEIGHT_TYPE", (1, "EUC_2D"))
    if kind == "EXPLICIT":
        return _explicit(file, size) * (_TENTHS if timed else 1.0)
    if kind not in {"EUC_2D", "CEIL_2D", "FLOOR_2D", "EXACT_2D"}:
        raise BadInstance.at(line, f"EDGE_WEIGHT_TYPE: {kind} is not read here")
    at = file.columns("NODE_COORD_SECTION", 2, size)
    apart = at[:, None, :] - at[None, :, :]
    away: NDArray[np.float64] = np.sqrt(np.square(apart).sum(axis=2))
    if timed:
        away = away * _TENTHS
        return away if kind == "EXACT_2D" else np.floor(away)
    if kind == "EUC_2D":
        away = np.floor(away + 0.5)
    elif kind != "EXACT_2D":
        away = np.ceil(away) if kind == "CEIL_2D" else np.floor(away)
    return away


def _explicit(file: VrplibFile, size: int) -> NDArray[np.float64]:
    heading, rows = file.need("EDGE_WEIGHT_SECTION")
    form = file.keys.get("EDGE_WEIGHT_FORMAT", (heading, "FULL_MATRIX"))[1]
    numbers = [row.real(n) for row in rows for n in range(len(row.words))]
    for row in rows:
        if any(row.real(n) < 0.0 for n in range(len(row.words))):
            raise BadInstance.at(row.number, "a way below 0")
    places = {
        "FULL_MATRIX": np.ones((size, size), np.bool_),
        "LOWER_ROW": np.tri(size, size, -1, dtype=np.bool_),
        "LOWER_DIAG_ROW": np.tri(size, size, 0, dtype=np.bool_),
        "UPPER_ROW": ~np.tri(size, size, 0, dtype=np.bool_),
    }
    if form not in places:
        raise BadInstance.at(
            file.keys["EDGE_WEIGHT_FORMAT"][0], f"EDGE_WEIGHT_FORMAT: {form} is not read here"
        )
    if len(numbers) != places[form].sum():
        raise BadInstance.at(heading, f"{len(numbers)} ways, not {places[form].sum()}")
    away = np.zeros((size, size))
    away[places[form]] = numbers
    return away if form == "FULL_MATRIX" else np.maximum(away, away.T)


def _demands(file: VrplibFile, size: int) -> NDArray[np.float64]:
    demands = file.columns("DEMAND_SECTION", 1, size)[:, 0]
    for row, demand in zip(file.sections["DEMAND_SECTION"][1], demands, strict=True):
        if demand < 0.0:
            raise BadInstance.at(row.number, f"a demand of {demand:g} is below 0")
    return demands


def _stops(file: VrplibFile, size: int, unit: Unit) -> list[Stop]:
    windows = np.tile((-inf, inf), (size, 1))
    if "TIME_WINDOW_SECTION" in file.sections:
        windows = file.columns("TIME_WINDOW_SECTION", 2, size) * unit
    service = np.zeros((size, 1))
    if "SERVICE_TIME_SECTION" in file.sections:
        service = file.columns("SERVICE_TIME_SECTION", 1, size) * unit
        for row, needed in zip(file.sections["SERVICE_TIME_SECTION"][1], service, strict=True):
            if needed < 0.0:
                raise BadInstance.at(row.number, "a service time below 0")
    elif "SERVICE_TIME" in file.keys:
        line, text = file.keys["SERVICE_TIME"]
        service[1:] = Line(line, (text,)).real(0) * unit
        if service.min() < 0.0:
            raise BadInstance.at(line, f"SERVICE_TIME: {text} is below 0")
    rows = file.sections["TIME_WINDOW_SECTION"][1] if "TIME_WINDOW_SECTION" in file.sections else []
    for row, (opens, closes) in zip(rows, windows, strict=False):
        if closes < opens:
            raise BadInstance.at(row.number, f"closes at {closes / unit:g}, before it opens")
    return [Stop(n, float(windows[n, 0]), float(windows[n, 1]), float(service[n, 0])) for n in range(size)]


def _releases(file: VrplibFile, size: int, unit: Unit, *, reload: bool) -> NDArray[np.float64]:
    if "RELEASE_TIME_SECTION" not in file.sections:
        return np.full(size, -inf)
    if not reload:
        line = file.sections["RELEASE_TIME_SECTION"][0]
        raise BadInstance.at(line, "release times are read only where vehicles may reload")
    return file.columns("RELEASE_TIME_SECTION", 1, size)[:, 0] * unit


def _fleet(file: VrplibFile, size: int, demands: NDArray[np.float64], capacity: Unit) -> int:
    """The file's own number; else more than any good plan needs."""
    vehicles = file.whole("VEHICLES")
    if vehicles is not None:
        check_count(file.keys["VEHICLES"][0], "vehicles", vehicles)
        return vehicles
    if "TIME_WINDOW_SECTION" in file.sections or "DISTANCE" in file.keys:
        return size - 1
    return min(size - 1, int(1.5 * demands.sum() / capacity) + 20)


def _read(path: Path) -> Routed:
    return read(text_of(path), path.stem)


VRPLIB: Family[Routed, Solution] = Family("vrplib", _read, routed.prepare, routed.solve, routed.check, write)
