"""The shipped city and its zones: everything planned there is verified, and drawn on real footpaths."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path as FilePath

import pytest
import shapely

from geofences.airspace import Airspace, Margins
from geofences.formats import city, ed318
from geofences.free_space import find_path
from geofences.path import NoPath, Path, TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.sidewalk import ACCESS_M, Footpaths
from geofences.zone import Medium

CITY = FilePath(__file__).parents[2] / "sitl/city"
TUESDAY_NOON_S = 1_780_401_600.0
MARGINS = Margins(4.0, 8.0)
TOWN = city.read((CITY / "helsinki.geojson.gz").read_bytes())
FRAME = LocalFrame(TOWN.centre)
SKY = Airspace(FRAME, ed318.read((CITY / "zones.ed318.json").read_bytes()).zones, TOWN.buildings, 5.0)
FOOTPATHS = Footpaths(FRAME, TOWN.footways)


def places(seed: int, count: int) -> list[GeoPoint]:
    rng = random.Random(seed)  # noqa: S311 - a seeded stream
    return [FRAME.to_geo(LocalPoint(rng.uniform(-480, 480), rng.uniform(-780, 780))) for _ in range(count)]


def flown(path: Path) -> TimedPath:
    return TimedPath(tuple(TimedPoint(w, TUESDAY_NOON_S + 10 * i) for i, w in enumerate(path.waypoints)))


@pytest.mark.parametrize("cruise_m", [30.0, 45.0, 60.0])
def test_drones_keep_clear_of_zones_and_roofs(cruise_m: float) -> None:
    spots = [p for p in places(7, 110) if not SKY.forbids(Waypoint(p), Medium.AIR, 0, 0, MARGINS)]
    flew = 0
    for start, goal in pairwise(spots):
        path = find_path(
            SKY,
            Waypoint(start),
            Waypoint(goal),
            cruise_height_agl_m=cruise_m,
            from_s=TUESDAY_NOON_S,
            until_s=TUESDAY_NOON_S + 900,
            margins=MARGINS,
        )
        if isinstance(path, NoPath):
            assert path.reasons
            continue
        flew += 1
        assert SKY.breaks(flown(path), Medium.AIR, MARGINS) == ()
    assert flew > 10


def test_robots_stay_on_footpaths() -> None:
    lines = [
        shapely.LineString([(p.east_m, p.north_m) for p in map(FRAME.to_local, way.points)])
        for way in TOWN.footways
    ]
    network = shapely.STRtree(lines)
    hub, *doors = places(11, 60)
    walked = 0
    for door in doors:
        route = FOOTPATHS.route(hub, door, SKY, TUESDAY_NOON_S, TUESDAY_NOON_S + 900)
        if isinstance(route, NoPath):
            assert route.reasons
            continue
        walked += 1
        points = [FRAME.to_local(waypoint.position) for waypoint in route.waypoints]
        middles = [
            shapely.Point((a.east_m + b.east_m) / 2, (a.north_m + b.north_m) / 2)
            for a, b in pairwise(points[1:-1])
        ]
        _, away_m = network.query_nearest(middles, return_distance=True, all_matches=False)
        assert max(away_m, default=0.0) < 0.05
        for door_m, joined in ((points[0], points[1]), (points[-1], points[-2])):
            assert (
                shapely.Point(door_m.east_m, door_m.north_m).distance(
                    shapely.Point(joined.east_m, joined.north_m)
                )
                <= ACCESS_M + 0.01
            )
        assert SKY.breaks(flown(route), Medium.SIDEWALK, Margins(0.0, 0.0)) == ()
    assert walked > 40


def test_the_map_knows_its_area_and_every_footpath_lies_in_it() -> None:
    known = Airspace(FRAME, (), (), 5.0, TOWN.area)
    assert known.extent is not None
    for way in TOWN.footways:
        line = shapely.LineString([(p.east_m, p.north_m) for p in map(FRAME.to_local, way.points)])
        assert shapely.covers(known.extent, line)
    for point in (GeoPoint(60.1850, 24.9500), GeoPoint(60.160, 24.960)):
        assert known.forbids(Waypoint(point), Medium.AIR, 0, 0, MARGINS)
