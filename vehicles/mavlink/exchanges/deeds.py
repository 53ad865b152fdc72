"""From a fleet command and a look at the vehicle to the MAVLink commands that do it, if any."""

from __future__ import annotations

from math import hypot, nan
from typing import assert_never

from pymavlink.dialects.v20 import common

from geofences.path import Waypoint
from geofences.position import distance_m
from geofences.reason import Because, Reason
from vehicles.mavlink.autopilots.autopilot import Arming, Autopilot, ModeNumbers, Starting
from vehicles.mavlink.exchanges.command import Request
from vehicles.mavlink.exchanges.policy import Aim
from vehicles.mavlink.exchanges.sayings import Place
from vehicles.mission import MissionId
from vehicles.profile import Airframe
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

Deed = tuple[Request, ...] | Accepted | Refused
"""What to ask for, in order; or that it does so already; or why it is not asked."""

_BY_CUSTOM_MODE = float(common.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED)
_ARM, _DISARM = 1.0, 0.0
_FROM_THE_FIRST = (0.0,)
_FIRST_GRIPPER = 1.0
_AS_FAST_AS_IT_DOES = -1.0
_THERE_M, _MOVING_MPS = 3.0, 0.7


def deed(  # noqa: PLR0911 - one for each command
    command: Command, look: Telemetry, loaded: MissionId | None, autopilot: Autopilot, airframe: Airframe
) -> Deed:
    """What to ask of a vehicle that looks like `look` and was given mission `loaded`.

    Where its state forbids the command, or it does so already, nothing is sent.
    """
    match command:
        case Start(mission_id):
            return _not_loaded(mission_id, loaded, look) or _start(look, autopilot.starting[airframe])
        case Resume(mission_id):
            return _not_loaded(mission_id, loaded, look) or _resume(look, autopilot, airframe)
        case Hold():
            return _to(Mode.HOLD, "hold", autopilot, airframe)
        case Return() | Land() if not look.armed and look.landed is not Landed.IN_MOTION:
            return _down_already(command)
        case Return():
            return _to(Mode.RETURN, "return", autopilot, airframe)
        case Land():
            return _to(Mode.LAND, "land", autopilot, airframe)
        case Grip() | LetGo():
            return _move_gripper(command, look)
        case ShutDown():
            return _shut_down(look)
        case _:
            assert_never(command)


def stand_by(look: Telemetry, autopilot: Autopilot, airframe: Airframe) -> tuple[Request, ...]:
    """What to ask of a vehicle before its mission is replaced: that, disarmed, it leaves mission mode.

    ArduPilot stays in it after a landing, at the first item again, and complains of every change.
    """
    from_mode = autopilot.starting[airframe].from_mode
    if from_mode is None or look.armed or look.mode is not Mode.MISSION:
        return ()
    left = Request(
        "leave the mission",
        common.MAV_CMD_DO_SET_MODE,
        _mode(from_mode),
        lambda sample: sample.mode is not Mode.MISSION,
    )
    return (left,)


def call_off(autopilot: Autopilot, airframe: Airframe, before: Telemetry) -> tuple[Request, ...]:
    """What to ask after a start that was refused: that it leaves mission mode, which it may be in by now.

    PX4 goes into it before it looks whether it can arm, and stays: whoever armed it next sent it off.
    """
    if before.armed or autopilot.starting[airframe].arming is not Arming.BY_MISSION_START:
        return ()
    hold = _to(Mode.HOLD, "hold", autopilot, airframe)
    return hold if isinstance(hold, tuple) else ()


def stand_down(before: Telemetry, now: Telemetry | None) -> tuple[Request, ...]:
    """What to ask after a start that did not come about: that it is disarmed, where it was armed for it."""
    if now is None or before.armed or not now.armed or now.landed is not Landed.ON_GROUND or _on_mission(now):
        return ()
    found = _shut_down(now)
    return found if isinstance(found, tuple) else ()


def go_to(at: Waypoint, look: Telemetry) -> Deed:
    """What has a vehicle in motion go to a place, its height above home, and hold there.

    An ACK tells nothing: PX4 accepts a place outside its fence and stays where it is.
    """
    if not look.armed or look.landed is Landed.ON_GROUND:
        return refuse(Because.BUSY, "go_to", "It is not under way: it takes off by a mission only.")
    if look.alt_amsl_m is None:
        return refuse(Because.AUTOPILOT, "go_to", "It does not tell how high above the sea it is.")
    home_amsl_m = look.alt_amsl_m - look.height_agl_m
    lat_e7, lon_e7 = round(at.position.lat_deg * 1e7), round(at.position.lon_deg * 1e7)

    def under_way(sample: Telemetry) -> bool:
        near = distance_m(sample.position, at.position) < _THERE_M
        moving = hypot(sample.north_mps, sample.east_mps, sample.down_mps) > _MOVING_MPS
        return sample.mode is Mode.HOLD and (near or moving)

    params = (_AS_FAST_AS_IT_DOES, float(common.MAV_DO_REPOSITION_FLAGS_CHANGE_MODE), 0.0, nan)
    place = Place(lat_e7, lon_e7, home_amsl_m + at.height_agl_m)
    return (Request("go there", common.MAV_CMD_DO_REPOSITION, params, under_way, place=place),)


def refuse(because: Because, subject: str, text: str) -> Refused:
    """A refusal with one reason."""
    return Refused((Reason(because, subject, text),))


def _not_loaded(mission_id: MissionId, loaded: MissionId | None, look: Telemetry) -> Refused | None:
    if loaded != mission_id:
        held = "another mission" if loaded is not None else "no mission of ours"
        return refuse(Because.INPUT, "mission_id", f"It holds {held}: there is nothing to go on with.")
    if look.progress.mission_id != mission_id:
        text = f"It no longer holds mission {mission_id}: load it again."
        return refuse(Because.AUTOPILOT, "mission_id", text)
    return None


def _start(look: Telemetry, starting: Starting) -> Deed:
    if _on_mission(look):
        return Accepted()  # under way: sent again it would start from its first item once more
    if look.landed is Landed.IN_MOTION:
        return refuse(Because.BUSY, "start", "It is in motion already; ask it to resume instead.")
    requests = []
    if starting.from_mode is not None:
        # Nothing shows it, autopilots have many such modes: the arming that follows tells.
        requests.append(Request("make ready", common.MAV_CMD_DO_SET_MODE, _mode(starting.from_mode)))
    if starting.arming is Arming.BEFORE_MISSION_START and not look.armed:
        arm = common.MAV_CMD_COMPONENT_ARM_DISARM
        requests.append(Request("arm", arm, (_ARM,), lambda sample: sample.armed, Aim.SET_OFF))
    begin = Request(
        "start the mission", common.MAV_CMD_MISSION_START, _FROM_THE_FIRST, _on_mission, Aim.SET_OFF
    )
    return (*requests, begin)


def _resume(look: Telemetry, autopilot: Autopilot, airframe: Airframe) -> Deed:
    if _on_mission(look):
        return Accepted()
    if not look.armed:
        return refuse(Because.BUSY, "resume", "It is disarmed: there is nothing to resume.")
    return _to(Mode.MISSION, "resume the mission", autopilot, airframe, Aim.SET_OFF)


def _to(mode: Mode, name: str, autopilot: Autopilot, airframe: Airframe, aim: Aim = Aim.CALM) -> Deed:
    numbers = autopilot.order(mode, airframe)
    if numbers is None:
        text = f"{autopilot.name} has no mode in which a {airframe.value} would {name}."
        return refuse(Because.AUTOPILOT, name, text)
    command = common.MAV_CMD_DO_SET_MODE
    return (Request(name, command, _mode(numbers), lambda sample: sample.mode is mode, aim),)


def _mode(numbers: ModeNumbers) -> tuple[float, ...]:
    return (_BY_CUSTOM_MODE, float(numbers.main), float(numbers.sub))


def _move_gripper(command: Grip | LetGo, look: Telemetry) -> Deed:
    closing = isinstance(command, Grip)
    if look.landed is Landed.IN_MOTION:
        text = "It is in motion; a parcel is taken aboard and given back at rest."
        return refuse(Because.BUSY, "grip" if closing else "let_go", text)
    name = "close the gripper" if closing else "open the gripper"
    action = common.GRIPPER_ACTION_GRAB if closing else common.GRIPPER_ACTION_RELEASE
    return (Request(name, common.MAV_CMD_DO_GRIPPER, (_FIRST_GRIPPER, float(action))),)


def _shut_down(look: Telemetry) -> Deed:
    if not look.armed:
        return Accepted()
    if look.landed is Landed.IN_MOTION:
        return refuse(Because.BUSY, "shut_down", "It is in motion; it can be shut down at rest only.")
    command = common.MAV_CMD_COMPONENT_ARM_DISARM
    return (Request("disarm", command, (_DISARM,), lambda sample: not sample.armed),)


def _down_already(command: Return | Land) -> Deed:
    """PX4 takes the mode all the same, and cannot be armed in it afterwards."""
    if isinstance(command, Land):
        return Accepted()
    return refuse(Because.BUSY, "return", "It is disarmed on the ground: it does not fly home by itself.")


def _on_mission(look: Telemetry) -> bool:
    return look.armed and look.mode is Mode.MISSION
