"""Choosing among cruise heights: the cheapest level, or one path that changes between them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from math import hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geofences.airspace import Airspace, Margins
from geofences.airways.layer_costs import Flight
from geofences.airways.layer_graph import LayerGraph
from geofences.airways.layers import candidates
from geofences.ground.terrain import SrtmTiles, Tile
from geofences.path import NoPath, Path
from geofences.position import LocalPoint
from geofences.zone import Circle, Datum, Limit, Medium
from tests.geofences.field import FRAME, NOON_S, airspace, at, box, flown, refused, way, zone

NEAR = Margins(5.0, 5.0)
FLIGHT = Flight((45.0, 75.0, 105.0), NOON_S, NOON_S + 3600.0, NEAR)


KNOWN = box(-3000, -3000, 3000, 3000)


class Plain:
    """A metre costs 1 on the lowest level, `dearer` on the others; a metre up 2, down 1, a stop 10."""

    def __init__(self, dearer: float = 1.0) -> None:
        self.dearer = dearer

    def level_wh(self, height_agl_m: float, east_m: float, north_m: float) -> float:
        return hypot(east_m, north_m) * (self.dearer if height_agl_m > 50.0 else 1.0)

    def change_wh(self, from_agl_m: float, to_agl_m: float) -> float:
        return max(2.0 * (to_agl_m - from_agl_m), from_agl_m - to_agl_m)

    def least_wh_per_m(self, heights_agl_m: tuple[float, ...]) -> float:  # noqa: ARG002 - as Costs has it
        return min(1.0, self.dearer)

    @property
    def stop_wh(self) -> float:
        return 10.0


def agl(value_m: float) -> Limit:
    return Limit(value_m, Datum.AGL)


def cost(path: Path, costs: Plain) -> float:
    total = 0.0
    for a, b in pairwise(path.waypoints):
        p, q = FRAME.to_local(a.position), FRAME.to_local(b.position)
        total += costs.level_wh(a.height_agl_m, q.east_m - p.east_m, q.north_m - p.north_m)
        total += costs.change_wh(a.height_agl_m, b.height_agl_m)
    return total + costs.stop_wh * (_changes(path) - 2)


def _changes(path: Path) -> int:
    return sum(a.height_agl_m != b.height_agl_m for a, b in pairwise(path.waypoints))


def found(sky: Airspace, costs: Plain, flight: Flight = FLIGHT) -> Path:
    paths = candidates(sky, way(-2000, 0), way(2000, 0), flight, costs)
    assert not isinstance(paths, NoPath), paths
    for path in paths:
        assert not sky.breaks(flown(path), Medium.AIR, NEAR)
    return min(paths, key=lambda path: cost(path, costs))


def no_path(sky: Airspace) -> NoPath:
    paths = candidates(sky, way(-2000, 0), way(2000, 0), FLIGHT, Plain())
    assert isinstance(paths, NoPath)
    return paths


def test_in_free_air_the_lowest_level_is_taken() -> None:
    path = found(airspace(), Plain())
    assert {point.height_agl_m for point in path.waypoints} == {0.0, 45.0}


def test_a_wall_is_flown_over_where_that_is_shorter_than_around() -> None:
    wall = zone("wall", box(-50, -3000, 50, 3000), upper=agl(60))
    path = found(airspace(wall), Plain())
    assert max(point.height_agl_m for point in path.waypoints) == 75.0
    assert path.length_m == pytest.approx(4000.0, rel=1e-6)


def test_where_high_air_is_dear_the_wall_alone_is_flown_over_high() -> None:
    wall = zone("wall", box(-50, -3000, 50, 3000), upper=agl(60))
    costs = Plain(dearer=1.5)
    path = found(airspace(wall), costs)
    heights = [point.height_agl_m for point in path.waypoints]
    assert heights == [0.0, 45.0, 45.0, 75.0, 75.0, 45.0, 45.0, 0.0]
    east_m = [FRAME.to_local(point.position).east_m for point in path.waypoints]
    assert east_m[2] == pytest.approx(-56.0, abs=0.2)
    assert east_m[4] == pytest.approx(56.0, abs=0.2)
    assert path.avoided == ("wall 'zone wall'",)


def test_between_a_roof_and_a_wall_no_level_leads_but_two_do() -> None:
    roof = zone("roof", Circle(at(-2000, 0), 500.0), agl(60), None)
    wall = zone("wall", box(-50, -3500, 50, 3500), upper=agl(60))
    sky = Airspace(FRAME, (roof, wall), (), 10.0, KNOWN)
    low = replace(FLIGHT, heights_agl_m=(45.0,))
    high = replace(FLIGHT, heights_agl_m=(75.0, 105.0))
    ends = (way(-2000, 0), way(2000, 0))
    for flight in (low, high):
        assert isinstance(candidates(sky, *ends, flight, Plain()), NoPath)
    path = found(sky, Plain())
    assert [point.height_agl_m for point in path.waypoints] == [0.0, 45.0, 45.0, 75.0, 75.0, 0.0]


def test_a_path_may_go_under_what_hangs_and_over_what_stands() -> None:
    hangs = zone("hangs", box(-1200, -3500, -800, 3500), agl(60), None)
    stands = zone("stands", box(800, -3500, 1200, 3500), upper=agl(60))
    path = found(Airspace(FRAME, (hangs, stands), (), 10.0, KNOWN), Plain())
    assert max(point.height_agl_m for point in path.waypoints) == 75.0
    assert path.length_m == pytest.approx(4000.0, rel=1e-6)


def test_no_path_names_what_walls_every_level_off() -> None:
    low = zone("low", box(-50, -3500, 50, 3500), upper=agl(60))
    high = zone("high", box(-50, -3500, 50, 3500), agl(60), None)
    ring = zone("ring", Circle(at(2000, 0), 100.0), None, None)
    texts = refused(no_path(airspace(ring)))
    assert texts == ["the goal lies in ring 'zone ring' (PROHIBITED, all heights, always)"]
    boxed = Airspace(FRAME, (low, high), (), 10.0, KNOWN)
    texts = refused(no_path(boxed))
    assert texts == [
        "the start is walled in by low 'zone low' (PROHIBITED, 0-60 m AGL, always)",
        "no way around what is between start and goal stays in the area that is known",
        "the start is walled in by high 'zone high' (PROHIBITED, above 60 m AGL, always)",
    ]


def test_over_hills_a_changing_path_keeps_to_its_slabs() -> None:
    east = [(500.0 + 40.0 * ((n // 7) % 2)) for n in range(1201)]
    ground = SrtmTiles([Tile(60, 24, _posts(east))])
    wall = zone("wall", box(-50, -3000, 50, 3000), upper=agl(60))
    sky = Airspace(FRAME, (wall,), (), ground)
    paths = candidates(sky, way(-2000, 0), way(2000, 0), FLIGHT, Plain(dearer=1.5))
    assert not isinstance(paths, NoPath)
    assert [_changes(path) > 2 for path in paths][-1]
    assert len(paths) == 4  # around on the lowest, over on the others, and one that changes
    for path in paths:
        top_m = max(point.height_agl_m for point in path.waypoints)
        assert not sky.breaks(flown(path), Medium.AIR, replace(NEAR, ceiling_agl_m=max(top_m, 120.0)))


def _posts(row: list[float]) -> NDArray[np.float32]:
    return np.tile(np.array(row, np.float32), (1201, 1))


boxes = st.tuples(
    *[st.integers(-150, 150).map(lambda n: n * 10.0)] * 2,
    *[st.integers(5, 60).map(lambda n: n * 10.0)] * 2,
    st.sampled_from([(0.0, 60.0), (0.0, 90.0), (60.0, 90.0), (60.0, 300.0), (0.0, 300.0)]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(boxes, max_size=5), st.sampled_from([1.0, 1.2, 2.0]))
def test_it_is_no_dearer_than_any_choice_of_corners_to_change_at(
    world: list[tuple[float, float, float, float, tuple[float, float]]], dearer: float
) -> None:
    """Against the same search with a place to change at before every corner of every box: within 1 %."""
    zones = [
        zone(f"Z{n}", box(east - wide, north - high, east + wide, north + high), agl(band[0]), agl(band[1]))
        for n, (east, north, wide, high, band) in enumerate(world)
    ]
    sky, costs = airspace(*zones), Plain(dearer)
    ends = (way(-2000, 0), way(2000, 0))
    paths = candidates(sky, *ends, FLIGHT, costs)
    graph = LayerGraph(sky, ends, FLIGHT, costs)
    corners = [
        LocalPoint(east + x * (wide + 7.0), north + y * (high + 7.0))
        for (east, north, wide, high, _), x, y in product(world, (-1, 0, 1), (-1, 0, 1))
    ]
    graph.__dict__["places"] = tuple(dict.fromkeys((*graph.places, *corners)))
    legs = graph.cheapest(1e9)
    if isinstance(paths, NoPath):
        assert legs is None
        return
    assert legs is not None
    every = sum(graph.along_wh(leg.layer, leg.way) for leg in legs)
    heights = [0.0, *(FLIGHT.heights_agl_m[leg.layer] for leg in legs), 0.0]
    every += sum(costs.change_wh(a, b) for a, b in pairwise(heights)) + costs.stop_wh * (len(legs) - 1)
    assert min(cost(path, costs) for path in paths) <= 1.01 * every + 0.1
