from __future__ import annotations

from math import hypot

import pytest

from geofences.airspace import Airspace, Margins
from geofences.free_space import find_path
from geofences.obstacles import Obstacle
from geofences.path import NoPath, Path, Waypoint
from geofences.zone import Circle, Datum, Interval, Limit, Medium, Polygon
from tests.geofences.field import NOON_S, airspace, at, box, flown, found, local, refused, way, zone

MARGINS = Margins(5.0, 10.0)


def plan(sky: Airspace, start: Waypoint, goal: Waypoint, cruise_m: float = 60.0) -> Path | NoPath:
    return find_path(
        sky,
        start,
        goal,
        cruise_height_agl_m=cruise_m,
        from_s=NOON_S,
        until_s=NOON_S + 600,
        margins=MARGINS,
    )


def test_a_free_sky_is_crossed_straight() -> None:
    path = found(plan(airspace(), way(0, 0), way(300, 400)))
    assert [waypoint.height_agl_m for waypoint in path.waypoints] == [0, 60, 60, 0]
    assert path.length_m == pytest.approx(500, rel=1e-6)
    assert path.avoided == ()


def test_heights_of_start_and_goal_are_kept() -> None:
    path = found(plan(airspace(), way(0, 0, 60), way(100, 0, 3)))
    assert [waypoint.height_agl_m for waypoint in path.waypoints] == [60, 60, 3]
    path = found(plan(airspace(), way(0, 0, 80), way(100, 0, 60)))
    assert [waypoint.height_agl_m for waypoint in path.waypoints] == [80, 60, 60]


def test_one_place_is_left_and_come_back_to() -> None:
    path = found(plan(airspace(), way(0, 0), way(0, 0)))
    assert [waypoint.height_agl_m for waypoint in path.waypoints] == [0, 60, 0]


def test_it_bends_close_around_the_nearer_side_and_says_around_what() -> None:
    sky = airspace(zone("A", box(-50, -30, 50, 90)), zone("far", box(500, 500, 600, 600)))
    path = found(plan(sky, way(-300, 0), way(300, 0)))
    around = 2 * hypot(250, 35) + 100  # as if corners were sharp and margins only below
    assert path.length_m == pytest.approx(around, rel=2e-3)
    assert all(local(waypoint.position)[1] < 1 for waypoint in path.waypoints)
    assert path.avoided == ("A 'zone A'",)
    assert sky.breaks(flown(path), Medium.AIR, MARGINS) == ()


def test_a_circle_costs_little_more_than_its_arc() -> None:
    path = found(plan(airspace(zone("A", Circle(at(0, 0), 95.0))), way(-1000, 0), way(1000, 0)))
    exact = 2 * (1000**2 - 100**2) ** 0.5 + 100 * 2 * 0.10017  # tangents and the arc between them
    assert exact <= path.length_m <= exact * 1.0005


@pytest.mark.parametrize(("height_m", "bends"), [(49.9, False), (50.1, True)])
def test_a_building_counts_when_its_top_and_margin_reach_cruise_height(
    height_m: float, *, bends: bool
) -> None:
    path = found(
        plan(airspace(Obstacle("tower", box(-20, -20, 20, 20), height_m)), way(-200, 0), way(200, 0))
    )
    assert (path.avoided == ("tower",)) is bends


def test_a_zone_under_the_cruise_is_flown_over_but_not_descended_into() -> None:
    sky = airspace(zone("low", box(-50, -50, 50, 50), upper=Limit(30, Datum.AGL)))
    assert found(plan(sky, way(-300, 0), way(300, 0))).avoided == ()
    assert refused(plan(sky, way(-300, 0), way(0, 0))) == [
        "the goal lies in low 'zone low' (PROHIBITED, 0-30 m AGL, always)"
    ]
    assert isinstance(plan(sky, way(-300, 0), way(0, 0, 45)), Path)


def test_a_zone_that_wakes_up_within_the_span_is_avoided() -> None:
    square = box(-50, -50, 50, 50)
    asleep = airspace(zone("A", square, when=(Interval(NOON_S + 601, None),)))
    waking = airspace(zone("A", square, when=(Interval(NOON_S + 599, None),)))
    assert found(plan(asleep, way(-300, 0), way(300, 0))).avoided == ()
    assert found(plan(waking, way(-300, 0), way(300, 0))).avoided == ("A 'zone A'",)


def test_start_and_goal_inside_keep_outs_are_named() -> None:
    sky = airspace(zone("A", box(-50, -50, 50, 50)), Obstacle("tower", box(200, 0, 220, 20), 40))
    assert refused(plan(sky, way(0, 0), way(197, 10))) == [
        "the start lies in A 'zone A' (PROHIBITED, 0-150 m AGL, always)",
        "the goal lies within 5 m of tower (40 m high)",
    ]


def ring(inner_m: float, outer_m: float) -> list[Polygon]:
    i, o = inner_m, outer_m
    return [box(-o, -o, o, -i), box(-o, i, o, o), box(-o, -i, -i, i), box(i, -i, o, i)]


def test_walls_all_around_are_named() -> None:
    walls = [zone(f"W{n}", side) for n, side in enumerate(ring(100, 120))]
    sky = airspace(*walls, zone("far", box(400, 0, 450, 50)), zone("within", box(-60, -60, -40, -40)))
    out = refused(plan(sky, way(0, 0), way(300, 0)))
    assert [text.split(" (")[0] for text in out] == [
        f"the start is walled in by W{n} 'zone W{n}'" for n in range(4)
    ]
    back = refused(plan(sky, way(300, 0), way(0, 0)))
    assert all(text.startswith("the goal is walled in by W") for text in back)
    inside = found(plan(sky, way(-80, -80), way(80, 80)))
    assert inside.avoided == ("within 'zone within'",)


def test_a_gap_is_a_way_out_only_when_wider_than_both_margins() -> None:
    south, north, west, _ = ring(100, 120)
    for gap_m, passable in ((10.0, False), (10.2, True)):
        east = [box(100, -100, 120, -gap_m / 2), box(100, gap_m / 2, 120, 100)]
        sky = airspace(*(zone(f"W{n}", side) for n, side in enumerate([south, north, west, *east])))
        result = plan(sky, way(0, 50), way(300, 0))
        assert isinstance(result, Path) is passable
        if isinstance(result, Path):
            assert sky.breaks(flown(result), Medium.AIR, MARGINS) == ()


def test_a_start_just_outside_the_margin_is_led_out_and_flown() -> None:
    sky = airspace(zone("A", box(-50, -50, 50, 50)))
    for aside_m in (55.001, 55.02, 55.04, 55.1):
        path = found(plan(sky, way(-aside_m, 0), way(aside_m, 0)))
        assert sky.breaks(flown(path), Medium.AIR, MARGINS) == ()


def test_a_detour_outside_is_found_where_a_slalom_near_the_straight_line_is_longer() -> None:
    posts = [box(x - 2, -130, x + 2, 100) for x in (-200, 0, 200)]
    posts += [box(x - 2, -100, x + 2, 130) for x in (-100, 100)]
    path = found(
        plan(airspace(*(zone(f"P{n}", post) for n, post in enumerate(posts))), way(-300, 0), way(300, 0))
    )
    assert path.length_m < 705
    assert all(local(waypoint.position)[1] > -1 for waypoint in path.waypoints)


@pytest.mark.parametrize("east_m", range(90, 104))
def test_a_path_a_little_longer_than_every_corner_is_far_is_found(east_m: float) -> None:
    sky = airspace(zone("wall", box(-20, -400, 20, 400)))
    path = found(plan(sky, way(-east_m, 0), way(east_m, 0)))
    assert path.length_m < 1100


def test_asking_again_gives_the_same_path() -> None:
    sky = airspace(*(zone(f"Z{n}", box(40 * n, -50 - 7 * n, 40 * n + 15, 30 + 5 * n)) for n in range(8)))
    first = [plan(sky, way(-100, y), way(500, -y)) for y in (-20, 0, 20)]
    again = [plan(sky, way(-100, y), way(500, -y)) for y in (20, 0, -20)][::-1]
    fresh = [plan(airspace(*sky.zones), way(-100, y), way(500, -y)) for y in (-20, 0, 20)]
    assert first == again == fresh
