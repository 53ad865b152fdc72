"""Every fact has one plain sentence."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from orchestrator.orders.order import OrderId
from orchestrator.record.describe import describe
from orchestrator.record.events import (
    AlertAcknowledged,
    Ask,
    AskAnswered,
    BackOnPath,
    CustodyDoubted,
    CustodyTold,
    Entry,
    Event,
    Found,
    HubOpened,
    LandingMissed,
    LegDone,
    LinkLost,
    LowEnergy,
    MissionEnded,
    MissionFailed,
    MissionStarted,
    MissionWithdrawn,
    OffPath,
    OperatorAsked,
    OrderCancelled,
    ParcelDeferred,
    ParcelReturned,
    PlaceFound,
    VehicleFaulted,
    VehicleMissing,
    VehicleNoticed,
    VehicleTakenOver,
    VehicleWentOn,
)
from orchestrator.record.state import FleetState, Severity
from tests.orchestrator.record.any_event import EVENT_KINDS, any_of
from tests.orchestrator.record.story import D1, DOOR, H1, HUB, START_S, WHY, delivery, opening, told
from vehicles.mission import MissionId, ParcelId

M1, P1 = MissionId(1), ParcelId("O1-1")
STATE = told([*opening(), *delivery()[:5], LinkLost(D1, DOOR, START_S)])
INFO, WARNING, CRITICAL = Severity.INFO, Severity.WARNING, Severity.CRITICAL


@pytest.mark.parametrize(
    ("event", "severity", "text"),
    [
        (HubOpened(HUB), INFO, "Market hub (H1) is open with 4 pads."),
        (opening()[1], INFO, "D1, a delivery-drone, joined at H1, pad P0."),
        (
            opening()[-1],
            INFO,
            "shop ordered 1 parcel from H1 to Aleksanterinkatu 52, due 22:43 UTC.",
        ),
        (OrderCancelled(OrderId("O1"), "anna"), INFO, "anna cancelled order O1."),
        (ParcelDeferred(P1, WHY), INFO, "O1-1 waits: The vehicle does not answer."),
        (
            delivery()[0],
            INFO,
            "D1 will carry O1-1 to Aleksanterinkatu 52: hand-over at 22:16 UTC, 0.8 km, 20 Wh.",
        ),
        (delivery()[1], INFO, "D1 holds the plan."),
        (delivery()[2], INFO, "O1-1 is aboard D1."),
        (MissionStarted(D1, M1), INFO, "D1 set off for Aleksanterinkatu 52."),
        (LegDone(D1, M1, 0, DOOR), INFO, "D1 took O1-1."),
        (LegDone(D1, M1, 1, DOOR), INFO, "D1 arrived."),
        (LegDone(D1, M1, 2, DOOR), INFO, "D1 finished the hand-over of O1-1."),
        (LegDone(D1, M1, 4, DOOR), INFO, "D1 docked."),
        (LegDone(D1, MissionId(9), 4, DOOR), INFO, "D1 finished a leg."),
        (delivery()[5], INFO, "D1 handed O1-1 over at Aleksanterinkatu 52."),
        (MissionEnded(D1, M1, 812.0, 21.5), INFO, "D1 is back on its pad: 0.8 km, 22 Wh."),
        (MissionWithdrawn(D1, M1, WHY), WARNING, "D1 will not set out: The vehicle does not answer."),
        (MissionFailed(D1, M1, ()), WARNING, "D1 gave its mission up: No reason was given."),
        (ParcelReturned(P1, H1), WARNING, "O1-1 is back on the shelf at H1."),
        (CustodyDoubted(D1, P1, DOOR, WHY), WARNING, "O1-1 is looked for. The vehicle does not answer."),
        (CustodyTold(P1, Found.SHELF, H1, "olga"), INFO, "olga has looked: O1-1 is on the shelf."),
        (CustodyTold(P1, Found.LOST, H1, "olga"), WARNING, "olga has looked: O1-1 is nowhere to be found."),
        (OffPath(D1, M1, 12.4, DOOR), WARNING, "D1 is 12 m outside the space reserved for it."),
        (BackOnPath(D1, M1), INFO, "D1 is back in the space reserved for it."),
        (LowEnergy(D1, M1, 0.31, 0.4), CRITICAL, "D1 has 31% of its battery left and needs 40%."),
        (
            VehicleMissing(D1, DOOR, START_S),
            CRITICAL,
            f"D1 is missing; last heard 22:13:20 UTC at {DOOR}.",
        ),
        (VehicleFaulted(D1, WHY), WARNING, "D1 cannot work: The vehicle does not answer."),
        (VehicleTakenOver(D1, WHY), Severity.CRITICAL, "D1 was taken over: The vehicle does not answer."),
        (VehicleNoticed(D1, ("Not so: 1",)), WARNING, "Amiss with D1: Not so: 1."),
        (VehicleNoticed(D1, ()), INFO, "D1 is reached and recorded as it should be again."),
        (OperatorAsked(D1, Ask.HOLD, "anna"), INFO, "anna asked D1 to hold."),
        (AskAnswered(D1, Ask.RETURN, done=True, text=""), INFO, "D1 returns as asked."),
        (AskAnswered(D1, Ask.LAND, done=False, text="No."), WARNING, "D1 did not land: No."),
        (AskAnswered(D1, Ask.LAND, done=True, text=""), INFO, "D1 lands as asked."),
        (LandingMissed(D1, WHY), CRITICAL, "D1 has not landed: The vehicle does not answer."),
        (PlaceFound(D1, DOOR), INFO, f"It is known again where D1 is: at {DOOR}."),
        (VehicleWentOn(D1), WARNING, "D1 moves again, without an operator's word for it."),
        (VehicleWentOn(D1, WHY, "ops"), CRITICAL, f"D1 was held by ops and moves again: {WHY[0].text}"),
        (AlertAcknowledged("link:D1", "anna"), INFO, "anna acknowledged link:D1."),
    ],
)
def test_in_words(event: Event, severity: Severity, text: str) -> None:
    found = describe(Entry(1, START_S, event), STATE)
    assert (found.severity, found.text) == (severity, text)


def test_whom_it_is_about() -> None:
    def about(event: Event) -> tuple[str | None, str | None]:
        found = describe(Entry(1, START_S, event), STATE)
        return found.vehicle_id, found.order_id

    assert about(delivery()[0]) == ("D1", "O1")
    assert about(MissionStarted(D1, M1)) == ("D1", "O1")
    assert about(ParcelDeferred(P1, WHY)) == (None, "O1")
    assert about(VehicleFaulted(D1, WHY)) == ("D1", None)
    assert about(AlertAcknowledged("link:D1", "anna")) == ("D1", None)
    assert about(HubOpened(HUB)) == (None, None)


@pytest.mark.parametrize("kind", EVENT_KINDS, ids=lambda kind: kind.__name__)
def test_nothing_is_beyond_words_even_in_an_empty_fleet(kind: type) -> None:
    @settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
    @given(any_of(kind))
    def said(event: Event) -> None:
        assert len(describe(Entry(1, START_S, event), FleetState()).text) > 5

    said()
