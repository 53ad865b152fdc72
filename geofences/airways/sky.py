"""One level of the sky: keep-outs offset by a margin, and the free space between them as a mesh.

A `Sky` is an immutable value: it answers, and gives changed copies in time that depends on the change alone.
It is exact for the offset shapes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geofences.airways.coarse import MOST_CORNERS, coarse_offset
from geofences.airways.merged import Merged, rings
from geofences.navmesh.mesh import REACH_STEPS, Mesh, Nowhere
from geofences.position import LocalPoint

_MITRE = 1.0824
"""Corners of offset shapes are cut off at this many margins from the corner, along its bisector.

1 / cos(22.5 degrees): a right angle gets two new corners, as an octagon about the arc would have.
"""
_SHARE_SLACK = 1.002
_SLACK_M = 0.03
"""How much wider than asked keep-outs are drawn: for what the offsetting simplifies (GEOS skips joins
that turn by less than 0.05 rad) and for the centimetre lost by writing a position with 7 decimals."""
_CLEAR_M, _CLEAR_STEPS = 0.0005, 2.0
"""How far beyond an outline an end is led that lies inside, at least: more than a step of the grid."""
_AT_M, _AT_STEPS = 0.002, 2.0
"""A bend this near to the outline of a keep-out bends around it: outlines on the grid are a step off."""
_STEP_M = 2.0**-13
_WORLD = 0.9 * REACH_STEPS

Beyond = Literal["beyond"]
BEYOND: Beyond = "beyond"
"""The key of what lies beyond the area that is known."""


@dataclass(frozen=True, slots=True)
class Walled:
    """No way out of (or to) one end: keys of what closes it in; `BEYOND` for the edge of the known area."""

    end: Literal["the start", "the goal"]
    walls: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sky:
    """Free space outside all solids. Threads may share it."""

    _solids: Merged
    _mesh: Mesh

    @staticmethod
    def of(solids: Mapping[Hashable, BaseGeometry], reach_m: float = 0.0) -> Sky:
        """The sky between solids, offset already, for places at least up to `reach_m` from the origin."""
        bounds = np.asarray(shapely.bounds(np.array(list(solids.values()), dtype=object)))
        reach_m = max(reach_m, float(np.abs(bounds).max())) if len(bounds) else reach_m
        step_m = _STEP_M
        while reach_m > _WORLD * step_m:
            step_m *= 8.0
        outlines = Merged.of(solids, step_m)
        return Sky(outlines, Mesh.of(rings(outlines.clusters, step_m)))

    @property
    def solids(self) -> Mapping[Hashable, BaseGeometry]:
        """What it lies between."""
        return self._solids.shapes

    def changed(self, gone: Iterable[Hashable], come: Mapping[Hashable, BaseGeometry]) -> Sky:
        """The same without some solids and with others."""
        bounds = np.asarray(shapely.bounds(np.array(list(come.values()), dtype=object)))
        if len(bounds) and not self.reaches_m(float(np.abs(bounds).max())):
            gone = set(gone)
            return Sky.of({key: s for key, s in self.solids.items() if key not in gone} | dict(come))
        outlines, old, new = self._solids.changed(tuple(gone), come)
        step_m = outlines.step_m
        return Sky(outlines, self._mesh.changed(rings(old, step_m), rings(new, step_m)))

    def reaches_m(self, far_m: float) -> bool:
        """Whether places that far from the frame's origin, along either axis, lie in its world."""
        return far_m <= _WORLD * self._solids.step_m

    def shortest(self, start: LocalPoint, goal: LocalPoint) -> tuple[LocalPoint, ...] | Walled:
        """The bends of the shortest path between two points, both ends left out.

        An end inside a solid is first led straight out of it: those that the verifier allows lie within
        the last centimetres of an offset.
        """
        bends = self._mesh.shortest(self._steps(start), self._steps(goal))
        if bends is Nowhere.CLOSED:
            return self._from_inside(start, goal)
        if isinstance(bends, Nowhere):
            return self._why_apart(start, goal)
        return tuple(LocalPoint(east, north) for east, north in (bends * self._solids.step_m).tolist())

    def around(self, place: LocalPoint) -> tuple[Hashable, ...]:
        """The solids that have their outline at a place."""
        return self._along(shapely.Point(place.east_m, place.north_m))

    @property
    def _at_m(self) -> float:
        return max(_AT_M, _AT_STEPS * self._solids.step_m)

    def _along(self, line: BaseGeometry) -> tuple[Hashable, ...]:
        shapes, at_m = self._solids.shapes, self._at_m
        near = (key for cluster in self._solids.near(line, at_m) for key in cluster.members)
        return tuple(key for key in near if shapely.dwithin(shapes[key], line, at_m))

    def _steps(self, place: LocalPoint) -> tuple[int, int]:
        step_m = self._solids.step_m
        return round(place.east_m / step_m), round(place.north_m / step_m)

    def is_free(self, place: LocalPoint) -> bool:
        """Whether a place lies in no solid."""
        here = self._steps(place)
        return not isinstance(self._mesh.shortest(here, here), Nowhere)

    def _from_inside(self, start: LocalPoint, goal: LocalPoint) -> tuple[LocalPoint, ...] | Walled:
        out, into = self._led_outside(start), self._led_outside(goal)
        between = self.shortest(out, into)
        if isinstance(between, Walled):
            return between
        return (*((out,) if out != start else ()), *between, *((into,) if into != goal else ()))

    def _led_outside(self, place: LocalPoint) -> LocalPoint:
        if self.is_free(place):
            return place
        here = np.array([place.east_m, place.north_m])
        inside = [cluster.area for cluster in self._solids.near(shapely.Point(here), self._at_m)]
        edges = shapely.boundary(shapely.union_all(inside))
        edge = shapely.get_coordinates(shapely.shortest_line(shapely.Point(here), edges))[-1]
        clear_m = max(_CLEAR_M, _CLEAR_STEPS * self._solids.step_m)
        for away in _ways_out(edge - here):
            moved = LocalPoint(*(edge + away * clear_m).tolist())
            if self.is_free(moved):
                return moved
        raise ValueError(f"place: {place} has no free place beside it")

    def _why_apart(self, start: LocalPoint, goal: LocalPoint) -> Walled:
        """The smaller of the pockets that the ends lie in is the one that is closed."""
        here, there = self._pocket(start), self._pocket(goal)
        if there is None or (here is not None and here.area <= there.area):
            return Walled("the start", self._along(here.exterior) if here is not None else ())
        return Walled("the goal", self._along(there.exterior))

    def _pocket(self, place: LocalPoint) -> shapely.Polygon | None:
        """The smallest space about a place that solids enclose, if any do."""
        point = shapely.Point(place.east_m, place.north_m)
        about = [cluster.area for cluster in self._solids.about(point)]
        holes = [shapely.Polygon(hole) for part in shapely.get_parts(about) for hole in part.interiors]
        return min((hole for hole in holes if hole.covers(point)), key=shapely.area, default=None)


def offset(area: BaseGeometry, lateral_m: float) -> BaseGeometry:
    """All within a margin of a keep-out, drawn a little outside of the true offset where that is round."""
    reach_m = lateral_m * _SHARE_SLACK + _SLACK_M
    if shapely.get_num_coordinates(area) > MOST_CORNERS:
        return coarse_offset(area, reach_m, _MITRE)
    return shapely.buffer(area, reach_m, join_style="mitre", mitre_limit=_MITRE)


def beyond(extent: BaseGeometry) -> BaseGeometry:
    """What lies beyond an area, as a solid: a path keeps inside by what writing a position down loses."""
    inside = shapely.buffer(extent, -_SLACK_M, join_style="mitre")
    far_m = 2.0 * float(np.abs(shapely.bounds(extent)).max()) + 1000.0
    return shapely.difference(shapely.box(-far_m, -far_m, far_m, far_m), inside)


def _ways_out(toward: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Directions to try, unit vectors: on in the direction of the edge, then all around."""
    far_m = float(np.hypot(*toward))
    ahead = [toward / far_m] if far_m > 0.0 else []
    return [*ahead, *(np.array([np.cos(a), np.sin(a)]) for a in np.arange(16) * np.pi / 8)]
