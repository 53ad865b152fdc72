"""Lay out hubs for a city's day: pads, docks and stands on the open ground of the derived city. By hand.

    python -m sitl.city.lay_out_hubs sitl/city/places.json sitl/city/places-day.json

Each hub takes the roomiest ground that is far enough from the hubs before it, where no zone of the city's
keeps drones out: pads for aircraft 14 m apart and 7 m from walls, docks and bicycle stands 3 m apart by a
footpath. Lockers and addresses are those of the given file.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from geofences.path import Waypoint
from geofences.position import GeoPoint, LocalPoint, distance_m
from geofences.zone import Medium
from orchestrator.files.site import Site, read_site
from sitl.city.ground import Ground

HUBS, PADS, DOCKS = 4, 15, 13
PAD_ROOM_M, PAD_GAP_M, PATH_GAP_M = 7.5, 14.5, 2.5
DOCK_ROOM_M, DOCK_GAP_M, DOCK_PATH_M = 2.5, 3.0, 25.0
HUB_GAP_M, REACH_M, STEP_M = 420.0, 110.0, 7.0
_NAMES = ("North", "East", "South", "West")
_EDGE_M = 60.0


def open_ground(ground: Ground, site: Site, half_m: tuple[float, float]) -> list[GeoPoint]:
    """Every point of a grid with room for an aircraft to land, and no zone over it at any time."""
    found = []
    for east in range(int(-half_m[0] + _EDGE_M), int(half_m[0] - _EDGE_M), int(STEP_M)):
        for north in range(int(-half_m[1] + _EDGE_M), int(half_m[1] - _EDGE_M), int(STEP_M)):
            at = ground.frame.to_geo(LocalPoint(float(east), float(north)))
            if ground.clearance_m(at) >= PAD_ROOM_M and _free(site, at):
                found.append(at)
    return found


def _free(site: Site, at: GeoPoint) -> bool:
    """Whether no zone binds aircraft from the ground up here, on any day of a week."""
    around = site.surroundings
    week_s = 7 * 86_400.0
    start_s = 1_780_000_000.0
    return not around.airspace.forbids(
        Waypoint(at, 8.0), Medium.AIR, start_s, start_s + week_s, around.margins
    )


def spread(points: list[GeoPoint], gap_m: float, count: int) -> list[GeoPoint]:
    """The first so many of `points` that are at least so far from each other."""
    chosen: list[GeoPoint] = []
    for point in points:
        if all(distance_m(point, other) >= gap_m for other in chosen):
            chosen.append(point)
        if len(chosen) == count:
            break
    return chosen


def hubs(ground: Ground, roomy: list[GeoPoint]) -> list[dict[str, Any]]:
    """Hubs about the points that have most room around them."""
    centres: list[GeoPoint] = []
    crowd = {point: sum(distance_m(point, other) < REACH_M for other in roomy) for point in roomy}
    laid: list[dict[str, Any]] = []
    for centre in sorted(roomy, key=lambda point: (-crowd[point], point.lat_deg, point.lon_deg)):
        if len(laid) == HUBS:
            break
        if any(distance_m(centre, other) < HUB_GAP_M for other in centres):
            continue
        near = sorted(roomy, key=lambda point: distance_m(centre, point))
        near = [point for point in near if distance_m(centre, point) < REACH_M]
        off_paths = [point for point in near if ground.footpath_m(point) >= PATH_GAP_M]
        pads = spread(off_paths, PAD_GAP_M, PADS)
        docks = spread(_dock_places(ground, centre, pads), DOCK_GAP_M, DOCKS)
        if len(pads) == PADS and len(docks) == DOCKS:
            centres.append(centre)
            laid.append(_hub(len(laid), centre, pads, docks))
    return laid


def _dock_places(ground: Ground, centre: GeoPoint, pads: list[GeoPoint]) -> list[GeoPoint]:
    """Places for docks about a hub, the nearest first: near a footpath, clear of pads."""
    here = ground.frame.to_local(centre)
    places = []
    span = int(REACH_M)
    for east in range(-span, span, 3):
        for north in range(-span, span, 3):
            at = ground.frame.to_geo(LocalPoint(here.east_m + east, here.north_m + north))
            clear = ground.clearance_m(at) >= DOCK_ROOM_M and 1.0 <= ground.footpath_m(at) <= DOCK_PATH_M
            if clear and all(distance_m(at, pad) > 0.6 * PAD_GAP_M for pad in pads):
                places.append(at)
    return sorted(places, key=lambda at: distance_m(centre, at))


def _hub(number: int, centre: GeoPoint, pads: list[GeoPoint], docks: list[GeoPoint]) -> dict[str, Any]:
    name = _NAMES[number]
    hub_id = name.lower()
    stands = [
        {"id": f"{hub_id}-{word}-{n}", "for": medium, **_degrees(point)}
        for word, medium, points in (("pad", "air", pads), ("dock", "sidewalk", docks))
        for n, point in enumerate(points, start=1)
    ]
    return {"id": hub_id, "name": f"{name} hub", **_degrees(centre), "pads": stands}


def _degrees(at: GeoPoint) -> dict[str, float]:
    return {"lat_deg": round(at.lat_deg, 6), "lon_deg": round(at.lon_deg, 6)}


def main(source: str, output: str) -> None:
    """Write the file of places with these hubs."""
    here = Path(source).parent
    city = here / "helsinki.geojson.gz"
    ground = Ground(city)
    places = json.loads(Path(source).read_text(encoding="utf-8"))
    site = read_site(city, [here / "zones.ed318.json"], ground=10.0, wind_mps=0.0, lockers=())
    west, south, east, north = json.loads(gzip.decompress(city.read_bytes()))["bbox"]
    mid = GeoPoint((south + north) / 2, (west + east) / 2)
    half_m = (
        distance_m(mid, GeoPoint(mid.lat_deg, east)),
        distance_m(mid, GeoPoint(north, mid.lon_deg)),
    )
    laid = hubs(ground, open_ground(ground, site, half_m))
    if len(laid) < HUBS:
        raise SystemExit(f"only {len(laid)} of {HUBS} hubs found room")
    Path(output).write_text(
        json.dumps({**places, "hubs": laid}, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
