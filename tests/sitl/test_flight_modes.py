"""What the simulated autopilot does: arming, modes, missions, failsafes; and that looking changes nothing."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from sitl.airframe import HOME
from sitl.body import Place
from sitl.copter import Air
from sitl.faults import Fault, Faults, Kind
from sitl.fence import Disc, Fence, Ring, Side
from sitl.flight import Flight
from sitl.gripper import Jaws
from sitl.onboard_mission import MissionState
from sitl.settings import FenceAction, LinkLossAction, Settings
from sitl.steps import GoHome, GoTo, LandAt, Release, Stay, Step, TakeOff
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT
from vehicles.telemetry import Mode

BOOT_S = 1_790_000_000.0
AWAY = Place(200.0, 100.0, 50.0)
DELIVERY: tuple[Step, ...] = (
    TakeOff(50.0),
    GoTo(AWAY),
    GoTo(Place(200.0, 100.0, 8.0)),
    Release(),
    Stay(5.0),
    GoTo(AWAY),
    GoTo(Place(0.0, 0.0, 50.0)),
    LandAt(HOME),
)
ERRAND: tuple[Step, ...] = (GoTo(Place(30.0, 0.0, 0.0)), Stay(5.0), Release(), GoTo(HOME))


class Bench:
    """A flight and everything it said, stepped by hand."""

    def __init__(self, flight: Flight) -> None:
        self.flight = flight
        self.said: list[str] = []
        self.reached: list[int] = []
        flight.say = lambda said: self.said.append(said.text)
        flight.reached = self.reached.append

    def wait(self, seconds: float) -> None:
        self.flight.touch(self.flight.at_s + seconds)

    def mode(self) -> Mode:
        """The mode now: a call, so that a type checker does not take it for unchanged."""
        return self.flight.mode

    def failsafe(self) -> bool:
        return self.flight.guard.failsafe

    def mission_state(self) -> MissionState:
        return self.flight.mission_state

    def until(self, condition: Callable[[Flight], bool], most_s: float = 600.0) -> float:
        """Wait for it; how long it took."""
        began_s = self.flight.age_s
        while not condition(self.flight):
            assert self.flight.age_s - began_s < most_s, f"never happened; said {self.said}"
            self.wait(0.1)
        return self.flight.age_s - began_s


def drone(
    *faults: Fault, battery_frac: float = 1.0, wind: Air | None = None, settings: Settings | None = None
) -> Bench:
    flight = Flight(
        DELIVERY_DRONE,
        BOOT_S,
        7,
        battery_frac=battery_frac,
        faults=Faults(faults),
        wind=wind,
        settings=settings,
    )
    return Bench(flight)


def robot() -> Bench:
    return Bench(Flight(SIDEWALK_ROBOT, BOOT_S, 7))


def flying(bench: Bench, steps: tuple[Step, ...] = DELIVERY) -> Bench:
    """Boot, load and start; returns well on its way to the first waypoint."""
    bench.wait(5.0)
    bench.flight.load(steps, 0)
    bench.wait(1.0)
    assert bench.flight.start(0) == ()
    bench.until(lambda flight: flight.mission.index >= 1)
    bench.wait(5.0)
    return bench


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
        (drone(battery_frac=0.1), "Battery"),
        (drone(Fault(Kind.NO_ARM, 0.0)), "health"),
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


def test_a_mission_is_not_flyable_at_once_and_never_without_a_take_off() -> None:
    bench = drone()
    bench.wait(5.0)
    bench.flight.load(DELIVERY, 0)
    assert bench.flight.start(0) == ("No valid mission",)
    bench.wait(1.0)
    bench.flight.load(DELIVERY[1:], 0)
    bench.wait(1.0)
    (objection,) = bench.flight.start(0)
    assert "takeoff" in objection
    assert bench.mission_state() is MissionState.NONE


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
    bench.wait(10.0)
    assert bench.flight.airframe.body.speed_mps < 0.3
    assert bench.mission_state() is MissionState.PAUSED
    index = bench.flight.mission.index
    bench.flight.choose(Mode.MISSION)
    bench.wait(0.1)
    assert bench.flight.mission.index == index
    bench.until(lambda flight: not flight.armed)
    assert bench.reached == list(range(len(DELIVERY)))


def test_a_return_climbs_goes_home_lands_and_the_mode_falls_back() -> None:
    bench = flying(drone())
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


def test_landing_is_where_it_is() -> None:
    bench = flying(drone())
    bench.flight.choose(Mode.LAND)
    there = bench.flight.airframe.body.place
    bench.until(lambda flight: not flight.armed)
    assert bench.flight.airframe.on_ground
    assert Place(there.east_m, there.north_m, 0.0).away_m(bench.flight.airframe.body) < 30.0


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


WALL = Ring(Side.OUTSIDE, ((90.0, -50.0), (110.0, -50.0), (110.0, 200.0), (90.0, 200.0)))


def test_entering_an_exclusion_holds_and_a_person_may_fly_on() -> None:
    bench = flying(drone())
    bench.flight.load_fence(Fence((WALL,)))
    bench.until(lambda flight: flight.mode is Mode.HOLD)
    assert "Geofence: approaching or outside geofence" in bench.said
    assert bench.failsafe()
    bench.flight.choose(Mode.MISSION)
    assert not bench.failsafe()
    bench.until(lambda flight: flight.mission.index >= 2)


def test_a_return_out_of_an_exclusion_is_overridden_back_to_hold() -> None:
    bench = flying(drone())
    bench.flight.load_fence(Fence((Disc(Side.OUTSIDE, 150.0, 75.0, 70.0),)))
    bench.until(lambda flight: flight.mode is Mode.HOLD)
    bench.flight.choose(Mode.RETURN)
    bench.until(lambda flight: flight.mode is Mode.HOLD, most_s=6.0)


def test_a_fence_that_is_broken_from_the_start_is_not_enforced() -> None:
    bench = drone()
    bench.wait(5.0)
    bench.flight.load_fence(Fence((Ring(Side.OUTSIDE, ((-5.0, -5.0), (5.0, -5.0), (0.0, 5.0))),)))
    assert bench.said == ["Geofence is not enforced: vehicle is outside of it"]
    assert bench.flight.arm() == ()


def test_waypoints_inside_an_exclusion_make_a_mission_unflyable_but_legs_through_it_do_not() -> None:
    bench = drone()
    bench.wait(5.0)
    bench.flight.load_fence(Fence((WALL,)))
    bench.flight.load(DELIVERY, 0)
    bench.wait(1.0)
    assert bench.flight.mission.may_fly(bench.flight.age_s)
    bench.flight.load_fence(Fence((Disc(Side.OUTSIDE, 200.0, 100.0, 10.0),)))
    assert not bench.flight.mission.may_fly(bench.flight.age_s)


@pytest.mark.parametrize(
    ("action", "mode"), [(FenceAction.RETURN, Mode.RETURN), (FenceAction.LAND, Mode.LAND)]
)
def test_a_fence_may_ask_for_a_return_or_a_landing_after_five_seconds(
    action: FenceAction, mode: Mode
) -> None:
    bench = flying(drone(settings=Settings(fence_action=action)))
    bench.flight.load_fence(Fence((WALL,)))
    bench.until(lambda flight: flight.mode is Mode.HOLD)
    took_s = bench.until(lambda flight: flight.mode is mode, most_s=7.0)
    assert took_s == pytest.approx(5.0, abs=0.6)


def test_a_critical_battery_holds_five_seconds_and_returns() -> None:
    bench = flying(drone(Fault(Kind.BATTERY, 35.0, value=0.06)))
    bench.until(lambda flight: flight.mode is Mode.HOLD, most_s=30.0)
    assert "Critical battery" in bench.said
    bench.until(lambda flight: flight.mode is Mode.RETURN, most_s=6.0)
    bench.until(lambda flight: not flight.armed)


def test_a_nearly_empty_battery_lands_at_once() -> None:
    bench = flying(drone(Fault(Kind.BATTERY, 35.0, value=0.03)))
    bench.until(lambda flight: flight.mode is Mode.LAND, most_s=30.0)


def test_an_empty_battery_in_the_air_falls() -> None:
    bench = flying(drone(Fault(Kind.BATTERY, 35.0, value=0.0)))
    bench.until(lambda flight: not flight.armed, most_s=30.0)
    assert "Battery is empty" in bench.said


def test_a_lost_ground_station_changes_nothing_by_default() -> None:
    bench = drone()
    bench.wait(1.0)
    bench.flight.guard.hear_station(bench.flight)
    flying(bench)
    assert "Connection to ground station lost" in bench.said
    assert bench.mode() is Mode.MISSION
    bench.flight.guard.hear_station(bench.flight)
    assert bench.said[-1] == "GCS connection regained"


def test_a_lost_ground_station_can_mean_return_and_it_stays_so() -> None:
    bench = flying(drone(settings=Settings(link_loss_action=LinkLossAction.RETURN)))
    bench.flight.guard.hear_station(bench.flight)
    bench.until(lambda flight: flight.mode is Mode.HOLD, most_s=11.0)
    bench.flight.guard.hear_station(bench.flight)
    bench.until(lambda flight: flight.mode is Mode.RETURN, most_s=6.0)


def test_a_stuck_gripper_keeps_the_parcel_and_the_mission_goes_on() -> None:
    bench = drone(Fault(Kind.STUCK_GRIPPER, 20.0))
    bench.wait(5.0)
    bench.flight.airframe.grip(Jaws.CLOSED, 1.5, bench.flight.age_s)
    bench.wait(2.0)
    flying(bench)
    bench.until(lambda flight: not flight.armed)
    assert bench.flight.carrying
    assert "Gripper is stuck: payload not released" in bench.said


def test_a_mission_replaced_in_flight_goes_on_and_one_cleared_holds() -> None:
    bench = flying(drone())
    bench.flight.load((TakeOff(50.0), GoTo(Place(-100.0, 0.0, 50.0)), LandAt(HOME)), None)
    bench.wait(15.0)
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


def test_without_power_nothing_moves_any_more() -> None:
    bench = flying(drone(Fault(Kind.POWER_OFF, 40.0)))
    bench.flight.look(BOOT_S + 500.0)
    assert bench.flight.age_s == pytest.approx(40.0, abs=0.11)
