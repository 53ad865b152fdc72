"""From a fleet command and a look at the vehicle to the one MAVLink command that does it, if any."""

from __future__ import annotations

from typing import assert_never

from pymavlink.dialects.v20 import common

from geofences.reason import Because, Reason
from vehicles.mavlink.autopilots import Autopilot
from vehicles.mavlink.command import DISARM, GRIPPER, SAFE_MODE, SET_OFF, Policy, Request
from vehicles.mission import MissionId
from vehicles.telemetry import Landed, Mode, Telemetry
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

_BY_CUSTOM_MODE = float(common.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED)
_FROM_FIRST_ITEM = 0.0


def deed(  # noqa: PLR0911 - one for each command
    command: Command, look: Telemetry, loaded: MissionId | None, autopilot: Autopilot
) -> Request | Accepted | Refused:
    """What to ask of a vehicle that looks like `look` and was given mission `loaded`.

    `Accepted` where it does so already, and `Refused` where its state forbids it: then nothing is sent.
    """
    match command:
        case Start(mission_id):
            return _not_loaded(mission_id, loaded, look) or _start(look)
        case Resume(mission_id):
            return _not_loaded(mission_id, loaded, look) or _resume(look, autopilot)
        case Hold():
            return _to(Mode.HOLD, "hold", autopilot, SAFE_MODE)
        case Return():
            return _to(Mode.RETURN, "return", autopilot, SAFE_MODE)
        case Land():
            return _to(Mode.LAND, "land", autopilot, SAFE_MODE)
        case Grip():
            return _grip(look)
        case LetGo():
            return _let_go(look)
        case ShutDown():
            return _shut_down(look)
        case _:
            assert_never(command)


def refuse(because: Because, subject: str, text: str) -> Refused:
    """A refusal with one reason."""
    return Refused((Reason(because, subject, text),))


def _not_loaded(mission_id: MissionId, loaded: MissionId | None, look: Telemetry) -> Refused | None:
    if loaded != mission_id:
        held = f"mission {loaded}" if loaded is not None else "no mission of ours"
        return refuse(Because.INPUT, "mission_id", f"It holds {held}, not mission {mission_id}.")
    if look.progress.mission_id != mission_id:
        text = f"It no longer holds mission {mission_id}: load it again."
        return refuse(Because.AUTOPILOT, "mission_id", text)
    return None


def _start(look: Telemetry) -> Request | Accepted | Refused:
    if _on_mission(look):
        return Accepted()  # under way: sent again it would start from its first item once more
    if look.landed is Landed.IN_MOTION:
        return refuse(Because.BUSY, "start", "It is in motion already; ask it to resume instead.")
    # MISSION_START arms by itself, and is never repeated: a late copy would arm an idle vehicle.
    params = (_FROM_FIRST_ITEM, 0.0)
    return Request("start the mission", common.MAV_CMD_MISSION_START, params, SET_OFF, _on_mission)


def _resume(look: Telemetry, autopilot: Autopilot) -> Request | Accepted | Refused:
    if _on_mission(look):
        return Accepted()
    if not look.armed:
        return refuse(Because.BUSY, "resume", "It is disarmed: there is nothing to resume.")
    return _to(Mode.MISSION, "resume the mission", autopilot, SET_OFF)


def _to(mode: Mode, name: str, autopilot: Autopilot, policy: Policy) -> Request:
    numbers = autopilot.commands[mode]
    params = (_BY_CUSTOM_MODE, float(numbers.main), float(numbers.sub))
    return Request(name, common.MAV_CMD_DO_SET_MODE, params, policy, lambda sample: sample.mode is mode)


def _grip(look: Telemetry) -> Request | Refused:
    if look.landed is Landed.IN_MOTION:
        return refuse(Because.BUSY, "grip", "It is in motion; a parcel is taken aboard at rest.")
    params = (1.0, float(common.GRIPPER_ACTION_GRAB))
    return Request("close the gripper", common.MAV_CMD_DO_GRIPPER, params, GRIPPER)


def _let_go(look: Telemetry) -> Request | Refused:
    if look.landed is Landed.IN_MOTION:
        return refuse(Because.BUSY, "let_go", "It is in motion; a parcel is given back at rest.")
    params = (1.0, float(common.GRIPPER_ACTION_RELEASE))
    return Request("open the gripper", common.MAV_CMD_DO_GRIPPER, params, GRIPPER)


def _shut_down(look: Telemetry) -> Request | Accepted | Refused:
    if not look.armed:
        return Accepted()
    if look.landed is Landed.IN_MOTION:
        return refuse(Because.BUSY, "shut_down", "It is in motion; it can be shut down at rest only.")
    params = (0.0,)
    return Request(
        "disarm", common.MAV_CMD_COMPONENT_ARM_DISARM, params, DISARM, lambda sample: not sample.armed
    )


def _on_mission(look: Telemetry) -> bool:
    return look.armed and look.mode is Mode.MISSION
