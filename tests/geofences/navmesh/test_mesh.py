"""Meshes on a small grid, where points often fall on one line, against brute force that shares nothing."""

from __future__ import annotations

from itertools import pairwise
from math import hypot, inf

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry

from geofences.navmesh.mesh import REACH_STEPS, CrossingWallsError, Mesh, Nowhere
from geofences.navmesh.topology import NONE, POINTS, RIM, TRIANGLES, WALLS

Ring = NDArray[np.int64]
Place = tuple[int, int]

coordinates = st.integers(0, 24)
places = st.tuples(coordinates, coordinates)
boxes = st.tuples(coordinates, coordinates, st.integers(1, 9), st.integers(1, 9)).map(
    lambda box: shapely.box(box[0], box[1], box[0] + box[2], box[1] + box[3])
)
triangles = (
    st.tuples(places, places, places).map(shapely.Polygon).filter(lambda shape: float(shape.area) > 0.5)
)
worlds = st.lists(st.one_of(boxes, triangles), max_size=8)


def solid(shapes: list[BaseGeometry]) -> BaseGeometry:
    """Their union on the grid of whole numbers, which merges what touches in a point or nearly."""
    merged = shapely.union_all([shape.buffer(0.1, join_style="mitre") for shape in shapes])
    on_grid = shapely.set_precision(shapely.affinity.scale(merged, 100, 100, origin=(0, 0)), 1.0)
    return shapely.set_precision(on_grid, 0.0)  # what is derived from it is not rounded again


def rings_of(area: BaseGeometry) -> list[Ring]:
    return [
        np.rint(shapely.get_coordinates(ring)[:-1]).astype(np.int64)
        for ring in shapely.get_rings(shapely.get_parts(area))
    ]


def touches_itself(area: BaseGeometry) -> bool:
    """In a point, where brute force would pass between."""
    corners = np.concatenate([np.empty((0, 2), np.int64), *rings_of(area)])
    return len(np.unique(corners, axis=0)) < len(corners)


def shortest_m(closed: BaseGeometry, start: Place, goal: Place) -> float:
    """Over all pairs of all corners, tested with shapely; infinite where there is no way."""
    inner = shapely.buffer(closed, -1e-4, join_style="mitre")
    nodes = np.concatenate([[start], [goal], shapely.get_coordinates(closed).reshape(-1, 2)])
    a, b = np.triu_indices(len(nodes), 1)
    lines = np.asarray(shapely.linestrings(np.stack([nodes[a], nodes[b]], axis=1)))
    shapely.prepare(inner)
    free = ~np.asarray(shapely.intersects(inner, lines))
    span_m = np.maximum(np.asarray(shapely.length(lines[free])), 1e-12)
    graph = csr_array((span_m, (a[free], b[free])), shape=(len(nodes), len(nodes)))
    return float(dijkstra(graph, directed=False, indices=np.array(0))[1])


def length_m(mesh: Mesh, start: Place, goal: Place) -> float:
    bends = mesh.shortest(start, goal)
    if isinstance(bends, Nowhere):
        return inf
    line = np.concatenate([[start], bends, [goal]]).astype(float)
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def check_whole(mesh: Mesh) -> None:
    """Triangles turn counter-clockwise, cover the world once, and neighbours agree on edges and walls."""
    rows, points = mesh._rows, mesh._points
    twice_area = 0
    for t in range(mesh._counts[TRIANGLES]):
        if rows[t, 0] == NONE:
            continue
        a, b, c = (points[p].tolist() for p in rows[t, :3])
        turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        assert turn > 0
        twice_area += turn
        for k in range(3):
            u = rows[t, 3 + k]
            if u != NONE:
                (j,) = (i for i in range(3) if rows[u, 3 + i] == t)
                edges = {frozenset((rows[x, (i + 1) % 3], rows[x, (i + 2) % 3])) for x, i in ((t, k), (u, j))}
                assert len(edges) == 1
                assert (rows[t, WALLS] >> k) & 1 == (rows[u, WALLS] >> j) & 1
    assert twice_area == 2 * (2 * REACH_STEPS) ** 2
    used = [p for p in range(mesh._counts[POINTS]) if mesh._at[p] != NONE]
    assert all(p in rows[mesh._at[p], :3] for p in used)


def agrees(world: list[BaseGeometry], start: Place, goal: Place) -> None:
    closed = solid(world)
    assume(not touches_itself(closed))
    start, goal = (100 * start[0], 100 * start[1]), (100 * goal[0], 100 * goal[1])
    mesh = Mesh.of(rings_of(closed))
    points = [shapely.Point(start), shapely.Point(goal)]
    if any(closed.contains(point) for point in points):
        assert mesh.shortest(start, goal) is Nowhere.CLOSED
    else:
        assert length_m(mesh, start, goal) == pytest.approx(shortest_m(closed, start, goal), rel=1e-9)


@settings(max_examples=200, deadline=None)
@given(worlds, places, places)
def test_the_shortest_path_is_as_long_as_brute_force_says(
    world: list[BaseGeometry], start: Place, goal: Place
) -> None:
    agrees(world, start, goal)


@pytest.mark.slow
@settings(max_examples=4000, deadline=None)
@given(worlds, places, places)
def test_the_shortest_path_is_as_long_as_brute_force_says_in_thousands_of_worlds(
    world: list[BaseGeometry], start: Place, goal: Place
) -> None:
    agrees(world, start, goal)


@settings(max_examples=100, deadline=None)
@given(worlds, worlds, worlds, places, places)
def test_a_changed_mesh_is_whole_and_answers_as_one_made_anew(
    first: list[BaseGeometry],
    second: list[BaseGeometry],
    third: list[BaseGeometry],
    start: Place,
    goal: Place,
) -> None:
    stages = [rings_of(solid(world)) for world in (first, second, third)]
    mesh = Mesh.of(stages[0])
    for old, new in pairwise(stages):
        mesh = mesh.changed(old, new)
        check_whole(mesh)
        ends = (100 * start[0], 100 * start[1]), (100 * goal[0], 100 * goal[1])
        assert length_m(mesh, *ends) == pytest.approx(length_m(Mesh.of(new), *ends), rel=1e-12)
    empty = mesh.changed(stages[-1], [])
    assert int((empty._at[: empty._counts[POINTS]] != NONE).sum()) == RIM, "the corners of the world alone"
    check_whole(empty)


def square(east: int, north: int, half: int) -> Ring:
    corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
    return np.array([(east + x, north + y) for x, y in corners], np.int64)


def test_the_mesh_that_was_changed_stays_as_it_was() -> None:
    before = Mesh.of([square(0, 0, 100)])
    around_m = length_m(before, (-200, 0), (200, 1))
    after = before.changed([square(0, 0, 100)], [square(0, 500, 100)])
    assert length_m(before, (-200, 0), (200, 1)) == around_m > 440
    assert length_m(after, (-200, 0), (200, 1)) == hypot(400, 1)


def test_holes_are_free_and_closed_in() -> None:
    mesh = Mesh.of([square(0, 0, 100), square(0, 0, 50)])
    assert mesh.shortest((-40, 0), (40, 0)) is not Nowhere.CLOSED
    assert mesh.shortest((0, 0), (200, 0)) is Nowhere.APART
    assert mesh.shortest((75, 0), (200, 0)) is Nowhere.CLOSED
    assert mesh.shortest((2 * REACH_STEPS, 0), (200, 0)) is Nowhere.CLOSED


def test_ends_on_corners_and_along_edges_count_as_free() -> None:
    mesh = Mesh.of([square(0, 0, 100)])
    assert length_m(mesh, (-100, -100), (100, -100)) == 200
    assert length_m(mesh, (-100, -100), (100, 100)) == 400
    assert length_m(mesh, (-100, 0), (100, 0)) == 400
    assert length_m(mesh, (-300, -100), (300, -100)) == 600
    assert length_m(mesh, (0, -100), (0, 100)) == 400


def test_a_search_that_needs_much_room_finds_it() -> None:
    rng = np.random.default_rng(1)
    teeth = [square(e, n, h) for e, n, h in _apart(rng)]
    mesh = Mesh.of(teeth)
    assert length_m(mesh, (-5000, -5000), (205_000, 205_000)) >= hypot(210_000, 210_000)


def _apart(rng: np.random.Generator) -> list[tuple[int, int, int]]:
    return [(1000 * i, 1000 * j, int(rng.integers(300, 490))) for i in range(200) for j in range(200)]


def test_rings_that_cross_are_refused() -> None:
    with pytest.raises(CrossingWallsError, match="crosses"):
        Mesh.of([square(0, 0, 100), square(100, 50, 100)])


def test_no_way_leads_through_a_point_in_which_solids_touch() -> None:
    touching = [square(0, 0, 100), square(200, 200, 100)]
    mesh = Mesh.of(touching)
    assert length_m(mesh, (60, 140), (140, 60)) == pytest.approx(2 * hypot(40, 160) + 2 * 200)


def test_a_path_begins_and_ends_in_dead_ends() -> None:
    comb = [(0, 0), (1000, 0), (1000, 500), (900, 500), (900, 100)]
    comb += [(500, 100), (500, 500), (400, 500), (400, 100), (100, 100), (100, 500), (0, 500)]
    mesh = Mesh.of([np.array(comb, np.int64)])
    deep, other, outside = (250, 150), (700, 150), (250, -200)
    over_m = 2 * hypot(150, 350) + 100
    assert length_m(mesh, deep, (650, 150)) == pytest.approx(hypot(150, 350) + 100 + hypot(150, 350))
    assert length_m(mesh, deep, (390, 101)) == pytest.approx(hypot(140, 49))
    assert length_m(mesh, (400, 100), (500, 100)) == 900
    assert length_m(mesh, outside, deep) == length_m(mesh, deep, outside) > 900
    assert over_m < length_m(mesh, deep, other) < over_m + 60
