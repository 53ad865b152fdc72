"""The peers: extremitypathfinder, and a visibility graph by shapely searched by rustworkx's A*."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.geofences_worlds import STEP_M, Place, Rings

Peer = Callable[[Place, Place], float]
"""Gives the length of the shortest path, metres."""

_Places = NDArray[np.floating[Any]]
_TOUCH_M = 1e-7
_BOUNDARY_M = 1e6


def length_m(line: NDArray[np.float64]) -> float:
    """Of a polyline (n, 2)."""
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _extremity(rings: Rings) -> Peer:
    environment = import_module("extremitypathfinder").PolygonEnvironment()
    far_m = _BOUNDARY_M
    boundary = [(-far_m, -far_m), (far_m, -far_m), (far_m, far_m), (-far_m, far_m)]
    environment.store(boundary, [ring[::-1] * STEP_M for ring in rings], validate=False)

    def query(start: Place, goal: Place) -> float:
        path, _ = environment.find_shortest_path(
            tuple(np.array(start) * STEP_M), tuple(np.array(goal) * STEP_M)
        )
        return length_m(np.array(path))

    return query


def _graph(rings: Rings) -> Peer:
    rustworkx = import_module("rustworkx")
    solids = shapely.union_all([shapely.Polygon(ring * STEP_M) for ring in rings])
    inner = shapely.buffer(solids, -_TOUCH_M, join_style="mitre")
    shapely.prepare(inner)
    corners = np.concatenate(rings) * STEP_M

    def joined(a: _Places, b: _Places) -> NDArray[np.int64]:
        lines = shapely.linestrings(np.stack([a, b], axis=1))
        return np.flatnonzero(~np.asarray(shapely.intersects(inner, lines)))

    graph = rustworkx.PyGraph()
    graph.add_nodes_from(corners.tolist())
    i, j = np.triu_indices(len(corners), 1)
    free = joined(corners[i], corners[j])
    i, j = i[free], j[free]
    graph.add_edges_from(
        list(zip(i.tolist(), j.tolist(), np.hypot(*(corners[i] - corners[j]).T).tolist(), strict=True))
    )

    def query(start: Place, goal: Place) -> float:
        places = np.array([start, goal]) * STEP_M
        added = [graph.add_node(place.tolist()) for place in places]
        known = np.concatenate([corners, places[1:]])
        nodes = np.array([*range(len(corners)), added[1]])
        for node, place, targets in ((added[0], places[0], known), (added[1], places[1], corners)):
            seen = joined(np.broadcast_to(place, targets.shape), targets)
            far_m = np.hypot(*(targets[seen] - place).T)
            graph.add_edges_from(
                [(node, int(nodes[s]), m) for s, m in zip(seen, far_m.tolist(), strict=True)]
            )
        path = rustworkx.graph_astar_shortest_path(
            graph,
            added[0],
            lambda place: place == graph[added[1]],
            float,
            lambda place: float(np.hypot(*(np.array(place) - places[1]))),
        )
        line = np.array([graph[node] for node in path])
        graph.remove_nodes_from(added)
        return length_m(line)

    return query


PEERS: Mapping[str, Callable[[Rings], Peer]] = MappingProxyType(
    {"extremitypathfinder": _extremity, "a shapely visibility graph + rustworkx A*": _graph}
)
