"""A hub's trips, planned: the values of `horizon` as tables for the kernel, its answer as values again."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch import columns as col
from orchestrator.dispatch.horizon import (
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
from orchestrator.dispatch.trips_search import plan_trips
from vehicles.mission import ParcelId, VehicleId

Ints = NDArray[np.int64]
Tables = tuple[Any, ...]
"""Kinds, carriers, parcels, rates, seconds, metres, energy, places, extra cost, who may carry what."""

Solve = Callable[[Horizon, HorizonPlan], HorizonPlan]
"""From a hub's problem and the plan so far to the plan from now on."""

MOST_AHEAD = 24
"""Parcels that one vehicle is planned for: what lies further ahead is planned when it is nearer."""

SEED = 20_260_601

_PAIR_S = 1e-6
"""Of a core: what a round costs at most for each pair of parcels (0.3 to 1 us, 60 to 900 parcels)."""


def get_ready() -> None:
    """Load the planner, and have it compiled on a machine's first run: not at the first order."""
    kind = CarrierKind("any", 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, Rates(0.0, 0.0, 0.0, 0.0))
    nowhere = Way(np.zeros((2, 2)), np.zeros((2, 2)), np.zeros((2, 2)))
    one = Wanted(ParcelId("any"), 1.0, 0.0, 1.0, {"any": 1})
    carrier = Carrier(VehicleId("any"), "any", 0.0, 1.0, 1, 1.0)
    plan_ahead(Horizon(0.0, (kind,), (carrier,), (one,), {"any": nowhere}), NOTHING_PLANNED, rounds=1)


def rounds_in(seconds: float, parcels: int, most: int) -> int:
    """How many rounds of `plan_ahead` a core does in that time: none, for a crowd of parcels."""
    return min(most, int(seconds / (_PAIR_S * max(1, parcels) ** 2)))


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
    rows, begins, sizes, missing = _start(carriers, wanted, before)
    costs, handovers = plan_trips(tables, rows, begins, sizes, missing, rounds, SEED)
    trips = {
        carrier.vehicle_id: _trips(rows[c, : sizes[c]], begins[c], wanted, handovers)
        for c, carrier in enumerate(carriers)
        if sizes[c]
    }
    left = tuple(wanted[p].parcel_id for p in np.flatnonzero(missing).tolist())
    return HorizonPlan(trips, left, float(costs.sum()) + horizon.service.left_eur * len(left))


def _carrier_order(one: Carrier) -> tuple[object, ...]:
    return (one.kind, one.free_at_s, -one.left_wh, one.wear_eur, one.room, one.vehicle_id)


def _wanted_order(one: Wanted) -> tuple[object, ...]:
    places = tuple(sorted(one.places.items()))
    return (one.deadline_s, one.ready_at_s, one.mass_kg, -one.weight_frac, places, one.parcel_id)


def _tables(horizon: Horizon, carriers: list[Carrier], wanted: list[Wanted]) -> Tables:
    names = {kind.name: k for k, kind in enumerate(horizon.kinds)}
    ways = [horizon.ways[kind.name] for kind in horizon.kinds]
    places = np.full((len(names), len(wanted)), -1, np.int64)
    extra = np.zeros((len(names), len(wanted)))
    for p, one in enumerate(wanted):
        for name, place in one.places.items():
            places[names[name], p] = place
            extra[names[name], p] = one.extra_eur.get(name, 0.0)
    may = np.array([[int(_may(carrier, one)) for one in wanted] for carrier in carriers], np.int64)
    return (
        np.array([_kind_row(kind) for kind in horizon.kinds]),
        np.array([_carrier_row(carrier, names, horizon.now_s) for carrier in carriers]),
        np.array([_wanted_row(one) for one in wanted]),
        _rates(horizon.service),
        np.stack([way.seconds_s for way in ways]),
        np.stack([way.metres_m for way in ways]),
        np.stack([way.energy_wh for way in ways]),
        places,
        extra,
        may,
    )


def _kind_row(kind: CarrierKind) -> list[float]:
    row = [0.0] * col.K_WIDTH
    row[col.K_LOAD_S], row[col.K_SERVICE_S] = kind.load_s, kind.handover_s
    row[col.K_PREPARE_S], row[col.K_TURN_S] = kind.prepare_s, kind.turn_s
    row[col.K_FULL_WH], row[col.K_READY_WH], row[col.K_CHARGE_W] = kind.full_wh, kind.ready_wh, kind.charge_w
    row[col.K_TAPER_FRAC], row[col.K_TAPER_SHARE_FRAC] = kind.taper_frac, kind.taper_share_frac
    row[col.K_LATER_FRAC] = kind.later_frac
    row[col.K_PER_TRIP_EUR], row[col.K_PER_S_EUR] = kind.rates.per_trip_eur, kind.rates.per_hour_eur / 3600.0
    row[col.K_PER_M_EUR], row[col.K_PER_WH_EUR] = (
        kind.rates.per_km_eur / 1000.0,
        kind.rates.per_kwh_eur / 1000.0,
    )
    return row


def _carrier_row(carrier: Carrier, names: dict[str, int], now_s: float) -> list[float]:
    row = [0.0] * col.C_WIDTH
    row[col.C_KIND], row[col.C_FREE_AT_S] = float(names[carrier.kind]), max(carrier.free_at_s, now_s)
    row[col.C_UNTIL_S], row[col.C_LEFT_WH] = carrier.works_until_s, carrier.left_wh
    row[col.C_ROOM], row[col.C_ROOM_KG] = float(carrier.room), carrier.room_kg
    row[col.C_WEAR_EUR] = carrier.wear_eur
    return row


def _wanted_row(one: Wanted) -> list[float]:
    row = [0.0] * col.P_WIDTH
    row[col.P_READY_AT_S], row[col.P_DEADLINE_S] = one.ready_at_s, one.deadline_s
    row[col.P_PROMISED_S] = one.promised_s if isfinite(one.promised_s) else inf
    row[col.P_WEIGHT_FRAC], row[col.P_MASS_KG] = one.weight_frac, one.mass_kg
    return row


def _rates(service: Service) -> NDArray[np.float64]:
    row = np.zeros(col.R_WIDTH)
    row[col.R_LATE_EUR], row[col.R_LATE_PER_S_EUR] = service.late_eur, service.late_per_min_eur / 60.0
    row[col.R_WAIT_PER_S_EUR] = service.wait_per_min_eur / 60.0
    row[col.R_BROKEN_PER_S_EUR], row[col.R_LEFT_EUR] = service.broken_per_min_eur / 60.0, service.left_eur
    return row


def _start(
    carriers: list[Carrier], wanted: list[Wanted], before: HorizonPlan
) -> tuple[Ints, Ints, Ints, Ints]:
    """What is left of the plan so far, as rows; marked as missing is what is in none."""
    index = {one.parcel_id: p for p, one in enumerate(wanted)}
    width = min(len(wanted), MOST_AHEAD) + 1
    rows, begins = np.zeros((len(carriers), width), np.int64), np.zeros((len(carriers), width), np.int64)
    sizes, missing = np.zeros(len(carriers), np.int64), np.ones(len(wanted), np.int64)
    for c, carrier in enumerate(carriers):
        for trip in before.trips.get(carrier.vehicle_id, ()):
            heads = 1
            for parcel_id in trip.parcel_ids:
                p = index.get(parcel_id, -1)
                if p < 0 or missing[p] == 0 or sizes[c] == width - 1 or not _may(carrier, wanted[p]):
                    continue
                rows[c, sizes[c]], begins[c, sizes[c]] = p, heads
                sizes[c] += 1
                missing[p] = heads = 0
    return rows, begins, sizes, missing


def _may(carrier: Carrier, one: Wanted) -> bool:
    return carrier.kind in one.places and carrier.vehicle_id not in one.barred


def _trips(row: Ints, begins: Ints, wanted: list[Wanted], handovers: NDArray[np.float64]) -> tuple[Trip, ...]:
    found: list[tuple[list[ParcelId], list[float]]] = []
    for i, p in enumerate(row.tolist()):
        if begins[i] or not found:
            found.append(([], []))
        found[-1][0].append(wanted[p].parcel_id)
        found[-1][1].append(float(handovers[p]))
    return tuple(Trip(tuple(ids), tuple(times)) for ids, times in found)
