"""The cheapest path among cruise heights: one of them all the way, or changing between them where that pays.

Each height is a level with its own exact planner. A path may also change its height at a few places: those
at which the shortest way of one level comes to, or leaves behind, what is in the way at another. Between
these places and at both ends a graph of exact level ways and upright links is searched (A*). It is exact
within each level, and for the places; it does not climb on a slope, nor at other places.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf

import numpy as np
import shapely

from geofences.airspace import Airspace
from geofences.airways.along_ground import along_ground
from geofences.airways.layer_costs import Costs, Flight
from geofences.airways.layer_graph import LayerGraph, Leg
from geofences.airways.relief import grounded
from geofences.free_space import find_path
from geofences.path import NoPath, Path, Waypoint
from geofences.position import LocalPoint
from geofences.reason import Reason
from geofences.verifying.blocks import ZoneBlock
from geofences.verifying.heights import is_uneven

_SAVING_FRAC = 1e-3
"""A path that changes its height has to promise more than this to be looked for, or taken."""


def candidates(
    airspace: Airspace, start: Waypoint, goal: Waypoint, flight: Flight, costs: Costs
) -> tuple[Path, ...] | NoPath:
    """Paths to choose from: the shortest of each level that has one, and one that changes levels.

    The last is there only where it promises to be cheaper than all others. `NoPath` has the reasons of all
    levels, each once.
    """
    found: list[Path] = []
    walls: list[Reason] = []
    for height_m in flight.heights_agl_m:
        one = single(airspace, start, goal, flight, height_m)
        if isinstance(one, Path):
            found.append(one)
        else:
            walls += [reason for reason in one.reasons if reason not in walls]
    changing = _changing(airspace, (start, goal), flight, costs, found)
    if changing is not None:
        found.append(changing)
    return tuple(found) if found else NoPath(tuple(walls))


def single(
    airspace: Airspace, start: Waypoint, goal: Waypoint, flight: Flight, height_agl_m: float
) -> Path | NoPath:
    """The shortest path at one of a flight's heights."""
    return find_path(
        airspace,
        start,
        goal,
        cruise_height_agl_m=height_agl_m,
        from_s=flight.from_s,
        until_s=flight.until_s,
        margins=flight.margins,
        highest_agl_m=flight.top_agl_m(height_agl_m, uneven=is_uneven(airspace.ground)),
    )


def _changing(
    airspace: Airspace,
    ends: tuple[Waypoint, Waypoint],
    flight: Flight,
    costs: Costs,
    found: Sequence[Path],
) -> Path | None:
    """A path that changes its height and promises to be cheaper than those found, if there is one."""
    if len(flight.heights_agl_m) < 2:
        return None
    graph = LayerGraph(airspace, ends, flight, costs)
    cheapest_wh = min((_estimate_wh(path, airspace, costs) for path in found), default=inf)
    most_wh = cheapest_wh * (1.0 - _SAVING_FRAC)
    if graph.least_wh() >= most_wh:
        return None
    legs = graph.cheapest(most_wh)
    return None if legs is None or len(legs) < 2 else joined(airspace, ends, flight, graph, legs)


def _estimate_wh(path: Path, airspace: Airspace, costs: Costs) -> float:
    """What a path takes, its corners left out."""
    total_wh = 0.0
    for a, b in pairwise(path.waypoints):
        p, q = airspace.frame.to_local(a.position), airspace.frame.to_local(b.position)
        low_m, high_m = sorted((a.height_agl_m, b.height_agl_m))
        total_wh += costs.level_wh(0.5 * (low_m + high_m), q.east_m - p.east_m, q.north_m - p.north_m)
        total_wh += costs.change_wh(a.height_agl_m, b.height_agl_m)
    return total_wh


def joined(
    airspace: Airspace,
    ends: tuple[Waypoint, Waypoint],
    flight: Flight,
    graph: LayerGraph,
    legs: Sequence[Leg],
) -> Path | None:
    """The legs as one path, laid over the ground where that is uneven."""
    first, last = grounded(ends, airspace.ground)
    waypoints = [first]
    around: dict[str, None] = {}
    for number, leg in enumerate(legs):
        level, height_m = graph.levels[leg.layer], flight.heights_agl_m[leg.layer]
        places = [airspace.frame.to_geo(place) for place in leg.way]
        places[0] = ends[0].position if number == 0 else places[0]
        places[-1] = ends[1].position if number == len(legs) - 1 else places[-1]
        laid: tuple[Waypoint, ...] | None = tuple(Waypoint(place, height_m) for place in places)
        if airspace.ground is not None and is_uneven(airspace.ground):
            top_m = flight.top_agl_m(height_m, uneven=True)
            laid = along_ground(laid or (), airspace.ground, airspace.frame, height_m, top_m)
        if laid is None:
            return None
        waypoints += [at for at in laid if at != waypoints[-1]]
        around |= dict.fromkeys(
            airspace.blocks[i].label for bend in leg.way[1:-1] for i in level.blocks(level.sky.around(bend))
        )
    return Path((*waypoints, last), (*around, *_passed(airspace, legs, flight.margins.lateral_m, around)))


def _passed(
    airspace: Airspace, legs: Sequence[Leg], lateral_m: float, known: dict[str, None]
) -> tuple[str, ...]:
    """The zones over or under which the legs lead."""
    lines = [shapely.LineString([(p.east_m, p.north_m) for p in _two(leg.way)]) for leg in legs]
    near = np.unique(airspace.near(lines, lateral_m)).tolist()
    labels = (block.label for block in (airspace.blocks[i] for i in near) if isinstance(block, ZoneBlock))
    return tuple(label for label in dict.fromkeys(labels) if label not in known)


def _two(way: Sequence[LocalPoint]) -> Sequence[LocalPoint]:
    return way if len(way) > 1 else (way[0], way[0])
