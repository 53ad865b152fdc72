"""Solids drawn with their walls: polygons on edge, which have no area and lie on an edge of one that has."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise

from geofences.formats.notes import Notes, UnreadableError
from geofences.position import GeoPoint
from geofences.zone import Circle, Polygon


def pass_over_walls(
    walls: Collection[frozenset[GeoPoint]], areas: Iterable[Polygon | Circle], notes: Notes, where: str
) -> None:
    """Note that walls (the two places each stands on) were passed over.

    Raises `UnreadableError` for one that is no edge of any area: it may be what is left of one.
    """
    edges = {
        frozenset(edge)
        for area in areas
        if isinstance(area, Polygon)
        for ring in (area.corners, *area.holes)
        for edge in pairwise((*ring, ring[0]))
    }
    if any(wall not in edges for wall in walls):
        raise UnreadableError(where, "stands upright on no edge of an area: it has no area")
    if walls:
        notes.add(where, f"{len(walls)} upright", "the walls of the area: no area of their own")
