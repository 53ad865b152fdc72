"""What the verifier asks about heights: when is a motion between limits, and what does the ground refuse.

Over ground of one height, or ground that nobody told us of, a motion runs evenly above it; over uneven
ground it runs straight above the sea (see `height_line`).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isnan

import numpy as np

from geofences.ground.limits import Band
from geofences.ground.terrain import FlatGround, Terrain
from geofences.path import Waypoint
from geofences.position import LocalFrame, LocalPoint
from geofences.reason import Because, Reason
from geofences.verifying.blocks import Block
from geofences.verifying.crossing import Motion, Span, spans_within
from geofences.verifying.height_line import HeightLine, height_line
from geofences.verifying.verdict import Break, Margins
from geofences.zone import Medium

_ROUNDING_M = 1e-6
_MOVES_M = 0.5
"""A leg that moves less than this over ground goes up or down: it may stand on the ground."""


def is_uneven(ground: Terrain | None) -> bool:
    """Whether heights above ground and above the sea are two different things."""
    return not (ground is None or isinstance(ground, FlatGround))


class Heights:
    """The heights of a timed path's motions over one ground; worked out once for each motion."""

    def __init__(self, ground: Terrain | None, frame: LocalFrame, medium: Medium) -> None:
        # What drives follows the ground: it has its own heights above it wherever it is.
        self._terrain = ground if is_uneven(ground) and medium is Medium.AIR else None
        self._frame = frame
        self._lines: dict[Motion, HeightLine] = {}

    def within(self, motion: Motion, block: Block, vertical_m: float) -> tuple[Span, ...]:
        """The spans of a motion in which it may be inside a block's heights, widened."""
        if self._terrain is None:
            band = Band(block.band.lower_agl_m - vertical_m, block.band.upper_agl_m + vertical_m)
            return spans_within(motion, band)
        return self._line(motion).within(block.lower, block.upper, vertical_m)

    def doubt(self, motion: Motion, share_frac: float) -> str:
        """What to say where the ground is not known: the end of a reason."""
        if self._terrain is None or self._line(motion).known_at(share_frac):
            return ""
        return ", over ground whose height is not known"

    def broken(self, motion: Motion, margins: Margins) -> Iterator[Break]:
        """What the ground refuses: to be flown over where it is not known, too low, too high."""
        ceiling_m = margins.ceiling_agl_m
        if self._terrain is None:
            yield from self._too_high(motion, ceiling_m, None)
            return
        line = self._line(motion)
        if line.first_unknown_frac is not None:
            yield self._found(motion, line.first_unknown_frac, "flies over ground whose height is not known")
        if motion.length_m >= _MOVES_M:
            least_m = min(motion.from_agl_m, motion.to_agl_m, margins.vertical_m)
            lower = line.lower_than(least_m - _ROUNDING_M)
            if lower:
                yield self._found(motion, lower[0][0], f"comes within {margins.vertical_m:g} m of the ground")
        yield from self._too_high(motion, ceiling_m, line)

    def _too_high(self, motion: Motion, ceiling_m: float | None, line: HeightLine | None) -> Iterator[Break]:
        if ceiling_m is None:
            return
        over_m = ceiling_m + _ROUNDING_M
        higher = spans_within(motion, Band(over_m, inf)) if line is None else line.higher_than(over_m)
        if higher:
            yield self._found(motion, higher[0][0], f"climbs over {ceiling_m:g} m above the ground")

    def height_agl_m(self, motion: Motion, share_frac: float) -> float:
        """Height above the ground below; where that is not known, between those at the motion's ends."""
        even_m = motion.at(share_frac)[2]
        if self._terrain is None:
            return even_m
        return self._line(motion).agl_m(share_frac, even_m)

    def _found(self, motion: Motion, share_frac: float, text: str) -> Break:
        east_m, north_m, _, at_s = motion.at(share_frac)
        position = self._frame.to_geo(LocalPoint(east_m, north_m))
        reason = Reason(Because.TERRAIN, "terrain", text)
        return Break(reason, position, self.height_agl_m(motion, share_frac), at_s)

    def _line(self, motion: Motion) -> HeightLine:
        if self._terrain is None:
            raise ValueError("ground: there is none to reckon with")
        if motion not in self._lines:
            self._lines[motion] = height_line(motion, self._terrain, self._frame)
        return self._lines[motion]


def between(
    ground: Terrain | None, frame: LocalFrame, ends: tuple[Waypoint, Waypoint], share_frac: float
) -> Waypoint:
    """On the straight line between two points: above the sea over uneven ground, else above the ground."""
    a, b = ends
    p, q = frame.to_local(a.position), frame.to_local(b.position)
    east_m = p.east_m + share_frac * (q.east_m - p.east_m)
    place = frame.to_geo(LocalPoint(east_m, p.north_m + share_frac * (q.north_m - p.north_m)))
    height_m = a.height_agl_m + share_frac * (b.height_agl_m - a.height_agl_m)
    if ground is not None and is_uneven(ground):
        degrees = [(at.lon_deg, at.lat_deg) for at in (a.position, b.position, place)]
        start_m, end_m, here_m = ground.heights_amsl_m(np.array(degrees)).tolist()
        above_m = start_m + share_frac * (end_m - start_m) - here_m
        height_m += 0.0 if isnan(above_m) else above_m
        return Waypoint(place, height_m, 0.0 if isnan(here_m) else here_m)
    return Waypoint(place, height_m)
