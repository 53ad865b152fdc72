"""Motion and energy of simulated airframes: times, limits, corners, wind, batteries."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from sitl.airframe import Airframe, Motors
from sitl.battery import Battery, Consumption
from sitl.body import Body, Line, Place
from sitl.copter import ACCELERATION_MPS2, Air, step_copter
from sitl.faults import Faults
from sitl.gripper import Jaws
from sitl.steps import GoTo, LandAt, Stay, Step, TakeOff
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT

STEP_S = 0.1
CALM = Air()


def _airframe(steps: tuple[Step, ...], *, wind: Air = CALM, robot: bool = False, seed: int = 7) -> Airframe:
    profile = SIDEWALK_ROBOT if robot else DELIVERY_DRONE
    airframe = Airframe(profile, seed, wind, 1.0, Faults())
    airframe.pilot.engage(steps, 0, 0.0)
    return airframe


def _run(airframe: Airframe, *, most_s: float = 2000.0) -> list[tuple[float, Body]]:
    """Carry out the pilot's steps; the body after each tenth of a second."""
    track: list[tuple[float, Body]] = []
    at_s = 0.0
    while airframe.pilot.step is not None:
        at_s += STEP_S
        assert at_s < most_s, "the steps never end"
        airframe.tick(at_s, STEP_S, Motors.WORKING)
        track.append((at_s, replace(airframe.body)))
    return track


def _north(metres: float, height_m: float = 0.0) -> Place:
    return Place(0.0, metres, height_m)


def test_climb_cruise_and_landing_take_the_time_that_the_speeds_say() -> None:
    airframe = _airframe((TakeOff(60.0), GoTo(_north(600.0, 60.0)), LandAt(_north(600.0))))
    track = _run(airframe)
    profile = DELIVERY_DRONE
    uniform_s = 60.0 / profile.climb_mps + 600.0 / profile.cruise_mps + 60.0 / profile.descend_mps
    assert uniform_s < track[-1][0] < uniform_s + 20.0
    assert airframe.body.north_m == pytest.approx(600.0, abs=0.5)
    assert airframe.body.height_agl_m < 0.05


def test_no_limit_of_the_airframe_is_passed() -> None:
    steps = (TakeOff(60.0), GoTo(_north(300.0, 60.0)), GoTo(Place(300.0, 300.0, 30.0)), LandAt())
    before = Body()
    for _, body in _run(_airframe(steps)):
        change = math.dist(
            (body.east_mps, body.north_mps, body.up_mps),
            (before.east_mps, before.north_mps, before.up_mps),
        )
        assert change <= ACCELERATION_MPS2 * STEP_S + 1e-6
        assert body.speed_mps <= DELIVERY_DRONE.cruise_mps + 0.1
        assert -DELIVERY_DRONE.descend_mps - 0.1 <= body.up_mps <= DELIVERY_DRONE.climb_mps + 0.1
        before = body


@pytest.mark.parametrize("turn_deg", [5.0, 30.0, 60.0, 90.0, 135.0, 175.0])
def test_corners_are_overshot_by_little(turn_deg: float) -> None:
    corner = _north(300.0, 60.0)
    course = math.radians(turn_deg)
    goal = Place(300.0 * math.sin(course), 300.0 + 300.0 * math.cos(course), 60.0)
    airframe = _airframe((TakeOff(60.0), GoTo(corner), GoTo(goal)))
    lines = [Line.between(_north(0.0, 60.0), corner, 15.0, 0.0), Line.between(corner, goal, 15.0, 0.0)]
    worst_m = 0.0
    for _, body in _run(airframe):
        if body.height_agl_m > 58.0:
            worst_m = max(worst_m, min(_off_m(line, body) for line in lines))
    assert worst_m < 1.7


def _off_m(line: Line, body: Body) -> float:
    """Distance to a line segment."""
    left_m = max(0.0, min(line.length_m, line.left_m(body)))
    nearest = Place(
        line.end.east_m - line.unit_east * left_m,
        line.end.north_m - line.unit_north * left_m,
        line.end.height_agl_m - line.unit_up * left_m,
    )
    return nearest.away_m(body)


def test_a_hold_keeps_its_place_in_gusts_and_stops_within_braking_distance() -> None:
    airframe = _airframe((TakeOff(60.0), GoTo(_north(2000.0, 60.0))), wind=Air(8.0, -4.0))
    at_s = 0.0
    while airframe.body.speed_mps < 14.5:
        at_s += STEP_S
        airframe.tick(at_s, STEP_S, Motors.WORKING)
    stop_m = airframe.body.north_m
    airframe.pilot.engage((), 0, at_s)
    places = []
    for _ in range(600):
        at_s += STEP_S
        airframe.tick(at_s, STEP_S, Motors.WORKING)
        places.append(airframe.body.place)
    assert airframe.body.north_m - stop_m < 15.0**2 / (2 * ACCELERATION_MPS2) + 5.0
    rest = places[200:]
    assert max(abs(place.north_m - rest[0].north_m) for place in rest) < 2.5
    assert {place.east_m for place in rest} != {0.0}, "gusts must be felt"


def test_gusts_follow_the_seed() -> None:
    steps = (TakeOff(20.0), Stay(20.0))
    windy = Air(6.0, 0.0)
    first, again, other = (_run(_airframe(steps, wind=windy, seed=seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_a_robot_keeps_to_its_line_slows_for_corners_and_stops_at_the_end() -> None:
    corners = [_north(40.0), Place(40.0, 40.0, 0.0), Place(10.0, 70.0, 0.0)]
    airframe = _airframe(tuple(GoTo(corner) for corner in corners), robot=True)
    points = [_north(0.0), *corners]
    lines = [Line.between(a, b, 1.6, 0.0) for a, b in pairwise(points)]
    track = _run(airframe)
    assert max(min(_off_m(line, body) for line in lines) for _, body in track) < 0.5
    assert max(body.speed_mps for _, body in track) <= SIDEWALK_ROBOT.cruise_mps + 1e-6
    near = [body.speed_mps for _, body in track if corners[0].away_m(body) < 0.3]
    assert near
    assert min(near) < 0.4
    assert corners[-1].away_m(airframe.body) < 0.5
    assert airframe.body.speed_mps < 0.3


def test_a_robot_that_faces_the_wrong_way_turns_first() -> None:
    airframe = _airframe((GoTo(_north(-30.0)),), robot=True)
    track = _run(airframe)
    assert max(body.north_m for _, body in track) < 0.3
    assert airframe.body.heading_deg == pytest.approx(180.0, abs=5.0)


def _power_w(payload_kg: float, speed_mps: float, wind: Air = CALM, up_mps: float = 0.0) -> float:
    body = Body(north_mps=speed_mps, up_mps=up_mps, height_agl_m=50.0)
    return Consumption(DELIVERY_DRONE).moving_w(body, payload_kg, wind)


def test_hovering_costs_what_momentum_theory_says() -> None:
    thrust_n = (DELIVERY_DRONE.mass_kg + 2.0) * 9.80665
    ideal_w = thrust_n**1.5 / math.sqrt(2.0 * 1.225 * DELIVERY_DRONE.rotor_area_m2)
    expected_w = ideal_w / DELIVERY_DRONE.rotor_efficiency_frac + DELIVERY_DRONE.idle_w
    assert _power_w(2.0, 0.0) == pytest.approx(expected_w, rel=1e-6)


def test_cruise_in_still_air_costs_what_the_profile_publishes() -> None:
    hover_w = _power_w(0.0, 0.0)
    assert _power_w(0.0, 15.0) == pytest.approx(hover_w + DELIVERY_DRONE.drag_power_w, rel=1e-6)


def test_payload_headwind_and_climbing_cost_more_and_slow_flight_less() -> None:
    assert _power_w(2.0, 15.0) > _power_w(0.0, 15.0)
    assert _power_w(0.0, 15.0, Air(0.0, -6.0)) > _power_w(0.0, 15.0) > _power_w(0.0, 15.0, Air(0.0, 6.0))
    assert _power_w(0.0, 0.0, up_mps=4.0) > _power_w(0.0, 0.0)
    assert _power_w(0.0, 7.0) < _power_w(0.0, 0.0)  # translational lift


def test_a_robot_pays_for_the_mass_it_rolls() -> None:
    consumption = Consumption(SIDEWALK_ROBOT)
    body = Body(north_mps=1.6)
    assert consumption.moving_w(body, 0.0, CALM) == pytest.approx(
        SIDEWALK_ROBOT.idle_w + SIDEWALK_ROBOT.drag_power_w
    )
    assert consumption.moving_w(body, 10.0, CALM) > consumption.moving_w(body, 0.0, CALM)


def test_charging_is_constant_power_and_then_a_taper() -> None:
    battery = Battery(100.0, 50.0)
    battery.charge(100.0, 360.0)
    assert battery.left_wh == pytest.approx(60.0)
    battery.left_wh = 99.0
    battery.charge(100.0, 36.0)
    assert 99.2 < battery.left_wh < 99.6
    for _ in range(10_000):
        battery.charge(100.0, 10.0)
    assert battery.left_wh == pytest.approx(100.0)


def test_an_empty_battery_gives_nothing_more() -> None:
    battery = Battery(10.0, 1.0)
    battery.draw(3600.0, 10.0)
    assert (battery.left_wh, battery.used_wh) == (0.0, 1.0)


def test_only_home_has_a_charger() -> None:
    airframes = [_airframe(()), _airframe(())]
    airframes[1].body.east_m = 50.0
    for airframe in airframes:
        airframe.battery.left_wh = 400.0
        for second in range(60):
            airframe.tick(float(second), 1.0, Motors.OFF)
    assert airframes[0].battery.left_wh > 410.0
    assert airframes[1].battery.left_wh < 400.0


def test_a_zero_length_line_at_rest_does_not_move() -> None:
    body = Body(height_agl_m=10.0)
    place = body.place
    for _ in range(100):
        step_copter(body, Line.between(place, place, 15.0, 0.0), DELIVERY_DRONE, CALM, STEP_S)
    assert body.place == place


def test_the_load_of_a_vehicle_follows_its_gripper() -> None:
    airframe = _airframe(())
    airframe.grip(Jaws.CLOSED, 1.5, 0.0)
    airframe.tick(1.0, 1.0, Motors.OFF)
    assert airframe.payload_kg == 0.0
    airframe.tick(1.2, 0.2, Motors.OFF)
    assert airframe.payload_kg == 1.5
    airframe.grip(Jaws.OPEN, 0.0, 1.2)
    airframe.tick(3.0, 1.8, Motors.OFF)
    assert airframe.payload_kg == 0.0


def test_a_pilot_without_steps_stays() -> None:
    airframe = _airframe(())
    before = airframe.body.place
    assert airframe.tick(STEP_S, STEP_S, Motors.WORKING) == []
    assert airframe.body.place == before
    assert airframe.pilot.step is None
    assert not airframe.pilot.is_landing
