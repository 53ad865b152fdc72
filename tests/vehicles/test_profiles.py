from dataclasses import replace
from typing import Any

import pytest

from geofences.zone import Medium
from vehicles.energy import power_w
from vehicles.profile import Airframe, VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, DELIVERY_VTOL, PROFILES, SIDEWALK_ROBOT


def test_profiles_are_found_by_their_own_names() -> None:
    assert {name: profile.name for name, profile in PROFILES.items()} == {
        "courier-e-bike": "courier-e-bike",
        "delivery-drone": "delivery-drone",
        "delivery-vtol": "delivery-vtol",
        "px4-sih-vtol": "px4-sih-vtol",
        "sidewalk-robot": "sidewalk-robot",
        "sidewalk-robot-3": "sidewalk-robot-3",
    }


def test_drone_hovers_longer_than_a_delivery_and_shorter_than_a_dream() -> None:
    full_w = power_w(
        DELIVERY_DRONE,
        payload_kg=DELIVERY_DRONE.max_payload_kg,
        speed_mps=0.0,
        climb_mps=0.0,
        wind_mps=0.0,
        air_kg_per_m3=1.225,
    )
    minutes = DELIVERY_DRONE.battery_wh / full_w * 60.0
    assert 20.0 < minutes < 45.0  # what aircraft of this class publish


def test_media_and_limits_fit_their_kind() -> None:
    assert DELIVERY_DRONE.medium is Medium.AIR
    assert DELIVERY_DRONE.max_cruise_height_agl_m < 120.0
    assert SIDEWALK_ROBOT.medium is Medium.SIDEWALK
    assert SIDEWALK_ROBOT.max_payload_kg > DELIVERY_DRONE.max_payload_kg


@pytest.mark.parametrize("field", ["cruise_mps", "mass_kg", "battery_wh"])
def test_a_profile_refuses_zero_where_it_makes_no_sense(field: str) -> None:
    changed: dict[str, Any] = {field: 0.0}
    with pytest.raises(ValueError, match=field):
        replace(DELIVERY_DRONE, **changed)


@pytest.mark.parametrize(
    ("profile", "changed", "names"),
    [
        (DELIVERY_DRONE, {"airframe": Airframe.ROVER}, "airframe"),
        (SIDEWALK_ROBOT, {"airframe": Airframe.MULTICOPTER}, "airframe"),
        (DELIVERY_DRONE, {"airframe": Airframe.VTOL}, "stall_mps"),
        (DELIVERY_VTOL, {"stall_mps": 0.0}, "stall_mps"),
        (DELIVERY_DRONE, {"stall_mps": 10.0}, "stall_mps"),
    ],
    ids=["rover that flies", "copter that drives", "wing without stall", "no stall", "stall without wing"],
)
def test_airframe_medium_and_wing_must_fit(
    profile: VehicleProfile, changed: dict[str, Any], names: str
) -> None:
    with pytest.raises(ValueError, match=names):
        replace(profile, **changed)
