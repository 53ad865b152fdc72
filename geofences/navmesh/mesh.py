"""Free space as a triangulation: an immutable value that answers shortest paths and gives changed copies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from geofences.navmesh import editing, polyanya, search
from geofences.navmesh.desk import desk_for, larger_desk
from geofences.navmesh.tiles import TILE_WIDTH
from geofences.navmesh.topology import NONE, POINTS, RIM, TRIANGLES

Ring = NDArray[np.int64]
"""(n, 2) grid steps east and north, open, either winding."""

REACH_STEPS = 2**29
"""The world is a square of twice this side, in grid steps; rings stay well inside."""

_HINTS_SIDE = 512


class Nowhere(Enum):
    """Why there is no path: no free way joins the ends, or one of them is not in free space."""

    APART = search.APART
    CLOSED = search.CLOSED


class CrossingWallsError(ValueError):
    """Rings cross each other or themselves between their points: what they enclose is not defined."""


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Free space between rings: outside all of them, or inside an odd number and so on inwards.

    Rings may touch each other and themselves in points of both, and never cross. The arrays are those of
    `topology`; nobody writes them after construction, so that threads may share a mesh.
    """

    _points: NDArray[np.int64]
    _rows: NDArray[np.int64]
    _at: NDArray[np.int64]
    _counts: NDArray[np.int64]
    _bounds: NDArray[np.int64]
    _hints: NDArray[np.int64]
    _tiles: NDArray[np.int32]
    _turns: NDArray[np.int32]

    @staticmethod
    def of(rings: Sequence[Ring]) -> Mesh:
        """The mesh between these rings. Raises `CrossingWallsError`."""
        size = RIM + sum(map(len, rings))
        points, rows = np.zeros((size, 2), np.int64), np.full((2 * size, 8), NONE, np.int64)
        at, counts = np.full(size, NONE, np.int64), np.array([RIM, 2, NONE, NONE, 0], np.int64)
        points[:RIM] = [
            (-REACH_STEPS, -REACH_STEPS),
            (REACH_STEPS, -REACH_STEPS),
            (REACH_STEPS, REACH_STEPS),
            (-REACH_STEPS, REACH_STEPS),
        ]
        rows[:2] = [(0, 1, 2, NONE, 1, NONE, 0, 0), (0, 2, 3, NONE, NONE, 0, 0, 0)]
        at[:RIM] = (0, 0, 0, 1)
        return _edited((points, rows, at, counts), (), _in_order(rings))

    def changed(self, gone: Iterable[Ring], come: Iterable[Ring]) -> Mesh:
        """The same with some of its rings taken out and others put in, in time that depends on those alone.

        Raises `CrossingWallsError`.
        """
        new = tuple(come)
        size = int(self._counts[POINTS]) + sum(map(len, new))
        arrays = (
            _copied(self._points, size, 0),
            _copied(self._rows, 2 * size, NONE),
            _copied(self._at, size, NONE),
            self._counts.copy(),
        )
        return _edited(arrays, tuple(gone), new)

    def shortest(self, start: tuple[int, int], goal: tuple[int, int]) -> NDArray[np.int64] | Nowhere:
        """Places (n, 2) at which the shortest path bends, both ends left out."""
        desk = desk_for(len(self._points))
        while True:
            count = polyanya.shortest(
                start[0],
                start[1],
                goal[0],
                goal[1],
                self._points,
                self._rows,
                self._bounds,
                self._hints,
                self._tiles,
                self._turns,
                *desk,
            )
            if count >= 0:
                return self._points[desk.path[:count]]
            if count != search.FULL:
                return Nowhere(count)
            desk = larger_desk(desk)

    @property
    def points_count(self) -> int:
        """How many points it has, the four corners of the world left out."""
        return int((self._at[: self._counts[POINTS]] != NONE).sum()) - RIM


def _edited(
    arrays: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    gone: Sequence[Ring],
    come: Sequence[Ring],
) -> Mesh:
    points, rows, at, counts = arrays
    crossing = editing.edit(points, rows, at, counts, _linked(gone), _linked(come))
    if crossing != NONE:
        east, north = np.concatenate(come)[crossing]
        raise CrossingWallsError(f"the ring's edge from {east}, {north} crosses another edge")
    used = points[RIM : counts[POINTS]]
    bounds = np.concatenate((used.min(axis=0), used.max(axis=0))) if len(used) else np.array([0, 0, 1, 1])
    side = int(np.clip(np.sqrt(len(used) / 2.0), 1, _HINTS_SIDE))
    hints, turns = np.empty((side, side), np.int64), np.empty((len(points), 4), np.int32)
    parts = np.empty(counts[TRIANGLES], np.int32)
    tiles = _aligned(editing.number(rows, at, counts, parts), TILE_WIDTH)
    editing.read(points, rows, at, counts, parts, tiles, turns, bounds, hints)
    return Mesh(points, rows, at, counts, bounds, hints, tiles, turns)


def _aligned(rows: int, width: int) -> NDArray[np.int32]:
    """An array each row of which is one line of the processor's memory."""
    room = np.empty((rows + 1) * width, np.int32)
    first = -room.ctypes.data // room.itemsize % width
    return room[first : first + rows * width].reshape(rows, width)


def _copied(array: NDArray[np.int64], size: int, fill: int) -> NDArray[np.int64]:
    grown = np.empty((max(size, len(array)), *array.shape[1:]), np.int64)
    grown[: len(array)], grown[len(array) :] = array, fill
    return grown


def _linked(rings: Sequence[Ring]) -> NDArray[np.int64]:
    """All rings in one array, each point with the row of the next."""
    if not rings:
        return np.empty((0, 3), np.int64)
    sizes = np.array([len(ring) for ring in rings])
    ends = np.cumsum(sizes)
    following = np.arange(1, ends[-1] + 1)
    following[ends - 1] = ends - sizes
    return np.column_stack([np.concatenate(rings), following])


def _in_order(rings: Sequence[Ring]) -> list[Ring]:
    """Rings along strips to and fro, so that each is inserted near the one before."""
    if not rings:
        return []
    first = np.array([ring[0] for ring in rings])
    low, high = first.min(axis=0), first.max(axis=0)
    strips = max(1, int(np.sqrt(len(rings) / 2.0)))
    strip = (first[:, 0] - low[0]) * strips // (high[0] - low[0] + 1)
    along = np.where(strip % 2 == 0, first[:, 1], -first[:, 1])
    return [rings[i] for i in np.lexsort((along, strip))]
