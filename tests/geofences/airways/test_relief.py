"""Points of a way on uneven ground, and the straight ways home over it."""

from __future__ import annotations

import pytest

from geofences.airspace import Airspace
from geofences.airways.relief import as_flown, grounded, levelled
from geofences.free_space import find_path
from geofences.ground.terrain import FlatGround
from geofences.homing import least_over_ground_m, met_going_home
from geofences.path import Path, TimedPath, TimedPoint, Waypoint
from geofences.position import LocalPoint
from geofences.verifying.verdict import Margins
from geofences.zone import Circle, Datum, Limit, Medium, Restriction, Volume, Zone, ZoneId
from tests.orchestrator.operations.town import FRAME, at
from tests.scenarios.hills import FAR_DOOR, HILLTOP_EAST_M, ground_m, hills, home_of

MARGINS = Margins(2.0, 5.0)
SKY = Airspace(FRAME, (), (), hills())


def test_over_flat_ground_points_stay_as_they_are_and_their_level_is_their_height() -> None:
    point = Waypoint(home_of(), 45.0)
    assert grounded((point,), FlatGround(300.0)) == (point,)
    assert grounded((point,), None) == (point,)
    assert point.level_m == 45.0


def test_a_path_over_hills_tells_the_ground_below_all_of_its_points() -> None:
    found = find_path(
        SKY,
        Waypoint(home_of()),
        Waypoint(FAR_DOOR, 8.0),
        cruise_height_agl_m=45.0,
        from_s=0.0,
        until_s=600.0,
        margins=MARGINS,
    )
    assert isinstance(found, Path)
    for point in found.waypoints:
        assert point.ground_amsl_m == pytest.approx(ground_m(point.position), abs=1e-3)
    assert found.waypoints[0].height_agl_m == 0.0
    assert found.waypoints[-1].height_agl_m == 8.0
    levels = [point.level_m for point in found.waypoints]
    assert max(levels) - levels[0] > 150.0
    assert levels[-1] < levels[0], "the door lies below the hub"


def test_heights_as_flown_come_from_levels_and_the_true_ground_alone() -> None:
    told = Waypoint(at(HILLTOP_EAST_M, 0.0), 45.0)  # made for flat ground: nobody told it of the hill
    (point,) = as_flown(TimedPath((TimedPoint(told, 0.0),)), hills()).points
    assert point.waypoint.height_agl_m == pytest.approx(45.0 - ground_m(told.position), abs=1e-6)
    assert point.waypoint.level_m == pytest.approx(45.0)
    way = Path(grounded((told, Waypoint(FAR_DOOR, 45.0)), hills()))
    moved = Path(tuple(Waypoint(at(0.0, 0.0), p.height_agl_m, p.ground_amsl_m) for p in way.waypoints))
    assert [p.level_m for p in levelled(moved, hills()).waypoints] == pytest.approx(
        [p.level_m for p in way.waypoints]
    )


def home_way() -> tuple[Waypoint, ...]:
    return grounded((Waypoint(FAR_DOOR, 45.0), Waypoint(home_of())), hills())


def test_the_ways_home_come_as_near_to_the_hill_as_it_is_high() -> None:
    top_m = max(ground_m(FRAME.to_geo(LocalPoint(e, 0.04 * e))) for e in range(600, 800, 5))
    for height_m in (45.0, 160.0):
        level_m = ground_m(home_of()) + height_m
        found_m = least_over_ground_m(SKY, home_way(), height_m)
        assert found_m == pytest.approx(level_m - top_m, abs=3.0)


def test_ways_home_meet_a_zone_by_heights_above_the_ground_below_them() -> None:
    """160 m above the hub is some 25 m above the hilltop, and 220 m above the valley."""
    limits = Limit(0.0, Datum.AGL), Limit(60.0, Datum.AGL)
    for east_m, meets in ((HILLTOP_EAST_M, True), (1300.0, False)):
        volume = Volume(Circle(at(east_m, 0.04 * east_m), 30.0), *limits)
        zone = Zone(ZoneId("Z"), "z", Restriction.PROHIBITED, (volume,))
        way = grounded((Waypoint(FAR_DOOR, 200.0), Waypoint(home_of())), hills())
        (found,) = met_going_home(
            Airspace(FRAME, (zone,), (), hills()),
            way[:1] * 2 if not meets else way,
            (160.0,),
            Medium.AIR,
            from_s=0.0,
            until_s=900.0,
            margins=MARGINS,
        )
        assert (found is not None) is meets
