"""Paths that keep away from people: optimal on their cells, and the shortest path where nobody counts."""

from __future__ import annotations

import json
from math import asin, hypot, sin

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from geofences.airways.least_risk import Weighing, density_about, least_risk
from geofences.airways.risk_graph import Cells, cheapest_line
from geofences.formats import population
from geofences.formats.reading import FormatError
from geofences.ground.population import Density, PopulatedArea, PopulatedAreas, PopulationGrid
from geofences.position import GeoPoint, LocalPoint
from tests.geofences.field import FRAME, at, box

NOTHING = shapely.Polygon()
ENDS = (LocalPoint(-1000.0, 0.0), LocalPoint(1000.0, 0.0))


def cost_of(cells: Cells, line: NDArray[np.float64]) -> float:
    return Density(cells.west_m, cells.south_m, cells.cell_m, cells.cost).exposure(line)


def test_a_boundary_is_crossed_as_light_is_refracted() -> None:
    """Snell's law: from where a metre costs 1 to where it costs 3."""
    cost = np.ones((40, 40))
    cost[:, 20:] = 3.0
    cells = Cells(-1000.0, -1000.0, 50.0, cost)
    start, goal = np.array([-700.0, -600.0]), np.array([500.0, 700.0])
    line = cheapest_line(cells, start, goal, NOTHING)
    assert line is not None

    def through(north_m: float) -> float:
        return hypot(700.0, north_m + 600.0) + 3.0 * hypot(500.0, 700.0 - north_m)

    best = minimize_scalar(through, bounds=(-600.0, 700.0), method="bounded")
    crossed = asin(sin(np.arctan2(best.x + 600.0, 700.0)) / 3.0)
    assert crossed == pytest.approx(np.arctan2(700.0 - best.x, 500.0), abs=1e-4)
    assert best.fun <= cost_of(cells, line) <= best.fun * 1.005


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 1000))
def test_it_is_within_its_bound_of_a_search_four_times_as_fine(seed: int) -> None:
    """The bound: for each cell passed, the spacing of points times what a metre costs there."""
    rng = np.random.default_rng(seed)
    cost = rng.uniform(1.0, 5.0, (8, 8))
    coarse = Cells(0.0, 0.0, 100.0, cost)
    fine = Cells(0.0, 0.0, 25.0, np.asarray(np.kron(cost, np.ones((4, 4))), dtype=np.float64))
    start, goal = rng.uniform(10.0, 790.0, 2), rng.uniform(10.0, 790.0, 2)
    one, other = cheapest_line(coarse, start, goal, NOTHING), cheapest_line(fine, start, goal, NOTHING)
    assert one is not None
    assert other is not None
    coarse_cost, fine_cost = cost_of(coarse, one), cost_of(coarse, other)
    assert coarse_cost <= fine_cost + len(other) * coarse.spacing_m * cost.max()
    assert coarse_cost <= fine_cost * 1.03
    assert coarse_cost <= cost_of(coarse, np.array([start, goal])) * 1.03


def test_with_weight_zero_it_is_the_shortest_path_itself() -> None:
    town = PopulatedAreas((PopulatedArea(box(-300, -300, 300, 300), 5000.0),))
    weighing = Weighing(0.02, 0.0)
    assert least_risk(weighing, density_about(town, FRAME, ENDS), ENDS, NOTHING) == ENDS


def test_the_more_risk_weighs_the_fewer_people_are_flown_over_and_the_longer_the_way() -> None:
    town = PopulatedAreas((PopulatedArea(box(-300, -200, 300, 500), 5000.0),))
    lengths, people = [], []
    for weight in (0.0, 1e-7, 1e-6, 1e-5):
        weighing = Weighing(0.02, weight)
        density = density_about(town, FRAME, ENDS)
        line = np.array([(p.east_m, p.north_m) for p in least_risk(weighing, density, ENDS, NOTHING)])
        lengths.append(float(np.hypot(*np.diff(line, axis=0).T).sum()))
        people.append(density.exposure(line))
    assert lengths == sorted(lengths)
    assert people == sorted(people, reverse=True)
    assert people[0] == pytest.approx(5000.0 * 600.0, rel=0.1)
    assert people[-1] == 0.0
    around_m = 2 * (hypot(700.0, 200.0) + 300.0)
    assert around_m <= lengths[-1] <= around_m * 1.03


def test_what_is_closed_is_kept_out_of_and_a_gap_between_is_found() -> None:
    """A gap of 4 m, between two points of the cells' sides."""
    wall = shapely.union_all([shapely.box(-10, -2000, 10, 101), shapely.box(-10, 105, 10, 2000)])
    town = PopulatedAreas((PopulatedArea(box(100, 50, 200, 300), 5000.0),))
    weighing = Weighing(0.02, 1e-5)
    shortest = (ENDS[0], LocalPoint(-10.0, 101.0), LocalPoint(10.0, 101.0), ENDS[1])
    density = density_about(town, FRAME, shortest)
    line = least_risk(weighing, density, shortest, wall)
    drawn = shapely.LineString([(p.east_m, p.north_m) for p in line])
    assert not shapely.intersects(shapely.buffer(wall, -1e-4, join_style="mitre"), drawn)
    assert density.exposure(np.array(drawn.coords)) < 100.0
    assert drawn.length < 2100.0


def test_a_grid_is_read_with_its_rows_from_the_north() -> None:
    head = b"ncols 3\nnrows 2\nxllcorner 24.9\nyllcorner 60.1\ncellsize 0.1\nNODATA_value -9999\n"
    data = head + b"1 2 3\n4 -9999 6\n"
    grid = population.read(data)
    assert isinstance(grid, PopulationGrid)
    assert grid.people.tolist() == [[1.0, 2.0, 3.0], [4.0, 0.0, 6.0]]

    def people(lat: float, lon: float) -> float:
        place = FRAME.to_local(GeoPoint(lat, lon))
        return float(grid.people_per_km2(np.array([[place.east_m, place.north_m]]), FRAME)[0])

    assert (people(60.25, 24.95), people(60.15, 25.15)) == (1.0, 6.0)
    assert grid.has(GeoPoint(60.15, 25.15))
    assert not grid.has(GeoPoint(60.35, 25.15))


def test_areas_are_read_by_figure_and_by_class() -> None:
    ring = [[24.9, 60.1], [25.0, 60.1], [25.0, 60.2], [24.9, 60.1]]
    area = {"type": "Polygon", "coordinates": [ring]}
    properties: list[dict[str, object]] = [{"people_per_km2": 12.5}, {"class": "Suburban"}]
    features = [{"type": "Feature", "geometry": area, "properties": one} for one in properties]
    found = population.read(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert isinstance(found, PopulatedAreas)
    assert [area.people_per_km2 for area in found.areas] == [12.5, 5000.0]
    place = FRAME.to_local(GeoPoint(60.12, 24.97))
    assert found.people_per_km2(np.array([[place.east_m, place.north_m]]), FRAME).tolist() == [5000.0]
    assert found.has(at(0, 0))


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"", "ncols"),
        (b"ncols 2\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 nan\n", "rows"),
        (b"ncols 2\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 -2\n", "rows"),
        (b"ncols 2\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n1\n", "rows"),
        (b"ncols 2\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 x\n", "rows"),
        (b"ncols 2\nnrows 1\nxllcorner 385000\nyllcorner 0\ncellsize 100\n1 2\n", "cellsize"),
        (b"ncols 2\nnrows 1\nxllcorner 385000\nyllcorner 0\ncellsize 1\n1 2\n", "xllcorner"),
        (b"ncols two\n", "ncols"),
        (b"{", "file"),
        (b"{}", "features"),
        (b'{"features": [{}]}', "features[0].geometry"),
        (
            b'{"features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
            "features[0]",
        ),
    ],
)
def test_what_is_no_population_is_refused_by_its_field(data: bytes, field: str) -> None:
    with pytest.raises(FormatError) as error:
        population.read(data)
    assert error.value.field.startswith(field)
