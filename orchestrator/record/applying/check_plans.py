"""Whether a mission may be planned as the state is; `IllegalEvent` where it may not."""

from __future__ import annotations

from collections.abc import Collection
from math import isfinite

from orchestrator.orders.custody import AtHub, InLocker, WithSender
from orchestrator.orders.lockers import LockerRoom
from orchestrator.orders.order import LockerId
from orchestrator.record.events import DeparturePostponed, MissionChanged, MissionPlanned
from orchestrator.record.illegal import IllegalEvent, check_instant, known_parcel
from orchestrator.record.locker_rooms import room_of
from orchestrator.record.state import FleetState, LinkState, ParcelPhase, VehicleState
from vehicles.mission import DropOff, Mission, ParcelId, PickUp


def free_vehicle(state: FleetState, event: MissionPlanned) -> VehicleState:
    """The vehicle that a mission is for: heard, ready, and with nothing else to do."""
    vehicle_id = event.mission.vehicle_id
    field = "mission.vehicle_id"
    vehicle = state.vehicles.get(vehicle_id)
    if vehicle is None:
        raise IllegalEvent(event, field, f"no vehicle {vehicle_id} has joined")
    if vehicle.mission_id is not None:
        raise IllegalEvent(event, field, f"{vehicle_id} is bound to mission {vehicle.mission_id}")
    if vehicle.aboard:
        raise IllegalEvent(event, field, f"{vehicle_id} still holds {', '.join(vehicle.aboard)}")
    if vehicle.link is not LinkState.UP:
        raise IllegalEvent(event, field, f"the link to {vehicle_id} is {vehicle.link.value}")
    if not vehicle.ready:
        raise IllegalEvent(event, field, f"{vehicle_id} is not ready")
    return vehicle


def check_parcels(state: FleetState, event: MissionPlanned, vehicle: VehicleState, at_s: float) -> None:
    """Each waits where it is picked up, and is handed over once after that; there is room for all aboard."""
    known_parcel(state, event)
    mission, wanted = event.mission, event.parcel_ids
    picked = [leg.parcel_id for leg in mission.legs if isinstance(leg, PickUp)]
    if sorted(picked) != sorted(wanted):
        raise IllegalEvent(event, "mission.legs", f"needs one PickUp for each of {', '.join(wanted)}")
    if not wanted or wanted[0] != event.parcel_id or len(set(wanted)) != len(wanted):
        raise IllegalEvent(event, "mission.legs", f"needs one DropOff a parcel, {event.parcel_id}'s first")
    if len(event.further_after_s) != len(wanted) - 1:
        raise IllegalEvent(event, "further_after_s", f"needs one for each of {len(wanted) - 1} more parcels")
    if mission.most_aboard > vehicle.profile.compartments:
        room = f"{vehicle.vehicle_id} has room for {vehicle.profile.compartments}"
        raise IllegalEvent(event, "mission.legs", f"{mission.most_aboard} parcels, and {room}")
    check_precedence(event, mission)
    if mission.fetches and not vehicle.profile.ridden:
        raise IllegalEvent(event, "mission.legs", f"{vehicle.vehicle_id} is loaded at its hub alone")
    _check_diversions(state, event)
    loads = event.loads
    for leg in mission.legs:
        if isinstance(leg, PickUp | DropOff):
            _check_parcel(state, event, leg, at_s)
        if isinstance(leg, PickUp):
            _check_keeper(state, event, leg.parcel_id, vehicle, loads)
    _check_lockers(state, event)


def check_precedence(event: MissionPlanned | MissionChanged, mission: Mission) -> None:
    """What a mission picks up it picks up before it hands it over."""
    given: set[ParcelId] = set()
    for leg in mission.legs:
        if isinstance(leg, DropOff):
            given.add(leg.parcel_id)
        if isinstance(leg, PickUp) and leg.parcel_id in given:
            raise IllegalEvent(event, "mission.legs", f"{leg.parcel_id} comes off before it is aboard")


def _check_keeper(
    state: FleetState,
    event: MissionPlanned,
    parcel_id: ParcelId,
    vehicle: VehicleState,
    loads: Collection[ParcelId],
) -> None:
    """What is loaded lies at the vehicle's hub; what is fetched, with its sender, is this hub's to fetch."""
    parcel = state.parcels[parcel_id]
    if parcel_id in loads and parcel.keeper != AtHub(vehicle.hub_id):
        raise IllegalEvent(event, "parcel_id", f"{parcel_id} is not at {vehicle.hub_id}")
    if parcel_id in loads:
        return
    if not isinstance(parcel.keeper, WithSender | InLocker):
        raise IllegalEvent(event, "parcel_id", f"{parcel_id} is not to be fetched")
    hub_id = state.orders[parcel.order_id].hub_id
    if hub_id != vehicle.hub_id:
        raise IllegalEvent(event, "parcel_id", f"{parcel_id} is for vehicles of {hub_id} to fetch")


def _check_diversions(state: FleetState, event: MissionPlanned) -> None:
    """Only to places that the customer accepts."""
    for diversion in event.diversions:
        parcel = state.parcels.get(diversion.parcel_id)
        if parcel is None or diversion.parcel_id not in event.parcel_ids:
            raise IllegalEvent(event, "diversions", f"{diversion.parcel_id} is not carried")
        if diversion.place not in state.orders[parcel.order_id].places[1:]:
            place = f"{diversion.place.label} is none of its customer's alternatives"
            raise IllegalEvent(event, "diversions", f"{diversion.parcel_id}: {place}")


def _check_lockers(state: FleetState, event: MissionPlanned) -> None:
    """Every parcel for a locker is promised a compartment: there is one for each."""
    places = {diversion.parcel_id: diversion.place for diversion in event.diversions}
    rooms: dict[LockerId, LockerRoom] = {}
    for parcel_id in event.parcel_ids:
        parcel = state.parcels[parcel_id]
        locker_id = places.get(parcel_id, state.orders[parcel.order_id].drop_off).locker_id
        room = None if locker_id is None else rooms.get(locker_id) or room_of(state, locker_id)
        if locker_id is None or room is None:
            continue
        after = room.promising(parcel.parcel.size)
        if after is None:
            raise IllegalEvent(event, "mission.legs", room.full(parcel.parcel.size).text)
        rooms[locker_id] = after


def _check_parcel(state: FleetState, event: MissionPlanned, leg: PickUp | DropOff, at_s: float) -> None:
    parcel_id = leg.parcel_id
    parcel = state.parcels.get(parcel_id)
    if parcel is None:
        raise IllegalEvent(event, "parcel_id", f"no order holds a parcel {parcel_id}")
    if parcel.phase is not ParcelPhase.WAITING:
        raise IllegalEvent(event, "parcel_id", f"{parcel_id} is {parcel.phase.value}")
    if at_s < parcel.not_before_s:
        raise IllegalEvent(event, "parcel_id", f"{parcel_id} rests until {parcel.not_before_s}")
    if leg.mass_kg != parcel.parcel.mass_kg:
        raise IllegalEvent(event, "mission.legs", f"{parcel_id} has {parcel.parcel.mass_kg} kg")


def check_figures(event: MissionPlanned) -> None:
    """Times that follow each other, and figures that are any."""
    check_times(event)
    for field in ("distance_m", "energy_wh"):
        value = getattr(event, field)
        if not isfinite(value) or value < 0.0:
            raise IllegalEvent(event, field, f"{value} is not a finite number of 0 or more")


def check_times(event: MissionPlanned | DeparturePostponed) -> None:
    """Departure, first hand-over and end, in that order."""
    for field in ("depart_at_s", "handover_at_s", "end_at_s"):
        check_instant(event, field, getattr(event, field))
    if not event.depart_at_s <= event.handover_at_s <= event.end_at_s:
        raise IllegalEvent(event, "handover_at_s", "must lie between depart_at_s and end_at_s")
