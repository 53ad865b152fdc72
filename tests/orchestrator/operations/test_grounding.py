"""What a vehicle says of its height, told from the ground below it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.airspace import Airspace
from geofences.reason import Because
from orchestrator.operations.planning.draft import Infeasible
from orchestrator.operations.planning.fence import vehicle_plan
from orchestrator.operations.planning.plan import plan
from orchestrator.operations.verifying.preflight import verify
from orchestrator.operations.watching.grounding import home_amsl_m, over_ground
from orchestrator.record.events import MissionPlanned
from tests.orchestrator.operations.town import D1, FRAME, START_S, at, job, ready_fleet, sample, surroundings
from tests.scenarios.hills import FAR_DOOR, HILLTOP_EAST_M, ground_m, hilly, home_of
from vehicles.mission import Dock, MissionId, Travel
from vehicles.telemetry import Home

STATE = ready_fleet(D1)
VEHICLE = STATE.vehicles[D1]
PAD_M = ground_m(home_of())


def planned() -> MissionPlanned:
    found = plan(job(door=FAR_DOOR), MissionId(1), hilly(), (), now_s=START_S)
    assert not isinstance(found, Infeasible), found
    return found


def test_over_flat_ground_a_sample_stays_the_same_object() -> None:
    seen = sample(height_agl_m=45.0)
    assert over_ground(seen, VEHICLE, surroundings()) is seen


def test_a_height_above_home_becomes_one_above_the_hill_below() -> None:
    seen = sample(position=at(HILLTOP_EAST_M, 0.0), height_agl_m=200.0, moving=True)
    found = over_ground(seen, VEHICLE, hilly())
    below_m = ground_m(at(HILLTOP_EAST_M, 0.0))
    assert found.height_agl_m == pytest.approx(PAD_M + 200.0 - below_m, abs=0.01)
    assert found.ground_amsl_m == pytest.approx(below_m)
    assert found.alt_amsl_m == pytest.approx(PAD_M + 200.0)


def test_a_home_that_the_autopilot_took_along_is_where_heights_are_told_from() -> None:
    told = Home(START_S, FAR_DOOR, 400.0)
    seen = replace(sample(position=FAR_DOOR, height_agl_m=30.0, moving=True), home=told)
    assert home_amsl_m(seen, VEHICLE, hilly()) == pytest.approx(ground_m(FAR_DOOR))
    assert over_ground(seen, VEHICLE, hilly()).height_agl_m == pytest.approx(30.0)
    near = replace(seen, home=replace(told, position=at(4.0, 3.0)))
    assert home_amsl_m(near, VEHICLE, hilly()) == PAD_M, "a pad is where the vehicle stands, to the metre"


@pytest.mark.parametrize(("off_m", "doubted"), [(14.0, False), (16.0, True), (-16.0, True)])
def test_a_home_off_by_more_than_the_tolerance_is_a_finding(off_m: float, doubted: bool) -> None:  # noqa: FBT001
    seen = replace(sample(), alt_amsl_m=PAD_M + off_m)
    health = over_ground(seen, VEHICLE, hilly()).health
    assert health.ready is not doubted
    assert [reason.because for reason in health.findings] == [Because.TERRAIN] * doubted
    wide = replace(hilly(), home_tolerance_m=20.0)
    assert over_ground(seen, VEHICLE, wide).health.ready


@pytest.mark.parametrize(("off_m", "doubted"), [(49.0, False), (51.0, True), (-51.0, True)])
def test_over_flat_ground_a_home_is_held_against_the_areas_height_too(off_m: float, doubted: bool) -> None:  # noqa: FBT001
    flat = surroundings()
    flat = replace(flat, airspace=Airspace(FRAME, (), (), 4060.0))
    seen = replace(sample(), alt_amsl_m=4060.0 + off_m)
    health = over_ground(seen, VEHICLE, flat).health
    assert health.ready is not doubted
    assert [reason.because for reason in health.findings] == [Because.TERRAIN] * doubted
    if doubted:
        assert f"its home to be {4060 + off_m:.0f} m above the sea" in health.findings[0].text
        assert "area.ground_amsl_m has 4060 m" in health.findings[0].text
    assert over_ground(seen, VEHICLE, replace(flat, home_tolerance_m=60.0)) is seen
    aloft = replace(sample(moving=True), alt_amsl_m=10.0)
    assert over_ground(aloft, VEHICLE, flat) is aloft, "in the air nothing can be done about it"


def test_the_plan_that_is_sent_tells_how_high_its_home_is() -> None:
    plan_sent = vehicle_plan(planned(), VEHICLE.profile, hilly())
    assert plan_sent.home_amsl_m == pytest.approx(PAD_M)
    dock = plan_sent.mission.legs[-1]
    assert isinstance(dock, Dock)
    assert dock.at.level_m == pytest.approx(plan_sent.home_amsl_m)


def against(changed: MissionPlanned) -> list[str]:
    found = verify(changed, VEHICLE, STATE.vehicles, 1.0, hilly(), orders={})
    return [reason.text for reason in found]


def with_heights(found: MissionPlanned, by_m: float) -> MissionPlanned:
    """The same mission, all of its way out higher by so much but for its ends."""
    legs = list(found.mission.legs)
    out = legs[1]
    assert isinstance(out, Travel)
    inner = [replace(p, height_agl_m=p.height_agl_m + by_m) for p in out.path.waypoints[1:-1]]
    whole = (out.path.waypoints[0], *inner, out.path.waypoints[-1])
    legs[1] = replace(out, path=replace(out.path, waypoints=whole))
    return replace(found, mission=replace(found.mission, legs=tuple(legs)))


def test_the_check_finds_a_way_too_low_too_high_or_made_for_flat_ground() -> None:
    found = planned()
    assert against(found) == []
    assert any("comes within 44.7 m of the ground" in text for text in against(with_heights(found, -3.0)))
    assert any("climbs over 105.3 m" in text for text in against(with_heights(found, 50.0)))
    flat = plan(job(door=FAR_DOOR), MissionId(1), surroundings(), (), now_s=START_S)
    assert not isinstance(flat, Infeasible)
    assert any("of the ground" in text for text in against(flat))


def test_a_return_height_below_the_hill_is_found_by_planner_and_check_alike() -> None:
    low = replace(hilly(), return_height_m=100.0)
    refused = plan(job(door=FAR_DOOR), MissionId(1), low, (), now_s=START_S)
    assert isinstance(refused, Infeasible)
    (reason,) = refused.reasons
    assert reason.because is Because.TERRAIN
    enough_m = float(reason.text.split("; ")[1].split(" m would")[0])
    high = replace(low, return_height_m=enough_m)
    assert not isinstance(plan(job(door=FAR_DOOR), MissionId(1), high, (), now_s=START_S), Infeasible)
    texts = [r.text for r in verify(planned(), VEHICLE, STATE.vehicles, 1.0, low, orders={})]
    assert any("100 m above home is too low (area.return_height_m)" in text for text in texts)
    assert verify(planned(), VEHICLE, STATE.vehicles, 1.0, high, orders={}) == ()
