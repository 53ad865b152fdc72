"""Orders that may come from two hubs: which one brings them, and what moves them."""

from __future__ import annotations

from dataclasses import replace

from immutables import Map

from geofences.path import Waypoint
from geofences.reason import Because, Reason
from orchestrator.dispatch.horizon import HorizonPlan, Trip
from orchestrator.operations.dispatching.sourcing import LOOK_EVERY_S, Sourcing
from orchestrator.orders.custody import AtHub
from orchestrator.orders.order import Hub, HubId, Order, Pad, PadId
from orchestrator.record.events import (
    DispatchOverridden,
    Event,
    HubOpened,
    LinkUp,
    OrderPlaced,
    OrderSourced,
    VehicleFaulted,
    VehicleJoined,
    VehicleReady,
    Wish,
)
from orchestrator.record.state import FleetState, ParcelPhase
from tests.orchestrator.operations.town import (
    D1,
    H1,
    PADS,
    R1,
    START_S,
    at,
    order,
    ready_fleet,
    sample,
    state_after,
    surroundings,
)
from vehicles.mission import ParcelId, VehicleId
from vehicles.profiles import COURIER, DELIVERY_DRONE

H2, E1 = HubId("H2"), VehicleId("E1")
PAD = Pad(PadId("Q1"), Waypoint(at(460.0, 40.0)))
"""Beside the door, where H1 is on the other side of the tower."""
NEAR = Hub(H2, "Near hub", PAD.at.position, (PAD,))
PARCEL = ParcelId("O1-1")
WHY = (Reason(Because.HEALTH, "E1", "A rotor is damaged."),)
WISHED = replace(order(), also_at=(H2,))


def town(placed: Order = WISHED) -> FleetState:
    joined = (HubOpened(NEAR), VehicleJoined(E1, DELIVERY_DRONE, H2, PAD), LinkUp(E1), VehicleReady(E1))
    return state_after([*joined, OrderPlaced(placed)], ready_fleet(D1))


def look(sourcing: Sourcing, state: FleetState, now_s: float = START_S) -> tuple[OrderSourced, ...]:
    seen = {D1: sample(D1, at_s=now_s), E1: sample(D1, at_s=now_s, position=PAD.at.position)}
    return sourcing(state, seen, surroundings(), now_s)


def test_it_is_brought_from_where_that_costs_least_and_lies_there_then() -> None:
    state, sourcing = town(), Sourcing()
    (chosen,) = look(sourcing, state)
    assert (chosen.order_id, chosen.hub_id) == ("O1", H2)
    assert [reason.subject for reason in chosen.reasons] == [H2, H1]
    assert all("EUR" in reason.text for reason in chosen.reasons)
    after = state_after([chosen], state)
    assert after.parcels[PARCEL].keeper == AtHub(H2)
    assert after.orders[WISHED.order_id].hub_id == H2
    assert look(sourcing, after, START_S + LOOK_EVERY_S) == (), "and stays there"


def test_what_has_no_choice_is_left_alone() -> None:
    assert look(Sourcing(), town(order())) == ()


def test_a_hub_whose_vehicles_cannot_work_hands_its_orders_on() -> None:
    state, sourcing = town(), Sourcing()
    state = state_after(look(sourcing, state), state)
    state = state_after([VehicleFaulted(E1, WHY)], state)
    assert look(sourcing, state, START_S + 1.0) == (), "not looked at yet"
    (moved,) = look(sourcing, state, START_S + LOOK_EVERY_S)
    assert moved.hub_id == H1
    assert "no vehicle of it works" in moved.reasons[1].text


def test_an_operators_pin_decides() -> None:
    state = town()
    pinned = DispatchOverridden(WISHED.order_id, Wish.PIN, "olga", D1)
    (chosen,) = look(Sourcing(), state_after([pinned], state))
    assert chosen.hub_id == H1
    assert "operator" in chosen.reasons[1].text


def test_a_hub_whose_vehicles_all_declined_hands_its_orders_on() -> None:
    state, sourcing = town(), Sourcing()
    state = state_after(look(sourcing, state), state)
    (moved,) = look(sourcing, declined(state, E1), START_S + LOOK_EVERY_S)
    assert moved.hub_id == H1
    assert "declined" in moved.reasons[1].text
    pinned = state_after([DispatchOverridden(WISHED.order_id, Wish.PIN, "olga", E1)], declined(state, E1))
    assert look(Sourcing(), pinned, START_S + LOOK_EVERY_S) == (), "an operator's word counts more"


def declined(state: FleetState, vehicle_id: VehicleId) -> FleetState:
    parcel = replace(state.parcels[PARCEL], declined_at_s=Map({vehicle_id: START_S}))
    return replace(state, parcels=state.parcels.set(PARCEL, parcel))


C1, C2 = VehicleId("C1"), VehicleId("C2")
BESIDE = order("O2", door=at(505.0, 6.0))
"""Next door to where O1 goes, from H2 alone."""


HEAVY = replace(order(mass_kg=4.0), also_at=(H2,))
"""Too heavy for drones."""


KERB, NEARER = Pad(PadId("Q2"), Waypoint(at(-70.0, -5.0))), PADS[R1]


def with_couriers(*placed: Order) -> FleetState:
    """One at H2, which is on the footpath now, and one at H1, which is a little nearer."""
    hub = replace(NEAR, position=KERB.at.position, pads=(KERB,))
    facts: list[Event] = [HubOpened(hub)]
    for name, hub_id, pad in ((C1, H2, KERB), (C2, H1, NEARER)):
        facts += [VehicleJoined(name, COURIER, hub_id, pad), LinkUp(name), VehicleReady(name)]
    return state_after([*facts, *map(OrderPlaced, placed)], ready_fleet(D1))


def planned(*at_s: float) -> HorizonPlan:
    """The courier takes O2 along, done at these times."""
    return HorizonPlan({C1: tuple(Trip.handing_over([ParcelId("O2-1")], [one]) for one in at_s)})


def chosen(state: FleetState, plan: HorizonPlan) -> OrderSourced:
    stands = {D1: PADS[D1], C1: KERB, C2: NEARER}
    seen = {name: sample(D1, at_s=START_S, position=pad.at.position) for name, pad in stands.items()}
    (fact,) = Sourcing()(state, seen, surroundings(), START_S, {H2: plan})
    return fact


def test_a_trip_that_goes_by_anyhow_counts_for_what_it_adds() -> None:
    """A trip of its own is cheaper from the hub that is nearer, a stop on one that is planned cheaper yet."""
    state = with_couriers(replace(BESIDE, hub_id=H2), HEAVY)
    assert chosen(state, HorizonPlan({})).hub_id == H1
    shared = chosen(state, planned(START_S + 300.0))
    assert shared.hub_id == H2
    assert "on a trip with 1 parcel" in shared.reasons[0].text
    late = HEAVY.deadline_s + 3600.0
    assert chosen(state, planned(late)).hub_id == H1, "not on one that comes too late"


def test_a_trip_has_room_or_is_not_shared_and_nor_is_one_that_is_given_already() -> None:
    heavy = replace(BESIDE, hub_id=H2, parcels=(replace(BESIDE.parcels[0], mass_kg=COURIER.max_payload_kg),))
    state = with_couriers(heavy, HEAVY)
    assert chosen(state, planned(START_S + 300.0)).hub_id == H1
    state = with_couriers(replace(BESIDE, hub_id=H2), HEAVY)
    gone = replace(state.parcels[ParcelId("O2-1")], phase=ParcelPhase.ASSIGNED)
    under_way = replace(state, parcels=state.parcels.set(ParcelId("O2-1"), gone))
    assert chosen(under_way, planned(START_S + 300.0)).hub_id == H1


def test_an_orders_own_place_in_the_plan_is_no_trip_to_share() -> None:
    state = with_couriers(HEAVY)
    own = HorizonPlan({C1: (Trip.handing_over([PARCEL], [START_S + 300.0]),)})
    assert chosen(state, own).hub_id == H1
