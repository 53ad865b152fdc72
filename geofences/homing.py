"""Straight home from anywhere on a way: which zone that meets, for all places of the way at once.

What an autopilot does by itself: from where it is it climbs, flies level in a straight line to over its
home, and comes down. Over a way's segment all those lines fill a triangle, so one question a segment
answers for every place on it; nothing lies between two samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from geofences.airspace import Airspace, Margins
from geofences.ground.terrain import ANY_GROUND, GroundSpan
from geofences.path import Waypoint
from geofences.position import GeoPoint
from geofences.reason import Reason
from geofences.verifying.blocks import ZoneBlock
from geofences.verifying.heights import is_uneven
from geofences.zone import Medium, Polygon

Floats = NDArray[np.float64]
_ANY_HEIGHT_M = 10_000.0
_EVERY_M = 25.0
"""How closely the ground below ways home is looked at: no cell of a height model is smaller."""


def least_over_ground_m(airspace: Airspace, way: Sequence[Waypoint], height_m: float) -> float | None:
    """How near to uneven ground the straight ways home come; None where some of it is not known.

    As in `met_going_home`, from places some metres apart, at `height_m` above home.
    """
    ground = airspace.ground
    if ground is None or len(way) < 2:
        return None
    degrees = np.array([(point.position.lon_deg, point.position.lat_deg) for point in way])
    places = airspace.frame.to_local_array(degrees)
    levels = np.array([point.level_m for point in way])
    starts, start_m = _along(places, levels)
    home, level_m = places[-1], np.maximum(start_m, way[-1].ground_amsl_m + height_m)
    rest = starts - home
    steps = max(2, int(np.hypot(*rest.T).max() / _EVERY_M) + 1)
    shares = np.linspace(1.0 / steps, 1.0, steps)  # down to the pad it lands
    below = home + rest[:, None, :] * shares[None, :, None]
    ground_m = ground.heights_amsl_m(airspace.frame.to_geo_array(below.reshape(-1, 2)))
    over_m = level_m[:, None] - ground_m.reshape(len(starts), steps)
    return None if np.isnan(over_m).any() else float(over_m.min())


def _along(places: Floats, levels: Floats) -> tuple[Floats, Floats]:
    """Places along a way, some metres apart, and their levels."""
    found, at_m = [places[-1:]], [levels[-1:]]
    for a, b, a_m, b_m in zip(places, places[1:], levels, levels[1:], strict=False):
        count = max(1, int(np.hypot(*(b - a)) / _EVERY_M))
        shares = np.arange(count) / count
        found.append(a + shares[:, None] * (b - a))
        at_m.append(a_m + shares * (b_m - a_m))
    return np.concatenate(found), np.concatenate(at_m)


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
    home, or as high as they begin where that is more. Over uneven ground the points of `way` tell how high it
    is, and each way counts with the lowest and the highest ground about it. The sheet of air above each
    segment, up to there, belongs to them, and so does the column over home. Buildings are not asked: what
    the height is for.
    """
    lowest_m, highest_m = 0.0, max(*heights_agl_m, *(point.height_agl_m for point in way))
    if is_uneven(airspace.ground):
        highest_m = _ANY_HEIGHT_M
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
    """All the ways home from one segment, or (`sheet`) the air above it that they climb through first.

    `low_m` and `high_m` are the levels that the segment lies between, `home_m` is home's.
    """

    low_m: float
    high_m: float
    sheet: bool
    home_m: float
    ground: GroundSpan

    def meets(self, zone: ZoneBlock, height_m: float, margins: Margins) -> bool:
        """Whether it shares a height with the zone when the way home is flown at `height_m` above home."""
        level_m = self.home_m + height_m
        low_m = self.low_m if self.sheet else max(level_m, self.low_m)
        high_m = max(level_m, self.high_m) - self.ground.lowest_amsl_m
        return zone.band.meets(low_m - self.ground.highest_amsl_m, high_m, margins.vertical_m)


def _ground(airspace: Airspace, corners: Floats) -> GroundSpan:
    """Bounds of the ground about some places; level where it is flat."""
    if airspace.ground is None or not is_uneven(airspace.ground):
        return GroundSpan(0.0, 0.0)
    lon_lat = airspace.frame.to_geo_array(corners)
    box = Polygon(tuple(GeoPoint(lat, lon) for lon, lat in lon_lat.tolist()))
    return airspace.ground.span(box) or ANY_GROUND


def _swept(airspace: Airspace, way: Sequence[Waypoint]) -> tuple[list[_Part], NDArray[np.object_]]:
    """The parts of the ways home, and the ground under each (local frame)."""
    degrees = np.array([(point.position.lon_deg, point.position.lat_deg) for point in way])
    places = airspace.frame.to_local_array(degrees)
    heights = [point.level_m for point in way]
    home_m = way[-1].ground_amsl_m
    ground = partial(_ground, airspace)
    parts = [_Part(home_m, max(heights), sheet=True, home_m=home_m, ground=ground(places[-1:]))]
    corners = [np.array([places[-1]])]
    for (a, b), (a_m, b_m) in zip(pairwise(places), pairwise(heights), strict=True):
        low_m, high_m = min(a_m, b_m), max(a_m, b_m)
        for sheet, below in ((False, np.array([a, b, places[-1]])), (True, np.array([a, b]))):
            parts.append(_Part(low_m, high_m, sheet, home_m, ground(below)))
            corners.append(below)
    under = [shapely.MultiPoint(some) for some in corners]
    return parts, shapely.convex_hull(np.array(under, dtype=object))
