"""Choose the drop-off addresses in places.json from an OpenStreetMap extract. Run by hand; see README.md.

    python -m sitl.city.choose_addresses path/to/Helsinki.osm.pbf sitl/city/places.json

Each is a real address (`addr:street` and `addr:housenumber`); the parcel goes to the nearest ground
in front of it that has a footpath close by. With room for a drone between the walls that is the
doorstep; without, it is the kerb, where robots alone deliver. Hubs and lockers in the file, placed
by hand, stay as they are.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geofences.position import GeoPoint, destination, distance_m
from sitl.city.ground import Ground
from sitl.city.osm import Extract, read

COUNT = 150
DRONE_ROOM_M = 5.3
"""From walls and water: a drone's body and navigation error (2.8 m), 2 m of margin, and some to spare."""
ROBOT_ROOM_M = 1.2
FOOTPATH_M = 15.0
REACH_M = 14
FROM_PADS_M = 30.0


def candidates(extract: Extract, ground: Ground, keep_off: list[GeoPoint]) -> Iterator[dict[str, Any]]:
    """Every address with a suitable place in front of it, one entry for each street and number."""
    seen: set[str] = set()
    named = sorted(
        (tags["addr:street"], _number(tags["addr:housenumber"]), node_id)
        for node_id, tags in extract.node_tags.items()
        if "addr:street" in tags and re.match(r"\d", tags.get("addr:housenumber", ""))
    )
    west, south, east, north = extract.bbox
    for street, (number, letter), node_id in named:
        label = f"{street} {number}{letter}"
        lon, lat = extract.nodes[node_id]
        if label in seen or not (west < lon < east and south < lat < north):
            continue
        door = GeoPoint(lat, lon)
        roomy = _place(ground, door, DRONE_ROOM_M)
        place = roomy or _place(ground, door, ROBOT_ROOM_M)
        if place is None or any(distance_m(place, pad) < FROM_PADS_M for pad in keep_off):
            continue
        seen.add(label)
        kind = "doorstep" if roomy else "kerb"
        yield {
            "label": label,
            "kind": kind,
            "lat_deg": round(place.lat_deg, 6),
            "lon_deg": round(place.lon_deg, 6),
        }


def spread(places: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """So many places, far from each other: each next one is the farthest from all chosen before."""
    points = [GeoPoint(place["lat_deg"], place["lon_deg"]) for place in places]
    chosen = [0]
    gap_m = [distance_m(points[0], point) for point in points]
    while len(chosen) < min(count, len(places)):
        farthest = max(range(len(points)), key=lambda index: (gap_m[index], -index))
        chosen.append(farthest)
        gap_m = [
            min(gap, distance_m(points[farthest], point)) for gap, point in zip(gap_m, points, strict=True)
        ]
    return [places[index] for index in sorted(chosen)]


def _number(text: str) -> tuple[int, str]:
    found = re.match(r"(\d+)\s*([A-Za-z]?)", text)
    return (int(found[1]), found[2].upper()) if found else (0, "")


def _place(ground: Ground, door: GeoPoint, room_m: float) -> GeoPoint | None:
    """The nearest ground around a door with so much room, looked for in rings of 1 m."""
    for ring_m in range(REACH_M + 1):
        for bearing_deg in range(0, 360, 15 if ring_m else 360):
            at = destination(door, bearing_deg, ring_m)
            if ground.clearance_m(at) >= room_m and ground.footpath_m(at) <= FOOTPATH_M:
                return at
    return None


def main(pbf: str, output: str) -> None:
    """Rewrite the addresses of the file of places."""
    file = Path(output)
    places = json.loads(file.read_text())
    pads = [GeoPoint(pad["lat_deg"], pad["lon_deg"]) for hub in places["hubs"] for pad in hub["pads"]]
    ground = Ground(file.with_name("helsinki.geojson.gz"))
    places["addresses"] = spread(list(candidates(read(pbf, 7), ground, pads)), COUNT)
    file.write_text(json.dumps(places, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
