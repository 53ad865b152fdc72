import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, destination
from tests.vehicles.px4_law import TAKE_OFF_S, down_s, level_s, up_s
from vehicles.atmosphere import Atmosphere
from vehicles.energy import mission_energy_wh, power_w
from vehicles.mission import Dock, DropOff, Leg, ParcelId, PickUp, Travel
from vehicles.profiles import DELIVERY_DRONE, DELIVERY_VTOL, SIDEWALK_ROBOT

HOME = GeoPoint(60.17, 24.94)
DOOR = destination(HOME, 45.0, 900.0)
P1 = ParcelId("p1")


def delivery(mass_kg: float, metres: float = 900.0) -> tuple[Leg, ...]:
    door = destination(HOME, 45.0, metres)
    out = (Waypoint(HOME), Waypoint(HOME, 60.0), Waypoint(door, 60.0), Waypoint(door, 8.0))
    return (
        PickUp(P1, mass_kg, Waypoint(HOME), 6.0),
        Travel(Path(out), 15.0),
        DropOff(P1, mass_kg, Waypoint(door, 8.0), 6.0),
        Travel(Path(out[::-1]), 15.0),
        Dock(Waypoint(HOME)),
    )


def hover_w(mass_kg: float, level_m: float = 0.0) -> float:
    air_kg_per_m3 = Atmosphere().kg_per_m3(level_m)
    return power_w(
        DELIVERY_DRONE,
        payload_kg=mass_kg,
        speed_mps=0.0,
        climb_mps=0.0,
        wind_mps=0.0,
        air_kg_per_m3=air_kg_per_m3,
    )


def test_hover_power_is_momentum_theory() -> None:
    weight_n = 10.6 * 9.80665
    expected = weight_n**1.5 / math.sqrt(2 * 1.225 * 1.37) / 0.55 + 35.0
    assert hover_w(0.0) == pytest.approx(expected)
    loaded = (hover_w(2.5) - 35.0) / (hover_w(0.0) - 35.0)
    assert loaded == pytest.approx((13.1 / 10.6) ** 1.5)


def test_a_delivery_costs_what_its_phases_cost() -> None:
    wh = mission_energy_wh(DELIVERY_DRONE, delivery(2.0), Atmosphere(0.0))

    def loaded(level_m: float) -> float:
        return hover_w(2.0, level_m)

    def empty(level_m: float) -> float:
        return hover_w(0.0, level_m)

    cruise_s = level_s(900.0, 15.0)
    rise_s, sink_s = TAKE_OFF_S + up_s(60.0, 4.0), down_s(52.0, 2.5)
    slow_s = 5 / 0.7 + 5 / 1.8 * math.log(2.5 / 0.7) - 10 / 2.5  # slowing before the ground
    rise_back_s, sink_back_s = up_s(52.0, 4.0), down_s(60.0, 2.5) + slow_s
    drag_ws = 230 * Atmosphere().kg_per_m3(60.0) / 1.225 * (900 / cruise_s / 15) ** 3 * cruise_s
    ws = 6 * 35.0 + 2 * drag_ws + (60 * 12.6 + 52 * 10.6) * 9.80665 / 0.55
    ws += rise_s * loaded(30.0) + cruise_s * loaded(60.0) + sink_s * loaded(34.0) + 6 * loaded(8.0)
    ws += rise_back_s * empty(34.0) + cruise_s * empty(60.0) + sink_back_s * empty(30.0)
    assert wh == pytest.approx(ws / 3600.0, rel=1e-4)


@given(
    mass_kg=st.floats(0.1, 2.5),
    heavier_kg=st.floats(0.01, 2.0),
    metres=st.floats(50.0, 3000.0),
    further_m=st.floats(1.0, 1000.0),
    wind_mps=st.floats(0.0, 10.0),
    gust_mps=st.floats(0.01, 5.0),
)
def test_more_mass_way_or_wind_never_costs_less(
    *, mass_kg: float, heavier_kg: float, metres: float, further_m: float, wind_mps: float, gust_mps: float
) -> None:
    wh = mission_energy_wh(DELIVERY_DRONE, delivery(mass_kg, metres), Atmosphere(wind_mps))
    assert (
        mission_energy_wh(DELIVERY_DRONE, delivery(mass_kg + heavier_kg, metres), Atmosphere(wind_mps)) > wh
    )
    assert mission_energy_wh(DELIVERY_DRONE, delivery(mass_kg, metres + further_m), Atmosphere(wind_mps)) > wh
    assert mission_energy_wh(DELIVERY_DRONE, delivery(mass_kg, metres), Atmosphere(wind_mps + gust_mps)) > wh


def test_a_parcel_already_aboard_weighs_until_its_drop_off() -> None:
    way = delivery(2.0)[1:]
    assert (
        mission_energy_wh(DELIVERY_DRONE, way, Atmosphere(0.0))
        > mission_energy_wh(DELIVERY_DRONE, way[2:], Atmosphere(0.0)) * 1.5
    )
    without_loading = mission_energy_wh(DELIVERY_DRONE, delivery(2.0), Atmosphere(0.0)) - 6 * 35.0 / 3600
    assert mission_energy_wh(DELIVERY_DRONE, way, Atmosphere(0.0)) == pytest.approx(without_loading)


def test_robot_pays_for_rolling_load_and_headwind() -> None:
    road = Path((Waypoint(HOME), Waypoint(DOOR)))

    def wh(payload_kg: float, wind_mps: float) -> float:
        legs = (Travel(road, 1.6), DropOff(P1, max(payload_kg, 1e-9), Waypoint(DOOR), 20.0))
        return mission_energy_wh(SIDEWALK_ROBOT, legs, Atmosphere(wind_mps))

    seconds = 900.0 / 1.6 + 1.6 / 0.8
    mean_mps = 900.0 / seconds
    drag_w = 0.5 * 1.225 * 0.35 * mean_mps**3 / 0.6
    rolling_w = 37 * mean_mps / 1.6
    assert wh(0.0, 0.0) == pytest.approx((seconds * (60 + rolling_w + drag_w) + 20 * 60) / 3600, rel=1e-6)
    assert wh(10.0, 0.0) - wh(0.0, 0.0) == pytest.approx(seconds * rolling_w * 10 / 35 / 3600, rel=1e-6)
    assert wh(0.0, 10.0) > wh(0.0, 0.0)


def test_impossible_values_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="wind"):
        mission_energy_wh(DELIVERY_DRONE, delivery(1.0), Atmosphere(-1.0))
    with pytest.raises(ValueError, match="wind"):
        mission_energy_wh(DELIVERY_DRONE, delivery(1.0), Atmosphere(math.inf))
    with pytest.raises(ValueError, match="rotor_area_m2"):
        mission_energy_wh(replace(DELIVERY_DRONE, rotor_area_m2=0.0), delivery(1.0), Atmosphere())


def vtol_w(speed_mps: float, wind_mps: float = 0.0) -> float:
    return power_w(
        DELIVERY_VTOL,
        payload_kg=1.0,
        speed_mps=speed_mps,
        climb_mps=0.0,
        wind_mps=wind_mps,
        air_kg_per_m3=1.225,
    )


def test_a_vtol_on_its_wing_takes_less_than_half_of_what_hovering_takes() -> None:
    assert vtol_w(DELIVERY_VTOL.cruise_mps) < 0.5 * vtol_w(0.0)


def test_a_vtol_slower_than_its_wing_carries_counts_as_hovering_whatever_the_wind() -> None:
    slow_mps = DELIVERY_VTOL.stall_mps - 0.1
    assert vtol_w(slow_mps) > vtol_w(0.0)
    assert vtol_w(slow_mps, wind_mps=10.0) > vtol_w(slow_mps)
    assert vtol_w(DELIVERY_VTOL.stall_mps) < vtol_w(slow_mps)
