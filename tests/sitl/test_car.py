"""PX4's rover is a car: it drives circles where a sidewalk robot turns on the spot. See golden c, c2."""

from __future__ import annotations

from itertools import pairwise
from math import degrees, hypot

import pytest

from sitl.aboard.airframe import Airframe, Motors
from sitl.autopilot.parameters import Parameters, made_for
from sitl.faults import Faults
from sitl.motion.body import Place
from sitl.motion.copter import Air
from sitl.motion.settings import CAR, Settings
from sitl.motion.steps import ChangeSpeed, GoTo, Stay, Step
from sitl.motion.swarm import Swarm
from vehicles.profile import Airframe as Kind
from vehicles.profiles import SIDEWALK_ROBOT

CORNER = Place(20.0, 0.0, 0.0)
STEP_S = 0.1
ROUND: tuple[Step, ...] = (
    ChangeSpeed(SIDEWALK_ROBOT.cruise_mps),
    GoTo(CORNER),
    GoTo(Place(20.0, 20.0, 0.0)),
    GoTo(Place(0.0, 0.0, 0.0)),
)
Track = list[tuple[float, float, float, float]]


def car(steps: tuple[Step, ...], swarm: Swarm | None = None, frame: int = CAR) -> Airframe:
    settings = Settings(frame=frame)
    made = Airframe(SIDEWALK_ROBOT, 1, Air(), 1.0, Faults(), settings=settings, swarm=swarm)

    def attend() -> None:
        made.attend()

    made.start(0.0, (1.0, STEP_S), attend, lambda: None)
    made.run(Motors.WORKING)
    made.pilot.engage(steps, 0, 0.0)
    made.touch(0.0, 1e6)
    return made


def driven(one: Airframe, seconds: float) -> Track:
    """Where it is and points to, and how fast it is: each tenth of a second."""
    track: Track = []
    for tick in range(1, int(seconds / STEP_S) + 1):
        one.look(tick * STEP_S)
        body = one.body
        track.append((body.east_m, body.north_m, body.heading_deg, body.speed_mps))
    return track


def turn_deg(a: float, b: float) -> float:
    return abs((b - a + 180.0) % 360.0 - 180.0)


def test_it_turns_only_while_it_drives_and_no_tighter_than_its_wheels_let_it() -> None:
    track = driven(car(ROUND), 60.0)
    for (_, _, before_deg, _), (_, _, after_deg, mps) in pairwise(track):
        turned_rad = turn_deg(before_deg, after_deg) / degrees(1.0)
        assert turned_rad <= mps * STEP_S / 0.5 + 1e-9, "a circle of half a metre is its tightest"
    assert hypot(*track[-1][:2]) < 0.6
    assert track[-1][3] == 0.0


def test_a_robot_with_differential_drive_does_turn_on_the_spot() -> None:
    track = driven(car(ROUND, frame=6), 60.0)
    assert any(
        turn_deg(a[2], b[2]) > 5.0 and hypot(b[0] - a[0], b[1] - a[1]) < 0.02 for a, b in pairwise(track)
    )


def test_it_waits_in_circles_about_a_place_that_it_is_to_go_on_from() -> None:
    track = driven(car((GoTo(CORNER), Stay(20.0), GoTo(Place(20.0, 20.0, 0.0)))), 30.0)
    waiting = track[180:300]  # it is there after some fifteen seconds
    assert min(mps for *_, mps in waiting) > 0.5
    assert max(hypot(east - 20.0, north) for east, north, *_ in waiting) < 4.0
    assert sum(turn_deg(a[2], b[2]) for a, b in pairwise(waiting)) > 720.0


def test_it_comes_to_rest_within_half_a_metre_of_its_last_place() -> None:
    track = driven(car((GoTo(CORNER),)), 30.0)
    assert hypot(track[-1][0] - 20.0, track[-1][1]) <= 0.5
    assert track[-1][3] == 0.0


@pytest.mark.parametrize("others", [3, 40])
def test_it_is_the_same_alone_and_among_many(others: int) -> None:
    alone = driven(car(ROUND), 40.0)
    swarm = Swarm()
    crowd = [car(ROUND[n % 3 :], swarm) for n in range(others)]
    one = car(ROUND, swarm)
    assert driven(one, 40.0) == alone
    assert len(crowd) == others


def test_ca_airframe_says_which_and_a_sidewalk_robots_is_differential() -> None:
    stock = Parameters(Kind.ROVER, 1, {})
    assert stock.settings.is_car, "PX4's own simulated rover"
    assert not Parameters(Kind.ROVER, 1, made_for(SIDEWALK_ROBOT)).settings.is_car
    assert stock.value("CA_AIRFRAME") == CAR
