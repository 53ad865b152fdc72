"""Told to hold or to land, or down by itself: facts from what is seen, never from a word that it will."""

from __future__ import annotations

from typing import Any

from orchestrator.operations.watching.halting import lands_within_s
from orchestrator.record.events import (
    Ask,
    AskAnswered,
    Event,
    LandingMissed,
    MissionFailed,
    OperatorAsked,
    VehicleLanded,
    VehicleTakenOver,
    VehicleWentOn,
)
from orchestrator.record.state import Halt, Pause
from tests.orchestrator.operations.test_monitor import DEPART_S, M1, Eyes, flying, under_way
from tests.orchestrator.operations.town import D1, state_after
from vehicles.profiles import DELIVERY_DRONE
from vehicles.telemetry import Health, Landed, Mode

ASKED_S = DEPART_S + 20.0


def asked(ask: Ask, *before: Event) -> Eyes:
    answered = OperatorAsked(D1, ask, "anna"), AskAnswered(D1, ask, done=True, text="Done.")
    eyes = Eyes(under_way(at_s=ASKED_S))
    eyes.see(flying(20.0))
    eyes.state = state_after([*before, *answered], eyes.state, ASKED_S)
    return eyes


def landing() -> Eyes:
    return asked(Ask.LAND, MissionFailed(D1, M1, ()))


def test_one_that_was_told_to_land_has_landed_when_it_stands_on_the_ground() -> None:
    eyes = landing()
    assert eyes.see(flying(21.0, mode=Mode.LAND)) == ()
    assert eyes.see(flying(30.0, mode=Mode.LAND, height_agl_m=0.1, landed=Landed.ON_GROUND)) == ()
    down: dict[str, Any] = {
        "mode": Mode.LAND,
        "height_agl_m": 0.0,
        "armed": False,
        "landed": Landed.ON_GROUND,
    }
    seen = flying(35.0, **down)
    assert eyes.see(seen) == (VehicleLanded(D1, seen.position),)
    assert eyes.state.vehicles[D1].halt == Halt(Pause.LANDED, seen.heard_at_s, "anna")
    assert eyes.see(flying(36.0, **down)) == ()


def test_a_landing_that_does_not_come_is_told_once() -> None:
    eyes = landing()
    within_s = lands_within_s(DELIVERY_DRONE)
    assert 60.0 < within_s < 300.0
    assert eyes.see(flying(20.0 + within_s, mode=Mode.HOLD, height_agl_m=45.0)) == ()
    (missed,) = eyes.see(flying(21.0 + within_s, mode=Mode.HOLD, height_agl_m=45.0))
    assert isinstance(missed, LandingMissed)
    assert "is 45 m above the ground, armed, in mode hold" in missed.reasons[0].text
    assert eyes.see(flying(22.0 + within_s, mode=Mode.HOLD, height_agl_m=45.0)) == ()


def test_a_held_vehicle_that_goes_on_without_a_word_is_held_no_more() -> None:
    eyes = asked(Ask.HOLD)
    assert eyes.see(flying(21.0, mode=Mode.HOLD)) == ()
    assert eyes.see(flying(25.0, mode=Mode.HOLD)) == ()
    assert eyes.see(flying(26.0)) == (VehicleWentOn(D1, by="anna"),)
    assert eyes.state.vehicles[D1].halt is None


def test_one_that_came_down_by_itself_is_given_up_and_stands_there() -> None:
    eyes = Eyes(under_way())
    weak = Health(ready=False, failsafe=True, warnings=("Motor failure.",))
    down: dict[str, Any] = {
        "mode": Mode.LAND,
        "height_agl_m": 0.0,
        "armed": False,
        "landed": Landed.ON_GROUND,
        "health": weak,
    }
    eyes.see(flying(21.0, **down))
    facts = eyes.see(flying(25.0, **down))
    assert [type(fact) for fact in facts] == [MissionFailed]
    assert [type(fact) for fact in eyes.see(flying(26.0, **down))] == [VehicleLanded]
    assert eyes.state.vehicles[D1].halt == Halt(Pause.LANDED, DEPART_S + 26.0)


def test_one_that_somebody_else_stopped_stands_still_by_nobodys_word() -> None:
    eyes = Eyes(under_way(), begun_at_s=DEPART_S)
    eyes.see(flying(21.0, mode=Mode.HOLD))
    (told,) = eyes.see(flying(37.0, mode=Mode.HOLD))
    assert isinstance(told, VehicleTakenOver)
    assert eyes.state.vehicles[D1].halt == Halt(Pause.HELD, DEPART_S + 37.0)
    assert "taken_over:D1" in eyes.state.alerts
    assert eyes.see(flying(40.0)) == (VehicleWentOn(D1),)
    assert "taken_over:D1" not in eyes.state.alerts
