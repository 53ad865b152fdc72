"""The peer of whole days: each hub's problem solved from scratch by PyVRP, once a minute.

PyVRP (N. A. Wouda, L. Lan, W. Kool, INFORMS Journal on Computing 36(4), 2024) is told all that it knows of:
several trips a vehicle with loading between, each kind's own places, ways and prices, shifts, who may not
carry what, when a parcel is there, and deadlines as hard windows that allow for what trips outlast their
plans by. It has no word for batteries nor for the cost of waiting.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

import numpy as np
import pyvrp
from numpy.typing import NDArray
from pyvrp.exceptions import PenaltyBoundWarning

from orchestrator.dispatch.horizon import HUB, Carrier, CarrierKind, Horizon, HorizonPlan, Trip, Wanted
from vehicles.mission import ParcelId, VehicleId

EVERY_S = 60.0
"""How often the peer is asked anew."""

CORE_S = 0.1
"""Of a core: what it has each time and hub. Ours has up to 0.03 s each time it looks."""

_FAR_S = 10**7
_MONEY = 10**6
"""Euros are told in millionths, so that seconds and metres have whole prices."""

_LEFT_EUR = 200.0
_GRACE_S = 300
"""A parcel that will be late whoever brings it has its window so long after the earliest hand-over."""

_MOST_RELOADS = 12


def _core_s() -> float:
    return time.thread_time()


@dataclass(slots=True)
class CoreTime:
    """PyVRP's word for when to stop: after so many seconds of a core from now, whatever else is running."""

    limit_s: float
    _begun_s: float = field(default_factory=_core_s)

    def __call__(self, best_cost: int) -> bool:  # noqa: ARG002 - so PyVRP asks
        """Whether they are over."""
        return _core_s() - self._begun_s >= self.limit_s


@dataclass(slots=True)
class EveryMinute:
    """Asks PyVRP about each hub once a minute; in between its plan is kept to."""

    limit_s: float = CORE_S
    _asked_at_s: dict[VehicleId, float] = field(default_factory=dict)

    def __call__(self, horizon: Horizon, before: HorizonPlan) -> HorizonPlan:
        """The plan as it stands; a new one when the minute is over."""
        asked_at_s = max((self._asked_at_s.get(c.vehicle_id, -inf) for c in horizon.carriers), default=-inf)
        if horizon.now_s - asked_at_s < EVERY_S:
            return _kept(horizon, before)
        self._asked_at_s.update((carrier.vehicle_id, horizon.now_s) for carrier in horizon.carriers)
        return solved(horizon, self.limit_s)


def _kept(horizon: Horizon, before: HorizonPlan) -> HorizonPlan:
    """What is left of a plan: parcels that still wait, by vehicles that still can and may."""
    wanted = {one.parcel_id: one for one in horizon.wanted}
    carriers = {carrier.vehicle_id: carrier for carrier in horizon.carriers}
    trips = {}
    for vehicle_id, rows in before.trips.items():
        carrier, kept = carriers.get(vehicle_id), []
        for trip in rows if carrier else ():
            stops = [
                stop
                for stop in trip.stops
                if (one := wanted.get(stop.parcel_id)) and carrier and _may(carrier, one)
            ]
            if stops:
                kept.append(Trip(tuple(stops)))
        if kept:
            trips[vehicle_id] = tuple(kept)
    given = {p for rows in trips.values() for trip in rows for p in trip.parcel_ids}
    return HorizonPlan(trips, tuple(p for p in wanted if p not in given))


def _may(carrier: Carrier, one: Wanted) -> bool:
    return carrier.kind in one.places and carrier.vehicle_id not in one.barred


@dataclass(frozen=True, slots=True)
class _Ways:
    """Of vehicles that may carry the same: what each way costs, and takes with what is done at its ends."""

    micro_eur: NDArray[np.int64]
    seconds_s: NDArray[np.int64]


def solved(horizon: Horizon, limit_s: float) -> HorizonPlan:
    """PyVRP's answer, after so many seconds of a core.

    Who is back only after their shift is left out. What one charge cannot do is refused when it comes to it,
    as for everybody.
    """
    able = tuple(one for one in horizon.carriers if one.free_at_s < one.works_until_s)
    horizon = replace(horizon, carriers=able)
    stop = CoreTime(limit_s)
    if not horizon.wanted or not able:
        return HorizonPlan({}, tuple(one.parcel_id for one in horizon.wanted))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        found = pyvrp.solve(_data(horizon), stop, seed=1, collect_stats=False, display=False)
    return _read(horizon, found.best)


def _data(horizon: Horizon) -> pyvrp.ProblemData:
    """The problem in whole seconds from now, grams and millionths of euros; the hub is place 0."""
    kinds = {kind.name: kind for kind in horizon.kinds}
    sorts = {carrier: (carrier.kind, _barred(horizon, carrier)) for carrier in horizon.carriers}
    numbers = {sort: n for n, sort in enumerate(dict.fromkeys(sorts.values()))}
    ways = [_ways(horizon, kinds[name], barred) for name, barred in numbers]
    soonest_s = np.min(
        [
            ways[numbers[sort]].seconds_s[HUB] + max(0.0, carrier.free_at_s - horizon.now_s)
            for carrier, sort in sorts.items()
        ],
        axis=0,
    )
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0)] * (1 + len(horizon.wanted)),
        clients=[_client(horizon, n, float(soonest_s[n + 1])) for n in range(len(horizon.wanted))],
        depots=[pyvrp.Depot(HUB)],
        vehicle_types=[
            _vehicle(horizon, carrier, kinds[carrier.kind], numbers[sort]) for carrier, sort in sorts.items()
        ],
        distance_matrices=_arrays(way.micro_eur for way in ways),
        duration_matrices=_arrays(way.seconds_s for way in ways),
    )


def _arrays(found: Any) -> Any:  # noqa: ANN401 - PyVRP has an odd type for its arrays
    return list(found)


def _barred(horizon: Horizon, carrier: Carrier) -> frozenset[int]:
    return frozenset(n for n, one in enumerate(horizon.wanted) if carrier.vehicle_id in one.barred)


def _ways(horizon: Horizon, kind: CarrierKind, barred: frozenset[int]) -> _Ways:
    """A trip's price and getting ready are in the ways from the hub, loading and handing over in those on."""
    may = [kind.name in one.places and n not in barred for n, one in enumerate(horizon.wanted)]
    at = [HUB, *(one.places.get(kind.name, HUB) for one in horizon.wanted)]
    way, between = horizon.ways[kind.name], np.ix_(at, at)
    seconds_s = way.seconds_s[between] * (1.0 + kind.later_frac)
    seconds_s[:, 1:] += kind.handover_s + kind.load_s
    seconds_s[HUB, :] += kind.prepare_s + kind.turn_s
    closed = ~np.isfinite(seconds_s)
    for n in (n + 1 for n, able in enumerate(may) if not able):
        closed[n, :] = closed[:, n] = True
    euros = kind.rates.per_km_eur * way.metres_m[between] / 1000.0
    euros += kind.rates.per_kwh_eur * way.energy_wh[between] / 1000.0
    euros[HUB, :] += kind.rates.per_trip_eur
    euros[closed], seconds_s[closed] = 0.0, _FAR_S
    np.fill_diagonal(euros, 0.0)
    np.fill_diagonal(seconds_s, 0.0)
    return _Ways(np.round(euros * _MONEY).astype(np.int64), np.ceil(seconds_s).astype(np.int64))


def _client(horizon: Horizon, n: int, soonest_s: float) -> pyvrp.Client:
    one = horizon.wanted[n]
    due_s, ready_s = int(one.deadline_s - horizon.now_s), max(0, int(one.ready_at_s - horizon.now_s))
    return pyvrp.Client(
        n + 1,
        delivery=[1, int(one.mass_kg * 1000)],
        tw_late=max(0, due_s if soonest_s + ready_s <= due_s else int(soonest_s) + ready_s + _GRACE_S),
        release_time=ready_s,
        prize=int(_LEFT_EUR * _MONEY * one.weight_frac),
        required=False,
    )


def _vehicle(horizon: Horizon, carrier: Carrier, kind: CarrierKind, profile: int) -> pyvrp.VehicleType:
    until_s = int(min(carrier.works_until_s - horizon.now_s, _FAR_S))
    return pyvrp.VehicleType(
        capacity=[carrier.room, int(carrier.room_kg * 1000)],
        fixed_cost=int(carrier.wear_eur * _MONEY),
        tw_early=min(max(0, int(carrier.free_at_s - horizon.now_s)), until_s),
        tw_late=until_s,
        unit_distance_cost=1,
        unit_duration_cost=int(kind.rates.per_hour_eur / 3600.0 * _MONEY),
        profile=profile,
        reload_depots=[HUB],
        max_reloads=_MOST_RELOADS,
    )


def _read(horizon: Horizon, best: pyvrp.Solution) -> HorizonPlan:
    """Its routes as trips, to be begun as soon as their vehicle is free; nobody reads hand-overs here."""
    trips: dict[VehicleId, tuple[Trip, ...]] = {}
    for route in best.routes():
        carrier = horizon.carriers[route.vehicle_type()]
        rows: dict[int, list[ParcelId]] = {}
        for activity in route:
            one = horizon.wanted[activity.idx] if activity.is_client() else None
            if one is not None and _may(carrier, one):
                rows.setdefault(activity.trip, []).append(one.parcel_id)
        if rows:
            trips[carrier.vehicle_id] = _in_turn(rows, horizon.now_s)
    given = {p for found in trips.values() for trip in found for p in trip.parcel_ids}
    return HorizonPlan(trips, tuple(one.parcel_id for one in horizon.wanted if one.parcel_id not in given))


def _in_turn(rows: Mapping[int, list[ParcelId]], now_s: float) -> tuple[Trip, ...]:
    return tuple(Trip.handing_over(ids, (now_s,) * len(ids)) for _, ids in sorted(rows.items()))
