"""One level of the sky: keep-outs offset by a margin, and the visibility graph among them.

A `Sky` is made once for a set of keep-outs and a margin and kept: what can be seen from a corner
is worked out when a search first comes there, and remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush
from math import cos, hypot, inf, pi
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geofences.airspace import Airspace
from geofences.position import LocalPoint

_ARC_PIECES = 2
"""Pieces per quarter of a rounded corner: each corner more costs time, each less costs length."""
_SLACK_M = 0.05
"""How much wider than asked the keep-outs are drawn: more than rounding to 1e-7 degrees can eat."""
_SHRINK_M = 0.001
"""Sight lines are tested against shapes this much smaller, so that touching a corner is no crossing."""
_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Walled:
    """No way out of (or to) one end: indices of the blocks whose offsets close it in."""

    end: Literal["the start", "the goal"]
    walls: tuple[int, ...]


@lru_cache(maxsize=64)
def sky_of(airspace: Airspace, blocks: tuple[int, ...], lateral_m: float) -> Sky:
    """The sky for these blocks of an airspace, from the cache where it was asked for before."""
    return Sky([(i, airspace.blocks[i].outline.area) for i in blocks], lateral_m)


class Sky:
    """Free space outside all keep-outs, each offset by `lateral_m` and a little more."""

    def __init__(self, keep_outs: list[tuple[int, BaseGeometry]], lateral_m: float) -> None:
        reach_m = lateral_m / cos(pi / (4 * _ARC_PIECES)) + _SLACK_M
        self._owners = [i for i, _ in keep_outs]
        self._offsets = [shapely.buffer(area, reach_m, quad_segs=_ARC_PIECES) for _, area in keep_outs]
        self._closed = shapely.union_all(self._offsets)
        self._solid = shapely.buffer(self._closed, -_SHRINK_M, join_style="mitre")
        shapely.prepare(self._solid)
        shapely.prepare(self._closed)
        self._corners, self._before, self._after = _convex_corners(self._closed)
        self._seen: dict[int, tuple[NDArray[np.int64], _Array]] = {}

    def shortest(self, start: LocalPoint, goal: LocalPoint) -> tuple[LocalPoint, ...] | Walled:
        """The bends of the shortest path between two points, both ends left out.

        An end that the verifier allows but that lies within the last centimetres of an offset is
        first led straight out of it.
        """
        a, out_a = self._outside(start)
        b, out_b = self._outside(goal)
        walled = self._walls(a, b)
        if walled is not None:
            return walled
        bends = self._search(np.array([a.east_m, a.north_m]), np.array([b.east_m, b.north_m]))
        return (*out_a, *bends, *out_b)

    def at_corner(self, bend: LocalPoint) -> tuple[int, ...]:
        """The blocks whose offset has its boundary at `bend`."""
        point = shapely.Point(bend.east_m, bend.north_m)
        return tuple(
            i
            for i, offset in zip(self._owners, self._offsets, strict=True)
            if shapely.dwithin(offset, point, _SHRINK_M)
        )

    def _outside(self, point: LocalPoint) -> tuple[LocalPoint, tuple[LocalPoint, ...]]:
        here = shapely.Point(point.east_m, point.north_m)
        if not shapely.intersects(self._solid, here):
            return point, ()
        edge = shapely.get_point(shapely.shortest_line(here, shapely.boundary(self._closed)), 1)
        moved = LocalPoint(float(edge.x), float(edge.y))
        return moved, (moved,)

    def _walls(self, a: LocalPoint, b: LocalPoint) -> Walled | None:
        pocket_a, pocket_b = self._pocket(a), self._pocket(b)
        if pocket_a is None and pocket_b is None:
            return None
        if pocket_a is not None and pocket_b is not None and shapely.equals(pocket_a, pocket_b):
            return None
        end: Literal["the start", "the goal"] = "the goal" if pocket_a is None else "the start"
        pocket = pocket_b if pocket_a is None else pocket_a
        walls = [
            i
            for i, offset in zip(self._owners, self._offsets, strict=True)
            if shapely.dwithin(offset, pocket, _SHRINK_M)
        ]
        return Walled(end, tuple(walls))

    def _pocket(self, point: LocalPoint) -> BaseGeometry | None:
        """The hole in the keep-outs that holds a point, or None where it lies in the open."""
        here = shapely.Point(point.east_m, point.north_m)
        for part in shapely.get_parts(self._closed):
            for ring in shapely.get_rings(part)[1:]:
                hole = shapely.Polygon(ring)
                if shapely.dwithin(hole, here, _SHRINK_M):
                    return hole
        return None

    def _search(self, start: _Array, goal: _Array) -> list[LocalPoint]:
        """A* from `start` (node -1) to `goal` (node n) over corners 0..n-1."""
        if self._sees(start, goal[None, :])[0]:
            return []
        n = len(self._corners)
        from_goal_m = np.hypot(*(self._corners - goal).T)
        last = set(self._visible_from(goal).tolist())
        best_m = np.full(n + 1, inf)
        came = np.full(n + 1, -1, dtype=np.int64)
        queue: list[tuple[float, int]] = []

        def reach(node: int, cost_m: float, via: int) -> None:
            if cost_m < best_m[node]:
                best_m[node], came[node] = cost_m, via
                heappush(queue, (cost_m + (0.0 if node == n else float(from_goal_m[node])), node))

        for node in self._visible_from(start).tolist():
            reach(node, hypot(*(self._corners[node] - start)), -1)
        done: set[int] = set()
        while queue:
            _, node = heappop(queue)
            if node == n:
                return self._bends(came, n)
            if node in done:
                continue
            done.add(node)
            cost_m = float(best_m[node])
            if node in last:
                reach(n, cost_m + float(from_goal_m[node]), node)
            for other, far_m in zip(*self._neighbours(node), strict=True):
                reach(int(other), cost_m + float(far_m), node)
        raise AssertionError("two points of one face of free space are always joined")

    def _bends(self, came: NDArray[np.int64], node: int) -> list[LocalPoint]:
        bends = []
        while (node := int(came[node])) >= 0:
            bends.append(LocalPoint(float(self._corners[node, 0]), float(self._corners[node, 1])))
        return bends[::-1]

    def _neighbours(self, node: int) -> tuple[NDArray[np.int64], _Array]:
        if node not in self._seen:
            here = self._corners[node]
            visible = self._visible_from(here, node)
            self._seen[node] = (visible, np.hypot(*(self._corners[visible] - here).T))
        return self._seen[node]

    def _visible_from(self, here: _Array, node: int | None = None) -> NDArray[np.int64]:
        """Corners that a free straight line from `here` touches as a tangent (at `node`, at both ends)."""
        if len(self._corners) == 0:
            return np.empty(0, dtype=np.int64)
        ray = self._corners - here
        tangent = _cross(ray, self._before) * _cross(ray, self._after) <= 0.0
        if node is not None:
            near = _cross(ray, self._before[node]) * _cross(ray, self._after[node]) <= 0.0
            tangent &= near
            tangent[node] = False
        candidates = np.flatnonzero(tangent)
        return candidates[self._sees(here, self._corners[candidates])]

    def _sees(self, here: _Array, there: _Array) -> NDArray[np.bool_]:
        ends = np.stack([np.broadcast_to(here, there.shape), there], axis=1)
        return np.asarray(~shapely.intersects(self._solid, shapely.linestrings(ends)), dtype=bool)


def _cross(a: _Array, b: _Array) -> _Array:
    product: _Array = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return product


def _convex_corners(closed: BaseGeometry) -> tuple[_Array, _Array, _Array]:
    """Corners at which a path may bend, and at each the edge vectors in and out.

    Rings are turned so that the keep-out lies to the left; a corner sticks out into free space
    where the ring turns left.
    """
    corners, before, after = [np.empty((0, 2))], [np.empty((0, 2))], [np.empty((0, 2))]
    for ring in shapely.get_rings(shapely.get_parts(shapely.orient_polygons(closed))):
        points = shapely.get_coordinates(ring)[:-1]
        into, out = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
        convex = _cross(into, out) > 0.0
        corners.append(points[convex])
        before.append(into[convex])
        after.append(out[convex])
    return np.concatenate(corners), np.concatenate(before), np.concatenate(after)
