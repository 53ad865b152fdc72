"""What an autopilot is expected to answer, where autopilots differ: data, as seen on the real ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pymavlink.dialects.v20 import common as mavlink

SILENT = -1
_ACCEPTED, _DENIED, _UNSUPPORTED, _FAILED, _IN_PROGRESS = 0, 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Expected:
    """Of one autopilot. `answers` and `refusals` go by the names of the cases that are tried.

    `hold` is its mode in DO_SET_MODE (main, sub), `hold_mode` the same in a heartbeat. `home_first`: a
    mission's first item is home, and told as such.
    """

    autopilot: int
    answers: Mapping[str, int]
    refusals: Mapping[str, int]
    hold: tuple[float, float]
    hold_mode: int
    gripper: tuple[int, ...]
    return_height: tuple[str, float]
    request: str
    says_it_gave_up: bool = False
    """A transfer in which the client fell silent ends with MISSION_ACK."""
    home_first: bool = False
    checks_itself: bool = False
    """It says by SYS_STATUS alone that it could arm."""


PX4 = Expected(
    autopilot=mavlink.MAV_AUTOPILOT_PX4,
    answers=MappingProxyType(
        {
            "unknown-interval": _FAILED,
            "unknown-message": _DENIED,
            "pause": _UNSUPPORTED,
            "fence": _UNSUPPORTED,
            "servo": _UNSUPPORTED,
            "unknown": _UNSUPPORTED,
            "winch": SILENT,
            "disarm-disarmed": _ACCEPTED,
            "arm-2": SILENT,
            "mode-none": _ACCEPTED,
        }
    ),
    refusals=MappingProxyType(
        {
            "65-corners": mavlink.MAV_MISSION_NO_SPACE,
            "2-corners": mavlink.MAV_MISSION_ERROR,
            "33-rally-points": mavlink.MAV_MISSION_NO_SPACE,
            "gripper-in-frame-6": mavlink.MAV_MISSION_UNSUPPORTED,
            "frame-1": mavlink.MAV_MISSION_UNSUPPORTED_FRAME,
        }
    ),
    hold=(4.0, 3.0),
    hold_mode=0x03040000,
    gripper=(_IN_PROGRESS, _ACCEPTED),
    return_height=("RTL_RETURN_ALT", 47.5),
    request="MISSION_REQUEST_INT",
)

ARDUPILOT = Expected(
    autopilot=mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA,
    answers=MappingProxyType(
        {
            "unknown-interval": _DENIED,
            "unknown-message": _FAILED,
            "pause": _FAILED,
            "fence": _ACCEPTED,
            "servo": _FAILED,
            "unknown": _UNSUPPORTED,
            "winch": _FAILED,
            "disarm-disarmed": _ACCEPTED,
            "arm-2": _UNSUPPORTED,
            "mode-none": _FAILED,
        }
    ),
    refusals=MappingProxyType(
        {
            "65-corners": mavlink.MAV_MISSION_ACCEPTED,
            "2-corners": mavlink.MAV_MISSION_ERROR,
            "33-rally-points": mavlink.MAV_MISSION_ACCEPTED,
            "gripper-in-frame-6": mavlink.MAV_MISSION_INVALID_PARAM4,
            "frame-1": mavlink.MAV_MISSION_UNSUPPORTED_FRAME,
        }
    ),
    hold=(5.0, 0.0),
    hold_mode=5,
    gripper=(_ACCEPTED,),
    return_height=("RTL_ALT", 4750.0),
    request="MISSION_REQUEST",
    says_it_gave_up=True,
    home_first=True,
    checks_itself=True,
)
