"""The bounds of an autopilot's own fence, flat as they are there: does a way keep to all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geofences.formats.plan_items import Bound, FenceDisc, FenceRing, Side
from geofences.position import GeoPoint, LocalFrame


def broken(way: Sequence[GeoPoint], bounds: Iterable[Bound]) -> Bound | None:
    """The first bound that the way, or a single place, does not keep to; None when it keeps to all.

    Legs between the points are straight; autopilots check the points alone. All inclusions must hold at
    once, as PX4 has it.
    """
    frame = LocalFrame(way[0])
    line = _line(way, frame)
    return next((bound for bound in bounds if not _keeps_to(line, bound, frame)), None)


def _keeps_to(line: BaseGeometry, bound: Bound, frame: LocalFrame) -> bool:
    match bound:
        case FenceRing(side=side, corners=corners):
            area = shapely.Polygon(_local(corners, frame))
            return bool(area.covers(line) if side is Side.INSIDE else not area.intersects(line))
        case FenceDisc(side=side, centre=centre, radius_m=radius_m):
            middle = shapely.Point(_local((centre,), frame)[0])
            if side is Side.OUTSIDE:
                return bool(line.distance(middle) > radius_m)
            return bool(line.hausdorff_distance(middle) <= radius_m)
    assert_never(bound)


def _line(way: Sequence[GeoPoint], frame: LocalFrame) -> BaseGeometry:
    points = _local(way, frame)
    return shapely.Point(points[0]) if len(points) == 1 else shapely.LineString(points)


def _local(points: Sequence[GeoPoint], frame: LocalFrame) -> np.ndarray:
    return frame.to_local_array(np.array([(point.lon_deg, point.lat_deg) for point in points]))
