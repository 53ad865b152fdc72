"""Zones with limits above the sea as they stand in a slab over uneven ground: only where they reach into it.

A floor above the sea is far overhead in a valley and under the ground on a peak. For a path that keeps
between two heights above ground a zone is in the way only over those cells of the height model where it has
any of these heights. Each cell counts whole, with its lowest and highest post; beyond a window about the
path's ends a zone keeps all of its footprint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geofences.airspace import Airspace
from geofences.ground.limits import Band, reach_m
from geofences.ground.terrain import SrtmTiles, Tile
from geofences.outline import Outline
from geofences.position import GeoPoint, LocalPoint
from geofences.verifying.blocks import Block, ZoneBlock
from geofences.verifying.unknown_ground import cells_area
from geofences.zone import Datum, Volume

_ROOM_M = 3000.0
_ROOM_SHARE = 0.5
_NOWHERE = Band(inf, inf)

Slab = tuple[float, float]
"""Least and most height above ground, margins included, metres."""


def in_slab(airspace: Airspace, ends: Sequence[GeoPoint], slab: Slab) -> Airspace:
    """The airspace with the same blocks, by the same numbers, each only where it reaches into the slab.

    `ends` are those of the path that is looked for.
    """
    ground = airspace.ground
    if not isinstance(ground, SrtmTiles):
        return airspace
    window = _window([airspace.frame.to_local(end) for end in ends])
    return airspace.with_blocks([_cut(block, airspace, ground, window, slab) for block in airspace.blocks])


def _window(ends: Sequence[LocalPoint]) -> BaseGeometry:
    points = np.array([(end.east_m, end.north_m) for end in ends])
    low, high = points.min(axis=0), points.max(axis=0)
    room_m = _ROOM_M + _ROOM_SHARE * float((high - low).max())
    (west_m, south_m), (east_m, north_m) = (low - room_m).tolist(), (high + room_m).tolist()
    window: BaseGeometry = shapely.box(west_m, south_m, east_m, north_m)
    return window


def _cut(block: Block, airspace: Airspace, ground: SrtmTiles, window: BaseGeometry, slab: Slab) -> Block:
    if not isinstance(block, ZoneBlock) or not block.needs_ground:
        return block
    area = block.outline.area
    if not shapely.intersects(area, window):
        return block
    inside = [_reached(tile, block.volume, airspace, window, slab) for tile in ground.tiles]
    known = shapely.union_all(inside) if inside else shapely.Polygon()
    beyond = shapely.difference(area, window)
    left = shapely.union_all([shapely.intersection(shapely.intersection(area, window), known), beyond])
    if shapely.is_empty(left):
        return replace(block, band=_NOWHERE)
    return replace(block, outline=Outline(left))


def _reached(
    tile: Tile, volume: Volume, airspace: Airspace, window: BaseGeometry, slab: Slab
) -> BaseGeometry:
    """The cells of a tile near the window over which a volume has a height of the slab, or that are void."""
    last = len(tile.heights_m) - 1
    corners = airspace.frame.to_geo_array(shapely.get_coordinates(window))
    right = (corners[:, 0] - tile.west_deg) * last
    down = (tile.south_deg + 1.0 - corners[:, 1]) * last
    rows = slice(*np.clip([np.floor(down.min()) - 1, np.ceil(down.max()) + 1], 0, last).astype(int))
    columns = slice(*np.clip([np.floor(right.min()) - 1, np.ceil(right.max()) + 1], 0, last).astype(int))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return shapely.Polygon()
    posts = tile.heights_m[rows.start : rows.stop + 1, columns.start : columns.stop + 1].astype(np.float64)
    around = np.stack([posts[:-1, :-1], posts[:-1, 1:], posts[1:, :-1], posts[1:, 1:]])
    met = _meets(volume, around.min(axis=0), around.max(axis=0), slab)
    return cells_area(tile, airspace.frame, met, (rows.start, columns.start))


def _meets(
    volume: Volume, lowest_m: NDArray[np.float64], highest_m: NDArray[np.float64], slab: Slab
) -> NDArray[np.bool_]:
    """As `limits.band` over each cell's ground and `Band.meets`; unknown ground meets."""
    floors, tops = [], []
    for limit in (volume.lower, volume.upper):
        if limit is not None:
            low_m, high_m = reach_m(limit)
            over_sea = limit.datum is not Datum.AGL
            floors.append(low_m - highest_m if over_sea else np.full_like(highest_m, low_m))
            tops.append(high_m - lowest_m if over_sea else np.full_like(lowest_m, high_m))
    lower = np.full_like(lowest_m, -inf) if volume.lower is None else np.min(floors, axis=0)
    upper = np.full_like(lowest_m, inf) if volume.upper is None else np.max(tops, axis=0)
    met = ((lower <= slab[1]) | (lower <= 0.0)) & (upper >= slab[0])
    return met | np.isnan(lowest_m) | np.isnan(highest_m)
