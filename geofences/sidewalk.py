"""Routing for ground vehicles along real footpaths, with crossings, around zones that bind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot

import numpy as np
import shapely
from numpy.typing import NDArray

from geofences.airspace import Airspace, Margins
from geofences.footways.footgraph import FootGraph, OpenGraph, Snap
from geofences.formats.city import Footway
from geofences.path import NoPath, Path, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.reason import Because, Reason
from geofences.zone import Medium

ACCESS_M = 60.0
"""How far a door may lie from the nearest footpath."""
ZONE_MARGINS = Margins(lateral_m=2.0, vertical_m=2.0)
"""How far a footpath in use keeps from a zone that binds ground vehicles, unless asked otherwise."""
_KEPT_GRAPHS = 16
_KEPT_ACCESSES = 1024
_TRIED_SNAPS = 16
_INDOORS_TIMES = 3.0
"""What a metre through a building adds when choosing where to join the footpaths."""
_SAME_M = 0.01


@dataclass(frozen=True, slots=True)
class _Closure:
    """The blocks that bind (indices), and the edges they close."""

    binding: tuple[int, ...]
    edges: tuple[int, ...]


_OPEN = _Closure((), ())


@dataclass(frozen=True, slots=True)
class _Walk:
    """A walk over the graph: where it joins and leaves it, and the nodes between."""

    leave: Snap
    arrive: Snap
    nodes: tuple[int, ...]


class Footpaths:
    """A network of footpaths, in metres in `frame`. Immutable; remembers searches."""

    def __init__(self, frame: LocalFrame, ways: Sequence[Footway]) -> None:
        self.frame = frame
        self._graph = FootGraph(frame, ways)
        self._graph_without = lru_cache(maxsize=_KEPT_GRAPHS)(self._close)
        self._access = lru_cache(maxsize=_KEPT_ACCESSES)(self._find_access)

    def route(  # noqa: PLR0917 - from, to, among what, when: the order of the sentence
        self,
        start: GeoPoint,
        goal: GeoPoint,
        airspace: Airspace,
        from_s: float,
        until_s: float,
        margins: Margins = ZONE_MARGINS,
    ) -> Path | NoPath:
        """The quickest way on foot, from door to door, around zones binding at any instant of the span.

        It joins the footpaths at the nearest point to either door, at most `ACCESS_M` away.
        Heights are 0. `avoided` names the zones that the way without zones would have crossed.
        `NoPath` says which zone holds a door, which door is too far from any footpath, or which
        zones cut the way. Raises `ValueError` when `airspace` is in another frame.
        """
        if airspace.frame != self.frame:
            raise ValueError("airspace: is in another local frame than the footpaths")
        reasons = _doors(start, goal, airspace, from_s, until_s, margins)
        if reasons:
            return NoPath(tuple(reasons))
        closure = self._closure(airspace, from_s, until_s, margins)
        walk = self._join(start, goal, airspace, closure, margins)
        freely = self._join(start, goal, airspace, _OPEN, margins) if closure.binding else walk
        path = self._path(start, goal, freely) if isinstance(freely, _Walk) else None
        cut = self._entered(path, airspace, closure, margins)
        if isinstance(walk, _Walk):
            avoided = tuple(airspace.blocks[i].label for i in cut)
            way = path if path is not None and walk == freely else self._path(start, goal, walk)
            return Path(way.waypoints, avoided)
        if cut:
            return NoPath(tuple(airspace.blocks[i].reason("every footpath is cut by") for i in cut))
        return NoPath(tuple(walk))

    def reaches(self, door: GeoPoint) -> bool:
        """Whether some footpath is near enough to a door to be joined, at most `ACCESS_M` away."""
        local = self.frame.to_local(door)
        return self._graph.near(shapely.Point(local.east_m, local.north_m), ACCESS_M).size > 0

    def _closure(self, airspace: Airspace, from_s: float, until_s: float, margins: Margins) -> _Closure:
        binding = airspace.blocks_within(
            Medium.SIDEWALK,
            from_s=from_s,
            until_s=until_s,
            lower_agl_m=0.0,
            upper_agl_m=0.0,
            vertical_m=margins.vertical_m,
        )
        near = (self._graph.near(airspace.blocks[i].outline.area, margins.lateral_m) for i in binding)
        return _Closure(binding, tuple(sorted({edge for found in near for edge in found.tolist()})))

    def _close(self, edges: tuple[int, ...]) -> OpenGraph:
        return OpenGraph(self._graph, edges)

    def _join(
        self, start: GeoPoint, goal: GeoPoint, airspace: Airspace, closure: _Closure, margins: Margins
    ) -> _Walk | list[Reason]:
        """The best walk over the open edges, or why there is none."""
        graph = self._graph_without(closure.edges)
        leave = self._access(start, airspace, closure, margins)
        arrive = self._access(goal, airspace, closure, margins)
        far = [end for end, snaps in (("start", leave), ("goal", arrive)) if not snaps]
        if far:
            return [
                Reason(Because.NO_FOOTPATH, end, f"the {end} is more than {ACCESS_M:g} m from any footpath")
                for end in far
            ]
        for part in sorted(
            leave.keys() & arrive.keys(), key=lambda k: leave[k].access_m + arrive[k].access_m
        ):
            nodes = graph.shortest(leave[part], arrive[part])
            if nodes is not None:
                return _Walk(leave[part], arrive[part], tuple(nodes))
        text = "no footpath joins the part of the network at the start to that at the goal"
        return [Reason(Because.NO_FOOTPATH, "goal", text)]

    def _find_access(
        self, door: GeoPoint, airspace: Airspace, closure: _Closure, margins: Margins
    ) -> dict[int, Snap]:
        """For each connected part of the footpaths, the best place to join it from a door.

        Best is nearest, where metres through a building count `_INDOORS_TIMES` over; a link that
        comes into a binding zone is none.
        """
        local = self.frame.to_local(door)
        here = (local.east_m, local.north_m)
        graph = self._graph_without(closure.edges)
        snaps = self._graph.snaps(here, ACCESS_M, graph.open_edges)[:_TRIED_SNAPS]
        ends = np.array([(here, snap.place) for snap in snaps]).reshape(-1, 2, 2)
        links: NDArray[np.object_] = np.asarray(shapely.linestrings(ends))
        cost_m = np.array([snap.access_m for snap in snaps]) + _INDOORS_TIMES * airspace.indoors_m(links)
        zones = [airspace.blocks[i].outline for i in closure.binding]
        best: dict[int, Snap] = {}
        for k in np.argsort(cost_m, kind="stable").tolist():
            if all(zone.distance_m(links[k]) > margins.lateral_m for zone in zones):
                best.setdefault(graph.component(snaps[k].edge), snaps[k])
        return best

    def _entered(
        self, path: Path | None, airspace: Airspace, closure: _Closure, margins: Margins
    ) -> list[int]:
        """The binding blocks that a path, found without regard to them, comes into."""
        if path is None:
            return []
        places = [self.frame.to_local(waypoint.position) for waypoint in path.waypoints]
        line = shapely.LineString([(place.east_m, place.north_m) for place in places])
        outlines = {i: airspace.blocks[i].outline for i in closure.binding}
        return [i for i, outline in outlines.items() if outline.distance_m(line) <= margins.lateral_m]

    def _path(self, start: GeoPoint, goal: GeoPoint, walk: _Walk) -> Path:
        """Door, link, nodes, link, door; what is the same place as the one before it is left out."""
        doors = [self.frame.to_local(door) for door in (start, goal)]
        first, last = ((door.east_m, door.north_m) for door in doors)
        nodes = self._graph.nodes[list(walk.nodes)].tolist()
        at, here, places = [walk.leave.place, *nodes, walk.arrive.place], first, [start]
        known = [self._graph.places[node] for node in walk.nodes]
        known = [self._link(walk.leave), *known, self._link(walk.arrive)]
        for place, point in zip(at, known, strict=True):
            if hypot(place[0] - here[0], place[1] - here[1]) > _SAME_M:
                here = place[0], place[1]
                places.append(point)
        if len(places) > 1 and hypot(last[0] - here[0], last[1] - here[1]) <= _SAME_M:
            places.pop()
        return Path(tuple(Waypoint(place) for place in (*places, goal)))

    def _link(self, snap: Snap) -> GeoPoint:
        """Where a door's link joins the footpaths."""
        return self.frame.to_geo(LocalPoint(*snap.place))


def _doors(  # noqa: PLR0917 - as `route`
    start: GeoPoint, goal: GeoPoint, airspace: Airspace, from_s: float, until_s: float, margins: Margins
) -> list[Reason]:
    """Why a robot may not stand at either door."""
    return [
        reason
        for what, door in (("the start", start), ("the goal", goal))
        for reason in airspace.column(
            door,
            0.0,
            0.0,
            Medium.SIDEWALK,
            from_s=from_s,
            until_s=until_s,
            margins=margins,
            what=what,
        )
    ]
