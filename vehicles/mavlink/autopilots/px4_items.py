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

from vehicles.mavlink.exchanges.messages import Item, PlanPart

_PLACED_FRAMES = frozenset(
    {
        common.MAV_FRAME_GLOBAL,
        common.MAV_FRAME_GLOBAL_INT,
        common.MAV_FRAME_GLOBAL_RELATIVE_ALT,
        common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT,
    }
)
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


def px4_cannot(items: tuple[Item, ...]) -> str:
    """Why a mission would not be taken; empty where it would be. `mavlink_mission.cpp` knows no item 94."""
    if any(item.command == common.MAV_CMD_NAV_PAYLOAD_PLACE for item in items):
        return (
            "PX4 cannot place a payload (NAV_PAYLOAD_PLACE): hand over by landing, by winch or from a hover."
        )
    return ""


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
