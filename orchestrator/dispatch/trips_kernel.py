"""What a plan of trips costs, and the best place in it for one more parcel, in machine code.

A vehicle's plan is a row of parcels in the order of their hand-overs; a flag begins a new trip, for which it
comes back to the hub, charges and loads.
"""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.columns import (
    C_FREE_AT_S,
    C_KIND,
    C_LEFT_WH,
    C_ROOM,
    C_ROOM_KG,
    C_UNTIL_S,
    C_WEAR_EUR,
    K_CHARGE_W,
    K_FULL_WH,
    K_LATER_FRAC,
    K_LOAD_S,
    K_PER_M_EUR,
    K_PER_S_EUR,
    K_PER_TRIP_EUR,
    K_PER_WH_EUR,
    K_PREPARE_S,
    K_READY_WH,
    K_SERVICE_S,
    K_TAPER_FRAC,
    K_TAPER_SHARE_FRAC,
    K_TURN_S,
    P_DEADLINE_S,
    P_MASS_KG,
    P_PROMISED_S,
    P_READY_AT_S,
    P_WEIGHT_FRAC,
    R_BROKEN_PER_S_EUR,
    R_LATE_EUR,
    R_LATE_PER_S_EUR,
    R_WAIT_PER_S_EUR,
)
from orchestrator.dispatch.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

INFINITE = np.inf


@compiled
def charge_s(kind: Floats, from_wh: float, to_wh: float) -> float:
    """Seconds to charge from one content to another, watt-hours a plan may draw; 0 where it is there."""
    full_wh, power_w = kind[K_FULL_WH], kind[K_CHARGE_W]
    lasts_s: float = 0.0
    if to_wh <= from_wh:
        return lasts_s
    knee_wh = kind[K_TAPER_FRAC] * full_wh
    lasts_s += max(0.0, min(to_wh, knee_wh) - from_wh) / power_w * 3600.0
    if to_wh > knee_wh:
        slope = (1.0 - kind[K_TAPER_SHARE_FRAC]) / max(full_wh - knee_wh, 1e-9)
        low = 1.0 - slope * (max(from_wh, knee_wh) - knee_wh)
        high = 1.0 - slope * (to_wh - knee_wh)
        lasts_s += (
            3600.0 / power_w * ((to_wh - max(from_wh, knee_wh)) if slope <= 0 else log(low / high) / slope)
        )
    return lasts_s


@compiled
def _needs(
    tables: Any,  # noqa: ANN401
    carrier: int,
    row: Ints,
    first: int,
    last: int,
) -> tuple[float, float, float, float]:
    """Of a trip: kilograms, the latest that one of its parcels is ready, watt-hours, metres."""
    _, carriers, parcels, _, _, metres, energy, places, _, _ = tables
    k, here = int(carriers[carrier, C_KIND]), 0
    kg, ready_s, need_wh, way_m = 0.0, -INFINITE, 0.0, 0.0
    for i in range(first, last):
        p = row[i]
        there = places[k, p]
        kg += parcels[p, P_MASS_KG]
        ready_s = max(ready_s, parcels[p, P_READY_AT_S])
        need_wh += energy[k, here, there]
        way_m += metres[k, here, there]
        here = there
    return kg, ready_s, need_wh + energy[k, here, 0], way_m + metres[k, here, 0]


@compiled
def _handed_over_eur(
    tables: Any,  # noqa: ANN401
    kind: Floats,
    p: int,
    at_s: float,
    after_s: float,
) -> float:
    """What a hand-over at `at_s`, `after_s` into its trip, costs: waiting, lateness, a broken word."""
    parcels, rates = tables[2], tables[3]
    weight = parcels[p, P_WEIGHT_FRAC]
    late_s = at_s + kind[K_LATER_FRAC] * after_s - parcels[p, P_DEADLINE_S]
    cost_eur: float = rates[R_WAIT_PER_S_EUR] * (at_s - parcels[p, P_READY_AT_S])
    if late_s > 0.0:
        cost_eur += rates[R_LATE_EUR] * min(1.0, late_s / 60.0) + rates[R_LATE_PER_S_EUR] * late_s
    if at_s > parcels[p, P_PROMISED_S]:
        cost_eur += rates[R_BROKEN_PER_S_EUR] * (at_s - parcels[p, P_PROMISED_S])
    return float(weight * cost_eur)


@compiled
def trip_end(  # noqa: PLR0917
    tables: Any,  # noqa: ANN401 - a tuple of arrays, see `trips.Tables`
    carrier: int,
    row: Ints,
    first: int,
    last: int,
    at_s: float,
    left_wh: float,
    handovers: Floats,
) -> tuple[float, float, float]:
    """The trip of `row[first:last]` begun when free at `at_s`: euros (infinite: cannot), end, charge left."""
    carriers, seconds, places, extra = tables[1], tables[4], tables[7], tables[8]
    k = int(carriers[carrier, C_KIND])
    kind = tables[0][k]
    kg, ready_s, need_wh, way_m = _needs(tables, carrier, row, first, last)
    full = last - first > carriers[carrier, C_ROOM] or kg > carriers[carrier, C_ROOM_KG]
    if full or not need_wh <= kind[K_FULL_WH]:
        return INFINITE, at_s, left_wh
    wanted_wh = max(need_wh, kind[K_READY_WH])
    begin_s = max(ready_s, at_s + charge_s(kind, left_wh, wanted_wh))
    gained_wh = (begin_s - at_s) * kind[K_CHARGE_W] / 3600.0
    left_wh = max(left_wh, wanted_wh, min(kind[K_TAPER_FRAC] * kind[K_FULL_WH], left_wh + gained_wh))
    depart_s = begin_s + kind[K_PREPARE_S] + kind[K_LOAD_S] * (last - first)
    now, here, cost = depart_s, 0, 0.0
    for i in range(first, last):
        p = row[i]
        there = places[k, p]
        now += seconds[k, here, there] + kind[K_SERVICE_S]
        here = there
        handovers[p] = now
        cost += extra[k, p] + _handed_over_eur(tables, kind, p, now, now - depart_s)
    end_s = now + seconds[k, here, 0]
    if not end_s <= carriers[carrier, C_UNTIL_S]:
        return INFINITE, at_s, left_wh
    cost += kind[K_PER_TRIP_EUR] + carriers[carrier, C_WEAR_EUR]
    cost += kind[K_PER_S_EUR] * (end_s - begin_s) + kind[K_PER_M_EUR] * way_m + kind[K_PER_WH_EUR] * need_wh
    return cost, end_s + kind[K_TURN_S], left_wh - need_wh


@compiled
def row_eur(  # noqa: PLR0917
    tables: Any,  # noqa: ANN401
    carrier: int,
    row: Ints,
    begins: Ints,
    size: int,
    handovers: Floats,
) -> float:
    """What a vehicle's whole plan costs, euros; infinite when it cannot be done. Fills in `handovers`."""
    carriers = tables[1]
    at_s, left_wh, cost = carriers[carrier, C_FREE_AT_S], carriers[carrier, C_LEFT_WH], 0.0
    first = 0
    while first < size:
        last = first + 1
        while last < size and begins[last] == 0:
            last += 1
        euros, at_s, left_wh = trip_end(tables, carrier, row, first, last, at_s, left_wh, handovers)
        cost += euros
        if cost == INFINITE:
            return cost
        first = last
    return cost


@compiled
def put(  # noqa: PLR0917
    row: Ints, begins: Ints, size: int, parcel: int, at: int, mode: int, into: Ints, flags: Ints
) -> None:
    """The row with a parcel put in at `at`: 0 a trip of its own, 1 at a trip's end or midst, 2 its head."""
    for i in range(at):
        into[i], flags[i] = row[i], begins[i]
    into[at], flags[at] = parcel, 0 if mode == 1 else 1
    for i in range(at, size):
        into[i + 1], flags[i + 1] = row[i], begins[i]
    if mode == 2 and at < size:
        flags[at + 1] = 0
    flags[0] = 1


@compiled
def best_place(  # noqa: PLR0917
    tables: Any,  # noqa: ANN401
    carrier: int,
    row: Ints,
    begins: Ints,
    size: int,
    cost: float,
    parcel: int,
    scratch: Ints,
    flags: Ints,
    handovers: Floats,
) -> tuple[float, int, int]:
    """The cheapest way to put a parcel into a vehicle's plan: added euros (infinite: none), where, how."""
    best, best_at, best_mode = INFINITE, -1, 0
    if tables[9][carrier, parcel] == 0 or size + 1 > len(row):
        return best, best_at, best_mode
    modes = 1 if tables[1][carrier, C_ROOM] < 2 else 3
    for at in range(size + 1):
        boundary = at == size or begins[at] == 1
        for mode in range(modes):
            if (mode != 1 and not boundary) or (mode == 1 and at == 0) or (mode == 2 and at == size):
                continue
            put(row, begins, size, parcel, at, mode, scratch, flags)
            added = row_eur(tables, carrier, scratch, flags, size + 1, handovers) - cost
            if added < best - 1e-9:
                best, best_at, best_mode = added, at, mode
    return best, best_at, best_mode
