"""An operator's word about an order: kept to on paper, never once the parcel is aboard; told its price."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest

from geofences.reason import Because, Reason
from orchestrator.dispatch.consequences import never
from orchestrator.dispatch.horizon import NOTHING_PLANNED
from orchestrator.dispatch.pricing import added
from orchestrator.dispatch.trips.plan import plan_ahead
from orchestrator.operations.decide import decide
from orchestrator.operations.dispatching import horizon_view
from orchestrator.operations.dispatching.dispatcher import Dispatcher
from orchestrator.operations.dispatching.overrides import Foreseen, candidates
from orchestrator.operations.dispatching.willing import ASKED_AGAIN_S
from orchestrator.orders.order import DropOffKind, DropOffPlace, LockerId, OrderId
from orchestrator.record.events import (
    DispatchOverridden,
    Event,
    MissionPlanned,
    MissionWithdrawn,
    OfferDeclined,
    OrderPlaced,
    ParcelDeferred,
    ParcelExpected,
    ParcelLoaded,
    PlanLoaded,
    VehicleReady,
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
    joined,
    order,
    ready_fleet,
    state_after,
    surroundings,
    told_of,
)
from vehicles.clock import iso
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
    told = {q.vehicle_id: q for q in told_of(state, P1)}
    assert set(told) == {D1, D2, R1}
    assert all(quote.cost_eur is not None and quote.cost_eur > 0.0 for quote in told.values())
    assert [r.because for r in told[D1].reasons] == [Because.OPERATOR]
    assert told[D2].reasons == ()
    heavy = ready_fleet(D1, R1, orders=[order(door=NEAR, mass_kg=5.0)])
    refused = {q.vehicle_id: q for q in told_of(heavy, P1)}
    assert refused[D1].handover_at_s is None
    assert [r.because for r in refused[D1].reasons] == [Because.PAYLOAD]
    assert refused[R1].cost_eur is not None


def test_a_choice_is_told_with_the_cost_of_each_vehicle_that_could_have_been_chosen() -> None:
    state = ready_fleet(D1, D2, R1, orders=[order(door=NEAR)])
    (mission,) = (event for event in what(state) if isinstance(event, MissionPlanned))
    costs = {quote.vehicle_id: quote.cost_eur for quote in mission.quotes}
    assert costs == {quote.vehicle_id: quote.cost_eur for quote in told_of(state, P1)}
    assert costs[mission.mission.vehicle_id] == min(costs.values(), key=lambda eur: eur or inf)
    assert what(state) == (mission,), "the same at each telling"
    heavy = ready_fleet(D1, R1, orders=[order(door=NEAR, mass_kg=5.0)])
    (mission,) = (event for event in what(heavy) if isinstance(event, MissionPlanned))
    assert [quote.cost_eur is None for quote in mission.quotes] == [True, False]


def test_what_a_choice_adds_is_told_beside_what_each_vehicle_is_to_do_anyhow() -> None:
    """The second trip of one drone waits for its first; the parcel that goes first adds that waiting too."""
    both = ready_fleet(D1, orders=[order("O1", door=NEAR), order("O2", door=NEAR)])
    (mission,) = (event for event in what(both) if isinstance(event, MissionPlanned))
    (alone,) = (e for e in what(ready_fleet(D1, orders=[order(door=NEAR)])) if isinstance(e, MissionPlanned))
    added, by_itself = mission.quotes[0].cost_eur, alone.quotes[0].cost_eur
    assert added is not None
    assert by_itself is not None
    assert by_itself < added < 2.0 * by_itself


def test_of_a_crowd_those_that_are_alike_are_told_and_of_the_others_the_first() -> None:
    state = ready_fleet(D1, orders=[order(door=NEAR)])
    asked = candidates(state, all_seen(state), AROUND, START_S, P1)
    assert asked is not None
    (one,) = asked.horizon.carriers
    names = [VehicleId(f"X{n:02}") for n in range(12)]
    alike = tuple(replace(one, vehicle_id=name, wear_eur=0.01 * n) for n, name in enumerate(names))
    told = added(replace(asked.horizon, carriers=alike), NOTHING_PLANNED, P1, names)
    assert [told[name] - told[names[0]] for name in names] == pytest.approx([0.01 * n for n in range(12)])
    unlike = tuple(replace(each, left_wh=one.left_wh - n) for n, each in enumerate(alike))
    told = added(replace(asked.horizon, carriers=unlike), NOTHING_PLANNED, P1, reversed(names))
    assert list(told) == names[:3:-1]


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


def test_of_a_crowd_the_last_one_due_is_explained_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(horizon_view, "MOST_CONSIDERED", 2)
    due = {f"O{n}": START_S + 1800.0 + 60.0 * n for n in range(1, 6)}
    orders = [order(name, door=NEAR, deadline_s=deadline_s) for name, deadline_s in due.items()]
    state = ready_fleet(D1, R1, orders=orders)
    told = list(told_of(state, ParcelId("O5-1")))
    assert [quote.vehicle_id for quote in told] == [D1, R1]
    assert all(quote.cost_eur is not None for quote in told)


def test_the_vehicle_that_was_chosen_is_quoted_for_where_it_goes() -> None:
    kerb = replace(order(door=at(520.0, 60.0), kind=DropOffKind.KERB), alternatives=(LOCKER,))
    (mission,) = (e for e in what(ready_fleet(D1, D2, orders=[kerb])) if isinstance(e, MissionPlanned))
    chosen = next(quote for quote in mission.quotes if quote.vehicle_id == mission.mission.vehicle_id)
    assert chosen.reasons == ()
    assert chosen.handover_at_s == pytest.approx(mission.handover_at_s, abs=15.0)


def test_a_parcel_that_waits_for_its_second_place_is_said_to_wait_for_a_vehicle() -> None:
    kerb = replace(order(door=at(520.0, 60.0), kind=DropOffKind.KERB), alternatives=(LOCKER,))
    state = ready_fleet(D1, orders=[order("O0", door=NEAR), kerb])
    told = next(e for e in what(state) if isinstance(e, ParcelDeferred) and e.parcel_id == P1)
    assert [reason.because for reason in told.reasons] == [Because.BUSY]


def test_a_no_is_told_as_the_reason_and_counts_for_ten_minutes() -> None:
    state = ready_fleet(D1, orders=[order(door=NEAR)])
    (given,) = [one for one in what(state) if isinstance(one, MissionPlanned)]
    no = OfferDeclined(D1, given.mission.mission_id, (Reason(Because.DECLINED, D1, "Too far."),))
    said_since = ParcelDeferred(P1, (Reason(Because.PAYLOAD, "fleet", "Something else."),))
    state = state_after([given, no, VehicleReady(D1), said_since], state)
    (waits,) = what(state, START_S + 1.0)
    assert isinstance(waits, ParcelDeferred)
    assert [reason.text for reason in waits.reasons] == ["D1: Its rider declined it."]
    assert missions(what(state, START_S + ASKED_AGAIN_S - 1.0)) == []
    assert missions(what(state, START_S + ASKED_AGAIN_S + 1.0)) == [(D1, P1)]


def test_who_is_kept_from_it_is_not_said_to_have_a_more_urgent_one() -> None:
    not_heard = joined(D2)[1]
    state = state_after([not_heard, said(Wish.PIN, D2)], ready_fleet(D1, orders=[order(door=NEAR)]))
    (waits,) = [one for one in what(state) if isinstance(one, ParcelDeferred)]
    texts = [reason.text for reason in waits.reasons]
    assert texts == ["D1: anna pinned it to D2.", f"D2: Not heard since {iso(START_S)[11:16]} UTC."]


def test_what_a_pin_or_a_ban_would_do_is_told_of_the_running_plan() -> None:
    """Three parcels are pinned to one of two drones: with a fourth there, its last one comes late."""
    doors = [order(f"O{n}", door=NEAR, deadline_s=START_S + 500.0) for n in range(1, 5)]
    pins = [replace(said(Wish.PIN, D1), order_id=OrderId(f"O{n}")) for n in (1, 2, 3)]
    state = state_after(pins, ready_fleet(D1, D2, orders=doors))
    asked = candidates(state, all_seen(state), AROUND, START_S, ParcelId("O4-1"))
    assert asked is not None
    assert asked.foreseen(Wish.PIN, D2) == Foreseen(0.0)
    pinned = asked.foreseen(Wish.PIN, D1)
    assert pinned == asked.foreseen(Wish.FORBID, D2)
    assert pinned.extra_eur == pytest.approx(9.85, abs=0.05)
    assert list(pinned.late_s.values()) == pytest.approx([157.7], abs=1.0)
    neither = replace(asked, horizon=never(asked.horizon, asked.parcel_ids, D1))
    nobody = neither.foreseen(Wish.FORBID, D2)
    assert nobody.extra_eur is None
    assert [reason.text for reason in nobody.refusals] == ["Nobody could carry O4-1 as things stand."]
    assert nobody.late_s == {ParcelId("O4-1"): inf}


def test_a_pin_to_one_that_cannot_carry_it_is_told_why() -> None:
    heavy = ready_fleet(D1, R1, orders=[order(door=NEAR, mass_kg=5.0)])
    asked = candidates(heavy, all_seen(heavy), AROUND, START_S, P1)
    assert asked is not None
    told = asked.foreseen(Wish.PIN, D1)
    assert told.extra_eur is None
    assert [reason.because for reason in told.refusals] == [Because.PAYLOAD]
