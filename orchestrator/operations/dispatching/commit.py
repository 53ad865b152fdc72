"""From a plan to missions: what is due now is planned in full, checked independently, and given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from geofences.path import Waypoint
from geofences.reason import Because, Reason
from orchestrator.dispatch.horizon import Act, HorizonPlan, Trip
from orchestrator.dispatch.offers import Offer
from orchestrator.dispatch.pricing import added
from orchestrator.operations.dispatching.horizon_view import Pair, View
from orchestrator.operations.dispatching.quoting import Asking, answers, job_of, quotes
from orchestrator.operations.planning.draft import Infeasible, Job
from orchestrator.operations.planning.held import reservations
from orchestrator.operations.planning.plan import plan
from orchestrator.operations.planning.rounds import Call, plan_round
from orchestrator.operations.verifying.preflight import verify_in
from orchestrator.record.events import Diversion, MissionPlanned
from orchestrator.record.state import FleetState, ParcelPhase, VehicleState
from orchestrator.record.states.wishes import may_carry
from orchestrator.traffic.reservations import Reservation, reservation
from vehicles.mission import MissionId, ParcelId, VehicleId
from vehicles.telemetry import Telemetry


@dataclass(slots=True)
class Committing:
    """One round of giving missions: what is known, the air that is taken, the next mission's id."""

    it: Asking
    held: list[Reservation]
    next_id: MissionId

    @classmethod
    def now(cls, it: Asking) -> Committing:
        """A round that begins."""
        return cls(it, list(reservations(it.state, it.now_s)), next_mission_id(it.state, it.now_s))

    def about(self, it: Asking) -> Committing:
        """The same round, with what another hub's vehicles said; lockers keep what was claimed."""
        self.it = replace(it, rooms=self.it.rooms)
        return self


@dataclass(frozen=True, slots=True)
class Committed:
    """The missions given, and why those that were due could not be: by parcel, and by parcel and vehicle."""

    missions: tuple[MissionPlanned, ...]
    why: dict[ParcelId, tuple[Reason, ...]]
    against: dict[Pair, tuple[Reason, ...]]


def committed(
    round_: Committing, seen_here: View, planned: HorizonPlan, due: Iterable[VehicleId]
) -> Committed:
    """Missions for the first trips of the vehicles that are `due`, in that order.

    Not for one that is not free any more, nor where somebody took a parcel back or to another vehicle since
    the plan was made. What does not pass is never journaled.
    """
    missions: list[MissionPlanned] = []
    why: dict[ParcelId, tuple[Reason, ...]] = {}
    against: dict[Pair, tuple[Reason, ...]] = {}
    for vehicle_id in due:
        trips = planned.trips[vehicle_id]
        if vehicle_id not in round_.it.free or not _still_so(round_.it, trips[0], vehicle_id):
            continue
        vehicle = round_.it.state.vehicles[vehicle_id]
        found = _checked(round_, seen_here, planned, vehicle)
        if isinstance(found, Infeasible):
            why.update(dict.fromkeys(trips[0].parcel_ids, found.reasons))
            against.update({(p, vehicle_id): found.reasons for p in trips[0].parcel_ids})
            continue
        missions.append(found)
        round_.next_id = MissionId(round_.next_id + 1)
        if found.intent is not None:
            round_.held.append(reservation(vehicle_id, found.intent))
    return Committed(tuple(missions), why, against)


def _still_so(it: Asking, trip: Trip, vehicle_id: VehicleId) -> bool:
    """Whether all its parcels wait still, rest no more, and may be this vehicle's."""
    state = it.state
    parcels = [state.parcels[parcel_id] for parcel_id in trip.parcel_ids]
    wishes = [state.orders[parcel.order_id].wishes for parcel in parcels]
    waits = all(p.phase is ParcelPhase.WAITING and p.not_before_s <= it.now_s for p in parcels)
    return waits and all(may_carry(vehicle_id, wish) for wish in wishes)


def _checked(
    round_: Committing, seen_here: View, planned: HorizonPlan, vehicle: VehicleState
) -> MissionPlanned | Infeasible:
    it, trip = round_.it, planned.trips[vehicle.vehicle_id][0]
    seen = it.seen[vehicle.vehicle_id]
    parcel_id = trip.parcel_ids[0]
    answered = answers(it, it.state.parcels[parcel_id])
    others = [name for name, answer in sorted(answered.items()) if isinstance(answer, Offer)]
    jobs, diversions = _jobs(it, seen_here, vehicle, trip, seen)
    added_eur = added(seen_here.horizon, planned, parcel_id, (vehicle.vehicle_id, *others))
    explained = quotes(it, answered, added_eur)
    if len(trip.stops) == 1:
        (job,) = jobs.values()
        found = plan(job, round_.next_id, it.surroundings, round_.held, now_s=it.now_s, quotes=explained)
    else:
        calls = [_call(it, jobs[stop.parcel_id], stop.act) for stop in trip.stops]
        found = plan_round(calls, round_.next_id, it.surroundings, now_s=it.now_s, quotes=explained)
    if isinstance(found, Infeasible):
        return found
    found = replace(found, diversions=diversions)
    reasons = verify_in(it.state, found, vehicle, seen, it.surroundings)
    return Infeasible(reasons) if reasons else found


def _jobs(
    it: Asking, seen_here: View, vehicle: VehicleState, trip: Trip, seen: Telemetry
) -> tuple[dict[ParcelId, Job], tuple[Diversion, ...]]:
    jobs: dict[ParcelId, Job] = {}
    diversions: list[Diversion] = []
    for parcel_id in trip.parcel_ids:
        reach = seen_here.reach(parcel_id, vehicle.profile.name)
        job = job_of(it.state, it.state.parcels[parcel_id], vehicle, vehicle.pad, seen.battery_frac)
        jobs[parcel_id] = replace(job, place=reach.place, own=seen.own_return)
        if reach.rank:
            diversions.append(Diversion(parcel_id, reach.place, why_diverted(seen_here, parcel_id)))
    return jobs, tuple(diversions)


def _call(it: Asking, job: Job, act: Act) -> Call:
    """A stop with its place, and not before when."""
    order = it.state.orders[it.state.parcels[job.parcel.parcel_id].order_id].order
    height_m = job.profile.handover_height_agl_m
    if act is Act.FETCH and job.pick_up is not None:
        return Call(job, Waypoint(job.pick_up.position, height_m), act, order.ready_at_s or it.now_s)
    return Call(job, Waypoint(job.place.position, height_m), act, order.earliest_at_s or it.now_s)


def why_diverted(seen_here: View, parcel_id: ParcelId) -> tuple[Reason, ...]:
    """Why the parcel does not go where it was asked for: what keeps each kind from that place."""
    found: dict[tuple[Because, str], Reason] = {}
    for reach in seen_here.reaches[parcel_id].values():
        for reason in reach.reasons if isinstance(reach, Infeasible) else reach.against:
            found.setdefault((reason.because, reason.subject), reason)
    return tuple(found.values())


def next_mission_id(state: FleetState, now_s: float) -> MissionId:
    """Above every id used, and no lower than the time in seconds.

    So an id is not used again by another journal either: a vehicle that still holds a mission of
    yesterday's never mistakes it for today's.
    """
    return MissionId(max(max(state.missions, default=0) + 1, int(now_s) % 2**31))
