"""A configuration that was changed between two runs: what follows from it on the same journal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geofences.path import Waypoint
from geofences.position import destination
from orchestrator.membership import changes
from orchestrator.orders.order import Hub
from orchestrator.record.alert_keys import alert_key
from orchestrator.record.events import (
    Event,
    LinkLost,
    ParcelReturned,
    VehicleFaulted,
    VehicleJoined,
    VehicleMissing,
)
from orchestrator.record.journal import JournalError
from orchestrator.record.state import FleetState, LinkState, ParcelPhase
from tests.orchestrator.record.story import (
    D1,
    D2,
    DOOR,
    HUB,
    PADS,
    R1,
    START_S,
    WHY,
    delivery,
    joined,
    opening,
    told,
)
from vehicles.mission import ParcelId
from vehicles.profiles import DELIVERY_DRONE, DELIVERY_VTOL

AS_IT_WAS = [joined(D1, 0), joined(D2, 1), joined(R1, 2)]


def after(state: FleetState, members: list[VehicleJoined], hub: Hub = HUB) -> FleetState:
    return told(changes(state, [hub], members), state)


def test_nothing_changed_is_no_fact() -> None:
    assert changes(told(opening()), [HUB], AS_IT_WAS) == ()


def test_other_abilities_count_and_it_has_to_be_heard_anew() -> None:
    changed = after(
        told(opening()), [joined(D1, 0), replace(joined(D2, 1), profile=DELIVERY_VTOL), joined(R1, 2)]
    )
    assert changed.vehicles[D2].profile == DELIVERY_VTOL
    assert (changed.vehicles[D2].link, changed.vehicles[D2].ready) == (LinkState.NEVER, False)
    assert changed.vehicles[D1].ready


def test_pads_are_swapped_and_moved() -> None:
    moved = replace(PADS[1], at=Waypoint(destination(PADS[1].at.position, 0.0, 10.0)))
    hub = replace(HUB, pads=(PADS[0], moved, *PADS[2:]))
    swapped = [replace(joined(D1, 0), pad=moved), replace(joined(D2, 1), pad=PADS[0]), joined(R1, 2)]
    changed = after(told(opening()), swapped, hub)
    assert changed.vehicles[D1].pad == moved
    assert changed.vehicles[D2].pad == PADS[0]
    assert changed.hubs[HUB.hub_id].pads[1] == moved


def test_one_that_is_named_no_more_leaves_its_pad_and_its_alerts() -> None:
    state = told([VehicleFaulted(D2, WHY)], told(opening()))
    assert alert_key("fault", D2) in state.alerts
    new = replace(joined(D2, 1), vehicle_id=type(D2)("D9"))
    changed = after(state, [joined(D1, 0), new, joined(R1, 2)])
    assert sorted(changed.vehicles) == ["D1", "D9", "R1"]
    assert not changed.alerts


def test_one_at_work_stays_where_it_belongs_with_the_abilities_it_was_planned_with() -> None:
    state = told(delivery()[:4], told(opening()))
    other = replace(DELIVERY_DRONE, cruise_mps=DELIVERY_DRONE.cruise_mps / 2.0)
    assert changes(state, [HUB], [replace(joined(D1, 0), profile=other), *AS_IT_WAS[1:]]) == ()
    with pytest.raises(JournalError, match="D1 is at work by the journal"):
        changes(state, [HUB], AS_IT_WAS[1:])
    with pytest.raises(JournalError, match="D1 is at work by the journal"):
        changes(state, [HUB], [replace(joined(D1, 0), pad=PADS[3]), *AS_IT_WAS[1:]])


def test_a_missing_one_may_leave_and_what_it_had_may_be_found_later() -> None:
    gone: list[Event] = [LinkLost(D1, DOOR, START_S + 90.0), VehicleMissing(D1, DOOR, START_S + 90.0)]
    state = told(gone, told(delivery()[:4], told(opening())))
    changed = after(state, AS_IT_WAS[1:])
    parcel = changed.parcels[ParcelId("O1-1")]
    assert D1 not in changed.vehicles
    assert parcel.phase is ParcelPhase.LOST
    found = told([ParcelReturned(ParcelId("O1-1"), HUB.hub_id)], changed)
    assert found.parcels[ParcelId("O1-1")].phase is ParcelPhase.WAITING
