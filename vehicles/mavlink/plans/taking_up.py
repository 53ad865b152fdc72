"""Taking a mission up again in the air without leaving its line.

As it enters mission mode, and only then, PX4 looks at the mission's next place: where that is higher it
climbs straight up to its height before it goes there (`MissionBase::checkClimbRequired`). On a slope that
leads up and off the line, out of the space that was verified: by 25 m, seen on a real one. So it takes its
mission up at the place that it came from, which is no higher, and is sent on to its own item at once.
Should that second word be lost, it goes back along its line, and then on.
"""

from __future__ import annotations

from collections.abc import Sequence

from pymavlink.dialects.v20 import common

from geofences.position import GeoPoint, distance_m
from vehicles.mavlink.exchanges.lists import Item
from vehicles.telemetry import Telemetry

_PASSED = frozenset({common.MAV_CMD_NAV_WAYPOINT, common.MAV_CMD_NAV_TAKEOFF})
"""Items that can be set out from once more: in the air a take-off is a way-point, and a landing a landing."""
_PLACES = _PASSED | {common.MAV_CMD_NAV_LAND}
_ABOVE_HOME = frozenset({common.MAV_FRAME_GLOBAL_RELATIVE_ALT, common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT})
_STRAIGHT_UP_M = 2.0
"""A place as near as this over ground is straight above: the climb is the way."""


def place_before(
    items: Sequence[Item], seq: int, look: Telemetry, climbs_above_m: float | None
) -> int | None:
    """The item to take a mission up at that has come to item `seq`; None: at `seq`, for it keeps its line.

    `climbs_above_m` is by how much the next place must be higher for the climb, None where there is none.
    """
    if climbs_above_m is None:
        return None
    ahead = next((item for item in items[seq:] if item.command in _PLACES), None)
    if ahead is None or _rise_m(ahead, look) <= climbs_above_m:
        return None
    if distance_m(GeoPoint(ahead.lat_e7 / 1e7, ahead.lon_e7 / 1e7), look.position) <= _STRAIGHT_UP_M:
        return None
    before = next((n for n in range(seq - 1, -1, -1) if items[n].command in _PLACES), None)
    if before is None or items[before].command not in _PASSED:
        return None
    return before if _rise_m(items[before], look) <= climbs_above_m else None


def _rise_m(item: Item, look: Telemetry) -> float:
    """How much higher than the vehicle a place is; 0 where it does not tell its height above the sea."""
    if item.frame in _ABOVE_HOME:
        return item.z - look.height_agl_m
    return item.z - look.alt_amsl_m if look.alt_amsl_m is not None else 0.0
