"""What a recipient sees, and above all what not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from geofences.position import GeoPoint, destination
from geofences.reason import Because, Reason
from orchestrator.customers.eta import Etas
from orchestrator.customers.look import Look
from orchestrator.customers.tracking import Stage, Tracking, tracking
from orchestrator.orders.order import OrderId
from orchestrator.record.events import (
    Ask,
    AskAnswered,
    LinkLost,
    MissionEnded,
    OperatorAsked,
    OrderCancelled,
    ParcelDeferred,
    ParcelHandedOver,
    ParcelLoaded,
    PlanLoaded,
    VehicleMissing,
)
from orchestrator.record.state import FleetState
from vehicles.mission import MissionId, ParcelId, VehicleId
from vehicles.profile import Kind
from vehicles.telemetry import Telemetry

DRONE = VehicleId("D1")
MISSION = MissionId(1)
Sample = Callable[[GeoPoint, float, float], Telemetry]
Then = Callable[..., FleetState]


def view(state: FleetState, now_s: float, sample: Telemetry | None = None, order: str = "o-1") -> Tracking:
    return tracking(Look(state, {} if sample is None else {DRONE: sample}, now_s), OrderId(order), Etas())


def door_of(state: FleetState) -> GeoPoint:
    return state.orders[OrderId("o-1")].order.drop_off.position


def due_s(state: FleetState) -> float:
    return state.missions[MISSION].plan.handover_at_s


def test_while_it_waits_nothing_is_promised(placed: FleetState) -> None:
    seen = view(placed, placed.at_s)
    assert (seen.stage, seen.window, seen.kind, seen.position) == (Stage.WAITING, None, None, None)


@pytest.mark.parametrize(
    ("because", "told"),
    [
        (Because.WEATHER, "The weather keeps our vehicles back."),
        (Because.BUSY, "Many orders came at once."),
        (Because.HEALTH, None),
    ],
)
def test_late_it_says_why_in_words_that_name_nobody(
    placed: FleetState, then: Then, because: Because, told: str | None
) -> None:
    why = Reason(because, "D1", "D1 carries o-7.")
    waits = then(placed, placed.at_s, ParcelDeferred(ParcelId("o-1/1"), (why,)))
    deadline_s = waits.orders[OrderId("o-1")].order.deadline_s
    assert view(waits, deadline_s).late_because is None
    assert view(waits, deadline_s + 1.0).late_because == told


def test_the_window_is_whole_minutes_around_the_prediction(planned: FleetState) -> None:
    seen = view(planned, planned.at_s)
    assert seen.stage is Stage.ASSIGNED
    assert seen.kind is Kind.DRONE
    assert seen.window is not None
    assert seen.window[0] % 60.0 == seen.window[1] % 60.0 == 0.0
    assert seen.window[0] <= due_s(planned) <= seen.window[1]


def test_far_away_the_position_is_hidden(flying: FleetState, sample: Sample) -> None:
    now_s = due_s(flying) - 60.0
    far = destination(door_of(flying), 225.0, 900.0)
    seen = view(flying, now_s, sample(far, 60.0, now_s))
    assert (seen.stage, seen.position) == (Stage.ON_THE_WAY, None)


def test_near_the_position_shows(flying: FleetState, sample: Sample) -> None:
    now_s = due_s(flying) - 30.0
    near = destination(door_of(flying), 225.0, 200.0)
    seen = view(flying, now_s, sample(near, 60.0, now_s))
    assert (seen.stage, seen.position) == (Stage.NEARBY, near)


def test_while_the_vehicle_is_held_near_the_door_it_waits_and_nothing_is_promised(
    flying: FleetState, sample: Sample, then: Then
) -> None:
    now_s = due_s(flying) - 30.0
    near = destination(door_of(flying), 225.0, 200.0)
    held = OperatorAsked(DRONE, Ask.HOLD, "anna"), AskAnswered(DRONE, Ask.HOLD, done=True, text="Done.")
    seen = view(then(flying, now_s, *held), now_s, sample(near, 60.0, now_s))
    assert (seen.stage, seen.window, seen.position) == (Stage.ON_THE_WAY, None, None)
    assert seen.text.startswith("Your order is waiting on its way.")


def test_near_in_space_but_not_in_time_the_position_is_hidden(planned: FleetState, sample: Sample) -> None:
    now_s = planned.at_s
    seen = view(planned, now_s, sample(door_of(planned), 60.0, now_s))
    assert seen.position is None


def test_an_old_position_is_hidden(flying: FleetState, sample: Sample) -> None:
    now_s = due_s(flying)
    assert view(flying, now_s, sample(door_of(flying), 8.0, now_s - 30.0)).position is None


def test_after_the_hand_over_the_vehicle_is_nobodys_business(
    flying: FleetState, sample: Sample, then: Then
) -> None:
    now_s = due_s(flying)
    over = then(flying, now_s, ParcelHandedOver(DRONE, MISSION, ParcelId("o-1/1"), door_of(flying)))
    seen = view(over, now_s, sample(door_of(flying), 8.0, now_s))
    assert (seen.stage, seen.delivered_at_s) == (Stage.DELIVERED, now_s)
    assert (seen.position, seen.kind, seen.window) == (None, None, None)


def test_another_order_never_shows_this_ones_vehicle(flying: FleetState, sample: Sample) -> None:
    now_s = due_s(flying) - 20.0
    seen = view(flying, now_s, sample(door_of(flying), 8.0, now_s), order="o-2")
    assert (seen.stage, seen.position, seen.kind) == (Stage.WAITING, None, None)


def test_a_lost_parcel_is_said_to_be_in_trouble(flying: FleetState, then: Then) -> None:
    at_s = due_s(flying) + 900.0
    lost = then(
        flying,
        at_s,
        LinkLost(DRONE, door_of(flying), at_s - 9.0),
        VehicleMissing(DRONE, door_of(flying), at_s),
    )
    seen = view(lost, at_s)
    assert (seen.stage, seen.position, seen.window) == (Stage.FAILED, None, None)


def test_a_cancelled_order_is_said_to_be_so(placed: FleetState, then: Then) -> None:
    cancelled = then(placed, placed.at_s, OrderCancelled(OrderId("o-1"), "shop"))
    assert view(cancelled, cancelled.at_s).stage is Stage.CANCELLED


def test_delivered_although_cancelled_too_late_is_delivered(flying: FleetState, then: Then) -> None:
    now_s = due_s(flying)
    over = then(
        flying,
        now_s,
        OrderCancelled(OrderId("o-1"), "shop"),
        ParcelHandedOver(DRONE, MISSION, ParcelId("o-1/1"), door_of(flying)),
        MissionEnded(DRONE, MISSION, 3000.0, 60.0),
    )
    assert view(over, now_s).stage is Stage.DELIVERED


def test_an_unknown_order_is_a_key_error(placed: FleetState) -> None:
    with pytest.raises(KeyError):
        view(placed, placed.at_s, order="nobody's")


def test_while_it_stands_at_the_hub_with_the_parcel_its_position_is_hidden(
    planned: FleetState, sample: Sample, then: Then
) -> None:
    now_s = planned.at_s + 30.0
    loaded = then(planned, now_s, PlanLoaded(DRONE, MISSION), ParcelLoaded(DRONE, MISSION, ParcelId("o-1/1")))
    assert view(loaded, now_s, sample(door_of(loaded), 0.0, now_s)).position is None
