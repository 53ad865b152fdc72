"""Straight home from anywhere on a way: which zone that meets, for all places of the way at once.

What an autopilot does by itself: from where it is it climbs, flies level in a straight line to over its
home, and comes down. Over a way's segment all those lines fill a triangle, so one question a segment
answers for every place on it; nothing lies between two samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from geofences.airspace import Airspace, Margins
from geofences.blocks import ZoneBlock
from geofences.path import Waypoint
from geofences.reason import Reason
from geofences.zone import Medium


def met_going_home(
    airspace: Airspace,
    way: Sequence[Waypoint],
    heights_agl_m: Sequence[float],
    medium: Medium,
    *,
    from_s: float,
    until_s: float,
    margins: Margins,
) -> tuple[Reason | None, ...]:
    """For each height, a zone that one of the straight ways home meets at some instant of the span.

    None: none does. They begin anywhere on `way`, whose end is home, and are flown at that height above
    ground, or as high as they begin where that is more. The sheet of air above each segment, up to there,
    belongs to them, and so does the column over home. Buildings are not asked: what the height is for.
    """
    lowest_m, highest_m = 0.0, max(*heights_agl_m, *(point.height_agl_m for point in way))
    chosen = airspace.blocks_within(
        medium,
        from_s=from_s,
        until_s=until_s,
        lower_agl_m=lowest_m,
        upper_agl_m=highest_m,
        vertical_m=margins.vertical_m,
    )
    zones = [block for block in (airspace.blocks[i] for i in chosen) if isinstance(block, ZoneBlock)]
    if not zones:
        return (None,) * len(heights_agl_m)
    parts, shapes = _swept(airspace, way)
    tree = shapely.STRtree([zone.outline.area for zone in zones])
    near = tree.query(shapes, predicate="dwithin", distance=margins.lateral_m).T.tolist()
    return tuple(
        next(
            (zones[j].reason("crosses") for i, j in near if parts[i].meets(zones[j], height_m, margins)), None
        )
        for height_m in heights_agl_m
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """All the ways home from one segment, or (`sheet`) the air above it that they climb through first."""

    low_m: float
    high_m: float
    sheet: bool

    def meets(self, zone: ZoneBlock, height_m: float, margins: Margins) -> bool:
        """Whether it shares a height with the zone when the way home is flown at `height_m`."""
        low_m = self.low_m if self.sheet else max(height_m, self.low_m)
        return zone.band.meets(low_m, max(height_m, self.high_m), margins.vertical_m)


def _swept(airspace: Airspace, way: Sequence[Waypoint]) -> tuple[list[_Part], NDArray[np.object_]]:
    """The parts of the ways home, and the ground under each (local frame)."""
    degrees = np.array([(point.position.lon_deg, point.position.lat_deg) for point in way])
    places = airspace.frame.to_local_array(degrees)
    heights = [point.height_agl_m for point in way]
    parts = [_Part(0.0, max(heights), sheet=True)]
    corners = [np.array([places[-1]])]
    for (a, b), (a_m, b_m) in zip(pairwise(places), pairwise(heights), strict=True):
        low_m, high_m = min(a_m, b_m), max(a_m, b_m)
        parts += [_Part(low_m, high_m, sheet=False), _Part(low_m, high_m, sheet=True)]
        corners += [np.array([a, b, places[-1]]), np.array([a, b])]
    under = [shapely.MultiPoint(some) for some in corners]
    return parts, shapely.convex_hull(np.array(under, dtype=object))
