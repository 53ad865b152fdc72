"""Out of a zone that closed around an aircraft: by the nearest edge, and through nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from geofences.airspace import Airspace, Margins
from geofences.airways.way_out import comes_back, with_way_out
from geofences.free_space import find_path
from geofences.obstacles import Obstacle
from geofences.outline import outline
from geofences.path import NoPath, Path, Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.zone import Circle, Polygon, Restriction, Volume, Zone, ZoneId

FRAME = LocalFrame(GeoPoint(60.17, 24.94))
MARGINS = Margins(lateral_m=5.0, vertical_m=5.0)
FREE = Airspace(FRAME, (), (), 0.0)


def at(east_m: float, north_m: float) -> GeoPoint:
    return FRAME.to_geo(LocalPoint(east_m, north_m))


def box(west_m: float, south_m: float, east_m: float, north_m: float) -> Polygon:
    corners = ((west_m, south_m), (east_m, south_m), (east_m, north_m), (west_m, north_m))
    return Polygon(tuple(at(*corner) for corner in corners))


def zone(footprint: Polygon | Circle) -> Zone:
    return Zone(ZoneId("FIRE"), "Fire", Restriction.PROHIBITED, (Volume(footprint, None, None),))


def opened(closed: Zone, here: GeoPoint, others: Airspace = FREE) -> Zone:
    return with_way_out(closed, Waypoint(here, 60.0), others, MARGINS, from_s=0.0, until_s=60.0)


def way(closed: Zone, here: GeoPoint, to: GeoPoint, others: Airspace = FREE) -> Path | NoPath:
    out = opened(closed, here, others)
    airspace, ends = others.with_zone(out), (Waypoint(here, 60.0), Waypoint(to, 60.0))
    return find_path(airspace, *ends, from_s=0.0, until_s=600.0, cruise_height_agl_m=60.0, margins=MARGINS)


def inside_m(closed: Zone, path: Path) -> float:
    line = shapely.LineString(
        [(p.east_m, p.north_m) for p in (FRAME.to_local(one.position) for one in path.waypoints)]
    )
    areas = [outline(volume.footprint, FRAME).area for volume in closed.volumes]
    return float(shapely.length(shapely.intersection(line, shapely.union_all(areas))))


WIDE = zone(box(0.0, -500.0, 2000.0, 500.0))


@pytest.mark.parametrize("closed", [WIDE, zone(Circle(at(1000.0, 0.0), 1000.0))])
def test_at_the_far_edge_it_turns_back_and_flies_around(closed: Zone) -> None:
    """Twenty metres in, its goal two kilometres away on the other side."""
    found = way(closed, at(1980.0, 3.0), at(-100.0, 0.0))
    assert isinstance(found, Path)
    assert 19.0 < inside_m(closed, found) < 22.0
    assert not comes_back(closed, [one.position for one in found.waypoints], FRAME)


def test_past_a_wall_at_the_nearest_edge_it_takes_another() -> None:
    wall = Obstacle("Wall", box(-30.0, -60.0, -10.0, 60.0), 100.0)
    free = Airspace(FRAME, (), (wall,), 0.0)
    here, there = at(20.0, 0.0), at(-200.0, 0.0)
    past = way(WIDE, here, there, free)
    assert isinstance(past, Path)
    assert inside_m(WIDE, past) > inside_m(WIDE, way(WIDE, here, there))  # type: ignore[arg-type]
    around = Obstacle(
        "Court",
        Polygon(box(-30.0, -40.0, 60.0, 40.0).corners, (box(10.0, -10.0, 30.0, 10.0).corners,)),
        100.0,
    )
    assert opened(WIDE, here, Airspace(FRAME, (), (around,), 0.0)) is WIDE


def test_it_stays_closed_beside_the_lane_and_to_goals_within() -> None:
    assert isinstance(way(WIDE, at(20.0, 0.0), at(60.0, 0.0)), NoPath)
    out = opened(WIDE, at(20.0, 0.0))
    assert len(out.volumes) == 1
    left, whole = (outline(one.volumes[0].footprint, FRAME).area for one in (out, WIDE))
    lane_m2 = shapely.area(whole) - shapely.area(left)
    assert 20.0 * 18.0 < lane_m2 < 20.0 * 18.0 + 200.0  # as wide as both margins and some metres; a round end


def test_a_narrow_zone_may_fall_in_two_and_one_it_is_not_in_stays_as_it_is() -> None:
    street = zone(box(-100.0, -8.0, 100.0, 8.0))
    across = opened(street, at(0.0, -7.0))
    assert len(across.volumes) in {1, 2}
    assert opened(street, at(0.0, 40.0)) is street


def test_whether_a_way_comes_back() -> None:
    line = [at(20.0, 0.0), at(-50.0, 0.0), at(-50.0, 100.0)]
    assert not comes_back(WIDE, line, FRAME)
    assert comes_back(WIDE, [*line, at(10.0, 100.0)], FRAME)
    assert comes_back(WIDE, [at(-50.0, 0.0), at(10.0, 100.0)], FRAME)
    assert not comes_back(replace(WIDE, volumes=()), line, FRAME)
