"""Missions with several parcels: custody one by one, what is kept comes back, people may decline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.orders.custody import AtHub, OnVehicle, WithRecipient
from orchestrator.record.apply import IllegalEvent, apply
from orchestrator.record.events import (
    Entry,
    Event,
    LinkLost,
    LinkUp,
    MissionEnded,
    MissionStarted,
    MissionWithdrawn,
    OfferDeclined,
    ParcelHandedOver,
    ParcelKept,
    ParcelLoaded,
    ParcelReturned,
    ParcelTakenOff,
    PlanLoaded,
    VehicleJoined,
    VehicleMissing,
    VehicleReady,
)
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.report import report
from orchestrator.record.state import FleetState, MissionPhase, ParcelPhase
from tests.orchestrator.record.story import (
    C1,
    DOOR,
    H1,
    R1,
    START_S,
    WHY,
    courier_joins,
    opening,
    order,
    planned_round,
)
from vehicles.mission import MissionId, ParcelId

A, B = ParcelId("O1-1"), ParcelId("O2-1")
M1 = MissionId(1)


def told(*events: Event) -> tuple[FleetState, list[Entry]]:
    state, entries = FleetState(), []
    for event in (*opening(order("O1"), order("O2")), *courier_joins(), *events):
        entry = Entry(state.seq + 1, START_S + state.seq, event)
        state = apply(state, entry)
        entries.append(entry)
    return state, entries


ABOARD = (planned_round(1, C1, (A, B)), PlanLoaded(C1, M1), ParcelLoaded(C1, M1, A), ParcelLoaded(C1, M1, B))
UNDER_WAY = (*ABOARD, MissionStarted(C1, M1))


def test_it_may_start_only_once_everything_is_aboard() -> None:
    half, _ = told(*ABOARD[:-1])
    assert half.missions[M1].phase is MissionPhase.LOADED
    with pytest.raises(IllegalEvent, match="is loaded"):
        told(*ABOARD[:-1], MissionStarted(C1, M1))
    assert told(*ABOARD)[0].missions[M1].phase is MissionPhase.PARCEL_ABOARD


def test_it_may_start_once_what_it_still_waited_for_is_taken_off() -> None:
    state, entries = told(*ABOARD[:-1], ParcelTakenOff(C1, M1, B, WHY))
    assert state.missions[M1].phase is MissionPhase.PARCEL_ABOARD
    assert told(*ABOARD[:-1], ParcelTakenOff(C1, M1, B, WHY), MissionStarted(C1, M1))
    assert broken_invariants(entries) == ()


def test_one_that_never_got_ready_frees_its_courier_when_that_goes_missing() -> None:
    """Loaded and taken off again before its plan came: nothing is aboard, and nothing began."""
    off = (ABOARD[0], ParcelLoaded(C1, M1, A), ParcelTakenOff(C1, M1, A, WHY))
    gone = (LinkUp(C1), LinkLost(C1, DOOR, START_S), VehicleMissing(C1, DOOR, START_S))
    state, entries = told(*off, *gone, LinkUp(C1), VehicleReady(C1))
    again = Entry(state.seq + 1, START_S + 3600.0, planned_round(2, C1, (A, B)))
    assert apply(state, again).vehicles[C1].mission_id == MissionId(2)
    assert broken_invariants([*entries, again]) == ()


def test_each_parcel_passes_on_by_itself() -> None:
    state, entries = told(*UNDER_WAY, ParcelHandedOver(C1, M1, A, DOOR))
    assert state.parcels[A].keeper == WithRecipient()
    assert state.parcels[B].keeper == OnVehicle(C1)
    assert state.vehicles[C1].aboard == (B,)
    assert broken_invariants(entries) == ()


def test_what_was_kept_comes_back_while_the_mission_is_as_planned_and_says_why() -> None:
    given = (ParcelHandedOver(C1, M1, A, DOOR), ParcelKept(C1, M1, B, WHY))
    state, entries = told(*UNDER_WAY, *given, ParcelReturned(B, H1), MissionEnded(C1, M1, 900.0, 5.0))
    assert state.missions[M1].phase is MissionPhase.ENDED
    assert (state.parcels[B].keeper, state.parcels[B].phase) == (AtHub(H1), ParcelPhase.WAITING)
    assert state.parcels[B].reasons == WHY
    assert broken_invariants(entries) == ()


def test_a_withdrawn_round_puts_all_its_parcels_back() -> None:
    state, _ = told(*ABOARD, MissionWithdrawn(C1, M1, WHY))
    assert {state.parcels[p].keeper for p in (A, B)} == {AtHub(H1)}
    assert state.vehicles[C1].aboard == ()
    assert {state.parcels[p].came_to_nothing for p in (A, B)} == {1}


def test_an_offer_declined_is_no_failure_and_is_remembered() -> None:
    state, entries = told(*ABOARD[:1], OfferDeclined(C1, M1, WHY))
    assert [dict(state.parcels[p].declined_at_s) for p in (A, B)] == [{C1: entries[-1].at_s}] * 2
    assert {(p.came_to_nothing, p.not_before_s) for p in state.parcels.values()} == {(0, 0.0)}
    assert state.vehicles[C1].fault == ()
    assert broken_invariants(entries) == ()


def test_more_parcels_than_there_is_room_for_are_refused() -> None:
    with pytest.raises(IllegalEvent, match="R1 has room for 1"):
        told(planned_round(1, R1, (A, B)))


def test_a_parcel_may_not_be_carried_twice_in_one_round() -> None:
    with pytest.raises(IllegalEvent, match="one DropOff a parcel"):
        told(planned_round(1, C1, (A, A)))


def test_a_round_that_shares_its_way_shares_its_figures() -> None:
    over = (
        ParcelHandedOver(C1, M1, A, DOOR),
        ParcelHandedOver(C1, M1, B, DOOR),
        MissionEnded(C1, M1, 900.0, 5.0),
    )
    state, entries = told(*UNDER_WAY, *over)
    document = report(state, entries, seed=1, wall_s=1.0, fleet_s=1.0)
    assert [row["distance_m"] for row in document["orders"]] == [450.0, 450.0]
    courier = next(row for row in document["vehicles"] if row["id"] == C1)
    assert (courier["kind"], courier["delivered"], courier["distance_m"]) == ("courier", 2, 900.0)


def test_the_independent_check_finds_a_vehicle_that_is_too_full() -> None:
    _, entries = told(*ABOARD)
    tight = [replace(entry, event=_cramped(entry.event)) for entry in entries]
    assert [said for said in broken_invariants(tight) if "room" in said] != []


def _cramped(event: Event) -> Event:
    if not isinstance(event, VehicleJoined):
        return event
    return replace(event, profile=replace(event.profile, compartments=1))
