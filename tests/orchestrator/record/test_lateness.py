"""Why an order came late: for whom it waited, what came to nothing, what took longer than planned."""

from __future__ import annotations

from orchestrator.orders.order import OrderId
from orchestrator.record.events import Event, MissionEnded, MissionFailed, ParcelReturned, VehicleReady
from orchestrator.record.lateness import why_late
from orchestrator.record.state import FleetState
from tests.orchestrator.record.story import D1, D2, H1, START_S, WHY, delivery, opening, order, told
from vehicles.mission import MissionId, ParcelId

SOON_S = START_S + 120.0


def why(state: FleetState, name: str) -> str | None:
    return why_late(state, state.orders[OrderId(name)])


def test_one_that_is_on_its_way_or_came_in_time_was_not_late() -> None:
    assert why(told([*opening(order(deadline_s=SOON_S)), *delivery()[:4]]), "O1") is None
    assert why(told([*opening(), *delivery()]), "O1") is None


def test_it_waited_and_its_vehicle_was_later_than_planned() -> None:
    state = told([*opening(order(deadline_s=SOON_S)), *delivery()])
    assert why(state, "O1") == "It waited 6 min for D1. D1 was there 6 min later than planned."


def test_what_its_vehicle_did_first_is_told() -> None:
    orders = [order("O1"), order("O2", deadline_s=SOON_S)]
    state = told([*opening(*orders), *delivery(), *delivery(2, D1, "O2-1")])
    assert (why(state, "O2") or "").startswith(
        "It waited 11 min for D1, which did one mission first, the last for O1 until 22:23 UTC."
    )


def test_what_came_to_nothing_before_is_told_first() -> None:
    one, p1 = MissionId(1), ParcelId("O1-1")
    back: list[Event] = [MissionFailed(D1, one, WHY), MissionEnded(D1, one, 5.0, 1.0), ParcelReturned(p1, H1)]
    events = [*opening(order(deadline_s=SOON_S)), *delivery()[:4], *back, VehicleReady(D1)]
    state = told([*events, *delivery(2, D2)])
    assert (why(state, "O1") or "").startswith(
        "D1 did not bring it: The vehicle does not answer. It waited 6 min for D1."
    )


def test_one_that_nobody_could_have_brought_sooner_says_so() -> None:
    state = told([*opening(order(deadline_s=SOON_S)), *delivery()], step_s=5.0)
    assert why(state, "O1") is None
    state = told([*opening(order(deadline_s=START_S + 60.0)), *delivery()], step_s=5.0)
    assert why(state, "O1") == "D1 set out at once, and could be there 2 min late at best."
