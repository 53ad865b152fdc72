"""The bounds of an autopilot's own fence, flat as they are there: does a way keep to all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geofences.formats.plan_items import Bound, FenceDisc, FenceRing, Side
from geofences.position import GeoPoint, LocalFrame

_CORNERS = 64  # of a quarter of a circle
_OFF_M = 0.1


def broken(way: Sequence[GeoPoint], bounds: Iterable[Bound], margin_m: float = 0.0) -> Bound | None:
    """The first bound that the way, or a single place, does not keep to; None when it keeps to all.

    It keeps to one that it stays further than `margin_m` on the allowed side of. Legs between the points are
    straight; autopilots check the points alone. All inclusions must hold at once, as PX4 has it.
    """
    frame = LocalFrame(way[0])
    line = _line(way, frame)
    return next((bound for bound in bounds if not _keeps_to(line, bound, frame, margin_m)), None)


def closes(bounds: Iterable[Bound], footprint: Bound) -> bool:
    """Whether one of the bounds keeps out of all of `footprint`, to a tenth of a metre."""
    frame = LocalFrame(_first(footprint))
    area = _area(footprint, frame)
    outside = (bound for bound in bounds if bound.side is Side.OUTSIDE)
    return any(_area(bound, frame).buffer(_OFF_M).covers(area) for bound in outside)


def _keeps_to(line: BaseGeometry, bound: Bound, frame: LocalFrame, margin_m: float) -> bool:
    match bound:
        case FenceRing(side=side, corners=corners):
            area = shapely.Polygon(_local(corners, frame))
            if side is Side.INSIDE:
                return bool(area.covers(line)) and area.exterior.distance(line) >= margin_m
            return bool(not area.intersects(line)) and area.distance(line) > margin_m
        case FenceDisc(side=side, centre=centre, radius_m=radius_m):
            middle = shapely.Point(_local((centre,), frame)[0])
            if side is Side.OUTSIDE:
                return bool(line.distance(middle) > radius_m + margin_m)
            return bool(line.hausdorff_distance(middle) <= radius_m - margin_m)
    assert_never(bound)


def _area(bound: Bound, frame: LocalFrame) -> BaseGeometry:
    match bound:
        case FenceRing(corners=corners):
            return shapely.Polygon(_local(corners, frame))
        case FenceDisc(centre=centre, radius_m=radius_m):
            return shapely.Point(_local((centre,), frame)[0]).buffer(radius_m, quad_segs=_CORNERS)
    assert_never(bound)


def _first(bound: Bound) -> GeoPoint:
    return bound.corners[0] if isinstance(bound, FenceRing) else bound.centre


def _line(way: Sequence[GeoPoint], frame: LocalFrame) -> BaseGeometry:
    points = _local(way, frame)
    return shapely.Point(points[0]) if len(points) == 1 else shapely.LineString(points)


def _local(points: Sequence[GeoPoint], frame: LocalFrame) -> np.ndarray:
    return frame.to_local_array(np.array([(point.lon_deg, point.lat_deg) for point in points]))
