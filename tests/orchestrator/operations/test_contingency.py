"""What to do when something goes wrong under way, and what a session does next: pure choices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.reason import Because
from orchestrator.operations.commanding.acts import (
    Depart,
    FinishLoading,
    GiveBack,
    GiveUp,
    GoOnWith,
    LoadPlan,
    Nothing,
    Recognise,
    TakeAboard,
    Withdraw,
)
from orchestrator.operations.commanding.contingency import HOLD_S, respond
from orchestrator.operations.commanding.homeward import WayHome, homeward_id, plan_home
from orchestrator.operations.commanding.next_act import next_act
from orchestrator.operations.planning.plan import plan
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.watch import Watch
from orchestrator.orders.order import OrderId
from orchestrator.record.events import (
    Event,
    LegDone,
    LinkLost,
    LowEnergy,
    MissionPlanned,
    MissionStarted,
    OrderCancelled,
    ParcelHandedOver,
    ParcelLoaded,
    PlanLoaded,
)
from orchestrator.record.state import FleetState
from tests.orchestrator.operations.town import (
    D1,
    DOOR,
    PADS,
    START_S,
    at,
    binds_both,
    job,
    order,
    ready_fleet,
    sample,
    square,
    state_after,
    surroundings,
)
from vehicles.mission import Dock, MissionId, ParcelId, Travel
from vehicles.telemetry import Health, MissionProgress, Mode, Telemetry

AROUND = surroundings()
M1, P1 = MissionId(1_790_000_000), ParcelId("O1-1")
WAY = at(300.0, -60.0)


def made() -> MissionPlanned:
    found = plan(replace(job(), parcel=order().parcels[0]), M1, AROUND, (), now_s=START_S)
    assert isinstance(found, MissionPlanned)
    return found


PLANNED = made()
NOW_S = PLANNED.depart_at_s + 30.0
LOADED: tuple[Event, ...] = (PLANNED, PlanLoaded(D1, M1))
ABOARD: tuple[Event, ...] = (*LOADED, ParcelLoaded(D1, M1, P1))
FLYING: tuple[Event, ...] = (*ABOARD, MissionStarted(D1, M1))
HANDED: tuple[Event, ...] = (*FLYING, ParcelHandedOver(D1, M1, P1, DOOR), LegDone(D1, M1, 2, DOOR))
CANCELLED = OrderCancelled(OrderId("O1"), "shop")
LOW = LowEnergy(D1, M1, 0.28, 0.31)


def after(*events: Event) -> FleetState:
    return state_after(events, ready_fleet(D1, orders=[order()]), START_S)


def aloft(mode: Mode = Mode.MISSION) -> Telemetry:
    progress = MissionProgress(M1, 1)
    return sample(
        at_s=NOW_S, position=WAY, height_agl_m=60.0, armed=True, moving=True, mode=mode, progress=progress
    )


def look(state: FleetState, seen: Telemetry, watch: Watch | None = None, now_s: float = NOW_S) -> Sight:
    watch = watch or Watch(START_S, M1, loaded_id=M1)
    return Sight(state, state.vehicles[D1], seen, watch, now_s)


def test_all_well_goes_on() -> None:
    assert respond(look(after(*FLYING), aloft())) == Nothing()


def test_a_cancelled_order_comes_home_while_its_parcel_is_aboard_and_not_later() -> None:
    response = respond(look(after(*FLYING, CANCELLED), aloft()))
    assert isinstance(response, GiveUp)
    assert response.reasons[0].because is Because.OPERATOR


def test_low_energy_turns_round_before_the_hand_over_and_goes_on_after_it() -> None:
    response = respond(look(after(*FLYING, LOW), aloft()))
    assert isinstance(response, GiveUp)
    assert response.reasons[0].because is Because.ENERGY
    assert respond(look(after(*HANDED, LOW), aloft())) == Nothing()


def test_a_vehicle_that_is_not_heard_gets_no_orders() -> None:
    lost = LinkLost(D1, WAY, NOW_S)
    silent = look(after(*FLYING, LOW, lost), aloft(), now_s=NOW_S + 10.0)
    assert respond(silent) == Nothing()
    assert next_act(silent) == Nothing()


def test_a_stop_of_its_own_is_answered_by_going_on_once_and_then_by_coming_home() -> None:
    held = Watch(START_S, M1, loaded_id=M1, held_since_s=NOW_S - HOLD_S)
    state = after(*FLYING)
    stopped = replace(aloft(Mode.HOLD), health=Health(True, failsafe=True, warnings=()))  # noqa: FBT003
    assert respond(look(state, stopped, replace(held, held_since_s=NOW_S - 1.0))) == Nothing()
    assert isinstance(respond(look(state, stopped, held)), GoOnWith)
    again = replace(held, resumed_at_s=NOW_S - 40.0)
    assert isinstance(respond(look(state, stopped, again)), GiveUp)
    wanted = replace(held, hold_wanted_since_s=NOW_S - 100.0)
    assert respond(look(state, stopped, wanted)) == Nothing()


def test_a_stop_that_nobody_here_ordered_and_the_autopilot_does_not_explain_is_left_to_people() -> None:
    held = Watch(START_S, M1, loaded_id=M1, held_since_s=NOW_S - HOLD_S)
    state = after(*FLYING)
    assert respond(look(state, aloft(Mode.HOLD), held)) == Nothing()
    assert respond(look(state, aloft(Mode.HOLD), replace(held, resumed_at_s=NOW_S - 40.0))) == Nothing()
    says_why = replace(aloft(Mode.HOLD), health=Health(True, failsafe=False, warnings=("Geofence",)))  # noqa: FBT003
    assert isinstance(respond(look(state, says_why, held)), GoOnWith)
    ours = replace(held, home_tried_at_s=NOW_S - 60.0)
    assert isinstance(respond(look(state, aloft(Mode.HOLD), ours)), GoOnWith), "we had it stop, to come home"
    low = look(after(*FLYING, LOW), aloft(Mode.HOLD), held)
    assert isinstance(respond(low), GiveUp), "an empty battery does not wait for people"


def test_the_other_air_keeps_clear_of_zones_and_has_an_id_of_its_own() -> None:
    walled = surroundings(binds_both("EFX9", square(150.0, -60.0, 40.0)))
    home = plan_home(look(after(*FLYING), aloft()), M1, walled)
    assert isinstance(home, WayHome)
    travel, dock = home.plan.mission.legs
    assert isinstance(travel, Travel)
    assert isinstance(dock, Dock)
    assert dock.at == PADS[D1].at
    assert len(travel.path.waypoints) > 3, "it bends around the zone"
    assert home.plan.mission.mission_id == homeward_id(M1) != M1
    assert homeward_id(homeward_id(M1)) == M1


def test_there_may_be_no_other_air_and_then_the_reasons_are_told() -> None:
    shut = surroundings(binds_both("EFX9", square(0.0, 0.0, 60.0)))
    found = plan_home(look(after(*FLYING), aloft()), M1, shut)
    assert not isinstance(found, WayHome)
    assert {reason.subject for reason in found} == {"EFX9"}


def parked(now_s: float, *, carrying: bool | None = False, armed: bool = False) -> Telemetry:
    return sample(at_s=now_s, carrying=carrying, armed=armed)


def test_before_departure_one_thing_at_a_time_in_order() -> None:
    now_s = START_S + 2.0
    assert isinstance(next_act(look(after(PLANNED), parked(now_s), now_s=now_s)), LoadPlan)
    assert isinstance(next_act(look(after(*LOADED), parked(now_s), now_s=now_s)), TakeAboard)
    gripped = Watch(START_S, M1, loaded_id=M1, gripped_at_s=now_s)
    assert next_act(look(after(*LOADED), parked(now_s), gripped, now_s=now_s)) == Nothing()
    loaded_s = now_s + job().profile.load_s
    assert isinstance(
        next_act(look(after(*LOADED), parked(loaded_s), gripped, now_s=loaded_s)), FinishLoading
    )
    assert next_act(look(after(*ABOARD), parked(loaded_s), now_s=loaded_s)) == Nothing()
    depart_s = PLANNED.depart_at_s
    assert isinstance(next_act(look(after(*ABOARD), parked(depart_s), now_s=depart_s)), Depart)


def test_a_new_session_looks_first_and_does_not_trust_what_an_earlier_one_loaded() -> None:
    depart_s = PLANNED.depart_at_s
    fresh = Watch(depart_s - 1.0, M1)
    assert next_act(look(after(*ABOARD), parked(depart_s), fresh, now_s=depart_s)) == Nothing()
    older = Watch(depart_s - 10.0, M1)
    assert isinstance(next_act(look(after(*ABOARD), parked(depart_s), older, now_s=depart_s)), LoadPlan)


def test_an_armed_vehicle_with_its_parcel_aboard_is_starting_and_is_left_alone() -> None:
    depart_s = PLANNED.depart_at_s
    for watch in (Watch(depart_s - 10.0, M1), Watch(START_S, M1, loaded_id=M1)):
        seen = parked(depart_s, armed=True, carrying=True)
        assert next_act(look(after(*ABOARD, CANCELLED), seen, watch, now_s=depart_s)) == Nothing()


def test_a_start_without_an_answer_is_watched_then_withdrawn_never_sent_again() -> None:
    sent = Watch(START_S, M1, loaded_id=M1, start_sent_at_s=PLANNED.depart_at_s)
    soon, late = PLANNED.depart_at_s + 10.0, PLANNED.depart_at_s + 21.0
    assert next_act(look(after(*ABOARD), parked(soon), sent, now_s=soon)) == Nothing()
    assert isinstance(next_act(look(after(*ABOARD), parked(late), sent, now_s=late)), Withdraw)


def test_what_the_books_have_on_the_shelf_is_given_back_and_tried_again_later() -> None:
    idle = ready_fleet(D1)
    holding = parked(NOW_S, carrying=True)
    assert next_act(look(idle, holding, Watch(START_S))) == GiveBack()
    tried = Watch(START_S, let_go_at_s=NOW_S - 2.0)
    assert next_act(look(idle, holding, tried)) == Nothing()
    assert next_act(look(idle, parked(NOW_S), Watch(START_S))) == Nothing()


@pytest.mark.parametrize(("mode", "asked"), [(Mode.MISSION, True), (Mode.RETURN, False)])
def test_a_driver_that_does_not_know_the_mission_is_had_to_look(mode: Mode, *, asked: bool) -> None:
    unknown = replace(aloft(mode), progress=MissionProgress(None, 0))
    act = next_act(look(after(*FLYING), unknown, Watch(NOW_S - 5.0, M1)))
    assert isinstance(act, Recognise) is asked
