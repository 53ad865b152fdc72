from dataclasses import replace
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofences.path import Waypoint
from geofences.position import GeoPoint, destination, distance_m
from tests.vehicles.px4_law import level_s
from vehicles.pace import travel_s
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT

HOME = GeoPoint(60.17, 24.94)


def way(*steps: tuple[float, float], height_agl_m: float = 0.0) -> list[Waypoint]:
    """Waypoints from home by bearing (degrees) and distance (metres)."""
    places = accumulate(steps, lambda at, step: destination(at, *step), initial=HOME)
    return [Waypoint(place, height_agl_m) for place in places]


def test_a_slanted_segment_takes_as_long_as_its_slower_part() -> None:
    low, high = Waypoint(HOME), Waypoint(destination(HOME, 0.0, 15.0), 40.0)
    (steep_s,) = travel_s(DELIVERY_DRONE, (low, high), 15.0)
    assert 10.0 < steep_s < 10.0 + 8.0, "40 m at 4 m/s, and the take-off"
    far = Waypoint(destination(HOME, 0.0, 300.0), 40.0)
    (flat_s,) = travel_s(DELIVERY_DRONE, (low, far), 15.0)
    assert 20.0 < flat_s < 20.0 + 12.0, "300 m at 15 m/s, the take-off, speeding up and slowing down"


def test_a_short_hop_never_reaches_cruise_speed() -> None:
    (seconds,) = travel_s(DELIVERY_DRONE, way((0, 12), height_agl_m=50.0), 15.0)
    assert 12.0 / seconds < 3.0  # PX4's limit on jerk lets it reach 4 m/s, and slows it down for long


def test_a_straight_line_that_is_cut_takes_longer_as_px4_looks_one_corner_ahead() -> None:
    whole = sum(travel_s(DELIVERY_DRONE, way((30, 600), height_agl_m=50.0), 15.0))
    cut = sum(travel_s(DELIVERY_DRONE, way(*[(30, 20)] * 30, height_agl_m=50.0), 15.0))
    assert whole == pytest.approx(level_s(600.0, 15.0), rel=1e-4)
    assert whole + 3.0 < cut < 2.5 * whole


def test_over_the_top_of_a_hill_it_keeps_its_speed_as_height_is_flown_apart() -> None:
    level = way(*[(30, 46)] * 6, height_agl_m=50.0)
    heights_m = (50.0, 58.7, 62.2, 58.7, 49.1, 40.0, 31.0)
    crest = [replace(one, height_agl_m=height_m) for one, height_m in zip(level, heights_m, strict=True)]
    flat_s, over_s = (travel_s(DELIVERY_DRONE, each, 15.0) for each in (level, crest))
    assert over_s[1:3] == pytest.approx(flat_s[1:3], abs=0.3)
    assert over_s[4] == pytest.approx(9.1 / 2.5, abs=0.4), "downhill its descent is the slower part"


def test_a_slope_straight_from_a_climb_costs_what_a_real_px4_took() -> None:
    """PX4 a70a558393: up 45 m, then 231 m on and 24 m higher, 17.8 and 44.6 s after its start."""
    at = [
        Waypoint(destination(HOME, 90.0, away_m), height_m)
        for away_m, height_m in ((0, 0), (0, 45.2), (231, 69.5))
    ]
    level = [*at[:2], replace(at[2], height_agl_m=45.2)]
    sloping_s, level_s = (travel_s(DELIVERY_DRONE, each, 15.0)[1] for each in (at, level))
    assert 4.0 < sloping_s - level_s < 7.0
    assert sloping_s == pytest.approx(44.6 - 17.8, abs=3.0)


def test_a_slope_that_ends_is_slowed_down_for() -> None:
    """By PX4's law its height comes to rest 0.8 m before the end: 0.5 m/s down, on a slope of one in five."""
    top, foot, far = (Waypoint(destination(HOME, 0.0, away_m), 90.0) for away_m in (0.0, 150.0, 300.0))
    low = [top, replace(foot, height_agl_m=60.0), replace(far, height_agl_m=60.0)]
    ends_s, goes_on_s = (
        travel_s(DELIVERY_DRONE, each, 10.0)[0] for each in (low, [*low[:2], replace(far, height_agl_m=30.0)])
    )
    assert 0.5 < ends_s - goes_on_s < 4.0


def test_a_sharper_corner_costs_more() -> None:
    times = [
        sum(travel_s(DELIVERY_DRONE, way((0, 300), (turn, 300), height_agl_m=50.0), 15.0))
        for turn in (0, 20, 60, 90, 150)
    ]
    assert all(a <= b + 1e-6 for a, b in pairwise(times))
    assert times[0] + 1.0 < times[2] < times[3]


def test_corners_take_the_time_that_a_real_px4_took() -> None:
    """Flown on PX4 a70a558393 (SIH, SIH_KDV 0.05) with the safe set: seconds between two waypoints."""
    level = way((0.0, 150.0), (90.0, 120.0), (60.0, 200.0), (180.0, 150.0), height_agl_m=50.0)
    out = [Waypoint(HOME), *level, replace(level[-1], height_agl_m=8.0)]
    flown_s = [19.5, 18.9, 13.8, 24.0, 17.3, 20.4]
    planned_s = travel_s(DELIVERY_DRONE, out, 15.0)
    assert planned_s == pytest.approx(flown_s, abs=3.0)
    assert sum(planned_s) == pytest.approx(sum(flown_s), rel=0.04)


def test_a_straight_delivery_takes_the_time_that_a_real_px4_took() -> None:
    """PX4 a70a558393, `fly --to` 310 m away: 64.3 s from its start to the hand-over's height."""
    up, there = Waypoint(HOME, 45.0), Waypoint(destination(HOME, 35.7, 309.6), 45.0)
    out = [Waypoint(HOME), up, there, replace(there, height_agl_m=8.0)]
    assert sum(travel_s(DELIVERY_DRONE, out, 15.0)) == pytest.approx(64.3, abs=2.0)


def test_a_robot_stops_and_turns_at_a_street_corner() -> None:
    straight = sum(travel_s(SIDEWALK_ROBOT, way((0, 50), (0, 50)), 1.6))
    corner = sum(travel_s(SIDEWALK_ROBOT, way((0, 50), (90, 50)), 1.6))
    assert corner - straight == pytest.approx(1.6 / 0.8 + 1.0, abs=0.01)


def test_a_point_given_twice_is_no_trouble() -> None:
    once, twice = way((0, 100)), [way((0, 100))[0], *way((0, 100))]
    assert travel_s(SIDEWALK_ROBOT, twice, 1.6) == pytest.approx([0.0, *travel_s(SIDEWALK_ROBOT, once, 1.6)])


@given(
    steps=st.lists(st.tuples(st.floats(0, 360), st.floats(0.01, 500)), min_size=1, max_size=12),
    speed_mps=st.floats(0.5, 15.0),
)
def test_nothing_is_faster_than_uniform_motion(steps: list[tuple[float, float]], speed_mps: float) -> None:
    path = way(*steps, height_agl_m=50.0)
    for profile in (DELIVERY_DRONE, SIDEWALK_ROBOT):
        times = travel_s(profile, path, speed_mps)
        uniform = [distance_m(a.position, b.position) / speed_mps for a, b in pairwise(path)]
        assert all(real >= least - 1e-6 for real, least in zip(times, uniform, strict=True))
        assert sum(times) < sum(uniform) + 25.0 * len(path)
