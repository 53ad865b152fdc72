"""Facts that a courier's phone brings: of couriers alone, once, and told to people."""

from __future__ import annotations

import pytest

from geofences.reason import Because, Reason
from orchestrator.record.describe import describe
from orchestrator.record.events import (
    CourierReported,
    Entry,
    Event,
    HandOverProved,
    MissionStarted,
    ParcelHandedOver,
    ParcelLoaded,
    Proof,
    SignInGiven,
    VehicleFaulted,
)
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.state import Severity
from tests.orchestrator.record.story import (
    C1,
    D1,
    DOOR,
    START_S,
    courier_joins,
    opening,
    order,
    planned_round,
    told,
)
from vehicles.mission import MissionId, ParcelId

M1, P1, P2 = MissionId(1), ParcelId("O1-1"), ParcelId("O1-2")


def under_way() -> list[Event]:
    return [
        *opening(order(parcels=2)),
        *courier_joins(),
        planned_round(1, C1, [P1, P2]),
        ParcelLoaded(C1, M1, P1),
        ParcelLoaded(C1, M1, P2),
        MissionStarted(C1, M1),
    ]


def test_a_proof_stays_with_the_parcel_that_was_handed_over() -> None:
    proof = HandOverProved(C1, M1, P1, Proof.PHOTO, "rita", "ab" * 32)
    state = told([*under_way(), proof, ParcelHandedOver(C1, M1, P1, DOOR)])
    assert state.parcels[P1].proved == proof
    assert state.parcels[P2].proved is None
    said = describe(Entry(1, START_S, proof), state)
    assert (said.text, said.order_id) == ("rita proved the hand-over of O1-1: photo.", "O1")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ([HandOverProved(C1, M1, P1, Proof.CODE, "rita")], "is proved"),
        ([ParcelHandedOver(C1, M1, P1, DOOR)], "is not aboard C1"),
    ],
)
def test_a_hand_over_is_proved_once_and_before_it_is_done(more: list[Event], why: str) -> None:
    with pytest.raises(IllegalEvent, match=why):
        told([*under_way(), *more, HandOverProved(C1, M1, P1, Proof.CODE, "rita")])


def test_a_problem_is_an_alert_until_it_is_taken_back() -> None:
    state = told([*under_way(), CourierReported(C1, "Flat tyre", "rita")])
    alert = state.alerts["courier:C1"]
    assert (alert.text, alert.severity) == ("C1 needs help: Flat tyre", Severity.WARNING)
    assert not told([CourierReported(C1, "", "rita")], state).alerts


@pytest.mark.parametrize("event", [CourierReported(D1, "Wind", "rita"), SignInGiven(D1, "anna", START_S)])
def test_no_drone_reports_or_signs_in(event: Event) -> None:
    with pytest.raises(IllegalEvent, match="nobody rides D1"):
        told([*under_way(), event])


def test_who_is_off_duty_has_no_fault() -> None:
    off = VehicleFaulted(C1, (Reason(Because.SHIFT, C1, "C1 is on a break."),))
    state = told([*opening(), *courier_joins(), off])
    assert not state.vehicles[C1].ready
    assert not state.alerts
    assert describe(Entry(1, START_S, off), state).severity is Severity.INFO
    sick = VehicleFaulted(C1, (*off.reasons, Reason(Because.LINK, C1, "C1 does not answer.")))
    assert "fault:C1" in told([sick], state).alerts
