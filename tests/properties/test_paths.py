"""What holds for every path through small worlds of boxes and circles."""

from __future__ import annotations

from itertools import pairwise
from math import cos, hypot, inf, pi, sin

import numpy as np
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry

from geofences.airspace import Airspace, Margins
from geofences.free_space import find_path
from geofences.path import NoPath, Path, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.zone import Circle, Medium, Polygon, Zone
from tests.geofences.field import FRAME, NOON_S, flown, zone

MARGINS = Margins(5.0, 5.0)
# Between these two offsets of the keep-outs lies the planner's: the true one, and a generous one.
TIGHT_M, WIDE_M = MARGINS.lateral_m, MARGINS.lateral_m * 1.1 + 0.1

Shape = tuple[float, float, float, float, float]
"""East, north, half width, half height (0: a circle of that half width), turn in radians."""

whole = st.integers(-200, 200).map(float)
shapes = st.tuples(
    whole,
    whole,
    st.integers(5, 120).map(float),
    st.one_of(st.just(0.0), st.integers(5, 120).map(float)),
    st.integers(0, 5).map(lambda n: n * pi / 12),
)
worlds = st.lists(shapes, max_size=7)
places = st.tuples(st.integers(-320, 320).map(float), st.integers(-320, 320).map(float))
ARC = 4
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


def corners_m(shape: Shape) -> list[tuple[float, float]]:
    east, north, wide, high, turn = shape
    corners = [(-wide, -high), (wide, -high), (wide, high), (-wide, high)]
    return [(east + x * cos(turn) - y * sin(turn), north + x * sin(turn) + y * cos(turn)) for x, y in corners]


def geometry(shape: Shape) -> BaseGeometry:
    if shape[3] == 0.0:
        return shapely.Point(shape[:2]).buffer(shape[2], quad_segs=64)
    return shapely.Polygon(corners_m(shape))


def as_zone(n: int, shape: Shape, frame: LocalFrame) -> Zone:
    if shape[3] == 0.0:
        return zone(f"Z{n}", Circle(frame.to_geo(LocalPoint(*shape[:2])), shape[2]))
    return zone(f"Z{n}", Polygon(tuple(frame.to_geo(LocalPoint(*corner)) for corner in corners_m(shape))))


def sky_of(world: list[Shape], frame: LocalFrame = FRAME) -> Airspace:
    return Airspace(frame, [as_zone(n, shape, frame) for n, shape in enumerate(world)], (), 0.0)


def plan(sky: Airspace, start: tuple[float, float], goal: tuple[float, float]) -> Path | NoPath:
    ends = (Waypoint(sky.frame.to_geo(LocalPoint(*place)), 60.0) for place in (start, goal))
    return find_path(
        sky, *ends, cruise_height_agl_m=60.0, from_s=NOON_S, until_s=NOON_S + 60, margins=MARGINS
    )


def length_m(path: Path, frame: LocalFrame = FRAME) -> float:
    points = [frame.to_local(waypoint.position) for waypoint in path.waypoints]
    return sum(hypot(b.east_m - a.east_m, b.north_m - a.north_m) for a, b in pairwise(points))


def grown(shape: Shape, reach_m: float, *, outward: bool) -> BaseGeometry:
    """A shape grown by `reach_m`, its arcs drawn on the outside or on the inside of the true ones."""
    stretch = 1 / cos(pi / (4 * ARC)) if outward else 1.0
    if shape[3] == 0.0:
        return shapely.Point(shape[:2]).buffer((shape[2] + reach_m) * stretch, quad_segs=ARC)
    return geometry(shape).buffer(reach_m * stretch, quad_segs=ARC)


def brute_force_m(closed: BaseGeometry, start: tuple[float, float], goal: tuple[float, float]) -> float:
    """Length of the shortest path around a shape, over all pairs of all its corners."""
    inner = shapely.buffer(closed, -1e-6, join_style="mitre")
    shapely.prepare(inner)
    nodes = np.concatenate([[start], [goal], shapely.get_coordinates(closed).reshape(-1, 2)])
    a, b = np.triu_indices(len(nodes), 1)
    lines = np.asarray(shapely.linestrings(np.stack([nodes[a], nodes[b]], axis=1)))
    free = ~np.asarray(shapely.intersects(inner, lines))
    span_m = np.maximum(np.asarray(shapely.length(lines[free])), 1e-12)
    graph = csr_array((span_m, (a[free], b[free])), shape=(len(nodes), len(nodes)))
    return float(dijkstra(graph, directed=False, indices=np.array(0))[1])


@quick
@given(worlds, places, places)
def test_the_verifier_agrees_with_every_planned_path(
    world: list[Shape], start: tuple[float, float], goal: tuple[float, float]
) -> None:
    sky = sky_of(world)
    path = plan(sky, start, goal)
    if isinstance(path, Path):
        assert sky.breaks(flown(path), Medium.AIR, MARGINS) == ()
        clearance_m = min((geometry(shape).distance(_line(path)) for shape in world), default=inf)
        assert clearance_m >= MARGINS.lateral_m - 0.01


@settings(quick, max_examples=30)
@given(worlds, places, places)
def test_no_path_is_shorter_than_possible_nor_longer_than_needed(
    world: list[Shape], start: tuple[float, float], goal: tuple[float, float]
) -> None:
    path = plan(sky_of(world), start, goal)
    if isinstance(path, Path):
        tight = shapely.union_all([grown(shape, TIGHT_M, outward=False) for shape in world])
        wide = shapely.union_all([grown(shape, WIDE_M, outward=True) for shape in world])
        assert brute_force_m(tight, start, goal) - 0.05 <= length_m(path)
        assert length_m(path) <= brute_force_m(wide, start, goal) + 0.05


@quick
@given(worlds, places, places)
def test_there_is_no_path_only_where_ends_are_closed_or_walled_apart(
    world: list[Shape], start: tuple[float, float], goal: tuple[float, float]
) -> None:
    path = plan(sky_of(world), start, goal)
    wide = shapely.union_all([grown(shape, WIDE_M, outward=True) for shape in world])
    tight = shapely.union_all([grown(shape, TIGHT_M - 0.01, outward=False) for shape in world])
    if isinstance(path, NoPath):
        assert path.reasons
        assert not joined(wide, start, goal)
    else:
        assert joined(tight, start, goal)


def joined(closed: BaseGeometry, start: tuple[float, float], goal: tuple[float, float]) -> bool:
    free = shapely.get_parts(shapely.box(-1000, -1000, 1000, 1000).difference(closed))
    return any(part.covers(shapely.Point(start)) and part.covers(shapely.Point(goal)) for part in free)


@quick
@given(worlds, places, places, st.sampled_from([(-34.6, -58.4), (1.3, 103.8), (69.6, 18.9)]))
def test_the_same_world_elsewhere_has_the_same_path(
    world: list[Shape], start: tuple[float, float], goal: tuple[float, float], origin: tuple[float, float]
) -> None:
    frame = LocalFrame(GeoPoint(*origin))
    here, there = plan(sky_of(world), start, goal), plan(sky_of(world, frame), start, goal)
    near_edge = any(
        abs(geometry(shape).distance(shapely.Point(place)) - MARGINS.lateral_m) < 0.1
        for shape in world
        for place in (start, goal)
    )
    assume(not near_edge)
    if isinstance(here, Path) and isinstance(there, Path):
        # Circles become polygons by geodesic bearings, so that they turn a little from place to place.
        assert abs(length_m(here) - length_m(there, frame)) < 0.002 * length_m(here) + 0.05
    else:
        assert type(here) is type(there)


@quick
@given(worlds, places, places)
def test_the_way_back_is_as_long(
    world: list[Shape], start: tuple[float, float], goal: tuple[float, float]
) -> None:
    sky = sky_of(world)
    there, back = plan(sky, start, goal), plan(sky, goal, start)
    if isinstance(there, Path) and isinstance(back, Path):
        assert abs(length_m(there) - length_m(back)) < 1e-6
    else:
        assert isinstance(there, NoPath)
        assert isinstance(back, NoPath)


@quick
@given(worlds, places, places, shapes)
def test_one_zone_more_never_makes_a_path_shorter(
    world: list[Shape], start: tuple[float, float], goal: tuple[float, float], added: Shape
) -> None:
    before, after = plan(sky_of(world), start, goal), plan(sky_of([*world, added]), start, goal)
    if isinstance(after, Path):
        assert isinstance(before, Path)
        assert length_m(after) >= length_m(before) - 0.01


@quick
@given(worlds, places, places)
def test_what_is_named_as_avoided_is_what_the_path_touches(
    world: list[Shape], start: tuple[float, float], goal: tuple[float, float]
) -> None:
    path = plan(sky_of(world), start, goal)
    if isinstance(path, Path):
        for n, shape in enumerate(world):
            named = any(label.startswith(f"Z{n} ") for label in path.avoided)
            near_m = geometry(shape).distance(_line(path))
            assert not named or near_m < MARGINS.lateral_m * 1.5 + 0.1
        assert bool(path.avoided) == (len(set(path.waypoints)) > 2)


def _line(path: Path) -> BaseGeometry:
    points = [FRAME.to_local(waypoint.position) for waypoint in path.waypoints]
    return shapely.LineString([(point.east_m, point.north_m) for point in points])
