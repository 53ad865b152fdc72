"""From the fleet's state to one hub's problem: who can carry what, from when on, by which ways."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from geofences.path import Waypoint
from geofences.reason import Because, Reason
from orchestrator.dispatch.horizon import HUB, Horizon, Service, Wanted, Way
from orchestrator.operations.dispatching.carriers import carrier_of, kind_of
from orchestrator.operations.dispatching.quoting import Asking
from orchestrator.operations.dispatching.reaching import Reach, Reaches, reach_of
from orchestrator.operations.dispatching.willing import declines
from orchestrator.operations.planning.between import FAR_WH, fill_between
from orchestrator.operations.planning.draft import Infeasible
from orchestrator.orders.custody import AtHub
from orchestrator.orders.order import DropOffPlace, PickUpPlace
from orchestrator.record.state import ParcelState, VehicleState, brought_from
from vehicles.mission import ParcelId, VehicleId
from vehicles.profile import VehicleProfile

MOST_CONSIDERED = 120
"""Parcels of a hub that are planned for at once; a crowd's others when some of these are on their way."""

_DETOUR_EUR = 1.5
"""What it counts that a parcel goes to the customer's second choice; the third counts twice."""

Place = DropOffPlace | PickUpPlace


@dataclass(frozen=True, slots=True)
class View:
    """One hub's problem, and what it was made from."""

    horizon: Horizon
    reaches: Reaches

    def reach(self, parcel_id: ParcelId, kind: str) -> Reach:
        """How a kind brings a parcel that the plan gives it. Raises `LookupError` when it cannot."""
        found = self.reaches[parcel_id][kind]
        if isinstance(found, Reach):
            return found
        raise LookupError(f"{parcel_id}: no {kind} can bring it: {found.reasons}")

    def without_room(self) -> dict[ParcelId, tuple[Reason, ...]]:
        """Parcels that nobody can bring while a locker is full, and why."""
        found = {}
        for parcel_id, by_kind in self.reaches.items():
            against = [reach.reasons for reach in by_kind.values() if isinstance(reach, Infeasible)]
            full = [reasons for reasons in against if any(r.because is Because.LOCKER for r in reasons)]
            if full and len(against) == len(by_kind):
                found[parcel_id] = full[0]
        return found


Pair = tuple[ParcelId, VehicleId]


def view(
    it: Asking,
    vehicles: Sequence[VehicleState],
    waiting: Sequence[ParcelState],
    cannot: Container[Pair] = frozenset(),
    about: Container[ParcelId] = (),
) -> View:
    """The problem of the hub that `vehicles` are based at and `waiting` parcels lie at.

    `cannot` has pairs that no plan was found for when it came to it; what all this is `about` is in it
    however many wait.
    """
    kinds: dict[str, VehicleState] = {}
    for vehicle in vehicles:
        kinds.setdefault(vehicle.profile.name, vehicle)
    reaches = _reaches(it, waiting, kinds, about)
    waiting = [parcel for parcel in waiting if parcel.parcel.parcel_id in reaches]
    places: dict[Place, int] = {}
    wanted = tuple(
        _wanted(it, parcel, able, places, barred(it, parcel, vehicles, cannot))
        for parcel in waiting
        if (able := _able(reaches, parcel))
    )
    horizon = Horizon(
        now_s=it.now_s,
        kinds=tuple(kind_of(it, vehicle.profile) for vehicle in kinds.values()),
        carriers=tuple(carrier for vehicle in vehicles if (carrier := carrier_of(it, vehicle, vehicles))),
        wanted=wanted,
        ways={name: _way(it, v, places, waiting, reaches) for name, v in kinds.items()},
        service=Service(),
    )
    return View(horizon, reaches)


def _reaches(
    it: Asking, waiting: Sequence[ParcelState], kinds: Mapping[str, VehicleState], about: Container[ParcelId]
) -> dict[ParcelId, Mapping[str, Reach | Infeasible]]:
    """How each kind can bring what waits; of a crowd, what operators put first and what is due first."""

    def urgency(parcel: ParcelState) -> tuple[object, ...]:
        placed = it.state.orders[parcel.order_id]
        parcel_id = parcel.parcel.parcel_id
        later = placed.wishes.weight_frac <= 1.0
        return (parcel_id not in about, later, placed.order.deadline_s, parcel_id)

    crowded = len(waiting) > MOST_CONSIDERED
    reaches: dict[ParcelId, Mapping[str, Reach | Infeasible]] = {}
    able = 0
    for parcel in sorted(waiting, key=urgency) if crowded else waiting:
        if able == MOST_CONSIDERED:
            break
        found = reach_of(it, parcel, kinds)
        reaches[parcel.parcel.parcel_id] = found
        able += any(isinstance(reach, Reach) for reach in found.values())
    return reaches


def _able(reaches: Reaches, parcel: ParcelState) -> dict[str, Reach]:
    """The kinds that can bring it, and how."""
    by_kind = reaches[parcel.parcel.parcel_id]
    return {name: reach for name, reach in by_kind.items() if isinstance(reach, Reach)}


def _wanted(
    it: Asking,
    waiting: ParcelState,
    able: Mapping[str, Reach],
    places: dict[Place, int],
    barred: frozenset[VehicleId],
) -> Wanted:
    """What waits, with the numbers of its places: those that are new get the next; 0 is the hub."""

    def number(place: Place) -> int:
        if isinstance(place, DropOffPlace) and place.hub_id == hub_id:
            return HUB
        return places.setdefault(place, len(places) + 1)

    placed, parcel = it.state.orders[waiting.order_id], waiting.parcel
    order, hub_id = placed.order, brought_from(it.state, waiting)
    pick_up = _fetched_from(it, waiting)
    return Wanted(
        parcel_id=parcel.parcel_id,
        mass_kg=parcel.mass_kg,
        ready_at_s=max(order.placed_at_s, waiting.not_before_s, order.ready_at_s or -inf),
        deadline_s=order.deadline_s,
        places={name: number(reach.place) for name, reach in able.items()},
        weight_frac=placed.wishes.weight_frac,
        promised_s=inf if waiting.expected is None else waiting.expected.told_until_s,
        extra_eur={name: _DETOUR_EUR * reach.rank for name, reach in able.items() if reach.rank},
        barred=barred,
        pick_up=HUB if pick_up is None else number(pick_up),
        earliest_at_s=-inf if order.earliest_at_s is None else order.earliest_at_s,
        most_aboard_s=inf if parcel.most_aboard_s is None else parcel.most_aboard_s,
    )


def _fetched_from(it: Asking, waiting: ParcelState) -> PickUpPlace | None:
    """Where a parcel has to be fetched; None for one that lies at its hub, or came back to it."""
    at_hub = isinstance(waiting.keeper, AtHub)
    return None if at_hub else it.state.orders[waiting.order_id].order.pick_up


def barred(
    it: Asking, parcel: ParcelState, vehicles: Sequence[VehicleState], cannot: Container[Pair]
) -> frozenset[VehicleId]:
    """Who may not carry it: an operator said so, its rider just did, or no plan was found."""
    wishes = it.state.orders[parcel.order_id].wishes
    names = [vehicle.vehicle_id for vehicle in vehicles]
    if wishes.pinned_to is not None:
        return frozenset(name for name in names if name != wishes.pinned_to)
    unable = [name for name in names if (parcel.parcel.parcel_id, name) in cannot]
    unwilling = [name for name in parcel.declined_at_s if declines(parcel, name, it.now_s)]
    return frozenset((*wishes.forbidden, *unwilling, *unable))


def _way(
    it: Asking,
    vehicle: VehicleState,
    places: Mapping[Place, int],
    waiting: Sequence[ParcelState],
    reaches: Reaches,
) -> Way:
    """What the kind of `vehicle` takes between the hub and the places; what it never goes is beyond reach."""
    size = len(places) + 1
    way = Way(np.full((size, size), inf), np.zeros((size, size)), np.full((size, size), FAR_WH))
    way.seconds_s[HUB, HUB] = way.energy_wh[HUB, HUB] = 0.0
    profile, points = vehicle.profile, {HUB: it.gates[vehicle.vehicle_id].at}
    for parcel in waiting:
        reach = reaches[parcel.parcel.parcel_id].get(profile.name)
        if isinstance(reach, Reach):
            points |= _from_hub(way, reach, _fetched_from(it, parcel), places, profile)
    fetches = any(isinstance(place, PickUpPlace) and n in points for place, n in places.items())
    if profile.compartments > 1 or fetches:
        fill_between(way, points, profile, it.surroundings, it.now_s)
    return way


def _from_hub(
    way: Way, reach: Reach, pick_up: PickUpPlace | None, places: Mapping[Place, int], profile: VehicleProfile
) -> dict[int, Waypoint]:
    """Write into `way` what is between the hub and the places of a parcel; where they are, by number."""
    points: dict[int, Waypoint] = {}
    draft, n = reach.draft, places.get(reach.place, HUB)
    if n != HUB:
        way.seconds_s[HUB, n] = draft.handover_after_s - profile.handover_s
        way.seconds_s[n, HUB] = draft.end_after_s - draft.handover_after_s
        way.metres_m[HUB, n] = way.metres_m[n, HUB] = draft.distance_m / 2.0
        way.energy_wh[HUB, n] = way.energy_wh[n, HUB] = draft.energy_wh / 2.0
        points[n] = Waypoint(reach.place.position)
    if reach.to_pick_up is not None and pick_up is not None:
        hop, m = reach.to_pick_up, places[pick_up]
        way.seconds_s[HUB, m] = way.seconds_s[m, HUB] = hop.seconds_s
        way.metres_m[HUB, m] = way.metres_m[m, HUB] = hop.metres_m
        way.energy_wh[HUB, m] = way.energy_wh[m, HUB] = hop.energy_wh
        points[m] = Waypoint(pick_up.position)
    return points
