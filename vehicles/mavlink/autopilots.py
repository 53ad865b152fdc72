"""What is particular to an autopilot, as data. Facts about PX4: docs/mavlink.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pymavlink.dialects.v20 import common

from geofences.zone import Medium
from vehicles.telemetry import Mode

AUTOPILOT_COMPONENT = common.MAV_COMP_ID_AUTOPILOT1
GCS_SYSTEM = 253
"""Our own system id: neither QGroundControl's 255 nor MAVSDK's 245, so that answers never mix."""
GCS_COMPONENT = common.MAV_COMP_ID_MISSIONPLANNER

AIRCRAFT = frozenset(
    {
        common.MAV_TYPE_QUADROTOR,
        common.MAV_TYPE_COAXIAL,
        common.MAV_TYPE_HELICOPTER,
        common.MAV_TYPE_HEXAROTOR,
        common.MAV_TYPE_OCTOROTOR,
        common.MAV_TYPE_TRICOPTER,
        common.MAV_TYPE_DODECAROTOR,
        common.MAV_TYPE_DECAROTOR,
    }
)
"""MAV_TYPEs that can hover to hand over."""

GROUND_VEHICLES = frozenset({common.MAV_TYPE_GROUND_ROVER})

TYPES: Mapping[Medium, frozenset[int]] = MappingProxyType(
    {Medium.AIR: AIRCRAFT, Medium.SIDEWALK: GROUND_VEHICLES}
)


@dataclass(frozen=True, slots=True)
class CustomMode:
    """A mode by PX4's main and sub numbers; `custom_mode` carries them as main << 16 | sub << 24."""

    main: int
    sub: int


@dataclass(frozen=True, slots=True)
class Autopilot:
    """Numbers of one autopilot: its MAV_AUTOPILOT, its modes, and the streams worth having.

    `streams_hz` maps message ids to rates; whatever else arrives is switched off.
    `complaints` are beginnings of its texts that mean an uploaded plan will not be obeyed,
    though every message of it was acknowledged.
    """

    name: str
    mav_autopilot: int
    modes: Mapping[int, Mode]
    commands: Mapping[Mode, CustomMode]
    streams_hz: Mapping[int, float]
    complaints: tuple[str, ...]


def px4_custom_mode(mode: CustomMode) -> int:
    """`custom_mode` of the heartbeat for a mode: main << 16 | sub << 24."""
    return mode.main << 16 | mode.sub << 24


_AUTO = 4
_PX4_COMMANDS = {
    Mode.HOLD: CustomMode(_AUTO, 3),
    Mode.MISSION: CustomMode(_AUTO, 4),
    Mode.RETURN: CustomMode(_AUTO, 5),
    Mode.LAND: CustomMode(_AUTO, 6),
}
_PX4_MANUAL = {CustomMode(main, 0): Mode.MANUAL for main in (1, 2, 3, 5, 7, 8)}
_PX4_MODES = {
    **{mode: name for name, mode in _PX4_COMMANDS.items()},
    CustomMode(_AUTO, 2): Mode.TAKE_OFF,
    CustomMode(_AUTO, 9): Mode.LAND,  # precision landing
    **_PX4_MANUAL,
}

PX4 = Autopilot(
    name="PX4",
    mav_autopilot=common.MAV_AUTOPILOT_PX4,
    modes=MappingProxyType({px4_custom_mode(mode): name for mode, name in _PX4_MODES.items()}),
    commands=MappingProxyType(_PX4_COMMANDS),
    streams_hz=MappingProxyType(
        {
            common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT: 5.0,
            common.MAVLINK_MSG_ID_EXTENDED_SYS_STATE: 2.0,
            common.MAVLINK_MSG_ID_MISSION_CURRENT: 2.0,
            common.MAVLINK_MSG_ID_SYS_STATUS: 1.0,
        }
    ),
    complaints=("Geofence", "Mission rejected", "No valid mission", "RTL: unsupported"),
)
