"""Invariant 1: nothing is sent unverified. Each check is shown to fail on a planted fault."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from geofences.path import Path, Waypoint
from geofences.reason import Because, Reason
from geofences.zone import Interval
from orchestrator.operations.planning.fence import MOST_CORNERS, fence_of, vehicle_plan
from orchestrator.operations.planning.plan import plan
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.planning.ways import Ways
from orchestrator.operations.verifying import preflight
from orchestrator.operations.verifying.preflight import verify
from orchestrator.operations.verifying.preflight_way import way_reasons
from orchestrator.record.events import MissionPlanned
from orchestrator.record.state import VehicleState
from tests.orchestrator.operations.town import (
    D1,
    D2,
    DOOR,
    H1,
    PADS,
    R1,
    START_S,
    at,
    binds_both,
    closed_later,
    job,
    square,
    surroundings,
)
from vehicles.mission import Dock, Leg, Mission, MissionId, Travel
from vehicles.profiles import DELIVERY_DRONE
from vehicles.schedule import schedule

AROUND = surroundings()
VEHICLE = VehicleState(D1, DELIVERY_DRONE, H1, PADS[D1])
OTHER = VehicleState(D2, DELIVERY_DRONE, H1, PADS[D2])


@pytest.fixture(name="good")
def _good() -> MissionPlanned:
    found = plan(job(), MissionId(1), AROUND, (), now_s=START_S)
    assert isinstance(found, MissionPlanned)
    return found


def why(
    planned: MissionPlanned, *, around: Surroundings = AROUND, battery_frac: float = 1.0
) -> tuple[Reason, ...]:
    return verify(planned, VEHICLE, {D1: VEHICLE, D2: OTHER}, battery_frac, around, orders={})


def with_legs(planned: MissionPlanned, legs: tuple[Leg, ...]) -> MissionPlanned:
    """The same plan with other legs, its reservation made to fit them."""
    timed = schedule(DELIVERY_DRONE, legs, planned.depart_at_s).timed
    assert planned.intent is not None
    mission = Mission(planned.mission.mission_id, planned.mission.vehicle_id, legs)
    return replace(planned, mission=mission, intent=replace(planned.intent, timed=timed))


def straight(start: Waypoint, end: Waypoint, height_m: float) -> Travel:
    level = (Waypoint(start.position, height_m), Waypoint(end.position, height_m))
    return Travel(Path((start, *level, end)), DELIVERY_DRONE.cruise_mps)


def test_a_good_plan_passes(good: MissionPlanned) -> None:
    assert why(good) == ()


def test_a_way_out_through_the_tower_is_found(good: MissionPlanned) -> None:
    pick_up, _, drop_off, back, dock = good.mission.legs
    through = straight(PADS[D1].at, Waypoint(DOOR, DELIVERY_DRONE.handover_height_agl_m), 45.0)
    reasons = why(with_legs(good, (pick_up, through, drop_off, back, dock)))
    assert [(r.because, r.subject) for r in reasons] == [(Because.OBSTACLE, "Tower")]


def test_a_way_back_through_a_zone_is_found(good: MissionPlanned) -> None:
    pick_up, out, drop_off, _, dock = good.mission.legs
    around = surroundings(binds_both("EFX9", square(200.0, -60.0, 30.0)), tower=replace(TOWER_LOW))
    detour = Path(
        (
            Waypoint(DOOR, DELIVERY_DRONE.handover_height_agl_m),
            Waypoint(DOOR, 100.0),
            Waypoint(at(200.0, -60.0), 100.0),
            Waypoint(PADS[D1].at.position, 100.0),
            PADS[D1].at,
        )
    )
    there = straight(PADS[D1].at, Waypoint(DOOR, DELIVERY_DRONE.handover_height_agl_m), 100.0)
    assert isinstance(out, Travel)
    legs = (pick_up, there, drop_off, Travel(detour, DELIVERY_DRONE.cruise_mps), dock)
    assert [r.subject for r in why(with_legs(good, legs), around=around)] == ["EFX9"]


TOWER_LOW = replace(surroundings().airspace.obstacles[0], height_agl_m=10.0)


def test_a_zone_that_opens_while_the_flight_may_be_late_is_found(good: MissionPlanned) -> None:
    for after_s in (5.0, 22.0):  # still there; gone, unless it is late
        begins_s = good.handover_at_s + after_s
        around = surroundings(closed_later(Interval(begins_s, begins_s + 600.0)))
        assert {r.subject for r in why(good, around=around)} == {"EFX2"}
    well_after = good.end_at_s + 60.0
    assert why(good, around=surroundings(closed_later(Interval(well_after, None)))) == ()


def test_the_battery_as_it_is_now_is_held_against_the_reserve(good: MissionPlanned) -> None:
    enough = DELIVERY_DRONE.reserve_frac + good.energy_wh / DELIVERY_DRONE.battery_wh
    assert why(good, battery_frac=enough + 0.001) == ()
    assert [r.because for r in why(good, battery_frac=enough - 0.001)] == [Because.ENERGY]


def test_a_mission_must_end_on_its_own_pad_and_nobody_elses(good: MissionPlanned) -> None:
    elsewhere = with_legs(good, (*good.mission.legs[:-1], Dock(PADS[D2].at)))
    assert Because.PAD in {r.because for r in why(elsewhere)}
    shared = replace(OTHER, pad=PADS[D1])
    reasons = verify(good, VEHICLE, {D1: VEHICLE, D2: shared}, 1.0, AROUND, orders={})
    assert [r.because for r in reasons] == [Because.PAD]


def test_an_aircraft_must_reserve_the_path_it_flies(good: MissionPlanned) -> None:
    assert good.intent is not None
    assert [r.because for r in why(replace(good, intent=None))] == [Because.TRAFFIC]
    shifted = schedule(DELIVERY_DRONE, good.mission.legs, good.depart_at_s + 30.0).timed
    wrong = replace(good, intent=replace(good.intent, timed=shifted))
    assert [r.because for r in why(wrong)] == [Because.TRAFFIC]


def test_the_fence_holds_only_what_the_path_never_passes(good: MissionPlanned) -> None:
    """An autopilot's fence has no heights: a zone flown over must stay out of it."""
    high = closed_later(Interval(None, None), lower_agl_m=200.0)
    around = surroundings(high)
    assert good.intent is not None
    names = {wall.name for wall in fence_of(good.intent.timed, around).walls}
    assert "EFX1" in names, "beside the path"
    assert "EFX2" not in names, "above the door"


def test_the_fence_leaves_out_a_building_that_is_overflown() -> None:
    low = replace(TOWER_LOW, height_agl_m=38.0)
    around = surroundings(tower=low)
    found = plan(job(), MissionId(1), around, (), now_s=START_S)
    assert isinstance(found, MissionPlanned)
    assert found.distance_m == pytest.approx(1000.0, abs=0.5)
    assert "Tower" not in {
        keep_out.zone_id for keep_out in vehicle_plan(found, DELIVERY_DRONE, around).keep_outs
    }


def test_a_fence_stays_small(good: MissionPlanned) -> None:
    many = [binds_both(f"Z{n}", square(30.0 * n, -200.0, 10.0)) for n in range(200)]
    assert good.intent is not None
    fence = fence_of(good.intent.timed, surroundings(*many))
    assert 0 < sum(wall.items for wall in fence.walls) <= MOST_CORNERS


def test_a_drone_may_fall_back_on_its_pad_and_a_robot_gets_no_fence(good: MissionPlanned) -> None:
    assert vehicle_plan(good, DELIVERY_DRONE, AROUND).rally_points == (PADS[D1].at,)
    robot = plan(job(R1, door=at(500.0, -5.0)), MissionId(2), AROUND, (), now_s=START_S)
    assert isinstance(robot, MissionPlanned)
    assert vehicle_plan(robot, job(R1).profile, AROUND).keep_outs == ()


def test_what_the_planner_remembers_is_not_asked(
    good: MissionPlanned, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The verifier has its own memory: were the planner's full of approvals, it would judge all the same."""
    pick_up, _, drop_off, back, dock = good.mission.legs
    through = straight(PADS[D1].at, Waypoint(DOOR, DELIVERY_DRONE.handover_height_agl_m), 45.0)
    around = replace(AROUND)
    monkeypatch.setattr(Ways, "recall", lambda *_: ())
    monkeypatch.setattr(Ways, "known", lambda *_: ())
    assert why(with_legs(good, (pick_up, through, drop_off, back, dock)), around=around)


def test_a_verdict_is_of_a_profile_and_not_of_its_name(good: MissionPlanned) -> None:
    around = replace(AROUND)
    assert why(good, around=around) == ()
    wide = replace(VEHICLE, profile=replace(DELIVERY_DRONE, nav_error_m=200.0))
    assert verify(good, wide, {D1: wide, D2: OTHER}, 1.0, around, orders={})


def test_what_was_judged_is_not_judged_again(good: MissionPlanned, monkeypatch: pytest.MonkeyPatch) -> None:
    around = replace(AROUND)
    asked: list[object] = []
    judge = way_reasons

    def judging(*of: Any) -> tuple[Reason, ...]:  # noqa: ANN401 - as it is asked
        asked.append(of)
        return judge(*of)

    monkeypatch.setattr(preflight, "way_reasons", judging)
    assert why(good, around=around) == why(good, around=around) == ()
    later = with_legs(replace(good, depart_at_s=good.depart_at_s + 1.0), good.mission.legs)
    assert why(later, around=around) == ()
    assert len(asked) == 2
