"""The lists that an autopilot keeps, as values: their items, and when two of them are the same."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from pymavlink.dialects.v20 import common


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


_INTEGER_TWINS = {
    common.MAV_FRAME_GLOBAL_RELATIVE_ALT: common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT,
    common.MAV_FRAME_GLOBAL: common.MAV_FRAME_GLOBAL_INT,
}


WITHOUT_HEIGHT = frozenset({common.MAV_CMD_DO_GRIPPER, common.MAV_CMD_DO_WINCH, common.MAV_CMD_NAV_DELAY})
"""Commands of which parameter 7 asks for nothing; PX4 is given a height there all the same (`px4_items`)."""


def same_item(sent: Item, read: Item, part: PlanPart) -> bool:
    """Whether an item read back is the one sent.

    An autopilot may answer in the integer twin of a frame, PX4 gives no heights in fences, and
    coordinates pass through its floating point: one unit of 1e-7 degrees (1 cm) is forgiven. Which height
    an item without one was given depends on where home was taken to be, so it does not count.
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
    return frames[0] == frames[1] and (sent.command in WITHOUT_HEIGHT or _same_number(sent.z, read.z))


def _same_number(value: float, number: float) -> bool:
    return (math.isnan(value) and math.isnan(number)) or math.isclose(
        value, number, rel_tol=1e-5, abs_tol=1e-3
    )
