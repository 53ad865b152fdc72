"""Corridors: a timed path swept into space and time, and whether two of them meet.

A `Volume4D` is a straight piece of track with everything within `radius_m` to the side of it, a
band of heights and a window of time (ASTM F3548-21 calls a set of them an operational intent).
Two flights are apart when no volume of one shares a place, a height and an instant with a volume
of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, hypot, inf

import numpy as np

from geofences.path import TimedPath, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint

PIECE_S = 20.0
"""Longest time one volume is swept over: shorter pieces reserve less airspace, and cost more to compare."""


@dataclass(frozen=True, slots=True)
class Volume4D:
    """A piece of track in `frame`, widened: closed in place, height and time.

    It holds every point no further than `radius_m` from the straight line `start`..`end`, from
    `lower_agl_m` to `upper_agl_m` above ground, from `from_s` until `until_s` (UTC seconds). Where the ground
    is uneven these are heights above the sea, as autopilots fly and as two flights can be told apart by.
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
    """The volumes that a timed path sweeps, piece by piece, in the order flown.

    Each reaches `radius_m` to the side and `half_height_m` up and down, from `early_s` before the
    piece begins to `late_s` after it ends. Moving pieces are cut to at most `PIECE_S` seconds.
    Without a `frame`, one about the nearest half degree is used, so that flights over one city share
    it; flights in different frames still compare rightly, only slower.
    """
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
        (float(east), float(north), point.waypoint.level_m, point.at_s)
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
    ones, others = [placed(v, frame) for v in a], sorted((placed(v, frame) for v in b), key=_from_s)
    best: tuple[float, float] = (inf, inf)
    pair: tuple[Volume4D, Volume4D] | None = None
    for one in ones:
        for other in others:
            at_s = max(one.from_s, other.from_s)
            if at_s > best[0] or other.from_s > one.until_s:
                break
            if at_s <= other.until_s and _near(one, other):
                gap_m = _closest(one, other)[0]
                if gap_m <= one.radius_m + other.radius_m and (at_s, gap_m) < best:
                    best, pair = (at_s, gap_m), (one, other)
    return None if pair is None else _meeting(*pair)


def _from_s(volume: Volume4D) -> float:
    return volume.from_s


def placed(volume: Volume4D, frame: LocalFrame) -> Volume4D:
    """The same volume in another frame (itself in its own)."""
    if volume.frame is frame or volume.frame == frame:
        return volume
    start, end = (frame.to_local(volume.frame.to_geo(p)) for p in (volume.start, volume.end))
    return replace(volume, frame=frame, start=start, end=end)


def _near(a: Volume4D, b: Volume4D) -> bool:
    """Whether heights and bounding boxes of two volumes of one frame touch."""
    reach_m = a.radius_m + b.radius_m
    return (
        a.lower_agl_m <= b.upper_agl_m
        and b.lower_agl_m <= a.upper_agl_m
        and min(a.start.east_m, a.end.east_m) - reach_m <= max(b.start.east_m, b.end.east_m)
        and min(b.start.east_m, b.end.east_m) - reach_m <= max(a.start.east_m, a.end.east_m)
        and min(a.start.north_m, a.end.north_m) - reach_m <= max(b.start.north_m, b.end.north_m)
        and min(b.start.north_m, b.end.north_m) - reach_m <= max(a.start.north_m, a.end.north_m)
    )


def _meeting(a: Volume4D, b: Volume4D) -> Meeting:
    _, place = _closest(a, b)
    lower_m, upper_m = max(a.lower_agl_m, b.lower_agl_m), min(a.upper_agl_m, b.upper_agl_m)
    return Meeting(a.frame.to_geo(place), (lower_m + upper_m) / 2, max(a.from_s, b.from_s))


def _closest(a: Volume4D, b: Volume4D) -> tuple[float, LocalPoint]:
    """Least distance between the tracks of two volumes, and the point half way between them there."""
    crossing = _crossing(a, b)
    if crossing is not None:
        return 0.0, crossing
    pairs = (
        (a.start, _nearest_on(b, a.start)),
        (a.end, _nearest_on(b, a.end)),
        (b.start, _nearest_on(a, b.start)),
        (b.end, _nearest_on(a, b.end)),
    )
    gap_m, i = min((hypot(p.east_m - q.east_m, p.north_m - q.north_m), i) for i, (p, q) in enumerate(pairs))
    p, q = pairs[i]
    return gap_m, LocalPoint((p.east_m + q.east_m) / 2, (p.north_m + q.north_m) / 2)


def _crossing(a: Volume4D, b: Volume4D) -> LocalPoint | None:
    """Where two tracks cross, or None; parallel ones are left to their ends."""
    ae, an = a.end.east_m - a.start.east_m, a.end.north_m - a.start.north_m
    be, bn = b.end.east_m - b.start.east_m, b.end.north_m - b.start.north_m
    turn = ae * bn - an * be
    if turn == 0.0:
        return None
    e, n = b.start.east_m - a.start.east_m, b.start.north_m - a.start.north_m
    s, t = (e * bn - n * be) / turn, (e * an - n * ae) / turn
    if not (0.0 <= s <= 1.0 and 0.0 <= t <= 1.0):
        return None
    return LocalPoint(a.start.east_m + s * ae, a.start.north_m + s * an)


def _nearest_on(volume: Volume4D, point: LocalPoint) -> LocalPoint:
    """The point of a volume's track nearest to `point`."""
    start, end = volume.start, volume.end
    east_m, north_m = end.east_m - start.east_m, end.north_m - start.north_m
    square = east_m * east_m + north_m * north_m
    if square == 0.0:
        return start
    along = ((point.east_m - start.east_m) * east_m + (point.north_m - start.north_m) * north_m) / square
    along = min(1.0, max(0.0, along))
    return LocalPoint(start.east_m + along * east_m, start.north_m + along * north_m)


def is_within(volumes: Sequence[Volume4D], at: Waypoint, at_s: float) -> bool:
    """Whether `excursion_m` is 0: the first that holds it is enough. All volumes are of one frame.

    Those in the midst of the row are looked at first: windows overlap, and the piece under way is there.
    """
    now = [volume for volume in volumes if volume.from_s <= at_s <= volume.until_s]
    if not now:
        return False
    middle, place = len(now) // 2, now[0].frame.to_local(at.position)
    for v in (*now[middle:], *now[:middle]):
        if not v.lower_agl_m <= at.level_m <= v.upper_agl_m:
            continue
        nearest = _nearest_on(v, place)
        if hypot(place.east_m - nearest.east_m, place.north_m - nearest.north_m) <= v.radius_m:
            return True
    return False


def excursion_m(volumes: Sequence[Volume4D], at: Waypoint, at_s: float) -> float:
    """How far a vehicle at `at` is outside its corridor at `at_s`, metres; 0 inside.

    Only volumes whose window holds `at_s` count: a vehicle that is where it should have been
    a minute ago is outside. With none at that time the answer is infinity.
    """
    least_m = inf
    place = volumes[0].frame.to_local(at.position) if volumes else LocalPoint(0.0, 0.0)
    for v in (placed(v, volumes[0].frame) for v in volumes if v.from_s <= at_s <= v.until_s):
        nearest = _nearest_on(v, place)
        away_m = hypot(place.east_m - nearest.east_m, place.north_m - nearest.north_m)
        aside_m = max(0.0, away_m - v.radius_m)
        off_m = max(0.0, v.lower_agl_m - at.level_m, at.level_m - v.upper_agl_m)
        least_m = min(least_m, hypot(aside_m, off_m))
    return least_m
