"""Rings that a file has as holes of a polygon, and which lie elsewhere.

Geographic databases write the parts of a shape as rings of one polygon, in any order; Portugal's file has the
outer ring of some zones as the hole. A hole opens airspace, so only one that lies in its area counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from geofences.formats.notes import Notes
from geofences.formats.ring_width import unwrapped_deg
from geofences.position import GeoPoint
from geofences.zone import Polygon

_Ring = tuple[GeoPoint, ...]
_NEAR_DEG = 1e-7
"""How far a hole may stick out of its area: a centimetre, which rounding makes of a shared edge."""


def areas_of(shell: _Ring, holes: Sequence[_Ring], notes: Notes, where: str) -> list[Polygon]:
    """The areas that a polygon's rings enclose: the shell with the holes in it, and every other ring.

    What overlaps is closed. Those others are noted.
    """
    if not holes:
        return [Polygon(shell)]
    area = _drawn([shell], shell[0].lon_deg)[0]
    drawn = _drawn(holes, shell[0].lon_deg)
    shapely.prepare(area)
    inside = shapely.covers(area, drawn)
    if not inside.all() and shapely.intersects(area, drawn[~inside]).any():
        wider = shapely.buffer(area, _NEAR_DEG)
        shapely.prepare(wider)
        inside = inside | shapely.covers(wider, drawn)
    stray = [hole for hole, fits in zip(holes, inside.tolist(), strict=True) if not fits]
    if stray:
        found = f"{len(stray)} of {len(holes)} holes that do not lie in the outer ring"
        notes.add(where, found, "areas of their own")
    kept = tuple(hole for hole, fits in zip(holes, inside.tolist(), strict=True) if fits)
    return [Polygon(shell, kept), *(Polygon(ring) for ring in stray)]


def _drawn(rings: Sequence[_Ring], about_deg: float) -> np.ndarray:
    """Rings in degrees, longitudes on the side of the antimeridian where `about_deg` is."""
    shapes = []
    for ring in rings:
        lons = np.array(unwrapped_deg(ring))
        lons -= 360.0 * round((float(lons[0]) - about_deg) / 360.0)
        shapes.append(shapely.Polygon(np.column_stack((lons, [corner.lat_deg for corner in ring]))))
    drawn = np.array(shapes, dtype=object)
    sound = shapely.is_valid(drawn)
    drawn[~sound] = shapely.make_valid(drawn[~sound])
    return drawn
