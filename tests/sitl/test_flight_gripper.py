"""A gripper in a mission: PX4 does not wait for it, but for MIS_COMMAND_TOUT (seen in recording a: 10 ms)."""

import pytest

from sitl.aboard.gripper import ACTUATION_S, JAM_NOTICED_S, Gripper, Jaws, Motion
from sitl.faults import Fault, Kind
from sitl.motion.body import Place
from sitl.motion.settings import Settings
from sitl.motion.steps import GoTo, LandAt, Release, Step, TakeOff
from tests.sitl.bench import Bench, drone
from vehicles.telemetry import Mode

DOOR = Place(20.0, 0.0, 8.0)
BEYOND = Place(40.0, 0.0, 10.0)
RELEASE = 3
LANDS: tuple[Step, ...] = (TakeOff(8.0), GoTo(DOOR), LandAt(DOOR), Release(), GoTo(DOOR))


def letting_go(*faults: Fault, settings: Settings) -> Bench:
    """A drone that has landed with its parcel and is told by its mission to let go, just now."""
    bench = drone(*faults, settings=settings)
    bench.flight.airframe.gripper.jaws = Jaws.CLOSED
    bench.flight.airframe.payload_kg = 1.0
    bench.wait(5.0)
    bench.flight.load(LANDS, 0)
    bench.wait(1.0)
    assert bench.flight.start(0) == ()
    bench.until(lambda flight: flight.mission.index >= RELEASE)
    return bench


def test_from_the_factory_it_goes_on_while_its_gripper_still_opens() -> None:
    bench = letting_go(settings=Settings())
    assert bench.until(lambda flight: flight.mission.index > RELEASE) <= 0.2
    assert bench.flight.carrying
    assert bench.until(lambda flight: not flight.carrying) == pytest.approx(ACTUATION_S, abs=0.3)


def test_as_the_fleet_sets_it_the_parcel_is_gone_before_it_takes_off() -> None:
    bench = letting_go(settings=Settings(command_wait_s=1.5))
    assert bench.until(lambda flight: not flight.carrying) == pytest.approx(ACTUATION_S, abs=0.3)
    assert bench.flight.mission.index == RELEASE
    assert bench.flight.airframe.on_ground
    bench.until(lambda flight: flight.mission.index > RELEASE, 1.0)


def test_one_that_jams_goes_on_with_its_parcel_and_says_so() -> None:
    bench = letting_go(Fault(Kind.STUCK_GRIPPER, 0.0), settings=Settings(command_wait_s=1.5))
    assert bench.until(lambda flight: flight.mission.index > RELEASE) == pytest.approx(1.5, abs=0.2)
    bench.wait(JAM_NOTICED_S)
    assert bench.flight.carrying
    assert "Gripper is stuck: payload not released" in bench.said


def test_a_gripper_takes_as_long_as_its_parameter_says() -> None:
    bench = letting_go(settings=Settings(gripper_s=4.0))
    assert bench.until(lambda flight: not flight.carrying) == pytest.approx(4.1, abs=0.2)


def test_how_long_it_takes_is_looked_up_at_the_start_only() -> None:
    settings = Settings()
    gripper = Gripper(settings)
    settings.gripper_s = 4.0
    gripper.ask(Jaws.CLOSED, 0.0)
    assert _after(gripper, ACTUATION_S) is Motion.AT_REST
    gripper.restart()
    gripper.ask(Jaws.OPEN, 10.0)
    assert _after(gripper, 13.9) is Motion.MOVING
    assert _after(gripper, 14.1) is Motion.AT_REST


def _after(gripper: Gripper, at_s: float) -> Motion:
    gripper.tick(at_s, stuck=False)
    return gripper.motion


def test_a_restart_of_the_autopilot_looks_it_up_again() -> None:
    settings = Settings()
    bench = drone(settings=settings)
    settings.gripper_s = 4.0
    bench.wait(5.0)
    bench.flight.reboot()
    bench.wait(5.0)
    bench.flight.airframe.grip(Jaws.CLOSED, 1.0, bench.flight.age_s)
    bench.wait(3.0)
    assert not bench.flight.carrying
    bench.wait(1.5)
    assert bench.flight.carrying


def opening(height_m: float | None, *, lands: bool, settings: Settings, then: Place = BEYOND) -> Bench:
    """One that opens its gripper by its mission, and then goes on."""
    bench = drone(settings=settings)
    bench.wait(5.0)
    comes = (LandAt(DOOR),) if lands else ()
    bench.flight.load((TakeOff(8.0), GoTo(DOOR), *comes, Release(height_m=height_m), GoTo(then)), 0)
    bench.wait(1.0)
    assert bench.flight.start(0) == ()
    bench.until(lambda flight: isinstance(flight.airframe.pilot.step, Release))
    return bench


def lowest_m(bench: Bench, seconds: float) -> float:
    lowest = DOOR.height_agl_m
    for _ in range(round(seconds / 0.1)):
        bench.wait(0.1)
        lowest = min(lowest, bench.flight.airframe.body.height_agl_m)
    return lowest


WAITS = Settings(command_wait_s=1.5)


def test_waiting_for_its_gripper_it_goes_for_the_height_that_the_item_names() -> None:
    """Seen on a real PX4: told to hand over from 8 m it sank to 5.1 m, and with a height of 8 m to 7.0 m."""
    assert 3.0 < lowest_m(opening(-10.0, lands=False, settings=WAITS, then=DOOR), 5.0) < 6.0
    assert lowest_m(opening(8.0, lands=False, settings=WAITS, then=DOOR), 5.0) > 7.5


def test_its_way_on_leads_up_from_that_height_so_it_dives() -> None:
    assert lowest_m(opening(-10.0, lands=False, settings=WAITS), 10.0) < 1.0
    assert lowest_m(opening(8.0, lands=False, settings=WAITS), 10.0) > 7.5


def test_where_it_does_not_wait_a_height_changes_nothing() -> None:
    bench = drone(settings=Settings())
    bench.wait(5.0)
    bench.flight.load((TakeOff(8.0), GoTo(DOOR), Release(height_m=-10.0), GoTo(BEYOND)), 0)
    bench.wait(1.0)
    assert bench.flight.start(0) == ()
    bench.until(lambda flight: flight.mission.index >= RELEASE)
    assert lowest_m(bench, 10.0) > 7.5


def test_landed_far_above_that_height_it_stands_there_armed_for_good() -> None:
    """Seen on a real PX4: a minute after it had let go it stood there still, its motors running."""
    stuck = opening(-10.0, lands=True, settings=WAITS)
    stuck.wait(60.0)
    assert stuck.flight.armed
    assert stuck.flight.airframe.on_ground
    assert stuck.flight.mission.index == len(stuck.flight.mission.steps) - 1
    free = opening(0.0, lands=True, settings=WAITS)
    free.until(lambda flight: BEYOND.away_m(flight.airframe.body) < 2.0, 60.0)


def test_told_anew_to_fly_its_mission_it_takes_off_after_all() -> None:
    stuck = opening(-10.0, lands=True, settings=WAITS)
    stuck.wait(10.0)
    assert stuck.flight.choose(Mode.HOLD) == ()
    assert stuck.flight.choose(Mode.MISSION) == ()
    stuck.until(lambda flight: BEYOND.away_m(flight.airframe.body) < 2.0, 60.0)
