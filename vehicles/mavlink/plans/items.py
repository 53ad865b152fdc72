"""Items of an autopilot's lists, and a list of them under construction.

Frames as PX4 wants them: 6 (height above home) where there is a place, 2 for everything that is not a
place, 3 for rally points, 0 for fence corners. A plan over uneven ground that lands on its way is told in
frame 5 (above the sea): PX4 takes its home along to wherever it takes off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from pymavlink.dialects.v20 import common

from geofences.path import Waypoint
from geofences.position import GeoPoint
from vehicles.mavlink.exchanges.lists import Item

HANDOVER_RADIUS_M = 1.0
ON_GROUND_M = 0.5
_SAME_PLACE_DEG = 1e-6
_SAME_HEIGHT_M = 0.1


@dataclass(frozen=True, slots=True)
class Datum:
    """What heights of items are told from: the frame, and how much less than levels of the plan they are."""

    frame: int = common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT
    less_m: float = 0.0


class CannotSayError(Exception):
    """A leg that this kind of vehicle cannot be told in mission items."""


@dataclass(slots=True)
class Draft:
    """Items under construction; `here` is where the items so far lead, `speed_mps` what they set."""

    datum: Datum = Datum()
    items: list[Item] = field(default_factory=list)
    leg_of_item: list[int] = field(default_factory=list)
    leg: int = 0
    here: Waypoint | None = None
    speed_mps: float | None = None

    def add(self, item: Item) -> None:
        """One more item of the leg under construction."""
        self.items.append(item)
        self.leg_of_item.append(self.leg)

    def placed(self, command: int, at: Waypoint, *, radius_m: float = 0.0, stay_s: float = 0.0) -> Item:
        """An item with a place, its height told from the plan's datum."""
        height_m = at.level_m - self.datum.less_m
        frame = self.datum.frame
        return place(command, at.position, height_m, radius_m=radius_m, stay_s=stay_s, frame=frame)

    def go(self, to: Waypoint, command: int, radius_m: float = 0.0) -> None:
        """Go there by `command`."""
        self.add(self.placed(command, to, radius_m=radius_m))
        self.here = to

    def go_on(self, to: Waypoint, radius_m: float) -> None:
        """Go there, unless the items so far lead there already."""
        if self.here is None or not same_place(self.here, to):
            self.go(to, common.MAV_CMD_NAV_WAYPOINT, radius_m)

    def set_speed(self, speed_mps: float) -> None:
        """Set the speed over ground, where it changes."""
        if speed_mps > 0.0 and speed_mps != self.speed_mps:
            self.add(act(common.MAV_CMD_DO_CHANGE_SPEED, 1.0, speed_mps, -1.0))
            self.speed_mps = speed_mps

    def wait(self, seconds: float) -> None:
        """Stand still for a while, on the ground."""
        self.add(act(common.MAV_CMD_NAV_DELAY, seconds, -1.0, -1.0, -1.0))

    def hover(self, at: Waypoint, seconds: float) -> None:
        """Stay in the air for a while."""
        # Not NAV_DELAY: it has no place, so PX4 may move it to another height (`px4_items.px4_raised`).
        waypoint = common.MAV_CMD_NAV_WAYPOINT
        self.add(self.placed(waypoint, at, radius_m=HANDOVER_RADIUS_M, stay_s=seconds))
        self.here = at

    def release(self) -> None:
        """Open the gripper."""
        self.add(act(common.MAV_CMD_DO_GRIPPER, 1.0, float(common.GRIPPER_ACTION_RELEASE)))


def place(
    command: int,
    at: GeoPoint,
    height_m: float,
    *,
    radius_m: float = 0.0,
    stay_s: float = 0.0,
    frame: int = common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT,
) -> Item:
    """An item with a place: height in metres as its frame has it, heading left to the autopilot."""
    params = (stay_s, radius_m, 0.0, math.nan)
    return Item(command, frame, params, e7(at.lat_deg), e7(at.lon_deg), height_m)


def act(command: int, *params: float) -> Item:
    """An item without a place. PX4 takes it in no frame but MAV_FRAME_MISSION."""
    padded = (*params, 0.0, 0.0, 0.0, 0.0)
    return Item(command, common.MAV_FRAME_MISSION, (padded[0], padded[1], padded[2], padded[3]))


def same_place(a: Waypoint, b: Waypoint) -> bool:
    """Whether two waypoints are one to an autopilot."""
    level = abs(a.level_m - b.level_m) < _SAME_HEIGHT_M
    return above(a, b) and level


def above(a: Waypoint, b: Waypoint) -> bool:
    """Whether two waypoints are at one place on the map."""
    return (
        abs(a.position.lat_deg - b.position.lat_deg) < _SAME_PLACE_DEG
        and abs(a.position.lon_deg - b.position.lon_deg) < _SAME_PLACE_DEG
    )


def on_the_pad_only(draft: Draft) -> None:
    """Raise `CannotSayError` for a pick-up on the way."""
    if draft.items:
        raise CannotSayError("a parcel can be picked up on the pad only, before the first way")


def e7(degrees: float) -> int:
    """Degrees * 1e7."""
    return round(degrees * 1e7)
