"""The mission items that a plan file may have: their MAV_CMD, what they do, what people call them."""

from __future__ import annotations

from itertools import pairwise

from geofences.formats.plan_items import PlanFile, PlanItem
from geofences.formats.reading import FormatError

ABOVE_HOME, ABOVE_SEA = frozenset({3, 6}), frozenset({0, 5})
WAYPOINT, LOITER_TIME, RETURN, LAND, TAKEOFF, SPLINE = 16, 19, 20, 21, 22, 82
VTOL_TAKEOFF, VTOL_LAND, DELAY, PLACE, SPEED = 84, 85, 93, 94, 178
GRIPPER, TRANSITION, WINCH = 211, 3000, 42600
GOES_THERE = frozenset({WAYPOINT, LOITER_TIME, TAKEOFF, SPLINE, VTOL_TAKEOFF, PLACE})
LANDS = frozenset({LAND, VTOL_LAND})
AIRBORNE = LANDS | {TAKEOFF, VTOL_TAKEOFF}
"""What a vehicle that rolls can make nothing of."""
CAMERAS = frozenset({203, 205, 206, 214, 530, 531, 532, 2000, 2001, 2500, 2501})
LOOKS = frozenset({80, 195, 196, 197, 201})
STANDS_STILL = CAMERAS | LOOKS | {181, 183, 189, GRIPPER, TRANSITION, WINCH}
"""Servos, cameras, regions of interest, grippers, winches, transitions: none of them leads anywhere."""
KNOWN = GOES_THERE | LANDS | STANDS_STILL | {RETURN, DELAY, SPEED}

NAMES = {
    WAYPOINT: "waypoint",
    LOITER_TIME: "loiter",
    RETURN: "return",
    LAND: "land",
    TAKEOFF: "take off",
    SPLINE: "waypoint",
    VTOL_TAKEOFF: "take off",
    VTOL_LAND: "land",
    DELAY: "wait",
    PLACE: "place the parcel",
    SPEED: "set the speed",
    **dict.fromkeys(LOOKS, "look at"),
    197: "look ahead",
    GRIPPER: "gripper",
    WINCH: "winch",
    TRANSITION: "transition",
}


def name_of(number: int, item: PlanItem) -> str:
    """What an item is called in a report."""
    return f"{number} {NAMES.get(item.command, f'command {item.command}')}"


def examine(file: PlanFile) -> None:
    """What can be said against a plan before its vehicle is known. Raises `FormatError` naming the item."""
    if not file.items:
        raise FormatError("mission.items", "is empty: there is nothing to fly")
    for item in file.items:
        if item.command not in KNOWN:
            raise FormatError(item.field, f"command {item.command} is not one whose way can be verified")
        if item.command in GOES_THERE and item.frame not in ABOVE_HOME | ABOVE_SEA:
            raise FormatError(item.field, f"is in frame {item.frame}, whose heights cannot be verified")
    for item, after in pairwise(file.items):
        if item.command == RETURN:
            raise FormatError(after.field, f"comes after the return of {item.field}, which ends a mission")
        if not item.autocontinue:
            raise FormatError(item.field, "waits to be told to go on (autocontinue is off): nobody would")
    if not any(item.command in GOES_THERE for item in file.items):
        raise FormatError("mission.items", "leads nowhere: no item is a place to go to")
