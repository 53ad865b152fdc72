"""Other ways to decide who carries what, for the same product to run with: what ours is compared to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING

from orchestrator.dispatch.horizon import (
    HUB,
    Carrier,
    CarrierKind,
    Horizon,
    HorizonPlan,
    Trip,
    Wanted,
)
from vehicles.mission import ParcelId, VehicleId

if TYPE_CHECKING:  # a peer, which may be missing where only `nearest` is wanted
    from pyvrp import Location, Model, Profile, Solution

EVERY_S = 60.0
"""How often the peer is asked anew."""

PEER_LIMIT_S = 0.5
"""How long it may take each time and hub: as long as our own planner takes for a hub in a whole minute."""

_FAR = 10**7
_MONEY = 10_000
_LEFT_EUR = 200.0


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
        trips[vehicle_id] = (Trip((one.parcel_id,), (at_s,)),)
    return HorizonPlan(trips, tuple(left))


def _alone_s(horizon: Horizon, kind: CarrierKind, carrier: Carrier, one: Wanted) -> float:
    """When it would be handed over on a trip of its own; infinite where that cannot be."""
    way, place = horizon.ways[kind.name], one.places[kind.name]
    needs_wh = way.energy_wh[HUB, place] + way.energy_wh[place, HUB]
    if needs_wh > carrier.left_wh or one.mass_kg > carrier.room_kg:
        return inf
    at_s = horizon.now_s + kind.prepare_s + kind.load_s + way.seconds_s[HUB, place] + kind.handover_s
    return inf if at_s + way.seconds_s[place, HUB] > carrier.works_until_s else float(at_s)


@dataclass(slots=True)
class EveryMinute:
    """Each hub's whole problem solved from scratch by PyVRP once a minute; in between its plan is kept to."""

    limit_s: float = PEER_LIMIT_S
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
    kinds = {carrier.vehicle_id: carrier.kind for carrier in horizon.carriers}
    trips = {}
    for vehicle_id, rows in before.trips.items():
        kept, kind = [], kinds.get(vehicle_id)
        for trip in rows:
            pairs = [
                (p, at_s)
                for p, at_s in zip(trip.parcel_ids, trip.handovers_at_s, strict=True)
                if p in wanted and kind in wanted[p].places and vehicle_id not in wanted[p].barred
            ]
            if pairs:
                kept.append(Trip(tuple(p for p, _ in pairs), tuple(at_s for _, at_s in pairs)))
        if kept:
            trips[vehicle_id] = tuple(kept)
    given = {p for rows in trips.values() for trip in rows for p in trip.parcel_ids}
    return HorizonPlan(trips, tuple(p for p in wanted if p not in given))


def solved(horizon: Horizon, limit_s: float) -> HorizonPlan:
    """PyVRP's answer: several trips a vehicle, deadlines as hard windows, prizes for what is served.

    What is past its deadline anyhow has a window to the end; who is back only after their shift is left
    out. Batteries it does not know; what one charge cannot do is refused when it comes to it, as for
    everybody.
    """
    able = tuple(one for one in horizon.carriers if one.free_at_s < one.works_until_s)
    horizon = replace(horizon, carriers=able)
    if not horizon.wanted or not able:
        return HorizonPlan({}, tuple(one.parcel_id for one in horizon.wanted))
    from pyvrp import Model  # noqa: PLC0415  # a peer: may be missing
    from pyvrp.stop import MaxRuntime  # noqa: PLC0415

    model, kinds = Model(), {kind.name: kind for kind in horizon.kinds}
    places = 1 + max(place for one in horizon.wanted for place in one.places.values())
    spots = [model.add_location(0, 0) for _ in range(places)]
    depot = model.add_depot(spots[HUB])
    profiles = {name: model.add_profile(name=name) for name in kinds}
    end_s = int(max(one.deadline_s for one in horizon.wanted) - horizon.now_s) + 7200
    for one in horizon.wanted:
        due_s = int(one.deadline_s - horizon.now_s)
        place = min(one.places.values())
        model.add_client(
            spots[place],
            delivery=[1, int(one.mass_kg * 1000)],
            tw_late=due_s if due_s > 600 else end_s,
            prize=int(_LEFT_EUR * _MONEY * one.weight_frac),
            required=False,
        )
    for name, kind in kinds.items():
        _edges(model, horizon, spots, profiles[name], kind)
    for carrier in horizon.carriers:
        kind = kinds[carrier.kind]
        until_s = max(0, int(min(carrier.works_until_s - horizon.now_s, end_s)))
        model.add_vehicle_type(
            capacity=[carrier.room, int(carrier.room_kg * 1000)],
            start_depot=depot,
            end_depot=depot,
            fixed_cost=int(kind.rates.per_trip_eur * _MONEY),
            tw_early=min(max(0, int(carrier.free_at_s - horizon.now_s)), until_s),
            tw_late=until_s,
            unit_distance_cost=max(1, int(kind.rates.per_km_eur / 1000.0 * _MONEY)),
            unit_duration_cost=max(1, int(kind.rates.per_hour_eur / 3600.0 * _MONEY)),
            profile=profiles[carrier.kind],
            reload_depots=[depot],
            max_reloads=12,
        )
    found = model.solve(MaxRuntime(limit_s), seed=1, display=False, collect_stats=False)
    return _read(horizon, found.best)


def _edges(
    model: Model, horizon: Horizon, spots: list[Location], profile: Profile, kind: CarrierKind
) -> None:
    """Loading and the way from the hub in one; service at a place with the way to it."""
    way = horizon.ways[kind.name]
    for a in range(len(spots)):
        for b in range(len(spots)):
            if a == b:
                continue
            reachable = way.seconds_s[a, b] < inf
            seconds = way.seconds_s[a, b] if reachable else _FAR
            seconds += kind.handover_s if b != HUB else 0.0
            seconds += kind.prepare_s + kind.load_s + kind.turn_s if a == HUB else 0.0
            metres = int(way.metres_m[a, b]) if reachable else _FAR
            model.add_edge(spots[a], spots[b], metres, int(min(seconds, _FAR)), profile=profile)


def _read(horizon: Horizon, best: Solution) -> HorizonPlan:
    """Its routes as trips; hand-overs are not told, for nobody reads them here."""
    trips: dict[VehicleId, tuple[Trip, ...]] = {}
    for route in best.routes():
        carrier = horizon.carriers[route.vehicle_type()]
        rows: dict[int, list[ParcelId]] = {}
        for activity in route:
            one = horizon.wanted[activity.idx] if activity.is_client() else None
            if one is not None and carrier.kind in one.places and carrier.vehicle_id not in one.barred:
                rows.setdefault(activity.trip, []).append(one.parcel_id)
        if rows:
            trips[carrier.vehicle_id] = tuple(
                Trip(tuple(ids), (horizon.now_s,) * len(ids)) for _, ids in sorted(rows.items())
            )
    given = {p for found in trips.values() for trip in found for p in trip.parcel_ids}
    return HorizonPlan(trips, tuple(one.parcel_id for one in horizon.wanted if one.parcel_id not in given))
