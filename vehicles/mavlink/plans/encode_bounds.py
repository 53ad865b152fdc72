"""Fence and rally points as items."""

from __future__ import annotations

from collections.abc import Iterable

from pymavlink.dialects.v20 import common

from geofences.formats.plan_items import Side
from geofences.path import Waypoint
from geofences.reason import Because, Reason
from vehicles.mavlink.exchanges.lists import Item
from vehicles.mavlink.plans.items import e7
from vehicles.mission import FenceCircle, KeepIn, KeepOut
from vehicles.vehicle import Refused

Bound = KeepOut | KeepIn | FenceCircle


def encode_fence(bounds: Iterable[Bound]) -> tuple[Item, ...] | Refused:
    """Polygons, one item for each corner, and circles. MAVLink's fence knows no heights and no hours."""
    items: list[Item] = []
    for bound in bounds:
        match bound:
            case FenceCircle():
                items.append(_circle(bound))
            case KeepOut() | KeepIn():
                if len(bound.corners) < 3:
                    text = f"Its ring has {len(bound.corners)} corners; a ring needs at least 3."
                    return Refused((Reason(Because.INPUT, bound.zone_id, text),))
                items.extend(_ring(bound))
    return tuple(items)


def _ring(bound: KeepOut | KeepIn) -> Iterable[Item]:
    command = (
        common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION
        if isinstance(bound, KeepIn)
        else common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_EXCLUSION
    )
    params = (float(len(bound.corners)), 0.0, 0.0, 0.0)
    for corner in bound.corners:
        yield Item(command, common.MAV_FRAME_GLOBAL, params, e7(corner.lat_deg), e7(corner.lon_deg))


def _circle(bound: FenceCircle) -> Item:
    command = (
        common.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION
        if bound.side is Side.INSIDE
        else common.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION
    )
    centre = (e7(bound.centre.lat_deg), e7(bound.centre.lon_deg))
    return Item(command, common.MAV_FRAME_GLOBAL, (bound.radius_m, 0.0, 0.0, 0.0), *centre)


def encode_rally(points: Iterable[Waypoint], home_amsl_m: float = 0.0) -> tuple[Item, ...]:
    """Rally points. In frame 6 PX4 stores them and then cannot use them: frame 3."""
    return tuple(
        Item(
            common.MAV_CMD_NAV_RALLY_POINT,
            common.MAV_FRAME_GLOBAL_RELATIVE_ALT,
            (0.0, 0.0, 0.0, 0.0),
            e7(point.position.lat_deg),
            e7(point.position.lon_deg),
            point.level_m - home_amsl_m,
        )
        for point in points
    )
