"""Which messages a vehicle is read for, and what counts as a vehicle."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire import layouts
from vehicles.mavlink.wire.frames import Message

WANTED = frozenset(
    {
        common.MAVLINK_MSG_ID_HEARTBEAT,
        common.MAVLINK_MSG_ID_SYS_STATUS,
        common.MAVLINK_MSG_ID_PARAM_VALUE,
        common.MAVLINK_MSG_ID_PARAM_ERROR,
        common.MAVLINK_MSG_ID_GPS_RAW_INT,
        common.MAVLINK_MSG_ID_ATTITUDE,
        common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT,
        common.MAVLINK_MSG_ID_MISSION_REQUEST,
        layouts.MISSION_CURRENT,
        layouts.MISSION_COUNT,
        layouts.MISSION_ACK,
        common.MAVLINK_MSG_ID_MISSION_REQUEST_INT,
        common.MAVLINK_MSG_ID_MISSION_ITEM_INT,
        common.MAVLINK_MSG_ID_COMMAND_ACK,
        common.MAVLINK_MSG_ID_BATTERY_STATUS,
        common.MAVLINK_MSG_ID_AUTOPILOT_VERSION,
        layouts.WIND,
        layouts.EKF_STATUS_REPORT,
        common.MAVLINK_MSG_ID_ESTIMATOR_STATUS,
        common.MAVLINK_MSG_ID_WIND_COV,
        common.MAVLINK_MSG_ID_HOME_POSITION,
        common.MAVLINK_MSG_ID_EXTENDED_SYS_STATE,
        common.MAVLINK_MSG_ID_STATUSTEXT,
        layouts.EVENT,
        layouts.CURRENT_MODE,
        common.MAVLINK_MSG_ID_WINCH_STATUS,
    }
)
PARTS_HZ: Mapping[int, float] = MappingProxyType(
    {
        common.MAVLINK_MSG_ID_ATTITUDE: 1.0,
        common.MAVLINK_MSG_ID_GPS_RAW_INT: 1.0,
        common.MAVLINK_MSG_ID_BATTERY_STATUS: 0.5,
        common.MAVLINK_MSG_ID_HOME_POSITION: 0.2,
    }
)
"""What fills the rarer parts of `Telemetry` on any autopilot, and how often it need come."""

_NOT_VEHICLES = frozenset(
    {
        common.MAV_TYPE_GCS,
        common.MAV_TYPE_ANTENNA_TRACKER,
        common.MAV_TYPE_ONBOARD_CONTROLLER,
        common.MAV_TYPE_GIMBAL,
        common.MAV_TYPE_ADSB,
        common.MAV_TYPE_CAMERA,
    }
)


def is_autopilot(heartbeat: Message) -> bool:
    """Whether a heartbeat is an autopilot's: ground stations, radios and cameras also send them."""
    return heartbeat.autopilot != common.MAV_AUTOPILOT_INVALID and is_vehicle(heartbeat.type)


def is_vehicle(mav_type: int) -> bool:
    """Whether a MAV_TYPE is something that goes somewhere by itself."""
    return mav_type not in _NOT_VEHICLES
