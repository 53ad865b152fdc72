"""What we say, as pymavlink's messages to one vehicle's autopilot."""

from __future__ import annotations

import struct
from typing import Any, assert_never

from pymavlink.dialects.v20 import common

from vehicles.mavlink.exchanges.lists import Item, PlanPart
from vehicles.mavlink.exchanges.sayings import (
    SayCancel,
    SayClear,
    SayCommand,
    SayCommandInt,
    SayCount,
    SayCurrent,
    SayEnd,
    Saying,
    SayItem,
    SayList,
    SayParameter,
    SayReadParameter,
    SayRequest,
)
from vehicles.mavlink.wire.addresses import AUTOPILOT_COMPONENT
from vehicles.mavlink.wire.frames import Message

_message: Any = common.MAVLink_message


class CommandCancel(_message):  # type: ignore[misc]
    """COMMAND_CANCEL (message 80 of common.xml), which pymavlink 2.4.50 leaves out."""

    id = 80
    msgname = "COMMAND_CANCEL"
    crc_extra = 14
    unpacker = struct.Struct("<HBB")

    def __init__(self, system_id: int, component_id: int, command: int) -> None:
        super().__init__(self.id, self.msgname)
        self.command, self.target_system, self.target_component = command, system_id, component_id
        self._fieldnames = ["command", "target_system", "target_component"]
        self._payload = self.unpacker.pack(command, system_id, component_id)

    def pack(self, mav: Any, force_mavlink1: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - pymavlink's
        """The frame, as of every other message."""
        return self._pack(mav, self.crc_extra, self._payload, force_mavlink1=force_mavlink1)


def our_heartbeat() -> Message:
    """What tells a vehicle that its ground station is there."""
    return common.MAVLink_heartbeat_message(
        common.MAV_TYPE_GCS, common.MAV_AUTOPILOT_INVALID, 0, 0, common.MAV_STATE_ACTIVE, 3
    )


def to_message(  # noqa: C901, PLR0911, PLR0912 - one for each saying
    saying: Saying, system_id: int, component_id: int = AUTOPILOT_COMPONENT, mission_seq: int = 0
) -> Message:
    """What to send to the autopilot of system `system_id`; it calls a mission's first item `mission_seq`."""
    to = (system_id, component_id)
    match saying:
        case SayCommandInt(command, params, place):
            at = (place.lat_e7, place.lon_e7, place.alt_amsl_m)
            frame = common.MAV_FRAME_GLOBAL
            return common.MAVLink_command_int_message(*to, frame, command, 0, 0, *params, *at)
        case SayCancel(command):
            return CommandCancel(*to, command)
        case SayReadParameter(name):
            return common.MAVLink_param_request_read_message(*to, name.encode(), -1)
        case SayParameter(name, value, kind):
            return common.MAVLink_param_set_message(*to, name.encode(), value, kind)
        case SayCommand(command, params, send):
            return common.MAVLink_command_long_message(*to, command, send, *params)
        case SayCount(part, count):
            return common.MAVLink_mission_count_message(*to, count, part.value)
        case SayItem(part, seq, item):
            return _item_message(to, part, seq, item)
        case SayList(part):
            return common.MAVLink_mission_request_list_message(*to, part.value)
        case SayRequest(part, seq):
            return common.MAVLink_mission_request_int_message(*to, seq, part.value)
        case SayEnd(part, result):
            return common.MAVLink_mission_ack_message(*to, result, part.value)
        case SayCurrent(seq):
            return common.MAVLink_mission_set_current_message(*to, seq + mission_seq)
        case SayClear(part):
            return common.MAVLink_mission_clear_all_message(*to, part.value)
        case _:
            assert_never(saying)


def _item_message(to: tuple[int, int], part: PlanPart, seq: int, item: Item) -> Message:
    # PX4 keeps the index of the mission before unless item 0 says that it is the current one.
    current = 1 if part is PlanPart.MISSION and seq == 0 else 0
    place = (item.lat_e7, item.lon_e7, item.z)
    return common.MAVLink_mission_item_int_message(
        *to, seq, item.frame, item.command, current, 1, *item.params, *place, part.value
    )
