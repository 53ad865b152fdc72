"""Looks around that are not made: what happens, and when, is as if each had been."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sitl.aboard.fence import Disc, Fence, Ring, Side
from sitl.aboard.flight import Flight
from sitl.aboard.guard import Guard
from sitl.motion.body import Place
from sitl.motion.quiet import RESTLESS
from sitl.motion.settings import LinkLossAction, Settings
from sitl.motion.steps import GoTo, TakeOff
from tests.sitl.bench import Bench, drone, flying, robot

FAR = (TakeOff(50.0), GoTo(Place(1500.0, 0.0, 50.0)), GoTo(Place(1500.0, 900.0, 50.0)))
WALL = Ring(Side.OUTSIDE, ((700.0, -50.0), (720.0, -50.0), (720.0, 200.0), (700.0, 200.0)))


def walled() -> Bench:
    bench = flying(drone(), FAR)
    bench.flight.load_fence(Fence((WALL, Disc(Side.INSIDE, 0.0, 0.0, 3000.0))))
    return bench


def fenced_after_a_while() -> Bench:
    bench = flying(drone(), FAR)
    bench.flight.look(bench.flight.at_s + 20.0)
    bench.flight.load_fence(Fence((WALL,)))
    return bench


def drained() -> Bench:
    levels = Settings(battery_low_frac=0.95, battery_critical_frac=0.93, battery_emergency_frac=0.9)
    return flying(drone(settings=levels, battery_frac=0.99), FAR)


def left_alone() -> Bench:
    bench = flying(drone(settings=Settings(link_loss_action=LinkLossAction.RETURN)), FAR)
    bench.flight.guard.station.hear(bench.flight)
    return bench


def delivering() -> Bench:
    return flying(drone())


def story(bench: Bench, seconds: float, heard: Callable[[float], bool]) -> tuple[list[object], int]:
    """What it says and does, with the instants, while nobody touches it; how often it looked around."""
    flight, told, looks, watch = bench.flight, list[object](), 0, bench.flight.guard.watch
    mode = None

    def counted(of: Flight) -> bool:
        nonlocal looks
        looks += 1
        return watch(of)

    flight.guard.watch = counted  # type: ignore[method-assign, assignment]
    flight.say = lambda said: told.append((flight.age_s, said.text, said.event))
    began_at_s = flight.at_s
    for tenth in range(round(10.0 * seconds)):
        flight.look(began_at_s + 0.1 * (tenth + 1))
        if tenth % 10 == 0 and heard(tenth / 10.0):
            flight.guard.station.hear(flight)
        if (flight.mode, flight.armed, flight.mission.index) != mode:
            mode = (flight.mode, flight.armed, flight.mission.index)
            told.append((flight.age_s, mode))
    return told, looks


@pytest.mark.parametrize("scene", [walled, fenced_after_a_while, drained, left_alone, delivering])
def test_looks_that_would_find_nothing_are_left_out_and_nothing_else_is(
    scene: Callable[[], Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    def heard(after_s: float) -> bool:
        return scene is not left_alone or after_s < 30.0

    told, looks = story(scene(), 150.0, heard)
    monkeypatch.setattr(Guard, "quiet", lambda *_: RESTLESS)
    all_told, all_looks = story(scene(), 150.0, heard)
    assert told == all_told
    assert len(told) > 2
    assert looks < (0.3 if scene is delivering else 0.9) * all_looks  # in a breach it goes on looking


def test_one_that_stands_looks_around_only_when_it_would_miss_its_station() -> None:
    bench = robot()
    bench.wait(6.0)
    _, looks = story(bench, 60.0, lambda _: True)
    assert looks <= 2
    _, looks = story(bench, 60.0, lambda _: False)
    assert looks >= 45, "each second, as finely as it is stepped, once it has missed it"
    assert bench.flight.guard.station.lost
