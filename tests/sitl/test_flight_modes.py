"""What the simulated autopilot does: arming, modes, missions; and that looking changes nothing."""

from __future__ import annotations

import random

import pytest

from sitl.aboard.gripper import Jaws
from sitl.aboard.homing import HOME
from sitl.aboard.onboard_mission import MissionState
from sitl.faults import Fault, Kind
from sitl.motion.body import Place
from sitl.motion.copter import Air
from sitl.motion.settings import Settings
from sitl.motion.steps import GoHome, GoTo, LandAt, Release, TakeOff
from tests.sitl.bench import AWAY, DELIVERY, ERRAND, Bench, drone, flying, robot
from vehicles.telemetry import Mode


def test_a_mission_that_cannot_be_armed_leaves_it_in_mission_mode() -> None:
    bench = drone(Fault(Kind.NO_ARM, 0.0))
    bench.wait(5.0)
    bench.flight.load(DELIVERY, 0)
    bench.wait(1.0)
    assert bench.flight.start(0) != ()
    assert bench.mode() is Mode.MISSION
    assert not bench.flight.armed


def test_it_arms_four_seconds_after_boot_and_not_before() -> None:
    bench = drone()
    bench.wait(3.9)
    assert bench.flight.arm()
    bench.wait(0.2)
    assert bench.flight.arm() == ()
    assert bench.flight.arm() == (), "arming what is armed is no mistake"


@pytest.mark.parametrize(
    ("bench", "why"),
    [
        (drone(battery_frac=0.06), "Battery"),
        (drone(Fault(Kind.NO_ARM, 0.0)), "Accel 0"),
    ],
    ids=["low battery", "failing check"],
)
def test_it_does_not_arm_when_it_should_not(bench: Bench, why: str) -> None:
    bench.wait(10.0)
    (objection,) = bench.flight.arm()
    assert why in objection


def test_a_mission_is_flown_to_its_end_and_disarms() -> None:
    bench = drone()
    bench.wait(5.0)
    bench.flight.airframe.grip(Jaws.CLOSED, 1.5, bench.flight.age_s)
    bench.wait(2.0)
    assert bench.flight.carrying
    flying(bench)
    assert bench.mission_state() is MissionState.ACTIVE
    bench.until(lambda flight: not flight.armed)
    assert bench.reached == list(range(len(DELIVERY)))
    assert bench.said[-3:] == ["Landing detected", "Mission finished, landed", "Disarmed by landing"]
    assert bench.mission_state() is MissionState.COMPLETE
    assert bench.mode() is Mode.MISSION
    assert bench.flight.airframe.payload_kg == 0.0
    assert HOME.away_m(bench.flight.airframe.body) < 0.5


def test_a_mission_is_not_flyable_at_once_and_never_with_its_take_off_later() -> None:
    bench = drone()
    bench.wait(5.0)
    bench.flight.load(DELIVERY, 0)
    assert bench.flight.start(0) == ("No valid mission",)
    bench.wait(1.0)
    bench.flight.load((*DELIVERY[1:], DELIVERY[0]), 0)
    bench.wait(1.0)
    (objection,) = bench.flight.start(0)
    assert "takeoff" in objection
    assert bench.mission_state() is MissionState.NONE


def test_a_mission_without_a_take_off_is_flown_and_so_is_what_follows_a_landing() -> None:
    # PX4's own sample of a delivery: a waypoint, land, release, a waypoint.
    bench = flying(drone(), (GoTo(AWAY), LandAt(AWAY), Release(), GoTo(AWAY)))
    bench.until(lambda flight: flight.airframe.on_ground)
    bench.until(lambda flight: flight.mission_state is MissionState.COMPLETE)
    assert bench.flight.airframe.payload_kg == 0.0
    assert bench.flight.airframe.body.place.height_agl_m > 40.0


def test_without_a_current_item_a_new_mission_after_a_complete_one_does_not_fly() -> None:
    bench = flying(drone(), (TakeOff(10.0), LandAt()))
    bench.until(lambda flight: not flight.armed)
    bench.flight.load(DELIVERY, None)
    bench.wait(1.0)
    assert bench.flight.start(None) == ()
    bench.until(lambda flight: not flight.armed, most_s=15.0)
    assert bench.flight.airframe.on_ground
    assert bench.flight.airframe.body.height_agl_m == 0.0


def test_hold_stops_and_resuming_goes_on_from_there() -> None:
    bench = flying(drone())
    bench.flight.choose(Mode.HOLD)
    bench.wait(15.0)  # PX4's limit on jerk has it creep for the last metre
    assert bench.flight.airframe.body.speed_mps < 0.3
    assert bench.mission_state() is MissionState.PAUSED
    index = bench.flight.mission.index
    bench.flight.choose(Mode.MISSION)
    bench.wait(0.1)
    assert bench.flight.mission.index == index
    bench.until(lambda flight: not flight.armed)
    assert bench.reached == list(range(len(DELIVERY)))


def test_a_return_climbs_goes_home_lands_and_the_mode_falls_back() -> None:
    bench = flying(drone(settings=Settings(return_height_m=60.0)))
    bench.flight.choose(Mode.RETURN)
    heights = []
    while bench.flight.armed:
        bench.wait(0.5)
        heights.append(bench.flight.airframe.body.height_agl_m)
    assert max(heights) == pytest.approx(60.0, abs=1.5)
    assert HOME.away_m(bench.flight.airframe.body) < 0.5
    assert bench.mode() is Mode.MISSION
    assert "Disarmed by landing" in bench.said


def test_a_return_goes_to_the_nearest_rally_point() -> None:
    bench = flying(drone())
    bench.flight.rally = (Place(190.0, 100.0, 0.0), Place(-900.0, 0.0, 0.0))
    bench.until(lambda flight: flight.mission.index >= 2)
    bench.flight.choose(Mode.RETURN)
    bench.until(lambda flight: not flight.armed)
    assert Place(190.0, 100.0, 0.0).away_m(bench.flight.airframe.body) < 0.5


def test_a_return_flies_so_high_above_its_rally_point_and_not_above_home() -> None:
    """PX4 a70a558393, a rally point 15 m above home, RTL_RETURN_ALT 40: it climbed to 55 m above home."""
    bench = flying(drone(settings=Settings(return_height_m=60.0)))
    bench.flight.rally = (Place(-100.0, 0.0, 15.0),)
    bench.until(lambda flight: flight.mission.index >= 6 and flight.airframe.body.east_m < 120.0)
    bench.flight.rally = (Place(-100.0, 0.0, 15.0), Place(100.0, 60.0, 15.0))
    bench.flight.choose(Mode.RETURN)
    assert bench.said[-1] == "RTL: start return at 75 m (60 m above destination)"
    bench.until(lambda flight: flight.airframe.body.height_agl_m > 73.0)
    bench.until(lambda flight: not flight.armed)


def test_landing_is_where_it_is() -> None:
    bench = flying(drone())
    bench.flight.choose(Mode.LAND)
    there = bench.flight.airframe.body.place
    bench.until(lambda flight: not flight.armed)
    assert bench.flight.airframe.on_ground
    assert (
        Place(there.east_m, there.north_m, 0.0).away_m(bench.flight.airframe.body) < 50.0
    )  # 15 m/s, at 3 m/s2 from 0.6 s on


def test_it_does_not_disarm_in_the_air_unless_forced() -> None:
    bench = flying(drone())
    assert bench.flight.disarm(by="test") == ("Not landed",)
    assert bench.flight.armed
    bench.flight.disarm(by="test", force=True)
    assert bench.flight.airframe.body.height_agl_m == 0.0


def test_idle_it_disarms_by_itself() -> None:
    bench = drone()
    bench.wait(5.0)
    bench.flight.arm()
    took_s = bench.until(lambda flight: not flight.armed, most_s=15.0)
    assert took_s == pytest.approx(10.0, abs=0.5)


def test_a_robot_stays_armed_after_its_mission_until_it_is_disarmed() -> None:
    bench = robot()
    bench.wait(5.0)
    bench.flight.load(ERRAND, 0)
    bench.wait(1.0)
    bench.flight.start(0)
    bench.until(lambda flight: flight.mission_state is MissionState.COMPLETE)
    bench.wait(60.0)
    assert bench.flight.armed
    assert bench.mode() is Mode.HOLD
    assert bench.flight.disarm(by="test") == ()


def test_a_robot_returns_straight_and_disarms_there() -> None:
    bench = robot()
    bench.wait(5.0)
    bench.flight.load(ERRAND, 0)
    bench.wait(1.0)
    bench.flight.start(0)
    bench.wait(10.0)
    bench.flight.choose(Mode.RETURN)
    bench.until(lambda flight: not flight.armed)
    assert HOME.away_m(bench.flight.airframe.body) < 0.6


def test_going_home_as_a_mission_step_is_a_return() -> None:
    bench = flying(drone(), (TakeOff(30.0), GoTo(AWAY), GoHome()))
    bench.until(lambda flight: flight.mode is Mode.RETURN)
    bench.until(lambda flight: not flight.armed)
    assert HOME.away_m(bench.flight.airframe.body) < 0.5


def test_a_mission_replaced_in_flight_goes_on_and_one_cleared_holds() -> None:
    bench = flying(drone())
    bench.flight.load((TakeOff(50.0), GoTo(Place(-100.0, 0.0, 50.0)), LandAt(HOME)), None)
    bench.wait(20.0)
    assert bench.flight.airframe.body.east_m < 60.0
    assert bench.mode() is Mode.MISSION
    bench.flight.load((), None)
    assert bench.mode() is Mode.HOLD
    assert bench.said[-1] == "No valid mission available, loitering"


def _landing(looks: random.Random | None) -> tuple[float, ...]:
    """Fly a mission in gusts, looked at now and then or not at all; where and when it ended."""
    bench = flying(drone(wind=Air(6.0, 3.0)))
    flight = bench.flight
    end_s = flight.at_s + 120.0
    at_s = flight.at_s
    while looks is not None and at_s < end_s:
        flight.look(at_s)
        at_s += looks.random()
    flight.look(end_s)
    body = flight.airframe.body
    return (flight.age_s, body.east_m, body.north_m, body.height_agl_m, flight.airframe.battery.left_wh)


def test_looking_changes_nothing() -> None:
    assert _landing(random.Random(1)) == _landing(random.Random(2)) == _landing(None)  # noqa: S311


def test_a_mission_that_is_taken_up_in_the_air_begins_with_a_climb() -> None:
    """PX4 a70a558393, held at 20 m, the next place at 25: "Climb to 25.0 meters above home", only then on."""
    bench = flying(drone())
    bench.until(lambda flight: flight.mission.index >= 1)
    bench.flight.choose(Mode.HOLD)
    bench.wait(8.0)
    bench.flight.load((GoTo(Place(0.0, 200.0, 70.0)), GoTo(HOME)), 0)
    bench.wait(1.0)
    held = bench.flight.airframe.body.place
    bench.said.clear()
    bench.flight.choose(Mode.MISSION)
    assert "Climb to 70.0 meters above home" in bench.said
    bench.until(lambda flight: flight.airframe.body.height_agl_m > 68.5)
    above = Place(held.east_m, held.north_m, 69.0)
    assert above.away_m(bench.flight.airframe.body) < 2.0
    bench.until(lambda flight: flight.mission.index == 1)


def test_a_take_off_elsewhere_ends_at_its_place() -> None:
    """PX4 a70a558393: from 200 m away it climbed, flew to its take-off's place, and had reached it then."""
    bench = drone()
    bench.wait(5.0)
    bench.flight.load((TakeOff(20.0, Place(60.0, 0.0, 20.0)), GoTo(Place(90.0, 0.0, 20.0))), 0)
    bench.wait(1.0)
    bench.flight.start(0)
    bench.until(lambda flight: flight.mission.index == 1)
    assert bench.flight.airframe.body.east_m > 57.0
