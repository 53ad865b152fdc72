"""What PX4 makes of a plan's items: which it keeps, and as what it reads them back.

From its source (`mavlink_mission.cpp`, a70a558393). Of an item with a place it keeps those parameters alone
that the command uses, and turns headings into 0 to 360 degrees; of others it keeps all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from pymavlink.dialects.v20 import common

from vehicles.mavlink.exchanges.lists import WITHOUT_HEIGHT, Item, PlanPart

_PLACED_FRAMES = frozenset(
    {
        common.MAV_FRAME_GLOBAL,
        common.MAV_FRAME_GLOBAL_INT,
        common.MAV_FRAME_GLOBAL_RELATIVE_ALT,
        common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT,
    }
)
_ABOVE_HOME = frozenset({common.MAV_FRAME_GLOBAL_RELATIVE_ALT, common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT})
_KEEPS: Mapping[int, tuple[int, ...]] = MappingProxyType(
    {
        common.MAV_CMD_NAV_WAYPOINT: (0, 1, 3),
        common.MAV_CMD_NAV_LOITER_UNLIM: (2, 3),
        common.MAV_CMD_NAV_LOITER_TIME: (0, 1, 2, 3),
        common.MAV_CMD_NAV_LAND: (1, 3),
        common.MAV_CMD_NAV_TAKEOFF: (3,),
        common.MAV_CMD_NAV_LOITER_TO_ALT: (0, 1, 3),
        common.MAV_CMD_NAV_VTOL_TAKEOFF: (3,),
        common.MAV_CMD_NAV_VTOL_LAND: (3,),
    }
)
"""Parameters, counted from 0, that an item with a place keeps; those of a region of interest keep none."""
_HEADED = frozenset(_KEEPS) - {common.MAV_CMD_NAV_LOITER_TIME, common.MAV_CMD_NAV_LOITER_TO_ALT}


_UNKNOWN: Mapping[int, str] = MappingProxyType(
    {
        common.MAV_CMD_NAV_SPLINE_WAYPOINT: "NAV_SPLINE_WAYPOINT",
        common.MAV_CMD_DO_SET_RELAY: "DO_SET_RELAY",
        common.MAV_CMD_DO_SET_SERVO: "DO_SET_SERVO",
    }
)
_TAKE_OFFS = frozenset({common.MAV_CMD_NAV_TAKEOFF, common.MAV_CMD_NAV_VTOL_TAKEOFF})


def px4_cannot(items: tuple[Item, ...]) -> str:
    """Why a mission would not be taken, or not be flown; empty where it would be.

    By `mavlink_mission.cpp`, and by the checks of a whole mission, whose text names no item.
    """
    first = next((n for n, item in enumerate(items) if item.command in _KEEPS), None)
    for n, item in enumerate(items):
        if item.command == common.MAV_CMD_NAV_PAYLOAD_PLACE:
            return (
                "PX4 cannot place a payload (NAV_PAYLOAD_PLACE): hand over by landing, by winch or from a"
                " hover."
            )
        if item.command in _UNKNOWN:
            return f"Item {n}: PX4's missions know no {_UNKNOWN[item.command]}."
        if item.command in _TAKE_OFFS and n != first:
            return f"Item {n}: PX4 takes a take-off as the first place of a mission only."
    return ""


def px4_raised(items: tuple[Item, ...], home_amsl_m: float) -> tuple[Item, ...]:
    """A mission in which what is waited for without a place has the height of the place that it is done at.

    When its home's altitude is corrected in flight, which happens all the time, PX4 moves its whole line to
    the height of the item under way (`MissionBase::updateMissionAltAfterHomeChanged`), also where that item
    is no place: there it takes parameter 7 for a height above the sea. A 0 has a hovering vehicle sink while
    its gripper opens, or all the way down in a delay; and one that has landed does not take off again towards
    a place beside it, for its line begins far below: it stood armed on the ground, seen on a real one.
    """
    raised: list[Item] = []
    amsl_m: float | None = None
    for item in items:
        if item.frame in _ABOVE_HOME:
            amsl_m = home_amsl_m + item.z
        elif item.frame in _PLACED_FRAMES:
            amsl_m = item.z
        waits = item.frame == common.MAV_FRAME_MISSION and item.command in WITHOUT_HEIGHT
        raised.append(replace(item, z=amsl_m) if waits and amsl_m is not None else item)
    return tuple(raised)


def px4_keeps(part: PlanPart, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """What a list reads back as."""
    return tuple(_kept(item) for item in items) if part is PlanPart.MISSION else items


def _kept(item: Item) -> Item:
    if item.frame not in _PLACED_FRAMES:
        return item
    # PX4 keeps NAV_ROI under the number of DO_SET_ROI
    roi = item.command == common.MAV_CMD_NAV_ROI
    first, second, third, fourth = (
        value if n in _KEEPS.get(item.command, ()) else 0.0 for n, value in enumerate(item.params)
    )
    if item.command in _HEADED and math.isfinite(fourth):
        fourth %= 360.0
    command = common.MAV_CMD_DO_SET_ROI if roi else item.command
    return replace(item, command=command, params=(first, second, third, fourth))
