"""Waiting parcels to ready vehicles: quote every pair, match once, plan one by one, or say why not."""

from __future__ import annotations

from collections.abc import Mapping

from geofences.reason import Reason
from orchestrator.dispatch.matching import assign
from orchestrator.dispatch.offers import Answers
from orchestrator.dispatch.reasons import gist, refusals
from orchestrator.operations.draft import Infeasible
from orchestrator.operations.held import reservations
from orchestrator.operations.plan import plan
from orchestrator.operations.preflight import verify
from orchestrator.operations.quoting import Asking, answers, asking, job_of, quotes
from orchestrator.operations.readiness import Seen
from orchestrator.operations.surroundings import Surroundings
from orchestrator.record.alerts import alert_key
from orchestrator.record.events import Event, MissionPlanned, ParcelDeferred
from orchestrator.record.state import FleetState, ParcelPhase, ParcelState
from orchestrator.traffic.reservations import Reservation, volumes
from vehicles.mission import MissionId, ParcelId, VehicleId


def dispatch_waiting(
    state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
) -> tuple[Event, ...]:
    """A planned and verified mission for every parcel that can have one now; news for those that wait on.

    While nobody is free, nothing is asked for a parcel that has been told so and is not newly late.
    """
    waiting = _waiting(state, now_s)
    if not waiting:
        return ()
    it = asking(state, seen, surroundings, now_s)
    found = {
        parcel.parcel.parcel_id: answers(it, parcel)
        for parcel in waiting
        if not parcel.reasons or it.anyone_free(parcel) or _newly_late(state, parcel, now_s)
    }
    matched = assign(found)
    held = list(reservations(state, now_s))
    mission_id = _next_mission_id(state, now_s)
    events: list[Event] = []
    why: dict[ParcelId, tuple[Reason, ...]] = dict(matched.waiting)
    for parcel_id, vehicle_id in matched.pairs:
        planned = _checked(it, parcel_id, vehicle_id, mission_id, held, found[parcel_id])
        if isinstance(planned, Infeasible):
            why[parcel_id] = (*planned.reasons, *refusals(found[parcel_id]))
            continue
        events.append(planned)
        mission_id = MissionId(mission_id + 1)
        if planned.intent is not None:
            held.append(Reservation(vehicle_id, volumes(planned.intent)))
    return (*events, *_deferrals(state, why, now_s))


def _waiting(state: FleetState, now_s: float) -> list[ParcelState]:
    """Parcels on a shelf that may be assigned, by id."""
    return [
        parcel
        for _, parcel in sorted(state.parcels.items())
        if parcel.phase is ParcelPhase.WAITING and parcel.not_before_s <= now_s
    ]


def _checked(  # noqa: PLR0917 - what one planning needs
    it: Asking,
    parcel_id: ParcelId,
    vehicle_id: VehicleId,
    mission_id: MissionId,
    held: list[Reservation],
    found: Answers,
) -> MissionPlanned | Infeasible:
    """A plan that the independent verifier has passed; what does not pass is never journaled."""
    state, vehicle = it.state, it.state.vehicles[vehicle_id]
    battery_frac = it.seen[vehicle_id].battery_frac
    job = job_of(state, state.parcels[parcel_id], vehicle, vehicle.pad, battery_frac)
    planned = plan(job, mission_id, it.surroundings, held, now_s=it.now_s, quotes=quotes(it, found))
    if isinstance(planned, Infeasible):
        return planned
    reasons = verify(planned, vehicle, state.vehicles, battery_frac, it.surroundings)
    return Infeasible(reasons) if reasons else planned


def _next_mission_id(state: FleetState, now_s: float) -> MissionId:
    """Above every id used, and no lower than the time in seconds.

    So an id is not used again by another journal either: a vehicle that still holds a mission of
    yesterday's never mistakes it for today's.
    """
    return MissionId(max(max(state.missions, default=0) + 1, int(now_s) % 2**31))


def _deferrals(
    state: FleetState, why: Mapping[ParcelId, tuple[Reason, ...]], now_s: float
) -> tuple[Event, ...]:
    """What tells an operator something new: lasting reasons changed, or the deadline passed meanwhile."""
    return tuple(
        ParcelDeferred(parcel_id, reasons)
        for parcel_id, reasons in sorted(why.items())
        if gist(reasons) != gist(state.parcels[parcel_id].reasons)
        or _newly_late(state, state.parcels[parcel_id], now_s)
    )


def _newly_late(state: FleetState, parcel: ParcelState, now_s: float) -> bool:
    """Whether a waiting parcel is past its deadline and nobody was told."""
    deadline_s = state.orders[parcel.order_id].order.deadline_s
    return now_s > deadline_s and alert_key("late", parcel.parcel.parcel_id) not in state.alerts
