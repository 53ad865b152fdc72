"""When a timed path is inside blocks, whether they apply then or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geofences.airspace import Airspace
from geofences.path import TimedPath
from geofences.verifying.crossing import Motion
from geofences.verifying.heights import Heights
from geofences.verifying.verdict import Margins
from geofences.verifying.verifier import motions_of
from geofences.zone import Medium

_SEAM_S = 0.5
"""Two spans so near to each other are one: a motion ends where the next begins."""


@dataclass(frozen=True, slots=True, order=True)
class Occupancy:
    """From when until when, times of the path's, it is inside the block with this index, margins included."""

    from_s: float
    until_s: float
    block: int


def occupancies(
    timed: TimedPath, airspace: Airspace, blocks: Sequence[int], margins: Margins
) -> tuple[Occupancy, ...]:
    """All of a flight's among some blocks of an airspace, in time order."""
    motions = motions_of(timed, airspace.frame)
    heights = Heights(airspace.ground, airspace.frame, Medium.AIR)
    found: list[Occupancy] = []
    for block in blocks:
        spans = sorted(
            (motion.at(low)[3], motion.at(high)[3])
            for motion in motions
            for low, high in _inside(motion, airspace, block, heights, margins)
        )
        merged: list[tuple[float, float]] = []
        for from_s, until_s in spans:
            if merged and from_s <= merged[-1][1] + _SEAM_S:
                merged[-1] = (merged[-1][0], max(merged[-1][1], until_s))
            else:
                merged.append((from_s, until_s))
        found += [Occupancy(from_s, until_s, block) for from_s, until_s in merged]
    return tuple(sorted(found))


def _inside(
    motion: Motion, airspace: Airspace, block: int, heights: Heights, margins: Margins
) -> Iterator[tuple[float, float]]:
    """The spans of a motion's shares inside a block."""
    outline = airspace.blocks[block].outline
    if outline.distance_m(motion.line(0.0, 1.0)) > margins.lateral_m:
        return
    for low, high in heights.within(motion, airspace.blocks[block], margins.vertical_m):
        line = motion.line(low, high)
        if outline.distance_m(line) > margins.lateral_m:
            continue
        if not isinstance(line, shapely.LineString):
            yield low, high
            continue
        for piece in shapely.get_parts(shapely.intersection(line, outline.grown(margins.lateral_m))):
            ends = shapely.line_locate_point(
                line, shapely.points(shapely.get_coordinates(piece)), normalized=True
            )
            yield low + float(np.min(ends)) * (high - low), low + float(np.max(ends)) * (high - low)
