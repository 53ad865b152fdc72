"""Rounds that wait for more parcels: while that pays, and never at the cost of a deadline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.dispatch.holding import LEARNS_S, SPARE_S, Stream, held_back
from orchestrator.dispatch.horizon import NOTHING_PLANNED, Horizon, HorizonPlan, Trip
from orchestrator.dispatch.trips.plan import plan_ahead
from tests.orchestrator.dispatch.test_trips import bike, drone, horizon
from vehicles.mission import VehicleId

OFTEN, RARELY = {"bike": 0.02, "drone": 0.02}, {"bike": 0.00005}


def alone(due_s: float = 3600.0, *, room: int = 6, kg: float = 1.0, until_s: float = 1e9) -> Horizon:
    return horizon([(800.0, 0.0)], [bike("B1", room=room, until_s=until_s)], deadlines_s=[due_s], kg=kg)


def planned(problem: Horizon) -> HorizonPlan:
    return plan_ahead(problem, NOTHING_PLANNED, rounds=0)


def test_a_round_with_room_waits_where_parcels_come_in_often_and_leaves_where_they_do_not() -> None:
    problem = alone()
    assert set(held_back(problem, planned(problem), OFTEN)) == {"B1"}
    assert not held_back(problem, planned(problem), RARELY)
    assert not held_back(problem, planned(problem), {}), "nothing is known yet"


def test_it_may_wait_until_its_deadline_is_no_further_than_the_spare_time() -> None:
    problem = alone(due_s=3600.0)
    plan = planned(problem)
    at_s = plan.trips[VehicleId("B1")][0].stops[0].at_s
    (longest_s,) = held_back(problem, plan, OFTEN).values()
    assert longest_s == pytest.approx(3600.0 - at_s - SPARE_S)
    short = alone(due_s=at_s + SPARE_S - 1.0)
    assert not held_back(short, planned(short), OFTEN)
    soon_over = alone(until_s=at_s + 800.0 / 4.0 + SPARE_S - 1.0)
    assert not held_back(soon_over, planned(soon_over), OFTEN), "its shift would be over"


def test_what_is_full_or_urgent_or_carries_one_parcel_only_waits_for_nobody() -> None:
    full = alone(room=2)
    two = replace(horizon([(800.0, 0.0), (810.0, 0.0)], [bike("B1", room=2)]), carriers=full.carriers)
    assert not held_back(two, planned(two), OFTEN)
    heavy = alone(kg=17.0)
    assert not held_back(heavy, planned(heavy), OFTEN)
    urgent = replace(alone(), wanted=tuple(replace(one, weight_frac=10.0) for one in alone().wanted))
    assert not held_back(urgent, planned(urgent), OFTEN)
    flown = horizon([(800.0, 0.0)], [drone("D1")])
    assert not held_back(flown, planned(flown), OFTEN)


def test_a_word_given_to_the_recipient_makes_waiting_dearer() -> None:
    problem, often = alone(), {"bike": 0.003}
    assert held_back(problem, planned(problem), often)
    told = replace(problem, wanted=tuple(replace(one, promised_s=60.0) for one in problem.wanted))
    assert not held_back(told, planned(told), often)


def test_all_that_are_planned_for_the_vehicle_wait_with_the_first() -> None:
    far = [(3000.0, 0.0), (-3000.0, 0.0), (0.0, 3000.0), (0.0, -3000.0)]
    problem = horizon(far, [replace(bike("B1"), room=3)], deadlines_s=[40_000.0] * 4)
    ids = [one.parcel_id for one in problem.wanted]
    first = Trip.handing_over(ids[:1], (1000.0,))
    later = Trip.handing_over(ids[1:], (3000.0, 4000.0, 5000.0))
    rate = {"bike": 0.002}
    assert held_back(problem, HorizonPlan({VehicleId("B1"): (first,)}), rate)
    assert not held_back(problem, HorizonPlan({VehicleId("B1"): (first, later)}), rate)


def test_a_stream_is_counted_over_what_it_remembers_and_forgets() -> None:
    stream = Stream()
    assert stream.per_s(0.0) == {}
    stream.count(0.0, "bike", 3)
    assert stream.per_s(0.0) == {"bike": pytest.approx(3.0 / (LEARNS_S / 4.0))}
    stream.count(LEARNS_S / 2.0, "bike", 1)
    assert stream.per_s(LEARNS_S / 2.0) == {"bike": pytest.approx(4.0 / (LEARNS_S / 2.0))}
    assert stream.per_s(LEARNS_S + 1.0) == {"bike": pytest.approx(1.0 / LEARNS_S)}
