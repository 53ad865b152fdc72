"""A simulated flight on the test bench: stepped by hand, and all that it says kept."""

from __future__ import annotations

from collections.abc import Callable

from sitl.aboard.flight import Flight
from sitl.aboard.homing import HOME
from sitl.aboard.onboard_mission import MissionState
from sitl.faults import Fault, Faults
from sitl.motion.body import Place
from sitl.motion.copter import Air
from sitl.motion.settings import Settings
from sitl.motion.steps import GoTo, LandAt, Release, Stay, Step, TakeOff
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
