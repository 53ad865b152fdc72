"""Free space as a triangulation: an immutable value that answers shortest paths and gives changed copies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from geofences.navmesh import editing, polyanya, search
from geofences.navmesh.desk import desk_for, larger_desk
from geofences.navmesh.pages import Pages
from geofences.navmesh.tiles import TILE_WIDTH, TURN_WIDTH
from geofences.navmesh.topology import (
    COUNTS_WIDTH,
    FREE_POINT,
    FREE_TRIANGLE,
    NONE,
    POINTS,
    RELAID,
    RIM,
    RUN,
    TILES,
    TRIANGLES,
)

Ring = NDArray[np.int64]
"""(n, 2) grid steps east and north, open, either winding."""

REACH_STEPS = 2**29
"""The world is a square of twice this side, in grid steps; rings stay well inside."""

_HINTS_SIDE = 512
_MORE_POINTS = 256
_MOST_OWN_FRAC = 0.2
"""A copy that shares less than the rest of its memory is written out whole."""
_MOST_RELAID_FRAC = 0.5
"""When so many tiles were laid one by one, all are numbered anew."""
_LAST_RUN = 2**30


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
    `topology` and `tiles`; nobody writes them after construction, so that threads may share a mesh.
    """

    _pages: Pages
    _counts: NDArray[np.int64]
    _bounds: NDArray[np.int64]
    _points: NDArray[np.int64]
    _rows: NDArray[np.int64]
    _at: NDArray[np.int64]
    _hints: NDArray[np.int64]
    _tiles: NDArray[np.int32]
    _turns: NDArray[np.int32]

    @staticmethod
    def of(rings: Sequence[Ring]) -> Mesh:
        """The mesh between these rings. Raises `CrossingWallsError`."""
        size = RIM + sum(map(len, rings))
        pages, counts = _room(size), np.zeros(COUNTS_WIDTH, np.int64)
        points, rows, at = _walls(pages)
        counts[[POINTS, TRIANGLES, FREE_TRIANGLE, FREE_POINT]] = RIM, 2, NONE, NONE
        points[:RIM] = [
            (-REACH_STEPS, -REACH_STEPS),
            (REACH_STEPS, -REACH_STEPS),
            (REACH_STEPS, REACH_STEPS),
            (-REACH_STEPS, REACH_STEPS),
        ]
        rows[:2] = [(0, 1, 2, NONE, 1, NONE, 0, 0), (0, 2, 3, NONE, NONE, 0, 0, 0)]
        at[:RIM] = (0, 0, 0, 1)
        _edit(pages, counts, (), _in_order(rings))
        return _read(pages, counts)

    def changed(self, gone: Iterable[Ring], come: Iterable[Ring]) -> Mesh:
        """The same with some of its rings taken out and others put in, in time that depends on those alone.

        Now and then it takes longer: when there is no room for more, or much was changed one by one.
        Raises `CrossingWallsError`.
        """
        new, counts = tuple(come), self._counts.copy()
        size = int(counts[POINTS]) + sum(map(len, new))
        pages = _walls_moved(self._pages, counts, size) if self._is_worn() else self._room_for(size)
        _edit(pages, counts, tuple(gone), new)
        if self._is_worn():
            return _read(pages, counts)
        if not self._patched(pages, counts):
            return _read(_walls_moved(pages, counts, size), counts)
        return _mesh(pages, counts, self._bounds)

    def _room_for(self, size: int) -> Pages:
        """A copy with room for so many points."""
        roomy = size <= len(self._points)
        points, triangles, tiles = self._counts[[POINTS, TRIANGLES, TILES]].tolist()
        if roomy and self._pages.own_bytes <= _MOST_OWN_FRAC * (40 * points + 64 * (triangles + tiles)):
            return self._pages.copy()
        pages = _room(size if not roomy else len(self._points), len(self._hints))
        used = self._counts[[POINTS, TRIANGLES, POINTS, TILES, POINTS]].tolist()
        for there, here, count in zip(
            pages.arrays, self._pages.arrays, (*used, len(self._hints)), strict=True
        ):
            there[:count] = here[:count]
        return pages

    def _is_worn(self) -> bool:
        """Whether so much was changed that neighbours do not lie near each other any more."""
        relaid, tiles, run = self._counts[[RELAID, TILES, RUN]].tolist()
        return bool(relaid > tiles * _MOST_RELAID_FRAC or run > _LAST_RUN)

    def _patched(self, pages: Pages, counts: NDArray[np.int64]) -> bool:
        """Bring what a search reads up to date, where only what was touched has changed."""
        points, rows, at, tiles, turns, hints = pages.arrays
        was = self._rows[: self._counts[TRIANGLES]]
        return editing.patch(
            points, rows, at, counts, was, tiles, turns, self._bounds, hints, *pages.marks_of()
        )

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
                self._rows[: self._counts[TRIANGLES]],
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


def _room(size: int, side: int | None = None) -> Pages:
    """Memory for so many points and some more, and for hints."""
    size += size // 4 + _MORE_POINTS
    if side is None:
        side = int(np.clip(np.sqrt(size / 2.0), 1, _HINTS_SIDE))
    return Pages.of(
        (
            ((size, 2), np.int64),
            ((2 * size, 8), np.int64),
            ((size,), np.int64),
            ((2 * size, TILE_WIDTH), np.int32),
            ((size, TURN_WIDTH), np.int32),
            ((side, side), np.int64),
        )
    )


def _walls(pages: Pages) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    points, rows, at = pages.arrays[:3]
    return points, rows, at


def _edit(pages: Pages, counts: NDArray[np.int64], gone: Sequence[Ring], come: Sequence[Ring]) -> None:
    old, new = _linked(gone), _linked(come)
    _tell_what_stays(old, new)
    crossing = editing.edit(*_walls(pages), counts, old, new)
    if crossing != NONE:
        east, north = new[crossing, :2].tolist()
        raise CrossingWallsError(f"the ring's edge from {east}, {north} crosses another edge")


def _walls_moved(pages: Pages, counts: NDArray[np.int64], size: int) -> Pages:
    """Memory for so many points in which there are these walls, and nothing else yet."""
    anew = _room(size)
    used = counts[[POINTS, TRIANGLES, POINTS]].tolist()
    for there, here, count in zip(_walls(anew), _walls(pages), used, strict=True):
        there[:count] = here[:count]
    return anew


def _read(pages: Pages, counts: NDArray[np.int64]) -> Mesh:
    points, rows, at, tiles, turns, hints = pages.arrays
    here = points[RIM : counts[POINTS]][at[RIM : counts[POINTS]] != NONE]
    bounds = np.concatenate((here.min(axis=0), here.max(axis=0))) if len(here) else np.array([0, 0, 1, 1])
    parts = np.empty(counts[TRIANGLES], np.int32)
    editing.number(rows, at, counts, parts)
    editing.read(points, rows, at, counts, parts, tiles, turns, bounds, hints, pages.marks_of()[3])
    return _mesh(pages, counts, bounds)


def _mesh(pages: Pages, counts: NDArray[np.int64], bounds: NDArray[np.int64]) -> Mesh:
    points, rows, at, tiles, turns, hints = pages.arrays
    return Mesh(pages, counts, bounds, points, rows, at, hints, tiles, turns)


def _linked(rings: Sequence[Ring]) -> NDArray[np.int64]:
    """All rings in one array, each point with the row of the next."""
    if not rings:
        return np.empty((0, 4), np.int64)
    sizes = np.array([len(ring) for ring in rings])
    ends = np.cumsum(sizes)
    following = np.arange(1, ends[-1] + 1)
    following[ends - 1] = ends - sizes
    return np.column_stack([np.concatenate(rings), following, np.zeros_like(following)])


def _tell_what_stays(old: NDArray[np.int64], new: NDArray[np.int64]) -> None:
    """Note which points and which edges are in both."""
    if not len(old) or not len(new):
        return
    for bit, (here, there) in (
        (editing.POINT_STAYS, (_points_of(old), _points_of(new))),
        (editing.EDGE_STAYS, _edges_of(old, new)),
    ):
        old[:, 3] |= bit * np.isin(here, there)
        new[:, 3] |= bit * np.isin(there, here)


def _points_of(rings: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number for each point."""
    found: NDArray[np.int64] = ((rings[:, 0] + REACH_STEPS) << 31) | (rings[:, 1] + REACH_STEPS)
    return found


def _edges_of(old: NDArray[np.int64], new: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A number for each edge, the same in both directions."""
    points = [_points_of(rings) for rings in (old, new)]
    ends = [
        np.column_stack([here, here[rings[:, 2]]]) for here, rings in zip(points, (old, new), strict=True)
    ]
    _, numbers = np.unique(np.sort(np.concatenate(ends), axis=1), axis=0, return_inverse=True)
    numbers = numbers.reshape(-1)
    return numbers[: len(old)], numbers[len(old) :]


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
