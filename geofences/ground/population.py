"""How many people there are on the ground, per square kilometre: what a least-risk path keeps away from."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import ceil
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from geofences.outline import outline
from geofences.position import GeoPoint, LocalFrame
from geofences.zone import Polygon

_LOOKS = (1.0 / 6.0, 0.5, 5.0 / 6.0)
"""Where a cell is looked at, along each side: the most of nine places is taken for all of it."""


class Population(Protocol):
    """People per square kilometre."""

    def people_per_km2(self, east_north_m: NDArray[np.float64], frame: LocalFrame) -> NDArray[np.float64]:
        """At (n, 2) places of a frame."""

    def has(self, place: GeoPoint) -> bool:
        """Whether anything is known about a place."""


@dataclass(frozen=True, slots=True, eq=False)
class PopulationGrid:
    """Cells of `cell_deg`; `people` has rows from north to south; `west_deg`, `south_deg` is its corner."""

    west_deg: float
    south_deg: float
    cell_deg: float
    people: NDArray[np.float64]

    def people_per_km2(self, east_north_m: NDArray[np.float64], frame: LocalFrame) -> NDArray[np.float64]:
        """Of the cell; beyond the grid of the nearest one."""
        lon_lat = frame.to_geo_array(east_north_m)
        rows, columns = self.people.shape
        column = np.clip(((lon_lat[:, 0] - self.west_deg) / self.cell_deg).astype(int), 0, columns - 1)
        up = np.clip(((lon_lat[:, 1] - self.south_deg) / self.cell_deg).astype(int), 0, rows - 1)
        return np.asarray(self.people[rows - 1 - up, column], dtype=np.float64)

    def has(self, place: GeoPoint) -> bool:
        """Whether it is in the grid."""
        rows, columns = self.people.shape
        east_deg, north_deg = place.lon_deg - self.west_deg, place.lat_deg - self.south_deg
        return bool(0.0 <= east_deg <= columns * self.cell_deg and 0.0 <= north_deg <= rows * self.cell_deg)


@dataclass(frozen=True, slots=True)
class PopulatedArea:
    """So many people per square kilometre in an area."""

    area: Polygon
    people_per_km2: float


@dataclass(frozen=True, slots=True)
class PopulatedAreas:
    """Areas; where several lie over each other the most counts, and outside all of them there is nobody."""

    areas: tuple[PopulatedArea, ...]

    def people_per_km2(self, east_north_m: NDArray[np.float64], frame: LocalFrame) -> NDArray[np.float64]:
        """The most of the areas about each place."""
        found = np.zeros(len(east_north_m))
        for one in self.areas:
            area = outline(one.area, frame).area
            inside = shapely.contains_xy(area, east_north_m[:, 0], east_north_m[:, 1])
            found[inside] = np.maximum(found[inside], one.people_per_km2)
        return found

    def has(self, place: GeoPoint) -> bool:  # noqa: ARG002 - as a grid's
        """It says something about every place."""
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Density:
    """People per square kilometre on square cells of a local frame: the discretisation of a least-risk path.

    `people` is (rows, columns), the first row the southernmost; `west_m`, `south_m` is its corner.
    """

    west_m: float
    south_m: float
    cell_m: float
    people: NDArray[np.float64]

    @staticmethod
    def of(
        population: Population, frame: LocalFrame, bounds_m: tuple[float, float, float, float], cell_m: float
    ) -> Density:
        """Over a box (west, south, east, north), each cell with the most people of nine places in it."""
        west_m, south_m, east_m, north_m = bounds_m
        columns = max(1, ceil((east_m - west_m) / cell_m))
        rows = max(1, ceil((north_m - south_m) / cell_m))
        people = np.zeros((rows, columns))
        x, y = np.meshgrid(np.arange(columns), np.arange(rows))
        for right in _LOOKS:
            for up in _LOOKS:
                places = np.column_stack([(x + right).ravel(), (y + up).ravel()]) * cell_m + (west_m, south_m)
                found = population.people_per_km2(places, frame)
                people = np.maximum(people, found.reshape(rows, columns))
        return Density(west_m, south_m, cell_m, people)

    def exposure(self, line_m: NDArray[np.float64]) -> float:
        """People per square kilometre along a line (n, 2), times metres: exact on the cells."""
        return float(sum(self._exposure(a, b) for a, b in itertools.pairwise(line_m)))

    def _exposure(self, a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
        corner = np.array([self.west_m, self.south_m])
        start, end = (a - corner) / self.cell_m, (b - corner) / self.cell_m
        cuts = [np.array([0.0, 1.0])]
        for low, high in zip(start, end, strict=True):
            lines = np.arange(ceil(min(low, high)), max(low, high))
            if high != low:
                cuts.append((lines - low) / (high - low))
        shares = np.unique(np.clip(np.concatenate(cuts), 0.0, 1.0))
        middle = start + (0.5 * (shares[1:] + shares[:-1]))[:, None] * (end - start)
        return float((self._at(middle) * np.diff(shares)).sum() * np.hypot(*(b - a)))

    def _at(self, cells: NDArray[np.float64]) -> NDArray[np.float64]:
        """On a line between cells the fewer of both count."""
        low, high = np.floor(cells - 1e-9).astype(int), np.floor(cells + 1e-9).astype(int)
        return np.minimum(self._cell(low), self._cell(high))

    def _cell(self, index: NDArray[np.int64]) -> NDArray[np.float64]:
        rows, columns = self.people.shape
        row, column = np.clip(index[:, 1], 0, rows - 1), np.clip(index[:, 0], 0, columns - 1)
        return np.asarray(self.people[row, column], dtype=np.float64)
