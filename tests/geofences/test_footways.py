"""The search along footpaths against Dijkstra's algorithm, on graphs drawn at random."""

from __future__ import annotations

from itertools import pairwise
from math import inf
from random import Random

import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geofences.footways.footgraph import FootGraph, OpenGraph, Snap
from geofences.formats.city import Footway
from tests.geofences.field import FRAME, at


def drawn(seed: int) -> tuple[FootGraph, Random]:
    """Corners of a warped grid, most neighbours joined, some by a crossing."""
    rng = Random(seed)  # noqa: S311 - a seeded stream
    size = 12
    spot = {
        (i, j): at(50.0 * i + rng.uniform(-20, 20), 50.0 * j + rng.uniform(-20, 20))
        for i in range(size)
        for j in range(size)
    }
    pairs = [((i, j), (i + di, j + dj)) for i, j in spot for di, dj in ((1, 0), (0, 1))]
    ways = [
        Footway((spot[a], spot[b]), crossing=rng.random() < 0.2)
        for a, b in pairs
        if b in spot and rng.random() < 0.8
    ]
    return FootGraph(FRAME, ways), rng


def cost_m(graph: FootGraph, kept: list[int], nodes: list[int], ends: tuple[Snap, Snap]) -> float:
    """Of a way by its nodes, along edges that are open."""
    costs = {frozenset(graph.edges[edge].tolist()): graph.cost_m[edge] for edge in kept}
    along = (costs[frozenset(pair)] for pair in pairwise(nodes))
    return float(sum(along) + reach(graph, ends[0])[nodes[0]] + reach(graph, ends[1])[nodes[-1]])


def reach(graph: FootGraph, snap: Snap) -> dict[int, float]:
    a, b = graph.edges[snap.edge].tolist()
    return {
        a: snap.share_frac * graph.cost_m[snap.edge],
        b: (1.0 - snap.share_frac) * graph.cost_m[snap.edge],
    }


@pytest.mark.parametrize("seed", range(8))
def test_ways_cost_as_much_as_dijkstras(seed: int) -> None:
    graph, rng = drawn(seed)
    closed = sorted(rng.sample(range(len(graph.edges)), len(graph.edges) // 8))
    opened = OpenGraph(graph, closed)
    kept = [edge for edge in range(len(graph.edges)) if edge not in closed]
    ends, size = graph.edges[kept], len(graph.nodes)
    far_m = dijkstra(
        csr_array((graph.cost_m[kept], (ends[:, 0], ends[:, 1])), shape=(size, size)), directed=False
    )
    none = 0
    for _ in range(60):
        start, goal = (Snap(rng.choice(kept), rng.random(), 0.0, (0.0, 0.0)) for _ in range(2))
        least_m = min(
            to_m + far_m[leave, arrive] + on_m
            for leave, to_m in reach(graph, start).items()
            for arrive, on_m in reach(graph, goal).items()
        )
        nodes = opened.shortest(start, goal)
        if nodes is None:
            none += 1
            assert least_m == inf
        elif nodes:
            assert cost_m(graph, kept, nodes, (start, goal)) == pytest.approx(least_m, rel=1e-12)
        else:
            assert start.edge == goal.edge
    assert none < 30
