"""Paths at one height that keep away from people: energy and risk on the ground weighed against each other.

A metre costs what it takes of energy, and `weight` for every person per square kilometre below. The search
(`risk_graph`) is optimal on its cells; what it finds is then pulled straight wherever that costs no more, and
the shortest path of all is taken instead where that is cheaper: so with weight 0 it is the shortest path.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geofences.airways.risk_graph import Cells, cheapest_line
from geofences.ground.population import Density, Population
from geofences.position import LocalFrame, LocalPoint

_MOST_ON_SIDE = 80
"""Cells to a side of the area that is searched, at most."""
_FINEST_M = 25.0
_ROOM_M = 500.0
_ROOM_SHARE = 0.5
_PASSES = 20


@dataclass(frozen=True, slots=True)
class Weighing:
    """What a metre costs: `metre_wh`, and `weight` for each person per square kilometre (Wh a metre)."""

    metre_wh: float
    weight: float


def density_about(
    population: Population, frame: LocalFrame, line: Sequence[LocalPoint], finest_m: float = _FINEST_M
) -> Density:
    """People on square cells about a line: half its extent and 500 m more to each side."""
    points = np.array([(point.east_m, point.north_m) for point in line])
    low, high = points.min(axis=0), points.max(axis=0)
    room_m = _ROOM_M + _ROOM_SHARE * float((high - low).max())
    cell_m = max(finest_m, float((high - low).max() + 2.0 * room_m) / _MOST_ON_SIDE)
    (west_m, south_m), (east_m, north_m) = (low - room_m).tolist(), (high + room_m).tolist()
    bounds_m = (west_m, south_m, east_m, north_m)
    return Density.of(population, frame, bounds_m, cell_m)


def least_risk(
    weighing: Weighing,
    density: Density,
    shortest: Sequence[LocalPoint],
    solids: BaseGeometry,
) -> tuple[LocalPoint, ...]:
    """The cheapest line found around `solids` between the ends of the shortest, that one included."""
    known = np.array([(point.east_m, point.north_m) for point in shortest])
    if weighing.weight == 0.0:
        return tuple(shortest)

    def cost(line: NDArray[np.float64]) -> float:
        length_m = float(np.hypot(*np.diff(line, axis=0).T).sum())
        return weighing.metre_wh * length_m + weighing.weight * density.exposure(line)

    cells = Cells(
        density.west_m,
        density.south_m,
        density.cell_m,
        weighing.metre_wh + weighing.weight * density.people,
    )
    found = cheapest_line(cells, known[0], known[-1], solids)
    if found is None:
        return tuple(shortest)
    pulled = _pulled(found, cost, solids)
    best = min((known, pulled), key=cost)
    return tuple(LocalPoint(east, north) for east, north in best.tolist())


def _pulled(
    line: NDArray[np.float64], cost: Callable[[NDArray[np.float64]], float], solids: BaseGeometry
) -> NDArray[np.float64]:
    """The line without the points that it is no dearer without."""
    inner = shapely.buffer(solids, -1e-5, join_style="mitre")
    shapely.prepare(inner)
    points = list(line)
    for _ in range(_PASSES):
        before = len(points)
        n = 1
        while n < len(points) - 1:
            a, b, c = points[n - 1 : n + 2]
            straight = np.array([a, c])
            saves = cost(straight) <= cost(np.array([a, b, c])) + 1e-12
            if saves and not shapely.intersects(inner, shapely.LineString(straight)):
                points.pop(n)
            else:
                n += 1
        if len(points) == before:
            break
    return np.array(points)
