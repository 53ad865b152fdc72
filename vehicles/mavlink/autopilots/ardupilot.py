"""ArduPilot, as data: Copter, Rover and QuadPlane. Behaviour as observed: docs/ardupilot.md."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots.ardupilot_items import ardupilot_cannot, ardupilot_keeps, ardupilot_list
from vehicles.mavlink.autopilots.ardupilot_safe_set import ardupilot_safe_set
from vehicles.mavlink.autopilots.autopilot import (
    Arming,
    Autopilot,
    CallingOff,
    Ending,
    FirstItem,
    ModeNumbers,
    NamedMode,
    PlanIds,
    PlanQuirks,
    Starting,
    Values,
    Winching,
)
from vehicles.mavlink.autopilots.own_returns import ARDUPILOT_NAMES, ardupilot_return
from vehicles.mavlink.wire import layouts
from vehicles.mavlink.wire.wanted import PARTS_HZ
from vehicles.profile import Airframe
from vehicles.telemetry import Mode

# Numbers: ArduCopter/mode.h, Rover/mode.h, ArduPlane/mode.h; each program counts its modes anew.
_COPTER: Mapping[int, NamedMode] = MappingProxyType(
    {
        0: NamedMode(Mode.MANUAL, "Stabilize"),
        1: NamedMode(Mode.MANUAL, "Acro"),
        2: NamedMode(Mode.MANUAL, "Alt Hold"),
        3: NamedMode(Mode.MISSION, "Auto"),
        4: NamedMode(Mode.HOLD, "Guided"),
        5: NamedMode(Mode.MANUAL, "Loiter"),  # a transmitter's sticks steer it, the throttle's included
        6: NamedMode(Mode.RETURN, "RTL"),
        7: NamedMode(Mode.OTHER, "Circle"),
        9: NamedMode(Mode.LAND, "Land"),
        11: NamedMode(Mode.MANUAL, "Drift"),
        13: NamedMode(Mode.MANUAL, "Sport"),
        14: NamedMode(Mode.OTHER, "Flip"),
        15: NamedMode(Mode.OTHER, "Autotune"),
        16: NamedMode(Mode.MANUAL, "PosHold"),
        17: NamedMode(Mode.HOLD, "Brake"),
        18: NamedMode(Mode.OTHER, "Throw"),
        19: NamedMode(Mode.OTHER, "Avoid ADSB"),
        20: NamedMode(Mode.OTHER, "Guided No GPS"),
        21: NamedMode(Mode.RETURN, "Smart RTL"),
        22: NamedMode(Mode.MANUAL, "Flow Hold"),
        23: NamedMode(Mode.OTHER, "Follow"),
        24: NamedMode(Mode.OTHER, "ZigZag"),
        25: NamedMode(Mode.OTHER, "System ID"),
        26: NamedMode(Mode.OTHER, "Autorotate"),
        27: NamedMode(Mode.RETURN, "Auto RTL"),
        28: NamedMode(Mode.OTHER, "Turtle"),
    }
)
_ROVER: Mapping[int, NamedMode] = MappingProxyType(
    {
        0: NamedMode(Mode.MANUAL, "Manual"),
        1: NamedMode(Mode.MANUAL, "Acro"),
        3: NamedMode(Mode.MANUAL, "Steering"),
        4: NamedMode(Mode.HOLD, "Hold"),
        5: NamedMode(Mode.HOLD, "Loiter"),
        6: NamedMode(Mode.OTHER, "Follow"),
        7: NamedMode(Mode.MANUAL, "Simple"),
        8: NamedMode(Mode.OTHER, "Dock"),
        9: NamedMode(Mode.OTHER, "Circle"),
        10: NamedMode(Mode.MISSION, "Auto"),
        11: NamedMode(Mode.RETURN, "RTL"),
        12: NamedMode(Mode.RETURN, "Smart RTL"),
        15: NamedMode(Mode.OTHER, "Guided"),
        16: NamedMode(Mode.OTHER, "Initialising"),
    }
)
_PLANE: Mapping[int, NamedMode] = MappingProxyType(
    {
        0: NamedMode(Mode.MANUAL, "Manual"),
        1: NamedMode(Mode.OTHER, "Circle"),
        2: NamedMode(Mode.MANUAL, "Stabilize"),
        3: NamedMode(Mode.MANUAL, "Training"),
        4: NamedMode(Mode.MANUAL, "Acro"),
        5: NamedMode(Mode.MANUAL, "FBWA"),
        6: NamedMode(Mode.MANUAL, "FBWB"),
        7: NamedMode(Mode.MANUAL, "Cruise"),
        8: NamedMode(Mode.OTHER, "Autotune"),
        10: NamedMode(Mode.MISSION, "Auto"),
        11: NamedMode(Mode.RETURN, "RTL"),
        12: NamedMode(Mode.HOLD, "Loiter"),
        13: NamedMode(Mode.TAKE_OFF, "Takeoff"),
        14: NamedMode(Mode.OTHER, "Avoid ADSB"),
        15: NamedMode(Mode.HOLD, "Guided"),
        16: NamedMode(Mode.OTHER, "Initialising"),
        17: NamedMode(Mode.MANUAL, "QStabilize"),
        18: NamedMode(Mode.MANUAL, "QHover"),
        19: NamedMode(Mode.MANUAL, "QLoiter"),
        20: NamedMode(Mode.LAND, "QLand"),
        21: NamedMode(Mode.RETURN, "QRTL"),
        22: NamedMode(Mode.OTHER, "QAutotune"),
        23: NamedMode(Mode.MANUAL, "QAcro"),
        24: NamedMode(Mode.OTHER, "Thermal"),
        25: NamedMode(Mode.LAND, "Loiter to QLand"),
        26: NamedMode(Mode.LAND, "Autoland"),
    }
)

ARDUPILOT = Autopilot(
    name="ArduPilot",
    mav_autopilot=common.MAV_AUTOPILOT_ARDUPILOTMEGA,
    modes=MappingProxyType({Airframe.MULTICOPTER: _COPTER, Airframe.VTOL: _PLANE, Airframe.ROVER: _ROVER}),
    orders=MappingProxyType(
        {
            Airframe.MULTICOPTER: MappingProxyType(
                {
                    Mode.HOLD: ModeNumbers(4),
                    Mode.MISSION: ModeNumbers(3),
                    Mode.RETURN: ModeNumbers(6),
                    Mode.LAND: ModeNumbers(9),
                }
            ),
            Airframe.VTOL: MappingProxyType(
                {
                    Mode.HOLD: ModeNumbers(12),
                    Mode.MISSION: ModeNumbers(10),
                    Mode.RETURN: ModeNumbers(11),
                    Mode.LAND: ModeNumbers(20),
                }
            ),
            Airframe.ROVER: MappingProxyType(
                {
                    Mode.HOLD: ModeNumbers(4),
                    Mode.MISSION: ModeNumbers(10),
                    Mode.RETURN: ModeNumbers(11),
                }
            ),
        }
    ),
    starting=MappingProxyType(
        {
            Airframe.MULTICOPTER: Starting(Arming.BEFORE_MISSION_START, from_mode=ModeNumbers(4)),
            Airframe.VTOL: Starting(Arming.BEFORE_MISSION_START, from_mode=ModeNumbers(19)),
            Airframe.ROVER: Starting(Arming.BEFORE_MISSION_START, from_mode=ModeNumbers(4)),
        }
    ),
    streams_hz=MappingProxyType(
        {
            common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT: 5.0,
            common.MAVLINK_MSG_ID_EXTENDED_SYS_STATE: 2.0,
            common.MAVLINK_MSG_ID_MISSION_CURRENT: 2.0,
            common.MAVLINK_MSG_ID_SYS_STATUS: 1.0,
            layouts.EKF_STATUS_REPORT: 1.0,
            layouts.WIND: 0.2,
            common.MAVLINK_MSG_ID_WINCH_STATUS: 1.0,
            **PARTS_HZ,
        }
    ),
    complaints=(),
    release_failures=("PayloadPlace: Reached maximum descent", "PayloadPlace: Abort"),
    values=Values.BY_VALUE,
    safe_set=ardupilot_safe_set,
    plan=PlanQuirks(
        FirstItem.HOME,
        PlanIds.NONE,
        CallingOff.BY_CLEARING,
        # To an offer while another upload goes on, which it forgets after 8 s; to a second copy of an item.
        frozenset({common.MAV_MISSION_DENIED, common.MAV_MISSION_INVALID_SEQUENCE}),
        Ending.DISARMED,
        ardupilot_list,
        ardupilot_keeps,
        ardupilot_cannot,
        Winching.BY_LENGTH,
    ),
    disarms=frozenset({Airframe.MULTICOPTER, Airframe.VTOL}),
    return_names=ARDUPILOT_NAMES,
    own_return=ardupilot_return,
    speed_limits=MappingProxyType({}),  # what a mission asks for is taken in place of its parameters' speeds
)
