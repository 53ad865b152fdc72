from dataclasses import replace
from itertools import pairwise
from math import log

import pytest

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, destination, distance_m
from tests.vehicles.px4_law import TAKE_OFF_S, down_s, level_s, up_s
from vehicles.handover import LandAndRelease
from vehicles.mission import Dock, DropOff, Leg, ParcelId, PickUp, Travel, Wait
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT
from vehicles.schedule import schedule

HOME = GeoPoint(60.17, 24.94)
DOOR = destination(HOME, 90.0, 600.0)
PARCEL = ParcelId("p1")


def there_and_back() -> tuple[Leg, ...]:
    out = (Waypoint(HOME), Waypoint(HOME, 60.0), Waypoint(DOOR, 60.0), Waypoint(DOOR, 8.0))
    return (
        PickUp(PARCEL, 1.0, Waypoint(HOME), 6.0),
        Travel(Path(out), 15.0),
        DropOff(PARCEL, 1.0, Waypoint(DOOR, 8.0), 6.0),
        Travel(Path(out[::-1]), 15.0),
        Dock(Waypoint(HOME)),
    )


def test_each_leg_ends_when_its_parts_are_done() -> None:
    timed = schedule(DELIVERY_DRONE, there_and_back(), 1000.0)
    out_s = TAKE_OFF_S + up_s(60.0, 4.0) + level_s(600.0, 15.0) + down_s(52.0, 2.5)
    # from 10 to 5 m above the ground a landing slows from 2.5 to 0.7 m/s, and then stays so slow
    slow_s = 5 / 0.7 + 5 / 1.8 * log(2.5 / 0.7) - 10 / 2.5
    back_s = up_s(52.0, 4.0) + level_s(600.0, 15.0) + down_s(60.0, 2.5) + slow_s
    expected = [1000.0, 1000 + out_s, 1006 + out_s, 1006 + out_s + back_s, 1006 + out_s + back_s]
    assert timed.leg_ends_at_s == pytest.approx(expected, abs=0.02)
    assert timed.timed.starts_at_s == 1000.0  # loading was over at departure
    assert timed.timed.ends_at_s == timed.leg_ends_at_s[-1]


def test_drone_hovers_at_the_drop_off_and_ends_on_its_pad() -> None:
    timed = schedule(DELIVERY_DRONE, there_and_back(), 0.0).timed
    ((a, b),) = [(a, b) for a, b in pairwise(timed.points) if a.waypoint == b.waypoint]
    assert a.waypoint == Waypoint(DOOR, 8.0)
    assert b.at_s - a.at_s == pytest.approx(6.0)
    assert timed.points[-1].waypoint == Waypoint(HOME)


def test_a_hand_over_by_landing_takes_what_a_real_px4_took() -> None:
    """From 8 m: 21.6 and 20.6 s (a70a558393, SIH): sinking, standing, opening, rising again."""
    legs = tuple(
        replace(leg, handover=LandAndRelease()) if isinstance(leg, DropOff) else leg
        for leg in there_and_back()
    )
    _, arrived_s, over_s, *_ = schedule(DELIVERY_DRONE, legs, 0.0).leg_ends_at_s
    assert over_s - arrived_s == pytest.approx(21.5, abs=1.0)
    timed = schedule(DELIVERY_DRONE, legs, 0.0).timed
    ((touched, left),) = [(a, b) for a, b in pairwise(timed.points) if a.waypoint == b.waypoint]
    assert touched.waypoint == Waypoint(DOOR)
    assert left.at_s - touched.at_s == pytest.approx(6.2)


def test_after_landing_it_climbs_on_without_coming_to_rest_over_the_door() -> None:
    lands = tuple(
        replace(leg, handover=LandAndRelease()) if isinstance(leg, DropOff) else leg
        for leg in there_and_back()
    )
    hovering, landing = (
        schedule(DELIVERY_DRONE, legs, 0.0).leg_ends_at_s for legs in (there_and_back(), lands)
    )
    assert 0.8 < (hovering[3] - hovering[2]) - (landing[3] - landing[2]) < 2.5


def test_a_gap_between_legs_is_travelled_not_jumped() -> None:
    kerb = destination(DOOR, 0.0, 16.0)
    legs = (
        Travel(Path((Waypoint(HOME), Waypoint(DOOR))), 1.6),
        DropOff(PARCEL, 1.0, Waypoint(kerb), 20.0),
        Dock(Waypoint(kerb)),
    )
    timed = schedule(SIDEWALK_ROBOT, legs, 0.0).timed
    for a, b in pairwise(timed.points):
        metres = distance_m(a.waypoint.position, b.waypoint.position)
        assert metres <= 1.6 * (b.at_s - a.at_s) + 1e-6
    assert timed.ends_at_s == pytest.approx(600 / 1.6 + 2.0 + 10.0 + 2.0 + 20.0, rel=1e-6)


def test_a_wait_and_a_second_loading_take_their_time() -> None:
    way = Path((Waypoint(HOME), Waypoint(DOOR)))
    legs = (Travel(way, 1.6), PickUp(PARCEL, 1.0, Waypoint(DOOR), 10.0), Wait(5.0), Dock(Waypoint(DOOR)))
    ends = schedule(SIDEWALK_ROBOT, legs, 0.0).leg_ends_at_s
    assert [b - a for a, b in pairwise(ends)] == pytest.approx([10.0, 5.0, 0.0])


def test_what_the_vehicle_cannot_do_is_refused_by_name() -> None:
    up = Travel(Path((Waypoint(HOME), Waypoint(HOME, 5.0))), 1.6)
    with pytest.raises(ValueError, match=r"height_agl_m: sidewalk-robot .*climb_mps"):
        schedule(SIDEWALK_ROBOT, (up,), 0.0)
    still = Travel(Path((Waypoint(HOME), Waypoint(DOOR))), 0.0)
    with pytest.raises(ValueError, match="speed_mps"):
        schedule(SIDEWALK_ROBOT, (still,), 0.0)
    with pytest.raises(ValueError, match="legs"):
        schedule(SIDEWALK_ROBOT, (Wait(3.0),), 0.0)
