"""Whether a trip that could leave now is worth holding back: parcels that come in may ride along.

A second parcel on a round costs a fraction of a trip of its own. How often parcels come in that such a
vehicle carries is learned from what it was given lately; what holding costs is the waiting of all who are
planned for the vehicle. Waiting first pays where orders come in as a stream (Mitrovic-Minic and Laporte,
Transportation Research Part B 38(7), 2004).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from orchestrator.dispatch.horizon import (
    HUB,
    Carrier,
    CarrierKind,
    Horizon,
    HorizonPlan,
    Trip,
    Wanted,
    Way,
)
from vehicles.mission import ParcelId, VehicleId

SPARE_S = 600.0
"""Nothing is held back whose hand-over would not be so long before its deadline, at times planned with."""

TOLD_S = 300.0
"""What recipients are told reckons with so much holding at most: most trips go sooner."""

LEARNS_S = 1800.0
"""What was given longer ago tells nothing about now."""

_SHARED_FRAC = 0.4
"""What is saved of a trip of its own by a parcel that rides along: among random places, less than half."""

_FULL_FRAC = 0.8
"""A vehicle that is loaded so far waits for nobody: what comes in may not fit."""


@dataclass(slots=True)
class Stream:
    """How many parcels each kind of vehicle was given at a hub lately, and since when anybody counts."""

    _given: deque[tuple[float, str, int]] = field(default_factory=deque)
    _since_s: float | None = None

    def count(self, at_s: float, kind: str, parcels: int) -> None:
        """A vehicle of this kind was given so many parcels at fleet time `at_s`."""
        self._since_s = at_s if self._since_s is None else self._since_s
        self._given.append((at_s, kind, parcels))

    def per_s(self, at_s: float) -> Mapping[str, float]:
        """Parcels a second, by kind; nothing is known before the first."""
        while self._given and self._given[0][0] < at_s - LEARNS_S:
            self._given.popleft()
        if self._since_s is None:
            return {}
        over_s = min(LEARNS_S, max(at_s - self._since_s, LEARNS_S / 4.0))
        found: dict[str, float] = {}
        for _, kind, parcels in self._given:
            found[kind] = found.get(kind, 0.0) + parcels / over_s
        return found


def held_back(
    horizon: Horizon, planned: HorizonPlan, per_s: Mapping[str, float]
) -> Mapping[VehicleId, float]:
    """Vehicles whose first trip had better wait for more parcels, and how long at most it may (seconds)."""
    kinds = {kind.name: kind for kind in horizon.kinds}
    wanted = {one.parcel_id: one for one in horizon.wanted}
    found: dict[VehicleId, float] = {}
    for carrier in horizon.carriers:
        trips = planned.trips.get(carrier.vehicle_id, ())
        if not trips:
            continue
        kind = kinds[carrier.kind]
        stops = tuple(_stops(trips, wanted))
        spare_s = _spare_s(horizon, carrier, kind, stops)
        first = stops[: len(trips[0].parcel_ids)]
        gain_eur = per_s.get(kind.name, 0.0) * _SHARED_FRAC * _alone_eur(kind, horizon.ways[kind.name], first)
        if spare_s > 0.0 and _has_room(carrier, first) and gain_eur > _waiting_eur(horizon, stops):
            found[carrier.vehicle_id] = spare_s
    return found


_Stop = tuple[Wanted, float]
"""A parcel, and when it is to be handed over."""


def _stops(trips: Sequence[Trip], wanted: Mapping[ParcelId, Wanted]) -> Iterator[_Stop]:
    for trip in trips:
        for stop in trip.handovers:
            yield wanted[stop.parcel_id], stop.at_s


def _has_room(carrier: Carrier, first: Sequence[_Stop]) -> bool:
    kg = sum(one.mass_kg for one, _ in first)
    urgent = any(one.weight_frac > 1.0 for one, _ in first)
    return not urgent and len(first) < carrier.room and kg < _FULL_FRAC * carrier.room_kg


def _spare_s(horizon: Horizon, carrier: Carrier, kind: CarrierKind, stops: Sequence[_Stop]) -> float:
    """How much later the vehicle may begin, for all that it is planned to carry, and its shift."""
    due_s = min(
        one.deadline_s - at_s - kind.later_frac * max(0.0, at_s - horizon.now_s) - SPARE_S
        for one, at_s in stops
    )
    home_s = horizon.ways[kind.name].seconds_s[stops[-1][0].places[kind.name], HUB]
    return float(min(due_s, carrier.works_until_s - stops[-1][1] - home_s - SPARE_S))


def _waiting_eur(horizon: Horizon, stops: Sequence[_Stop]) -> float:
    """What a second more costs: waiting, and words that are broken by it."""
    service = horizon.service
    per_min_eur = sum(
        one.weight_frac * (service.wait_per_min_eur + service.broken_per_min_eur * (at_s >= one.promised_s))
        for one, at_s in stops
    )
    return per_min_eur / 60.0


def _alone_eur(kind: CarrierKind, way: Way, first: Sequence[_Stop]) -> float:
    """What a trip with one parcel costs, on average over those of the first trip."""
    places = [one.places[kind.name] for one, _ in first]
    rates, count = kind.rates, len(places)
    out, back = ([HUB] * count, places), (places, [HUB] * count)
    busy_s = float((way.seconds_s[out] + way.seconds_s[back]).mean())
    busy_s += kind.prepare_s + kind.load_s + kind.handover_s
    metres_m = float((way.metres_m[out] + way.metres_m[back]).mean())
    energy_wh = float((way.energy_wh[out] + way.energy_wh[back]).mean())
    by_way_eur = rates.per_km_eur * metres_m / 1000.0 + rates.per_kwh_eur * energy_wh / 1000.0
    return rates.per_trip_eur + rates.per_hour_eur * busy_s / 3600.0 + by_way_eur
