from __future__ import annotations

import pytest

from geofences.airspace import Airspace, Margins
from geofences.formats.city import Footway
from geofences.obstacles import Obstacle
from geofences.path import NoPath, Path
from geofences.position import GeoPoint, LocalFrame
from geofences.sidewalk import Footpaths
from geofences.zone import Interval, Medium, Zone
from tests.geofences.field import FRAME, NOON_S, airspace, at, box, flown, found, local, refused, zone

GROUND = frozenset({Medium.SIDEWALK})
FREE = airspace()


def footway(*points: tuple[float, float], crossing: bool = False) -> Footway:
    return Footway(tuple(at(*point) for point in points), crossing=crossing)


# A block 200 m wide and 100 m high, a short cut across it, a blind alley, and an island.
BLOCK = Footpaths(
    FRAME,
    [
        footway((0, 0), (100, 0), (200, 0)),
        footway((200, 0), (200, 100)),
        footway((0, 0), (0, 100), (100, 100), (200, 100)),
        footway((100, 0), (100, 100), crossing=True),
        footway((200, 0), (300, 0)),
        footway((1000, 0), (1100, 0)),
    ],
)


def walk(start: GeoPoint, goal: GeoPoint, sky: Airspace = FREE) -> Path | NoPath:
    return BLOCK.route(start, goal, sky, NOON_S, NOON_S + 600)


def places(path: Path) -> list[tuple[float, float]]:
    return [
        (round(east, 1) + 0.0, round(north, 1) + 0.0)
        for east, north in map(local, (w.position for w in path.waypoints))
    ]


def closed(*boxes: tuple[float, float, float, float], kind: str = "Z") -> Airspace:
    return airspace(*(zone(f"{kind}{n}", box(*b), binds=GROUND) for n, b in enumerate(boxes)))


def test_it_joins_the_footpath_at_the_nearest_point_and_not_only_at_corners() -> None:
    path = found(walk(at(30, -8), at(205, 40)))
    assert places(path) == [(30, -8), (30, 0), (100, 0), (200, 0), (200, 40), (205, 40)]
    assert {waypoint.height_agl_m for waypoint in path.waypoints} == {0.0}


def test_two_doors_on_one_piece_are_joined_directly() -> None:
    assert places(found(walk(at(30, 5), at(70, 5)))) == [(30, 5), (30, 0), (70, 0), (70, 5)]


def test_doors_are_kept_exactly() -> None:
    path = found(walk(at(30, -8), at(205, 40)))
    assert (path.waypoints[0].position, path.waypoints[-1].position) == (at(30, -8), at(205, 40))


def test_from_a_door_to_itself() -> None:
    path = found(walk(at(30, 5), at(30, 5)))
    assert path.waypoints[0].position == path.waypoints[-1].position == at(30, 5)


def test_a_crossing_is_taken_when_it_saves_more_than_its_wait() -> None:
    short = found(walk(at(60, 0), at(60, 100)))
    assert (100.0, 0.0) in places(short)  # 180 m and a crossing, rather than 220 m
    patient = found(walk(at(53, 0), at(53, 100)))
    assert (0.0, 0.0) in places(patient)  # 206 m, rather than 194 m and a crossing


def test_a_zone_on_the_footpath_is_walked_around_and_named() -> None:
    sky = closed((140, -10, 160, 10))
    path = found(walk(at(90, 0), at(190, 0), sky))
    assert places(path) == [(90, 0), (100, 0), (100, 100), (200, 100), (200, 0), (190, 0)]
    assert path.avoided == ("Z0 'zone Z0'",)
    assert sky.breaks(flown(path), Medium.SIDEWALK, Margins(2.0, 2.0)) == ()


def test_a_zone_off_the_way_is_not_named() -> None:
    assert found(walk(at(10, 0), at(90, 0), closed((140, -10, 160, 10)))).avoided == ()


def test_zones_that_cut_every_way_are_named() -> None:
    sky = closed((140, -10, 160, 10), (140, 90, 160, 110))
    assert refused(walk(at(10, 0), at(190, 0), sky)) == [
        "every footpath is cut by Z0 'zone Z0' (PROHIBITED, 0-150 m AGL, always)"
    ]


def test_a_zone_over_a_door_is_named() -> None:
    assert refused(walk(at(10, 0), at(190, 0), closed((185, -10, 195, 10)))) == [
        "the goal lies in Z0 'zone Z0' (PROHIBITED, 0-150 m AGL, always)"
    ]


def test_zones_for_aircraft_or_at_other_times_do_not_matter() -> None:
    shape = box(140, -10, 160, 10)
    later = zone("later", shape, binds=GROUND, when=(Interval(NOON_S + 601, None),))
    aloft: Zone = zone("aloft", shape)
    assert found(walk(at(90, 0), at(190, 0), airspace(later, aloft))).length_m == pytest.approx(100, abs=0.01)


def test_a_door_far_from_any_footpath_and_an_island_are_told_apart() -> None:
    assert refused(walk(at(10, -61), at(190, 0))) == ["the start is more than 60 m from any footpath"]
    assert refused(walk(at(10, 0), at(1050, 0))) == [
        "no footpath joins the part of the network at the start to that at the goal"
    ]


def test_a_door_near_an_island_still_reaches_the_network() -> None:
    paths = Footpaths(FRAME, [footway((0, 0), (100, 0)), footway((40, 12), (60, 12))])
    path = found(paths.route(at(50, 20), at(90, 0), FREE, NOON_S, NOON_S))
    assert places(path) == [(50, 20), (50, 0), (90, 0)]


def test_a_link_to_a_door_leads_around_rather_than_through_a_building() -> None:
    paths = Footpaths(FRAME, [footway((0, 0), (100, 0)), footway((0, 0), (0, 60), (100, 60))])
    hall = Obstacle("hall", box(20, 2, 80, 28), 20.0)
    path = found(paths.route(at(50, 29), at(90, 0), airspace(hall), NOON_S, NOON_S))
    assert places(path)[1] == (50, 60)


def test_a_link_to_a_door_does_not_cross_a_zone() -> None:
    sky = closed((10, 5, 50, 10))
    path = found(walk(at(30, 30), at(100, 0), sky))
    assert places(path)[1] == (0, 30)


def test_a_zone_between_a_door_and_every_footpath_is_named() -> None:
    around: list[tuple[float, float, float, float]]
    around = [(20, -40, 80, -35), (20, -60, 25, -35), (75, -60, 80, -35), (20, -65, 80, -60)]
    texts = refused(walk(at(50, -50), at(190, 0), closed(*around)))
    assert texts == ["every footpath is cut by Z0 'zone Z0' (PROHIBITED, 0-150 m AGL, always)"]


def test_no_footpaths_at_all() -> None:
    empty = Footpaths(FRAME, [])
    assert refused(empty.route(at(0, 0), at(10, 0), FREE, NOON_S, NOON_S)) == [
        "the start is more than 60 m from any footpath",
        "the goal is more than 60 m from any footpath",
    ]


def test_another_frame_is_an_error() -> None:
    other = Airspace(LocalFrame(GeoPoint(60, 24)), (), (), 0.0)
    with pytest.raises(ValueError, match="frame"):
        walk(at(0, 0), at(10, 0), other)
