"""How each kind of vehicle can bring a parcel: to which of its order's places, or why to none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from geofences.path import NoPath, Waypoint
from geofences.reason import Because, Reason
from orchestrator.operations.dispatching.quoting import Asking, job_of
from orchestrator.operations.planning.draft import Draft, Infeasible
from orchestrator.operations.planning.hops import Hop, hop
from orchestrator.operations.planning.plan import quote
from orchestrator.orders.order import DropOffPlace, PickUpPlace
from orchestrator.record.state import ParcelState, VehicleState
from vehicles.mission import ParcelId


@dataclass(frozen=True, slots=True)
class Reach:
    """How a kind of vehicle can bring a parcel: to which place, by which draft, why to no better one.

    `to_pick_up` is the way from the hub to where the parcel is fetched; None where it lies at the hub.
    """

    place: DropOffPlace
    draft: Draft
    rank: int
    against: tuple[Reason, ...]
    to_pick_up: Hop | None = None


Reaches = Mapping[ParcelId, Mapping[str, Reach | Infeasible]]
"""For each parcel and kind of its hub: how, or why not at all."""


def reach_of(
    it: Asking, parcel: ParcelState, kinds: Mapping[str, VehicleState]
) -> dict[str, Reach | Infeasible]:
    """How each kind, fully charged, can bring the parcel to the first of its order's places that it can.

    Compartments of a locker are claimed in the order in which parcels are asked about: what comes later finds
    it full, and goes to its next place.
    """
    found = {name: _reach(it, parcel, vehicle) for name, vehicle in kinds.items()}
    claimed = {r.place.locker_id for r in found.values() if isinstance(r, Reach) and r.place.locker_id}
    for locker_id in claimed:
        room = it.room(locker_id)
        it.rooms[locker_id] = None if room is None else room.promising(parcel.parcel.size)
    return found


def _not_taken(it: Asking, parcel: ParcelState, place: DropOffPlace) -> tuple[Reason, ...]:
    """Why the locker of a place does not take the parcel: it does not keep it so (any more), or is full."""
    if place.locker_id is None:
        return ()
    locker = next((one for one in it.surroundings.lockers if one.locker_id == place.locker_id), None)
    wanted = parcel.parcel.temperature
    if locker is not None and not locker.keeps(wanted):
        text = f"Locker {locker.name} keeps nothing {wanted.value}."
        return (Reason(Because.TEMPERATURE, locker.locker_id, text),)
    room = it.room(place.locker_id)
    full = room is not None and room.promising(parcel.parcel.size) is None
    return (room.full(parcel.parcel.size),) if room is not None and full else ()


def _reach(it: Asking, parcel: ParcelState, vehicle: VehicleState) -> Reach | Infeasible:
    against: tuple[Reason, ...] = ()
    pad = it.gates[vehicle.vehicle_id]
    for rank, place in enumerate(it.state.orders[parcel.order_id].places):
        not_taken = _not_taken(it, parcel, place)
        if not_taken:
            against = against or not_taken
            continue
        job = replace(job_of(it.state, parcel, vehicle, pad, 1.0), place=place)
        found = quote(job, it.surroundings, it.now_s)
        if not isinstance(found, Infeasible):
            fetched = None if job.pick_up is None else _to_pick_up(it, job.pick_up, vehicle)
            return fetched if isinstance(fetched, Infeasible) else Reach(place, found, rank, against, fetched)
        against = against or found.reasons
    return Infeasible(against)


def _to_pick_up(it: Asking, place: PickUpPlace, vehicle: VehicleState) -> Hop | Infeasible:
    """The way to where something is fetched."""
    at = Waypoint(place.position, vehicle.profile.handover_height_agl_m)
    found = hop(vehicle.profile, it.surroundings, it.gates[vehicle.vehicle_id].at, at, it.now_s)
    return Infeasible(found.reasons) if isinstance(found, NoPath) else found
