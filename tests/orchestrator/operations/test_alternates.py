"""Where else to land: the best place from each part of a way, verified, journaled, given to the vehicle."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.path import Path, Waypoint
from geofences.position import distance_m
from geofences.zone import Always
from orchestrator.operations.planning.fence import vehicle_plan
from orchestrator.operations.planning.plan import plan
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.verifying.preflight import verify
from orchestrator.record import codec
from orchestrator.record.events import Entry, MissionPlanned
from tests.orchestrator.operations.town import (
    D1,
    PADS,
    START_S,
    at,
    closed_later,
    job,
    ready_fleet,
    square,
    surroundings,
)
from vehicles.mission import LandingPlace, MissionId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.schedule import schedule

PARK = LandingPlace("park", Waypoint(at(420.0, -40.0)))
FAR = LandingPlace("far", Waypoint(at(420.0, -3000.0)))


def around(*places: LandingPlace, base: Surroundings | None = None) -> Surroundings:
    return replace(base or surroundings(), rally=places)


def planned(where: Surroundings) -> MissionPlanned:
    found = plan(job(), MissionId(1), where, (), now_s=START_S)
    assert isinstance(found, MissionPlanned), found
    return found


def against(mission: MissionPlanned, where: Surroundings) -> list[str]:
    vehicles = ready_fleet(D1).vehicles
    return [reason.text for reason in verify(mission, vehicles[D1], vehicles, 1.0, where, orders={})]


def test_without_rally_points_there_is_none() -> None:
    mission = planned(surroundings())
    assert mission.alternates == ()
    assert vehicle_plan(mission, DELIVERY_DRONE, surroundings()).rally_points == (PADS[D1].at,)


def test_near_the_door_a_park_there_is_the_better_landing() -> None:
    mission = planned(around(PARK, FAR))
    (park,) = mission.alternates
    assert park.name == "park"
    timed = schedule(DELIVERY_DRONE, mission.mission.legs, mission.depart_at_s).timed
    handover_s = mission.handover_at_s - mission.depart_at_s
    assert 0.0 < park.after_s < handover_s < park.until_after_s < timed.ends_at_s - timed.starts_at_s
    here = park.path.waypoints[0].position
    assert distance_m(here, PARK.at.position) < distance_m(here, PADS[D1].at.position)
    assert park.path.waypoints[-1] == PARK.at


def test_it_is_journaled_and_given_to_the_vehicle_after_home() -> None:
    where = around(PARK)
    mission = planned(where)
    assert against(mission, where) == []
    entry = Entry(1, START_S, mission)
    assert codec.decode(codec.encode(entry)) == entry
    assert mission.alternates[0].given
    assert vehicle_plan(mission, DELIVERY_DRONE, where).rally_points == (PADS[D1].at, PARK.at)


def test_a_place_that_is_closed_or_that_the_battery_does_not_reach_is_none() -> None:
    over_park = replace(closed_later(Always()).volumes[0], footprint=square(420.0, -40.0, 10.0))
    closed = replace(closed_later(Always()), volumes=(over_park,))
    assert planned(around(PARK, base=surroundings(closed))).alternates == ()
    unreached = LandingPlace("unreached", Waypoint(at(5000.0, -40_000.0)))
    assert planned(around(unreached)).alternates == ()


def test_a_place_whose_straight_way_a_zone_closes_is_an_alternate_that_the_autopilot_is_not_given() -> None:
    """It would fly straight there, and the planned way goes around."""
    between = replace(closed_later(Always()).volumes[0], footprint=square(430.0, -70.0, 15.0))
    park = LandingPlace("park", Waypoint(at(430.0, -110.0)))
    where = around(park, base=surroundings(replace(closed_later(Always()), volumes=(between,))))
    mission = planned(where)
    (found,) = mission.alternates
    assert not found.given
    assert against(mission, where) == []
    assert vehicle_plan(mission, DELIVERY_DRONE, where).rally_points == (PADS[D1].at,)


@pytest.mark.parametrize("way", [at(250.0, 0.0), at(100_000.0, 0.0)])
def test_the_verifier_believes_no_alternate(way: object) -> None:
    """One through the tower, one of 200 km."""
    where = around(PARK)
    mission = planned(where)
    (park,) = mission.alternates
    assert isinstance(way, type(PARK.at.position))
    bad = replace(park, path=Path((park.path.waypoints[0], Waypoint(way, 30.0), PARK.at)))
    said = against(replace(mission, alternates=(bad,)), where)
    assert any(text.startswith("The way to landing place park") for text in said)
