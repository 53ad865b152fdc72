"""What ArduPilot makes of a plan's items: home before the mission, numbers as its storage holds them.

Its storage has 15 bytes for an item: what a command does not use is not kept, what it uses is rounded
(AP_Mission, AP_Rally). As observed: docs/ardupilot.md.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pymavlink.dialects.v20 import common

from vehicles.mavlink.exchanges.lists import Item, PlanPart

_HOME = Item(common.MAV_CMD_NAV_WAYPOINT, common.MAV_FRAME_GLOBAL, (0.0, 0.0, 0.0, 0.0), 0, 0, 0.0)
"""In the place of home. ArduPilot puts its own there when it arms."""

_FRAMES = {
    common.MAV_FRAME_GLOBAL_INT: common.MAV_FRAME_GLOBAL,
    common.MAV_FRAME_MISSION: common.MAV_FRAME_GLOBAL,
    common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT: common.MAV_FRAME_GLOBAL_RELATIVE_ALT,
}
_PLACES = frozenset(
    {
        common.MAV_CMD_NAV_WAYPOINT,
        common.MAV_CMD_NAV_LOITER_UNLIM,
        common.MAV_CMD_NAV_LAND,
        common.MAV_CMD_NAV_TAKEOFF,
        common.MAV_CMD_NAV_VTOL_TAKEOFF,
        common.MAV_CMD_NAV_VTOL_LAND,
        common.MAV_CMD_NAV_PAYLOAD_PLACE,
        common.MAV_CMD_DO_SET_ROI_LOCATION,
        common.MAV_CMD_DO_SET_ROI,
    }
)
"""Commands whose place is kept; of others x, y and z are not."""
_KEEPS_FIRST = frozenset(
    {
        common.MAV_CMD_NAV_WAYPOINT,
        common.MAV_CMD_NAV_LAND,
        common.MAV_CMD_NAV_TAKEOFF,
        common.MAV_CMD_DO_SET_ROI_LOCATION,
        common.MAV_CMD_DO_SET_ROI,
    }
)
"""Places of whose parameters the first is kept, in whole numbers."""
_LOOKS = frozenset(
    {
        common.MAV_CMD_DO_SET_ROI_LOCATION,
        common.MAV_CMD_DO_SET_ROI_NONE,
        common.MAV_CMD_DO_SET_ROI,
    }
)
"""Regions of interest: it refuses a NaN in them, which a ground station writes for what is left open."""
_QUADPLANE = frozenset({common.MAV_CMD_NAV_VTOL_TAKEOFF, common.MAV_CMD_NAV_VTOL_LAND})
_CM = 100.0
_SINGLE = struct.Struct("<f")


def ardupilot_list(part: PlanPart, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """A list as ArduPilot is given it: item 0 of a mission is home, and seconds are whole."""
    match part:
        case PlanPart.MISSION:
            return (_HOME, *_climbing(_said(item) for item in items)) if items else ()
        case PlanPart.RALLY:
            return tuple(replace(item, z=float(math.ceil(item.z))) for item in items)
        case PlanPart.FENCE:
            return items


def ardupilot_keeps(part: PlanPart, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """What a list reads back as, without home."""
    given = ardupilot_list(part, items)
    if part is PlanPart.MISSION:
        return tuple(_kept(item) for item in given[1:])
    return tuple(replace(item, frame=_FRAMES.get(item.frame, item.frame)) for item in given)


def ardupilot_cannot(items: tuple[Item, ...]) -> str:
    """Why a mission would be taken and not be done; empty where it would be done."""
    if any(_delivers_by_winch(item) for item in items):
        return (
            "ArduPilot's winch lets out and reels in, but knows no delivery by itself: its parcel would stay."
        )
    if any(item.command in _QUADPLANE for item in items):
        return (
            "ArduPilot's QuadPlane flies up to 100 m beyond its corners on the wing, and on its rotors"
            " takes a place below it for reached: no plan is made for that."
        )
    return ""


def _delivers_by_winch(item: Item) -> bool:
    return bool(item.command == common.MAV_CMD_DO_WINCH and item.params[1] > common.WINCH_RATE_CONTROL)


def _climbing(items: Iterable[Item]) -> Iterator[Item]:
    """After a landing on the way only a take-off goes on: at a waypoint it would disarm and stay."""
    landed = False
    for item in items:
        if landed and item.command == common.MAV_CMD_NAV_WAYPOINT:
            yield replace(item, command=common.MAV_CMD_NAV_TAKEOFF)
        else:
            yield item
        if item.command in _PLACES:
            landed = item.command == common.MAV_CMD_NAV_LAND


def _said(item: Item) -> Item:
    """As it takes it; a time that it would cut is rounded up: nobody gets a parcel in less than promised."""
    if item.command in (common.MAV_CMD_NAV_WAYPOINT, common.MAV_CMD_NAV_DELAY):
        return replace(item, params=(float(math.ceil(item.params[0])), *item.params[1:]))
    if item.command in _LOOKS:
        first, second, third, fourth = (value if math.isfinite(value) else 0.0 for value in item.params)
        return replace(item, params=(first, second, third, fourth))
    return item


def _kept(item: Item) -> Item:
    if item.command not in _PLACES:
        nowhere = replace(item, frame=common.MAV_FRAME_GLOBAL, lat_e7=0, lon_e7=0, z=0.0)
        if item.command == common.MAV_CMD_DO_SET_ROI_NONE:
            return replace(nowhere, params=(float(int(item.params[0])), 0.0, 0.0, 0.0))
        return nowhere
    return replace(
        item, params=_params(item), frame=_FRAMES.get(item.frame, item.frame), z=_to_cm(item.z) / _CM
    )


def _params(item: Item) -> tuple[float, float, float, float]:
    first = float(int(item.params[0])) if item.command in _KEEPS_FIRST else 0.0
    if item.command == common.MAV_CMD_NAV_PAYLOAD_PLACE:
        first = _to_cm(item.params[0]) / _CM
    if item.command == common.MAV_CMD_NAV_LAND:
        return (first, 0.0, 0.0, 1.0)  # a direction of turning, for gliders
    return (first, 0.0, 0.0, 0.0)


def _to_cm(length_m: float) -> int:
    """As it reckons: in 32-bit floats, and cut."""
    (single_m,) = _SINGLE.unpack(_SINGLE.pack(length_m))
    (single_cm,) = _SINGLE.unpack(_SINGLE.pack(single_m * _CM))
    return int(single_cm)
