"""A plan keeps clear of everything that binds, of everybody else's air, and of the reserve."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.airspace import Margins
from geofences.reason import Because
from geofences.zone import Interval
from orchestrator.operations.planning import plan as planning
from orchestrator.operations.planning.draft import Infeasible, Job, drafts
from orchestrator.operations.planning.plan import PREPARE_S, plan, quote
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.verifying.preflight import verify
from orchestrator.orders.order import DropOffKind
from orchestrator.record.events import MissionPlanned
from orchestrator.traffic.reservations import Reservation, first_clash, volumes
from tests.orchestrator.operations.town import (
    D1,
    D2,
    DOOR,
    OTHER_DOOR,
    R1,
    START_S,
    at,
    binds_both,
    closed_later,
    job,
    joined,
    square,
    state_after,
    surroundings,
)
from vehicles.mission import Dock, DropOff, MissionId, PickUp, Travel
from vehicles.profiles import SIDEWALK_ROBOT


def planned(it: Job, around: Surroundings, *held: Reservation, now_s: float = START_S) -> MissionPlanned:
    found = plan(it, MissionId(1), around, held, now_s=now_s)
    assert isinstance(found, MissionPlanned), found
    return found


def reasons(it: Job, around: Surroundings) -> set[Because]:
    found = plan(it, MissionId(1), around, (), now_s=START_S)
    assert isinstance(found, Infeasible)
    return {reason.because for reason in found.reasons}


def test_a_mission_goes_out_hands_over_and_comes_back_to_its_own_pad() -> None:
    mission = planned(job(), surroundings())
    assert [type(leg) for leg in mission.mission.legs] == [PickUp, Travel, DropOff, Travel, Dock]
    assert mission.depart_at_s == START_S + PREPARE_S + job().profile.load_s
    assert mission.depart_at_s < mission.handover_at_s < mission.end_at_s
    assert mission.intent is not None
    assert mission.intent.timed.starts_at_s == mission.depart_at_s
    assert mission.intent.timed.ends_at_s == pytest.approx(mission.end_at_s)
    dock = mission.mission.legs[-1]
    assert isinstance(dock, Dock)
    assert dock.at == job().pad.at


def test_the_way_bends_around_the_tower_where_it_is_lower_than_the_tower() -> None:
    found = drafts(job(), surroundings(), START_S)
    assert not isinstance(found, Infeasible)
    lengths = [draft.distance_m for draft in found]
    assert lengths[0] > 1000.5, "the lowest layer is below the tower's top"
    assert lengths[-1] == pytest.approx(1000.0, abs=0.5), "the highest is above it"


def test_a_robot_follows_the_footpaths() -> None:
    mission = planned(job(R1, door=at(500.0, -5.0)), surroundings())
    assert mission.intent is None
    assert mission.distance_m > 2 * 540.0


def test_two_flights_at_once_take_different_layers_or_times() -> None:
    around = surroundings()
    first = planned(job(D1), around)
    assert first.intent is not None
    held = Reservation(D1, volumes(first.intent))
    second = planned(job(D2), around, held)
    assert second.intent is not None
    assert first_clash(second.intent, (held,)) is None
    unaware = planned(job(D2), around)
    assert unaware.intent is not None
    assert first_clash(unaware.intent, (held,)) is not None, "without looking they would have met"
    assert second.handover_at_s > unaware.handover_at_s


def test_too_much_traffic_names_the_partner_and_where() -> None:
    around = surroundings()
    first = planned(job(D1), around)
    assert first.intent is not None
    forever = replace(first.intent, radius_m=500.0, half_height_m=500.0, late_s=3600.0)
    found = plan(job(D2), MissionId(2), around, (Reservation(D1, volumes(forever)),), now_s=START_S)
    assert isinstance(found, Infeasible)
    (reason,) = found.reasons
    assert (reason.because, reason.subject) == (Because.TRAFFIC, D1)
    assert "m above" in reason.text


def test_payload_energy_weather_and_medium_each_refuse_with_their_own_reason() -> None:
    assert reasons(job(mass_kg=4.0), surroundings()) == {Because.PAYLOAD}
    assert reasons(job(battery_frac=0.26), surroundings()) == {Because.ENERGY}
    assert reasons(job(), surroundings(wind_mps=13.0)) == {Because.WEATHER}
    assert reasons(job(kind=DropOffKind.KERB), surroundings()) == {Because.MEDIUM}
    assert reasons(job(R1, kind=DropOffKind.PAD), surroundings()) == {Because.MEDIUM}
    assert reasons(job(R1, door=at(500.0, 600.0)), surroundings()) == {Because.NO_FOOTPATH}


def test_the_reserve_counts_from_what_the_battery_holds_now() -> None:
    full = planned(job(), surroundings())
    needed_frac = full.energy_wh / job().profile.battery_wh
    least_frac = job().profile.reserve_frac + needed_frac
    assert isinstance(quote(job(battery_frac=least_frac - 0.001), surroundings(), START_S), Infeasible)
    assert not isinstance(quote(job(battery_frac=least_frac + 0.001), surroundings(), START_S), Infeasible)


def test_wind_and_payload_cost_energy() -> None:
    calm = planned(job(), surroundings(wind_mps=0.0)).energy_wh
    assert planned(job(), surroundings(wind_mps=8.0)).energy_wh > calm
    assert planned(job(mass_kg=2.5), surroundings(wind_mps=0.0)).energy_wh > calm


def test_a_zone_over_the_door_refuses_and_is_named() -> None:
    closed = binds_both("EFX9", square(500.0, 0.0, 50.0))
    found = plan(job(), MissionId(1), surroundings(closed), (), now_s=START_S)
    assert isinstance(found, Infeasible)
    assert [(r.because, r.subject) for r in found.reasons] == [(Because.ZONE, "EFX9")]
    assert reasons(job(R1, door=at(500.0, -5.0)), surroundings(closed)) == {Because.ZONE}


@pytest.mark.parametrize("kept_m", [1.0, 2.0, 4.0])
@pytest.mark.parametrize("beyond_m", [-1.0, -0.1, 0.1])
def test_intake_planner_and_verifier_keep_a_robot_equally_far_from_a_zone(
    kept_m: float, beyond_m: float
) -> None:
    closed = binds_both("EFX9", square(530.0 + kept_m + beyond_m, -10.0, 20.0))
    own_m = SIDEWALK_ROBOT.radius_m + SIDEWALK_ROBOT.nav_error_m
    around = replace(surroundings(closed), ground_margins=Margins(kept_m - own_m, 2.0))
    it = job(R1, door=at(510.0, -10.0))
    taken_in = not around.refusals(it.place, it.profile, START_S, START_S + 1800.0)
    found = plan(it, MissionId(1), around, (), now_s=START_S)
    assert taken_in == isinstance(found, MissionPlanned) == (beyond_m > 0.0)
    if isinstance(found, MissionPlanned):
        vehicle = state_after(joined(R1)).vehicles[R1]
        assert verify(found, vehicle, {R1: vehicle}, it.battery_frac, around, orders={}) == ()


def test_a_zone_that_begins_within_the_hour_counts_only_for_flights_it_touches() -> None:
    later = surroundings(closed_later(Interval(START_S + 1200.0, None)))
    assert planned(job(), later).end_at_s < START_S + 1200.0
    found = plan(job(), MissionId(1), later, (), now_s=START_S + 1100.0)
    assert isinstance(found, Infeasible)
    assert {reason.subject for reason in found.reasons} == {"EFX2"}


def test_a_quote_is_what_a_plan_without_traffic_takes() -> None:
    around = surroundings()
    draft = quote(job(door=OTHER_DOOR), around, START_S)
    assert not isinstance(draft, Infeasible)
    mission = planned(job(door=OTHER_DOOR), around)
    assert mission.handover_at_s == pytest.approx(mission.depart_at_s + draft.handover_after_s)


def test_what_is_remembered_is_forgotten_when_surroundings_change() -> None:
    around = surroundings()
    before = planned(job(), around)
    windy = replace(around, wind_mps=9.0)
    assert planned(job(), windy).energy_wh > before.energy_wh
    assert planned(job(door=DOOR), around) == before


def test_crowded_air_is_compared_once_a_layer_not_once_a_departure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    around = surroundings()
    first = planned(job(), around)
    assert first.intent is not None
    forever = replace(first.intent, late_s=3600.0)
    wall = replace(forever, half_height_m=500.0, radius_m=300.0)
    compared: list[object] = []

    def counting(*of: object) -> object:
        compared.append(of)
        return first_clash(*of)  # type: ignore[arg-type]

    monkeypatch.setattr(planning, "first_clash", counting)
    found = plan(job(D2), MissionId(2), around, (Reservation(D1, volumes(wall)),), now_s=START_S)
    assert isinstance(found, Infeasible)
    assert {reason.because for reason in found.reasons} == {Because.TRAFFIC}
    layers = drafts(job(D2), around, START_S)
    assert isinstance(layers, tuple)
    assert len(compared) == len(layers), "one comparison a layer, to tell whom it meets"
