"""The peer of whole days is told all that it knows of, and has seconds of a core."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from benchmarks.dispatch_every_minute import EVERY_S, CoreTime, EveryMinute, solved
from orchestrator.dispatch.horizon import NOTHING_PLANNED, Horizon, Rates
from tests.orchestrator.dispatch.test_trips import bike, drone, horizon
from vehicles.mission import ParcelId, VehicleId

SOON_S = 0.05


def barring(problem: Horizon, *names: str) -> Horizon:
    """The first parcel is nobody's of these."""
    first, *rest = problem.wanted
    kept = replace(first, barred=frozenset(map(VehicleId, names)))
    return replace(problem, wanted=(kept, *rest))


def test_its_time_is_a_cores_whatever_else_the_machine_does(monkeypatch: pytest.MonkeyPatch) -> None:
    had_s = [5.0]
    monkeypatch.setattr(time, "thread_time", lambda: had_s[-1])
    stop = CoreTime(2.0)
    for had_s[-1], over in ((5.0, False), (6.9, False), (7.0, True)):
        assert stop(0) is over


def test_who_is_back_only_after_the_shift_is_not_asked() -> None:
    late = bike("B1", free_at_s=900.0, until_s=600.0)
    assert solved(horizon([(300.0, 0.0)], [late]), SOON_S).left == ("P0",)
    both = solved(horizon([(300.0, 0.0)], [late, bike("B2")]), SOON_S)
    assert set(both.trips) == {"B2"}, "and the others keep their names"


def test_what_is_barred_is_carried_by_others_of_that_kind() -> None:
    problem = horizon([(300.0, 0.0), (320.0, 0.0)], [drone("D1"), drone("D2")])
    plan = solved(barring(problem, "D1"), SOON_S)
    assert plan.expected()[ParcelId("P0")][0] == "D2"
    assert plan.left == ()
    assert solved(barring(problem, "D1", "D2"), SOON_S).left == ("P0",)


def test_each_kind_goes_to_the_place_that_it_can_serve() -> None:
    """The bike's is beyond its working hours, the drone's is near; then the other way round."""
    problem = horizon([(9000.0, 0.0), (300.0, 0.0)], [drone("D1"), bike("B1", until_s=1800.0)])
    for near, far in (("drone", "bike"), ("bike", "drone")):
        one = replace(problem.wanted[0], places={near: 2, far: 1}, deadline_s=900.0)
        plan = solved(replace(problem, wanted=(one,)), SOON_S)
        assert [plan.expected()[ParcelId("P0")][0][0]] == [near[0].upper()]


def test_what_is_late_anyhow_is_brought_as_soon_as_can_be() -> None:
    problem = horizon([(900.0, 0.0)], [drone("D1", free_at_s=3000.0), bike("B1")], deadlines_s=[10.0])
    assert set(solved(problem, SOON_S).trips) == {"B1"}


@pytest.mark.parametrize(("later_frac", "by"), [(0.0, "B1"), (0.9, "D1")])
def test_it_allows_for_what_trips_outlast_their_plans_by(later_frac: float, by: str) -> None:
    problem = horizon([(800.0, 0.0)], [bike("B1"), drone("D1")], deadlines_s=[400.0])
    flying = Rates(9.0, 6.0, 0.05, 0.2)
    kinds = [replace(k, rates=flying) if k.name == "drone" else k for k in problem.kinds]
    slow = tuple(replace(k, later_frac=later_frac) for k in kinds)
    assert set(solved(replace(problem, kinds=slow), SOON_S).trips) == {by}


def test_its_plan_is_kept_to_for_a_minute() -> None:
    peer = EveryMinute(SOON_S)
    first = horizon([(300.0, 0.0)], [drone("D1"), drone("D2")])
    plan = peer(first, NOTHING_PLANNED)
    more = horizon([(300.0, 0.0), (400.0, 0.0)], [drone("D1"), drone("D2")])
    kept = peer(replace(more, now_s=EVERY_S - 1.0), plan)
    assert (set(kept.expected()), kept.left) == ({"P0"}, ("P1",))
    assert set(peer(replace(more, now_s=EVERY_S), kept).expected()) == {"P0", "P1"}
    taken = barring(replace(first, now_s=EVERY_S + 1.0), *plan.trips)
    assert peer(taken, plan).left == ("P0",)


def test_a_trip_costs_each_time() -> None:
    """Two parcels on one trip, where two trips of the same vehicle would be as short."""
    problem = horizon([(400.0, 0.0), (400.0, 1.0)], [bike("B1", room=2)])
    (trips,) = solved(problem, SOON_S).trips.values()
    assert [len(trip.parcel_ids) for trip in trips] == [2]
