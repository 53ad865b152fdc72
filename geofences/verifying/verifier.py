"""The verifier: what a timed path breaks, where and when. It measures, and knows nothing of planners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geofences.path import TimedPath
from geofences.position import LocalFrame, LocalPoint
from geofences.reason import Because, Reason
from geofences.verifying.blocks import Block
from geofences.verifying.crossing import Motion, first_inside_frac
from geofences.verifying.heights import Heights
from geofences.verifying.verdict import Break, Margins


def motions_of(timed: TimedPath, frame: LocalFrame) -> list[Motion]:
    """The straight motions of a timed path; one that stands still for a path of a single point."""
    points = timed.points if len(timed.points) > 1 else (timed.points[0], timed.points[0])
    places = [point.waypoint for point in points]
    local = frame.to_local_array(np.array([(p.position.lon_deg, p.position.lat_deg) for p in places]))
    rows = [
        (float(east), float(north), point.waypoint.height_agl_m, point.at_s)
        for (east, north), point in zip(local, points, strict=True)
    ]
    return [Motion(*a, *b) for a, b in pairwise(rows)]


def unknown_area(verb: str) -> Reason:
    """Why not: beyond the area that is known."""
    return Reason(Because.AREA, "area", f"{verb} the area whose buildings and zones are known")


@dataclass(frozen=True, slots=True)
class Verifier:
    """What motions in a frame are held against, and how far they must stay away."""

    frame: LocalFrame
    extent: BaseGeometry | None
    heights: Heights
    margins: Margins

    def breaks(
        self, motions: Sequence[Motion], near: Iterable[tuple[Motion, Block]], *, flies: bool
    ) -> tuple[Break, ...]:
        """One entry for each thing that is broken at its first instant, in time order.

        `near` are the blocks to hold each motion against; `flies` whether the ground can be in the way.
        """
        first: dict[str, Break] = {}
        for motion, block in near:
            _keep_first(first, block.label, self._break(motion, block))
        for motion in motions if flies else ():
            for one in self.heights.broken(motion, self.margins):
                _keep_first(first, one.reason.text, one)
        found = (*self._leaving(motions), *first.values())
        return tuple(sorted(found, key=lambda one: (one.at_s, one.reason.subject)))

    def _leaving(self, motions: Sequence[Motion]) -> Iterator[Break]:
        """The first instant outside the area; there every straight line counts, not only its ends."""
        for motion in motions if self.extent is not None else ():
            line = motion.line(0.0, 1.0)
            beyond = shapely.difference(line, self.extent)
            if shapely.is_empty(beyond):
                continue
            share_frac, verb = 0.0, "lies outside"
            if isinstance(line, shapely.LineString):
                ends = shapely.points(shapely.get_coordinates(beyond))
                share_frac = float(shapely.line_locate_point(line, ends, normalized=True).min())
                verb = "leaves"
            yield self._at(motion, share_frac, unknown_area(verb))
            return

    def _break(self, motion: Motion, block: Block) -> Break | None:
        lateral_m = self.margins.lateral_m
        high = self.heights.within(motion, block, self.margins.vertical_m)
        windows = block.windows(motion.from_s, motion.to_s)
        share_frac = first_inside_frac(motion, block.outline, high, windows, lateral_m)
        if share_frac is None:
            return None
        crossed = block.outline.distance_m(motion.line(0.0, 1.0)) == 0.0
        verb = "crosses" if crossed else f"comes within {lateral_m:g} m of"
        reason = block.reason(verb)
        doubt = self.heights.doubt(motion, share_frac)
        return self._at(motion, share_frac, replace(reason, text=reason.text + doubt) if doubt else reason)

    def _at(self, motion: Motion, share_frac: float, reason: Reason) -> Break:
        east_m, north_m, _, at_s = motion.at(share_frac)
        position = self.frame.to_geo(LocalPoint(east_m, north_m))
        return Break(reason, position, self.heights.height_agl_m(motion, share_frac), at_s)


def _keep_first(first: dict[str, Break], what: str, found: Break | None) -> None:
    if found is not None and (what not in first or found.at_s < first[what].at_s):
        first[what] = found
