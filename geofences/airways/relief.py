"""Points of a way told how high the ground is below them, as a height model has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isnan

import numpy as np

from geofences.ground.terrain import Terrain
from geofences.path import Path, TimedPath, TimedPoint, Waypoint
from geofences.verifying.heights import is_uneven


def grounded(points: Sequence[Waypoint], ground: Terrain | None) -> tuple[Waypoint, ...]:
    """The same points, each with its ground; as they are over flat ground, and where nobody knows it."""
    if ground is None or not is_uneven(ground) or not points:
        return tuple(points)
    degrees = np.array([(point.position.lon_deg, point.position.lat_deg) for point in points])
    heights_m = ground.heights_amsl_m(degrees).tolist()
    return tuple(
        point if isnan(height_m) else replace(point, ground_amsl_m=height_m)
        for point, height_m in zip(points, heights_m, strict=True)
    )


def as_flown(timed: TimedPath, ground: Terrain | None) -> TimedPath:
    """The heights above the ground that a timed path has when its levels are flown: told by the ground alone.

    What its points say of their ground is believed only for their levels: those are what an autopilot gets.
    """
    places = _levelled([point.waypoint for point in timed.points], ground)
    return TimedPath(
        tuple(TimedPoint(place, point.at_s) for place, point in zip(places, timed.points, strict=True))
    )


def levelled(path: Path, ground: Terrain | None) -> Path:
    """The path at the same levels, its points on the ground that is below them."""
    return Path(_levelled(path.waypoints, ground), path.avoided)


def _levelled(points: Sequence[Waypoint], ground: Terrain | None) -> tuple[Waypoint, ...]:
    if ground is None or not is_uneven(ground):
        return tuple(points)
    known = grounded([replace(point, ground_amsl_m=0.0) for point in points], ground)
    return tuple(
        replace(here, height_agl_m=point.level_m - here.ground_amsl_m)
        for point, here in zip(points, known, strict=True)
    )
