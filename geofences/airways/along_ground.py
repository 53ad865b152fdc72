"""A level way laid over uneven ground: between two heights above it, as straight as that allows.

Along the way these heights are a tunnel, in the plane of distance and height above the sea. The path is
the taut string in it: it climbs least, and has a point only where the ground makes it bend (the funnel
algorithm of Lee and Preparata, "Euclidean shortest paths in the presence of rectilinear barriers", Networks
14, 1984, in one dimension).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, isnan, sqrt

import numpy as np
from numpy.typing import NDArray

from geofences.ground.terrain import Terrain
from geofences.path import Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.verifying.height_line import ground_line

_OFF_M = 0.25
"""Room at both heights: half of it for ground that is not straight between where it is looked at."""
_ROUNDING = 1e-12
_APART_M = 0.05
"""Bends of the string nearer than this to another point are that point."""


def along_ground(
    way: Sequence[Waypoint], terrain: Terrain, frame: LocalFrame, lower_agl_m: float, upper_agl_m: float
) -> tuple[Waypoint, ...] | None:
    """The way over the ground, from `lower_agl_m` above its first place to as high above its last.

    It has all places of `way`, whatever their heights, and those where its height bends; never less than
    `lower_agl_m` nor more than `upper_agl_m` above ground. None where some of the ground is not known.
    Raises `ValueError` when the heights leave no room.
    """
    if upper_agl_m - lower_agl_m < 2.0 * _OFF_M:
        raise ValueError(f"upper_agl_m: {upper_agl_m} is not {2.0 * _OFF_M} or more over {lower_agl_m}")
    if len(way) == 1:
        return along_ground((way[0], way[0]), terrain, frame, lower_agl_m, upper_agl_m)
    places = [frame.to_local(point.position) for point in way]
    legs = [_leg(a, b, terrain, frame) for a, b in pairwise(places)]
    if any(np.isnan(ground_m).any() for _, ground_m in legs):
        return None
    ends_m = np.concatenate([[0.0], np.cumsum([along_m[-1] for along_m, _ in legs])])
    along_m = np.concatenate([from_m + leg[0] for from_m, leg in zip(ends_m, legs, strict=False)])
    ground_m = np.concatenate([leg[1] for leg in legs])
    along_m, at = np.unique(along_m, return_index=True)
    string = taut(along_m, ground_m[at] + lower_agl_m + _OFF_M, ground_m[at] + upper_agl_m - _OFF_M)
    return _placed(way, places, ends_m, string, (terrain, frame))


def taut(
    along_m: NDArray[np.float64], low_m: NDArray[np.float64], high_m: NDArray[np.float64]
) -> list[tuple[float, float]]:
    """The shortest line from the first of `low_m` to its last, above it and below `high_m`.

    Both are heights at the rising distances `along_m`. Distance and height of its bends, ends too.
    """
    x, low, high = along_m.tolist(), low_m.tolist(), high_m.tolist()
    high[-1] = low[-1]
    bends, here, here_m = [(x[0], low[0])], 0, low[0]
    while here < len(x) - 1:
        least, most, least_at, most_at = float("-inf"), float("inf"), here, here
        bend = None
        for k in range(here + 1, len(x)):
            run_m = x[k] - x[here]
            up, down = (low[k] - here_m) / run_m, (high[k] - here_m) / run_m
            if up > most + _ROUNDING:
                bend = (most_at, high[most_at])
                break
            if down < least - _ROUNDING:
                bend = (least_at, low[least_at])
                break
            if up >= least:
                least, least_at = up, k
            if down <= most:
                most, most_at = down, k
        here, here_m = bend or (len(x) - 1, low[-1])
        bends.append((x[here], here_m))
    return bends


def _leg(
    a: LocalPoint, b: LocalPoint, terrain: Terrain, frame: LocalFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ground along a leg: at distances from its start between which it is as good as straight."""
    length_m = float(np.hypot(b.east_m - a.east_m, b.north_m - a.north_m))
    shares, ground = ground_line((a.east_m, a.north_m), (b.east_m, b.north_m), terrain, frame)
    along_m, heights_m = [0.0], [float(ground[0, 0])]
    for share, to_frac, (first_m, slope, bend) in zip(shares, shares[1:], ground.tolist(), strict=False):
        count = 1 if isnan(bend) else max(1, ceil(sqrt(abs(bend) / 2.0 / _OFF_M)))
        for t in (n / count for n in range(1, count + 1)):
            along_m.append(float(share + t * (to_frac - share)) * length_m)
            heights_m.append(first_m + t * (slope + t * bend))
    return np.array(along_m), np.array(heights_m)


def _placed(
    way: Sequence[Waypoint],
    places: Sequence[LocalPoint],
    ends_m: NDArray[np.float64],
    string: Sequence[tuple[float, float]],
    ground: tuple[Terrain, LocalFrame],
) -> tuple[Waypoint, ...]:
    """The points of the way and the bends of the string between them, with their heights above ground."""
    terrain, frame = ground
    at_m = np.array([one for one, _ in string])
    inner = at_m[np.abs(at_m[:, None] - ends_m).min(axis=1) > _APART_M]
    all_m = np.unique(np.concatenate([ends_m, inner]))
    corners = np.array([(place.east_m, place.north_m) for place in places])
    local = np.column_stack([np.interp(all_m, ends_m, corners[:, i]) for i in (0, 1)])
    degrees = frame.to_geo_array(local)
    degrees[np.searchsorted(all_m, ends_m)] = [(p.position.lon_deg, p.position.lat_deg) for p in way]
    ground_m = terrain.heights_amsl_m(degrees)
    agl_m = np.interp(all_m, at_m, [height_m for _, height_m in string]) - ground_m
    rows = zip(degrees.tolist(), agl_m.tolist(), ground_m.tolist(), strict=True)
    return tuple(Waypoint(GeoPoint(lat, lon), height_m, here_m) for (lon, lat), height_m, here_m in rows)
