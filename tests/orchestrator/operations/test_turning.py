"""A VTOL's ways: what its turns cut is clear, by the check that shares nothing with the planner."""

from __future__ import annotations

from geofences.airspace import Airspace, Margins
from geofences.free_space import find_path
from geofences.obstacles import Obstacle
from geofences.path import NoPath, Path, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.zone import Medium, Polygon
from orchestrator.operations.planning.turning import with_room_to_turn
from vehicles.mission import Travel
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, DELIVERY_VTOL
from vehicles.schedule import schedule

FRAME = LocalFrame(GeoPoint(60.17, 24.94))
MARGINS = Margins(lateral_m=5.0, vertical_m=5.0)


def geo(east_m: float, north_m: float) -> GeoPoint:
    return FRAME.to_geo(LocalPoint(east_m, north_m))


def block(west_m: float, south_m: float, east_m: float, north_m: float) -> Obstacle:
    corners = ((west_m, south_m), (east_m, south_m), (east_m, north_m), (west_m, north_m))
    return Obstacle(f"block {west_m:g}", Polygon(tuple(geo(*corner) for corner in corners)), 200.0)


def way(profile: VehicleProfile, airspace: Airspace) -> Path | NoPath:
    def find(margins: Margins) -> Path | NoPath:
        return find_path(
            airspace,
            Waypoint(geo(0.0, 0.0)),
            Waypoint(geo(0.0, 2000.0), 8.0),
            cruise_height_agl_m=60.0,
            from_s=0.0,
            until_s=900.0,
            margins=margins,
        )

    return with_room_to_turn(find, profile, airspace, MARGINS, 0.0)


def breaks(profile: VehicleProfile, path: Path, airspace: Airspace) -> int:
    timed = schedule(profile, (Travel(path, profile.cruise_mps),), 0.0).timed
    return len(airspace.breaks(timed, Medium.AIR, MARGINS))


def test_the_shortest_way_would_be_cut_and_the_one_that_is_flown_is_not() -> None:
    airspace = Airspace(FRAME, (), (block(-900.0, 950.0, 600.0, 1350.0),), 0.0, None)
    shortest = find_path(
        airspace,
        Waypoint(geo(0.0, 0.0)),
        Waypoint(geo(0.0, 2000.0), 8.0),
        cruise_height_agl_m=60.0,
        from_s=0.0,
        until_s=900.0,
        margins=MARGINS,
    )
    assert isinstance(shortest, Path)
    assert breaks(DELIVERY_VTOL, shortest, airspace) == 1
    planned = way(DELIVERY_VTOL, airspace)
    assert isinstance(planned, Path)
    assert breaks(DELIVERY_VTOL, planned, airspace) == 0
    assert planned.length_m < shortest.length_m * 1.1
    assert way(DELIVERY_DRONE, airspace) == shortest


def test_where_there_is_no_room_to_turn_that_is_the_reason() -> None:
    gap = (block(-3000.0, 950.0, 600.0, 1350.0), block(614.0, 950.0, 3000.0, 1350.0))
    area = Polygon((geo(-2000.0, -200.0), geo(2000.0, -200.0), geo(2000.0, 2200.0), geo(-2000.0, 2200.0)))
    airspace = Airspace(FRAME, (), gap, 0.0, area)
    assert isinstance(way(DELIVERY_DRONE, airspace), Path)
    refused = way(DELIVERY_VTOL, airspace)
    assert isinstance(refused, NoPath)
    assert "room for its turns" in refused.reasons[0].text
