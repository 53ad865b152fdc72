"""The footpath graph: positions that ways share, the straight pieces between them, shortest ways.

Search is A* in machine code (`geofences.footways.search`): most ways are short, and see little of the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from geofences.formats.city import Footway
from geofences.position import GeoPoint, LocalFrame

CROSSING_COST_M = 20.0
"""What a crossing costs beyond its length: the wait for a gap or a green light, as metres at walking pace."""
_Place = tuple[float, float]
_Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Snap:
    """A point `share_frac` (0..1) along the footpath `edge`, `access_m` from where one wants to be."""

    edge: int
    share_frac: float
    access_m: float
    place: _Place


class FootGraph:
    """All pieces of footpath: arrays of nodes and edges, in metres in `frame`, indexed in space.

    `places` are the nodes as they were given. `cost_m` is an edge's length; a crossing has `CROSSING_COST_M`
    on top, shared out over its pieces.
    """

    def __init__(self, frame: LocalFrame, ways: Sequence[Footway]) -> None:
        self.frame = frame
        numbers: dict[GeoPoint, int] = {}
        crossing_share: dict[tuple[int, int], float] = {}
        for way in ways:
            row = [numbers.setdefault(point, len(numbers)) for point in way.points]
            pieces = [(min(p), max(p)) for p in pairwise(row) if p[0] != p[1]]
            for piece in pieces:
                share = CROSSING_COST_M / len(pieces) if way.crossing else 0.0
                crossing_share[piece] = min(share, crossing_share.get(piece, inf))
        self.places = tuple(numbers)
        degrees = np.array([(p.lon_deg, p.lat_deg) for p in numbers], dtype=np.float64).reshape(-1, 2)
        self.nodes = frame.to_local_array(degrees) if len(degrees) else degrees
        self.edges: _Indices = np.array(list(crossing_share), dtype=np.int64).reshape(-1, 2)
        span = self.nodes[self.edges[:, 1]] - self.nodes[self.edges[:, 0]]
        self.cost_m = np.hypot(span[:, 0], span[:, 1]) + np.array(list(crossing_share.values()))
        self._lines: NDArray[np.object_] = np.asarray(shapely.linestrings(self.nodes[self.edges]))
        self._tree = shapely.STRtree(self._lines)

    def near(self, area: BaseGeometry, within_m: float) -> _Indices:
        """Edges that come within `within_m` of a geometry."""
        found: _Indices = self._tree.query(area, predicate="dwithin", distance=within_m)
        return found

    def snaps(self, place: _Place, within_m: float, open_edges: NDArray[np.bool_]) -> list[Snap]:
        """The nearest point of every open edge within `within_m` of a place, nearest first."""
        here = shapely.Point(place)
        edges = sorted(int(i) for i in self.near(here, within_m) if open_edges[i])
        lines = self._lines[edges]
        shares = shapely.line_locate_point(lines, here, normalized=True)
        spots = shapely.get_coordinates(shapely.line_interpolate_point(lines, shares, normalized=True))
        away_m: NDArray[np.float64] = np.hypot(*(spots - np.array(place)).T)
        return [
            Snap(edges[i], float(shares[i]), float(away_m[i]), (float(spots[i, 0]), float(spots[i, 1])))
            for i in np.argsort(away_m, kind="stable").tolist()
        ]


class OpenGraph:
    """The part of a `FootGraph` left when some edges are closed."""

    def __init__(self, graph: FootGraph, closed: Sequence[int]) -> None:
        self.graph = graph
        self.open_edges = np.ones(len(graph.edges), dtype=bool)
        self.open_edges[list(closed)] = False
        ends, cost_m = graph.edges[self.open_edges], graph.cost_m[self.open_edges]
        size = len(graph.nodes)
        costs = csr_array((cost_m, (ends[:, 0], ends[:, 1])), shape=(size, size))
        _, labels = connected_components(costs, directed=False)
        self._labels = labels.astype(np.int64)
        self._at_m = np.ascontiguousarray(graph.nodes)
        begins = np.concatenate([ends[:, 0], ends[:, 1]])
        order = np.argsort(begins, kind="stable")
        self._first = np.searchsorted(begins[order], np.arange(size + 1)).astype(np.int64)
        self._ends = np.concatenate([ends[:, 1], ends[:, 0]])[order]
        self._cost_m = np.concatenate([cost_m, cost_m])[order]

    def component(self, edge: int) -> int:
        """The number of the connected part that an open edge belongs to."""
        return int(self._labels[self.graph.edges[edge, 0]])

    def shortest(self, start: Snap, goal: Snap) -> list[int] | None:
        """The nodes of the cheapest way between two points on open edges; None where they are not joined.

        There are no nodes where the way leads along one edge only.
        """
        from geofences.footways.search import cheapest  # noqa: PLC0415 - it imports numba

        along_m = self._along_m(start, goal) if start.edge == goal.edge else inf
        way = np.empty(len(self._at_m), np.int64)
        graph = self._at_m, self._first, self._ends, self._cost_m
        size = cheapest(*graph, *self._reach(start), *self._reach(goal), along_m, way)
        if size == 0:
            return [] if along_m < inf else None
        nodes: list[int] = way[:size][::-1].tolist()
        return nodes

    def _along_m(self, start: Snap, goal: Snap) -> float:
        return abs(start.share_frac - goal.share_frac) * float(self.graph.cost_m[start.edge])

    def _reach(self, snap: Snap) -> tuple[_Indices, NDArray[np.float64]]:
        """The nodes at the ends of its edge, and what it costs to get to them."""
        shares = np.array([snap.share_frac, 1.0 - snap.share_frac])
        return self.graph.edges[snap.edge], shares * self.graph.cost_m[snap.edge]
