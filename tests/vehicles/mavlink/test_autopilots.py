"""What is known of each autopilot, held together: no branch elsewhere makes up for a hole in it."""

from __future__ import annotations

import pytest
from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots.autopilot import AIRFRAMES, Autopilot
from vehicles.mavlink.autopilots.known import BY_MAV_AUTOPILOT, PX4, types_of
from vehicles.mavlink.autopilots.safe_set import needs_of
from vehicles.profile import Airframe
from vehicles.profiles import PROFILES
from vehicles.telemetry import Mode

KNOWN = [BY_MAV_AUTOPILOT[number] for number in sorted(BY_MAV_AUTOPILOT)]
ORDERED = (Mode.HOLD, Mode.MISSION, Mode.RETURN, Mode.LAND)
QUAD, ROVER, SUBMARINE = common.MAV_TYPE_QUADROTOR, common.MAV_TYPE_GROUND_ROVER, common.MAV_TYPE_SUBMARINE


def named(autopilot: Autopilot) -> str:
    return autopilot.name


@pytest.mark.parametrize("autopilot", KNOWN, ids=named)
@pytest.mark.parametrize("airframe", [Airframe.MULTICOPTER, Airframe.VTOL], ids=lambda one: one.value)
def test_what_flies_can_be_held_resumed_brought_home_and_landed(
    autopilot: Autopilot, airframe: Airframe
) -> None:
    assert all(autopilot.order(mode, airframe) is not None for mode in ORDERED)


@pytest.mark.parametrize("autopilot", KNOWN, ids=named)
def test_a_rover_can_be_held_and_resumed(autopilot: Autopilot) -> None:
    assert all(autopilot.order(mode, Airframe.ROVER) for mode in (Mode.HOLD, Mode.MISSION))


@pytest.mark.parametrize("autopilot", KNOWN, ids=named)
@pytest.mark.parametrize("airframe", list(Airframe), ids=lambda one: one.value)
def test_a_mode_that_is_ordered_is_told_back_as_the_one_that_was_ordered(
    autopilot: Autopilot, airframe: Airframe
) -> None:
    mav_type = min(types_of(airframe))
    for mode, numbers in autopilot.orders[airframe].items():
        custom_mode = numbers.main << 16 | numbers.sub << 24 if autopilot is PX4 else numbers.main
        assert autopilot.mode(custom_mode, mav_type) is mode


@pytest.mark.parametrize("autopilot", KNOWN, ids=named)
@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_kind_of_vehicle_has_a_safe_set_on_every_autopilot(autopilot: Autopilot, name: str) -> None:
    safe_set = autopilot.safe_set(needs_of(PROFILES[name]))
    assert len({safe.name for safe in safe_set}) == len(safe_set) > 5
    assert all(len(safe.name) <= 16 for safe in safe_set)  # what PARAM_SET can name


@pytest.mark.parametrize(
    ("custom_mode", "mode", "text"),
    [
        (0x03040000, Mode.HOLD, "Hold"),
        (0x04040000, Mode.MISSION, "Mission"),
        (0x05040000, Mode.RETURN, "Return"),
        (0x06040000, Mode.LAND, "Land"),
        (0x02040000, Mode.TAKE_OFF, "Takeoff"),
        (0x09040000, Mode.LAND, "Precision land"),
        (0x00060000, Mode.OTHER, "Offboard"),
        (0x00030000, Mode.MANUAL, "Position"),
        (0x77770000, Mode.OTHER, "0x77770000"),
    ],
    ids=str,
)
def test_modes_of_px4_as_its_heartbeat_has_them(custom_mode: int, mode: Mode, text: str) -> None:
    for mav_type in (QUAD, ROVER):
        assert PX4.mode(custom_mode, mav_type) is mode
        assert PX4.mode_text(custom_mode, mav_type) == text


def test_a_vehicle_that_no_delivery_is_made_with_has_no_mode_we_know() -> None:
    assert PX4.mode(0x04040000, SUBMARINE) is Mode.OTHER


def test_a_type_is_of_one_airframe() -> None:
    assert sum(len(types_of(airframe)) for airframe in Airframe) == len(AIRFRAMES)
    assert AIRFRAMES[22] is AIRFRAMES[common.MAV_TYPE_VTOL_TILTROTOR] is Airframe.VTOL
