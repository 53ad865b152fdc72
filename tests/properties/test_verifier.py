"""The verifier against brute force, and the planner against both: holes, bands, hours, far places."""

from __future__ import annotations

from itertools import pairwise
from math import hypot, isclose

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry

from geofences.airspace import Airspace, Margins
from geofences.airways.level import level_of
from geofences.free_space import find_path
from geofences.ground.limits import band
from geofences.path import NoPath, Path, TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.when import windows
from geofences.zone import Datum, Interval, Limit, Medium, Polygon, Restriction, Volume, Zone, ZoneId
from tests.geofences.field import FRAME, NOON_S, flown

MARGINS = Margins(5.0, 5.0)
GROUND_M = 10.0
FAR = ((1.3, 103.8), (-34.6, -58.4), (69.9, 19.0), (-17.0, 180.0), (52.0, 5.999), (60.17, 24.94))
"""The last metres of a UTM zone and the antimeridian among them."""
quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])

whole = st.integers(-20, 20).map(lambda n: 10.0 * n)
sizes = st.integers(1, 12).map(lambda n: 10.0 * n)
heights = st.one_of(st.none(), st.integers(0, 12).map(lambda n: 10.0 * n))
hours = st.one_of(st.none(), st.tuples(st.integers(-3, 8), st.integers(1, 6)))
Box = tuple[float, float, float, float, bool, float | None, float | None, Datum, tuple[int, int] | None]
boxes = st.tuples(
    whole, whole, sizes, sizes, st.booleans(), heights, heights, st.sampled_from(list(Datum)), hours
)
worlds = st.lists(boxes, max_size=6)
places = st.tuples(st.integers(-32, 32).map(lambda n: 10.0 * n), st.integers(-32, 32).map(lambda n: 10.0 * n))
legs = st.tuples(places, st.integers(0, 15).map(lambda n: 10.0 * n), st.integers(0, 60))


def ring(box: Box, share: float) -> list[tuple[float, float]]:
    east, north, wide, high, *_ = box
    x, y = wide * share, high * share
    return [(east - x, north - y), (east + x, north - y), (east + x, north + y), (east - x, north + y)]


def as_zone(n: int, box: Box, frame: LocalFrame) -> Zone:
    """A box, with a hole of half its size where it is so drawn."""
    holed, low, top, datum, when = box[4:]
    rings = [tuple(frame.to_geo(LocalPoint(*xy)) for xy in ring(box, share)) for share in (1.0, 0.5)]
    polygon = Polygon(rings[0], (rings[1],) if holed else ())
    limits = [None if value is None else Limit(value, datum) for value in (low, top)]
    volume = Volume(polygon, limits[0], limits[1])
    if when is None:
        return Zone(ZoneId(f"Z{n}"), "", Restriction.PROHIBITED, (volume,))
    from_s = NOON_S + 20.0 * when[0]
    applies = Interval(from_s, from_s + 20.0 * when[1])
    return Zone(ZoneId(f"Z{n}"), "", Restriction.PROHIBITED, (volume,), (applies,))


def shape(box: Box) -> BaseGeometry:
    return shapely.Polygon(ring(box, 1.0), [ring(box, 0.5)] if box[4] else [])


def sky_of(world: list[Box], frame: LocalFrame = FRAME) -> Airspace:
    return Airspace(frame, [as_zone(n, box, frame) for n, box in enumerate(world)], (), GROUND_M)


def path_of(rows: list[tuple[tuple[float, float], float, int]]) -> TimedPath:
    points, at_s = [], NOON_S
    for (east, north), height_m, seconds in rows:
        at_s += seconds
        points.append(TimedPoint(Waypoint(FRAME.to_geo(LocalPoint(east, north)), height_m), at_s))
    return TimedPath(tuple(points))


@settings(quick, max_examples=60)
@given(worlds, st.lists(legs, min_size=2, max_size=4))
def test_a_break_is_an_instant_inside_place_height_and_hours(
    world: list[Box], rows: list[tuple[tuple[float, float], float, int]]
) -> None:
    """Against a look at 200 instants of every leg: what is inside there is broken, and no later than it."""
    sky, timed = sky_of(world), path_of(rows)
    broken = {found.reason.subject: found.at_s for found in sky.breaks(timed, Medium.AIR, MARGINS)}
    for n, box in enumerate(world):
        first = _first_inside(timed, box, as_zone(n, box, FRAME), slack_m=-0.01)
        widest = _first_inside(timed, box, as_zone(n, box, FRAME), slack_m=0.01)
        if first is not None:
            assert f"Z{n}" in broken
            assert broken[f"Z{n}"] <= first + 1e-6
        if f"Z{n}" in broken and widest is not None:
            assert widest - broken[f"Z{n}"] <= _longest_s(timed) / 200.0 + 1e-6


def _longest_s(timed: TimedPath) -> float:
    return max(b.at_s - a.at_s for a, b in pairwise(timed.points))


def _first_inside(timed: TimedPath, box: Box, zone: Zone, slack_m: float) -> float | None:
    bounds = band(zone.volumes[0], GROUND_M)
    area = shape(box)
    for a, b in pairwise(timed.points):
        p, q = FRAME.to_local(a.waypoint.position), FRAME.to_local(b.waypoint.position)
        for share in np.linspace(0.0, 1.0, 201):
            height_m = a.waypoint.height_agl_m + share * (b.waypoint.height_agl_m - a.waypoint.height_agl_m)
            at_s = a.at_s + share * (b.at_s - a.at_s)
            place = shapely.Point(
                p.east_m + share * (q.east_m - p.east_m), p.north_m + share * (q.north_m - p.north_m)
            )
            near = area.distance(place) <= MARGINS.lateral_m + slack_m
            low_m = bounds.lower_agl_m - MARGINS.vertical_m - slack_m
            high = low_m <= height_m <= bounds.upper_agl_m + MARGINS.vertical_m + slack_m
            if (
                near
                and high
                and any(low <= at_s < end for low, end in windows(zone.applicability, at_s, at_s))
            ):
                return float(at_s)
    return None


def plan(
    sky: Airspace, start: tuple[float, float], goal: tuple[float, float], height_m: float = 60.0
) -> Path | NoPath:
    ends = (Waypoint(sky.frame.to_geo(LocalPoint(*place)), height_m) for place in (start, goal))
    until_s = NOON_S + 120.0
    return find_path(
        sky, *ends, cruise_height_agl_m=height_m, from_s=NOON_S, until_s=until_s, margins=MARGINS
    )


def length_m(path: Path, frame: LocalFrame = FRAME) -> float:
    points = [frame.to_local(waypoint.position) for waypoint in path.waypoints]
    return sum(hypot(b.east_m - a.east_m, b.north_m - a.north_m) for a, b in pairwise(points))


@quick
@given(worlds, places, places, st.sampled_from([30.0, 60.0, 100.0]))
def test_no_planned_path_breaks_anything_whenever_in_its_span_it_is_flown(
    world: list[Box], start: tuple[float, float], goal: tuple[float, float], height_m: float
) -> None:
    fly_at_any_time(world, start, goal, height_m)


def fly_at_any_time(
    world: list[Box], start: tuple[float, float], goal: tuple[float, float], height_m: float
) -> None:
    sky = sky_of(world)
    path = plan(sky, start, goal, height_m)
    if isinstance(path, Path):
        for depart_s in (0.0, 40.0, 80.0):
            timed = flown(path, 30.0 / max(1, len(path.waypoints)))
            assert sky.breaks(timed.shifted(depart_s), Medium.AIR, MARGINS) == ()


@settings(quick, max_examples=60)
@given(worlds, places, places)
def test_no_path_is_shorter_than_the_visibility_graph_of_all_corners(
    world: list[Box], start: tuple[float, float], goal: tuple[float, float]
) -> None:
    """Around the very shapes that the planner keeps out of, to a millionth; none only where there is none."""
    compare_with_brute_force(world, start, goal)


@pytest.mark.slow
@settings(quick, max_examples=3000)
@given(worlds, places, places)
def test_nor_in_thousands_of_worlds(
    world: list[Box], start: tuple[float, float], goal: tuple[float, float]
) -> None:
    compare_with_brute_force(world, start, goal)
    fly_at_any_time(world, start, goal, 60.0)


def compare_with_brute_force(world: list[Box], start: tuple[float, float], goal: tuple[float, float]) -> None:
    sky = sky_of(world)
    binding = sky.blocks_within(
        Medium.AIR, from_s=NOON_S, until_s=NOON_S + 120.0, lower_agl_m=60.0, upper_agl_m=60.0, vertical_m=5.0
    )
    closed = shapely.union_all(list(level_of(sky, binding, MARGINS.lateral_m).sky.solids.values()))
    if any(closed.distance(shapely.Point(place)) < 0.01 for place in (start, goal)):
        return
    path, brute_m = plan(sky, start, goal), _brute_force_m(closed, start, goal)
    if isinstance(path, NoPath):
        assert np.isinf(brute_m)
        assert path.reasons
    else:
        assert isclose(length_m(path), brute_m, rel_tol=1e-6, abs_tol=1e-3)


def _brute_force_m(closed: BaseGeometry, start: tuple[float, float], goal: tuple[float, float]) -> float:
    nodes = np.concatenate([[start], [goal], shapely.get_coordinates(closed).reshape(-1, 2)])
    inner = shapely.buffer(closed, -1e-6, join_style="mitre")
    shapely.prepare(inner)
    a, b = np.triu_indices(len(nodes), 1)
    lines = np.asarray(shapely.linestrings(np.stack([nodes[a], nodes[b]], axis=1)))
    free = ~np.asarray(shapely.intersects(inner, lines))
    span_m = np.maximum(np.asarray(shapely.length(lines[free])), 1e-12)
    graph = csr_array((span_m, (a[free], b[free])), shape=(len(nodes), len(nodes)))
    return float(dijkstra(graph, directed=False, indices=np.array(0))[1])


@settings(quick, max_examples=40)
@given(worlds, places, places, st.sampled_from(FAR))
def test_elsewhere_on_earth_the_same_world_has_the_same_path(
    world: list[Box], start: tuple[float, float], goal: tuple[float, float], origin: tuple[float, float]
) -> None:
    """Across the antimeridian, near 70 degrees north, on the edge of a UTM zone: to 0.1 %."""
    frame = LocalFrame(GeoPoint(*origin))
    here, there = plan(sky_of(world), start, goal), plan(sky_of(world, frame), start, goal)
    if isinstance(here, Path) and isinstance(there, Path):
        assert abs(length_m(there, frame) - length_m(here)) <= 0.001 * length_m(here) + 0.01
        assert abs(there.length_m - here.length_m) <= 0.001 * here.length_m + 0.01
    else:
        assert type(here) is type(there) or _on_an_edge(world, start, goal)


def _on_an_edge(world: list[Box], start: tuple[float, float], goal: tuple[float, float]) -> bool:
    """An end as far from a box as the margin is: rounding decides."""
    return any(
        abs(shape(box).distance(shapely.Point(place)) - MARGINS.lateral_m) < 0.1
        for box in world
        for place in (start, goal)
    )


@pytest.mark.parametrize("origin", FAR)
def test_far_from_the_origin_of_its_frame_a_path_is_as_long(origin: tuple[float, float]) -> None:
    """A wall 8 km from the frame's origin, and the same with the origin beside it."""
    centre = GeoPoint(*origin)
    beside = LocalFrame(centre)
    away = LocalFrame(beside.to_geo(LocalPoint(-8000.0, 0.0)))
    corners = tuple(
        beside.to_geo(LocalPoint(x, y)) for x, y in ((-10, -900), (10, -900), (10, 900), (-10, 900))
    )
    volume = Volume(Polygon(corners), None, None)
    wall = Zone(ZoneId("W"), "", Restriction.PROHIBITED, (volume,))
    ends = tuple(Waypoint(beside.to_geo(LocalPoint(x, 100.0)), 60.0) for x in (-1500.0, 1500.0))
    found = []
    for frame in (beside, away):
        sky = Airspace(frame, (wall,), (), GROUND_M)
        path = find_path(
            sky, *ends, cruise_height_agl_m=60.0, from_s=NOON_S, until_s=NOON_S + 1.0, margins=MARGINS
        )
        assert isinstance(path, Path)
        assert sky.breaks(flown(path), Medium.AIR, MARGINS) == ()
        found.append(path.length_m)
    assert found[1] == pytest.approx(found[0], rel=1e-5)
    assert found[0] == pytest.approx(hypot(1490.0, 805.0) * 2 + 20.0, rel=2e-3)
