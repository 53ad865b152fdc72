"""An OpenStreetMap extract as plain values. Only the tools run by hand need it, and pyosmium with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

LonLat = tuple[float, float]
"""WGS84 longitude and latitude, degrees, in GeoJSON's order."""


@dataclass(frozen=True, slots=True)
class Way:
    """An OSM way. `node_ids` has all its nodes; those beyond the cut are not among the extract's."""

    osm_id: int
    tags: Mapping[str, str]
    node_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """An OSM relation: its member ways with their roles, in order."""

    osm_id: int
    tags: Mapping[str, str]
    ways: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """What a .pbf holds: the box it was cut to (west, south, east, north) and its elements.

    `nodes` are rounded positions: a node shared by two ways is exactly one position.
    """

    bbox: tuple[float, float, float, float]
    nodes: Mapping[int, LonLat]
    node_tags: Mapping[int, Mapping[str, str]]
    ways: Mapping[int, Way]
    relations: Sequence[Relation]

    def runs(self, node_ids: Sequence[int]) -> list[list[int]]:
        """The stretches of a way that lie within the extract, each of two nodes or more."""
        runs: list[list[int]] = [[]]
        for node_id in node_ids:
            if node_id in self.nodes:
                runs[-1].append(node_id)
            elif runs[-1]:
                runs.append([])
        return [run for run in runs if len(run) >= 2]


def read(pbf: str, decimals: int) -> Extract:
    """Read a .osm.pbf file. Raises `RuntimeError`, as pyosmium does, when it cannot be read."""
    import osmium  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415 - only to derive

    with osmium.io.Reader(pbf) as reader:
        box = reader.header().box()
    low, high = box.bottom_left, box.top_right
    nodes: dict[int, LonLat] = {}
    node_tags: dict[int, Mapping[str, str]] = {}
    ways: dict[int, Way] = {}
    relations: list[Relation] = []
    for element in cast("Iterable[Any]", osmium.FileProcessor(pbf)):
        tags = {tag.k: tag.v for tag in element.tags}
        if element.is_node():
            nodes[element.id] = (round(element.lon, decimals), round(element.lat, decimals))
            if tags:
                node_tags[element.id] = tags
        elif element.is_way():
            ways[element.id] = Way(element.id, tags, tuple(node.ref for node in element.nodes))
        elif element.is_relation():
            members = tuple((member.ref, member.role) for member in element.members if member.type == "w")
            relations.append(Relation(element.id, tags, members))
    return Extract((low.lon, low.lat, high.lon, high.lat), nodes, node_tags, ways, relations)
