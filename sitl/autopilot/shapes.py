"""The wire form of each message that a simulated autopilot sends: a compiled layout for its payload.

pymavlink's own tables are the source; what they lack (PX4 sends it all the same) is written out here from
the message definitions of mavlink.io (common.xml, development.xml). Packing through a compiled layout
costs a tenth of what a pymavlink object does, and hundreds of vehicles share a processor.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from fastcrc.crc16 import mcrf4xx
from pymavlink.dialects.v20 import all as dialect

_HEADER_BYTES = 10


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of message. `pack` takes its values in wire order: largest fields first, extensions last."""

    name: str
    number: int
    crc_extra: int
    layout: struct.Struct

    def pack(self, *values: object) -> bytes:
        """The payload, not yet truncated. Raises `struct.error` where a value does not fit."""
        return self.layout.pack(*values)


def _of(message: Any) -> Shape:  # noqa: ANN401  # one of pymavlink's generated classes
    return Shape(message.msgname, message.id, message.crc_extra, message.unpacker)


def _extended(message: Any, fields: str) -> Shape:  # noqa: ANN401
    """A message with extension fields that pymavlink does not know yet; they do not count in its checksum."""
    return Shape(
        message.msgname, message.id, message.crc_extra, struct.Struct(message.unpacker.format + fields)
    )


def _written(name: str, number: int, crc_extra: int, layout: str) -> Shape:
    return Shape(name, number, crc_extra, struct.Struct(layout))


HEARTBEAT = _of(dialect.MAVLink_heartbeat_message)
SYS_STATUS = _of(dialect.MAVLink_sys_status_message)
SYSTEM_TIME = _of(dialect.MAVLink_system_time_message)
PING = _of(dialect.MAVLink_ping_message)
PARAM_VALUE = _of(dialect.MAVLink_param_value_message)
GPS_RAW_INT = _of(dialect.MAVLink_gps_raw_int_message)
ATTITUDE = _of(dialect.MAVLink_attitude_message)
ATTITUDE_QUATERNION = _of(dialect.MAVLink_attitude_quaternion_message)
LOCAL_POSITION_NED = _of(dialect.MAVLink_local_position_ned_message)
GLOBAL_POSITION_INT = _of(dialect.MAVLink_global_position_int_message)
MISSION_REQUEST = _of(dialect.MAVLink_mission_request_message)
MISSION_REQUEST_INT = _of(dialect.MAVLink_mission_request_int_message)
MISSION_ITEM_INT = _of(dialect.MAVLink_mission_item_int_message)
MISSION_ITEM_REACHED = _of(dialect.MAVLink_mission_item_reached_message)
GPS_GLOBAL_ORIGIN = _of(dialect.MAVLink_gps_global_origin_message)
VFR_HUD = _of(dialect.MAVLink_vfr_hud_message)
COMMAND_ACK = _of(dialect.MAVLink_command_ack_message)
TIMESYNC = _of(dialect.MAVLink_timesync_message)
ALTITUDE = _of(dialect.MAVLink_altitude_message)
BATTERY_STATUS = _of(dialect.MAVLink_battery_status_message)
AUTOPILOT_VERSION = _of(dialect.MAVLink_autopilot_version_message)
ESTIMATOR_STATUS = _of(dialect.MAVLink_estimator_status_message)
WIND_COV = _of(dialect.MAVLink_wind_cov_message)
VIBRATION = _of(dialect.MAVLink_vibration_message)
HOME_POSITION = _of(dialect.MAVLink_home_position_message)
MESSAGE_INTERVAL = _of(dialect.MAVLink_message_interval_message)
EXTENDED_SYS_STATE = _of(dialect.MAVLink_extended_sys_state_message)
STATUSTEXT = _of(dialect.MAVLink_statustext_message)
AVAILABLE_MODES = _of(dialect.MAVLink_available_modes_message)
CURRENT_MODE = _of(dialect.MAVLink_current_mode_message)
WINCH_STATUS = _of(dialect.MAVLink_winch_status_message)

STORAGE_INFORMATION = _of(dialect.MAVLink_storage_information_message)
FLIGHT_INFORMATION = _of(dialect.MAVLink_flight_information_message)

MISSION_CURRENT = _extended(dialect.MAVLink_mission_current_message, "III")
"""... mission_id, fence_id, rally_points_id."""
MISSION_COUNT = _extended(dialect.MAVLink_mission_count_message, "I")
"""... opaque_id."""
MISSION_ACK = _extended(dialect.MAVLink_mission_ack_message, "I")
"""... opaque_id."""

PROTOCOL_VERSION = _written("PROTOCOL_VERSION", 300, 217, "<HHH8s8s")
"""version, min_version, max_version, spec_version_hash, library_version_hash."""
TIME_ESTIMATE_TO_TARGET = _written("TIME_ESTIMATE_TO_TARGET", 380, 232, "<iiiii")
"""Seconds to: a safe return, a landing, the next mission item, the mission's end, the commanded action."""
EVENT = _written("EVENT", 410, 160, "<IIHBBB40s")
"""id, event_time_boot_ms, sequence, destination component and system, log levels, arguments."""
CURRENT_EVENT_SEQUENCE = _written("CURRENT_EVENT_SEQUENCE", 411, 106, "<HB")
"""sequence, flags."""
REQUEST_EVENT = _written("REQUEST_EVENT", 412, 33, "<HHBB")
"""first_sequence, last_sequence, target system and component."""
RESPONSE_EVENT_ERROR = _written("RESPONSE_EVENT_ERROR", 413, 77, "<HHBBB")
"""sequence, sequence_oldest_available, target system and component, reason."""


def checked(shape: Shape, frame: bytes) -> bytes | None:
    """The whole payload of a MAVLink 2 frame of that shape; None where its checksum or length is wrong."""
    size = frame[1]
    if frame[0] != 0xFD or size > shape.layout.size:
        return None
    end = _HEADER_BYTES + size
    if mcrf4xx(frame[1:end] + bytes((shape.crc_extra,))) != int.from_bytes(frame[end : end + 2], "little"):
        return None
    return frame[_HEADER_BYTES:end].ljust(shape.layout.size, b"\0")
