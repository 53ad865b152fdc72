from __future__ import annotations

from itertools import pairwise
from math import hypot

import pytest

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, destination
from vehicles.atmosphere import Atmosphere
from vehicles.energy import mission_energy_wh
from vehicles.flight_cost import FlightCost
from vehicles.mission import Dock, Travel
from vehicles.profiles import DELIVERY_DRONE
from vehicles.wind import Wind, WindAt

HOME = GeoPoint(60.17, 24.94)
ALOFT = Wind((WindAt(10.0, 4.0, 270.0), WindAt(110.0, 12.0, 270.0)))


def legs(bearing_deg: float, height_agl_m: float, length_m: float = 3000.0) -> tuple[Travel, Dock]:
    there = destination(HOME, bearing_deg, length_m)
    path = Path(
        (Waypoint(HOME), Waypoint(HOME, height_agl_m), Waypoint(there, height_agl_m), Waypoint(there))
    )
    return Travel(path, DELIVERY_DRONE.cruise_mps), Dock(path.waypoints[-1])


def test_wind_changes_evenly_with_height_and_stays_beyond() -> None:
    assert ALOFT.at_mps(60.0) == pytest.approx((8.0, 0.0), abs=1e-9)
    assert ALOFT.at_mps(0.0) == pytest.approx((4.0, 0.0), abs=1e-9)
    assert ALOFT.at_mps(500.0) == pytest.approx((12.0, 0.0), abs=1e-9)
    assert ALOFT.strongest_mps(0.0, 60.0) == pytest.approx(8.0)


def test_it_turns_as_a_vector_between_two_directions() -> None:
    turning = Wind((WindAt(0.0, 10.0, 0.0), WindAt(100.0, 10.0, 90.0)))
    assert turning.at_mps(50.0) == pytest.approx((-5.0, -5.0))


def test_against_the_wind_takes_more_than_with_it_and_more_so_higher_up() -> None:
    against = [
        mission_energy_wh(DELIVERY_DRONE, legs(270.0, height_m), Atmosphere(ALOFT))
        for height_m in (45.0, 105.0)
    ]
    along = [
        mission_energy_wh(DELIVERY_DRONE, legs(90.0, height_m), Atmosphere(ALOFT))
        for height_m in (45.0, 105.0)
    ]
    still = mission_energy_wh(DELIVERY_DRONE, legs(90.0, 45.0), Atmosphere(0.0))
    assert along[0] < still < against[0] < against[1]


def test_a_wind_from_ahead_everywhere_is_the_number_that_plans_reckon_with() -> None:
    steady = Wind((WindAt(0.0, 8.0, 270.0),))
    ahead = mission_energy_wh(DELIVERY_DRONE, legs(270.0, 45.0), Atmosphere(steady))
    assert ahead == pytest.approx(
        mission_energy_wh(DELIVERY_DRONE, legs(270.0, 45.0), Atmosphere(8.0)), rel=1e-4
    )


@pytest.mark.parametrize("wind", [0.0, 6.0, ALOFT])
@pytest.mark.parametrize("bearing_deg", [0.0, 90.0, 200.0, 270.0])
def test_what_pieces_cost_is_what_the_mission_costs(wind: float | Wind, bearing_deg: float) -> None:
    """But for speeding up and slowing down, a few seconds of hovering."""
    cost = FlightCost(DELIVERY_DRONE, 0.0, Atmosphere(wind))
    travel, dock = legs(bearing_deg, 60.0)
    level = destination(HOME, bearing_deg, 3000.0)
    assert level == travel.path.waypoints[-1].position
    pieces = cost.change_wh(0.0, 60.0) + cost.change_wh(60.0, 0.0)
    east_m = 3000.0 * {0.0: 0.0, 90.0: 1.0, 200.0: -0.34202, 270.0: -1.0}[bearing_deg]
    north_m = 3000.0 * {0.0: 1.0, 90.0: 0.0, 200.0: -0.93969, 270.0: 0.0}[bearing_deg]
    pieces += cost.level_wh(60.0, east_m, north_m)
    whole = mission_energy_wh(DELIVERY_DRONE, (travel, dock), Atmosphere(wind))
    assert pieces < whole < pieces + 8.0
    assert (
        cost.least_wh_per_m((45.0, 60.0)) * hypot(east_m, north_m)
        <= cost.level_wh(60.0, east_m, north_m) + 1e-9
    )


def test_a_stop_costs_some_seconds_of_hovering() -> None:
    cost = FlightCost(DELIVERY_DRONE, 0.0, Atmosphere())
    assert cost.hover_wh(50.0, 3.0) < cost.stop_wh < cost.hover_wh(50.0, 20.0)


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ((), "layers"),
        ((WindAt(10.0, 1.0, 0.0), WindAt(10.0, 2.0, 0.0)), "layers: heights must rise"),
    ],
)
def test_winds_that_are_none_are_refused(layers: tuple[WindAt, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Wind(layers)


@pytest.mark.parametrize("figures", [(-1.0, 1.0, 0.0), (1.0, float("nan"), 0.0), (1.0, 1.0, float("inf"))])
def test_figures_that_are_no_wind_are_refused(figures: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"height_agl_m|speed_mps|from_deg"):
        WindAt(*figures)


def test_heights_of_a_wind_rise() -> None:
    heights = [layer.height_agl_m for layer in ALOFT.layers]
    assert all(a < b for a, b in pairwise(heights))
