"""A parcel that nobody may or can carry is told at once, not when its deadline passes."""

from __future__ import annotations

from geofences.reason import Because, Reason
from orchestrator.orders.order import OrderId
from orchestrator.record.events import DispatchOverridden, ParcelDeferred, Wish
from orchestrator.record.state import FleetState
from tests.orchestrator.operations.test_overrides import what
from tests.orchestrator.operations.town import D1, D2, order, ready_fleet, state_after
from vehicles.mission import ParcelId, VehicleId

P1 = ParcelId("O1-1")
KEY = f"nobody:{P1}"


def wish(kind: Wish, vehicle_id: VehicleId | None = None) -> DispatchOverridden:
    return DispatchOverridden(OrderId("O1"), kind, "olga", vehicle_id)


def decided(*told: DispatchOverridden, state: FleetState | None = None) -> FleetState:
    state = state_after(told, state or ready_fleet(D1, D2, orders=[order("O1")]))
    return state_after(what(state), state)


def test_one_that_every_vehicle_is_forbidden_is_an_alert_at_once_until_one_is_not() -> None:
    forbidden = decided(wish(Wish.FORBID, D1), wish(Wish.FORBID, D2))
    assert forbidden.alerts[KEY].text.startswith(f"Nobody can carry {P1} as things stand: ")
    assert "olga forbade" in forbidden.alerts[KEY].text
    assert KEY not in decided(wish(Wish.RELEASE), state=forbidden).alerts


def test_one_that_somebody_may_still_carry_is_none() -> None:
    assert KEY not in decided(wish(Wish.FORBID, D1)).alerts
    waiting = ready_fleet(D1, D2, orders=[order("O1")])
    busy = Reason(Because.BUSY, "fleet", "D2 could carry it but has a more urgent parcel.")
    heavy = Reason(Because.PAYLOAD, "D1", "D1: too heavy.")
    assert KEY not in state_after([ParcelDeferred(P1, (heavy, busy))], waiting).alerts
    assert KEY in state_after([ParcelDeferred(P1, (heavy,))], waiting).alerts
