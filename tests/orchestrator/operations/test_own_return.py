"""The autopilot's own return is a straight line: is it free, and from what height on?"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geofences.airspace import Airspace
from geofences.path import Waypoint
from geofences.reason import Because
from geofences.zone import Datum, Interval, Limit, Volume
from orchestrator.operations.planning.draft import Infeasible
from orchestrator.operations.planning.own_return import zones_on_return
from orchestrator.operations.planning.plan import plan
from orchestrator.operations.planning.surroundings import OwnReturnRule, Surroundings
from orchestrator.operations.verifying.preflight import verify
from orchestrator.operations.verifying.preflight_return import may_be, met_returning, return_reasons
from orchestrator.record.events import MissionPlanned
from orchestrator.record.state import VehicleState
from tests.orchestrator.operations.town import (
    D1,
    DOOR,
    H1,
    NO_FLY,
    OTHER_DOOR,
    PADS,
    START_S,
    TOWER,
    at,
    binds_both,
    closed_later,
    job,
    square,
    surroundings,
)
from vehicles.mission import MissionId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.schedule import schedule


def returning(around: Surroundings) -> tuple[list[float], set[str]]:
    """The heights at which its own return is free from all along the way, and what it meets at others."""
    found = plan(job(), MissionId(1), around, (), now_s=START_S)
    assert isinstance(found, MissionPlanned)
    timed = schedule(DELIVERY_DRONE, found.mission.legs, found.depart_at_s).timed
    met = {
        one.height_m: met_returning(timed, one, (), DELIVERY_DRONE, around)
        for one in may_be(DELIVERY_DRONE, around)
    }
    free = [height_m for height_m, what in met.items() if what is None]
    return free, {what[1].subject for what in met.values() if what is not None}


def test_a_return_below_a_tower_that_the_mission_goes_around_is_found() -> None:
    """80 m of it between door and hub, 5 m are kept above it."""
    assert returning(surroundings()) == ([90.0, 105.0], {"Tower"})


def test_a_return_over_low_houses_is_free_at_every_height() -> None:
    found = returning(surroundings(tower=replace(TOWER, height_agl_m=20.0)))
    assert found == ([45.0, 60.0, 75.0, 90.0, 105.0], set())


def test_a_zone_across_the_straight_line_leaves_no_height() -> None:
    wall = binds_both("WALL", square(250.0, 0.0, 30.0))
    high = replace(wall, volumes=(Volume(wall.volumes[0].footprint, None, Limit(500.0, Datum.AGL)),))
    free, met = returning(surroundings(high))
    assert free == []
    assert "WALL" in met


def test_what_the_line_meets_at_home_counts_too() -> None:
    """Above the pad something is closed that the mission's own take-off stays below."""
    roof = binds_both("ROOF", square(0.0, 0.0, 12.0))
    above = replace(
        roof, volumes=(Volume(roof.volumes[0].footprint, Limit(70.0, Datum.AGL), Limit(500.0, Datum.AGL)),)
    )
    found = returning(surroundings(above, tower=replace(TOWER, height_agl_m=20.0)))
    assert found == ([45.0, 60.0], {"ROOF"})


def planned(around: Surroundings) -> MissionPlanned | Infeasible:
    """Past the helipad to a door behind it: the way goes around, the straight way home goes through."""
    return plan(job(door=OTHER_DOOR), MissionId(1), around, (), now_s=START_S)


def test_a_flight_whose_own_return_a_zone_closes_is_not_planned_and_the_zone_is_named() -> None:
    found = planned(surroundings(own_return=OwnReturnRule.CLEAR))
    assert isinstance(found, Infeasible)
    (reason,) = found.reasons
    assert (reason.because, reason.subject) == (Because.ZONE, NO_FLY.zone_id)
    assert "own return, straight home, crosses EFX1 'Hospital helipad'" in reason.text


def test_a_door_with_a_free_straight_way_home_is_served() -> None:
    clear = surroundings(own_return=OwnReturnRule.CLEAR)
    assert isinstance(plan(job(), MissionId(1), clear, (), now_s=START_S), MissionPlanned)
    assert isinstance(planned(surroundings()), MissionPlanned), "an area may do without: own_return any"


def test_the_verifier_finds_by_itself_what_the_planner_passed_over() -> None:
    found = planned(surroundings(own_return=OwnReturnRule.ANY))
    assert isinstance(found, MissionPlanned)
    clear = surroundings(own_return=OwnReturnRule.CLEAR)
    vehicle = VehicleState(D1, DELIVERY_DRONE, H1, PADS[D1])
    assert [r.subject for r in verify(found, vehicle, {D1: vehicle}, 1.0, clear, orders={})] == [
        NO_FLY.zone_id
    ]
    assert verify(found, vehicle, {D1: vehicle}, 1.0, surroundings(), orders={}) == ()


def test_one_height_above_the_zone_is_enough() -> None:
    low = replace(NO_FLY, volumes=(replace(NO_FLY.volumes[0], upper=Limit(60.0, Datum.AGL)),))
    around = surroundings(own_return=OwnReturnRule.CLEAR)
    free = replace(around, airspace=Airspace(around.airspace.frame, (low,), (), 0.0))
    found = planned(free)
    assert isinstance(found, MissionPlanned)
    timed = schedule(DELIVERY_DRONE, found.mission.legs, found.depart_at_s).timed
    assert return_reasons([timed], None, (), DELIVERY_DRONE, free) == ()


def met_from(east_m: float, north_m: float, around: Surroundings, height_m: float = 45.0) -> list[str | None]:
    way = (Waypoint(at(east_m, north_m), height_m), Waypoint(at(0.0, 0.0)))
    found = zones_on_return(way, DELIVERY_DRONE, around, START_S, START_S, own=None)
    return [None if reason is None else reason.subject for reason in found]


def roof(east_m: float) -> Surroundings:
    """A zone from 70 m on; 5 m are kept below it."""
    zone = binds_both("ROOF", square(east_m, 0.0, 12.0))
    return surroundings(
        replace(zone, volumes=(Volume(zone.volumes[0].footprint, Limit(70.0, Datum.AGL), None),))
    )


def test_the_heights_are_told_apart() -> None:
    assert met_from(500.0, 0.0, roof(250.0)) == [None, None, "ROOF", "ROOF", "ROOF"]
    assert met_from(500.0, 0.0, roof(250.0), height_m=100.0) == ["ROOF"] * 5, "it never comes down first"


def test_what_lies_above_where_it_begins_counts_though_it_flies_away_from_it() -> None:
    assert met_from(500.0, 0.0, roof(510.0)) == [None, None, "ROOF", "ROOF", "ROOF"]


def test_a_zone_that_does_not_apply_in_time_is_no_wall() -> None:
    opens = surroundings(closed_later(Interval(START_S + 3600.0, START_S + 7200.0)))
    way = (Waypoint(DOOR, 45.0), Waypoint(at(0.0, 0.0)))
    assert zones_on_return(way, DELIVERY_DRONE, opens, START_S, START_S, own=None) == (None,) * 5
    late = zones_on_return(way, DELIVERY_DRONE, opens, START_S, START_S + 3590.0, own=None)
    assert all(late), "it may still be on its way when the zone begins"


@settings(max_examples=60, deadline=None)
@given(
    east_m=st.floats(60.0, 480.0),
    north_m=st.floats(-200.0, 200.0),
    half_m=st.floats(5.0, 60.0),
    low_m=st.floats(0.0, 90.0),
)
def test_the_planner_is_never_freer_than_the_verifier(
    east_m: float, north_m: float, half_m: float, low_m: float
) -> None:
    """One asks of triangles and for the whole span, the other of lines at their instants."""
    zone = binds_both("Z", square(east_m, north_m, half_m))
    zone = replace(zone, volumes=(Volume(zone.volumes[0].footprint, Limit(low_m, Datum.AGL), None),))
    around = surroundings(zone, own_return=OwnReturnRule.ANY)
    found = planned(around)
    assume(isinstance(found, MissionPlanned))
    assert isinstance(found, MissionPlanned)
    timed = schedule(DELIVERY_DRONE, found.mission.legs, found.depart_at_s).timed
    way = [point.waypoint for point in timed.points]
    met = zones_on_return(way, DELIVERY_DRONE, around, timed.starts_at_s, timed.ends_at_s, own=None)
    if not all(met):
        assert return_reasons([timed], None, (), DELIVERY_DRONE, around) == ()
