"""What is said in an exchange, as values: the exchanges know no pymavlink, no socket and no clock."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from pymavlink.dialects.v20 import common

from vehicles.mavlink.plans.ids import ListIds
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command is to be done: degrees * 1e7, metres above sea level (NaN: as high as it is).

    Above the sea because COMMAND_LONG names no frame, and autopilots then take it to be that.
    """

    lat_e7: int
    lon_e7: int
    alt_amsl_m: float


# What we say.


@dataclass(frozen=True, slots=True)
class SayCommandInt:
    """COMMAND_INT: a command with a place. It has no count of repetitions."""

    command: int
    params: tuple[float, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class SayCancel:
    """COMMAND_CANCEL: stop carrying out that command."""

    command: int


@dataclass(frozen=True, slots=True)
class SayReadParameter:
    """PARAM_REQUEST_READ by name."""

    name: str


@dataclass(frozen=True, slots=True)
class SayParameter:
    """PARAM_SET. `value` is as it travels: `parameters` knows what it means."""

    name: str
    value: float
    kind: int


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
class SayClear:
    """MISSION_CLEAR_ALL of one list."""

    part: PlanPart


@dataclass(frozen=True, slots=True)
class SayCurrent:
    """MISSION_SET_CURRENT."""

    seq: int


Saying = (
    SayCommand
    | SayCommandInt
    | SayCancel
    | SayReadParameter
    | SayParameter
    | SayCount
    | SayItem
    | SayList
    | SayRequest
    | SayEnd
    | SayClear
    | SayCurrent
)


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
    """MISSION_ACK from the vehicle. `plan_id` is the id it gave the list, 0 where it gives none."""

    asker: int
    part: PlanPart
    result: int
    plan_id: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """The vehicle's state after a message that changed it; `mode_heard_at_s` is the last heartbeat's time."""

    telemetry: Telemetry
    mode_heard_at_s: float


@dataclass(frozen=True, slots=True)
class Current:
    """MISSION_CURRENT. `total` is 65535 without a mission; `state` is a MISSION_STATE.

    `ids` are the vehicle's own of what it holds, None where it tells none.
    """

    seq: int
    total: int
    state: int
    ids: ListIds | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A whole STATUSTEXT; `severity` from 0 (emergency) to 7 (debug)."""

    severity: int
    text: str


@dataclass(frozen=True, slots=True)
class Valued:
    """PARAM_VALUE, an answer to anybody's question. `value` is as it travels."""

    name: str
    value: float
    kind: int


@dataclass(frozen=True, slots=True)
class NotValued:
    """PARAM_ERROR: why a parameter is not told or set (MAV_PARAM_ERROR)."""

    asker: int
    name: str
    error: int


Addressed = Answer | Requested | Counted | GotItem | Ended | NotValued
Heard = Addressed | Sample | Current | Text | Valued


_INTEGER_TWINS = {
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
    frames = (_INTEGER_TWINS.get(sent.frame, sent.frame), _INTEGER_TWINS.get(read.frame, read.frame))
    return frames[0] == frames[1] and _same_number(sent.z, read.z)


def _same_number(value: float, number: float) -> bool:
    return (math.isnan(value) and math.isnan(number)) or math.isclose(
        value, number, rel_tol=1e-5, abs_tol=1e-3
    )
