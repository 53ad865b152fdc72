"""Corridors: a timed path swept into space and time, and whether two of them meet.

A `Volume4D` is a straight piece of track with everything within `radius_m` to the side of it, a
band of heights and a window of time (ASTM F3548-21 calls a set of them an operational intent).
Two flights are apart when no volume of one shares a place, a height and an instant with a volume
of the other. Segment to segment distance is after V. Lumelsky, "On fast computation of distance
between line segments", Information Processing Letters 21 (1985).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, hypot, inf

import numpy as np
from numpy.typing import NDArray

from geofences.path import TimedPath, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint

PIECE_S = 20.0
"""Longest time one volume is swept over: shorter pieces reserve less airspace, and cost more to compare."""
_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Volume4D:
    """A piece of track in `frame`, widened: closed in place, height and time.

    It holds every point no further than `radius_m` from the straight line `start`..`end`, from
    `lower_agl_m` to `upper_agl_m` above ground, from `from_s` until `until_s` (UTC seconds).
    """

    frame: LocalFrame
    start: LocalPoint
    end: LocalPoint
    radius_m: float
    lower_agl_m: float
    upper_agl_m: float
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where and when two corridors first share a place: a point between them, in both bands."""

    position: GeoPoint
    height_agl_m: float
    at_s: float


def sweep(
    timed: TimedPath,
    *,
    radius_m: float,
    half_height_m: float,
    early_s: float,
    late_s: float,
    frame: LocalFrame | None = None,
) -> tuple[Volume4D, ...]:
    """Sweep a timed path: every piece `radius_m` wide to each side, `half_height_m` up and down,
    from `early_s` before it begins to `late_s` after it ends.

    Moving pieces are cut to at most `PIECE_S` seconds. Without a `frame`, one about the nearest
    half degree is used, so that flights over one city share it; flights in different frames still
    compare rightly, only slower.
    """  # noqa: D205 - one sentence
    frame = frame or _frame_about(timed.points[0].waypoint.position)
    rows = list(_pieces(timed, frame))
    if not rows:
        (row,) = _rows(timed, frame)
        rows = [(row, row)]
    return tuple(
        Volume4D(
            frame,
            LocalPoint(a[0], a[1]),
            LocalPoint(b[0], b[1]),
            radius_m,
            min(a[2], b[2]) - half_height_m,
            max(a[2], b[2]) + half_height_m,
            a[3] - early_s,
            b[3] + late_s,
        )
        for a, b in rows
    )


_Row = tuple[float, float, float, float]


def _rows(timed: TimedPath, frame: LocalFrame) -> list[_Row]:
    places = [point.waypoint.position for point in timed.points]
    local = frame.to_local_array(np.array([(p.lon_deg, p.lat_deg) for p in places]))
    return [
        (float(east), float(north), point.waypoint.height_agl_m, point.at_s)
        for (east, north), point in zip(local, timed.points, strict=True)
    ]


def _pieces(timed: TimedPath, frame: LocalFrame) -> Iterator[tuple[_Row, _Row]]:
    for a, b in pairwise(_rows(timed, frame)):
        count = 1 if a[:3] == b[:3] else max(1, ceil((b[3] - a[3]) / PIECE_S))
        cuts = [_between(a, b, i / count) for i in range(count)] + [b]
        yield from pairwise(cuts)


def _between(a: _Row, b: _Row, share_frac: float) -> _Row:
    east, north, height, at = (x + share_frac * (y - x) for x, y in zip(a, b, strict=True))
    return east, north, height, at


def _frame_about(point: GeoPoint) -> LocalFrame:
    return LocalFrame(GeoPoint(round(point.lat_deg * 2) / 2, round(point.lon_deg * 2) / 2))


def first_meeting(a: Sequence[Volume4D], b: Sequence[Volume4D]) -> Meeting | None:
    """The earliest instant at which a volume of `a` and one of `b` share a place and a height, or None.

    Touching counts. Where several pairs meet at that instant, the pair with the least distance tells
    the place: half way between the two tracks there, at the middle of the shared heights.
    """
    if not a or not b:
        return None
    frame = a[0].frame
    one, other = _table(a, frame)[:, None, :], _table(b, frame)[None, :, :]
    from_s = np.maximum(one[..., 7], other[..., 7])
    bottom, top = np.maximum(one[..., 5], other[..., 5]), np.minimum(one[..., 6], other[..., 6])
    shared = (from_s <= np.minimum(one[..., 8], other[..., 8])) & (bottom <= top)
    rows, columns = np.nonzero(shared)
    if rows.size == 0:
        return None
    near_a, near_b = _closest(one[rows, 0, :4], other[0, columns, :4])
    gap_m = np.hypot(*(near_a - near_b).T)
    meets = gap_m <= one[rows, 0, 4] + other[0, columns, 4]
    if not meets.any():
        return None
    at_s = from_s[rows, columns]
    k = min(np.flatnonzero(meets), key=lambda i: (at_s[i], gap_m[i]))
    middle = (near_a[k] + near_b[k]) / 2
    height_m = (bottom[rows[k], columns[k]] + top[rows[k], columns[k]]) / 2
    return Meeting(
        frame.to_geo(LocalPoint(float(middle[0]), float(middle[1]))), float(height_m), float(at_s[k])
    )


def _table(volumes: Sequence[Volume4D], frame: LocalFrame) -> _Array:
    """One row a volume: start, end, radius, band, window; in `frame`."""
    table = np.array(
        [
            (
                *(v.start.east_m, v.start.north_m, v.end.east_m, v.end.north_m, v.radius_m),
                *(v.lower_agl_m, v.upper_agl_m, v.from_s, v.until_s),
            )
            for v in volumes
        ]
    )
    for i, volume in enumerate(volumes):
        if volume.frame != frame:
            ends = volume.frame.to_geo_array(table[i, :4].reshape(2, 2))
            table[i, :4] = frame.to_local_array(ends).ravel()
    return table


def _closest(p: _Array, q: _Array) -> tuple[_Array, _Array]:
    """For each row, the closest points of the segments `p` and `q` (n x 4: start, end)."""
    candidates = [
        (p[:, :2], _nearest_on(q, p[:, :2])),
        (p[:, 2:], _nearest_on(q, p[:, 2:])),
        (_nearest_on(p, q[:, :2]), q[:, :2]),
        (_nearest_on(p, q[:, 2:]), q[:, 2:]),
    ]
    gaps = np.stack([((a - b) ** 2).sum(axis=1) for a, b in candidates])
    best = gaps.argmin(axis=0)
    rows = np.arange(len(p))
    on_p = np.stack([a for a, _ in candidates])[best, rows]
    on_q = np.stack([b for _, b in candidates])[best, rows]
    crossing, cross = _crossing_points(p, q)
    return np.where(cross[:, None], crossing, on_p), np.where(cross[:, None], crossing, on_q)


def _nearest_on(segment: _Array, point: _Array) -> _Array:
    start, along = segment[:, :2], segment[:, 2:] - segment[:, :2]
    square = (along**2).sum(axis=1)
    share = ((point - start) * along).sum(axis=1) / np.where(square > 0, square, 1.0)
    nearest: _Array = start + np.clip(share, 0.0, 1.0)[:, None] * along
    return nearest


def _crossing_points(p: _Array, q: _Array) -> tuple[_Array, NDArray[np.bool_]]:
    along_p, along_q = p[:, 2:] - p[:, :2], q[:, 2:] - q[:, :2]
    apart = q[:, :2] - p[:, :2]
    turn = along_p[:, 0] * along_q[:, 1] - along_p[:, 1] * along_q[:, 0]
    safe = np.where(turn == 0.0, 1.0, turn)
    s = (apart[:, 0] * along_q[:, 1] - apart[:, 1] * along_q[:, 0]) / safe
    t = (apart[:, 0] * along_p[:, 1] - apart[:, 1] * along_p[:, 0]) / safe
    cross = (turn != 0.0) & (s >= 0) & (s <= 1) & (t >= 0) & (t <= 1)
    return p[:, :2] + s[:, None] * along_p, cross


def excursion_m(volumes: Sequence[Volume4D], at: Waypoint, at_s: float) -> float:
    """How far a vehicle at `at` is outside its corridor at `at_s`, metres; 0 inside.

    Only volumes whose window holds `at_s` count: a vehicle that is where it should have been
    a minute ago is outside. With none at that time the answer is infinity.
    """
    least = inf
    for v in volumes:
        if not v.from_s <= at_s <= v.until_s:
            continue
        place = v.frame.to_local(at.position)
        aside = max(0.0, _to_segment_m(place, v.start, v.end) - v.radius_m)
        above = max(0.0, v.lower_agl_m - at.height_agl_m, at.height_agl_m - v.upper_agl_m)
        least = min(least, hypot(aside, above))
    return least


def _to_segment_m(point: LocalPoint, start: LocalPoint, end: LocalPoint) -> float:
    east, north = end.east_m - start.east_m, end.north_m - start.north_m
    square = east * east + north * north
    if square == 0.0:
        return hypot(point.east_m - start.east_m, point.north_m - start.north_m)
    share = ((point.east_m - start.east_m) * east + (point.north_m - start.north_m) * north) / square
    share = min(1.0, max(0.0, share))
    return hypot(point.east_m - start.east_m - share * east, point.north_m - start.north_m - share * north)
