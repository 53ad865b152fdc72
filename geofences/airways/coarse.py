"""Offsets of outlines with very many corners, a little larger than asked and in bounded time.

Where a hundred thousand corners lie closer to each other than the margin is wide, offset curves cross each
other millions of times. Such an outline is first drawn with fewer corners, none of its points further from
the drawing than a tolerance (D. H. Douglas, T. K. Peucker, 1973), and offset by as much more.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

MOST_CORNERS = 10_000
"""Outlines with more are drawn with about as many at most."""
_FIRST_M, _LARGEST_M = 0.05, 10_000.0


def coarse(area: BaseGeometry) -> tuple[BaseGeometry, float]:
    """The rings of an area drawn with fewer corners, and how far, in metres, they may lie from its own."""
    rings = shapely.boundary(area)
    within_m = _FIRST_M
    while True:
        drawn = shapely.simplify(rings, within_m, preserve_topology=False)
        if shapely.get_num_coordinates(drawn) <= MOST_CORNERS or within_m > _LARGEST_M:
            return drawn, within_m
        within_m *= 2.0


def coarse_offset(area: BaseGeometry, reach_m: float, mitre_frac: float) -> BaseGeometry:
    """All within `reach_m` of an area, and somewhat more: what its rings enclose or come near to."""
    drawn, within_m = coarse(area)
    band = shapely.buffer(drawn, reach_m + within_m, join_style="mitre", mitre_limit=mitre_frac)
    shapely.prepare(area)
    holes = [shapely.Polygon(hole) for part in shapely.get_parts(band) for hole in part.interiors]
    gaps = shapely.get_parts(shapely.difference(shapely.union_all(holes), band))
    filled = [gap for gap in gaps if shapely.contains(area, gap.representative_point())]
    return shapely.union_all(np.array([band, *filled], dtype=object))
