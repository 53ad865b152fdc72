"""Mission, fence and rally items as a simulated autopilot keeps them, and what they mean for the airframe."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from math import inf, isfinite

from pymavlink.dialects.v20 import common

from geofences.position import GeoPoint, LocalFrame
from sitl.aboard.fence import Bound, Disc, Fence, Ring, Side
from sitl.autopilot.outgoing import Message
from sitl.motion.body import Place
from sitl.motion.steps import (
    Change,
    ChangeSpeed,
    Deliver,
    GoHome,
    GoTo,
    Grab,
    LandAt,
    Lift,
    Reel,
    Release,
    Skip,
    Stay,
    Step,
    TakeOff,
    Unfit,
    WingTakeOff,
)
from vehicles.profile import Airframe


class Part(IntEnum):
    """Which list: MAV_MISSION_TYPE."""

    MISSION = common.MAV_MISSION_TYPE_MISSION
    FENCE = common.MAV_MISSION_TYPE_FENCE
    RALLY = common.MAV_MISSION_TYPE_RALLY


_PLACED = frozenset({16, 17, 19, 21, 22, 31, 84, 85})  # NAV commands that have a place
_LOOK_AT = frozenset({80, 201})
"""Regions of interest by a mode that says what it is."""
_LOOKS_AT_PLACE, _LOOKS_ELSEWHERE = frozenset({0, 3}), frozenset({0, 1, 2})
"""MAV_ROI that PX4 takes with a place, and without."""
LIFTS = {common.MAV_VTOL_STATE_MC: Lift.ROTORS, common.MAV_VTOL_STATE_FW: Lift.WING}
"""What a DO_VTOL_TRANSITION asks for."""
_REEL_MPS, _REEL_ALL_M = 1.0, 30.0
_BOUNDING = frozenset({5001, 5002, 5003, 5004, 5100})
"""Fence and rally items: PX4 reads them in any list, and has none of them in a mission."""
_GLOBALLY = _PLACED | {195, 400, 4501, 5000} | _BOUNDING
"""What PX4 reads in a global frame (its `parse_mavlink_mission_item`), in whichever list."""
_PLACELESS = frozenset(
    {20, 93, 112, 114, 177, 178, 179, 187, 189, 196, 197, 200, 203, 204, 205, 206, 211, 214, 260}
    | {400, 530, 532, 534, 1000, 1001, 2000, 2001, 2003, 2500, 2501, 3000, 42600}
)
"""What it reads in MAV_FRAME_MISSION."""
_RELATIVE = frozenset({3, 6})
_GLOBAL = frozenset({0, 3, 5, 6})
_GLOBAL_OF_FLOATS = frozenset({0, 3})
_NOWHERE = common.MAV_FRAME_MISSION
_LEAST_CORNERS = 3
_AS_READ_BACK = {0: 5, 3: 6}
"""PX4 tells the integer variants of frames, whichever were sent."""
_KEPT = {16: (1, 2, 4), 17: (3, 4), 19: (1, 2, 3, 4), 21: (2, 4), 22: (4,), 31: (1, 2, 4), 84: (4,), 85: (4,)}
"""Parameters that PX4 keeps of what has a place."""
_UNFLYABLE = frozenset({112, 114, 5000})
"""Items that PX4 takes in a mission, which then may not fly (`checkMissionItemValidity`)."""
_OF_WINGS = frozenset({84, 85, 3000})
_TURNED = frozenset({16, 17, 21, 22, 84, 85})
"""Of these the fourth is a heading, told from 0 to 360 degrees."""
_BOUNDS = 5000
"""Commands of fences and rally points begin here."""


@dataclass(frozen=True, slots=True)
class Item:
    """One stored item. `x`, `y` are degrees * 1e7 where the command has a place."""

    command: int
    frame: int
    params: tuple[float, float, float, float]
    x: int
    y: int
    z: float
    current: int
    autocontinue: int

    @classmethod
    def of(cls, message: Message) -> Item:
        """From MISSION_ITEM_INT, or from MISSION_ITEM, whose degrees are floats."""
        x, y = message.x, message.y
        if message.get_type() == "MISSION_ITEM":
            x, y = round(x * 1e7), round(y * 1e7)
        params = (message.param1, message.param2, message.param3, message.param4)
        return cls(
            message.command, message.frame, params, x, y, message.z, message.current, message.autocontinue
        )

    def read_back(self) -> Item:
        """As PX4 tells it: of an item with a place only what its command uses, NAV_ROI as DO_SET_ROI."""
        if self.frame not in _GLOBAL or self.command >= _BOUNDS:
            return replace(self, frame=_AS_READ_BACK.get(self.frame, self.frame))
        kept = _KEPT.get(self.command, ())
        first, second, third, fourth = (
            value if n in kept else 0.0 for n, value in enumerate(self.params, start=1)
        )
        if self.command in _TURNED and isfinite(fourth):
            fourth %= 360.0
        command = int(common.MAV_CMD_DO_SET_ROI) if self.command in _LOOK_AT else self.command
        frame = _AS_READ_BACK.get(self.frame, self.frame)
        return replace(self, command=command, frame=frame, params=(first, second, third, fourth))


def unreadable(item: Item, *, ints: bool) -> int | None:
    """MAV_MISSION_RESULT of an item that PX4 cannot read in any list; None where it can.

    What has a place comes in a global frame (those of integers only in a MISSION_ITEM_INT), all else in
    MAV_FRAME_MISSION.
    """
    placed, nowhere = item.frame in (_GLOBAL if ints else _GLOBAL_OF_FLOATS), item.frame == _NOWHERE
    if not placed and not nowhere:
        return int(common.MAV_MISSION_UNSUPPORTED_FRAME)
    if item.command in _LOOK_AT:
        taken = _LOOKS_AT_PLACE if placed else _LOOKS_ELSEWHERE
        known = isfinite(item.params[0]) and int(item.params[0]) in taken
        return None if known else int(common.MAV_MISSION_INVALID_PARAM1)
    if item.command not in (_GLOBALLY if placed else _PLACELESS):
        return int(common.MAV_MISSION_UNSUPPORTED)
    return None


def is_misplaced(item: Item, part: Part) -> bool:
    """Whether an item that can be read cannot be in its list: PX4 answers ERROR, and says nothing."""
    if part is Part.MISSION:
        return item.command in _BOUNDING
    few = not item.params[0] + 0.5 >= _LEAST_CORNERS  # so that what is no number is too few
    return part is Part.FENCE and item.command in {5001, 5002} and few


def plan_id(items: Sequence[Item]) -> int:
    """The id of a list as PX4 reckons it: CRC-32, not inverted, over the items as received; 0 for none."""
    crc = 0
    for item in items:
        packed = struct.pack(
            "<BHB4fiif", item.frame, item.command, item.autocontinue, *item.params, item.x, item.y, item.z
        )
        crc = zlib.crc32(packed, crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF
    return crc


_LANDINGS = frozenset({common.MAV_CMD_NAV_LAND, common.MAV_CMD_NAV_VTOL_LAND})


def landing(items: Sequence[Item]) -> int | None:
    """Where a mission's landing begins, to PX4: with DO_LAND_START, if that comes before its landing."""
    commands = [item.command for item in items]
    lands = next((number for number, command in enumerate(commands) if command in _LANDINGS), None)
    if lands is None or common.MAV_CMD_DO_LAND_START not in commands:
        return lands
    return min(lands, commands.index(common.MAV_CMD_DO_LAND_START))


def is_rally_point(item: Item, *, usable: bool) -> bool:
    """Whether it is a rally point that PX4 can use, or (not `usable`) one that it cannot."""
    return item.command == common.MAV_CMD_NAV_RALLY_POINT and (item.frame in {0, 3}) is usable


class Reader:
    """Reads items in the frame of a vehicle whose pad lies at `pad_amsl_m`.

    `home_above_m`: how much higher than its pad its home is now, where relative heights count from.
    """

    def __init__(
        self, frame: LocalFrame, pad_amsl_m: float, airframe: Airframe, *, has_winch: bool = False
    ) -> None:
        self._has_winch = has_winch
        self._frame = frame
        self._pad_amsl_m = pad_amsl_m
        self._rolls, self._has_wing = airframe is Airframe.ROVER, airframe is Airframe.VTOL
        self.home_above_m = 0.0

    def place(self, lat_e7: int, lon_e7: int, z: float, frame: int) -> Place | None:
        """A place from degrees * 1e7; None where they are none on Earth."""
        try:
            local = self._frame.to_local(GeoPoint(lat_e7 / 1e7, lon_e7 / 1e7))
        except ValueError:
            return None
        height_m = z + self.home_above_m if frame in _RELATIVE else z - self._pad_amsl_m
        return Place(local.east_m, local.north_m, 0.0 if self._rolls or not isfinite(height_m) else height_m)

    def steps(self, items: Sequence[Item]) -> tuple[Step, ...]:
        """A mission as steps, one for each item."""
        return tuple(self._step(item) for item in items)

    def fence(self, items: Sequence[Item]) -> Fence:
        """A fence as bounds; items that bound nothing (a return point) are left out."""
        bounds: list[Bound] = []
        number = 0
        while number < len(items):
            item = items[number]
            side = Side.INSIDE if item.command in {5001, 5003} else Side.OUTSIDE
            if item.command in {5001, 5002}:
                count = int(item.params[0])
                corners = [
                    self.place(corner.x, corner.y, 0.0, 3) for corner in items[number : number + count]
                ]
                flat = tuple((corner.east_m, corner.north_m) for corner in corners if corner)
                if len(flat) >= 3:  # corners that are none on Earth bound nothing
                    bounds.append(Ring(side, flat))
                number += count
                continue
            centre = self.place(item.x, item.y, 0.0, 3)
            if item.command in {5003, 5004} and centre is not None:
                bounds.append(Disc(side, centre.east_m, centre.north_m, item.params[0]))
            number += 1
        return Fence(tuple(bounds))

    def rally(self, items: Sequence[Item]) -> tuple[Place, ...]:
        """Rally points that PX4 can use: frame 6 is stored, but not understood, nor is another command."""
        usable = [item for item in items if is_rally_point(item, usable=True)]
        places = [self.place(item.x, item.y, item.z, item.frame) for item in usable]
        return tuple(place for place in places if place is not None)

    def _step(self, item: Item) -> Step:
        place = self.place(item.x, item.y, item.z, item.frame) if item.command in _PLACED else None
        first = item.params[0]
        step: Step = Skip()
        match item.command:
            case command if command in _UNFLYABLE or (command in _OF_WINGS and not self._has_wing):
                step = Unfit(command, wants_wing=command in _OF_WINGS)
            case common.MAV_CMD_NAV_TAKEOFF if place is not None and not self._rolls:
                step = TakeOff(place.height_agl_m, place if item.x or item.y else None)
            case common.MAV_CMD_NAV_WAYPOINT if place is not None:
                step = GoTo(place, hold_s=0.0 if self._rolls or not isfinite(first) else max(0.0, first))
            case common.MAV_CMD_NAV_LOITER_TO_ALT if place is not None:
                step = GoTo(place)
            case common.MAV_CMD_NAV_LOITER_TIME if place is not None:
                step = GoTo(place, hold_s=first)
            case common.MAV_CMD_NAV_LOITER_UNLIM if place is not None:
                step = GoTo(place, hold_s=inf)
            case common.MAV_CMD_NAV_VTOL_TAKEOFF if place is not None and not self._rolls:
                step = WingTakeOff(place.height_agl_m, place)
            case common.MAV_CMD_NAV_LAND | common.MAV_CMD_NAV_VTOL_LAND:
                step = LandAt(place if item.x or item.y else None)
            case _:
                step = self._deed(item)
        return step

    def _deed(self, item: Item) -> Step:
        """An item without a place."""
        first, second = item.params[0], item.params[1]
        step: Step = Skip()
        match item.command:
            case common.MAV_CMD_NAV_RETURN_TO_LAUNCH:
                step = GoHome()
            case common.MAV_CMD_NAV_DELAY if first > 0.0:
                step = Stay(first, item.z - self._pad_amsl_m)
            case common.MAV_CMD_DO_GRIPPER:
                step = (
                    Release(height_m=item.z - self._pad_amsl_m)
                    if second == common.GRIPPER_ACTION_RELEASE
                    else Grab()
                )
            case common.MAV_CMD_DO_WINCH if self._has_winch:
                step = _reel(item)
            case common.MAV_CMD_DO_VTOL_TRANSITION:
                step = Change(LIFTS[int(first)]) if int(first) in LIFTS else Skip()
            case common.MAV_CMD_DO_CHANGE_SPEED if second > 0.0:
                step = ChangeSpeed(second)
        return step


def _reel(item: Item) -> Step:
    """DO_WINCH in a mission: line let out by a length (1), or all taken in (6); it waits for that."""
    if item.params[1] == common.WINCH_DELIVER:
        return Deliver(0.0)
    action, length_m, rate_mps = item.params[1], item.params[2], item.params[3]
    rate_mps = abs(rate_mps) if isfinite(rate_mps) and rate_mps else _REEL_MPS
    if action == common.WINCH_RELATIVE_LENGTH_CONTROL and isfinite(length_m) and length_m:
        return Reel(abs(length_m) / rate_mps, length_m=length_m)
    if action == common.WINCH_RETRACT:
        return Reel(_REEL_ALL_M / rate_mps, length_m=-_REEL_ALL_M)
    return Skip()
