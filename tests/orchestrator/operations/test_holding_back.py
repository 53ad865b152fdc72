"""A trip that is held back: no mission yet, and whoever asks is told who waits, and until when."""

from __future__ import annotations

import pytest

from orchestrator.operations.dispatching import dispatcher as dispatching
from orchestrator.operations.dispatching.dispatcher import Dispatcher
from orchestrator.record.events import Event, MissionPlanned, ParcelDeferred, ParcelExpected
from tests.orchestrator.operations.town import (
    D1,
    START_S,
    all_seen,
    at,
    order,
    ready_fleet,
    surroundings,
)
from vehicles.mission import VehicleId

AROUND = surroundings()


def looked(monkeypatch: pytest.MonkeyPatch, held: dict[VehicleId, float]) -> tuple[Event, ...]:
    monkeypatch.setattr(dispatching, "held_back", lambda *_: held)
    state = ready_fleet(D1, orders=[order(door=at(500.0, -5.0))])
    return Dispatcher()(state, all_seen(state), AROUND, START_S)


def test_a_trip_that_is_not_held_becomes_a_mission(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [type(event) for event in looked(monkeypatch, {})] == [MissionPlanned]


def test_one_that_is_held_is_told_with_its_vehicle_and_the_time_it_may_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = []
    for longer_s in (0.0, 60.0, 3600.0):
        deferred, expected = looked(monkeypatch, {D1: longer_s})
        assert isinstance(deferred, ParcelDeferred)
        assert deferred.reasons[-1].text == "D1 waits a while for more parcels to take along."
        assert isinstance(expected, ParcelExpected)
        assert expected.vehicle_id == D1
        times.append(expected.handover_at_s)
    assert times[1] - times[0] == pytest.approx(60.0)
    assert times[2] - times[0] == pytest.approx(300.0), "no more than is likely"
