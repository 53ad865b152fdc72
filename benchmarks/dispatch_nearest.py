"""Greedy, the simplest way to decide who carries what: what ours is compared to in `dispatch_day`."""

from __future__ import annotations

from math import inf

from orchestrator.dispatch.horizon import HUB, Carrier, CarrierKind, Horizon, HorizonPlan, Trip, Wanted
from vehicles.mission import ParcelId, VehicleId


def nearest(horizon: Horizon, _: HorizonPlan) -> HorizonPlan:
    """Greedy: parcels as they came in, each to the free vehicle that is there first. Nobody plans ahead."""
    free = [one for one in horizon.carriers if one.free_at_s <= horizon.now_s]
    kinds = {kind.name: kind for kind in horizon.kinds}
    trips: dict[VehicleId, tuple[Trip, ...]] = {}
    left: list[ParcelId] = []
    for one in sorted(horizon.wanted, key=lambda one: (one.ready_at_s, one.parcel_id)):
        able = [
            (_alone_s(horizon, kinds[carrier.kind], carrier, one), carrier.vehicle_id, carrier)
            for carrier in free
            if carrier.vehicle_id not in one.barred and carrier.kind in one.places
        ]
        able = [row for row in able if row[0] < inf]
        if not able:
            left.append(one.parcel_id)
            continue
        at_s, vehicle_id, carrier = min(able, key=lambda row: row[:2])
        free.remove(carrier)
        trips[vehicle_id] = (Trip.handing_over((one.parcel_id,), (at_s,)),)
    return HorizonPlan(trips, tuple(left))


def _alone_s(horizon: Horizon, kind: CarrierKind, carrier: Carrier, one: Wanted) -> float:
    """When it would be handed over on a trip of its own; infinite where that cannot be."""
    way, place = horizon.ways[kind.name], one.places[kind.name]
    needs_wh = way.energy_wh[HUB, place] + way.energy_wh[place, HUB]
    if needs_wh > carrier.left_wh or one.mass_kg > carrier.room_kg:
        return inf
    at_s = horizon.now_s + kind.prepare_s + kind.load_s + way.seconds_s[HUB, place] + kind.handover_s
    return inf if at_s + way.seconds_s[place, HUB] > carrier.works_until_s else float(at_s)
