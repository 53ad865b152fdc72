"""A simulated multicopter in the wind, and without a place: how far it is blown, how it coasts."""

from __future__ import annotations

from math import hypot

import pytest

from sitl.faults import Fault, Kind
from sitl.motion.body import Place
from sitl.motion.copter import Air
from sitl.motion.settings import Settings
from sitl.motion.steps import GoTo, TakeOff
from tests.sitl.bench import drone, flying
from vehicles.telemetry import Mode

_CLIMB = (TakeOff(30.0), GoTo(Place(0.0, 200.0, 30.0)))
_FAR = (TakeOff(50.0), GoTo(Place(0.0, 3000.0, 50.0)))


def _aside_m(wind_mps: float, settings: Settings) -> float:
    """How far an aircraft with PX4's simulated drag is blown aside in its climb."""
    bench = drone(wind=Air(wind_mps, 0.0), settings=settings)
    body, cell = bench.flight.airframe.body, bench.flight.airframe.pilot.helm.cell
    cell.parasite_kg_per_m = cell.gust_rms_mps = 0.0  # SIH has a linear drag, and no gusts
    bench.wait(5.0)
    bench.flight.load(_CLIMB, 0)
    bench.wait(1.0)
    assert bench.flight.start(0) == ()
    aside_m = 0.0
    while bench.flight.mission.index == 0 and bench.flight.age_s < 60.0:
        bench.wait(0.1)
        aside_m = max(aside_m, body.east_m)
    return aside_m


@pytest.mark.parametrize(
    ("wind_mps", "take_off_mps", "seen_m"), [(5.0, 1.5, 0.8), (12.0, 1.5, 3.07), (8.0, 4.0, 3.04)]
)
def test_the_wind_blows_it_aside_until_it_may_and_can_lean_against_it(
    wind_mps: float, take_off_mps: float, seen_m: float
) -> None:
    aside_m = _aside_m(wind_mps, Settings(drag_per_s=0.3, take_off_mps=take_off_mps))
    assert 0.7 * seen_m < aside_m < 1.3 * seen_m, "a real PX4 was blown so far"


def test_until_it_flies_it_leans_less() -> None:
    stock, free = Settings(drag_per_s=0.3), Settings(drag_per_s=0.3, lean_low_deg=45.0)
    assert _aside_m(16.0, stock) > _aside_m(16.0, free) + 0.5


def test_it_leans_no_further_than_it_may() -> None:
    # 0.2 * 12 m/s are 2.4 m/s2, for which it leans 13.8 degrees
    assert _aside_m(12.0, Settings(drag_per_s=0.2, lean_deg=15.0)) < 6.0
    assert _aside_m(12.0, Settings(drag_per_s=0.2, lean_deg=12.0)) > 20.0


def test_what_stands_on_the_ground_is_not_blown_away() -> None:
    bench = drone(wind=Air(12.0, 0.0))
    bench.wait(5.0)
    bench.flight.load(_CLIMB, 0)
    bench.wait(1.0)
    assert bench.flight.start(0) == ()
    body = bench.flight.airframe.body
    while body.height_agl_m == 0.0:
        assert hypot(body.east_m, body.north_m) == 0.0
        bench.wait(0.1)


def test_without_a_place_it_coasts_level_and_sinks_evenly() -> None:
    bench = flying(drone(Fault(Kind.NO_GPS, 40.0, 70.0)), _FAR)
    body = bench.flight.airframe.body
    bench.until(lambda flight: flight.mode is Mode.LAND, most_s=40.0)
    began, began_age_s, speed_mps = body.place, bench.flight.age_s, body.speed_mps
    for after_s in (2.0, 5.0, 20.0):  # its drag alone, 0.0138 v2, slows it down
        bench.wait(after_s - (bench.flight.age_s - began_age_s))
        assert body.speed_mps == pytest.approx(speed_mps / (1.0 + after_s * 0.0138 * speed_mps), rel=0.1)
    assert body.north_m - began.north_m > 5.0 * speed_mps
    assert body.up_mps == pytest.approx(-0.7, abs=0.01)  # MPC_LAND_SPEED, from whatever height
    assert began.height_agl_m - body.height_agl_m == pytest.approx(14.0, abs=2.0)


def test_without_a_place_it_goes_with_the_wind_and_stops_where_it_touches() -> None:
    near = (TakeOff(15.0), GoTo(Place(0.0, 9.0, 15.0)))
    bench = flying(drone(Fault(Kind.NO_GPS, 30.0), wind=Air(8.0, 0.0)), near)
    bench.until(lambda flight: flight.mode is Mode.LAND, most_s=60.0)
    body, began = bench.flight.airframe.body, bench.flight.airframe.body.place
    bench.until(lambda flight: flight.airframe.body.height_agl_m < 0.5)
    assert 2.0 < body.east_mps < 8.0
    assert body.east_m - began.east_m > 20.0
    bench.until(lambda flight: flight.airframe.body.height_agl_m == 0.0)
    bench.wait(0.1)
    assert body.speed_mps == 0.0
    bench.until(lambda flight: not flight.armed, most_s=20.0)
