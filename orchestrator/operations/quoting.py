"""What every vehicle of a hub answers when it is asked to carry a parcel: an offer, or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geofences.reason import Because, Reason
from orchestrator.dispatch.offers import Answers, Offer
from orchestrator.operations.draft import Draft, Infeasible, Job
from orchestrator.operations.plan import earliest_departure_s, quote
from orchestrator.operations.readiness import Seen, unready
from orchestrator.operations.surroundings import Surroundings
from orchestrator.orders.custody import AtHub
from orchestrator.orders.lockers import LockerRoom
from orchestrator.orders.order import HubId, LockerId, Pad
from orchestrator.record.apply_lockers import room_of
from orchestrator.record.events import Quote
from orchestrator.record.state import FleetState, ParcelState, VehicleState
from vehicles.mission import VehicleId


@dataclass(frozen=True, slots=True)
class Asking:
    """One round of asking: what is known now, and who is free. Made by `asking`.

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

    def room(self, locker_id: LockerId) -> LockerRoom | None:
        """What is left in a locker in this round; None where nobody counts."""
        if locker_id not in self.rooms:
            self.rooms[locker_id] = room_of(self.state, locker_id)
        return self.rooms[locker_id]

    def anyone_free(self, parcel: ParcelState) -> bool:
        """Whether a vehicle of the parcel's hub could take work now."""
        return any(parcel.keeper == AtHub(self.state.vehicles[name].hub_id) for name in self.free)


def asking(state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float) -> Asking:
    """A round of asking at fleet time `now_s`."""
    free = set()
    gates: dict[VehicleId, Pad] = {}
    first: dict[tuple[HubId, str], Pad] = {}
    for vehicle_id, vehicle in sorted(state.vehicles.items()):
        if vehicle.ready and not unready(vehicle, seen.get(vehicle_id), now_s):
            free.add(vehicle_id)
        gates[vehicle_id] = first.setdefault((vehicle.hub_id, vehicle.profile.name), vehicle.pad)
    return Asking(state, seen, surroundings, now_s, frozenset(free), gates)


def answers(it: Asking, parcel: ParcelState) -> Answers:
    """Every vehicle's answer. What it can never do is said of a busy one too: reasons do not come and go.

    Those that are busy are asked as one of their kind with a full battery, not one by one.
    """
    full: dict[str, Draft | Infeasible] = {}
    found: dict[VehicleId, Offer | tuple[Reason, ...]] = {}
    for vehicle_id, vehicle in sorted(it.state.vehicles.items()):
        if parcel.keeper != AtHub(vehicle.hub_id):
            continue
        if vehicle_id in it.free:
            found[vehicle_id] = _offer(it, parcel, vehicle)
            continue
        answer = full.get(vehicle.profile.name) or quote(
            _job(it, parcel, vehicle, 1.0), it.surroundings, it.now_s
        )
        if isinstance(answer, Infeasible):
            found[vehicle_id] = answer.reasons
            if any(reason.because is Because.ENERGY for reason in answer.reasons):
                continue  # that names the vehicle
        else:
            found[vehicle_id] = (_busy(vehicle),)
        full[vehicle.profile.name] = answer
    return found


def _offer(it: Asking, parcel: ParcelState, vehicle: VehicleState) -> Offer | tuple[Reason, ...]:
    job = _job(it, parcel, vehicle, it.seen[vehicle.vehicle_id].battery_frac)
    found = quote(job, it.surroundings, it.now_s)
    if isinstance(found, Infeasible):
        return found.reasons
    deadline_s = it.state.orders[parcel.order_id].order.deadline_s
    return Offer(earliest_departure_s(job, it.now_s) + found.handover_after_s, deadline_s, found.energy_wh)


def _job(it: Asking, parcel: ParcelState, vehicle: VehicleState, battery_frac: float) -> Job:
    return job_of(it.state, parcel, vehicle, it.gates[vehicle.vehicle_id], battery_frac)


def job_of(
    state: FleetState, parcel: ParcelState, vehicle: VehicleState, pad: Pad, battery_frac: float
) -> Job:
    """The job of carrying `parcel` with `vehicle` from `pad`, its battery at `battery_frac` of full."""
    place = state.orders[parcel.order_id].order.drop_off
    return Job(vehicle.vehicle_id, vehicle.profile, pad, parcel.parcel, place, battery_frac)


def quotes(it: Asking, found: Answers) -> tuple[Quote, ...]:
    """Every vehicle's answer for the record; of those that could not take work, why exactly."""
    rows = []
    for vehicle_id, answer in sorted(found.items()):
        vehicle = it.state.vehicles[vehicle_id]
        match answer:
            case Offer(handover_at_s=handover_at_s):
                rows.append(Quote(vehicle_id, handover_at_s))
            case reasons if reasons == (_busy(vehicle),):
                rows.append(Quote(vehicle_id, None, _unavailable(it, vehicle)))
            case reasons:
                rows.append(Quote(vehicle_id, None, reasons))
    return tuple(rows)


def _busy(vehicle: VehicleState) -> Reason:
    """One reason for all busy vehicles of a hub: which of them it is changes by the minute."""
    return Reason(Because.BUSY, vehicle.hub_id, "Busy, charging or not heard.")


def _unavailable(it: Asking, vehicle: VehicleState) -> tuple[Reason, ...]:
    if vehicle.mission_id is None:
        return unready(vehicle, it.seen.get(vehicle.vehicle_id), it.now_s) or (_busy(vehicle),)
    carried = it.state.missions[vehicle.mission_id].plan.parcel_ids
    orders = list(dict.fromkeys(it.state.parcels[parcel_id].order_id for parcel_id in carried))
    word = "order" if len(orders) == 1 else "orders"
    text = f"{vehicle.vehicle_id} is at work on {word} {', '.join(orders)}."
    return (Reason(Because.BUSY, vehicle.vehicle_id, text),)
