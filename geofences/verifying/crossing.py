"""When does a straight, uniform motion first enter a block: exact in place, height and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import shapely
from shapely.geometry.base import BaseGeometry

from geofences.ground.limits import Band
from geofences.outline import Outline
from geofences.when import Window


@dataclass(frozen=True, slots=True)
class Motion:
    """Straight, uniform motion in a local frame from (east, north, height AGL, time) to another."""

    from_east_m: float
    from_north_m: float
    from_agl_m: float
    from_s: float
    to_east_m: float
    to_north_m: float
    to_agl_m: float
    to_s: float

    @property
    def length_m(self) -> float:
        """Over ground."""
        return hypot(self.to_east_m - self.from_east_m, self.to_north_m - self.from_north_m)

    def at(self, share_frac: float) -> tuple[float, float, float, float]:
        """East, north, height, time after `share_frac` (0..1) of the motion."""
        return (
            self.from_east_m + share_frac * (self.to_east_m - self.from_east_m),
            self.from_north_m + share_frac * (self.to_north_m - self.from_north_m),
            self.from_agl_m + share_frac * (self.to_agl_m - self.from_agl_m),
            self.from_s + share_frac * (self.to_s - self.from_s),
        )

    def line(self, from_frac: float, to_frac: float) -> BaseGeometry:
        """The piece of ground track between two shares: a line, or a point where it has no length."""
        a, b = self.at(from_frac)[:2], self.at(to_frac)[:2]
        return shapely.Point(a) if a == b else shapely.LineString([a, b])


Span = tuple[float, float]
"""From one share of a motion to another, closed."""


def spans_within(motion: Motion, band: Band) -> tuple[Span, ...]:
    """The span in which the height of a motion, running evenly, lies in a closed band, if it ever does."""
    span = _share_span((motion.from_agl_m, motion.to_agl_m), (band.lower_agl_m, band.upper_agl_m))
    return () if span is None else (span,)


def first_inside_frac(
    motion: Motion, outline: Outline, high: Sequence[Span], windows: Sequence[Window], lateral_m: float
) -> float | None:
    """The share (0..1) of `motion` at which it first breaks in, or None if it never does.

    It is in while, at one instant, its height is in the zone's (the spans `high`), the
    time in one of the `windows` (a motion that begins as one ends is not in it), and its place no
    further than `lateral_m` from the footprint. Each condition holds over spans of the motion;
    the spans are intersected, then the remaining piece of track is measured against the footprint.
    """
    found = (
        _first_near_frac(motion, outline, span, lateral_m)
        for window in windows
        for one in high
        if (span := _during(motion, window, one)) is not None
    )
    return min((share for share in found if share is not None), default=None)


def _first_near_frac(motion: Motion, outline: Outline, span: Span, lateral_m: float) -> float | None:
    line = motion.line(*span)
    if outline.distance_m(line) > lateral_m:
        return None
    return span[0] + (span[1] - span[0]) * _first_touch_frac(line, outline, lateral_m)


def _during(motion: Motion, window: Window, high: tuple[float, float]) -> tuple[float, float] | None:
    if not (motion.from_s < window[1] and window[0] <= motion.to_s):
        return None
    timely = _share_span((motion.from_s, motion.to_s), window)
    if timely is None:
        return None
    low, top = max(high[0], timely[0]), min(high[1], timely[1])
    return (low, top) if low <= top else None


def _share_span(run: Window, allowed: Window) -> tuple[float, float] | None:
    """The shares (0..1) between which a value that runs evenly from one figure to another is allowed."""
    (start, end), (lower, upper) = run, allowed
    if start == end:
        return (0.0, 1.0) if lower <= start <= upper else None
    a, b = (lower - start) / (end - start), (upper - start) / (end - start)
    low, top = max(0.0, min(a, b)), min(1.0, max(a, b))
    return (low, top) if low <= top else None


def _first_touch_frac(line: BaseGeometry, outline: Outline, lateral_m: float) -> float:
    """The share of a line, known to come within `lateral_m`, at which it first does (to centimetres)."""
    if not isinstance(line, shapely.LineString):
        return 0.0
    inside = shapely.intersection(line, outline.grown(lateral_m))
    if shapely.is_empty(inside):
        closest = shapely.get_point(shapely.shortest_line(line, outline.area), 0)
        return float(shapely.line_locate_point(line, closest, normalized=True))
    corners = shapely.points(shapely.get_coordinates(inside))
    return float(shapely.line_locate_point(line, corners, normalized=True).min())
