"""One level of the sky: keep-outs offset by a margin, and the visibility graph among them.

A `Sky` is made once for a set of keep-outs and a margin and kept: what can be seen from a corner
is worked out when a search first comes there, and remembered. It is exact for the offset shapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geofences.airspace import Airspace
from geofences.position import LocalPoint
from geofences.tangents import TangentGraph

_MITRE = 1.0824
"""Corners of offset shapes are cut off at this many margins from the corner, along its bisector.

1 / cos(22.5 degrees): a right angle gets two new corners, as an octagon about the arc would have.
"""
_SHARE_SLACK = 1.002
_SLACK_M = 0.03
"""How much wider than asked keep-outs are drawn: for what the offsetting simplifies (GEOS skips joins
that turn by less than 0.05 rad) and for the centimetre lost by writing a position with 7 decimals."""
_TOUCH_M = 0.001
"""Sight lines are tested against shapes this much smaller, so that touching a corner is no crossing."""


@dataclass(frozen=True, slots=True)
class Walled:
    """No way out of (or to) one end: indices of the blocks whose offsets close it in.

    There are none where it is the edge of the known area that does.
    """

    end: Literal["the start", "the goal"]
    walls: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Face:
    """A connected part of free space: the open (no area given), or a pocket closed in all around."""

    pocket: BaseGeometry | None
    graph: TangentGraph


@lru_cache(maxsize=64)
def sky_of(airspace: Airspace, blocks: tuple[int, ...], lateral_m: float) -> Sky:
    """The sky for these blocks of an airspace, from the cache where it was asked for before."""
    return Sky([(i, airspace.blocks[i].outline.area) for i in blocks], lateral_m, airspace.extent)


class Sky:
    """Free space outside all keep-outs, each offset by `lateral_m` and a little more.

    Where an `extent` (convex) is given, no path bends outside it.
    """

    def __init__(
        self,
        keep_outs: list[tuple[int, BaseGeometry]],
        lateral_m: float,
        extent: BaseGeometry | None = None,
    ) -> None:
        reach_m = lateral_m * _SHARE_SLACK + _SLACK_M
        self._owners = [i for i, _ in keep_outs]
        self._offsets = np.array(
            [shapely.buffer(a, reach_m, join_style="mitre", mitre_limit=_MITRE) for _, a in keep_outs],
            dtype=object,
        )
        self._by_place = shapely.STRtree(self._offsets)
        self._closed = shapely.union_all(self._offsets)
        self._solid = shapely.buffer(self._closed, -_TOUCH_M, join_style="mitre")
        shapely.prepare(self._solid)
        self._open, self._pockets = _faces(self._closed, shapely.boundary(self._solid), _within(extent))
        self._pocket_tree = shapely.STRtree([face.pocket for face in self._pockets if face.pocket])

    def shortest(self, start: LocalPoint, goal: LocalPoint) -> tuple[LocalPoint, ...] | Walled:
        """The bends of the shortest path between two points, both ends left out.

        An end that the verifier allows but that lies within the last centimetres of an offset is
        first led straight out of it.
        """
        a, out_a = self._led_outside(start)
        b, out_b = self._led_outside(goal)
        face, goal_face = self._face(a), self._face(b)
        if face is not goal_face:
            if face.pocket is not None:
                return Walled("the start", self._around(shapely.boundary(face.pocket)))
            assert goal_face.pocket is not None  # noqa: S101 - two faces, and only one is the open
            return Walled("the goal", self._around(shapely.boundary(goal_face.pocket)))
        bends = face.graph.shortest(a, b)
        if bends is None:
            return Walled("the start", self._around(shapely.Point(a.east_m, a.north_m)))
        return (*out_a, *bends, *out_b)

    def at_corner(self, bend: LocalPoint) -> tuple[int, ...]:
        """The blocks whose offset has its boundary at `bend`."""
        return self._around(shapely.Point(bend.east_m, bend.north_m))

    def _around(self, place: BaseGeometry) -> tuple[int, ...]:
        near = self._by_place.query(place, predicate="dwithin", distance=_TOUCH_M)
        return tuple(self._owners[i] for i in sorted(near.tolist()))

    def _led_outside(self, point: LocalPoint) -> tuple[LocalPoint, tuple[LocalPoint, ...]]:
        here = shapely.Point(point.east_m, point.north_m)
        if not shapely.intersects(self._solid, here):
            return point, ()
        edge = shapely.get_coordinates(shapely.shortest_line(here, shapely.boundary(self._closed)))[1]
        moved = LocalPoint(float(edge[0]), float(edge[1]))
        return moved, (moved,)

    def _face(self, point: LocalPoint) -> _Face:
        here = shapely.Point(point.east_m, point.north_m)
        inside = self._pocket_tree.query(here, predicate="dwithin", distance=_TOUCH_M)
        return self._pockets[int(inside.min())] if inside.size else self._open


def _within(extent: BaseGeometry | None) -> BaseGeometry | None:
    """The part of an area in which a bend may lie, the slack for what writing it down loses left out."""
    return None if extent is None else shapely.buffer(extent, -_SLACK_M, join_style="mitre")


def _faces(
    closed: BaseGeometry, walls: BaseGeometry, extent: BaseGeometry | None
) -> tuple[_Face, list[_Face]]:
    """Free space in its connected parts, each with the rings that bound it.

    Rings are turned so that the keep-out lies to the left. `walls` is what no sight line may meet.
    """
    shapely.prepare(walls)
    outer, pockets = [], []
    for part in shapely.get_parts(shapely.orient_polygons(closed)):
        shell, *holes = shapely.get_rings(part)
        outer.append(shell)
        pockets.extend(holes)
    islands = shapely.STRtree(outer)
    inner: set[int] = set()
    faces = []
    for hole in pockets:
        pocket = shapely.Polygon(hole)
        within = islands.query(pocket, predicate="contains_properly").tolist()
        inner.update(within)
        faces.append(_Face(pocket, TangentGraph([hole, *(outer[i] for i in within)], walls, extent)))
    return _Face(None, TangentGraph([r for i, r in enumerate(outer) if i not in inner], walls, extent)), faces
