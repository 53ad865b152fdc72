"""Where a height model has no figures: voids, and what lies beyond its tiles, as keep-outs of aircraft."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import find_objects, label
from shapely.geometry.base import BaseGeometry

from geofences.ground.terrain import SrtmTiles, Tile
from geofences.outline import Outline, outline
from geofences.position import GeoPoint, LocalFrame
from geofences.verifying.blocks import UnknownGround
from geofences.zone import Polygon

_TOUCHING = np.ones((3, 3), dtype=int)
_SEAM_M = 0.01
"""Neighbouring rows are drawn this much wider, so that no gap is left between them."""


@lru_cache(maxsize=8)
def unknown_ground(terrain: SrtmTiles, frame: LocalFrame) -> tuple[UnknownGround, ...]:
    """One block for each void, in `frame`, and one for everything beyond the tiles."""
    return tuple(_blocks(terrain, frame))


def _blocks(terrain: SrtmTiles, frame: LocalFrame) -> Iterator[UnknownGround]:
    for tile in terrain.tiles:
        yield from (UnknownGround(Outline(void)) for void in _voids(tile, frame))
    known = shapely.union_all([outline(_square(tile), frame).area for tile in terrain.tiles])
    far_m = 2.0 * float(np.abs(shapely.bounds(known)).max()) + 1000.0
    yield UnknownGround(Outline(shapely.difference(shapely.box(-far_m, -far_m, far_m, far_m), known)))


def _square(tile: Tile) -> Polygon:
    south, west = float(tile.south_deg), float(tile.west_deg)
    corners = ((south, west), (south, west + 1.0), (south + 1.0, west + 1.0), (south + 1.0, west))
    return Polygon(tuple(GeoPoint(*corner) for corner in corners))


def _voids(tile: Tile, frame: LocalFrame) -> Iterator[BaseGeometry]:
    """Each void of a tile: the cells with a corner that has no figure."""
    void = np.isnan(tile.heights_m)
    cells = void[:-1, :-1] | void[:-1, 1:] | void[1:, :-1] | void[1:, 1:]
    labels, _ = label(cells, structure=_TOUCHING)
    for number, (rows, columns) in enumerate(find_objects(labels), start=1):
        inside = labels[rows, columns] == number
        yield cells_area(tile, frame, inside, (rows.start, columns.start))


def cells_area(
    tile: Tile, frame: LocalFrame, inside: NDArray[np.bool_], first: tuple[int, int]
) -> BaseGeometry:
    """The area of some cells of a tile, in `frame`; `first` is the row and column of the mask's first one."""
    runs = _runs(inside) + np.array([first[0], first[1], first[1]])
    if not len(runs):
        return shapely.Polygon()
    rings = frame.to_local_array(_corners(runs, tile).reshape(-1, 2)).reshape(-1, 4, 2)
    return shapely.union_all(shapely.buffer(shapely.polygons(rings), _SEAM_M, join_style="mitre"))


def _runs(inside: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Unbroken runs of cells along rows: row, first column, column after the last."""
    edges = np.diff(np.pad(inside, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, firsts = np.nonzero(edges == 1)
    _, afters = np.nonzero(edges == -1)
    return np.column_stack([rows, firsts, afters])


def _corners(runs: NDArray[np.int64], tile: Tile) -> NDArray[np.float64]:
    """Longitude and latitude of the four corners of each run."""
    cell_deg = 1.0 / (len(tile.heights_m) - 1)
    top_deg = tile.south_deg + 1.0 - runs[:, 0] * cell_deg
    left_deg, right_deg = (tile.west_deg + runs[:, i] * cell_deg for i in (1, 2))
    bottom_deg = top_deg - cell_deg
    places = [(left_deg, bottom_deg), (right_deg, bottom_deg), (right_deg, top_deg), (left_deg, top_deg)]
    return np.stack([np.column_stack(place) for place in places], axis=1)
