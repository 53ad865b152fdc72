"""Whatever is asked: no plan breaks what parcels, vehicles and their riders ask of it.

The checker works everything out again from the values, and shares nothing with the planner.
"""

from __future__ import annotations

from dataclasses import replace
from math import hypot, inf

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orchestrator.dispatch.horizon import (
    HUB,
    NOTHING_PLANNED,
    Act,
    Carrier,
    CarrierKind,
    Horizon,
    HorizonPlan,
    Rates,
    Trip,
    Wanted,
    Way,
)
from orchestrator.dispatch.trips.plan import plan_ahead
from vehicles.mission import ParcelId, VehicleId
from vehicles.telemetry import Break

BIKE = CarrierKind("bike", 30.0, 75.0, 4.0, 8.0, 450.0, 200.0, 3000.0, Rates(0.0, 22.0, 0.04, 0.2))
ROBOT = CarrierKind("robot", 10.0, 20.0, 4.0, 8.0, 240.0, 100.0, 400.0, Rates(0.1, 1.5, 0.05, 0.2))
PLACES = 6
OFF = 1e-6


@st.composite
def horizons(draw: st.DrawFn) -> Horizon:
    spots = [(0.0, 0.0)] + [
        (draw(st.floats(-1500.0, 1500.0)), draw(st.floats(-1500.0, 1500.0))) for _ in range(PLACES)
    ]
    metres = np.array([[hypot(a[0] - b[0], a[1] - b[1]) for b in spots] for a in spots])
    ways = {
        "bike": Way(metres / 4.0, metres, metres * 0.01),
        "robot": Way(metres / 1.6, metres, metres * 0.03),
    }
    carriers = tuple(draw(carrier(n)) for n in range(draw(st.integers(1, 4))))
    asked = tuple(draw(wanted(n)) for n in range(draw(st.integers(1, 9))))
    return Horizon(0.0, (BIKE, ROBOT), carriers, asked, ways)


@st.composite
def carrier(draw: st.DrawFn, n: int) -> Carrier:
    kind = draw(st.sampled_from([BIKE, ROBOT]))
    free_at_s = draw(st.sampled_from([0.0, 300.0, 900.0]))
    rests = [None, Break(1200.0, 3000.0, 1800.0), Break(600.0, 5400.0, 900.0)]
    return Carrier(
        VehicleId(f"V{n}"),
        kind.name,
        free_at_s,
        draw(st.floats(0.0, kind.full_wh)),
        draw(st.integers(1, 5)),
        draw(st.sampled_from([4.0, 20.0])),
        draw(st.sampled_from([inf, 4500.0, 9000.0])),
        rest=draw(st.sampled_from(rests)) if kind is BIKE else None,
    )


@st.composite
def wanted(draw: st.DrawFn, n: int) -> Wanted:
    place = draw(st.integers(0, PLACES))
    pick_up = draw(st.sampled_from([HUB, *range(1, PLACES + 1)])) if place else draw(st.integers(1, PLACES))
    kinds = draw(st.sampled_from([("bike",), ("robot",), ("bike", "robot")]))
    return Wanted(
        ParcelId(f"P{n}"),
        draw(st.sampled_from([0.5, 2.0, 4.5])),
        draw(st.sampled_from([0.0, 0.0, 600.0])),
        draw(st.floats(900.0, 6000.0)),
        dict.fromkeys(kinds, place),
        draw(st.sampled_from([1.0, 1.0, 5.0])),
        pick_up=pick_up,
        earliest_at_s=draw(st.sampled_from([-inf, -inf, 1500.0, 4000.0])),
        most_aboard_s=draw(st.sampled_from([inf, inf, 700.0, 1500.0])),
        barred=frozenset(draw(st.sets(st.sampled_from(["V0", "V1"]), max_size=1))),
    )


def check(problem: Horizon, plan: HorizonPlan) -> None:
    """Everything that a plan has to keep to."""
    given_out = [p for trips in plan.trips.values() for trip in trips for p in trip.parcel_ids]
    assert sorted([*given_out, *plan.left]) == sorted(one.parcel_id for one in problem.wanted)
    for vehicle_id, trips in plan.trips.items():
        me = next(one for one in problem.carriers if one.vehicle_id == vehicle_id)
        at_s = me.free_at_s
        spans = []
        for trip in trips:
            spans.append((trip.begins_at_s, check_trip(problem, me, trip, at_s)))
            at_s = spans[-1][1]
        if me.rest is not None:
            assert can_rest(me, spans), (me, spans)


def can_rest(me: Carrier, spans: list[tuple[float, float]]) -> bool:
    """Whether the break fits before, between or after the trips."""
    assert me.rest is not None
    free_at_s = me.free_at_s
    for begin_s, end_s in [*spans, (inf, inf)]:
        rest_s = max(free_at_s, me.rest.from_s)
        if rest_s <= me.rest.by_s + OFF and rest_s + me.rest.lasts_s <= begin_s + OFF:
            return True
        free_at_s = end_s
    return False


def check_trip(problem: Horizon, me: Carrier, trip: Trip, free_at_s: float) -> float:
    """One trip, moment by moment; when its vehicle is free again."""
    kind = BIKE if me.kind == "bike" else ROBOT
    way, asked = problem.ways[me.kind], {one.parcel_id: one for one in problem.wanted}
    here = {p for p in trip.parcel_ids if asked[p].pick_up == HUB}
    assert trip.begins_at_s >= free_at_s - OFF
    assert all(asked[p].ready_at_s <= trip.begins_at_s + OFF for p in here)
    now_s = trip.begins_at_s + kind.prepare_s
    since = dict.fromkeys(here, now_s)
    now_s += kind.load_s * len(here)
    aboard, place, energy_wh = set(here), HUB, 0.0
    for n, stop in enumerate(trip.stops):
        one = asked[stop.parcel_id]
        assert aboard_fits(me, [asked[p] for p in aboard])
        assert me.vehicle_id not in one.barred
        fetch = stop.act is Act.FETCH
        there = one.pick_up if fetch else one.places[me.kind]
        assert there != HUB or all(asked[s.parcel_id].places[me.kind] == HUB for s in trip.stops[n:])
        arrives_s = now_s + way.seconds_s[place, there]
        opens_s = one.ready_at_s if fetch else one.earliest_at_s
        now_s = max(arrives_s, opens_s) + kind.handover_s
        assert stop.at_s == pytest.approx(now_s, abs=OFF)
        energy_wh += way.energy_wh[place, there]
        place = there
        if fetch:
            since[stop.parcel_id] = now_s - kind.handover_s
            aboard.add(stop.parcel_id)
        else:
            assert now_s - since[stop.parcel_id] <= one.most_aboard_s + OFF
            aboard.remove(stop.parcel_id)
    assert not aboard
    end_s = now_s + float(way.seconds_s[place, HUB])
    assert energy_wh + way.energy_wh[place, HUB] <= kind.full_wh + OFF
    assert end_s <= me.works_until_s + OFF
    return end_s + kind.turn_s


def aboard_fits(me: Carrier, aboard: list[Wanted]) -> bool:
    return len(aboard) <= me.room and sum(one.mass_kg for one in aboard) <= me.room_kg + OFF


FAST = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@FAST
@given(horizons())
def test_no_plan_breaks_what_is_asked_of_it_and_improving_never_makes_it_dearer(problem: Horizon) -> None:
    first = plan_ahead(problem, NOTHING_PLANNED, rounds=0)
    check(problem, first)
    better = plan_ahead(problem, NOTHING_PLANNED, rounds=30)
    check(problem, better)
    assert better.cost_eur <= first.cost_eur + OFF
    again = plan_ahead(problem, better, rounds=0)
    check(problem, again)
    assert again.cost_eur <= better.cost_eur + OFF


@FAST
@given(horizons(), st.randoms(use_true_random=False))
def test_other_names_and_another_order_give_the_same_cost(problem: Horizon, chance: object) -> None:
    names = {one.vehicle_id: VehicleId(f"x{one.vehicle_id}") for one in problem.carriers}
    carriers = [replace(one, vehicle_id=names[one.vehicle_id]) for one in problem.carriers]
    asked = [
        replace(one, parcel_id=ParcelId(f"y{n}"), barred=frozenset(names.get(v, v) for v in one.barred))
        for n, one in enumerate(reversed(problem.wanted))
    ]
    chance.shuffle(carriers)  # type: ignore[attr-defined]
    chance.shuffle(asked)  # type: ignore[attr-defined]
    renamed = replace(problem, carriers=tuple(carriers), wanted=tuple(asked))
    plans = [plan_ahead(one, NOTHING_PLANNED, rounds=20) for one in (problem, renamed)]
    assert plans[0].cost_eur == pytest.approx(plans[1].cost_eur, abs=1e-6)
