"""What parcels ask of whoever carries them: refused with a reason, kept to in time, and verified anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from geofences.reason import Because
from orchestrator.operations.decide import decide
from orchestrator.operations.dispatching.deferring import AHEAD_S
from orchestrator.operations.dispatching.dispatcher import Dispatcher
from orchestrator.operations.planning.plan import plan
from orchestrator.operations.verifying.preflight import verify
from orchestrator.operations.verifying.preflight_cargo import orders_of
from orchestrator.orders.carriage import unfit
from orchestrator.orders.order import Order, OrderId, Parcel, PickUpKind, PickUpPlace
from orchestrator.record.events import (
    DispatchOverridden,
    Event,
    HubOpened,
    LinkUp,
    MissionPlanned,
    OrderPlaced,
    ParcelDeferred,
    ParcelExpected,
    VehicleJoined,
    VehicleReady,
    Wish,
)
from orchestrator.record.state import FleetState
from tests.orchestrator.operations.town import (
    D1,
    D2,
    H1,
    HUB,
    PADS,
    R1,
    START_S,
    all_seen,
    at,
    decided,
    job,
    order,
    state_after,
    surroundings,
    told_of,
)
from vehicles.cargo import ParcelSize, Skill, Temperature
from vehicles.mission import DropOff, MissionId, ParcelId, PickUp, VehicleId, Wait
from vehicles.profile import VehicleProfile
from vehicles.profiles import CHEST_ROBOT, COURIER, DELIVERY_DRONE

AROUND = surroundings()
NEAR, SHOP_AT, FURTHER = at(300.0, -30.0), at(100.0, -30.0), at(450.0, -30.0)
SHOP = PickUpPlace(SHOP_AT, PickUpKind.SHOP, "Bakery")
COLD = replace(COURIER, temperatures=(Temperature.AMBIENT, Temperature.CHILLED), skills=(Skill.CHECK_AGE,))
C1 = R1
KINDS = {D1: DELIVERY_DRONE, D2: DELIVERY_DRONE, C1: COLD}


def fleet(*orders: Order, kinds: dict[VehicleId, VehicleProfile] = KINDS) -> FleetState:
    joined = [
        event
        for name, kind in kinds.items()
        for event in (VehicleJoined(name, kind, H1, PADS[name]), LinkUp(name), VehicleReady(name))
    ]
    return state_after([HubOpened(HUB), *joined, *(OrderPlaced(one) for one in orders)])


def asked(name: str = "O1", parcels: int = 1, **wishes: Any) -> Order:  # noqa: ANN401
    """An order to a near door; of its parcels what `Parcel` knows, the rest of the order."""
    of_parcels = {key: wishes.pop(key) for key in ("temperature", "size", "most_aboard_s") if key in wishes}
    things = tuple(Parcel(ParcelId(f"{name}-{n + 1}"), 1.0, **of_parcels) for n in range(parcels))
    given = {"door": wishes.pop("door", NEAR), "deadline_s": wishes.pop("deadline_s", START_S + 3600.0)}
    return replace(order(name, **given), parcels=things, **wishes)


def missions(events: tuple[Event, ...]) -> list[MissionPlanned]:
    return [event for event in events if isinstance(event, MissionPlanned)]


ASKS = [
    ({"temperature": Temperature.CHILLED}, Because.TEMPERATURE),
    ({"size": ParcelSize.LARGE}, Because.SIZE),
    ({"skills": (Skill.CHECK_AGE,)}, Because.SKILL),
]


@pytest.mark.parametrize(("asks", "because"), ASKS)
def test_who_cannot_carry_it_is_passed_over_and_says_why(asks: dict[str, Any], because: Because) -> None:
    small = {**KINDS, D1: replace(DELIVERY_DRONE, largest=ParcelSize.MEDIUM), D2: DELIVERY_DRONE}
    small[D2] = small[D1]
    state = fleet(asked(**asks), kinds=small)
    (mission,) = missions(decided(state, AROUND))
    assert mission.mission.vehicle_id == C1
    quotes = {quote.vehicle_id: quote for quote in mission.quotes}
    assert [reason.because for reason in quotes[D1].reasons] == [because]
    told = {q.vehicle_id: q for q in told_of(state, ParcelId("O1-1"))}
    assert [reason.because for reason in told[D1].reasons] == [because]


@pytest.mark.parametrize(("asks", "because"), ASKS)
def test_where_nobody_can_it_waits_and_says_so_and_a_pin_changes_nothing(
    asks: dict[str, Any], because: Because
) -> None:
    plain = replace(COURIER, largest=ParcelSize.MEDIUM, temperatures=(Temperature.AMBIENT,), skills=())
    pinned = DispatchOverridden(OrderId("O1"), Wish.PIN, "anna", C1)
    state = state_after([pinned], fleet(asked(**asks), kinds={C1: plain}))
    (event,) = decided(state, AROUND)
    assert isinstance(event, ParcelDeferred)
    assert [reason.because for reason in event.reasons] == [because]


def test_every_reason_is_told_with_what_it_takes() -> None:
    parcel = Parcel(ParcelId("P"), 30.0, ParcelSize.LARGE, Temperature.FROZEN)
    kind = replace(COURIER, largest=ParcelSize.SMALL, skills=())
    texts = [reason.text for reason in unfit(kind, parcel, (Skill.CHECK_AGE,))]
    assert len(texts) == 4
    assert "30 kg" in texts[0]
    assert "20 kg" in texts[0]
    assert "-18 C" in texts[2]
    assert unfit(COLD, Parcel(ParcelId("P"), 1.0, temperature=Temperature.CHILLED), (Skill.CHECK_AGE,)) == ()


def test_nothing_leaves_before_its_order_is_ready_nor_arrives_before_it_is_welcome() -> None:
    ready_s, earliest_s = START_S + 600.0, START_S + 1500.0
    wishes: tuple[dict[str, Any], ...] = ({"ready_at_s": ready_s}, {"earliest_at_s": earliest_s})
    for wish in wishes:
        state, dispatcher = fleet(asked(**wish), kinds={D1: DELIVERY_DRONE}), Dispatcher()
        assert missions(decided(state, AROUND, dispatcher)) == []
        now_s, found = START_S, list[MissionPlanned]()
        while not found:
            now_s += 5.0
            found = missions(decided(state, AROUND, dispatcher, now_s))
        (mission,) = found
        if "ready_at_s" in wish:
            assert ready_s <= now_s <= ready_s + 5.0
        else:
            given_s = mission.handover_at_s - DELIVERY_DRONE.handover_s
            assert earliest_s - 1e-6 <= given_s <= earliest_s + 10.0


def test_a_flight_waits_on_its_pad_for_a_window_that_opens_soon() -> None:
    early = replace(job(door=NEAR), earliest_at_s=START_S + 300.0)
    found = plan(early, MissionId(1), AROUND, (), now_s=START_S)
    assert isinstance(found, MissionPlanned)
    assert found.handover_at_s - DELIVERY_DRONE.handover_s == pytest.approx(START_S + 300.0)


def test_what_is_hours_ahead_binds_nobody_and_says_from_when_on_it_is_planned() -> None:
    opens_s = START_S + AHEAD_S + 1800.0
    later = asked("O1", earliest_at_s=opens_s, deadline_s=opens_s + 1800.0)
    events = decided(fleet(later, asked("O2")), AROUND)
    (told,) = (event for event in events if isinstance(event, ParcelDeferred))
    assert told.parcel_id == "O1-1"
    assert [reason.because for reason in told.reasons] == [Because.TIME_WINDOW]
    assert not [e for e in events if isinstance(e, ParcelExpected) and e.parcel_id == "O1-1"]
    assert [mission.parcel_id for mission in missions(events)] == ["O2-1"]


def test_what_may_not_be_aboard_for_long_goes_by_who_is_quick_or_not_at_all() -> None:
    hot = asked(most_aboard_s=120.0)
    assert [m.mission.vehicle_id for m in missions(decided(fleet(hot), AROUND))] == [D1]
    slow = fleet(hot, kinds={C1: COLD})
    (event,) = decided(slow, AROUND)
    assert isinstance(event, ParcelDeferred)
    assert [reason.because for reason in event.reasons] == [Because.TIME_WINDOW]


def test_what_lies_at_a_shop_is_fetched_on_the_way_of_a_round_and_drones_leave_it() -> None:
    fetched = asked("O1", pick_up=SHOP, ready_at_s=START_S + 400.0, door=FURTHER)
    state = fleet(fetched, asked("O2", door=NEAR, skills=(Skill.CHECK_AGE,)))
    dispatcher, now_s, found = Dispatcher(holds=False), START_S, list[MissionPlanned]()
    while not found:
        found = missions(decided(state, AROUND, dispatcher, now_s))
        now_s += 5.0
    (mission,) = found
    acts = [
        (type(leg).__name__, str(leg.parcel_id))
        for leg in mission.mission.legs
        if isinstance(leg, PickUp | DropOff)
    ]
    assert acts[0] == ("PickUp", "O2-1")
    assert acts.index(("PickUp", "O1-1")) < acts.index(("DropOff", "O1-1"))
    told = {q.vehicle_id: q for q in told_of(state, ParcelId("O1-1"))}
    assert [reason.because for reason in told[D1].reasons] == [Because.MEDIUM]


def test_a_round_waits_at_a_door_that_opens_later() -> None:
    first, second = asked("O1"), asked("O2", door=FURTHER, earliest_at_s=START_S + 1200.0)
    kinds = {C1: COLD}
    pinned = [DispatchOverridden(OrderId(name), Wish.PIN, "anna", C1) for name in ("O1", "O2")]
    state = state_after(pinned, fleet(first, second, kinds=kinds))
    dispatcher, now_s, found = Dispatcher(holds=False), START_S, list[MissionPlanned]()
    while now_s < START_S + 1300.0:
        found += missions(decided(state, AROUND, dispatcher, now_s))
        if found:
            break
        now_s += 5.0
    for mission in found:
        for parcel_id, at_s in mission.handovers_at_s.items():
            assert parcel_id != "O2-1" or at_s >= START_S + 1200.0
        assert verified(state, mission) == []


def verified(state: FleetState, mission: MissionPlanned) -> list[Because]:
    vehicle = state.vehicles[mission.mission.vehicle_id]
    orders = orders_of(state, mission)
    found = verify(mission, vehicle, state.vehicles, 1.0, AROUND, orders=orders)
    return [reason.because for reason in found]


def test_the_verifier_finds_by_itself_what_a_planner_would_have_missed() -> None:
    state = fleet(asked("O1", parcels=2), kinds={C1: COLD})
    (mission,) = missions(decided(state, AROUND, Dispatcher(holds=False)))
    assert verified(state, mission) == []
    placed = state.orders[OrderId("O1")]

    def with_order(**other: Any) -> FleetState:  # noqa: ANN401
        changed = replace(placed, order=replace(placed.order, **other))
        return replace(state, orders=state.orders.set(OrderId("O1"), changed))

    def with_parcels(**other: Any) -> FleetState:  # noqa: ANN401
        return with_order(parcels=tuple(replace(p, **other) for p in placed.order.parcels))

    def with_kind(**other: Any) -> FleetState:  # noqa: ANN401
        vehicle = state.vehicles[C1]
        changed = replace(vehicle, profile=replace(vehicle.profile, **other))
        return replace(state, vehicles=state.vehicles.set(C1, changed))

    end_s = mission.handover_at_s
    assert verified(with_parcels(temperature=Temperature.HOT), mission) == [Because.TEMPERATURE] * 2
    assert verified(with_kind(largest=ParcelSize.SMALL), mission) == [Because.SIZE] * 2
    assert verified(with_order(skills=(Skill.CHECK_AGE,)), mission) == []
    assert verified(with_kind(skills=()), mission) == []
    assert verified(with_order(earliest_at_s=end_s + 60.0), mission)[0] is Because.TIME_WINDOW
    assert verified(with_order(ready_at_s=mission.depart_at_s), mission) == [Because.TIME_WINDOW] * 2
    assert verified(with_parcels(most_aboard_s=30.0), mission) == [Because.TIME_WINDOW] * 2
    assert verified(with_kind(compartments=1), mission) == [Because.PAYLOAD]
    assert verified(with_kind(max_payload_kg=1.5), mission) == [Because.PAYLOAD]
    legs = mission.mission.legs
    turned = (*legs[1:2], *legs[2:-1], legs[0], legs[-1])
    astray = replace(mission, mission=replace(mission.mission, legs=turned))
    assert Because.INPUT in verified(state, astray)


def test_two_parcels_of_one_pinned_order_share_a_trip_also_when_one_comes_back_later() -> None:
    state = fleet(asked("O1", parcels=2), kinds={C1: CHEST_ROBOT})
    state = state_after([DispatchOverridden(OrderId("O1"), Wish.PIN, "anna", C1)], state)
    one = state.parcels[ParcelId("O1-2")]
    rests = replace(one, not_before_s=START_S + 20.0)
    state = replace(state, parcels=state.parcels.set(one.parcel.parcel_id, rests))
    dispatcher, now_s, found = Dispatcher(holds=False), START_S, list[MissionPlanned]()
    while not found:
        found = missions(decided(state, AROUND, dispatcher, now_s))
        now_s += 1.0
    assert [set(mission.parcel_ids) for mission in found] == [{"O1-1", "O1-2"}]
    assert now_s <= START_S + 25.0


def test_with_a_skill_missing_the_door_is_not_served() -> None:
    state = fleet(asked(skills=(Skill.CHECK_AGE,)), kinds={C1: COLD})
    (mission,) = missions(decide(state, all_seen(state), AROUND, START_S))
    bare = replace(state.vehicles[C1], profile=replace(COLD, skills=()))
    without = replace(state, vehicles=state.vehicles.set(C1, bare))
    assert verified(without, mission) == [Because.SKILL]
    assert not any(isinstance(leg, Wait) for leg in mission.mission.legs)
