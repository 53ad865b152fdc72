"""The ground: how high it is above mean sea level, where that is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geofences.outline import as_polygon
from geofences.position import GeoPoint
from geofences.zone import Circle, Polygon


@dataclass(frozen=True, slots=True)
class GroundSpan:
    """The lowest and highest ground of an area, metres above mean sea level (AMSL)."""

    lowest_amsl_m: float
    highest_amsl_m: float

    def __post_init__(self) -> None:
        if not self.lowest_amsl_m <= self.highest_amsl_m:
            raise ValueError(f"highest_amsl_m: {self.highest_amsl_m} is not {self.lowest_amsl_m} or more")


ANY_GROUND = GroundSpan(-440.0, 8_850.0)
"""Ground that nobody told us of: somewhere between the Dead Sea's shore and Everest."""


class Terrain(Protocol):
    """How high the ground is."""

    def height_amsl_m(self, at: GeoPoint) -> float | None:
        """The ground at a place, metres AMSL; None where it is not known."""

    def heights_amsl_m(self, lon_lat_deg: NDArray[np.float64]) -> NDArray[np.float64]:
        """The ground at (n, 2) longitudes, latitudes in degrees, metres AMSL; NaN where it is not known."""

    def span(self, area: Polygon | Circle) -> GroundSpan | None:
        """Bounds of the ground under an area; None when some of it is not known."""

    def kinks_frac(self, from_deg: NDArray[np.float64], to_deg: NDArray[np.float64]) -> NDArray[np.float64]:
        """The shares of a straight line in longitude and latitude between which the ground is a parabola.

        Rising, between 0 and 1, both left out; an end is two figures.
        """


@dataclass(frozen=True, slots=True)
class FlatGround:
    """Ground of one height everywhere."""

    amsl_m: float

    def height_amsl_m(self, at: GeoPoint) -> float | None:  # noqa: ARG002 - the same everywhere
        """The one height."""
        return self.amsl_m

    def heights_amsl_m(self, lon_lat_deg: NDArray[np.float64]) -> NDArray[np.float64]:
        """The one height, for every row."""
        return np.full(len(lon_lat_deg), self.amsl_m)

    def span(self, area: Polygon | Circle) -> GroundSpan | None:  # noqa: ARG002 - the same everywhere
        """The one height, twice."""
        return GroundSpan(self.amsl_m, self.amsl_m)

    def kinks_frac(self, from_deg: NDArray[np.float64], to_deg: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: ARG002 - the same everywhere
        """None."""
        return np.empty(0)


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One degree square of a height model: `south_deg`, `west_deg` is its southwest corner.

    `heights_m` are metres AMSL, n x n, first row the northernmost, first column the westernmost, edges
    shared with the neighbouring tiles; NaN where there is no figure (a void).
    """

    south_deg: int
    west_deg: int
    heights_m: NDArray[np.float32]


class SrtmTiles:
    """Height model tiles side by side, read by bilinear interpolation. Voids are unknown ground."""

    def __init__(self, tiles: Iterable[Tile]) -> None:
        self._tiles = {(tile.south_deg, tile.west_deg): tile for tile in tiles}
        # Sides of 1,200 and 3,600 cells: the finer ones' lines are the coarser ones' too.
        self._cells = max((len(tile.heights_m) - 1 for tile in self._tiles.values()), default=1)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """What it is made of, from southwest to northeast."""
        return tuple(self._tiles[key] for key in sorted(self._tiles))

    def height_amsl_m(self, at: GeoPoint) -> float | None:
        """The ground at a place, metres AMSL; None outside the tiles, and next to a void."""
        height_m = float(self.heights_amsl_m(np.array([[at.lon_deg, at.lat_deg]]))[0])
        return None if np.isnan(height_m) else height_m

    def heights_amsl_m(self, lon_lat_deg: NDArray[np.float64]) -> NDArray[np.float64]:
        """The ground at (n, 2) longitudes, latitudes in degrees, metres AMSL; NaN where it is not known."""
        found = np.full(len(lon_lat_deg), np.nan)
        lon, lat = lon_lat_deg[:, 0], lon_lat_deg[:, 1]
        for tile in self._tiles.values():
            x, y = lon - tile.west_deg, tile.south_deg + 1.0 - lat
            inside = (x >= 0.0) & (x <= 1.0) & (y >= 0.0) & (y <= 1.0) & np.isnan(found)
            if inside.any():
                found[inside] = _bilinear(tile.heights_m, y[inside], x[inside])
        return found

    def kinks_frac(self, from_deg: NDArray[np.float64], to_deg: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where a straight line crosses from one cell between posts to the next."""
        shares = [np.empty(0)]
        for start, end in zip(from_deg * self._cells, to_deg * self._cells, strict=True):
            crossed = np.arange(floor(min(start, end)) + 1, ceil(max(start, end)))
            if len(crossed):
                shares.append((crossed - start) / (end - start))
        return np.unique(np.concatenate(shares))

    def span(self, area: Polygon | Circle) -> GroundSpan | None:
        """Bounds of the ground under the box about an area: the posts in it and those next to it."""
        corners = as_polygon(area).corners
        south_deg, north_deg = min(c.lat_deg for c in corners), max(c.lat_deg for c in corners)
        west_deg, east_deg = min(c.lon_deg for c in corners), max(c.lon_deg for c in corners)
        if east_deg - west_deg > 180.0:
            return None  # across the antimeridian: the box would go around the world
        rows, columns = _whole_degrees(south_deg, north_deg), _whole_degrees(west_deg, east_deg)
        if len(rows) * len(columns) > len(self._tiles):
            return None
        spans = [
            _span(self._tiles.get((row, column)), (south_deg, north_deg), (west_deg, east_deg))
            for row in rows
            for column in columns
        ]
        known = [span for span in spans if span is not None]
        if len(known) < len(spans):
            return None
        return GroundSpan(min(s.lowest_amsl_m for s in known), max(s.highest_amsl_m for s in known))


def _whole_degrees(low_deg: float, high_deg: float) -> range:
    """The degrees that a closed span of them has a part in."""
    return range(floor(low_deg), max(ceil(high_deg), floor(low_deg) + 1))


def _bilinear(
    heights_m: NDArray[np.float32], down: NDArray[np.float64], right: NDArray[np.float64]
) -> NDArray[np.float64]:
    last = len(heights_m) - 1
    i = np.minimum((down * last).astype(int), last - 1)
    j = np.minimum((right * last).astype(int), last - 1)
    u, v = down * last - i, right * last - j
    # A post that counts for nothing says nothing, be it a void.
    weights = ((1 - u) * (1 - v), (1 - u) * v, u * (1 - v), u * v)
    posts = (heights_m[i, j], heights_m[i, j + 1], heights_m[i + 1, j], heights_m[i + 1, j + 1])
    parts = [np.where(w > 0.0, w * p, 0.0) for w, p in zip(weights, posts, strict=True)]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def _span(tile: Tile | None, lat_deg: tuple[float, float], lon_deg: tuple[float, float]) -> GroundSpan | None:
    """Bounds of the posts of a tile in and next to a box; None where one of them is a void."""
    if tile is None:
        return None
    last = len(tile.heights_m) - 1
    top = floor(min(max(tile.south_deg + 1.0 - lat_deg[1], 0.0), 1.0) * last)
    bottom = ceil(min(max(tile.south_deg + 1.0 - lat_deg[0], 0.0), 1.0) * last)
    left = floor(min(max(lon_deg[0] - tile.west_deg, 0.0), 1.0) * last)
    right = ceil(min(max(lon_deg[1] - tile.west_deg, 0.0), 1.0) * last)
    held = tile.heights_m[top : bottom + 1, left : right + 1]
    return None if np.isnan(held).any() else GroundSpan(float(held.min()), float(held.max()))
