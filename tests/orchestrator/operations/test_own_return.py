"""The autopilot's own return is a straight line: is it free, and from what height on?"""

from __future__ import annotations

from dataclasses import replace

from geofences.zone import Datum, Limit, Volume
from orchestrator.operations.own_return import OwnReturn, own_return
from orchestrator.operations.plan import plan
from orchestrator.operations.surroundings import Surroundings
from orchestrator.record.events import MissionPlanned
from tests.orchestrator.operations.town import START_S, TOWER, binds_both, job, square, surroundings
from vehicles.mission import MissionId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.schedule import schedule


def returning(around: Surroundings) -> OwnReturn:
    found = plan(job(), MissionId(1), around, (), now_s=START_S)
    assert isinstance(found, MissionPlanned)
    timed = schedule(DELIVERY_DRONE, found.mission.legs, found.depart_at_s).timed
    return own_return(timed, DELIVERY_DRONE, around)


def test_a_return_below_a_tower_that_the_mission_goes_around_is_found() -> None:
    """80 m of it between door and hub, 5 m are kept above it."""
    found = returning(surroundings())
    assert found.free_agl_m == (90.0, 105.0)
    assert found.crosses is not None
    assert found.crosses.subject == "Tower"


def test_a_return_over_low_houses_is_free_at_every_height() -> None:
    found = returning(surroundings(tower=replace(TOWER, height_agl_m=20.0)))
    assert found == OwnReturn((45.0, 60.0, 75.0, 90.0, 105.0), None)


def test_a_zone_across_the_straight_line_leaves_no_height() -> None:
    wall = binds_both("WALL", square(250.0, 0.0, 30.0))
    high = replace(wall, volumes=(Volume(wall.volumes[0].footprint, None, Limit(500.0, Datum.AGL)),))
    found = returning(surroundings(high))
    assert found.free_agl_m == ()
    assert found.crosses is not None
    assert found.crosses.subject == "WALL"


def test_what_the_line_meets_at_home_counts_too() -> None:
    """Above the pad something is closed that the mission's own take-off stays below."""
    roof = binds_both("ROOF", square(0.0, 0.0, 12.0))
    above = replace(
        roof, volumes=(Volume(roof.volumes[0].footprint, Limit(70.0, Datum.AGL), Limit(500.0, Datum.AGL)),)
    )
    found = returning(surroundings(above, tower=replace(TOWER, height_agl_m=20.0)))
    assert found.free_agl_m == (45.0, 60.0)
    assert found.crosses is not None
    assert found.crosses.subject == "ROOF"
