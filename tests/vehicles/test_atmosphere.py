"""The air, held to the tables of the standard; and what it does to what a flight takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, destination
from geofences.reason import Because
from vehicles.atmosphere import Atmosphere
from vehicles.energy import mission_energy_wh, power_w
from vehicles.lift import lift_refusals
from vehicles.mission import Dock, DropOff, Leg, ParcelId, PickUp, Travel
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, DELIVERY_VTOL, SIDEWALK_ROBOT

HOME = GeoPoint(-16.504, -68.163)
EL_ALTO = Atmosphere(level_amsl_m=4060.0)


@pytest.mark.parametrize(
    ("amsl_m", "kg_per_m3"),
    [(0.0, 1.2250), (1000.0, 1.1117), (2000.0, 1.0066), (4000.0, 0.8194), (5000.0, 0.7364), (-200.0, 1.2487)],
)
def test_density_as_the_standards_table_has_it(amsl_m: float, kg_per_m3: float) -> None:
    """U.S. Standard Atmosphere, 1976, by geometric height: 2.5 m less at 4,000 m than geopotential."""
    assert Atmosphere(level_amsl_m=amsl_m).kg_per_m3(0.0) == pytest.approx(kg_per_m3, rel=5e-4)
    assert Atmosphere().kg_per_m3(amsl_m) == pytest.approx(kg_per_m3, rel=5e-4)
    assert Atmosphere().density_altitude_m(amsl_m) == pytest.approx(amsl_m, abs=1e-6)


def test_warm_air_is_thinner_as_gas_is_and_a_hot_day_is_a_higher_place() -> None:
    cold, warm = (Atmosphere(above_isa_k=kelvin).kg_per_m3(0.0) for kelvin in (0.0, 20.0))
    assert warm == pytest.approx(cold * 288.15 / 308.15)
    # what pilots reckon with: some 120 ft for each kelvin
    higher_m = Atmosphere(level_amsl_m=1000.0, above_isa_k=20.0).density_altitude_m(0.0) - 1000.0
    assert higher_m == pytest.approx(20.0 * 120.0 * 0.3048, rel=0.1)


def legs(mass_kg: float, ground_amsl_m: float = 0.0) -> tuple[Leg, ...]:
    door = destination(HOME, 90.0, 3000.0)
    heights = ((HOME, 0.0), (HOME, 60.0), (door, 60.0), (door, 8.0))
    way = tuple(Waypoint(place, height_m, ground_amsl_m) for place, height_m in heights)
    return (
        PickUp(ParcelId("p"), mass_kg, way[0], 6.0),
        Travel(Path(way), 15.0),
        DropOff(ParcelId("p"), mass_kg, way[-1], 6.0),
        Travel(Path(way[::-1]), 15.0),
        Dock(way[0]),
    )


def watts(profile: VehicleProfile, air: Atmosphere, speed_mps: float) -> float:
    """Without its electronics."""
    whole_w = power_w(
        profile,
        payload_kg=1.0,
        speed_mps=speed_mps,
        climb_mps=0.0,
        wind_mps=0.0,
        air_kg_per_m3=air.kg_per_m3(0.0),
    )
    return whole_w - profile.idle_w


def test_hovering_grows_with_the_root_of_thin_air_and_drag_falls_with_it() -> None:
    thin = EL_ALTO.kg_per_m3(0.0) / 1.225
    hover_w = watts(DELIVERY_DRONE, Atmosphere(), 0.0)
    assert watts(DELIVERY_DRONE, EL_ALTO, 0.0) == pytest.approx(hover_w / thin**0.5)
    drag_w = watts(DELIVERY_DRONE, EL_ALTO, 15.0) - watts(DELIVERY_DRONE, EL_ALTO, 0.0)
    assert drag_w == pytest.approx(DELIVERY_DRONE.drag_power_w * thin)


def test_a_wing_takes_more_in_thin_air_and_stalls_sooner() -> None:
    thin = EL_ALTO.kg_per_m3(0.0) / 1.225
    cruise_w = watts(DELIVERY_VTOL, EL_ALTO, 22.0) / watts(DELIVERY_VTOL, Atmosphere(), 22.0)
    assert cruise_w == pytest.approx(0.5 * (thin + 1.0 / thin))
    just_mps = DELIVERY_VTOL.stall_mps / thin**0.5
    assert watts(DELIVERY_VTOL, EL_ALTO, just_mps - 0.1) > 2.0 * watts(DELIVERY_VTOL, EL_ALTO, just_mps + 0.1)


def test_a_mission_takes_more_high_up_and_the_same_told_by_terrain() -> None:
    sea_wh = mission_energy_wh(DELIVERY_DRONE, legs(2.0), Atmosphere())
    high_wh = mission_energy_wh(DELIVERY_DRONE, legs(2.0), EL_ALTO)
    assert 1.10 * sea_wh < high_wh < 1.20 * sea_wh
    assert mission_energy_wh(DELIVERY_DRONE, legs(2.0), replace(EL_ALTO, above_isa_k=20.0)) > high_wh
    assert mission_energy_wh(DELIVERY_DRONE, legs(2.0, 4060.0), Atmosphere()) == pytest.approx(high_wh)


def test_what_cannot_lean_with_its_load_in_thin_air_is_refused_with_what_it_can() -> None:
    (reason,) = lift_refusals(DELIVERY_DRONE, legs(2.5), EL_ALTO)
    assert reason.because is Because.PAYLOAD
    assert "as thin as 4,120 m" in reason.text
    assert "with 2.5 kg" in reason.text
    assert "1.6 kg at most" in reason.text
    assert lift_refusals(DELIVERY_DRONE, legs(1.5), EL_ALTO) == ()
    hot = lift_refusals(DELIVERY_DRONE, legs(1.5), replace(EL_ALTO, above_isa_k=25.0))
    assert [one.because for one in hot] == [Because.PAYLOAD]
    assert lift_refusals(DELIVERY_DRONE, legs(2.5), Atmosphere()) == ()
    assert lift_refusals(replace(DELIVERY_DRONE, thrust_n=None), legs(2.5), EL_ALTO) == ()


def test_above_its_ceiling_nothing_is_sent_and_a_robot_has_none() -> None:
    (reason,) = lift_refusals(DELIVERY_VTOL, legs(1.0), EL_ALTO)
    assert reason.because is Because.WEATHER
    assert "a delivery-vtol flies up to 1,500 m" in reason.text
    warm = Atmosphere(level_amsl_m=1000.0, above_isa_k=20.0)
    assert lift_refusals(DELIVERY_VTOL, legs(1.0), replace(warm, above_isa_k=0.0)) == ()
    assert lift_refusals(DELIVERY_VTOL, legs(1.0), warm)
    assert lift_refusals(SIDEWALK_ROBOT, legs(1.0), EL_ALTO) == ()


@pytest.mark.parametrize("what", ["wind", "level_amsl_m", "above_isa_k"])
def test_what_cannot_be_is_refused(what: str) -> None:
    with pytest.raises(ValueError, match=what):
        Atmosphere(**{what: float("nan")})
