"""What every vehicle of a hub answers when it is asked to carry a parcel: an offer, or why not."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace

from geofences.path import NoPath, Waypoint
from geofences.reason import Because, Reason
from orchestrator.dispatch.offers import Answers, Offer
from orchestrator.operations.dispatching.occupied import all_occupied, occupied
from orchestrator.operations.dispatching.willing import against_wish
from orchestrator.operations.planning.draft import Draft, Infeasible, Job
from orchestrator.operations.planning.hops import hop
from orchestrator.operations.planning.plan import earliest_departure_s, quote
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.readiness import Seen, unready
from orchestrator.orders.custody import AtHub
from orchestrator.orders.lockers import LockerRoom
from orchestrator.orders.order import HubId, LockerId, Pad
from orchestrator.record.events import Quote
from orchestrator.record.locker_rooms import room_of
from orchestrator.record.state import FleetState, ParcelState, VehicleState, brought_from
from vehicles.mission import VehicleId
from vehicles.own_return import OwnReturn

_BY_BATTERY = frozenset({Because.ENERGY, Because.TIME_WINDOW})


@dataclass(frozen=True, slots=True)
class Asking:
    """One round of asking at some hubs: what is known now, and who of them is free. Made by `asking`.

    `gates` has the pad that quotes of each vehicle start from: one for each kind at a hub, so that all
    share a way. Pads of a hub lie metres apart, so a quote is out by seconds; the plan itself starts
    from the vehicle's own pad. `rooms` is what lockers have left after this round's claims.
    """

    state: FleetState
    seen: Seen
    surroundings: Surroundings
    now_s: float
    free: frozenset[VehicleId]
    gates: Mapping[VehicleId, Pad]
    rooms: dict[LockerId, LockerRoom | None] = field(default_factory=dict, compare=False)
    _busy: dict[HubId, dict[VehicleId, Reason]] = field(default_factory=dict, compare=False)

    def busy(self, vehicle: VehicleState) -> tuple[Reason, ...]:
        """Why one that is not free cannot set out now: of all of a hub, one reason a kind."""
        hub_id = vehicle.hub_id
        if hub_id not in self._busy:
            not_free = [
                v for n, v in self.state.vehicles.items() if v.hub_id == hub_id and n not in self.free
            ]
            self._busy[hub_id] = all_occupied(self.state, self.seen, not_free, self.now_s)
        return (self._busy[hub_id][vehicle.vehicle_id],)

    def room(self, locker_id: LockerId) -> LockerRoom | None:
        """What is left in a locker in this round; None where nobody counts."""
        if locker_id not in self.rooms:
            self.rooms[locker_id] = room_of(self.state, locker_id)
        return self.rooms[locker_id]


def asking(
    state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float, hubs: Container[HubId]
) -> Asking:
    """A round of asking the vehicles of these hubs at fleet time `now_s`."""
    free = set()
    gates: dict[VehicleId, Pad] = {}
    first: dict[tuple[HubId, str], Pad] = {}
    for vehicle_id, vehicle in sorted(state.vehicles.items()):
        if vehicle.hub_id not in hubs:
            continue
        if vehicle.ready and not unready(vehicle, seen.get(vehicle_id), now_s):
            free.add(vehicle_id)
        gates[vehicle_id] = first.setdefault((vehicle.hub_id, vehicle.profile.name), vehicle.pad)
    return Asking(state, seen, surroundings, now_s, frozenset(free), gates)


def answers(it: Asking, parcel: ParcelState) -> Answers:
    """Every vehicle's answer. What it can never do is said of a busy one too: reasons do not come and go.

    Each is asked as one of its kind with a full battery, and by itself only where that may differ.
    """
    hub_id = brought_from(it.state, parcel)
    full: dict[tuple[str, OwnReturn | None], Offer | tuple[Reason, ...]] = {}
    found: dict[VehicleId, Offer | tuple[Reason, ...]] = {}
    for vehicle_id, vehicle in sorted(it.state.vehicles.items()):
        if vehicle.hub_id != hub_id:
            continue
        kind = vehicle.profile.name, own_return_of(it, vehicle)
        if kind not in full:
            full[kind] = _offer(it, parcel, vehicle, 1.0)
        frac = it.seen[vehicle_id].battery_frac if vehicle_id in it.free else 1.0
        same = _says_the_same(full[kind], vehicle, frac)
        answer = full[kind] if same else _offer(it, parcel, vehicle, frac)
        busy = isinstance(answer, Offer) and vehicle_id not in it.free
        found[vehicle_id] = it.busy(vehicle) if busy else answer
    return {**found, **_unwanted(it, parcel, found)}


def _says_the_same(full: Offer | tuple[Reason, ...], vehicle: VehicleState, battery_frac: float) -> bool:
    """Whether a vehicle with so much charge answers as one of its kind that is fully charged.

    What is best of all is best of what its battery has enough for. Words about batteries name the vehicle,
    and what is too far for one need not be looked at for how long it takes.
    """
    if isinstance(full, Offer):
        return full.energy_wh <= (battery_frac - vehicle.profile.reserve_frac) * vehicle.profile.battery_wh
    return not any(reason.because in _BY_BATTERY for reason in full)


def _unwanted(it: Asking, parcel: ParcelState, found: Answers) -> Answers:
    """Why those may not who could, or who only are busy: by what operators or its rider said."""
    wishes = it.state.orders[parcel.order_id].wishes
    said = {
        vehicle_id: against_wish(parcel, wishes, vehicle_id, it.now_s)
        for vehicle_id, answer in found.items()
        if isinstance(answer, Offer) or _only_busy(it, vehicle_id, answer)
    }
    return {vehicle_id: against for vehicle_id, against in said.items() if against}


def _offer(
    it: Asking, parcel: ParcelState, vehicle: VehicleState, battery_frac: float
) -> Offer | tuple[Reason, ...]:
    quoted = _quoted(it, parcel, vehicle, battery_frac)
    if isinstance(quoted, Infeasible):
        return quoted.reasons
    job, found = quoted
    order = it.state.orders[parcel.order_id].order
    detour_s = _detour_s(it, job)
    if isinstance(detour_s, Infeasible):
        return detour_s.reasons
    depart_s = max(earliest_departure_s(job, it.now_s), order.ready_at_s or it.now_s)
    at_s = max(depart_s + found.handover_after_s + detour_s, order.earliest_at_s or it.now_s)
    return Offer(at_s, order.deadline_s, found.energy_wh)


def _quoted(
    it: Asking, parcel: ParcelState, vehicle: VehicleState, battery_frac: float
) -> tuple[Job, Draft] | Infeasible:
    """To the first of the order's places that it can serve; or why not to the one that was asked for."""
    first: Infeasible | None = None
    job = _job(it, parcel, vehicle, battery_frac)
    for place in it.state.orders[parcel.order_id].places:
        there = replace(job, place=place)
        found = quote(there, it.surroundings, it.now_s)
        if not isinstance(found, Infeasible):
            return there, found
        first = first or found
    return first or Infeasible(())


def _detour_s(it: Asking, job: Job) -> float | Infeasible:
    """How much later a parcel is handed over because it is fetched on the way."""
    if job.pick_up is None:
        return 0.0
    door, shop = (Waypoint(place.position) for place in (job.place, job.pick_up))
    seconds: list[float] = []
    for start, goal in ((job.pad.at, shop), (shop, door), (job.pad.at, door)):
        found = hop(job.profile, it.surroundings, start, goal, it.now_s)
        if isinstance(found, NoPath):
            return Infeasible(found.reasons)
        seconds.append(found.seconds_s)
    there_s, on_s, direct_s = seconds
    return there_s + on_s - direct_s + job.profile.handover_s - job.profile.load_s


def _job(it: Asking, parcel: ParcelState, vehicle: VehicleState, battery_frac: float) -> Job:
    job = job_of(it.state, parcel, vehicle, it.gates[vehicle.vehicle_id], battery_frac)
    return replace(job, own=own_return_of(it, vehicle))


def own_return_of(it: Asking, vehicle: VehicleState) -> OwnReturn | None:
    """How a vehicle says that it returns by itself."""
    seen = it.seen.get(vehicle.vehicle_id)
    return None if seen is None else seen.own_return


def job_of(
    state: FleetState, parcel: ParcelState, vehicle: VehicleState, pad: Pad, battery_frac: float
) -> Job:
    """The job of carrying `parcel` with `vehicle` from `pad`, its battery at `battery_frac` of full."""
    placed = state.orders[parcel.order_id]
    order = placed.order
    return Job(
        vehicle.vehicle_id,
        vehicle.profile,
        pad,
        parcel.parcel,
        placed.drop_off,
        battery_frac,
        order.skills,
        order.earliest_at_s,
        None if isinstance(parcel.keeper, AtHub) else order.pick_up,
    )


def quotes(it: Asking, found: Answers, added_eur: Mapping[VehicleId, float]) -> tuple[Quote, ...]:
    """Every vehicle's answer for the record, with what it adds; of those that could not take work, why."""
    rows = []
    for vehicle_id, answer in sorted(found.items()):
        vehicle = it.state.vehicles[vehicle_id]
        match answer:
            case Offer(handover_at_s=handover_at_s):
                cost_eur = added_eur.get(vehicle_id)
                told_eur = None if cost_eur is None else round(cost_eur, 2)
                rows.append(Quote(vehicle_id, handover_at_s, cost_eur=told_eur))
            case reasons if _only_busy(it, vehicle_id, reasons):
                rows.append(Quote(vehicle_id, None, (occupied(it.state, it.seen, vehicle, it.now_s),)))
            case reasons:
                rows.append(Quote(vehicle_id, None, reasons))
    return tuple(rows)


def _only_busy(it: Asking, vehicle_id: VehicleId, reasons: tuple[Reason, ...]) -> bool:
    return vehicle_id not in it.free and reasons == it.busy(it.state.vehicles[vehicle_id])
