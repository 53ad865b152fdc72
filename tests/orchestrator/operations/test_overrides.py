"""An operator's word about an order: kept to on paper, never once the parcel is aboard; told its price."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.reason import Because
from orchestrator.dispatch.trips import plan_ahead
from orchestrator.operations.decide import decide
from orchestrator.operations.dispatching import Dispatcher
from orchestrator.operations.overrides import candidates
from orchestrator.orders.order import DropOffKind, DropOffPlace, LockerId, OrderId
from orchestrator.record.events import (
    DispatchOverridden,
    Event,
    MissionPlanned,
    MissionWithdrawn,
    OrderPlaced,
    ParcelDeferred,
    ParcelExpected,
    ParcelLoaded,
    PlanLoaded,
    Wish,
)
from orchestrator.record.state import FleetState
from tests.orchestrator.operations.town import (
    D1,
    D2,
    R1,
    START_S,
    all_seen,
    at,
    order,
    ready_fleet,
    state_after,
    surroundings,
)
from vehicles.mission import ParcelId, VehicleId

AROUND = surroundings()
P1 = ParcelId("O1-1")
NEAR = at(500.0, -5.0)


def what(state: FleetState, now_s: float = START_S) -> tuple[Event, ...]:
    return decide(state, all_seen(state, now_s), AROUND, now_s)


def said(wish: Wish, vehicle_id: VehicleId | None = None, weight_frac: float = 1.0) -> DispatchOverridden:
    return DispatchOverridden(OrderId("O1"), wish, "anna", vehicle_id, weight_frac)


def missions(events: tuple[Event, ...]) -> list[tuple[VehicleId, ParcelId]]:
    return [(e.mission.vehicle_id, e.parcel_id) for e in events if isinstance(e, MissionPlanned)]


@pytest.mark.parametrize(
    ("word", "carrier"),
    [(said(Wish.PIN, R1), R1), (said(Wish.FORBID, D1), R1), (said(Wish.RELEASE), D1)],
)
def test_the_dispatcher_keeps_to_it(word: DispatchOverridden, carrier: VehicleId) -> None:
    state = state_after([word], ready_fleet(D1, R1, orders=[order(door=NEAR)]))
    assert missions(what(state)) == [(carrier, P1)]


def test_what_is_held_goes_nowhere_until_released() -> None:
    state = state_after([said(Wish.HOLD)], ready_fleet(D1, orders=[order(door=NEAR)]))
    assert what(state) == ()
    assert missions(what(state_after([said(Wish.RELEASE)], state))) == [(D1, P1)]


def test_what_counts_more_goes_first() -> None:
    orders = [order("O1", door=NEAR), order("O2", door=NEAR)]
    first = missions(
        what(state_after([said(Wish.PRIORITISE, weight_frac=5.0)], ready_fleet(D1, orders=orders)))
    )
    assert first == [(D1, P1)]
    other = replace(said(Wish.PRIORITISE, weight_frac=5.0), order_id=OrderId("O2"))
    assert missions(what(state_after([other], ready_fleet(D1, orders=orders)))) == [(D1, ParcelId("O2-1"))]


def test_a_mission_on_paper_is_taken_back_and_one_with_its_parcel_aboard_is_not() -> None:
    state = ready_fleet(D1, R1, orders=[order(door=NEAR)])
    (mission,) = (event for event in what(state) if isinstance(event, MissionPlanned))
    paper = state_after([mission, said(Wish.PIN, R1)], state)
    (withdrawn,) = (event for event in what(paper) if isinstance(event, MissionWithdrawn))
    assert withdrawn.reasons[0].because is Because.OPERATOR
    assert "anna pinned order O1 to R1" in withdrawn.reasons[0].text
    mission_id = mission.mission.mission_id
    aboard: list[Event] = [mission, PlanLoaded(D1, mission_id), ParcelLoaded(D1, mission_id, P1)]
    assert what(state_after([*aboard, said(Wish.PIN, R1)], state)) == ()


def test_each_vehicle_tells_its_price_or_why_not_and_a_pin_is_told_as_such() -> None:
    state = ready_fleet(D1, D2, R1, orders=[order(door=NEAR)])
    state = state_after([said(Wish.PIN, D2)], state)
    told = {q.vehicle_id: q for q in candidates(state, all_seen(state), AROUND, START_S, P1)}
    assert set(told) == {D1, D2, R1}
    assert all(quote.cost_eur is not None and quote.cost_eur > 0.0 for quote in told.values())
    assert [r.because for r in told[D1].reasons] == [Because.OPERATOR]
    assert told[D2].reasons == ()
    heavy = ready_fleet(D1, R1, orders=[order(door=NEAR, mass_kg=5.0)])
    refused = {q.vehicle_id: q for q in candidates(heavy, all_seen(heavy), AROUND, START_S, P1)}
    assert refused[D1].handover_at_s is None
    assert [r.because for r in refused[D1].reasons] == [Because.PAYLOAD]
    assert refused[R1].cost_eur is not None


LOCKER = DropOffPlace(at(480.0, 220.0), DropOffKind.LOCKER, "Locker, Market", LockerId("L1"))


def test_where_nobody_can_come_the_parcel_goes_where_the_customer_also_accepts_and_says_why() -> None:
    kerb = replace(order(door=at(520.0, 60.0), kind=DropOffKind.KERB), alternatives=(LOCKER,))
    (mission,) = (e for e in what(ready_fleet(D1, orders=[kerb])) if isinstance(e, MissionPlanned))
    (diversion,) = mission.diversions
    assert (diversion.parcel_id, diversion.place) == (P1, LOCKER)
    assert [reason.because for reason in diversion.reasons] == [Because.MEDIUM]
    without = replace(kerb, alternatives=())
    assert [type(event) for event in what(ready_fleet(D1, orders=[without]))] == [ParcelDeferred]


def test_wind_that_keeps_drones_down_leaves_the_work_to_robots() -> None:
    state = ready_fleet(D1, R1, orders=[order(door=NEAR)])
    stormy = surroundings(wind_mps=14.0)
    events = decide(state, all_seen(state), stormy, START_S)
    assert missions(events) == [(R1, P1)]
    (mission,) = (event for event in events if isinstance(event, MissionPlanned))
    refused = next(quote for quote in mission.quotes if quote.vehicle_id == D1)
    assert [reason.because for reason in refused.reasons] == [Because.WEATHER]


def test_a_better_plan_is_taken_only_while_the_hub_is_as_it_was() -> None:
    dispatcher = Dispatcher()
    state = ready_fleet(D1, orders=[order("O1", door=NEAR), order("O2", door=NEAR)])
    events = decide(state, all_seen(state), AROUND, START_S, dispatcher)
    (question,) = dispatcher.questions()
    assert dispatcher.questions() == (), "each is asked once"
    better = replace(plan_ahead(question.horizon, question.plan, 5), cost_eur=question.plan.cost_eur - 5.0)
    later = state_after([*events, OrderPlaced(order("O3", door=NEAR))], state)
    decide(later, all_seen(later), AROUND, START_S + 1.0, dispatcher)
    dispatcher.take(question, better, START_S + 2.0)
    (newer,) = dispatcher.questions()
    assert newer.plan is not better
    improved = replace(newer.plan, cost_eur=newer.plan.cost_eur - 5.0)
    dispatcher.take(newer, improved, START_S + 3.0)
    decide(later, all_seen(later), AROUND, START_S + 3.0, dispatcher)
    assert dispatcher.questions()[0].horizon is not newer.horizon


@pytest.mark.parametrize(
    ("word", "stays"),
    [
        (said(Wish.PIN, R1), False),
        (said(Wish.PIN, D1), True),
        (said(Wish.FORBID, D1), False),
        (said(Wish.FORBID, R1), True),
        (said(Wish.HOLD), False),
        (said(Wish.PRIORITISE, weight_frac=4.0), True),
    ],
)
def test_nothing_is_expected_any_more_of_a_vehicle_that_an_order_is_taken_from(
    word: DispatchOverridden, *, stays: bool
) -> None:
    """Neither its hand-over nor what it was promised for: both were that vehicle's."""
    waits = state_after([ParcelExpected(P1, D1, START_S + 900.0)], ready_fleet(D1, R1, orders=[order()]))
    expected = state_after([word], waits).parcels[P1].expected
    assert (expected == waits.parcels[P1].expected) is stays
    assert stays or expected is None
