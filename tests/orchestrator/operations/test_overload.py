"""More waits at a hub than comes in time: one alert when the plan shows it, long before deadlines pass."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from orchestrator.dispatch.horizon import HorizonPlan
from orchestrator.operations.decide import decide
from orchestrator.operations.dispatching.dispatcher import Dispatcher
from orchestrator.operations.dispatching.overload import overload
from orchestrator.record.events import HubBehind, OrderCancelled
from orchestrator.record.state import FleetState, Severity
from tests.orchestrator.operations.test_crowd import AROUND, calls, crowd
from tests.orchestrator.operations.town import D1, H1, START_S, all_seen, state_after
from vehicles.mission import ParcelId

STATE = crowd(100)
WAITING = tuple(parcel for _, parcel in sorted(STATE.parcels.items()))
KEY = f"behind:{H1}"


def planned(late: int, *, unplanned: int = 0, by_s: float = 600.0) -> HorizonPlan:
    """A plan that brings the last ones not at all, the first ones late."""
    brought = WAITING[: len(WAITING) - unplanned]
    due_s = [STATE.orders[one.order_id].order.deadline_s for one in brought]
    at_s = [due + (by_s if number < late else -by_s) for number, due in enumerate(due_s)]
    expected = {one.parcel.parcel_id: (D1, at) for one, at in zip(brought, at_s, strict=True)}
    return cast("HorizonPlan", SimpleNamespace(expected=lambda: expected))


def after(late: int, state: FleetState = STATE) -> FleetState:
    return state_after(overload(state, H1, WAITING, planned(late)), state)


def test_a_few_late_ones_are_not_a_hub_that_is_behind() -> None:
    assert not overload(STATE, H1, WAITING, planned(9))
    assert not overload(STATE, H1, WAITING[:4], planned(4))
    assert not overload(STATE, H1, WAITING, planned(50, by_s=59.0))


def test_a_hub_that_is_behind_is_told_with_figures() -> None:
    (told,) = overload(STATE, H1, WAITING, planned(10, unplanned=30))
    assert told == HubBehind(H1, 100, 10, 30, 600.0)
    alert = state_after((told,), STATE).alerts[KEY]
    assert alert.severity is Severity.WARNING
    assert "10 of 100 parcels are expected late, by up to 10 min; 30 more have no vehicle yet." in alert.text


@pytest.mark.parametrize(("late", "told"), [(20, False), (21, False), (39, False), (40, True), (10, True)])
def test_it_is_told_anew_when_it_is_twice_or_half_as_bad(late: int, told: bool) -> None:  # noqa: FBT001
    assert bool(overload(after(20), H1, WAITING, planned(late))) is told


def test_it_is_over_when_hardly_any_is_late() -> None:
    assert KEY in after(3, after(12)).alerts
    over = after(2, after(3, after(12)))
    assert (KEY in over.alerts, dict(over.behind)) == (False, {})


def test_a_crowd_is_an_alert_before_any_deadline_passes_and_over_when_nothing_waits() -> None:
    dispatcher = Dispatcher()
    state, _ = calls(crowd(60), dispatcher)
    assert KEY in state.alerts
    assert not [key for key in state.alerts if key.startswith("late:")]
    waits = [parcel.order_id for parcel in state.parcels.values() if parcel.mission_id is None]
    state = state_after([OrderCancelled(one, "shop") for one in sorted(waits)], state)
    state = state_after(decide(state, all_seen(state), AROUND, START_S + 1.0, dispatcher), state)
    assert KEY not in state.alerts


def test_it_says_so_of_no_hub_that_has_what_it_needs() -> None:
    state, _ = calls(crowd(4), Dispatcher())
    assert ParcelId("O000-1") in state.parcels
    assert not state.behind
