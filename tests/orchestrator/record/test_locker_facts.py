"""Facts about lockers: one keeper, never more parcels than compartments, collected or fetched back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.membership import changes
from orchestrator.orders.custody import AtHub, InLocker, WithRecipient
from orchestrator.orders.order import Compartments, Locker, LockerId, Order, OrderId, Parcel
from orchestrator.record.apply import apply
from orchestrator.record.codec import decode, encode
from orchestrator.record.events import (
    CollectionExpired,
    Entry,
    Event,
    HubClosed,
    LockerClosed,
    LockerOpened,
    MissionEnded,
    MissionStarted,
    MissionWithdrawn,
    OrderCancelled,
    OrderPlaced,
    ParcelCollected,
    ParcelHandedOver,
    ParcelLoaded,
    ParcelRecovered,
    VehicleJoined,
    VehicleReady,
)
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.journal import JournalError
from orchestrator.record.locker_rooms import room_of
from orchestrator.record.replay import rebuild
from orchestrator.record.report import OrderStatus, order_status
from orchestrator.record.state import FleetState, ParcelPhase
from tests.orchestrator.record.story import (
    DOOR,
    H1,
    HUB,
    R1,
    START_S,
    WHY,
    opening,
    order,
    planned,
    told,
)
from vehicles.cargo import ParcelSize
from vehicles.mission import MissionId, ParcelId

L1 = LockerId("L1")
S, M, L = ParcelSize.SMALL, ParcelSize.MEDIUM, ParcelSize.LARGE


def opened(small: int = 0, medium: int = 0, large: int = 0) -> LockerOpened:
    return LockerOpened(Locker(L1, "Station", DOOR, Compartments(small, medium, large)))


def sized(name: str, size: ParcelSize = M) -> Order:
    placed = order(name, locker="L1")
    return replace(placed, parcels=(Parcel(ParcelId(f"{name}-1"), 1.0, size),))


def trip(number: int, parcel_id: str) -> list[Event]:
    """R1 brings one parcel to the locker and comes home."""
    one, parcel = MissionId(number), ParcelId(parcel_id)
    return [
        VehicleReady(R1),
        planned(number, R1, parcel_id),
        ParcelLoaded(R1, one, parcel),
        MissionStarted(R1, one),
        ParcelHandedOver(R1, one, parcel, DOOR),
        MissionEnded(R1, one, 10.0, 1.0),
    ]


def test_a_parcel_lies_in_the_smallest_compartment_that_takes_it_until_it_is_collected() -> None:
    state = told([*opening(sized("O1")), opened(small=2, medium=1, large=1), *trip(1, "O1-1")])
    assert state.parcels[ParcelId("O1-1")].keeper == InLocker(L1, M)
    room = room_of(state, L1)
    assert room is not None
    assert (room.taken, room.promised) == ((M,), ())
    state = told([ParcelCollected(ParcelId("O1-1"), "station")], state)
    assert state.parcels[ParcelId("O1-1")].keeper == WithRecipient()
    assert state.boxed[L1] == ()
    with pytest.raises(IllegalEvent, match="is in no locker"):
        told([ParcelCollected(ParcelId("O1-1"), "station")], state)


def test_no_mission_is_planned_to_a_locker_that_is_full_or_promised() -> None:
    state = told([*opening(sized("O1"), sized("O2")), opened(medium=1)])
    state = told([VehicleReady(R1), planned(1, R1, "O1-1")], state)
    for events in ([], trip(1, "O1-1")[2:]):
        after = told(events, state)
        after = told([VehicleReady(R1)], after) if events else after
        room = room_of(after, L1)
        assert room is not None
        with pytest.raises(IllegalEvent, match=r"No room in Station|bound to mission"):
            told([planned(2, R1, "O2-1")], after)
    withdrawn = told([MissionWithdrawn(R1, MissionId(1), WHY)], state)
    room = room_of(withdrawn, L1)
    assert room is not None
    assert room.promised == (), "what is not brought is promised nothing"


def test_what_nobody_collects_is_fetched_back_once_it_has_expired() -> None:
    state = told([*opening(sized("O1")), opened(medium=1), *trip(1, "O1-1")])
    parcel = ParcelId("O1-1")
    with pytest.raises(IllegalEvent, match="may still be collected"):
        told([ParcelRecovered(parcel, H1, "anna")], state)
    state = told([CollectionExpired(parcel)], state)
    assert "Nobody came for O1-1 in locker L1" in state.alerts["uncollected:O1-1"].text
    with pytest.raises(IllegalEvent, match="is over already"):
        told([CollectionExpired(parcel)], state)
    late = told([ParcelCollected(parcel, "anna")], state)
    assert late.parcels[parcel].phase is ParcelPhase.DELIVERED
    assert not late.alerts
    state = told([ParcelRecovered(parcel, H1, "anna")], state)
    assert (state.parcels[parcel].keeper, state.parcels[parcel].phase) == (AtHub(H1), ParcelPhase.UNCOLLECTED)
    assert order_status(state, state.parcels[parcel].order_id) is OrderStatus.FAILED
    assert not state.alerts
    assert state.boxed[L1] == ()


def test_a_locker_keeps_the_compartments_that_hold_something() -> None:
    state = told([*opening(sized("O1")), opened(medium=2, large=1), *trip(1, "O1-1")])
    assert told([opened(medium=1)], state).lockers[L1].compartments == Compartments(medium=1)
    with pytest.raises(IllegalEvent, match="holds more parcels"):
        told([opened(large=3)], state)
    with pytest.raises(IllegalEvent, match="is not empty"):
        told([LockerClosed(L1)], state)
    empty = told([ParcelCollected(ParcelId("O1-1"), "anna"), LockerClosed(L1)], state)
    assert L1 not in empty.lockers


def test_what_the_configuration_has_no_longer_leaves_the_record() -> None:
    state = told([*opening(order("O9")), opened(medium=1), OrderCancelled(OrderId("O9"), "anna")])
    (closed,) = [e for e in changes(state, [HUB], _members(state)) if isinstance(e, LockerClosed)]
    assert closed.locker_id == L1
    assert changes(state, [HUB], _members(state), [opened(medium=1).locker]) == ()
    gone = told(changes(state, [], []), state)
    assert (dict(gone.hubs), dict(gone.lockers)) == ({}, {})
    full = told([OrderPlaced(sized("O1")), *trip(1, "O1-1")], state)
    with pytest.raises(JournalError, match="lockers: L1 is not empty by the journal"):
        changes(full, [HUB], _members(full))


def test_a_hub_with_orders_to_bring_stays() -> None:
    state = told(opening(order("O1")))
    with pytest.raises(JournalError, match="hubs: H1 is gone, and O1 is to be brought from it yet"):
        changes(state, [], [])
    with pytest.raises(IllegalEvent, match="H1 still has D1"):
        told([HubClosed(H1)], state)


def _members(state: FleetState) -> list[VehicleJoined]:
    return [VehicleJoined(v.vehicle_id, v.profile, v.hub_id, v.pad) for v in state.vehicles.values()]


def test_the_independent_books_find_a_locker_with_too_much_in_it() -> None:
    small = opened(medium=1)
    large = replace(small, locker=replace(small.locker, compartments=Compartments(medium=2)))
    events: list[Event] = [*opening(sized("O1"), sized("O2")), large, *trip(1, "O1-1"), *trip(2, "O2-1")]
    entries = [Entry(n, START_S + n, event) for n, event in enumerate(events, start=1)]
    assert broken_invariants(entries) == ()
    forged = [replace(e, event=small) if e.event == large else e for e in entries]
    assert any(
        "L1 holds more parcels than it has compartments for" in said for said in broken_invariants(forged)
    )
    twice = [ParcelCollected(ParcelId("O1-1"), "anna")] * 2
    more = [Entry(len(events) + n, START_S + 900, event) for n, event in enumerate(twice, start=1)]
    assert any("does not hold it" in said for said in broken_invariants([*entries, *more]))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_run_keeps_to_the_compartments_and_replays(
    data: st.DataObject,
) -> None:
    has = data.draw(st.tuples(*[st.integers(0, 2)] * 3).filter(any))
    sizes = data.draw(st.lists(st.sampled_from([S, M, L]), min_size=1, max_size=8))
    names = [f"O{n}" for n in range(1, len(sizes) + 1)]
    entries: list[Entry] = []
    state = FleetState()

    def tell(event: Event) -> bool:
        nonlocal state
        entry = Entry(state.seq + 1, START_S + 30.0 * state.seq, event)
        try:
            state = apply(state, entry)
        except IllegalEvent:
            return False
        entries.append(entry)
        return True

    for event in (*opening(*map(sized, names, sizes)), opened(*has)):
        if isinstance(event, VehicleJoined):  # with room for every size: this is about lockers
            event = replace(event, profile=replace(event.profile, largest=L))  # noqa: PLW2901
        assert tell(event)
    for number, name in enumerate(names, start=1):
        steps = trip(number, f"{name}-1")
        if tell(steps[0]) and tell(steps[1]):
            assert all(tell(step) for step in steps[2:]), "what was promised a compartment gets one"
        taken = data.draw(st.sampled_from([None, *state.boxed.get(L1, ())]))
        if taken is not None:
            assert tell(ParcelCollected(taken, "anna"))
    held = [p.keeper for p in state.parcels.values() if isinstance(p.keeper, InLocker)]
    assert len(held) == len(state.boxed.get(L1, ()))
    for n, size in enumerate((S, M, L)):
        assert sum(keeper.compartment is size for keeper in held) <= has[n]
    assert [said for said in broken_invariants(entries) if not said.startswith("at the end")] == []
    assert rebuild(decode(encode(entry)) for entry in entries) == state
