"""The autopilot's own fence: what goes into it, as which shape, and what becomes of what does not fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.airspace import Airspace
from geofences.fences.bounds import broken
from geofences.position import destination
from geofences.reason import Because
from geofences.zone import Interval, Polygon, Zone
from orchestrator.operations.planning.fence import MOST_CORNERS, Fence, fence_of, vehicle_plan
from orchestrator.operations.planning.plan import plan
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.verifying.preflight import verify
from orchestrator.record.events import MissionPlanned
from orchestrator.record.state import VehicleState
from tests.orchestrator.operations.town import (
    D1,
    H1,
    PADS,
    START_S,
    at,
    binds_both,
    job,
    square,
    surroundings,
)
from vehicles.mission import MissionId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.schedule import schedule

AROUND = surroundings()


def planned_in(around: Surroundings) -> MissionPlanned:
    found = plan(job(), MissionId(1), around, (), now_s=START_S)
    assert isinstance(found, MissionPlanned)
    return found


PLANNED = planned_in(AROUND)
TIMED = schedule(DELIVERY_DRONE, PLANNED.mission.legs, PLANNED.depart_at_s).timed


def round_zone(name: str, east_m: float, north_m: float, corners: int, radius_m: float = 8.0) -> Zone:
    centre = at(east_m, north_m)
    ring = tuple(destination(centre, 360.0 * n / corners, radius_m) for n in range(corners))
    return binds_both(name, Polygon(ring))


def fence(*zones: Zone) -> Fence:
    return fence_of(TIMED, surroundings(*zones))


def test_a_circle_stays_a_circle_and_takes_one_item() -> None:
    bounds = vehicle_plan(PLANNED, DELIVERY_DRONE, AROUND)
    (circle,) = bounds.circles
    assert (circle.zone_id, circle.radius_m) == ("EFX1", 40.0)
    assert "EFX1" not in {keep_out.zone_id for keep_out in bounds.keep_outs}


@pytest.mark.parametrize(
    ("from_s", "until_s", "kept"),
    [
        (START_S + 1000.0, None, True),  # the flight is over by then, but for a long hold on its way
        (START_S + 7200.0, None, False),
        (None, START_S - 30.0, True),
        (None, START_S - 600.0, False),
    ],
)
def test_a_zone_is_left_out_for_its_hours_only_with_a_margin(
    from_s: float | None, until_s: float | None, *, kept: bool
) -> None:
    zone = replace(binds_both("T", square(100.0, -80.0, 10.0)), applicability=(Interval(from_s, until_s),))
    assert ("T" in {wall.name for wall in fence(zone).walls}) is kept


def test_what_does_not_fit_is_said_with_fewer_corners_and_the_way_stays_free() -> None:
    many = [round_zone(f"Z{n}", 40.0 * n, -45.0, 24) for n in range(11)]
    found = fence(*many)
    assert {wall.name for wall in found.walls} >= {zone.zone_id for zone in many}
    assert sum(wall.items for wall in found.walls) <= MOST_CORNERS
    assert found.left_out == ()
    way = [point.waypoint.position for point in TIMED.points]
    bounds = tuple(found.around(PLANNED.mission, ()).bounds())
    assert broken(way, bounds) is None
    for zone in many:  # every corner of what was published is still closed
        footprint = zone.volumes[0].footprint
        assert isinstance(footprint, Polygon)
        assert all(broken([corner], bounds) is not None for corner in footprint.corners)


def test_a_flight_that_cannot_be_fenced_in_is_refused_and_names_the_zones() -> None:
    around = surroundings(*[binds_both(f"Z{n}", square(20.0 * n, -25.0, 3.0)) for n in range(24)])
    vehicle = VehicleState(D1, DELIVERY_DRONE, H1, PADS[D1])
    reasons = verify(PLANNED, vehicle, {D1: vehicle}, 1.0, around, orders={})
    left_out = [reason for reason in reasons if "no room" in reason.text]
    assert {reason.because for reason in left_out} == {Because.ZONE}
    assert {reason.subject for reason in left_out} == set(fence_of(TIMED, around).left_out)


def with_area(half_m: float) -> Surroundings:
    area = Polygon(tuple(destination(at(250.0, 60.0), 360.0 * n / 16 + 5.0, half_m) for n in range(16)))
    sky = AROUND.airspace
    return replace(AROUND, airspace=Airspace(sky.frame, sky.zones, sky.obstacles, sky.ground, area))


def test_the_known_area_is_kept_in_for_a_way_well_within_it() -> None:
    (keep_in,) = fence_of(TIMED, with_area(900.0)).keep_ins
    assert len(keep_in.corners) <= 8
    outside = [destination(at(250.0, 60.0), float(bearing), 905.0) for bearing in range(0, 360, 20)]
    bounds = tuple(fence_of(TIMED, with_area(900.0)).around(PLANNED.mission, ()).bounds())
    assert all(broken([place], bounds) is not None for place in outside)
    assert fence_of(TIMED, with_area(265.0)).keep_ins == ()
