"""Parcels that nobody knows the keeper of: aboard by the books, until a person has looked."""

from __future__ import annotations

import pytest

from orchestrator.orders.custody import AtHub, Lost, OnVehicle
from orchestrator.record.events import (
    CustodyDoubted,
    CustodyTold,
    Event,
    Found,
    MissionEnded,
    MissionFailed,
    VehicleReady,
)
from orchestrator.record.illegal import IllegalEvent
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.report import OrderStatus, order_status, report
from orchestrator.record.state import FleetState, ParcelPhase
from tests.orchestrator.record.story import D1, DOOR, H1, WHY, delivery, entries, opening, told
from vehicles.mission import MissionId, ParcelId

P1, M1 = ParcelId("O1-1"), MissionId(1)
DOUBTED = CustodyDoubted(D1, P1, DOOR, WHY)
HOME: list[Event] = [MissionFailed(D1, M1, WHY), DOUBTED, MissionEnded(D1, M1, 5.0, 1.0)]


def home(*more: Event) -> FleetState:
    events = [*opening(), *delivery()[:5], *HOME, *more]
    assert broken_invariants(entries(events)) == ()
    return told(events)


def test_a_parcel_in_doubt_stays_aboard_and_its_vehicle_takes_no_work() -> None:
    state = home()
    parcel = state.parcels[P1]
    assert parcel.keeper == OnVehicle(D1)
    assert parcel.in_doubt
    assert state.alerts["custody:O1-1"].position == DOOR
    (row,) = report(state, [], seed=None, wall_s=0.0, fleet_s=0.0)["orders"]
    assert row["reason"] == WHY[0].text
    with pytest.raises(IllegalEvent, match="still holds O1-1"):
        told([VehicleReady(D1)], state)


def test_found_on_the_shelf_it_waits_again_and_its_vehicle_is_free() -> None:
    state = home(CustodyTold(P1, Found.SHELF, H1, "Aino"))
    parcel = state.parcels[P1]
    assert (parcel.keeper, parcel.phase, parcel.doubt) == (AtHub(H1), ParcelPhase.WAITING, None)
    assert state.vehicles[D1].aboard == ()
    assert "custody:O1-1" not in state.alerts


def test_found_aboard_it_is_no_longer_in_doubt_and_still_is_the_vehicles() -> None:
    state = home(CustodyTold(P1, Found.ABOARD, H1, "Aino"))
    parcel = state.parcels[P1]
    assert parcel.keeper == OnVehicle(D1)
    assert not parcel.in_doubt
    assert "custody:O1-1" not in state.alerts


def test_found_nowhere_it_is_lost_where_it_last_was_and_may_turn_up_on_the_shelf() -> None:
    state = home(CustodyTold(P1, Found.LOST, H1, "Aino"))
    parcel = state.parcels[P1]
    assert isinstance(parcel.keeper, Lost)
    assert parcel.keeper.last_position == DOOR
    assert order_status(state, parcel.order_id) is OrderStatus.FAILED
    assert state.vehicles[D1].aboard == ()
    found = told([CustodyTold(P1, Found.SHELF, H1, "Aino")], state)
    assert found.parcels[P1].keeper == AtHub(H1)


@pytest.mark.parametrize("found", list(Found))
def test_nobody_is_asked_about_what_is_not_in_doubt(found: Found) -> None:
    state = told([*opening(), *delivery()[:5]])
    with pytest.raises(IllegalEvent, match="nobody doubts"):
        told([CustodyTold(P1, found, H1, "Aino")], state)


def test_a_doubt_is_of_what_is_aboard_and_told_once() -> None:
    with pytest.raises(IllegalEvent, match="in doubt already"):
        home(DOUBTED)
    state = told([*opening(), *delivery()[:2]])
    with pytest.raises(IllegalEvent, match="is not aboard"):
        told([DOUBTED], state)
