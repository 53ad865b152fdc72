"""Which ways of an OpenStreetMap extract a sidewalk robot may use, as one connected network."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geofences.position import GeoPoint, LocalFrame
from sitl.city.osm import Extract, Way
from sitl.city.segments import nearest_m, segments

FOOT = frozenset({"footway", "path", "pedestrian", "living_street"})
STREETS = frozenset({"residential", "unclassified", "service", "tertiary", "secondary"})
"""Streets that stand in for their own sidewalks where nobody has drawn those."""
NEAR_M = 18.0
"""A street with a drawn footway within this is left out: half a street's width and its sidewalk."""
OPEN = (None, "yes", "designated", "permissive", "destination", "public")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a way between junctions (or the extract's edge): node ids, and what it is."""

    node_ids: tuple[int, ...]
    highway: str
    crossing: bool


def network(extract: Extract) -> list[Stretch]:
    """Footways and crossings, and streets where there are none: the largest connected part."""
    footways = list(_stretches(extract, [w for w in extract.ways.values() if _is_footway(w.tags)], set()))
    footways += _square_edges(extract)
    shared = {node for stretch in footways for node in stretch.node_ids}
    streets = list(_stretches(extract, [w for w in extract.ways.values() if _is_street(w.tags)], shared))
    frame = LocalFrame(
        GeoPoint((extract.bbox[1] + extract.bbox[3]) / 2, (extract.bbox[0] + extract.bbox[2]) / 2)
    )
    drawn = _segments(extract, frame, footways)
    lonely = [stretch for stretch in streets if not _is_near(extract, frame, stretch, drawn)]
    joined = footways + lonely
    return _largest_part(joined + _joints(joined, [s for s in streets if s not in set(lonely)]))


def _is_footway(tags: Mapping[str, str]) -> bool:
    highway = tags.get("highway")
    walkable = highway in FOOT or (highway == "cycleway" and tags.get("foot") in {"yes", "designated"})
    return walkable and _is_open(tags) and (tags.get("tunnel", "no") != "yes" or highway == "cycleway")


def _is_street(tags: Mapping[str, str]) -> bool:
    return tags.get("highway") in STREETS and _is_open(tags) and tags.get("tunnel", "no") != "yes"


def _is_open(tags: Mapping[str, str]) -> bool:
    """Outdoors, at street level or on a bridge, and open to the public on foot at all hours."""
    public = tags.get("foot", tags.get("access")) in OPEN
    above = not tags.get("layer", "0").startswith("-") or tags.get("highway") == "cycleway"
    return public and above and tags.get("indoor", "no") == "no" and tags.get("level", "0") == "0"


def _square_edges(extract: Extract) -> list[Stretch]:
    """Outlines of pedestrian squares drawn as multipolygons: ways that end there meet along them."""
    edges = []
    for relation in extract.relations:
        if relation.tags.get("highway") in FOOT and _is_open(relation.tags):
            for way_id, _ in relation.ways:
                way = extract.ways.get(way_id)
                if way and "highway" not in way.tags and not way.tags.get("building"):
                    edges += [
                        Stretch(tuple(run), "pedestrian", crossing=False)
                        for run in extract.runs(way.node_ids)
                    ]
    return edges


def _stretches(extract: Extract, ways: Iterable[Way], also: set[int]) -> Iterable[Stretch]:
    """Cut ways at every node that two of them, or one and `also`, share."""
    kept = list(ways)
    uses = Counter(node for way in kept for node in way.node_ids)
    for way in kept:
        tags = way.tags
        crossing = "crossing" in {
            tags.get("footway"),
            tags.get("cycleway"),
            tags.get("path"),
            tags.get("highway"),
        }
        for run in extract.runs(way.node_ids):
            start = 0
            for index in range(1, len(run)):
                if index == len(run) - 1 or uses[run[index]] > 1 or run[index] in also:
                    yield Stretch(tuple(run[start : index + 1]), tags["highway"], crossing)
                    start = index


def _segments(extract: Extract, frame: LocalFrame, stretches: Iterable[Stretch]) -> NDArray[np.float64]:
    return segments(frame, ([extract.nodes[node] for node in stretch.node_ids] for stretch in stretches))


def _is_near(extract: Extract, frame: LocalFrame, street: Stretch, drawn: NDArray[np.float64]) -> bool:
    """Whether a footway runs along most of a street: near its points at a quarter, half, three quarters."""
    own = _segments(extract, frame, [street])
    lengths = np.hypot(own[:, 2] - own[:, 0], own[:, 3] - own[:, 1])
    ends = np.concatenate([[0.0], np.cumsum(lengths)])
    at_m = np.array([0.25, 0.5, 0.75]) * ends[-1]
    east = np.interp(at_m, ends, np.append(own[:, 0], own[-1, 2]))
    north = np.interp(at_m, ends, np.append(own[:, 1], own[-1, 3]))
    return sum(nearest_m(drawn, point) <= NEAR_M for point in np.column_stack([east, north])) >= 2


def _joints(joined: list[Stretch], spare: list[Stretch]) -> list[Stretch]:
    """Those spare streets that join parts which would otherwise be apart: a spanning tree, pruned."""
    part = _parts(joined)
    tree: list[Stretch] = []
    for stretch in sorted(spare, key=lambda s: len(s.node_ids)):
        a, b = _find(part, stretch.node_ids[0]), _find(part, stretch.node_ids[-1])
        if a != b:
            part[a] = b
            tree.append(stretch)
    anchors = {node for stretch in joined for node in stretch.node_ids}
    while True:
        uses = Counter(end for s in tree for end in (s.node_ids[0], s.node_ids[-1]))
        kept = [
            s for s in tree if all(uses[end] > 1 or end in anchors for end in (s.node_ids[0], s.node_ids[-1]))
        ]
        if len(kept) == len(tree):
            return tree
        tree = kept


def _largest_part(stretches: list[Stretch]) -> list[Stretch]:
    part = _parts(stretches)
    sizes: defaultdict[int, int] = defaultdict(int)
    for stretch in stretches:
        sizes[_find(part, stretch.node_ids[0])] += len(stretch.node_ids)
    largest = max(sizes, key=lambda root: (sizes[root], -root))
    return [stretch for stretch in stretches if _find(part, stretch.node_ids[0]) == largest]


def _parts(stretches: Iterable[Stretch]) -> dict[int, int]:
    part: dict[int, int] = {}
    for stretch in stretches:
        for node in stretch.node_ids[1:]:
            part[_find(part, node)] = _find(part, stretch.node_ids[0])
    return part


def _find(part: dict[int, int], node: int) -> int:
    root = node
    while part.setdefault(root, root) != root:
        root = part[root]
    while part[node] != root:
        part[node], node = root, part[node]
    return root
