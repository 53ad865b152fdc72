"""Buildings, water and parks out of an OpenStreetMap extract: rings, and how high they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from sitl.city.osm import Extract, LonLat, Relation

Ring = list[LonLat]
"""A closed ring: the first corner repeated at the end, as GeoJSON wants it."""

LEVEL_M = 3.2
DEFAULT_HEIGHT_M = 24.0
"""Seven storeys and a roof: six of seven tagged buildings of this district stay within it."""
SMALL_HEIGHT_M = 5.0
SMALL = frozenset(
    {"kiosk", "shed", "roof", "garage", "garages", "service", "hut", "utility", "entrance", "ship"}
)
"""Kinds of building that are one storey unless a tag says otherwise."""


def height(tags: Mapping[str, str]) -> tuple[float, str]:
    """Height in metres above ground, and where it is from: `tag`, `levels` or `default`.

    The higher of what `height` and the storeys (at 3.2 m each, roof storeys included) say:
    tags are sometimes the height of the walls only, and too high is the safe side.
    """
    tagged_m = _number(tags.get("height"))
    levels = _number(tags.get("building:levels"))
    levels_m = (levels + (_number(tags.get("roof:levels")) or 0.0)) * LEVEL_M if levels else None
    if tagged_m is not None and tagged_m >= (levels_m or 0.0):
        return round(tagged_m, 1), "tag"
    if levels_m is not None:
        return round(levels_m, 1), "levels"
    small = tags.get("building") in SMALL or tags.get("man_made") == "canopy"
    return (SMALL_HEIGHT_M if small else DEFAULT_HEIGHT_M), "default"


def _number(text: str | None) -> float | None:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*m?\s*", text or "")
    return float(found[1]) if found else None


def stands(tags: Mapping[str, str]) -> bool:
    """Whether an element is a building above ground. A part of one counts where its height is tagged."""
    if tags.get("location") == "underground" or tags.get("layer", "0").startswith("-"):
        return False
    return tags.get("building", "no") != "no" or ("building:part" in tags and "height" in tags)


def polygons(extract: Extract, relation: Relation) -> list[list[Ring]]:
    """The polygons of a multipolygon: each an outer ring, then the inner rings that lie in it."""
    outer, inner = (
        list(_rings(extract, [way_id for way_id, role in relation.ways if role in roles]))
        for roles in (("outer", ""), ("inner",))
    )
    return [[ring, *(hole for hole in inner if inside(ring, hole[0]))] for ring in outer]


def way_ring(extract: Extract, way_ids: Sequence[int]) -> Ring | None:
    """One ring through the ways' nodes in order, closed straight where the extract was cut."""
    ids = [node for way_id in way_ids for node in extract.ways[way_id].node_ids if node in extract.nodes]
    ring: Ring = []
    for node_id in ids:
        if not ring or ring[-1] != extract.nodes[node_id]:
            ring.append(extract.nodes[node_id])
    if ring and ring[0] != ring[-1]:
        ring.append(ring[0])
    return ring if len(ring) >= 4 else None


def inside(ring: Ring, point: LonLat) -> bool:
    """Whether a point lies within a ring (even-odd; in degrees, which keep sides as metres do)."""
    x, y = point
    odd = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            odd = not odd
    return odd


def _rings(extract: Extract, way_ids: Sequence[int]) -> Iterator[Ring]:
    """Join ways end to end into rings; an end left open is closed straight."""
    left = {way_id: extract.ways[way_id].node_ids for way_id in way_ids if way_id in extract.ways}
    while left:
        chain = list(left.pop(next(iter(left))))
        while chain[0] != chain[-1]:
            found = next((way_id for way_id, ids in left.items() if chain[-1] in {ids[0], ids[-1]}), None)
            if found is None:
                break
            ids = left.pop(found)
            chain += ids[1:] if ids[0] == chain[-1] else ids[-2::-1]
        ring = [extract.nodes[node] for node in chain if node in extract.nodes]
        if len(ring) >= 3:
            yield ring if ring[0] == ring[-1] else [*ring, ring[0]]
