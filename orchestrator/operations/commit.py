"""From a plan to missions: what is due now is planned in full, checked independently, and given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.dispatch.horizon import HorizonPlan, Trip
from orchestrator.operations.draft import Infeasible, Job
from orchestrator.operations.held import reservations
from orchestrator.operations.horizon_view import Pair, View
from orchestrator.operations.plan import plan
from orchestrator.operations.preflight import verify
from orchestrator.operations.quoting import Asking, answers, quotes
from orchestrator.operations.rounds import plan_round
from orchestrator.record.events import Diversion, MissionPlanned
from orchestrator.record.state import FleetState, ParcelPhase, VehicleState, may_carry
from orchestrator.traffic.reservations import Reservation, reservation
from vehicles.mission import MissionId, ParcelId, VehicleId


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
        if vehicle_id not in round_.it.free or not _still_so(round_.it.state, trips[0], vehicle_id):
            continue
        vehicle = round_.it.state.vehicles[vehicle_id]
        found = _checked(round_, seen_here, vehicle, trips[0])
        if isinstance(found, Infeasible):
            why.update(dict.fromkeys(trips[0].parcel_ids, found.reasons))
            against.update({(p, vehicle_id): found.reasons for p in trips[0].parcel_ids})
            continue
        missions.append(found)
        round_.next_id = MissionId(round_.next_id + 1)
        if found.intent is not None:
            round_.held.append(reservation(vehicle_id, found.intent))
    return Committed(tuple(missions), why, against)


def _still_so(state: FleetState, trip: Trip, vehicle_id: VehicleId) -> bool:
    """Whether all its parcels wait still, and may be this vehicle's."""
    parcels = [state.parcels[parcel_id] for parcel_id in trip.parcel_ids]
    wishes = [state.orders[parcel.order_id].wishes for parcel in parcels]
    waits = all(parcel.phase is ParcelPhase.WAITING for parcel in parcels)
    return waits and all(may_carry(vehicle_id, wish) for wish in wishes)


def _checked(
    round_: Committing, seen_here: View, vehicle: VehicleState, trip: Trip
) -> MissionPlanned | Infeasible:
    it = round_.it
    battery_frac = it.seen[vehicle.vehicle_id].battery_frac
    first = it.state.parcels[trip.parcel_ids[0]]
    answered = answers(it, first)
    jobs, diversions = _jobs(it, seen_here, vehicle, trip, battery_frac)
    explained = quotes(it, answered)
    if vehicle.profile.medium is Medium.AIR or len(jobs) == 1:
        found = plan(jobs[0], round_.next_id, it.surroundings, round_.held, now_s=it.now_s, quotes=explained)
    else:
        found = plan_round(jobs, round_.next_id, it.surroundings, now_s=it.now_s, quotes=explained)
    if isinstance(found, Infeasible):
        return found
    found = replace(found, diversions=diversions)
    reasons = verify(found, vehicle, it.state.vehicles, battery_frac, it.surroundings)
    return Infeasible(reasons) if reasons else found


def _jobs(
    it: Asking, seen_here: View, vehicle: VehicleState, trip: Trip, battery_frac: float
) -> tuple[Sequence[Job], tuple[Diversion, ...]]:
    jobs: list[Job] = []
    diversions: list[Diversion] = []
    for parcel_id in trip.parcel_ids:
        reach = seen_here.reach(parcel_id, vehicle.profile.name)
        parcel = it.state.parcels[parcel_id].parcel
        jobs.append(Job(vehicle.vehicle_id, vehicle.profile, vehicle.pad, parcel, reach.place, battery_frac))
        if reach.rank:
            diversions.append(Diversion(parcel_id, reach.place, why_diverted(seen_here, parcel_id)))
    return jobs, tuple(diversions)


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
