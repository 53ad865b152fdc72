"""What is asked of a vehicle for each fleet command, by its looks and its autopilot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pymavlink.dialects.v20 import common

from geofences.position import GeoPoint
from vehicles.mavlink.autopilots.autopilot import Arming, ModeNumbers, Starting
from vehicles.mavlink.autopilots.known import PX4
from vehicles.mavlink.exchanges.command import Request
from vehicles.mavlink.exchanges.deeds import Deed, call_off, deed
from vehicles.mavlink.exchanges.policy import Aim, Repeat
from vehicles.mission import MissionId, ParcelId
from vehicles.profile import Airframe
from vehicles.telemetry import Health, Landed, MissionProgress, Mode, Telemetry
from vehicles.vehicle import (
    Accepted,
    Command,
    Grip,
    Hold,
    Land,
    LetGo,
    Refused,
    Resume,
    Return,
    ShutDown,
    Start,
)

MISSION = MissionId(7)
PARKED = Telemetry(
    heard_at_s=100.0,
    position=GeoPoint(60.0, 24.0),
    height_agl_m=0.0,
    north_mps=0.0,
    east_mps=0.0,
    down_mps=0.0,
    heading_deg=0.0,
    battery_frac=1.0,
    armed=False,
    landed=Landed.ON_GROUND,
    mode=Mode.HOLD,
    progress=MissionProgress(MISSION, 0),
    health=Health(ready=True, failsafe=False),
)
FLYING = replace(PARKED, armed=True, landed=Landed.IN_MOTION, mode=Mode.MISSION)
HELD = replace(FLYING, mode=Mode.HOLD)
ARMED_FIRST = replace(
    PX4,
    starting=dict.fromkeys(Airframe, Starting(Arming.BEFORE_MISSION_START, ModeNumbers(4))),
    name="another",
)


def asked(command: Command, look: Telemetry, loaded: MissionId | None = MISSION) -> Deed:
    return deed(command, look, loaded, PX4, Airframe.MULTICOPTER)


def test_a_refused_start_is_called_off_where_it_arms_by_itself() -> None:
    multicopter = Airframe.MULTICOPTER
    (request,) = call_off(PX4, multicopter, PARKED)
    assert (request.command, request.params) == (common.MAV_CMD_DO_SET_MODE, (1.0, 4.0, 3.0))
    assert call_off(PX4, multicopter, FLYING) == ()
    assert call_off(ARMED_FIRST, multicopter, PARKED) == ()


def only(found: Deed) -> Request:
    assert isinstance(found, tuple)
    (request,) = found
    return request


@pytest.mark.parametrize(
    ("command", "numbers"),
    [(Hold(), (1.0, 4.0, 3.0)), (Return(), (1.0, 4.0, 5.0)), (Land(), (1.0, 4.0, 6.0))],
    ids=lambda value: type(value).__name__,
)
def test_what_calms_a_vehicle_is_a_mode_and_may_be_said_again_after_a_look(
    command: Command, numbers: tuple[float, ...]
) -> None:
    request = only(asked(command, FLYING))
    assert (request.command, request.params) == (common.MAV_CMD_DO_SET_MODE, numbers)
    assert request.policy.repeat is Repeat.WHILE_UNCHANGED


def test_px4_starts_and_arms_with_one_command_that_is_never_repeated() -> None:
    request = only(asked(Start(MISSION), PARKED))
    assert (request.command, request.params) == (common.MAV_CMD_MISSION_START, (0.0,))
    assert request.policy.repeat is Repeat.NEVER


def test_resuming_is_never_repeated_though_it_is_a_mode_too() -> None:
    request = only(asked(Resume(MISSION), HELD))
    assert request.command == common.MAV_CMD_DO_SET_MODE
    assert request.policy.repeat is Repeat.NEVER


def test_an_autopilot_that_wants_it_is_armed_first_and_each_step_must_be_seen() -> None:
    found = deed(Start(MISSION), PARKED, MISSION, ARMED_FIRST, Airframe.MULTICOPTER)
    assert isinstance(found, tuple)
    ready, arm, start = found
    assert (ready.command, ready.params) == (common.MAV_CMD_DO_SET_MODE, (1.0, 4.0, 0.0))
    assert (arm.command, arm.params, arm.aim) == (common.MAV_CMD_COMPONENT_ARM_DISARM, (1.0,), Aim.SET_OFF)
    assert arm.shown_by is not None
    assert arm.shown_by(FLYING)
    assert not arm.shown_by(PARKED)
    assert (start.command, start.aim) == (common.MAV_CMD_MISSION_START, Aim.SET_OFF)


def test_one_that_is_armed_already_is_not_armed_again() -> None:
    look = replace(PARKED, armed=True)
    found = deed(Start(MISSION), look, MISSION, ARMED_FIRST, Airframe.MULTICOPTER)
    assert isinstance(found, tuple)
    assert common.MAV_CMD_COMPONENT_ARM_DISARM not in [request.command for request in found]


@pytest.mark.parametrize(
    ("command", "look"),
    [(Start(MISSION), FLYING), (Resume(MISSION), FLYING), (ShutDown(), PARKED)],
    ids=["start", "resume", "shut down"],
)
def test_what_it_does_already_is_accepted_and_nothing_is_sent(command: Command, look: Telemetry) -> None:
    assert asked(command, look) == Accepted()


@pytest.mark.parametrize(
    ("command", "look"),
    [
        (Start(MISSION), HELD),
        (Resume(MISSION), PARKED),
        (ShutDown(), FLYING),
        (Grip(ParcelId("p")), FLYING),
        (LetGo(), FLYING),
        (Start(MissionId(8)), PARKED),
        (Start(MISSION), replace(PARKED, progress=MissionProgress(None, 0))),
    ],
    ids=[
        "start in motion",
        "resume parked",
        "off aloft",
        "grip",
        "let go",
        "another mission",
        "lost mission",
    ],
)
def test_what_its_state_forbids_is_refused_and_nothing_is_sent(command: Command, look: Telemetry) -> None:
    found = asked(command, look)
    assert isinstance(found, Refused)
    assert found.reasons[0].text.endswith(".")


def test_a_mode_that_an_autopilot_has_not_is_refused_in_words() -> None:
    none = replace(PX4, orders={Airframe.ROVER: {}})
    found = deed(Land(), FLYING, MISSION, none, Airframe.ROVER)
    assert isinstance(found, Refused)
    assert found.reasons[0].text == "PX4 has no mode in which a rover would land."
