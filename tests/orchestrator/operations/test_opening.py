"""Heights chosen by the wind aloft, and flights that wait for the end of a zone's hours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.zone import Always, Interval
from orchestrator.operations.planning.draft import Draft, Infeasible, drafts, layers
from orchestrator.operations.planning.opening import LONGEST_WAIT_S
from orchestrator.operations.planning.plan import PREPARE_S, plan, quote
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.verifying.preflight import verify
from orchestrator.record.describe import describe
from orchestrator.record.events import Entry, MissionPlanned
from tests.orchestrator.operations.town import (
    D1,
    START_S,
    at,
    closed_later,
    job,
    order,
    profile_of,
    ready_fleet,
    surroundings,
)
from vehicles.mission import MissionId, Travel
from vehicles.wind import Wind, WindAt

KIND = profile_of(D1)
READY_S = START_S + PREPARE_S + KIND.load_s
EAST_DOOR = at(2000.0, -60.0)


def planned(around: Surroundings) -> MissionPlanned:
    found = plan(job(door=EAST_DOOR), MissionId(1), around, (), now_s=START_S)
    assert isinstance(found, MissionPlanned), found
    return found


def cruise_m(found: MissionPlanned, leg: int) -> float:
    travel = found.mission.legs[leg]
    assert isinstance(travel, Travel)
    return max(point.height_agl_m for point in travel.path.waypoints)


def aloft(*layers_of_it: tuple[float, float, float]) -> Surroundings:
    return replace(surroundings(), aloft=Wind(tuple(WindAt(*one) for one in layers_of_it)))


TURNING = aloft((48.0, 10.0, 90.0), (58.0, 10.0, 270.0))


def test_without_wind_aloft_the_soonest_hand_over_is_chosen_as_ever() -> None:
    found = planned(surroundings())
    assert cruise_m(found, 1) == cruise_m(found, 3) == KIND.min_cruise_height_agl_m


def test_each_way_is_flown_where_the_wind_makes_it_cheapest() -> None:
    """From the east below, from the west above: high on the way out to the east, low on the way back."""
    found = planned(TURNING)
    assert cruise_m(found, 1) > KIND.min_cruise_height_agl_m + 14.0
    assert cruise_m(found, 3) == KIND.min_cruise_height_agl_m
    low = drafts(job(door=EAST_DOOR), TURNING, READY_S)
    assert isinstance(low, tuple)
    assert found.energy_wh == min(draft.energy_wh for draft in low)
    state = ready_fleet(D1)
    around = TURNING
    assert verify(found, state.vehicles[D1], state.vehicles, 1.0, around, orders={}) == ()


def test_heights_beyond_too_much_wind_are_left_out_and_no_height_is_no_flight() -> None:
    around = aloft((60.0, 2.0, 0.0), (80.0, KIND.max_wind_mps + 4.0, 0.0))
    assert max(layers(KIND, around)) < 76.0
    storm = aloft((10.0, KIND.max_wind_mps + 1.0, 0.0))
    found = drafts(job(), storm, READY_S)
    assert isinstance(found, Infeasible)
    assert "m/s is above the limit" in found.reasons[0].text


def over(minutes: float) -> Surroundings:
    """A zone over the door until so many minutes after the vehicle could have set out."""
    return surroundings(closed_later(Interval(None, READY_S + 60.0 * minutes)))


def test_a_flight_waits_on_its_pad_for_the_end_of_what_closes_the_door() -> None:
    around = over(6.0)
    found = plan(job(), MissionId(1), around, (), now_s=START_S)
    assert isinstance(found, MissionPlanned)
    assert 0.0 < found.depart_at_s - READY_S < 360.0
    assert [reason.subject for reason in found.waits_for] == ["EFX2"]
    early_m = around.volumes.early_s
    assert found.handover_at_s - early_m >= READY_S + 360.0
    state = ready_fleet(D1, orders=[order()])
    assert verify(found, state.vehicles[D1], state.vehicles, 1.0, around, orders={}) == ()
    soon = replace(found, depart_at_s=found.depart_at_s - 60.0)
    assert any(
        "EFX2" in r.text for r in verify(soon, state.vehicles[D1], state.vehicles, 1.0, around, orders={})
    )
    told = replace(found, parcel_id=order().parcels[0].parcel_id)
    said = describe(Entry(9, START_S, told), state).text
    assert "It sets out at" in said
    assert "waits for the end of EFX2" in said


def test_dispatch_is_quoted_the_hand_over_that_the_wait_leads_to() -> None:
    around = over(6.0)
    quoted = quote(job(), around, START_S)
    found = plan(job(), MissionId(1), around, (), now_s=START_S)
    assert isinstance(quoted, Draft)
    assert isinstance(found, MissionPlanned)
    assert READY_S + quoted.handover_after_s == pytest.approx(found.handover_at_s, abs=0.2)


@pytest.mark.parametrize("closed", [Interval(None, READY_S + LONGEST_WAIT_S + 400.0), Always()])
def test_nobody_is_bound_to_what_opens_too_late_or_never(closed: Interval | Always) -> None:
    found = plan(job(), MissionId(1), surroundings(closed_later(closed)), (), now_s=START_S)
    assert isinstance(found, Infeasible)
    assert any("EFX2" in reason.text for reason in found.reasons)
