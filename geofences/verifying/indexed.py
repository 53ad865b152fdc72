"""Shapes indexed in space, of which a few come and go: what came after the tree was made stands beside it.

A tree of shapely's cannot be changed, and making one takes longer than all else that one zone more asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

_MOST_LATE = 64
"""When so many came and went, a new tree is made."""

Places: TypeAlias = BaseGeometry | NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Indexed:
    """Shapes in order, told by their place in it. Threads may share it."""

    shapes: NDArray[np.object_]
    _tree: shapely.STRtree
    _now: NDArray[np.int64]
    """The place of each shape of the tree; -1 of one that is gone."""
    _late: NDArray[np.int64]
    """The places of all others."""
    _late_tree: shapely.STRtree

    @staticmethod
    def of(shapes: Sequence[BaseGeometry] | NDArray[np.object_]) -> Indexed:
        """All shapes in a tree."""
        array = as_array(shapes)
        none = np.empty(0, np.int64)
        return Indexed(array, shapely.STRtree(array), np.arange(len(array)), none, shapely.STRtree([]))

    def changed(self, gone: Sequence[int], come: Sequence[BaseGeometry], at: int) -> Indexed:
        """The same without those at some places, and with others that come to stand from `at` on."""
        stays = np.ones(len(self.shapes), np.bool_)
        stays[list(gone)] = False
        left = self.shapes[stays]
        shapes = np.concatenate((left[:at], as_array(come), left[at:]))
        moved = np.cumsum(stays) - 1
        moved[moved >= at] += len(come)
        moved[~stays] = -1
        now = np.where(self._now >= 0, moved[self._now], -1) if len(moved) else self._now
        late = moved[self._late]
        late = np.concatenate((late[late >= 0], np.arange(at, at + len(come))))
        if len(late) + np.count_nonzero(now < 0) > _MOST_LATE:
            return Indexed.of(shapes)
        return Indexed(shapes, self._tree, now, late, shapely.STRtree(shapes[late]))

    def near(self, places: Places, within_m: float) -> NDArray[np.int64]:
        """What lies within a distance of a geometry: (n,) places; of several: (2, n), whose and which."""
        return self._found(lambda tree: tree.query(places, predicate="dwithin", distance=within_m))

    def met(self, places: Places) -> NDArray[np.int64]:
        """The same for what shares a point with them."""
        return self._found(lambda tree: tree.query(places, predicate="intersects"))

    def boxed(self, places: Places) -> NDArray[np.int64]:
        """The same for what may do so: that whose box meets theirs."""
        return self._found(lambda tree: tree.query(places))

    def _found(self, ask: Callable[[shapely.STRtree], NDArray[np.int64]]) -> NDArray[np.int64]:
        found = _placed(ask(self._tree), self._now)
        if not len(self._late):
            return found
        return np.concatenate((found, _placed(ask(self._late_tree), self._late)), axis=-1)


def _placed(found: NDArray[np.int64], now: NDArray[np.int64]) -> NDArray[np.int64]:
    """What a tree has found by the places of today."""
    if found.ndim == 1:
        places = now[found]
        return places[places >= 0]
    found[1] = now[found[1]]
    return found[:, found[1] >= 0]


def as_array(objects: Sequence[object] | NDArray[np.object_]) -> NDArray[np.object_]:
    """An array of objects, whatever they are."""
    array = np.empty(len(objects), dtype=object)
    array[:] = objects
    return array
