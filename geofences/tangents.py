"""A* over the tangent visibility graph of one connected part of free space.

Only corners that stick out into free space can be bends of a shortest path, and only lines that
touch them as tangents (do not run into the keep-out at either end) can be parts of it
(Y.-H. Liu and S. Arimoto, "Path planning using a tangent graph for mobile robots among polygonal
and curved objects", IJRR 11 (1992)).
"""

from __future__ import annotations

from heapq import heappop, heappush
from math import inf

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geofences.position import LocalPoint

_Array = NDArray[np.float64]
_Indices = NDArray[np.int64]
_NOWHERE = -1
_UNTESTED, _FREE, _BLOCKED = 0, 1, 2
_FIRST_STRETCH = 1.1
"""The first ellipse's string, in straight lines from start to goal: most paths are shorter."""
_ROUNDING = 1.0 + 1e-9
_ALONG = 1e-9
"""Lines within this angle (rad) run along an edge: rounding must not hide a corner from them."""


class TangentGraph:
    """Corners of the rings (keep-out to the left), and what sees what past `walls`. Remembers.

    Walls are lines; corners and the ends asked for lie outside what they enclose. Where an `extent` is
    given no path bends outside it: as it is convex, a path between two places in it then stays in it.
    """

    def __init__(self, rings: list[BaseGeometry], walls: BaseGeometry, extent: BaseGeometry | None) -> None:
        corners, into, out = _convex_corners(rings)
        if extent is not None:
            known = np.asarray(shapely.covers(extent, shapely.points(corners)), dtype=bool)
            corners, into, out = corners[known], into[known], out[known]
        self._corners, self._into, self._out = corners, into, out
        self._walls = walls
        self._sight: dict[int, NDArray[np.int8]] = {}

    def shortest(self, start: LocalPoint, goal: LocalPoint) -> list[LocalPoint] | None:
        """The bends between two points of this part of free space, or None where it does not join them.

        Corners are first sought in a narrow ellipse about both points: a path found that is no
        longer than the ellipse's string is the shortest of all, since a path through any corner
        outside is longer, and so is one found when no corner is outside. Otherwise its length is the
        next string.
        """
        a, b = np.array([start.east_m, start.north_m]), np.array([goal.east_m, goal.north_m])
        if self._sees(a, b[None, :])[0]:
            return []
        string_m = np.hypot(*(self._corners - a).T) + np.hypot(*(self._corners - b).T)
        longest_m = _FIRST_STRETCH * float(np.hypot(*(b - a)))
        while True:
            within = string_m <= longest_m
            length_m, nodes = self._search(a, b, within)
            every = bool(within.all())
            if length_m <= longest_m or (every and length_m < inf):
                return [LocalPoint(float(east), float(north)) for east, north in self._corners[nodes]]
            if every:
                return None
            longest_m = min(length_m, 2.0 * longest_m) * _ROUNDING

    def _search(self, start: _Array, goal: _Array, within: NDArray[np.bool_]) -> tuple[float, list[int]]:
        """A* over the corners `within` (0..n-1) to the goal (n), bounded by the straight line to it."""
        n = len(self._corners)
        left_m = [*np.hypot(*(self._corners - goal).T).tolist(), 0.0]
        best_m, came = [inf] * (n + 1), [_NOWHERE] * (n + 1)
        queue: list[tuple[float, int]] = []

        def reach(nodes: _Indices, here: _Array, cost_m: float, via: int) -> None:
            far_m = np.hypot(*(self._corners[nodes] - here).T)
            for node, reached_m in zip(nodes.tolist(), (far_m + cost_m).tolist(), strict=True):
                if reached_m < best_m[node]:
                    best_m[node], came[node] = reached_m, via
                    heappush(queue, (reached_m + left_m[node], node))

        reach(self._visible(start, within), start, 0.0, _NOWHERE)
        done: set[int] = set()
        while queue:
            _, node = heappop(queue)
            if node == n:
                return best_m[n], _trace(came, n)
            if node in done:
                continue
            done.add(node)
            here, cost_m = self._corners[node], best_m[node]
            if cost_m + left_m[node] < best_m[n] and self._sees(here, goal[None, :])[0]:
                best_m[n], came[n] = cost_m + left_m[node], node
                heappush(queue, (best_m[n], n))
            reach(self._neighbours(node, within), here, cost_m, node)
        return inf, []

    def _neighbours(self, node: int, within: NDArray[np.bool_]) -> _Indices:
        """Corners `within` joined to a corner by a line that is free and tangent at both ends."""
        sight = self._sight.get(node)
        here = self._corners[node]
        if sight is None:
            ray = self._corners - here
            tangent = _tangent(ray, self._into, self._out) & _tangent(ray, self._into[node], self._out[node])
            tangent[node] = False
            sight = self._sight[node] = np.where(tangent, _UNTESTED, _BLOCKED).astype(np.int8)
        untested = np.flatnonzero(within & (sight == _UNTESTED))
        sight[untested] = np.where(self._sees(here, self._corners[untested]), _FREE, _BLOCKED)
        return np.flatnonzero(within & (sight == _FREE))

    def _visible(self, here: _Array, within: NDArray[np.bool_]) -> _Indices:
        """Corners `within` that a free straight line from `here` touches as a tangent."""
        candidates = np.flatnonzero(within & _tangent(self._corners - here, self._into, self._out))
        return candidates[self._sees(here, self._corners[candidates])]

    def _sees(self, here: _Array, there: _Array) -> NDArray[np.bool_]:
        ends = np.stack([np.broadcast_to(here, there.shape), there], axis=1)
        return np.asarray(~shapely.intersects(self._walls, shapely.linestrings(ends)), dtype=bool)


def _trace(came: list[int], node: int) -> list[int]:
    nodes = []
    while (node := came[node]) != _NOWHERE:
        nodes.append(node)
    return nodes[::-1]


def _tangent(ray: _Array, into: _Array, out: _Array) -> NDArray[np.bool_]:
    """Whether a line along `ray` leaves both edges of a corner on one side, or runs along one of them."""
    turn_in, turn_out = _cross(ray, into), _cross(ray, out)
    far_m = np.hypot(ray[..., 0], ray[..., 1])
    along_in = np.abs(turn_in) <= _ALONG * far_m * np.hypot(into[..., 0], into[..., 1])
    along_out = np.abs(turn_out) <= _ALONG * far_m * np.hypot(out[..., 0], out[..., 1])
    return np.asarray((turn_in * turn_out <= 0.0) | along_in | along_out, dtype=bool)


def _cross(a: _Array, b: _Array) -> _Array:
    product: _Array = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return product


def _convex_corners(rings: list[BaseGeometry]) -> tuple[_Array, _Array, _Array]:
    """Corners that stick out into free space (the ring turns left), and the edges into and out of each."""
    corners, into, out = [np.empty((0, 2))], [np.empty((0, 2))], [np.empty((0, 2))]
    for ring in rings:
        points = shapely.get_coordinates(ring)[:-1]
        arriving, leaving = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
        convex = _cross(arriving, leaving) > 0.0
        corners.append(points[convex])
        into.append(arriving[convex])
        out.append(leaving[convex])
    return np.concatenate(corners), np.concatenate(into), np.concatenate(out)
