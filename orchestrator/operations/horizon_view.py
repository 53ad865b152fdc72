"""From the fleet's state to one hub's problem: who can carry what, from when on, by which ways."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from geofences.path import Waypoint
from geofences.reason import Because, Reason
from orchestrator.dispatch.horizon import HUB, Carrier, CarrierKind, Horizon, Service, Wanted, Way
from orchestrator.dispatch.lessons import later_frac
from orchestrator.dispatch.rates import DEFAULT_RATES
from orchestrator.operations.between import fill_between
from orchestrator.operations.draft import Draft, Infeasible, Job
from orchestrator.operations.plan import PREPARE_S, quote
from orchestrator.operations.quoting import Asking
from orchestrator.operations.readiness import READY_BATTERY_FRAC, rests_until_s, unready
from orchestrator.orders.order import DropOffPlace, Order
from orchestrator.record.state import LinkState, MissionPhase, MissionState, ParcelState, VehicleState
from vehicles.mission import ParcelId, VehicleId
from vehicles.profile import VehicleProfile

TURN_S = 8.0
"""From docking until a vehicle counts as ready for the next trip."""

MOST_CONSIDERED = 120
"""Parcels of a hub that are planned for at once; a crowd's others when some of these are on their way."""

_TAPER_FROM_FRAC, _TAPER_SHARE_FRAC = 0.8, 0.2
_DETOUR_EUR = 1.5
"""What it counts that a parcel goes to the customer's second choice; the third counts twice."""

_WEAR_EUR = 0.05
_FAR_WH = 1e12
_PASSING = frozenset({Because.ENERGY, Because.BUSY, Because.SHIFT})


@dataclass(frozen=True, slots=True)
class Reach:
    """How a kind of vehicle can bring a parcel: to which place, by which draft, why to no better one."""

    place: DropOffPlace
    draft: Draft
    rank: int
    against: tuple[Reason, ...]


Reaches = Mapping[ParcelId, Mapping[str, Reach | Infeasible]]
"""For each parcel and kind of its hub: how, or why not at all."""


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
) -> View:
    """The problem of the hub that `vehicles` are based at and `waiting` parcels lie at.

    `cannot` has pairs that no plan was found for when it came to it.
    """
    kinds: dict[str, VehicleState] = {}
    for vehicle in vehicles:
        kinds.setdefault(vehicle.profile.name, vehicle)
    reaches = _reaches(it, waiting, kinds)
    waiting = [parcel for parcel in waiting if parcel.parcel.parcel_id in reaches]
    places, wanted = _wanted(it, waiting, reaches, vehicles, cannot)
    horizon = Horizon(
        now_s=it.now_s,
        kinds=tuple(_kind(it, vehicle.profile) for vehicle in kinds.values()),
        carriers=tuple(carrier for vehicle in vehicles if (carrier := _carrier(it, vehicle, vehicles))),
        wanted=wanted,
        ways={name: _way(it, v, places, reaches) for name, v in kinds.items()},
        service=Service(),
    )
    return View(horizon, reaches)


def _reaches(
    it: Asking, waiting: Sequence[ParcelState], kinds: Mapping[str, VehicleState]
) -> dict[ParcelId, Mapping[str, Reach | Infeasible]]:
    """How each kind can bring what waits; of a crowd, what operators put first and what is due first."""

    def urgency(parcel: ParcelState) -> tuple[object, ...]:
        placed = it.state.orders[parcel.order_id]
        return (placed.wishes.weight_frac <= 1.0, placed.order.deadline_s, parcel.parcel.parcel_id)

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


def reach_of(
    it: Asking, parcel: ParcelState, kinds: Mapping[str, VehicleState]
) -> dict[str, Reach | Infeasible]:
    """How each kind, fully charged, can bring the parcel to the first of its order's places that it can.

    Compartments of a locker are claimed in the order in which parcels are asked about: what comes later finds
    it full, and goes to its next place.
    """
    order = it.state.orders[parcel.order_id].order
    found = {name: _reach(it, parcel, order, vehicle) for name, vehicle in kinds.items()}
    claimed = {r.place.locker_id for r in found.values() if isinstance(r, Reach) and r.place.locker_id}
    for locker_id in claimed:
        room = it.room(locker_id)
        it.rooms[locker_id] = None if room is None else room.promising(parcel.parcel.size)
    return found


def _no_room(it: Asking, parcel: ParcelState, place: DropOffPlace) -> tuple[Reason, ...]:
    room = None if place.locker_id is None else it.room(place.locker_id)
    full = room is not None and room.promising(parcel.parcel.size) is None
    return (room.full(parcel.parcel.size),) if room is not None and full else ()


def _reach(it: Asking, parcel: ParcelState, order: Order, vehicle: VehicleState) -> Reach | Infeasible:
    against: tuple[Reason, ...] = ()
    pad = it.gates[vehicle.vehicle_id]
    for rank, place in enumerate(order.places):
        full = _no_room(it, parcel, place)
        if full:
            against = against or full
            continue
        job = Job(vehicle.vehicle_id, vehicle.profile, pad, parcel.parcel, place, 1.0)
        found = quote(job, it.surroundings, it.now_s)
        if not isinstance(found, Infeasible):
            return Reach(place, found, rank, against)
        against = against or found.reasons
    return Infeasible(against)


def _wanted(
    it: Asking,
    waiting: Sequence[ParcelState],
    reaches: Reaches,
    vehicles: Sequence[VehicleState],
    cannot: Container[Pair],
) -> tuple[list[DropOffPlace], tuple[Wanted, ...]]:
    """What waits, and the places it may go to; the place numbered 0 is the hub."""
    places: dict[DropOffPlace, int] = {}
    wanted: list[Wanted] = []
    for parcel in waiting:
        parcel_id = parcel.parcel.parcel_id
        able = {name: r for name, r in reaches[parcel_id].items() if isinstance(r, Reach)}
        if not able:
            continue
        order = it.state.orders[parcel.order_id]
        wanted.append(
            Wanted(
                parcel_id=parcel_id,
                mass_kg=parcel.parcel.mass_kg,
                ready_at_s=max(order.order.placed_at_s, parcel.not_before_s),
                deadline_s=order.order.deadline_s,
                places={name: places.setdefault(r.place, len(places) + 1) for name, r in able.items()},
                weight_frac=order.wishes.weight_frac,
                promised_s=inf if parcel.expected is None else parcel.expected.told_until_s,
                extra_eur={name: _DETOUR_EUR * r.rank for name, r in able.items() if r.rank},
                barred=barred(it, parcel, vehicles, cannot),
            )
        )
    return list(places), tuple(wanted)


def barred(
    it: Asking, parcel: ParcelState, vehicles: Sequence[VehicleState], cannot: Container[Pair]
) -> frozenset[VehicleId]:
    """Who may not carry it: by an operator's word, having declined it, or because no plan was found."""
    wishes = it.state.orders[parcel.order_id].wishes
    names = [vehicle.vehicle_id for vehicle in vehicles]
    if wishes.pinned_to is not None:
        return frozenset(name for name in names if name != wishes.pinned_to)
    unable = [name for name in names if (parcel.parcel.parcel_id, name) in cannot]
    return frozenset((*wishes.forbidden, *parcel.declined_by, *unable))


def _kind(it: Asking, profile: VehicleProfile) -> CarrierKind:
    usable_frac = 1.0 - profile.reserve_frac
    return CarrierKind(
        name=profile.name,
        load_s=profile.load_s,
        handover_s=profile.handover_s,
        prepare_s=PREPARE_S,
        turn_s=TURN_S,
        full_wh=profile.battery_wh * usable_frac,
        ready_wh=profile.battery_wh * max(0.0, READY_BATTERY_FRAC - profile.reserve_frac),
        charge_w=max(profile.charge_w, 1.0),
        rates=DEFAULT_RATES[profile.kind],
        later_frac=later_frac(it.state.paces.get(profile.name, ())),
        taper_frac=max(0.0, _TAPER_FROM_FRAC - profile.reserve_frac) / usable_frac,
        taper_share_frac=_TAPER_SHARE_FRAC,
    )


def _carrier(it: Asking, vehicle: VehicleState, all_here: Sequence[VehicleState]) -> Carrier | None:
    """When it can load next, and with how much charge; None where nobody can say."""
    seen = it.seen.get(vehicle.vehicle_id)
    if seen is None or vehicle.link is not LinkState.UP or vehicle.fault or vehicle.asked is not None:
        return None
    profile = vehicle.profile
    usable_wh = (seen.battery_frac - profile.reserve_frac) * profile.battery_wh
    free_at_s = it.now_s
    if vehicle.mission_id is not None:
        mission = it.state.missions[vehicle.mission_id]
        if mission.phase is MissionPhase.LOST:
            return None
        free_at_s = _free_at_s(mission, it.now_s) + TURN_S
        usable_wh -= mission.plan.energy_wh * _left_frac(mission, it.now_s)
    elif vehicle.vehicle_id not in it.free:
        if not {r.because for r in unready(vehicle, seen, it.now_s)} <= _PASSING:
            return None
        free_at_s = max(it.now_s + TURN_S, rests_until_s(vehicle))
    shift = seen.shift
    if shift is not None:
        free_at_s = max(free_at_s, shift.from_s)
    least = min(other.trips for other in all_here if other.profile.name == profile.name)
    return Carrier(
        vehicle_id=vehicle.vehicle_id,
        kind=profile.name,
        free_at_s=free_at_s,
        left_wh=max(0.0, usable_wh),
        room=profile.compartments,
        room_kg=profile.max_payload_kg,
        works_until_s=inf if shift is None else shift.until_s,
        wear_eur=_WEAR_EUR * (1.0 - 1.0 / (1.0 + 0.1 * (vehicle.trips - least))),
    )


def _free_at_s(mission: MissionState, now_s: float) -> float:
    """When it is expected back: as planned, as much later as it started, and not in the past."""
    late_s = 0.0 if mission.started_at_s is None else mission.started_at_s - mission.plan.depart_at_s
    return max(now_s, mission.plan.end_at_s + max(0.0, late_s))


def _left_frac(mission: MissionState, now_s: float) -> float:
    whole_s = mission.plan.end_at_s - mission.plan.depart_at_s
    return min(1.0, max(0.0, (mission.plan.end_at_s - now_s) / max(1.0, whole_s)))


def _way(it: Asking, vehicle: VehicleState, places: Sequence[DropOffPlace], reaches: Reaches) -> Way:
    """What the kind of `vehicle` takes between the hub and the places; what it never goes is beyond reach."""
    size = len(places) + 1
    seconds, metres = np.full((size, size), inf), np.zeros((size, size))
    energy = np.full((size, size), _FAR_WH)
    name, profile, pad = vehicle.profile.name, vehicle.profile, it.gates[vehicle.vehicle_id]
    number = {place: n for n, place in enumerate(places, start=1)}
    mine = {
        reach.place: reach.draft
        for by_kind in reaches.values()
        if isinstance(reach := by_kind.get(name), Reach)
    }
    for place, draft in mine.items():
        n = number[place]
        seconds[HUB, n] = draft.handover_after_s - profile.handover_s
        seconds[n, HUB] = draft.end_after_s - draft.handover_after_s
        metres[HUB, n] = metres[n, HUB] = draft.distance_m / 2.0
        energy[HUB, n] = energy[n, HUB] = draft.energy_wh / 2.0
    way = Way(seconds, metres, energy)
    if profile.compartments > 1:
        points = {HUB: pad.at, **{number[place]: Waypoint(place.position) for place in mine}}
        fill_between(way, points, profile, it.surroundings, it.now_s)
    return way
