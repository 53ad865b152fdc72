"""Motion and energy of simulated airframes: times, limits, corners, wind, batteries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest

from sitl.aboard.airframe import Airframe, Motors
from sitl.aboard.gripper import Jaws
from sitl.faults import Faults
from sitl.motion.battery import charge, draw
from sitl.motion.body import Line, Place
from sitl.motion.consumption import copter_w, equip, robot_w
from sitl.motion.copter import Air
from sitl.motion.state import Cell
from sitl.motion.steps import GoTo, LandAt, Stay, Step, TakeOff
from sitl.motion.swarm import Swarm
from sitl.motion.wing import TURN_MPS2
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, DELIVERY_VTOL, SIDEWALK_ROBOT

STEP_S = 0.1
CALM = Air()


@dataclass(frozen=True)
class Seen:
    """A body at one instant."""

    place: Place
    east_mps: float
    north_mps: float
    up_mps: float
    heading_deg: float

    @property
    def speed_mps(self) -> float:
        return math.hypot(self.east_mps, self.north_mps)


def _see(airframe: Airframe) -> Seen:
    body = airframe.body
    return Seen(body.place, body.east_mps, body.north_mps, body.up_mps, body.heading_deg)


def _airframe(
    steps: tuple[Step, ...],
    *,
    wind: Air = CALM,
    robot: bool = False,
    kind: VehicleProfile | None = None,
    seed: int = 7,
    parcel_kg: float = 0.0,
    swarm: Swarm | None = None,
) -> Airframe:
    """An airframe with its motors on and without an autopilot."""
    profile = kind or (SIDEWALK_ROBOT if robot else DELIVERY_DRONE)
    airframe = Airframe(profile, seed, wind, 1.0, Faults(), swarm=swarm)
    airframe.payload_kg = parcel_kg

    def attend() -> None:
        airframe.attend()

    airframe.start(0.0, (1.0, STEP_S), attend, lambda: None)
    airframe.run(Motors.WORKING)
    airframe.pilot.engage(steps, 0, 0.0)
    airframe.on_ground = False
    airframe.touch(0.0, 0.0)
    return airframe


def _run(airframe: Airframe, *, most_s: float = 2000.0) -> list[tuple[float, Seen]]:
    """Carry out the pilot's steps; the body after each tenth of a second."""
    track: list[tuple[float, Seen]] = []
    while airframe.pilot.step is not None:
        at_s = (len(track) + 1) * STEP_S
        assert at_s < most_s, "the steps never end"
        airframe.look(at_s)
        track.append((at_s, _see(airframe)))
    return track


def _north(metres: float, height_m: float = 0.0) -> Place:
    return Place(0.0, metres, height_m)


def test_climb_cruise_and_landing_take_the_time_that_the_speeds_say() -> None:
    airframe = _airframe((TakeOff(60.0), GoTo(_north(600.0, 60.0)), LandAt(_north(600.0))))
    track = _run(airframe)
    profile = DELIVERY_DRONE
    uniform_s = 60.0 / profile.climb_mps + 600.0 / profile.cruise_mps + 60.0 / profile.descend_mps
    assert (
        uniform_s < track[-1][0] < uniform_s + 28.0
    )  # its motors take 3 s, its landing is believed after 3.7
    assert airframe.body.north_m == pytest.approx(600.0, abs=0.5)
    assert airframe.body.height_agl_m < 0.05


def test_no_limit_of_the_airframe_is_passed() -> None:
    steps = (TakeOff(60.0), GoTo(_north(300.0, 60.0)), GoTo(Place(300.0, 300.0, 30.0)), LandAt())
    before = Seen(_north(0.0), 0.0, 0.0, 0.0, 0.0)
    for _, body in _run(_airframe(steps)):
        change = math.dist(
            (body.east_mps, body.north_mps, body.up_mps),
            (before.east_mps, before.north_mps, before.up_mps),
        )
        touches = body.place.height_agl_m == 0.0 < before.place.height_agl_m
        assert touches or change <= 6.0 * STEP_S  # along, across and up: 3, 3 and 4 m/s2
        assert body.speed_mps <= DELIVERY_DRONE.cruise_mps + 0.2  # it makes good what it lags behind
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
        if body.place.height_agl_m > 59.5:
            worst_m = max(worst_m, min(_off_m(line, body.place) for line in lines))
    assert worst_m < 1.7


def _off_m(line: Line, place: Place) -> float:
    """Distance to a line segment."""
    left_m = max(0.0, min(line.length_m, line.left_m(place)))
    nearest = Place(
        line.end.east_m - line.unit_east * left_m,
        line.end.north_m - line.unit_north * left_m,
        line.end.height_agl_m - line.unit_up * left_m,
    )
    return nearest.away_m(place)


def test_a_hold_keeps_its_place_in_gusts_and_stops_within_braking_distance() -> None:
    airframe = _airframe((TakeOff(60.0), GoTo(_north(2000.0, 60.0))), wind=Air(8.0, -4.0))
    at_s = 0.0
    while airframe.body.speed_mps < 14.5:
        at_s += STEP_S
        airframe.look(at_s)
    stop_m = airframe.body.north_m
    airframe.pilot.engage((), 0, airframe.age_s)
    places = []
    for _ in range(600):
        at_s += STEP_S
        airframe.look(at_s)
        places.append(airframe.body.place)
    assert (
        airframe.body.north_m - stop_m < 15.0 * (15.0 / 6.0 + 0.6) + 5.0
    )  # PX4 looks so far ahead for where to stop
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
    assert max(min(_off_m(line, body.place) for line in lines) for _, body in track) < 0.5
    assert max(body.speed_mps for _, body in track) <= SIDEWALK_ROBOT.cruise_mps + 1e-6
    near = [body.speed_mps for _, body in track if corners[0].away_m(body.place) < 0.3]
    assert near
    assert min(near) < 0.4
    assert corners[-1].away_m(airframe.body) < 0.5
    assert airframe.body.speed_mps < 0.3


def test_a_robot_that_faces_the_wrong_way_turns_first() -> None:
    airframe = _airframe((GoTo(_north(-30.0)),), robot=True)
    track = _run(airframe)
    assert max(body.place.north_m for _, body in track) < 0.3
    assert airframe.body.heading_deg == pytest.approx(180.0, abs=5.0)


def _power_w(payload_kg: float, speed_mps: float, wind: Air = CALM, up_mps: float = 0.0) -> float:
    cell = Cell(np.uint64(0), north_mps=speed_mps, up_mps=up_mps, height_m=50.0, payload_kg=payload_kg)
    cell.pad_amsl_m = -50.0  # what profiles publish is for the air at sea level
    cell.wind_east_mps, cell.wind_north_mps = wind.east_mps, wind.north_mps
    equip(cell, DELIVERY_DRONE)
    return float(copter_w(cell))


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
    cell = Cell(np.uint64(0), north_mps=1.6)
    equip(cell, SIDEWALK_ROBOT)
    empty_w = float(robot_w(cell))
    assert empty_w == pytest.approx(SIDEWALK_ROBOT.idle_w + SIDEWALK_ROBOT.drag_power_w)
    cell.payload_kg = 10.0
    assert float(robot_w(cell)) > empty_w


def test_charging_is_constant_power_and_then_a_taper() -> None:
    cell = Cell(np.uint64(0), full_wh=100.0, left_wh=50.0, charging_w=100.0)
    charge(cell, 360.0)
    assert cell.left_wh == pytest.approx(60.0)
    cell.left_wh = 99.0
    charge(cell, 36.0)
    assert 99.2 < cell.left_wh < 99.6
    for _ in range(10_000):
        charge(cell, 10.0)
    assert cell.left_wh == pytest.approx(100.0)


def test_an_empty_battery_gives_nothing_more() -> None:
    cell = Cell(np.uint64(0), full_wh=10.0, left_wh=1.0, draw_w=3600.0)
    draw(cell, 10.0)
    assert (cell.left_wh, cell.used_wh) == (0.0, 1.0)


def test_only_home_has_a_charger() -> None:
    airframes = [_airframe(()), _airframe(())]
    airframes[1].body.put(Place(50.0, 0.0, 0.0))
    for airframe in airframes:
        airframe.battery.left_wh = 400.0
        airframe.run(Motors.OFF)
        airframe.look(60.0)
    assert airframes[0].battery.left_wh > 410.0
    assert airframes[1].battery.left_wh < 400.0


def test_without_a_line_it_stays_where_it_is() -> None:
    for robot in (False, True):
        airframe = _airframe((), robot=robot)
        airframe.body.put(Place(3.0, 4.0, 0.0 if robot else 10.0))
        before = airframe.body.place
        airframe.pilot.engage((), 0, 0.0)
        airframe.look(10.0)
        assert airframe.body.place == before
        assert airframe.pilot.step is None
        assert not airframe.pilot.is_landing


def test_the_load_of_a_vehicle_follows_its_gripper() -> None:
    airframe = _airframe(())
    airframe.run(Motors.OFF)
    airframe.grip(Jaws.CLOSED, 1.5, 0.0)
    airframe.touch(1.0, 3.0)
    assert airframe.payload_kg == 0.0
    airframe.touch(1.2, 3.0)
    assert airframe.payload_kg == 1.5
    airframe.grip(Jaws.OPEN, 0.0, 1.2)
    airframe.touch(3.0, 3.0)
    assert airframe.payload_kg == 0.0


def test_a_parcel_makes_it_no_slower() -> None:
    steps = (TakeOff(60.0), GoTo(_north(600.0, 60.0)))
    empty, loaded = (_run(_airframe(steps, parcel_kg=kg)) for kg in (0.0, 2.5))
    reached_s = [next(at_s for at_s, body in track if body.speed_mps > 14.0) for track in (empty, loaded)]
    assert reached_s[1] == pytest.approx(reached_s[0], abs=0.5)  # PX4 asks for less than it can do loaded
    assert max(body.speed_mps for _, body in loaded) == pytest.approx(15.0, abs=0.2)
    assert max(body.up_mps for _, body in loaded) == pytest.approx(DELIVERY_DRONE.climb_mps, abs=0.1)


TOUR = (TakeOff(40.0), GoTo(_north(150.0, 40.0)), Stay(3.0), GoTo(Place(90.0, 90.0, 20.0)), LandAt())
ROUND = (TakeOff(40.0), GoTo(_north(500.0, 50.0)), GoTo(Place(500.0, 500.0, 40.0)), LandAt())
ERRAND = (GoTo(_north(9.0)), GoTo(Place(9.0, 9.0, 0.0)), GoTo(_north(0.0)))


KINDS = (DELIVERY_DRONE, DELIVERY_VTOL, SIDEWALK_ROBOT)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_becomes_of_one_does_not_depend_on_who_else_is_there(kind: VehicleProfile) -> None:
    """To the last bit: alone on plain numbers, among a few, and in the arrays of many."""
    steps = ERRAND if kind is SIDEWALK_ROBOT else ROUND if kind is DELIVERY_VTOL else TOUR
    windy = Air(6.0, 2.0)
    alone = _run(_airframe(steps, wind=windy, kind=kind))
    for others in (3, 40, 137):
        swarm = Swarm()
        crowd = [_airframe(steps, wind=Air(float(n), 0.0), kind=kind, seed=n, swarm=swarm) for n in range(2)]
        one = _airframe(steps, wind=windy, kind=kind, swarm=swarm)
        crowd += [_airframe(steps[n % 3 :], kind=kind, seed=n, swarm=swarm) for n in range(2, others)]
        assert _run(one) == alone


def test_nor_on_how_it_is_looked_at() -> None:
    often, seldom = _airframe(TOUR, wind=Air(5.0, 0.0)), _airframe(TOUR, wind=Air(5.0, 0.0))
    for tick in range(1, 4001):
        often.look(tick * 0.025)
    seldom.look(100.0)
    assert _see(often) == _see(seldom)
    assert often.battery.left_wh == seldom.battery.left_wh


def test_gusts_are_as_strong_as_the_wind_says_and_last() -> None:
    airframe = _airframe((TakeOff(20.0), Stay(1e4)), wind=Air(10.0, 0.0))
    east_m = []
    for tick in range(200, 8000):
        airframe.look(tick * STEP_S)
        east_m.append(airframe.body.east_m)
    mean_m = sum(east_m) / len(east_m)
    rms_m = math.sqrt(sum((east - mean_m) ** 2 for east in east_m) / len(east_m))
    assert abs(mean_m) < 0.3
    assert 0.25 < rms_m < 0.8  # a gust of 0.5 m/s rms for 2 s against a controller of 1/s


def test_a_wing_flies_its_corners_in_curves_on_the_inside_without_slowing_down() -> None:
    corner = _north(800.0, 60.0)
    steps = (TakeOff(60.0), GoTo(corner), GoTo(Place(800.0, 800.0, 60.0)), LandAt(Place(800.0, 800.0, 0.0)))
    airframe = _airframe(steps, kind=DELIVERY_VTOL)
    track = _run(airframe)
    turning = [body for _, body in track if 5.0 < body.heading_deg < 85.0 and body.place.height_agl_m > 55.0]
    assert all(body.speed_mps == pytest.approx(DELIVERY_VTOL.cruise_mps, abs=0.2) for body in turning)
    lead_m = 0.32 * 7.07 * DELIVERY_VTOL.cruise_mps  # PX4's: NPFG_SW_DST_MLT, the bound of the track error
    inside_m = min(corner.away_m(body.place) for body in turning)
    assert inside_m == pytest.approx(lead_m * math.tan(math.radians(22.5)), rel=0.2)
    for (_, before), (_, after) in pairwise(track):
        if before.speed_mps > DELIVERY_VTOL.stall_mps and after.speed_mps > DELIVERY_VTOL.stall_mps:
            turn_deg = (after.heading_deg - before.heading_deg + 180.0) % 360.0 - 180.0
            assert abs(math.radians(turn_deg)) / STEP_S * before.speed_mps <= TURN_MPS2 * 1.05
    assert Place(800.0, 800.0, 0.0).away_m(airframe.body) < 1.0


def test_a_wing_hovers_where_it_must_stop_and_takes_its_power_from_the_air_between() -> None:
    steps = (TakeOff(60.0), GoTo(_north(600.0, 60.0)), Stay(5.0), GoTo(_north(0.0, 60.0)), LandAt())
    airframe = _airframe(steps, kind=DELIVERY_VTOL)
    track = _run(airframe)
    assert max(body.place.north_m for _, body in track) < 602.0
    waited = [body for _, body in track if abs(body.place.north_m - 600.0) < 1.0 and body.speed_mps < 0.5]
    assert len(waited) >= 38  # from two metres before the place
    assert max(body.speed_mps for _, body in track) == pytest.approx(DELIVERY_VTOL.cruise_mps, abs=0.1)
    assert airframe.battery.used_wh < 0.6 * _run_wh(DELIVERY_DRONE, steps)


def _run_wh(kind: VehicleProfile, steps: tuple[Step, ...]) -> float:
    airframe = _airframe(steps, kind=kind)
    _run(airframe)
    return airframe.battery.used_wh
