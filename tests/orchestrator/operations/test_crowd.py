"""A crowd of orders is decided in parts: each call does a little, all of them together do it all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geofences.path import Waypoint
from geofences.reason import Because
from orchestrator.dispatch.horizon import HUB, Horizon, HorizonPlan, Way
from orchestrator.operations.decide import decide
from orchestrator.operations.dispatching import horizon_view
from orchestrator.operations.dispatching.dispatcher import ALONE, GIVING, ROOM, Dispatcher, improving
from orchestrator.operations.planning import between
from orchestrator.operations.planning.between import FOUND_AT_ONCE, fill_between
from orchestrator.operations.planning.hops import Hop, hop
from orchestrator.record.events import Event, MissionPlanned, OrderCancelled, ParcelDeferred, ParcelExpected
from orchestrator.record.state import FleetState
from tests.orchestrator.operations.town import (
    D1,
    D2,
    D3,
    PADS,
    R1,
    START_S,
    all_seen,
    at,
    order,
    ready_fleet,
    state_after,
    surroundings,
)
from vehicles.profiles import SIDEWALK_ROBOT

AROUND = surroundings()


def crowd(count: int, *, by_id: bool = True) -> FleetState:
    """Orders of which the first ones are due first (or last)."""
    rows = range(count)
    due = [START_S + 1800.0 + 10.0 * (n if by_id else count - n) for n in rows]
    doors = [at(480.0 + n % 7, 200.0 + n % 11) for n in rows]
    orders = [order(f"O{n:03d}", door=doors[n], deadline_s=due[n]) for n in rows]
    return ready_fleet(D1, D2, D3, R1, orders=orders)


def calls(
    state: FleetState, dispatcher: Dispatcher, most: int = 200
) -> tuple[FleetState, list[tuple[Event, ...]]]:
    """What is decided until nothing is left to decide now."""
    found = []
    for _ in range(most):
        found.append(decide(state, all_seen(state), AROUND, START_S, dispatcher))
        state = state_after(found[-1], state)
        if not dispatcher.unfinished:
            return state, found
    raise AssertionError("it never comes to an end")


def missions(events: tuple[Event, ...]) -> list[MissionPlanned]:
    return [event for event in events if isinstance(event, MissionPlanned)]


def test_each_call_gives_few_missions_and_all_of_them_together_give_what_is_due() -> None:
    state, found = calls(crowd(ALONE + 6), Dispatcher(holds=False))
    assert missions(found[0]) == []  # to think about so many was enough
    assert max(len(missions(events)) for events in found) <= ROOM // GIVING
    assert {m.mission.vehicle_id for events in found for m in missions(events)} == {D1, D2, D3, R1}
    told = {e.parcel_id for events in found for e in events if isinstance(e, ParcelDeferred | ParcelExpected)}
    given = {parcel_id for events in found for m in missions(events) for parcel_id in m.parcel_ids}
    assert told | given == set(state.parcels)


def test_when_all_is_decided_it_is_not_thought_about_again() -> None:
    thoughts = []
    solve = improving()

    def thinking(horizon: Horizon, before: HorizonPlan) -> HorizonPlan:
        thoughts.append(horizon)
        return solve(horizon, before)

    dispatcher = Dispatcher(thinking, holds=False)
    state, _ = calls(crowd(6), dispatcher)
    assert len(thoughts) == 1
    assert decide(state, all_seen(state), AROUND, START_S + 1.0, dispatcher) == ()
    assert len(thoughts) == 1


def test_what_was_taken_back_meanwhile_is_not_given() -> None:
    dispatcher = Dispatcher(holds=False)
    state = crowd(ALONE + 6)
    decide(state, all_seen(state), AROUND, START_S, dispatcher)
    assert dispatcher.unfinished
    (look,) = [memory.look for memory in dispatcher._hubs.values()]
    assert look is not None
    first = look.plan.trips[look.due[0]][0].parcel_ids[0]
    state = state_after([OrderCancelled(state.parcels[first].order_id, "anna")], state)
    state, found = calls(state, dispatcher)
    assert all(first not in m.parcel_ids for events in found for m in missions(events))


def test_of_a_crowd_those_due_first_are_planned_for_and_the_others_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(horizon_view, "MOST_CONSIDERED", 5)
    state, found = calls(crowd(9, by_id=False), Dispatcher(holds=False))
    events = [event for each in found for event in each]
    given = {parcel_id for m in missions(tuple(events)) for parcel_id in m.parcel_ids}
    expected = {e.parcel_id for e in events if isinstance(e, ParcelExpected)}
    assert given | expected == {f"O{n:03d}-1" for n in (4, 5, 6, 7, 8)}
    behind = {p for p, one in state.parcels.items() if "due earlier" in str(one.reasons)}
    assert behind == {f"O{n:03d}-1" for n in range(4)}
    assert all(r.because is Because.BUSY for p in behind for r in state.parcels[p].reasons)


def blank(size: int) -> Way:
    way = Way(np.full((size, size), np.inf), np.zeros((size, size)), np.full((size, size), 1e12))
    way.seconds_s[HUB, 1:] = way.seconds_s[1:, HUB] = 400.0
    way.metres_m[HUB, 1:] = way.metres_m[1:, HUB] = 600.0
    way.energy_wh[HUB, 1:] = way.energy_wh[1:, HUB] = 10.0
    return way


def test_ways_between_are_found_a_few_at_a_time_the_shortest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    doors = [at(100.0 + 40.0 * n, -5.0) for n in range(7)]
    points = {HUB: PADS[R1].at, **{n: Waypoint(door) for n, door in enumerate(doors, start=1)}}
    asked: list[tuple[Waypoint, Waypoint]] = []

    def counting(*of: object) -> object:
        asked.append((of[2], of[3]))  # type: ignore[arg-type]
        return hop(*of)  # type: ignore[arg-type]

    monkeypatch.setattr(between, "hop", counting)
    around = replace(AROUND)  # with memories of its own
    first = blank(8)
    fill_between(first, points, SIDEWALK_ROBOT, around, START_S)
    assert len(asked) == FOUND_AT_ONCE
    assert np.isfinite(first.seconds_s[1:, 1:]).all()  # those not found yet are reckoned
    for _ in range(4):
        fill_between(last := blank(8), points, SIDEWALK_ROBOT, around, START_S)
    assert len(asked) == len(set(asked)) == 28  # every pair once
    found = hop(SIDEWALK_ROBOT, around, points[1], points[7], START_S)
    assert isinstance(found, Hop)
    assert last.seconds_s[1, 7] == last.seconds_s[7, 1] == found.seconds_s
    assert first.seconds_s[1, 2] == last.seconds_s[1, 2]  # the shortest was among the first
    assert first.seconds_s[1, 7] != last.seconds_s[1, 7]
