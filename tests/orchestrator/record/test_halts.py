"""Vehicles that stand still on their missions: known as such, told of, and forgotten when they go on."""

from __future__ import annotations

import pytest

from geofences.zone import ZoneId
from orchestrator.orders.order import OrderId
from orchestrator.record.apply import IllegalEvent
from orchestrator.record.events import (
    Ask,
    AskAnswered,
    Event,
    LandingMissed,
    MissionFailed,
    MissionStarted,
    OperatorAsked,
    OrderCancelled,
    VehicleLanded,
    VehicleTakenOver,
    VehicleWentOn,
    WayClosed,
)
from orchestrator.record.state import Halt, Pause, Severity
from tests.orchestrator.record.story import D1, DOOR, WHY, delivery, opening, order, told
from vehicles.mission import MissionId

M1 = MissionId(1)
UNDER_WAY = told([*opening(order()), *delivery()[:4]])


def test_a_no_is_no_alert_any_more_once_the_vehicle_does_something_next() -> None:
    no = (OperatorAsked(D1, Ask.HOLD, "anna"), AskAnswered(D1, Ask.HOLD, done=False, text="Not yet."))
    told_so = told([*opening(order()), *delivery()[:3], *no])
    assert "ask:D1" in told_so.alerts
    assert "ask:D1" not in told([MissionStarted(D1, M1)], told_so).alerts
    under_way = told(no, UNDER_WAY)
    assert "ask:D1" in under_way.alerts
    assert "ask:D1" not in told(delivery()[4:], under_way).alerts


def answered(ask: Ask, by: str = "anna") -> tuple[Event, ...]:
    return OperatorAsked(D1, ask, by), AskAnswered(D1, ask, done=True, text="Done.")


def test_a_held_vehicle_is_known_as_held_by_whom_and_since_when_until_it_goes_on() -> None:
    held = told(answered(Ask.HOLD), UNDER_WAY)
    assert held.vehicles[D1].halt == Halt(Pause.HELD, held.at_s, "anna")
    for goes_on in (answered(Ask.RESUME), answered(Ask.RETURN), (VehicleWentOn(D1),)):
        assert told(goes_on, held).vehicles[D1].halt is None
    assert told(delivery()[4:], held).vehicles[D1].halt is None
    on_its_pad = told([*opening(), *answered(Ask.HOLD)])
    assert on_its_pad.vehicles[D1].halt is None


def test_a_landing_is_not_a_vehicle_that_has_landed() -> None:
    lands = told([MissionFailed(D1, M1, WHY), *answered(Ask.LAND)], UNDER_WAY)
    assert lands.vehicles[D1].halt == Halt(Pause.LANDING, lands.at_s, "anna")
    assert "landed:D1" not in lands.alerts
    missed = told([LandingMissed(D1, WHY)], lands)
    assert missed.alerts["landed:D1"].text == "D1 has not landed: The vehicle does not answer."
    landed = told([VehicleLanded(D1, DOOR)], missed)
    assert landed.vehicles[D1].halt == Halt(Pause.LANDED, landed.at_s, "anna")
    alert = landed.alerts["landed:D1"]
    assert alert.severity is Severity.CRITICAL
    assert "stands switched off with O1-1 aboard" in alert.text
    assert "ask it to return, or have it fetched" in alert.text
    again = told(answered(Ask.HOLD), landed)
    assert again.vehicles[D1].halt == landed.vehicles[D1].halt
    assert "landed:D1" in again.alerts
    assert "landed:D1" not in told(answered(Ask.RETURN), landed).alerts


def test_nothing_lands_or_goes_on_that_is_on_no_mission() -> None:
    for event in (VehicleLanded(D1, DOOR), LandingMissed(D1, WHY), VehicleWentOn(D1)):
        with pytest.raises(IllegalEvent, match="on no mission"):
            told([event], told(opening()))


def test_what_waits_for_a_resume_is_told_no_more_once_it_moves() -> None:
    """Whoever has it hold, an operator or somebody at its controls."""
    cancelled = OrderCancelled(OrderId("O1"), "shop")
    for stands in (answered(Ask.HOLD), (VehicleTakenOver(D1, WHY, holds=True),)):
        waits = told([*stands, cancelled], UNDER_WAY)
        assert "gives its mission up when it is resumed" in waits.alerts["held:D1"].text
        gone = told([VehicleWentOn(D1)], waits).alerts.get("held:D1")
        assert gone is None or "when it is resumed" not in gone.text


def test_one_on_its_way_home_waits_for_nothing_that_closed_before() -> None:
    closed = WayClosed(D1, M1, ZoneId("Z"), WHY)
    home = told([closed, MissionFailed(D1, M1, WHY)], UNDER_WAY)
    assert "held:D1" not in told(answered(Ask.HOLD), home).alerts
    held = told(answered(Ask.HOLD), told([MissionFailed(D1, M1, WHY)], UNDER_WAY))
    assert "is planned anew" in told([closed], held).alerts["held:D1"].text
