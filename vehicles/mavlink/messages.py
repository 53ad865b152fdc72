"""What is said in an exchange, as values: the exchanges know no pymavlink, no socket and no clock."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots import AUTOPILOT_COMPONENT
from vehicles.mavlink.frames import Message
from vehicles.telemetry import Telemetry


class PlanPart(Enum):
    """One of the three lists an autopilot keeps (MAV_MISSION_TYPE)."""

    MISSION = common.MAV_MISSION_TYPE_MISSION
    FENCE = common.MAV_MISSION_TYPE_FENCE
    RALLY = common.MAV_MISSION_TYPE_RALLY


@dataclass(frozen=True, slots=True)
class Item:
    """One element of a mission, fence or rally list; its place in the list is its sequence number.

    `lat_e7` and `lon_e7` are degrees * 1e7 where the command has a place, else parameters 5 and 6;
    `z` is metres in the frame's own datum, else parameter 7.
    """

    command: int
    frame: int
    params: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    lat_e7: int = 0
    lon_e7: int = 0
    z: float = 0.0


# What we say.


@dataclass(frozen=True, slots=True)
class SayCommand:
    """COMMAND_LONG. `send` counts repetitions of one and the same command, from 0."""

    command: int
    params: tuple[float, ...]
    send: int = 0


@dataclass(frozen=True, slots=True)
class SayCount:
    """MISSION_COUNT: a list of that many items follows if you ask for them. 0 clears."""

    part: PlanPart
    count: int


@dataclass(frozen=True, slots=True)
class SayItem:
    """MISSION_ITEM_INT."""

    part: PlanPart
    seq: int
    item: Item


@dataclass(frozen=True, slots=True)
class SayList:
    """MISSION_REQUEST_LIST: asks how many items the vehicle holds."""

    part: PlanPart


@dataclass(frozen=True, slots=True)
class SayRequest:
    """MISSION_REQUEST_INT: let me have that item."""

    part: PlanPart
    seq: int


@dataclass(frozen=True, slots=True)
class SayEnd:
    """MISSION_ACK from us: the read is complete, or the transfer is called off."""

    part: PlanPart
    result: int


@dataclass(frozen=True, slots=True)
class SayCurrent:
    """MISSION_SET_CURRENT."""

    seq: int


Saying = SayCommand | SayCount | SayItem | SayList | SayRequest | SayEnd | SayCurrent


# What we hear. `asker` is the component of ours that the vehicle answers: the identity of an exchange.


@dataclass(frozen=True, slots=True)
class Answer:
    """COMMAND_ACK."""

    asker: int
    command: int
    result: int


@dataclass(frozen=True, slots=True)
class Requested:
    """MISSION_REQUEST_INT or MISSION_REQUEST: both are answered with MISSION_ITEM_INT."""

    asker: int
    part: PlanPart
    seq: int


@dataclass(frozen=True, slots=True)
class Counted:
    """MISSION_COUNT from the vehicle."""

    asker: int
    part: PlanPart
    count: int


@dataclass(frozen=True, slots=True)
class GotItem:
    """MISSION_ITEM_INT from the vehicle."""

    asker: int
    part: PlanPart
    seq: int
    item: Item


@dataclass(frozen=True, slots=True)
class Ended:
    """MISSION_ACK from the vehicle."""

    asker: int
    part: PlanPart
    result: int


@dataclass(frozen=True, slots=True)
class Sample:
    """The vehicle's state after a message that changed it; `mode_heard_at_s` is the last heartbeat's time."""

    telemetry: Telemetry
    mode_heard_at_s: float


@dataclass(frozen=True, slots=True)
class Current:
    """MISSION_CURRENT. `total` is 65535 without a mission; `state` is a MISSION_STATE."""

    seq: int
    total: int
    state: int


@dataclass(frozen=True, slots=True)
class Text:
    """A whole STATUSTEXT; `severity` from 0 (emergency) to 7 (debug)."""

    severity: int
    text: str


Addressed = Answer | Requested | Counted | GotItem | Ended
Heard = Addressed | Sample | Current | Text


def to_message(saying: Saying, system_id: int) -> Message:  # noqa: PLR0911 - one for each saying
    """What to send to the autopilot of system `system_id`."""
    to = (system_id, AUTOPILOT_COMPONENT)
    match saying:
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
            return common.MAVLink_mission_set_current_message(*to, seq)
        case _:
            assert_never(saying)


def _item_message(to: tuple[int, int], part: PlanPart, seq: int, item: Item) -> Message:
    # PX4 keeps the index of the mission before unless item 0 says that it is the current one.
    current = 1 if part is PlanPart.MISSION and seq == 0 else 0
    place = (item.lat_e7, item.lon_e7, item.z)
    return common.MAVLink_mission_item_int_message(
        *to, seq, item.frame, item.command, current, 1, *item.params, *place, part.value
    )


def to_heard(message: Message) -> Addressed | Current | None:
    """A message as a value, or None when no exchange is made of it."""
    match message.get_type():
        case "COMMAND_ACK":
            return Answer(message.target_component, message.command, message.result)
        case "MISSION_CURRENT":
            return Current(message.seq, message.total, message.mission_state)
        case "MISSION_REQUEST_INT" | "MISSION_REQUEST" | "MISSION_COUNT" | "MISSION_ITEM_INT" | "MISSION_ACK":
            return _to_transfer(message)
        case _:
            return None


def _to_transfer(message: Message) -> Addressed | None:
    asker = message.target_component
    try:
        part = PlanPart(message.mission_type)
    except ValueError:
        return None
    match message.get_type():
        case "MISSION_COUNT":
            return Counted(asker, part, message.count)
        case "MISSION_ITEM_INT":
            params = (message.param1, message.param2, message.param3, message.param4)
            item = Item(message.command, message.frame, params, message.x, message.y, message.z)
            return GotItem(asker, part, message.seq, item)
        case "MISSION_ACK":
            return Ended(asker, part, message.type)
        case _:
            return Requested(asker, part, message.seq)


_RELATIVE = {
    common.MAV_FRAME_GLOBAL_RELATIVE_ALT: common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT,
    common.MAV_FRAME_GLOBAL: common.MAV_FRAME_GLOBAL_INT,
}


def same_item(sent: Item, read: Item, part: PlanPart) -> bool:
    """Whether an item read back is the one sent.

    An autopilot may answer in the integer twin of a frame, PX4 gives no heights in fences, and
    coordinates pass through its floating point: one unit of 1e-7 degrees (1 cm) is forgiven.
    """
    if sent.command != read.command:
        return False
    if abs(sent.lat_e7 - read.lat_e7) > 1 or abs(sent.lon_e7 - read.lon_e7) > 1:
        return False
    if not all(_same_number(a, b) for a, b in zip(sent.params, read.params, strict=True)):
        return False
    if part is PlanPart.FENCE:
        return True
    frames = (_RELATIVE.get(sent.frame, sent.frame), _RELATIVE.get(read.frame, read.frame))
    return frames[0] == frames[1] and _same_number(sent.z, read.z)


def _same_number(value: float, number: float) -> bool:
    return (math.isnan(value) and math.isnan(number)) or math.isclose(
        value, number, rel_tol=1e-5, abs_tol=1e-3
    )
