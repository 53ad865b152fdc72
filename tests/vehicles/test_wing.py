"""Where a VTOL flies on its wing, and where its turns lie."""

from __future__ import annotations

from math import cos, radians, tan

import pytest

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, destination, distance_m
from vehicles.mission import Travel
from vehicles.profiles import DELIVERY_DRONE, DELIVERY_VTOL
from vehicles.schedule import schedule
from vehicles.wing import lead_m, on_wing, pushed_out, turns

HOME = GeoPoint(60.17, 24.94)
LEAD_M = 0.32 * 7.071 * 22.0  # NPFG_SW_DST_MLT, NPFG_PERIOD x NPFG_DAMPING, cruise speed


def bent(turn_deg: float, *, last_m: float = 800.0, height_m: float = 60.0) -> tuple[Waypoint, ...]:
    """800 m north and then another way, with a climb before and a descent after."""
    corner = destination(HOME, 0.0, 800.0)
    end = destination(corner, turn_deg, last_m)
    level = tuple(Waypoint(place, height_m) for place in (HOME, corner, end))
    return (Waypoint(HOME), *level, Waypoint(end, 8.0))


def test_what_is_long_is_flown_on_the_wing_and_what_is_upright_or_short_is_not() -> None:
    assert on_wing(DELIVERY_VTOL, bent(90.0)) == (False, True, True, False)
    assert on_wing(DELIVERY_VTOL, bent(90.0, last_m=200.0)) == (
        False,
        True,
        True,
        False,
    )
    assert on_wing(DELIVERY_VTOL, bent(120.0, last_m=200.0)) == (False, True, False, False)
    assert on_wing(DELIVERY_DRONE, bent(90.0)) == (False,) * 4


def test_a_turn_begins_its_lead_before_the_corner_and_ends_as_far_behind_it() -> None:
    way = bent(90.0)
    arc = turns(DELIVERY_VTOL, way, 22.0)[2]
    assert lead_m(22.0) == pytest.approx(LEAD_M, rel=1e-3)
    assert distance_m(arc[0].position, way[2].position) == pytest.approx(LEAD_M, rel=1e-3)
    assert distance_m(arc[-1].position, way[2].position) == pytest.approx(LEAD_M, rel=1e-3)
    inside_m = min(distance_m(point.position, way[2].position) for point in arc)
    assert inside_m == pytest.approx(LEAD_M * tan(radians(22.5)), rel=0.02)
    assert distance_m(arc[0].position, way[1].position) == pytest.approx(800.0 - LEAD_M, abs=0.5)


def test_a_corner_that_is_too_sharp_is_stopped_at() -> None:
    way = bent(120.0)
    assert turns(DELIVERY_VTOL, way, 22.0)[2] == (way[2],)
    assert all(len(passed) == 1 for passed in turns(DELIVERY_DRONE, bent(90.0), 15.0))


def test_a_corner_that_is_pushed_out_has_its_arc_where_it_was() -> None:
    way = bent(80.0)
    moved = pushed_out(DELIVERY_VTOL, way, 22.0)
    arc = turns(DELIVERY_VTOL, moved, 22.0)[2]
    assert min(distance_m(point.position, way[2].position) for point in arc) < 2.0
    assert moved[0] == way[0]
    assert moved[-1] == way[-1]


def test_the_timed_path_holds_the_arc_at_the_speed_flown() -> None:
    way = bent(90.0)
    timed = schedule(DELIVERY_VTOL, (Travel(Path(way), 22.0),), 0.0).timed
    arc = turns(DELIVERY_VTOL, way, 22.0)[2]
    points = {point.waypoint: point.at_s for point in timed.points}
    assert set(arc) <= points.keys()
    assert way[2] not in points
    times = [points[point] for point in arc]
    assert times == sorted(times)
    chord_m = 2.0 * LEAD_M * cos(radians(45.0))
    assert chord_m / 22.0 < times[-1] - times[0] < 2.1 * LEAD_M / 22.0
