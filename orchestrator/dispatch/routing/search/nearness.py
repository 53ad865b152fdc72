"""Which stops are near which: in way, and in way and time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.routing.search.kernels.board import NONE, Real, Whole
from orchestrator.dispatch.routing.search.nodes import Nodes

_NEIGHBOURS = 128
_WAIT = 0.2
_BESIDE = 32
_CROWD = 10
"""A place with more stops than this, and more than a tenth of all, is a hub: no neighbourhood for a ruin."""


def neighbours(nodes: Nodes, node: Whole, time: Real) -> tuple[Whole, Whole]:
    """For each node the nearest of other tasks, hubs left out: in way alone, and in way and time.

    Nearness in time is T. Vidal et al.'s (Computers & Operations Research 40(1), 2013): the way, a share of
    the wait and all of the lateness that driving straight from one to the other costs at the least.
    Also the nodes that are not at hubs.
    """
    places, counts = np.unique(node[:, 0], return_counts=True)
    hubs = places[(counts > _CROWD) & (counts > 0.1 * len(node))]
    seeds = np.flatnonzero(~np.isin(node[:, 0], hubs))
    if len(seeds) == 0:
        seeds = np.arange(len(node))
    opens = np.array([stop.opens_at_s for stop in nodes.stops])[seeds]
    closes = np.array([stop.closes_at_s for stop in nodes.stops])[seeds]
    service = np.array([stop.service_s for stop in nodes.stops])[seeds]
    at = node[seeds, 0]
    near = np.full((2, len(node), min(_NEIGHBOURS, len(seeds))), NONE, np.int64)
    for n, seed in enumerate(seeds):
        there, back = time[at[n], at], time[at, at[n]]
        after = _WAIT * np.maximum(0.0, opens - closes[n] - service[n] - there)
        after += there + np.maximum(0.0, opens[n] + service[n] + there - closes)
        before = _WAIT * np.maximum(0.0, opens[n] - closes - service - back)
        before += back + np.maximum(0.0, opens + service + back - closes[n])
        for kind, apart in enumerate((there + back, np.minimum(after, before))):
            _nearest(near[kind, seed], seeds, apart, node[:, 1] == node[seed, 1])
    return near, seeds


def _nearest(row: Whole, seeds: Whole, apart: Real, own: NDArray[np.bool_]) -> None:
    """Write the nearest of other tasks, nearest first."""
    count = len(row)
    first = np.argpartition(apart, count - 1)[:count] if count < len(seeds) else np.arange(len(seeds))
    chosen = seeds[first[np.argsort(apart[first], kind="stable")]]
    others = chosen[~own[chosen]]
    row[: len(others)] = others


def beside(nodes: Nodes, node: Whole, time: Real) -> tuple[Whole, Whole]:
    """For each node the nearest of other tasks that may come right before and right behind it.

    Nearest in way and a share of the wait that there is at the least (see `neighbours`).
    """
    count = len(node)
    opens = np.array([stop.opens_at_s for stop in nodes.stops])
    closes = np.array([stop.closes_at_s for stop in nodes.stops])
    service = np.array([stop.service_s for stop in nodes.stops])
    width = min(_BESIDE, count)
    before, behind = (np.full((count, width), NONE, np.int64) for _ in range(2))
    for n in range(count):
        way = time[node[n, 0], node[:, 0]]
        late = opens[n] + service[n] + way - closes
        apart = way + _WAIT * np.maximum(0.0, opens - closes[n] - service[n] - way)
        apart[(late > 0.0) | (node[:, 1] == node[n, 1])] = np.inf
        _nearest_finite(behind[n], apart)
        way = time[node[:, 0], node[n, 0]]
        late = opens + service + way - closes[n]
        apart = way + _WAIT * np.maximum(0.0, opens[n] - closes - service - way)
        apart[(late > 0.0) | (node[:, 1] == node[n, 1])] = np.inf
        _nearest_finite(before[n], apart)
    return before, behind


def _nearest_finite(row: Whole, apart: Real) -> None:
    count = len(row)
    first = np.argpartition(apart, count - 1)[:count] if count < len(apart) else np.arange(len(apart))
    chosen = first[np.argsort(apart[first], kind="stable")]
    chosen = chosen[np.isfinite(apart[chosen])]
    row[: len(chosen)] = chosen
