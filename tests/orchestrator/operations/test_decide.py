"""What the fleet does next follows from values alone, one step at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.reason import Because, Reason
from orchestrator.operations.decide import MISSING_AFTER_S, decide
from orchestrator.operations.dispatching import commit, quoting, reaching
from orchestrator.operations.dispatching.dispatcher import Dispatcher
from orchestrator.operations.planning.draft import Draft, Infeasible, Job
from orchestrator.operations.planning.plan import quote
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.readiness import READY_BATTERY_FRAC
from orchestrator.orders.order import OrderId
from orchestrator.record.events import (
    Event,
    LinkLost,
    LinkUp,
    MissionPlanned,
    MissionStarted,
    MissionWithdrawn,
    OrderCancelled,
    OrderPlaced,
    ParcelDeferred,
    ParcelExpected,
    ParcelLoaded,
    PlanLoaded,
    VehicleFaulted,
    VehicleMissing,
    VehicleReady,
)
from orchestrator.record.state import FleetState, ParcelPhase
from orchestrator.traffic.reservations import Reservation, first_clash, volumes
from tests.orchestrator.operations.town import (
    D1,
    D2,
    D3,
    DOOR,
    R1,
    START_S,
    all_seen,
    at,
    decided,
    joined,
    order,
    ready_fleet,
    sample,
    state_after,
    surroundings,
)
from vehicles.mission import ParcelId, VehicleId
from vehicles.telemetry import Health, Telemetry

AROUND = surroundings()


def what(state: FleetState, now_s: float = START_S, **seen: Telemetry) -> tuple[Event, ...]:
    samples = {**all_seen(state, now_s), **{VehicleId(name): one for name, one in seen.items()}}
    return decide(state, samples, AROUND, now_s)


def planned(state: FleetState, now_s: float = START_S) -> MissionPlanned:
    (mission,) = (event for event in what(state, now_s) if isinstance(event, MissionPlanned))
    return mission


def test_a_vehicle_is_ready_when_it_stands_healthy_charged_and_heard_on_its_pad() -> None:
    state = state_after([*joined(D1), LinkUp(D1)])
    assert what(state) == (VehicleReady(D1),)


@pytest.mark.parametrize(
    "one",
    [
        sample(ready=False, warnings=("compass",)),
        sample(armed=True),
        sample(moving=True),
        sample(position=at(30.0, 0.0)),
        sample(battery_frac=READY_BATTERY_FRAC - 0.01),
        sample(at_s=START_S - 6.0),
    ],
)
def test_a_vehicle_is_not_ready_while_anything_is_wrong(one: Telemetry) -> None:
    state = state_after([*joined(D1), LinkUp(D1)])
    assert what(state, D1=one) == ()


def held_against(*findings: Reason) -> Telemetry:
    return replace(sample(), health=Health(ready=False, failsafe=False, findings=findings))


def test_what_is_held_against_a_vehicle_gives_it_no_leave_to_go_until_it_is_over() -> None:
    state = state_after([*joined(D1), LinkUp(D1)])
    assert what(state, D1=held_against(Reason(Because.BUSY, "parameters", "Not read yet."))) == ()
    faulted = state_after([VehicleFaulted(D1, (Reason(Because.HEALTH, "GF_ACTION", "It is wrong."),))], state)
    assert what(faulted, D1=held_against(Reason(Because.HEALTH, "GF_ACTION", "It is wrong."))) == ()
    assert what(faulted) == (VehicleReady(D1),)


def test_a_waiting_parcel_gets_the_vehicle_that_is_there_first_and_the_choice_is_explained() -> None:
    mission = planned(ready_fleet(D1, R1, orders=[order(door=at(500.0, -5.0))]))
    assert mission.mission.vehicle_id == D1
    assert [quote.vehicle_id for quote in mission.quotes] == [D1, R1]
    first, second = (quote.handover_at_s for quote in mission.quotes)
    assert first is not None
    assert second is not None
    assert first < second


def test_what_only_one_kind_can_carry_goes_to_that_kind() -> None:
    mission = planned(ready_fleet(D1, R1, orders=[order(door=at(500.0, -5.0), mass_kg=5.0)]))
    assert mission.mission.vehicle_id == R1
    (refusal,) = (quote for quote in mission.quotes if quote.vehicle_id == D1)
    assert [reason.because for reason in refusal.reasons] == [Because.PAYLOAD]


def test_one_vehicle_one_mission_and_no_two_in_the_same_air() -> None:
    state = ready_fleet(D1, D2, orders=[order("O1"), order("O2"), order("O3")])
    events = decided(state, AROUND)
    missions = [event for event in events if isinstance(event, MissionPlanned)]
    assert {mission.mission.vehicle_id for mission in missions} == {D1, D2}
    first, second = (mission.intent for mission in missions)
    assert first is not None
    assert second is not None
    assert first_clash(second, (Reservation(D1, volumes(first)),)) is None
    (deferred,) = (event for event in events if isinstance(event, ParcelDeferred))
    after = state_after(events, state)
    assert after.parcels[deferred.parcel_id].phase is ParcelPhase.WAITING
    assert len({mission.mission.mission_id for mission in missions}) == 2


def test_reasons_to_wait_are_news_only_when_they_change() -> None:
    state = ready_fleet(D1, orders=[order(mass_kg=30.0)])
    events = what(state)
    assert [type(event) for event in events] == [ParcelDeferred]
    after = state_after(events, state)
    assert what(after, START_S + 1.0) == ()


def test_a_vehicle_that_comes_free_for_another_parcel_is_no_news_for_the_rest() -> None:
    heavy = [order(f"O{n}", door=at(500.0, -5.0), mass_kg=5.0) for n in (1, 2)]
    state = ready_fleet(D1, R1, orders=heavy)
    state = state_after(what(state, R1=sample(R1, ready=False)), state)
    waiting = state.parcels[ParcelId("O2-1")]
    assert [reason.because for reason in waiting.reasons] == [Because.PAYLOAD, Because.HEALTH]
    mission, expected = what(state, START_S + 1.0)
    assert isinstance(mission, MissionPlanned), "R1 is free now, and brings the other parcel afterwards"
    assert isinstance(expected, ParcelExpected)
    assert {expected.parcel_id, mission.parcel_id} == {ParcelId("O1-1"), ParcelId("O2-1")}
    assert expected.vehicle_id == R1
    assert expected.handover_at_s > mission.end_at_s
    assert what(state_after([mission, expected], state), START_S + 2.0) == ()


def test_a_parcel_still_waiting_past_its_deadline_is_news_once_even_while_nobody_is_free() -> None:
    state = ready_fleet(D1, orders=[order()])
    unwell = sample(ready=False)
    state = state_after(what(state, D1=unwell), state)
    due_s = START_S + 1800.0
    assert what(state, due_s - 1.0, D1=unwell) == ()
    (late,) = what(state, due_s + 1.0, D1=unwell)
    assert isinstance(late, ParcelDeferred)
    state = state_after([late], state, due_s + 1.0)
    assert "late:O1-1" in state.alerts
    assert what(state, due_s + 2.0, D1=unwell) == ()


def test_a_parcel_that_came_back_rests_before_its_next_mission() -> None:
    state = ready_fleet(D1, D2, orders=[order()])
    mission = planned(state)
    reason = Reason(Because.AUTOPILOT, D1, "Arming denied.")
    withdrawn = MissionWithdrawn(mission.mission.vehicle_id, mission.mission.mission_id, (reason,))
    state = state_after([mission, withdrawn], state)
    assert what(state, START_S + 1.0) == ()
    again = planned(state, START_S + 25.0)
    assert again.mission.vehicle_id == D2, "the one that refused rests longer"
    assert again.mission.mission_id > mission.mission.mission_id


def test_a_vehicle_that_refuses_again_and_again_rests_longer_each_time() -> None:
    state = ready_fleet(D1, orders=[order()])
    rests: list[float] = []
    now_s = START_S
    for _ in range(3):
        mission = planned(state, now_s)
        reason = Reason(Because.HEALTH, D1, "No.")
        withdrawn = MissionWithdrawn(D1, mission.mission.mission_id, (reason,))
        state = state_after([mission, withdrawn, VehicleFaulted(D1, (reason,))], state, now_s)
        since_s = now_s
        while VehicleReady(D1) not in what(state, now_s):
            now_s += 1.0
        rests.append(now_s - since_s)
        state = state_after([VehicleReady(D1)], state, now_s)
    assert rests == [30.0, 60.0, 120.0]


def test_a_cancelled_order_ends_its_mission_on_paper() -> None:
    state = ready_fleet(D1, orders=[order()])
    mission = planned(state)
    state = state_after([mission, OrderCancelled(OrderId("O1"), "shop")], state)
    (withdrawn,) = what(state, START_S + 1.0)
    assert isinstance(withdrawn, MissionWithdrawn)
    after = state_after([withdrawn], state)
    assert after.parcels[mission.parcel_id].phase is ParcelPhase.CANCELLED


def test_once_the_parcel_is_aboard_only_the_session_withdraws() -> None:
    state = ready_fleet(D1, orders=[order()])
    mission = planned(state)
    mission_id = mission.mission.mission_id
    aboard: list[Event] = [PlanLoaded(D1, mission_id), ParcelLoaded(D1, mission_id, mission.parcel_id)]
    state = state_after([mission, *aboard, OrderCancelled(OrderId("O1"), "shop")], state)
    assert what(state, START_S + 1.0) == ()


@pytest.mark.parametrize("stop", [LinkLost(D1, DOOR, START_S), VehicleFaulted(D1, ())])
def test_a_vehicle_that_stops_answering_gives_its_paper_mission_back(stop: Event) -> None:
    state = ready_fleet(D1, orders=[order()])
    if isinstance(stop, VehicleFaulted):
        stop = replace(stop, reasons=(Reason(Because.LINK, D1, "Address in use."),))
    state = state_after([planned(state), stop], state)
    assert [type(event) for event in what(state, START_S + 1.0)] == [MissionWithdrawn]


def test_a_silent_vehicle_is_missing_only_past_the_end_of_its_mission_and_a_margin() -> None:
    state = ready_fleet(D1, orders=[order()])
    mission = planned(state)
    mission_id = mission.mission.mission_id
    under_way: list[Event] = [
        mission,
        PlanLoaded(D1, mission_id),
        ParcelLoaded(D1, mission_id, mission.parcel_id),
        MissionStarted(D1, mission_id),
        LinkLost(D1, DOOR, START_S + 40.0),
    ]
    state = state_after(under_way, state)
    silent = {D1: sample(at_s=START_S + 40.0, position=DOOR)}
    assert decide(state, silent, AROUND, mission.end_at_s + MISSING_AFTER_S - 1.0) == ()
    missing = decide(state, silent, AROUND, mission.end_at_s + MISSING_AFTER_S + 1.0)
    assert missing == (VehicleMissing(D1, DOOR, START_S + 40.0),)


def test_a_vehicle_that_turned_unwell_since_it_was_ready_gets_no_mission() -> None:
    state = ready_fleet(D1, orders=[order()])
    events = what(state, D1=sample(ready=False))
    assert [type(event) for event in events] == [ParcelDeferred]


def test_what_the_verifier_does_not_pass_is_not_journaled(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = Reason(Because.ZONE, "EFX7", "crosses EFX7")
    monkeypatch.setattr(commit, "verify_in", lambda *_: (reason,))
    (deferred,) = what(ready_fleet(D1, orders=[order()]))
    assert isinstance(deferred, ParcelDeferred)
    assert deferred.reasons == (reason,)


def test_the_same_values_give_the_same_decision() -> None:
    orders = [order("O1"), order("O2", door=at(480.0, 220.0)), order("O3", mass_kg=6.0)]
    assert what(ready_fleet(D1, D2, R1, orders=orders)) == what(ready_fleet(D1, D2, R1, orders=orders))


def test_vehicles_at_work_are_asked_as_one_of_their_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[VehicleId] = []

    def counting(job: Job, around: Surroundings, now_s: float) -> Draft | Infeasible:
        asked.append(job.vehicle_id)
        return quote(job, around, now_s)

    for module in (quoting, reaching):
        monkeypatch.setattr(module, "quote", counting)
    dispatcher = Dispatcher()
    idle = state_after([*joined(D1, D2, D3, R1), OrderPlaced(order())])  # never heard: nobody can go
    seen: dict[VehicleId, Telemetry] = {}
    (told,) = decide(idle, seen, AROUND, START_S, dispatcher)
    assert isinstance(told, ParcelDeferred)
    assert set(asked) == {D1, R1}
    asked.clear()
    assert decide(state_after([told], idle), seen, AROUND, START_S + 1.0, dispatcher) == ()
    assert asked == [], "nothing is new: nobody is asked"
