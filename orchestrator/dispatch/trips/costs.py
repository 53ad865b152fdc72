"""What a plan of trips costs, in machine code.

A vehicle's plan is a row of nodes (see `tables`) in the order in which it comes to them; a flag begins a new
trip, for which it comes back to the hub, charges and loads.
"""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np

from orchestrator.dispatch.kernels import inlined
from orchestrator.dispatch.trips.tables import Floats, Ints, Records, Row, Tables

INFINITE = np.inf


class Part(NamedTuple):
    """One trip of a row: its nodes from `first` to before `last`."""

    nodes: Ints
    first: int
    last: int


class Begin(NamedTuple):
    """With what a trip begins: when its vehicle is free, may set out at the earliest, and its charge."""

    at_s: float
    not_before_s: float
    left_wh: float


class Load(NamedTuple):
    """What a vehicle leaves its hub with, and when."""

    depart_s: float
    parcels: int
    kg: float


@inlined
def _charge_s(kind: Records, from_wh: float, to_wh: float) -> float:
    """Seconds to charge from one content to another, watt-hours a plan may draw; 0 where it is there."""
    lasts_s: float = 0.0
    if to_wh <= from_wh:
        return lasts_s
    knee_wh = kind.taper_frac * kind.full_wh
    lasts_s += max(0.0, min(to_wh, knee_wh) - from_wh) / kind.charge_w * 3600.0
    if to_wh > knee_wh:
        slope = (1.0 - kind.taper_share_frac) / max(kind.full_wh - knee_wh, 1e-9)
        low = 1.0 - slope * (max(from_wh, knee_wh) - knee_wh)
        high = 1.0 - slope * (to_wh - knee_wh)
        lasts_s += (
            3600.0
            / kind.charge_w
            * ((to_wh - max(from_wh, knee_wh)) if slope <= 0 else log(low / high) / slope)
        )
    return lasts_s


@inlined
def _needs(t: Tables, carrier: int, trip: Part) -> tuple[int, float, float, float, float]:
    """Of a trip: parcels and kilograms loaded at the hub, when they are ready, watt-hours, metres."""
    k, n, here = t.carriers[carrier].kind, len(t.parcels), 0
    loaded, kg, ready_s, need_wh, way_m = 0, 0.0, -INFINITE, 0.0, 0.0
    for i in range(trip.first, trip.last):
        node = trip.nodes[i]
        there = t.place[k, node]
        if node < n and t.parcels[node].fetched == 0:
            loaded += 1
            kg += t.parcels[node].mass_kg
            ready_s = max(ready_s, t.parcels[node].ready_at_s)
        need_wh += t.energy_wh[k, here, there]
        way_m += t.metres_m[k, here, there]
        here = there
    return loaded, kg, ready_s, need_wh + t.energy_wh[k, here, 0], way_m + t.metres_m[k, here, 0]


@inlined
def _handed_over_eur(t: Tables, kind: Records, p: int, at_s: float, after_s: float) -> float:
    """What a hand-over at `at_s`, `after_s` into its trip, costs: waiting, lateness, a broken word."""
    parcel, rates = t.parcels[p], t.rates[0]
    late_s = at_s + kind.later_frac * after_s - parcel.deadline_s
    cost_eur: float = rates.wait_per_s_eur * (at_s - parcel.welcome_at_s)
    if late_s > 0.0:
        cost_eur += rates.late_eur * min(1.0, late_s / 60.0) + rates.late_per_s_eur * late_s
    if at_s > parcel.promised_s:
        cost_eur += rates.broken_per_s_eur * (at_s - parcel.promised_s)
    return float(parcel.weight_frac * cost_eur)


@inlined
def _stops_eur(t: Tables, carrier: int, trip: Part, load: Load, times: Floats) -> tuple[float, float]:
    """What the stops of a trip cost (infinite: cannot be), and when it is back; `times` by node."""
    me = t.carriers[carrier]
    kind, n = t.kinds[me.kind], len(t.parcels)
    now, loaded, kg, here, cost = load.depart_s, load.parcels, load.kg, 0, 0.0
    since_s = now - loaded * kind.load_s
    for i in range(trip.first, trip.last):
        node = trip.nodes[i]
        p = node if node < n else node - n
        there = t.place[me.kind, node]
        if here == 0 and there != 0 and i > trip.first:  # what goes to the hub goes there last
            return INFINITE, now
        now = max(now + t.seconds_s[me.kind, here, there], t.opens_at_s[node]) + kind.handover_s
        here, times[node] = there, now
        if node >= n:
            loaded, kg = loaded + 1, kg + t.parcels[p].mass_kg
            if loaded > me.room or kg > me.room_kg:
                return INFINITE, now
            continue
        taken_s = since_s if t.parcels[p].fetched == 0 else times[p + n] - kind.handover_s
        if now - taken_s > t.parcels[p].most_aboard_s:
            return INFINITE, now
        loaded, kg = loaded - 1, kg - t.parcels[p].mass_kg
        cost += t.extra_eur[me.kind, p] + _handed_over_eur(t, kind, p, now, now - load.depart_s)
    return cost, now + t.seconds_s[me.kind, here, 0]


@inlined
def _trip_end(t: Tables, carrier: int, trip: Part, begin: Begin, times: Floats) -> tuple[float, float, float]:
    """The trip begun as soon as it can be: euros (infinite: cannot), when it is free again, charge left.

    It waits at the hub for what would be too early at its first stop: that costs nothing.
    """
    me = t.carriers[carrier]
    kind = t.kinds[me.kind]
    at_s, left_wh, head = begin.at_s, begin.left_wh, trip.nodes[trip.first]
    loaded, kg, ready_s, need_wh, way_m = _needs(t, carrier, trip)
    if loaded > me.room or kg > me.room_kg or not need_wh <= kind.full_wh:
        return INFINITE, at_s, left_wh
    wanted_wh = max(need_wh, kind.ready_wh)
    begin_s = max(ready_s, begin.not_before_s, at_s + _charge_s(kind, left_wh, wanted_wh))
    setting_out_s = kind.prepare_s + kind.load_s * loaded
    there_s = begin_s + setting_out_s + t.seconds_s[me.kind, 0, t.place[me.kind, head]]
    begin_s += max(0.0, t.opens_at_s[head] - there_s)
    gained_wh = (begin_s - at_s) * kind.charge_w / 3600.0
    left_wh = max(left_wh, wanted_wh, min(kind.taper_frac * kind.full_wh, left_wh + gained_wh))
    cost, end_s = _stops_eur(t, carrier, trip, Load(begin_s + setting_out_s, loaded, kg), times)
    if not end_s <= me.until_s:
        return INFINITE, at_s, left_wh
    cost += kind.per_trip_eur + me.wear_eur
    cost += kind.per_s_eur * (end_s - begin_s) + kind.per_m_eur * way_m + kind.per_wh_eur * need_wh
    return cost, end_s + kind.turn_s, left_wh - need_wh


@inlined
def row_eur(t: Tables, carrier: int, row: Row, most_eur: float, times: Floats) -> float:
    """What a vehicle's whole plan costs, euros; infinite when it cannot be done, or is not below `most_eur`.

    Its rider's break is before the first trip from which they would be back too late for it. Fills in
    `times`, by node: when what is done there is done.
    """
    me = t.carriers[carrier]
    at_s, left_wh, cost = me.free_at_s, me.left_wh, 0.0
    rested, not_before_s = me.rest_by_s == INFINITE, at_s
    first = 0
    while first < row.size:
        last = first + 1
        while last < row.size and row.begins[last] == 0:
            last += 1
        trip, begin = Part(row.nodes, first, last), Begin(at_s, not_before_s, left_wh)
        euros, end_s, still_wh = _trip_end(t, carrier, trip, begin, times)
        if not rested and end_s > me.rest_by_s:
            rested, not_before_s = True, max(at_s, me.rest_from_s) + me.rest_s
            if not_before_s > me.rest_by_s + me.rest_s:
                return INFINITE
            continue  # the same trip, after the break
        cost += euros
        if not cost < most_eur:
            return INFINITE
        at_s, left_wh, first = end_s, still_wh, last
    return cost
