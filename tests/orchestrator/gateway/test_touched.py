"""Whatever a fact changes the looks of is sent again: checked against all views before and after."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.customers.eta import Etas
from orchestrator.customers.link import TrackingSecret
from orchestrator.customers.look import Look
from orchestrator.gateway.showing.fleet import vehicle_view
from orchestrator.gateway.showing.orders import OrderDesk
from orchestrator.gateway.showing.touched import touched
from orchestrator.orders.order import OrderId
from orchestrator.record.apply import apply
from orchestrator.record.events import (
    Ask,
    AskAnswered,
    BackOnPath,
    Event,
    LinkLost,
    LinkUp,
    MissionEnded,
    MissionFailed,
    MissionWithdrawn,
    OffPath,
    OperatorAsked,
    OrderCancelled,
    ParcelDeferred,
    ParcelReturned,
    VehicleFaulted,
    VehicleMissing,
)
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.state import FleetState
from tests.orchestrator.record.story import (
    CENTRE,
    D1,
    D2,
    H1,
    START_S,
    WHY,
    delivery,
    entries,
    opening,
    order,
    told,
)
from vehicles.mission import MissionId, ParcelId, VehicleId

M1, P1 = MissionId(1), ParcelId("O1-1")
ORDINARY = tuple(delivery()) + tuple(delivery(2, D2, "O2-1"))
TROUBLE: tuple[Event, ...] = (
    LinkLost(D1, CENTRE, START_S),
    LinkUp(D1),
    VehicleMissing(D1, CENTRE, START_S),
    VehicleFaulted(D1, WHY),
    MissionFailed(D1, M1, WHY),
    MissionWithdrawn(D1, M1, WHY),
    OffPath(D1, M1, 12.0, CENTRE),
    BackOnPath(D1, M1),
    OperatorAsked(D1, Ask.HOLD, "anna"),
    AskAnswered(D1, Ask.HOLD, done=True, text="It holds."),
    OrderCancelled(OrderId("O1"), "shop"),
    ParcelDeferred(P1, WHY),
    ParcelReturned(P1, H1),
)
DESK = OrderDesk(Etas(), TrackingSecret(bytes(16)))


def views(state: FleetState, at_s: float) -> tuple[dict[VehicleId, object], dict[OrderId, object]]:
    look = Look(state, {}, at_s)
    return (
        {vehicle_id: vehicle_view(state, vehicle) for vehicle_id, vehicle in state.vehicles.items()},
        {order_id: DESK.view(look, order_id) for order_id in state.orders},
    )


def follow(events: Sequence[Event]) -> None:
    """Apply what can follow, one at a time; each time nothing may look different unless touched."""
    state = told(opening(order("O1"), order("O2", parcels=2)))
    for event in events:
        [entry] = entries([event], state, step_s=1.0)
        try:
            after = apply(state, entry)
        except IllegalEvent:
            continue
        what = touched(state, after, [entry])
        vehicles, orders = views(state, entry.at_s)
        vehicles_after, orders_after = views(after, entry.at_s)
        changed_vehicles = {v for v in vehicles_after if vehicles_after[v] != vehicles.get(v)}
        changed_orders = {o for o in orders_after if orders_after[o] != orders.get(o)}
        assert changed_vehicles <= set(what.vehicle_ids), type(event).__name__
        assert changed_orders <= set(what.order_ids), type(event).__name__
        state = after


def test_an_ordinary_day() -> None:
    follow(ORDINARY)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 9), st.lists(st.sampled_from(TROUBLE), max_size=8))
def test_trouble_at_any_moment(progress: int, trouble: list[Event]) -> None:
    follow([*ORDINARY[:progress], *trouble, *ORDINARY[progress:]])


def test_a_parcel_left_aboard_after_its_mission() -> None:
    started = list(delivery()[:4])
    follow(
        [
            *started,
            MissionFailed(D1, M1, WHY),
            MissionEnded(D1, M1, 500.0, 20.0),
            LinkLost(D1, CENTRE, START_S),
            VehicleMissing(D1, CENTRE, START_S),
        ]
    )
