"""A hub's trips, planned: the values of `horizon` as tables for the kernel, its answer as values again."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import NamedTuple

import numpy as np

from orchestrator.dispatch.horizon import (
    HUB,
    NOTHING_PLANNED,
    Act,
    Carrier,
    CarrierKind,
    Horizon,
    HorizonPlan,
    Rates,
    Service,
    Stop,
    Trip,
    Wanted,
    Way,
)
from orchestrator.dispatch.trips.insert import Plan
from orchestrator.dispatch.trips.search import plan_trips
from orchestrator.dispatch.trips.tables import CARRIER, KIND, PARCEL, RATES, Ints, Tables
from vehicles.mission import ParcelId, VehicleId

Solve = Callable[[Horizon, HorizonPlan], HorizonPlan]
"""From a hub's problem and the plan so far to the plan from now on."""

MOST_AHEAD = 24
"""Stops that one vehicle is planned for: what lies further ahead is planned when it is nearer."""

SEED = 20_260_601

_ACTS = (Act.HAND_OVER, Act.FETCH)

_ROUND_S, _TURN_S, _CELL_S = 1.5e-5, 6e-7, 1e-8
"""Of a core, what a round takes at most: any; by parcels squared a vehicle; by parcels times vehicles."""


def get_ready() -> None:
    """Load the planner, and have it compiled on a machine's first run: not at the first order."""
    kind = CarrierKind("any", 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, Rates(0.0, 0.0, 0.0, 0.0))
    nowhere = Way(np.zeros((2, 2)), np.zeros((2, 2)), np.zeros((2, 2)))
    one = Wanted(ParcelId("any"), 1.0, 0.0, 1.0, {"any": 1})
    carrier = Carrier(VehicleId("any"), "any", 0.0, 1.0, 1, 1.0)
    plan_ahead(Horizon(0.0, (kind,), (carrier,), (one,), {"any": nowhere}), NOTHING_PLANNED, rounds=1)


def rounds_in(seconds: float, horizon: Horizon, most: int) -> int:
    """How many rounds of `plan_ahead` a core does in that time: few, where a crowd waits for few vehicles."""
    parcels, vehicles = len(horizon.wanted), max(1, len(horizon.carriers))
    round_s = _ROUND_S + _TURN_S * parcels**2 / vehicles + _CELL_S * parcels * vehicles
    return min(most, int(seconds / round_s))


def plan_ahead(horizon: Horizon, before: HorizonPlan, rounds: int) -> HorizonPlan:
    """The plan `before`, made to fit what has changed, completed, and improved `rounds` times.

    The outcome does not depend on ids, nor on the order of carriers and parcels, but where two are alike in
    everything: then by id. Always a plan: with 0 rounds after one pass of insertion.
    """
    carriers = sorted(horizon.carriers, key=_carrier_order)
    wanted = sorted(horizon.wanted, key=_wanted_order)
    if not carriers or not wanted:
        return HorizonPlan({}, tuple(one.parcel_id for one in wanted))
    tables = _tables(horizon, carriers, wanted)
    plan, missing = _start(carriers, wanted, before)
    times = plan_trips(tables, plan, missing, rounds, SEED).tolist()
    told = {kind.name: _Told(kind, horizon.ways[kind.name], wanted, times) for kind in horizon.kinds}
    trips = {
        carrier.vehicle_id: _trips(plan, c, told[carrier.kind])
        for c, carrier in enumerate(carriers)
        if plan.sizes[c]
    }
    left = [wanted[p] for p in np.flatnonzero(missing).tolist()]
    left_eur = horizon.service.left_eur * sum(one.weight_frac for one in left)
    return HorizonPlan(trips, tuple(one.parcel_id for one in left), float(plan.costs_eur.sum()) + left_eur)


def _carrier_order(one: Carrier) -> tuple[object, ...]:
    return (one.kind, one.free_at_s, -one.left_wh, one.wear_eur, one.room, one.vehicle_id)


def _wanted_order(one: Wanted) -> tuple[object, ...]:
    places = tuple(sorted(one.places.items()))
    times = (one.deadline_s, one.ready_at_s, one.earliest_at_s, one.most_aboard_s)
    return (*times, one.mass_kg, -one.weight_frac, places, one.pick_up, one.parcel_id)


def _tables(horizon: Horizon, carriers: list[Carrier], wanted: list[Wanted]) -> Tables:
    numbers = {kind.name: k for k, kind in enumerate(horizon.kinds)}
    ways = [horizon.ways[kind.name] for kind in horizon.kinds]
    count = len(wanted)
    place = np.full((len(numbers), 2 * count), -1, np.int64)
    extra = np.zeros((len(numbers), count))
    for p, one in enumerate(wanted):
        for name, there in one.places.items():
            place[numbers[name], p], place[numbers[name], count + p] = there, one.pick_up
            extra[numbers[name], p] = one.extra_eur.get(name, 0.0)
    opens = [one.earliest_at_s for one in wanted] + [one.ready_at_s for one in wanted]
    return Tables(
        kinds=np.array([_kind_row(kind) for kind in horizon.kinds], KIND),
        carriers=np.array([_carrier_row(one, numbers, horizon.now_s) for one in carriers], CARRIER),
        parcels=np.array([_parcel_row(one) for one in wanted], PARCEL),
        rates=np.array([_rates_row(horizon.service)], RATES),
        seconds_s=np.stack([way.seconds_s for way in ways]),
        metres_m=np.stack([way.metres_m for way in ways]),
        energy_wh=np.stack([way.energy_wh for way in ways]),
        place=place,
        opens_at_s=np.array(opens),
        extra_eur=extra,
        may=np.array([[int(_may(carrier, one)) for one in wanted] for carrier in carriers], np.int64),
    )


def _kind_row(kind: CarrierKind) -> tuple[float, ...]:
    rates = kind.rates
    return (
        kind.load_s,
        kind.handover_s,
        kind.prepare_s,
        kind.turn_s,
        kind.full_wh,
        kind.ready_wh,
        kind.charge_w,
        kind.taper_frac,
        kind.taper_share_frac,
        kind.later_frac,
        rates.per_trip_eur,
        rates.per_hour_eur / 3600.0,
        rates.per_km_eur / 1000.0,
        rates.per_kwh_eur / 1000.0,
    )


def _carrier_row(one: Carrier, numbers: dict[str, int], now_s: float) -> tuple[float, ...]:
    rest = one.rest
    return (
        numbers[one.kind],
        max(one.free_at_s, now_s),
        one.works_until_s,
        one.left_wh,
        one.room,
        one.room_kg,
        one.wear_eur,
        *((inf, inf, 0.0) if rest is None else (rest.from_s, rest.by_s, rest.lasts_s)),
    )


def _parcel_row(one: Wanted) -> tuple[float, ...]:
    welcome_at_s = max(one.ready_at_s, one.earliest_at_s)
    return (
        one.ready_at_s,
        welcome_at_s,
        one.deadline_s,
        one.promised_s,
        one.most_aboard_s,
        one.weight_frac,
        one.mass_kg,
        int(one.pick_up != HUB),
    )


def _rates_row(service: Service) -> tuple[float, ...]:
    return (
        service.late_eur,
        service.late_per_min_eur / 60.0,
        service.wait_per_min_eur / 60.0,
        service.broken_per_min_eur / 60.0,
        service.left_eur,
    )


class _Asked(NamedTuple):
    """What is wanted, the number of each in it, and which of it is in no plan yet (1)."""

    wanted: list[Wanted]
    numbers: dict[ParcelId, int]
    missing: Ints


def _start(carriers: list[Carrier], wanted: list[Wanted], before: HorizonPlan) -> tuple[Plan, Ints]:
    """What is left of the plan so far, and marked as missing what is in none."""
    nodes = sum(1 + (one.pick_up != HUB) for one in wanted)
    shape = (len(carriers), min(nodes, MOST_AHEAD) + 1)
    plan = Plan(
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
        np.zeros(len(carriers), np.int64),
        np.zeros(len(carriers)),
    )
    asked = _Asked(wanted, {one.parcel_id: p for p, one in enumerate(wanted)}, np.ones(len(wanted), np.int64))
    for c, carrier in enumerate(carriers):
        for trip in before.trips.get(carrier.vehicle_id, ()):
            heads = 1
            for node in _kept(trip, carrier, asked, shape[1] - 1 - int(plan.sizes[c])):
                plan.rows[c, plan.sizes[c]], plan.begins[c, plan.sizes[c]] = node, heads
                plan.sizes[c] += 1
                heads = 0
    return plan, asked.missing


def _kept(trip: Trip, carrier: Carrier, asked: _Asked, room: int) -> list[int]:
    """The nodes of a trip that are wanted still, each parcel's whole; those count as missing no more."""
    wanted, missing, nodes = asked.wanted, asked.missing, list[int]()
    for stop in trip.stops:
        p, fetched = asked.numbers.get(stop.parcel_id, -1), stop.act is Act.FETCH
        if p >= 0 and missing[p] and _may(carrier, wanted[p]) and (wanted[p].pick_up != HUB or not fetched):
            nodes.append(p + len(wanted) * fetched)
    kept: set[int] = set()
    for p in (node for node in nodes if node < len(wanted)):
        own = {p} if wanted[p].pick_up == HUB else {p, p + len(wanted)}
        if own <= set(nodes) and len(own) <= room:
            kept, room = kept | own, room - len(own)
            missing[p] = 0
    return [node for node in nodes if node in kept]


def _may(carrier: Carrier, one: Wanted) -> bool:
    return carrier.kind in one.places and carrier.vehicle_id not in one.barred


class _Told(NamedTuple):
    """What a kind's trips are told from: its ways, what is wanted, and when what is done at each node."""

    kind: CarrierKind
    way: Way
    wanted: list[Wanted]
    times: list[float]


def _trips(plan: Plan, c: int, told: _Told) -> tuple[Trip, ...]:
    """What a vehicle's row says."""
    rows: list[list[int]] = []
    size = int(plan.sizes[c])
    for node, begins in zip(plan.rows[c, :size].tolist(), plan.begins[c, :size].tolist(), strict=True):
        if begins or not rows:
            rows.append([])
        rows[-1].append(node)
    return tuple(_trip(nodes, told) for nodes in rows)


def _trip(nodes: list[int], told: _Told) -> Trip:
    """At its first stop nobody waits, so that when it begins follows from when that is done."""
    kind, wanted, times = told.kind, told.wanted, told.times
    count = len(wanted)
    stops = tuple(Stop(wanted[node % count].parcel_id, times[node], _ACTS[node // count]) for node in nodes)
    loaded = sum(node < count and wanted[node].pick_up == HUB for node in nodes)
    one = wanted[nodes[0] % count]
    there = one.places[kind.name] if nodes[0] < count else one.pick_up
    first_s = float(told.way.seconds_s[HUB, there]) + kind.handover_s
    return Trip(stops, times[nodes[0]] - first_s - kind.prepare_s - loaded * kind.load_s)
