"""Least-risk paths at each of a flight's heights: what `layers` has for energy alone."""

from __future__ import annotations

from math import hypot

import shapely
from shapely.geometry.base import BaseGeometry

from geofences.airspace import Airspace
from geofences.airways.layer_costs import Costs, Flight
from geofences.airways.layer_graph import LayerGraph, Leg
from geofences.airways.layers import joined, single
from geofences.airways.least_risk import Weighing, least_risk
from geofences.airways.level import Level
from geofences.airways.sky import Walled
from geofences.ground.population import Density
from geofences.path import Path, Waypoint


def quiet(
    airspace: Airspace,
    ends: tuple[Waypoint, Waypoint],
    flight: Flight,
    costs: Costs,
    weighing: tuple[Density, float],
) -> tuple[Path, ...]:
    """A path for each height that has one, with what a person per square kilometre and metre weighs (Wh)."""
    density, weight = weighing
    graph = LayerGraph(airspace, ends, flight, costs)
    start, goal = (airspace.frame.to_local(end.position) for end in ends)
    found: list[Path] = []
    for layer, height_m in enumerate(flight.heights_agl_m):
        bends = graph.levels[layer].shortest(start, goal)
        if isinstance(bends, Walled) or not isinstance(single(airspace, *ends, flight, height_m), Path):
            continue
        east_m, north_m = goal.east_m - start.east_m, goal.north_m - start.north_m
        straight_m = max(hypot(east_m, north_m), 1.0)
        metre_wh = max(costs.level_wh(height_m, east_m, north_m) / straight_m, 1e-9)
        solids = _solids(graph.levels[layer], density)
        line = least_risk(Weighing(metre_wh, weight), density, (start, *bends, goal), solids)
        path = joined(airspace, ends, flight, graph, (Leg(layer, line),))
        found += [] if path is None else [path]
    return tuple(found)


def _solids(level: Level, density: Density) -> BaseGeometry:
    """What is in the way within the cells."""
    rows, columns = density.people.shape
    east_m, north_m = density.west_m + columns * density.cell_m, density.south_m + rows * density.cell_m
    area = shapely.box(density.west_m, density.south_m, east_m, north_m)
    near = [shape for shape in level.sky.solids.values() if shapely.intersects(shape, area)]
    return shapely.intersection(shapely.union_all(near), area) if near else shapely.Polygon()
