"""The peer of `benchmarks.conflicts`: shapely's STRtree on boxes, then an exact test of its own in numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geofences.spacetime.columns import END_E, END_N, FROM, LOWER, RADIUS, START_E, START_N, UNTIL, UPPER
from geofences.spacetime.nearness import Rows


@dataclass(frozen=True, slots=True)
class Boxes:
    """The peer: boxes over the ground in an STRtree."""

    sky: Rows
    tree: shapely.STRtree

    @staticmethod
    def of(sky: Rows) -> Boxes:
        """The tree of these pieces."""
        return Boxes(sky, shapely.STRtree(_drawn(sky)))

    def pairs(self, owners: NDArray[np.intp]) -> NDArray[np.intp]:
        """As `benchmarks.encounters`."""
        i, j = self.tree.query(self.tree.geometries)
        i, j = (side[(i < j) & (owners[i] != owners[j])] for side in (i, j))
        found = np.stack([i, j], axis=1)[_meet(self.sky[i], self.sky[j])]
        ordered: NDArray[np.intp] = found[np.lexsort((found[:, 1], found[:, 0]))]
        return ordered

    def met(self, flight: Rows) -> NDArray[np.intp]:
        """Pairs of a row of the flight and a piece that meet."""
        i, j = self.tree.query(_drawn(flight))
        met: NDArray[np.intp] = np.stack([i, j], axis=1)[_meet(flight[i], self.sky[j])]
        return met


def _drawn(pieces: Rows) -> NDArray[np.object_]:
    lows, highs = _bounds(pieces)
    boxes: NDArray[np.object_] = shapely.box(lows[:, 0], lows[:, 1], highs[:, 0], highs[:, 1])
    return boxes


def _meet(a: Rows, b: Rows) -> NDArray[np.bool_]:
    (a_low, a_high), (b_low, b_high) = _bounds(a), _bounds(b)
    meet = np.asarray(((a_low <= b_high) & (b_low <= a_high)).all(axis=1))
    meet &= (a[:, FROM] <= b[:, UNTIL]) & (b[:, FROM] <= a[:, UNTIL])
    near = np.flatnonzero(meet)
    meet[near] = _near_rows(a[near], b[near])
    return meet


def _bounds(pieces: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lower and upper corners of the boxes around the rows, (n, 4) each: east, north, height, time."""
    reach_m = pieces[:, [RADIUS, RADIUS]]
    starts, ends = pieces[:, [START_E, START_N]], pieces[:, [END_E, END_N]]
    lows, highs = np.minimum(starts, ends) - reach_m, np.maximum(starts, ends) + reach_m
    return np.hstack([lows, pieces[:, [LOWER, FROM]]]), np.hstack([highs, pieces[:, [UPPER, UNTIL]]])


def _near_rows(a: Rows, b: Rows) -> NDArray[np.bool_]:
    """Row by row, whether the tracks of the two come within both their radii of each other."""
    near: NDArray[np.bool_] = _gaps_m(a[:, :4], b[:, :4]) <= a[:, RADIUS] + b[:, RADIUS]
    return near


def _gaps_m(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least distance between the straight pieces in each pair of rows (start, end)."""
    gaps_m: NDArray[np.float64] = np.minimum.reduce(
        [
            _to_piece_m(a[:, 0:2], b),
            _to_piece_m(a[:, 2:4], b),
            _to_piece_m(b[:, 0:2], a),
            _to_piece_m(b[:, 2:4], a),
        ]
    )
    gaps_m[_cross(a, b)] = 0.0
    return gaps_m


def _to_piece_m(points: NDArray[np.float64], pieces: NDArray[np.float64]) -> NDArray[np.float64]:
    along, to = pieces[:, 2:4] - pieces[:, 0:2], points - pieces[:, 0:2]
    square = (along * along).sum(axis=1)
    share = np.divide((to * along).sum(axis=1), square, out=np.zeros_like(square), where=square > 0.0)
    off = to - np.clip(share, 0.0, 1.0)[:, None] * along
    away_m: NDArray[np.float64] = np.hypot(off[:, 0], off[:, 1])
    return away_m


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether the pieces of each pair cross; parallel ones are left to their ends."""
    u, v, w = a[:, 2:4] - a[:, 0:2], b[:, 2:4] - b[:, 0:2], b[:, 0:2] - a[:, 0:2]
    turn = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        s = (w[:, 0] * v[:, 1] - w[:, 1] * v[:, 0]) / turn
        t = (w[:, 0] * u[:, 1] - w[:, 1] * u[:, 0]) / turn
    crossing: NDArray[np.bool_] = (turn != 0.0) & (s >= 0.0) & (s <= 1.0) & (t >= 0.0) & (t <= 1.0)
    return crossing
