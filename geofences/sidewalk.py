"""Routing for ground vehicles along real footpaths, with crossings, around zones that bind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geofences.airspace import Airspace, Margins
from geofences.footgraph import FootGraph, OpenGraph, Snap
from geofences.formats.city import Footway
from geofences.path import NoPath, Path, Waypoint
from geofences.position import GeoPoint, LocalFrame
from geofences.reason import Because, Reason
from geofences.zone import Medium

ACCESS_M = 60.0
"""How far a door may lie from the nearest footpath."""
ZONE_MARGINS = Margins(lateral_m=2.0, vertical_m=2.0)
"""How far a footpath in use keeps from a zone that binds ground vehicles, unless asked otherwise."""
_KEPT_GRAPHS = 16


@dataclass(frozen=True, slots=True)
class _Closure:
    """Edges closed by zones, and for each such zone (an index of a block) the edges it closes."""

    edges: tuple[int, ...]
    by: tuple[tuple[int, frozenset[int]], ...]


class Footpaths:
    """A network of footpaths, in metres in `frame`. Immutable; remembers searches."""

    def __init__(self, frame: LocalFrame, ways: Sequence[Footway]) -> None:
        self.frame = frame
        self._graph = FootGraph(frame, ways)
        self._open: dict[tuple[int, ...], OpenGraph] = {}

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
        doors = (("the start", start), ("the goal", goal))
        reasons = [
            reason
            for what, door in doors
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
        if reasons:
            return NoPath(tuple(reasons))
        closure = self._closure(airspace, from_s, until_s, margins)
        found = self._join(start, goal, self._graph_without(closure.edges))
        if isinstance(found, list):
            freely = self._join(start, goal, self._graph_without(()))
            if closure.by and isinstance(freely, Path):
                found = [airspace.blocks[i].reason("every footpath is cut by") for i, _ in closure.by]
            return NoPath(tuple(found))
        return found

    def _closure(self, airspace: Airspace, from_s: float, until_s: float, margins: Margins) -> _Closure:
        by = []
        binding = airspace.blocks_within(
            Medium.SIDEWALK,
            from_s=from_s,
            until_s=until_s,
            lower_agl_m=0.0,
            upper_agl_m=0.0,
            vertical_m=margins.vertical_m,
        )
        for i in binding:
            near = self._graph.near(airspace.blocks[i].outline.area, margins.lateral_m)
            if near.size:
                by.append((i, frozenset(near.tolist())))
        edges = sorted({edge for _, closed in by for edge in closed})
        return _Closure(tuple(edges), tuple(by))

    def _graph_without(self, closed: tuple[int, ...]) -> OpenGraph:
        if closed not in self._open:
            if len(self._open) >= _KEPT_GRAPHS:
                self._open.pop(next(iter(self._open)))
            self._open[closed] = OpenGraph(self._graph, closed)
        return self._open[closed]

    def _join(self, start: GeoPoint, goal: GeoPoint, graph: OpenGraph) -> Path | list[Reason]:
        leave, arrive = self._nearest_by_part(start, graph), self._nearest_by_part(goal, graph)
        far = [name for name, snaps in (("start", leave), ("goal", arrive)) if not snaps]
        if far:
            return [
                Reason(Because.NO_FOOTPATH, end, f"the {end} is more than {ACCESS_M:g} m from any footpath")
                for end in far
            ]
        shared = sorted(leave.keys() & arrive.keys(), key=lambda k: leave[k].access_m + arrive[k].access_m)
        for part in shared:
            found = graph.shortest(leave[part], arrive[part])
            if found is not None:
                return self._path(start, goal, leave[part], arrive[part], found[1])
        text = "no footpath joins the part of the network at the start to that at the goal"
        return [Reason(Because.NO_FOOTPATH, "goal", text)]

    def _nearest_by_part(self, door: GeoPoint, graph: OpenGraph) -> dict[int, Snap]:
        local = self.frame.to_local(door)
        nearest: dict[int, Snap] = {}
        for snap in self._graph.snaps((local.east_m, local.north_m), ACCESS_M, graph.open_edges):
            nearest.setdefault(graph.component(snap.edge), snap)
        return nearest

    def _path(self, start: GeoPoint, goal: GeoPoint, leave: Snap, arrive: Snap, nodes: list[int]) -> Path:
        local = np.array([leave.place, *self._graph.nodes[nodes].tolist(), arrive.place])
        points = [GeoPoint(float(lat), float(lon)) for lon, lat in self.frame.to_geo_array(local)]
        waypoints = [Waypoint(start)]
        for point in (*points, goal):
            if point != waypoints[-1].position:
                waypoints.append(Waypoint(point))
        if len(waypoints) == 1:
            waypoints.append(Waypoint(goal))
        return Path(tuple(waypoints))
