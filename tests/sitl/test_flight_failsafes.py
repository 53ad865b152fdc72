"""What the simulated autopilot does when something goes wrong: fence, battery, lost station, broken parts."""

from __future__ import annotations

import pytest

from sitl.aboard.fence import Disc, Fence, Ring, Side
from sitl.aboard.gripper import Jaws
from sitl.aboard.onboard_mission import Finish
from sitl.faults import Fault, Kind
from sitl.motion.settings import FenceAction, LinkLossAction, Settings
from tests.sitl.bench import BOOT_S, DELIVERY, drone, flying
from vehicles.telemetry import Mode

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
    bench.wait(0.6)
    assert bench.said == ["Geofence invalid, doesn't contain Home position"]
    assert bench.flight.arm() == ()


def test_of_a_fence_only_what_is_broken_from_the_start_is_left_out() -> None:
    bench = flying(drone())
    there = bench.flight.airframe.body.place
    around_it = Disc(Side.OUTSIDE, there.east_m, there.north_m, 5.0)
    around_home = Disc(Side.OUTSIDE, 0.0, 0.0, 3.0)
    at_a_point = Disc(Side.INSIDE, 0.0, 0.0, 0.0)
    bench.flight.load_fence(Fence((around_it, WALL, around_home, at_a_point)))
    bench.wait(0.6)
    home, here = (
        f"Geofence invalid, doesn't contain {of}" for of in ("Home position", "current vehicle position")
    )
    assert bench.said[-4:] == [here, home, home, here]
    assert bench.flight.guard.fence.enforced == Fence((WALL,))
    bench.until(lambda flight: flight.guard.failsafe)
    assert bench.said[-2] == "Geofence: approaching or outside geofence"


def test_waypoints_inside_an_exclusion_make_a_mission_unflyable_but_legs_through_it_do_not() -> None:
    bench = drone()
    bench.wait(5.0)
    bench.flight.load_fence(Fence((WALL,)))
    bench.flight.load(DELIVERY, 0)
    bench.wait(1.2)
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
    bench.flight.guard.station.hear(bench.flight)
    flying(bench)
    assert "Connection to ground station lost" in bench.said
    assert bench.mode() is Mode.MISSION
    bench.flight.guard.station.hear(bench.flight)
    assert bench.said[-1] == "GCS connection regained"


def test_a_lost_ground_station_can_mean_return_and_it_stays_so() -> None:
    bench = flying(drone(settings=Settings(link_loss_action=LinkLossAction.RETURN)))
    bench.flight.guard.station.hear(bench.flight)
    bench.until(lambda flight: flight.mode is Mode.HOLD, most_s=13.0)
    bench.flight.guard.station.hear(bench.flight)
    bench.until(lambda flight: flight.mode is Mode.RETURN, most_s=6.0)


def test_a_mission_that_is_spared_goes_on_in_silence_and_the_return_follows_when_it_stops() -> None:
    settings = Settings(link_loss_action=LinkLossAction.RETURN, link_loss_spares=1)
    bench = flying(drone(settings=settings))
    bench.flight.guard.station.hear(bench.flight)
    bench.wait(30.0)
    assert "Connection to ground station lost" in bench.said
    assert bench.mode() is Mode.MISSION
    bench.flight.choose(Mode.HOLD)  # by a fence, say: COM_DLL_EXCEPT spares the mission alone
    bench.until(lambda flight: flight.mode is Mode.RETURN, most_s=8.0)


def test_without_satellites_it_comes_down_until_it_knows_its_place_and_goes_on_with_its_mission() -> None:
    bench = flying(drone(Fault(Kind.NO_GPS, 35.0, 52.0)))
    bench.until(lambda flight: flight.mode is Mode.LAND, most_s=40.0)
    assert bench.failsafe()
    assert bench.flight.age_s == pytest.approx(40.0, abs=0.6)
    height_m = bench.flight.airframe.body.height_agl_m
    bench.until(lambda flight: flight.mode is not Mode.LAND, most_s=20.0)
    assert bench.flight.age_s == pytest.approx(54.5, abs=0.6)
    assert bench.mode() is Mode.MISSION
    assert not bench.failsafe()
    assert bench.flight.airframe.body.height_agl_m < height_m - 5.0
    assert bench.said[-1].startswith("Climb to "), "straight up first, where it is"
    bench.until(lambda flight: not flight.armed)
    assert bench.flight.mission.finish is Finish.BY_MISSION


def test_what_held_without_satellites_holds_again() -> None:
    bench = flying(drone(Fault(Kind.NO_GPS, 40.0, 47.0)))
    assert bench.flight.choose(Mode.HOLD) == ()
    bench.until(lambda flight: flight.mode is Mode.LAND, most_s=20.0)
    bench.until(lambda flight: flight.mode is Mode.HOLD, most_s=6.0)


def test_a_failsafe_return_without_satellites_goes_on_returning_when_they_are_back() -> None:
    bench = flying(drone(Fault(Kind.BATTERY, 30.0, value=0.06), Fault(Kind.NO_GPS, 40.0, 47.0)))
    bench.until(lambda flight: flight.mode is Mode.LAND, most_s=30.0)
    bench.until(lambda flight: flight.mode is not Mode.LAND, most_s=6.0)
    assert bench.mode() is Mode.RETURN
    assert bench.failsafe()


def test_a_person_who_takes_over_without_satellites_is_not_overruled_when_they_are_back() -> None:
    bench = flying(drone(Fault(Kind.NO_GPS, 35.0, 43.0)))
    bench.until(lambda flight: flight.mode is Mode.LAND, most_s=40.0)
    assert bench.flight.choose(Mode.LAND) == ()
    bench.wait(10.0)
    assert bench.mode() is Mode.LAND


@pytest.mark.parametrize(("gap_s", "lost"), [(3.0, False), (4.5, True)])
def test_a_short_gap_of_satellites_is_bridged(gap_s: float, *, lost: bool) -> None:
    bench = flying(drone(Fault(Kind.NO_GPS, 35.0, 35.0 + gap_s)))
    bench.wait(50.0 - bench.flight.age_s)
    assert ("Failsafe activated" in bench.said) is lost
    assert bench.mode() is Mode.MISSION


def test_a_stuck_gripper_keeps_the_parcel_and_the_mission_goes_on() -> None:
    bench = drone(Fault(Kind.STUCK_GRIPPER, 20.0))
    bench.wait(5.0)
    bench.flight.airframe.grip(Jaws.CLOSED, 1.5, bench.flight.age_s)
    bench.wait(2.0)
    flying(bench)
    bench.until(lambda flight: not flight.armed)
    assert bench.flight.carrying
    assert "Gripper is stuck: payload not released" in bench.said


def test_without_power_nothing_moves_any_more() -> None:
    bench = flying(drone(Fault(Kind.POWER_OFF, 40.0)))
    bench.flight.look(BOOT_S + 500.0)
    assert bench.flight.age_s == pytest.approx(40.0, abs=0.11)


def test_more_wind_costs_more_energy_while_it_blows() -> None:
    def used_wh(*faults: Fault) -> float:
        bench = flying(drone(*faults))
        bench.until(lambda flight: not flight.armed)
        return bench.flight.airframe.battery.used_wh

    assert used_wh(Fault(Kind.WIND, 10.0, value=12.0)) > 1.05 * used_wh()
