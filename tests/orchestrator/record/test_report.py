"""What became of every order and vehicle, and what an order's one status is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from immutables import Map

from orchestrator.dispatch.lessons import later_frac
from orchestrator.orders.order import OrderId
from orchestrator.record.events import (
    Event,
    LinkLost,
    MissionEnded,
    MissionFailed,
    MissionWithdrawn,
    OrderCancelled,
    ParcelDeferred,
    ParcelReturned,
    VehicleFaulted,
    VehicleMissing,
)
from orchestrator.record.report import OrderStatus, order_status, report
from tests.orchestrator.record.story import (
    D1,
    D2,
    DOOR,
    H1,
    START_S,
    WHY,
    delivery,
    entries,
    opening,
    order,
    told,
)
from vehicles.mission import MissionId, ParcelId

O1, M1, P1 = OrderId("O1"), MissionId(1), ParcelId("O1-1")
FIELDS = (
    "id", "vehicle_id", "state", "placed_at_s", "deadline_s", "delivered_at_s",
    "on_time", "distance_m", "energy_wh", "reason",
)  # fmt: skip


def reported(events: list[Event]) -> dict[str, Any]:
    found = report(told(events), entries(events), seed=7, wall_s=1.5, fleet_s=300.0)
    parsed: dict[str, Any] = orjson.loads(orjson.dumps(found))
    return parsed


def test_a_delivered_order() -> None:
    found = reported([*opening(), *delivery()])
    (row,) = found["orders"]
    assert set(FIELDS) <= set(row)
    assert row["vehicle_id"] == "D1"
    assert (row["state"], row["on_time"], row["late_s"], row["reason"]) == ("delivered", True, 0.0, None)
    assert (row["distance_m"], row["energy_wh"], row["measured"]) == (812.0, 21.5, True)
    assert row["energy_from"] == ["charge_left"]
    assert (row["address"], row["hub_id"]) == ("Aleksanterinkatu 52", "H1")
    assert row["delivered_at_s"] == START_S + 17 * 30.0
    assert (found["seed"], found["wall_s"], found["fleet_s"]) == (7, 1.5, 300.0)
    assert found["invariants"] == {"broken": []}


def test_a_late_order_says_by_how_much() -> None:
    (row,) = reported([*opening(order(deadline_s=START_S + 500.0)), *delivery()])["orders"]
    assert (row["on_time"], row["late_s"]) == (False, 10.0)
    assert row["reason"] == "It waited 6 min for D1. D1 was there 6 min later than planned."


def test_vehicles() -> None:
    events = [*opening(order("O1"), order("O2")), *delivery()]
    rows = {row["id"]: row for row in reported([*events, VehicleFaulted(D2, WHY)])["vehicles"]}
    assert rows["D1"] == {
        "id": "D1", "kind": "drone", "profile": "delivery-drone", "hub_id": "H1", "missions": 1,
        "delivered": 1, "distance_m": 812.0, "energy_wh": 21.5, "state": "ready",
        "energy_from": ["charge_left"],
    }  # fmt: skip
    assert (rows["D2"]["state"], rows["D2"]["missions"], rows["R1"]["kind"]) == ("faulted", 0, "robot")


LOST: list[Event] = [LinkLost(D1, DOOR, START_S), VehicleMissing(D1, DOOR, START_S)]
BACK: list[Event] = [MissionFailed(D1, M1, WHY), MissionEnded(D1, M1, 5.0, 1.0), ParcelReturned(P1, H1)]


@pytest.mark.parametrize(
    ("steps", "more", "state", "said"),
    [
        (0, [], "waiting", "O1-1 is at the hub: it waits for its turn."),
        (0, [ParcelDeferred(P1, WHY)], "waiting", "O1-1 is at the hub: The vehicle does not answer."),
        (1, [], "assigned", "O1-1 is at the hub: it waits for its turn."),
        (1, [MissionWithdrawn(D1, M1, WHY)], "waiting", "The vehicle does not answer."),
        (4, [], "on_the_way", "O1-1 is aboard D1."),
        (4, LOST, "failed", "O1-1 is lost with D1, last heard at 2023-11-14T22:13:20Z, 60.1"),
        (4, BACK, "waiting", "O1-1 is at the hub: The vehicle does not answer."),
        (0, [OrderCancelled(O1, "anna")], "cancelled", "Cancelled by anna."),
        (4, [OrderCancelled(O1, "anna")], "cancelled", "Cancelled by anna."),
    ],
)
def test_an_order_not_delivered_says_why(steps: int, more: list[Event], state: str, said: str) -> None:
    (row,) = reported([*opening(), *delivery()[:steps], *more])["orders"]
    assert row["state"] == state
    assert said in row["reason"]
    assert row["delivered_at_s"] is row["on_time"] is row["late_s"] is None


def test_an_order_of_two_is_delivered_when_both_are() -> None:
    events = [*opening(order(parcels=2)), *delivery()]
    assert order_status(told(events), O1) is OrderStatus.WAITING
    more = delivery(2, D2, "O1-2")
    assert order_status(told([*events, *more[:4]]), O1) is OrderStatus.ON_THE_WAY
    state = told([*events, *more])
    assert order_status(state, O1) is OrderStatus.DELIVERED
    (row,) = reported([*events, *more])["orders"]
    assert row["vehicle_ids"] == ["D1", "D2"]
    assert row["distance_m"] == 1624.0


def test_a_second_attempt_counts_with_the_first() -> None:
    (row,) = reported([*opening(), *delivery()[:5], *BACK, *delivery(2, D2)])["orders"]
    assert (row["vehicle_ids"], row["vehicle_id"], row["distance_m"]) == (["D1", "D2"], "D2", 817.0)


def test_it_tells_what_hand_overs_taught_about_time() -> None:
    state = replace(told(opening()), paces=Map({"delivery-drone": (0.4, -0.1, 0.0, 0.2, 0.1)}))
    found = report(state, entries(opening()), seed=7, wall_s=1.5, fleet_s=300.0)["paces"]
    drone = {"hand_overs": 5, "half_later_frac": 0.1, "four_of_five_later_frac": 0.2}
    assert found == {"delivery-drone": drone}
    assert later_frac([0.4, -0.1, 0.0, 0.2, 0.1] * 5) == 0.2, "as plans reckon"
