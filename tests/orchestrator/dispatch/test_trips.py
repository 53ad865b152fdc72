"""Trips planned ahead: always a plan that can be done, whatever things are called, and no worse later."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import hypot, inf

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.dispatch.horizon import (
    HUB,
    NOTHING_PLANNED,
    Carrier,
    CarrierKind,
    Horizon,
    HorizonPlan,
    Rates,
    Service,
    Trip,
    Wanted,
    Way,
)
from orchestrator.dispatch.lessons import BEFORE_FRAC, FEWEST, later_frac
from orchestrator.dispatch.trips.plan import plan_ahead, rounds_in
from orchestrator.operations.dispatching.dispatcher import improving
from vehicles.mission import ParcelId, VehicleId

RATES = Rates(0.3, 6.0, 0.05, 0.2)
DRONE = CarrierKind("drone", 6.0, 6.0, 4.0, 8.0, 600.0, 200.0, 800.0, RATES)
BIKE = CarrierKind("bike", 30.0, 75.0, 4.0, 8.0, 450.0, 200.0, 3000.0, RATES)
EXACT = 1e-6


def horizon(
    spots: list[tuple[float, float]],
    carriers: list[Carrier],
    *,
    deadlines_s: list[float] | None = None,
    kg: float = 1.0,
) -> Horizon:
    """Parcels at spots (metres east and north of the hub), each for the drones and bikes given."""
    points = [(0.0, 0.0), *spots]
    metres = np.array([[hypot(a[0] - b[0], a[1] - b[1]) for b in points] for a in points])
    kinds = {carrier.kind for carrier in carriers}
    due = deadlines_s or [3600.0] * len(spots)
    wanted = tuple(
        Wanted(ParcelId(f"P{n}"), kg, 0.0, due[n], dict.fromkeys(sorted(kinds), n + 1))
        for n in range(len(spots))
    )
    ways = {
        "drone": Way(metres / 15.0 + 20.0, metres, metres * 0.06),
        "bike": Way(metres / 4.0, metres, metres * 0.01),
    }
    used = tuple(kind for kind in (DRONE, BIKE) if kind.name in kinds)
    return Horizon(0.0, used, tuple(carriers), wanted, ways)


def drone(name: str, free_at_s: float = 0.0, left_wh: float = 600.0) -> Carrier:
    return Carrier(VehicleId(name), "drone", free_at_s, left_wh, 1, 2.5)


def bike(name: str, free_at_s: float = 0.0, room: int = 6, until_s: float = inf) -> Carrier:
    return Carrier(VehicleId(name), "bike", free_at_s, 450.0, room, 20.0, until_s)


_SPOTS = st.lists(st.tuples(st.floats(-900.0, 900.0), st.floats(-900.0, 900.0)), min_size=1, max_size=9)
_FLEETS = st.tuples(st.integers(0, 3), st.integers(0, 2)).filter(lambda pair: sum(pair) > 0)


@st.composite
def horizons(draw: st.DrawFn) -> Horizon:
    drones, bikes = draw(_FLEETS)
    spots = draw(_SPOTS)
    times = st.floats(0.0, 1200.0)
    carriers = [drone(f"D{n}", draw(times), draw(st.floats(0.0, 600.0))) for n in range(drones)]
    until = st.sampled_from([inf, 900.0, 2400.0])
    carriers += [bike(f"B{n}", draw(times), draw(st.integers(1, 6)), draw(until)) for n in range(bikes)]
    due = draw(st.lists(st.floats(200.0, 4000.0), min_size=len(spots), max_size=len(spots)))
    return horizon(spots, carriers, deadlines_s=due, kg=draw(st.sampled_from([0.5, 2.0, 4.0])))


def check(problem: Horizon, plan: HorizonPlan) -> None:
    """What any plan must keep to, worked out anew from the values alone."""
    carriers = {carrier.vehicle_id: carrier for carrier in problem.carriers}
    kinds = {kind.name: kind for kind in problem.kinds}
    wanted = {one.parcel_id: one for one in problem.wanted}
    given_out = [p for trips in plan.trips.values() for trip in trips for p in trip.parcel_ids]
    assert len(given_out) == len(set(given_out))
    assert set(given_out) | set(plan.left) == set(wanted)
    assert not set(given_out) & set(plan.left)
    for vehicle_id, trips in plan.trips.items():
        carrier = carriers[vehicle_id]
        kind, way = kinds[carrier.kind], problem.ways[carrier.kind]
        free_at_s = carrier.free_at_s
        for trip in trips:
            assert len(trip.parcel_ids) <= carrier.room
            assert sum(wanted[p].mass_kg for p in trip.parcel_ids) <= carrier.room_kg
            assert all(vehicle_id not in wanted[p].barred for p in trip.parcel_ids)
            stops = [HUB, *(wanted[p].places[kind.name] for p in trip.parcel_ids), HUB]
            assert sum(way.energy_wh[a, b] for a, b in pairwise(stops)) <= kind.full_wh + EXACT
            ready_s = free_at_s + kind.prepare_s + kind.load_s * len(trip.parcel_ids)
            handovers_at_s = [stop.at_s for stop in trip.stops]
            assert handovers_at_s[0] >= ready_s + way.seconds_s[stops[0], stops[1]] - EXACT
            for n, (a, b) in enumerate(pairwise(handovers_at_s), start=1):
                takes_s = way.seconds_s[stops[n], stops[n + 1]] + kind.handover_s
                assert b - a == pytest.approx(takes_s, abs=EXACT)
            end_s = handovers_at_s[-1] + way.seconds_s[stops[-2], HUB]
            assert end_s <= carrier.works_until_s + EXACT
            free_at_s = end_s + kind.turn_s


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(horizons())
def test_every_plan_can_be_done_and_improving_never_makes_it_dearer(problem: Horizon) -> None:
    first = plan_ahead(problem, NOTHING_PLANNED, rounds=0)
    check(problem, first)
    better = plan_ahead(problem, NOTHING_PLANNED, rounds=30)
    check(problem, better)
    assert better.cost_eur <= first.cost_eur + EXACT
    again = plan_ahead(problem, better, rounds=0)
    check(problem, again)
    assert again.cost_eur <= better.cost_eur + EXACT


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(horizons(), st.randoms(use_true_random=False))
def test_other_names_and_another_order_give_the_same_cost(problem: Horizon, chance: object) -> None:
    shuffle = chance.shuffle  # type: ignore[attr-defined]
    carriers = [replace(one, vehicle_id=VehicleId(f"x{one.vehicle_id}")) for one in problem.carriers]
    wanted = [replace(one, parcel_id=ParcelId(f"y{n}")) for n, one in enumerate(reversed(problem.wanted))]
    shuffle(carriers)
    shuffle(wanted)
    renamed = replace(problem, carriers=tuple(carriers), wanted=tuple(wanted))
    plans = [plan_ahead(one, NOTHING_PLANNED, rounds=20) for one in (problem, renamed)]
    assert plans[0].cost_eur == pytest.approx(plans[1].cost_eur, abs=1e-6)


def test_nobody_is_given_what_is_barred_from_them() -> None:
    problem = horizon([(300.0, 0.0)], [drone("D1"), bike("B1")])
    wanted = (replace(problem.wanted[0], barred=frozenset({VehicleId("D1")})),)
    plan = plan_ahead(replace(problem, wanted=wanted), NOTHING_PLANNED, rounds=5)
    assert set(plan.trips) == {"B1"}
    nobody = (replace(wanted[0], barred=frozenset({VehicleId("D1"), VehicleId("B1")})),)
    assert plan_ahead(replace(problem, wanted=nobody), NOTHING_PLANNED, rounds=5).left == ("P0",)


def test_neighbours_share_a_trip_and_a_later_trip_is_known_before_the_first_departs() -> None:
    problem = horizon([(400.0, 0.0), (420.0, 0.0), (-700.0, 0.0)], [bike("B1", room=2)])
    (trips,) = plan_ahead(problem, NOTHING_PLANNED, rounds=20).trips.values()
    assert {"P0", "P1"} in [set(trip.parcel_ids) for trip in trips]
    assert len(trips) == 2
    assert trips[1].stops[0].at_s > trips[0].stops[-1].at_s


def test_a_vehicle_that_is_busy_is_waited_for_where_that_is_cheaper_than_being_late_with_another() -> None:
    soon = horizon([(800.0, 0.0)], [drone("D1", free_at_s=60.0), bike("B1")], deadlines_s=[200.0])
    assert set(plan_ahead(soon, NOTHING_PLANNED, rounds=5).trips) == {"D1"}
    late = horizon([(800.0, 0.0)], [drone("D1", free_at_s=1500.0), bike("B1")], deadlines_s=[400.0])
    assert set(plan_ahead(late, NOTHING_PLANNED, rounds=5).trips) == {"B1"}


def test_charging_takes_its_time_and_slows_towards_full() -> None:
    near, far = [(200.0, 0.0)], [(4500.0, 0.0)]
    starts = [
        plan_ahead(horizon(spots, [drone("D1", left_wh=left_wh)]), NOTHING_PLANNED, rounds=0)
        for spots, left_wh in ((near, 600.0), (far, 600.0), (far, 60.0))
    ]
    quick, full, empty = (next(iter(p.trips.values()))[0].stops[0].at_s for p in starts)
    assert quick < full < empty
    needed_wh = 2 * 4500.0 * 0.06
    assert empty - full > (needed_wh - 60.0) / 800.0 * 3600.0, "slower than at full power all the way"


def test_what_weighs_more_goes_first() -> None:
    problem = horizon([(500.0, 0.0), (-500.0, 0.0)], [drone("D1")], deadlines_s=[120.0, 120.0])
    for first in (0, 1):
        wanted = [
            replace(one, weight_frac=10.0 if n == first else 1.0) for n, one in enumerate(problem.wanted)
        ]
        plan = plan_ahead(replace(problem, wanted=tuple(wanted)), NOTHING_PLANNED, rounds=10)
        assert plan.trips[VehicleId("D1")][0].parcel_ids == (f"P{first}",)


def test_a_plan_that_still_fits_is_kept() -> None:
    problem = horizon([(500.0, 0.0), (510.0, 0.0)], [drone("D1"), drone("D2")])
    before = HorizonPlan({VehicleId("D2"): (Trip.handing_over((ParcelId("P0"),), (60.0,)),)})
    plan = plan_ahead(problem, before, rounds=0)
    assert plan.trips[VehicleId("D2")][0].parcel_ids == ("P0",)


def test_times_are_learned_once_there_is_enough_to_learn_from() -> None:
    assert later_frac([0.5] * (FEWEST - 1)) == BEFORE_FRAC
    assert later_frac([0.0] * 80 + [0.4] * 20) == 0.0
    assert later_frac([0.0] * 70 + [0.4] * 30) == 0.4
    assert later_frac([-0.2] * 50) == 0.0


def test_a_crowd_of_parcels_is_planned_in_fewer_rounds_and_the_fewer_the_fewer_vehicles() -> None:
    def crowd(parcels: int, bikes: int) -> Horizon:
        spots = [(10.0 * n, 900.0 - 5.0 * n) for n in range(parcels)]
        return horizon(spots, [bike(f"B{n}") for n in range(bikes)])

    sizes = ((1, 1), (60, 1), (120, 8), (120, 1), (400, 2))
    assert [rounds_in(0.1, crowd(*size), 40) for size in sizes] == [40, 40, 40, 11, 2]
    large, before = crowd(320, 2), HorizonPlan({}, ())
    few = rounds_in(0.03, large, 40)
    assert few == 0
    assert improving()(large, before) == plan_ahead(large, before, few)
    assert improving()(large, before) != plan_ahead(large, before, rounds=40)


@pytest.mark.parametrize("late_s", [0.0, 1.0, 30.0, 60.0, 600.0])
def test_lateness_costs_a_plan_what_it_costs_wherever_else_it_is_reckoned(late_s: float) -> None:
    spots, bikes = [(500.0, 0.0)], [bike("B1")]
    in_time = plan_ahead(horizon(spots, bikes), NOTHING_PLANNED, rounds=0)
    ((_, at_s),) = in_time.expected().values()
    late = plan_ahead(horizon(spots, bikes, deadlines_s=[at_s - late_s]), NOTHING_PLANNED, rounds=0)
    assert late.cost_eur - in_time.cost_eur == pytest.approx(Service().lateness_eur(late_s), abs=EXACT)
