"""Ways through square cells of different cost: points on their sides, and straight lines between.

Each side of a cell has its corners and evenly spread points between; every two points on different sides of
one cell are joined, neighbours on one side too, at the lower cost of both cells. A shortest path is optimal
among all lines that change cells at these points. The best line of all changes cells anywhere: moving each of
its crossings to the nearest point costs at most `spacing_m` a cell, times what a metre costs there. After
Aleksandrov, Maheshwari and Sack, "Determining approximate shortest paths on weighted polyhedral surfaces",
Journal of the ACM 52(1), 2005, with points evenly spread.

Solids are kept out of: lines through them are no edges, and their corners and crossings are points too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry

_MOST_EDGES = 600_000
_MOST_POINTS = 15
_INSIDE_M = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Square cells: `cost` a metre for each (rows, columns), the first row the southernmost."""

    west_m: float
    south_m: float
    cell_m: float
    cost: NDArray[np.float64]

    @property
    def points(self) -> int:
        """How many points a side has between its corners."""
        each = sqrt(_MOST_EDGES / 6.0 / self.cost.size) - 1.0
        return int(np.clip(each, 1, _MOST_POINTS))

    @property
    def spacing_m(self) -> float:
        """How far these are apart."""
        return self.cell_m / (self.points + 1)


def cheapest_line(
    cells: Cells, start: NDArray[np.float64], goal: NDArray[np.float64], solids: BaseGeometry
) -> NDArray[np.float64] | None:
    """The cheapest line (n, 2) on the graph between two places that lie in no solid; None: there is none."""
    sides = _Sides(cells)
    extra = np.concatenate([[start], [goal], _corners(cells, solids)])
    places = np.concatenate([sides.places, extra])
    one, other, cost = sides.edges
    more = [_from_extra(cells, sides, extra)]
    one = np.concatenate([one, *(edges[0] for edges in more)])
    other = np.concatenate([other, *(edges[1] for edges in more)])
    cost = np.concatenate([cost, *(edges[2] for edges in more)])
    free = _free(places, one, other, solids)
    one, other = one[free], other[free]
    length_m = np.hypot(*(places[one] - places[other]).T)
    graph = _least(one, other, np.maximum(cost[free] * length_m, 1e-12), len(places))
    first = len(sides.places)
    _, before = dijkstra(graph, directed=False, indices=np.array(first), return_predecessors=True)
    if before[first + 1] < 0:
        return None
    line = [first + 1]
    while line[-1] != first:
        line.append(int(before[line[-1]]))
    return places[line[::-1]]


class _Sides:
    """The points on the sides of cells, numbered, and the edges between them."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        rows, columns = cells.cost.shape
        m = cells.points
        self._corner = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
        flat_from = self._corner.size
        self._flat = flat_from + np.arange((rows + 1) * columns * m).reshape(rows + 1, columns, m)
        upright_from = flat_from + self._flat.size
        self._upright = upright_from + np.arange(rows * (columns + 1) * m).reshape(rows, columns + 1, m)

    @property
    def places(self) -> NDArray[np.float64]:
        """Where they are, (n, 2) metres."""
        rows, columns = self._cells.cost.shape
        m = self._cells.points
        part = np.arange(1, m + 1) / (m + 1)
        y, x = np.mgrid[0 : rows + 1, 0 : columns + 1]
        corners = np.stack([x, y], axis=-1).reshape(-1, 2)
        y, x, _ = np.mgrid[0 : rows + 1, 0:columns, 0:m]
        flat = np.stack([x + part, y], axis=-1).reshape(-1, 2)
        y, x, _ = np.mgrid[0:rows, 0 : columns + 1, 0:m]
        upright = np.stack([x, y + part], axis=-1).reshape(-1, 2)
        corner = np.array([self._cells.west_m, self._cells.south_m])
        cells = np.concatenate([corners, flat, upright])
        return np.asarray(cells * self._cells.cell_m + corner, dtype=np.float64)

    def of_cell(self, row: NDArray[np.int64], column: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
        """The points on the four sides of cells, corners too: below, above, left, right."""
        c, f, u = self._corner, self._flat, self._upright
        below = np.column_stack([c[row, column], f[row, column], c[row, column + 1]])
        above = np.column_stack([c[row + 1, column], f[row + 1, column], c[row + 1, column + 1]])
        left = np.column_stack([c[row, column], u[row, column], c[row + 1, column]])
        right = np.column_stack([c[row, column + 1], u[row, column + 1], c[row + 1, column + 1]])
        return below, above, left, right

    @property
    def edges(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Both ends, and what a metre costs."""
        rows, columns = self._cells.cost.shape
        row, column = (index.ravel() for index in np.mgrid[0:rows, 0:columns])
        sides = self.of_cell(row, column)
        cost = self._cells.cost[row, column]
        one, other, metre = [], [], []
        for a, b in combinations(range(4), 2):
            first, second = sides[a], sides[b]
            one.append(np.repeat(first, second.shape[1], axis=1).ravel())
            other.append(np.tile(second, (1, first.shape[1])).ravel())
            metre.append(np.repeat(cost, first.shape[1] * second.shape[1]))
        for side in sides:
            one.append(side[:, :-1].ravel())
            other.append(side[:, 1:].ravel())
            metre.append(np.repeat(cost, side.shape[1] - 1))
        return np.concatenate(one), np.concatenate(other), np.concatenate(metre)


def _corners(cells: Cells, solids: BaseGeometry) -> NDArray[np.float64]:
    """Corners of solids, and where their sides cross those of cells."""
    rows, columns = cells.cost.shape
    west, south = cells.west_m, cells.south_m
    east, north = west + columns * cells.cell_m, south + rows * cells.cell_m
    uprights = [[(x, south), (x, north)] for x in np.linspace(west, east, columns + 1)]
    flats = [[(west, y), (east, y)] for y in np.linspace(south, north, rows + 1)]
    sides = shapely.boundary(solids)
    crossed = shapely.intersection(sides, shapely.multilinestrings(shapely.linestrings(uprights + flats)))
    found = np.concatenate([shapely.get_coordinates(sides), shapely.get_coordinates(crossed)])
    inside = (found >= (west, south)).all(axis=1) & (found <= (east, north)).all(axis=1)
    return np.unique(found[inside], axis=0)


def _from_extra(
    cells: Cells, sides: _Sides, extra: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Edges from further points to all points of the cells they lie in, and to each other there."""
    rows, columns = cells.cost.shape
    index = (extra - (cells.west_m, cells.south_m)) / cells.cell_m
    number = len(sides.places) + np.arange(len(extra))
    pairs: list[tuple[int, int]] = []  # cell, extra point
    for x in (-1e-7, 1e-7):
        for y in (-1e-7, 1e-7):
            at = np.clip(np.floor(index + np.array([x, y])).astype(int), 0, (columns - 1, rows - 1))
            pairs += zip((at[:, 1] * columns + at[:, 0]).tolist(), number.tolist(), strict=True)
    inside: dict[int, list[int]] = {}
    for cell, point in sorted(set(pairs)):
        inside.setdefault(cell, []).append(point)
    one, other, metre = [], [], []
    for cell, points in inside.items():
        row, column = divmod(cell, columns)
        around = np.unique(np.concatenate(sides.of_cell(np.array([row]), np.array([column])), axis=None))
        ends = np.concatenate([around, points])
        a, b = np.meshgrid(np.array(points), ends)
        one.append(a.ravel())
        other.append(b.ravel())
        metre.append(np.full(a.size, cells.cost[row, column]))
    return np.concatenate(one), np.concatenate(other), np.concatenate(metre)


def _free(
    places: NDArray[np.float64], one: NDArray[np.int64], other: NDArray[np.int64], solids: BaseGeometry
) -> NDArray[np.bool_]:
    """Which edges lead through no solid; along its side is free."""
    free: NDArray[np.bool_] = one != other
    if shapely.is_empty(solids):
        return free
    inner = shapely.buffer(solids, -_INSIDE_M, join_style="mitre")
    shapely.prepare(inner)
    closed = shapely.contains_xy(inner, places[:, 0], places[:, 1])
    free &= ~(closed[one] | closed[other])
    ends = np.stack([places[one], places[other]], axis=1)
    low, high = ends.min(axis=1), ends.max(axis=1)
    parts = shapely.STRtree(shapely.get_parts(inner))
    near = np.zeros(len(one), dtype=bool)
    candidates = np.flatnonzero(free)
    boxes = shapely.box(*low[candidates].T, *high[candidates].T)
    near[candidates[np.unique(parts.query(boxes, predicate="intersects")[0])]] = True
    doubtful = np.flatnonzero(near)
    free[doubtful] = ~shapely.intersects(inner, shapely.linestrings(ends[doubtful]))
    return free


def _least(
    one: NDArray[np.int64], other: NDArray[np.int64], cost: NDArray[np.float64], size: int
) -> csr_array:
    """The graph; of edges between the same points the cheapest, since scipy would add them up."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((cost, high, low))
    low, high, cost = low[order], high[order], cost[order]
    first = np.ones(len(low), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return csr_array((cost[first], (low[first], high[first])), shape=(size, size))
