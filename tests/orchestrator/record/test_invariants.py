"""The independent check finds each thing that must never happen, planted in an otherwise good journal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from geofences.path import Waypoint
from geofences.position import destination
from orchestrator.orders.order import OrderId
from orchestrator.record.events import (
    Event,
    HubOpened,
    LinkLost,
    LinkUp,
    MissionEnded,
    MissionFailed,
    MissionWithdrawn,
    OrderCancelled,
    OrderPlaced,
    ParcelDeferred,
    ParcelHandedOver,
    ParcelLoaded,
    ParcelReturned,
    VehicleLeft,
    VehicleMissing,
)
from orchestrator.record.invariants import broken_invariants
from tests.orchestrator.record.story import (
    D1,
    D2,
    DOOR,
    H1,
    HUB,
    R1,
    START_S,
    WHY,
    delivery,
    entries,
    joined,
    opening,
    order,
    planned,
    postponed,
)
from vehicles.mission import MissionId, ParcelId

M1, M2, P1, P2 = MissionId(1), MissionId(2), ParcelId("O1-1"), ParcelId("O2-1")
TWO = [*opening(order("O1"), order("O2"))]


def broken(*events: Event) -> tuple[str, ...]:
    return broken_invariants(entries(events))


def test_good_journals_break_nothing() -> None:
    assert broken(*opening(), *delivery()) == ()
    assert broken(*TWO, *delivery(), *delivery(2, D2, "O2-1")) == ()
    lost: list[Event] = [LinkLost(D1, DOOR, START_S), VehicleMissing(D1, DOOR, START_S)]
    assert broken(*opening(), *delivery()[:5], *lost) == ()
    found: list[Event] = [LinkUp(D1), *delivery()[5:]]
    assert broken(*opening(), *delivery()[:5], *lost, *found) == ()
    assert broken(*opening(), *delivery()[:1], *lost, *delivery(2, D2)) == ()
    failed: list[Event] = [MissionFailed(D1, M1, WHY), MissionEnded(D1, M1, 1.0, 1.0), ParcelReturned(P1, H1)]
    assert broken(*opening(), *delivery()[:5], *failed) == ()
    assert broken(*opening(), *delivery()[:3], MissionWithdrawn(D1, M1, WHY), *delivery(2, D2)) == ()
    assert broken(*opening(), ParcelDeferred(P1, WHY)) == ()
    assert broken(*opening(), OrderCancelled(OrderId("O1"), "anna")) == ()
    assert broken(*opening(), planned(1, D1)) == ()


def test_two_vehicles_whose_pads_are_one_place_are_found_whatever_the_pads_are_called() -> None:
    here, there = joined(D1, 0), joined(D2, 1)
    near = replace(there, pad=replace(there.pad, at=Waypoint(destination(here.pad.at.position, 90.0, 5.0))))
    (said,) = broken(HubOpened(HUB), here, near)
    assert said == "entry 3: D2 and D1 want one landing place: their pads are 5.0 m apart, less than 5.6 m"
    assert broken(HubOpened(HUB), here, there) == ()
    assert broken(HubOpened(HUB), here, VehicleLeft(D1), near) == ()


def test_two_robots_may_share_a_footpath() -> None:
    twins = [*TWO, planned(1, R1, "O1-1"), replace(planned(2, R1, "O2-1"), intent=None)]
    assert not any("hold the same volume" in said for said in broken(*twins))


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([*TWO, *delivery(), ParcelHandedOver(D1, M1, P1, DOOR)], "entry 22: D1 gave O1-1 to the recipient"),
        ([*TWO, *delivery()[:2], ParcelHandedOver(D1, M1, P1, DOOR)], "but the hub held it"),
        ([*TWO, *delivery()[:3], ParcelLoaded(D2, M2, P1)], "the hub gave O1-1 to D2, but D1 held it"),
        ([*TWO, *delivery()[:4], ParcelHandedOver(D2, M1, P1, DOOR)], "D2 gave .* but D1 held it"),
        ([*TWO, *delivery(), ParcelReturned(P1, H1)], "O1-1 came back from the recipient"),
        ([*TWO, OrderPlaced(order("O1"))], "O1-1 exists twice"),
        ([*TWO, planned(1, D1), planned(2, D1, "O2-1")], "D1 got a mission while it had 1"),
        ([*TWO, planned(1, D1), planned(2, D2, "O2-1")], "missions 1 of D1 and 2 of D2 hold the same volume"),
        ([*TWO, MissionEnded(D1, M1, 1.0, 1.0)], "mission 1 ended, but D1 was not on it"),
        (opening(), "at the end: O1-1 is with the hub, and nobody said why"),
        (
            [*opening(), *delivery()[:5], MissionEnded(D1, M1, 1.0, 1.0)],
            "at the end: O1-1 is with D1, and nobody said why",
        ),
        (
            [*opening(), ParcelDeferred(P1, WHY), planned(1, D1), MissionWithdrawn(D1, M1, ())],
            "at the end: O1-1 is with the hub, and nobody said why",
        ),
    ],
)
def test_what_must_never_happen_is_found(events: list[Event], said: str) -> None:
    found = broken(*events)
    assert any(re.search(said, one) for one in found), found


def test_a_postponed_flight_holds_its_new_times_and_no_longer_the_old() -> None:
    first, second = planned(1, D1), planned(2, D2, "O2-1")
    assert broken(*TWO, first, postponed(first, 1000.0), second) == ()
    clear = planned(2, D2, "O2-1", at_s=first.depart_at_s + 1000.0)
    assert any(
        "hold the same volume" in said for said in broken(*TWO, first, clear, postponed(first, 1000.0))
    )


def test_a_flight_after_another_has_ended_may_use_its_space() -> None:
    again = planned(2, D2, "O2-1", at_s=START_S + 60.0)
    assert broken(*TWO, *delivery(), again, ParcelDeferred(P2, WHY)) == ()
