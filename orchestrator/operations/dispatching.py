"""Waiting parcels to ready vehicles: quote every pair, match once, plan one by one, or say why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from geofences.reason import Because, Reason
from orchestrator.dispatch.matching import assign
from orchestrator.dispatch.offers import Answers, Offer
from orchestrator.operations.draft import Infeasible, Job
from orchestrator.operations.held import reservations
from orchestrator.operations.plan import earliest_departure_s, plan, quote
from orchestrator.operations.preflight import verify
from orchestrator.operations.readiness import unready
from orchestrator.operations.surroundings import Surroundings
from orchestrator.orders.custody import AtHub
from orchestrator.orders.order import Pad
from orchestrator.record.events import Event, MissionPlanned, ParcelDeferred, Quote
from orchestrator.record.state import FleetState, ParcelPhase, ParcelState, VehicleState
from orchestrator.traffic.reservations import Reservation, volumes
from vehicles.mission import MissionId, ParcelId, VehicleId
from vehicles.telemetry import Telemetry

Seen = Mapping[VehicleId, Telemetry]


def dispatch_waiting(
    state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
) -> tuple[Event, ...]:
    """A planned and verified mission for every parcel that can have one now; news for those that wait on."""
    parcels = _waiting(state, now_s)
    if not parcels:
        return ()
    answers = {
        parcel.parcel.parcel_id: _answers(state, seen, surroundings, parcel, now_s) for parcel in parcels
    }
    matched = assign(answers)
    held = list(reservations(state, now_s))
    mission_id = _next_mission_id(state, now_s)
    events: list[Event] = []
    why: dict[ParcelId, tuple[Reason, ...]] = dict(matched.waiting)
    for parcel_id, vehicle_id in matched.pairs:
        job = _job(state, seen[vehicle_id], state.vehicles[vehicle_id], state.parcels[parcel_id])
        quotes = _quotes(state, seen, answers[parcel_id], now_s)
        planned = _checked(state, job, mission_id, surroundings, held, now_s=now_s, quotes=quotes)
        if isinstance(planned, Infeasible):
            why[parcel_id] = planned.reasons
            continue
        events.append(planned)
        mission_id = MissionId(mission_id + 1)
        if planned.intent is not None:
            held.append(Reservation(vehicle_id, volumes(planned.intent)))
    return (*events, *_deferrals(state, why))


def _waiting(state: FleetState, now_s: float) -> list[ParcelState]:
    """Parcels on a shelf that may be assigned, those with the earliest deadline first."""
    found = [
        parcel
        for _, parcel in state.parcels.items()
        if parcel.phase is ParcelPhase.WAITING and parcel.not_before_s <= now_s
    ]
    return sorted(found, key=lambda p: (state.orders[p.order_id].order.deadline_s, p.parcel.parcel_id))


def _answers(
    state: FleetState, seen: Seen, surroundings: Surroundings, parcel: ParcelState, now_s: float
) -> Answers:
    """What every vehicle of the parcel's hub answers: an offer, or why not."""
    deadline_s = state.orders[parcel.order_id].order.deadline_s
    answers: dict[VehicleId, Offer | tuple[Reason, ...]] = {}
    for vehicle_id, vehicle in sorted(state.vehicles.items()):
        if parcel.keeper != AtHub(vehicle.hub_id):
            continue
        sample = seen.get(vehicle_id)
        if sample is None or not vehicle.ready or unready(state, vehicle, sample, now_s):
            answers[vehicle_id] = (_busy(vehicle),)
            continue
        job = replace(_job(state, sample, vehicle, parcel), pad=_gate(state, vehicle))
        found = quote(job, surroundings, now_s)
        if isinstance(found, Infeasible):
            answers[vehicle_id] = found.reasons
        else:
            handover_at_s = earliest_departure_s(job, now_s) + found.handover_after_s
            answers[vehicle_id] = Offer(handover_at_s, deadline_s, found.energy_wh)
    return answers


def _gate(state: FleetState, vehicle: VehicleState) -> Pad:
    """The pad that quotes start from: one for each kind of vehicle at a hub, so that all share a way.

    Pads of a hub lie metres apart, so a quote is out by seconds; the plan itself starts from the
    vehicle's own pad.
    """
    alike = [
        other.pad
        for _, other in sorted(state.vehicles.items())
        if other.hub_id == vehicle.hub_id and other.profile == vehicle.profile
    ]
    return alike[0]


def _busy(vehicle: VehicleState) -> Reason:
    """One reason for all busy vehicles of a hub: which of them it is changes by the minute."""
    return Reason(Because.BUSY, vehicle.hub_id, "Busy, charging or not heard.")


def _unavailable(
    state: FleetState, vehicle: VehicleState, sample: Telemetry | None, now_s: float
) -> tuple[Reason, ...]:
    """Why just this vehicle could not take work, for the explanation of a choice."""
    if vehicle.mission_id is None:
        return unready(state, vehicle, sample, now_s) or (_busy(vehicle),)
    parcel = state.parcels[state.missions[vehicle.mission_id].plan.parcel_id]
    text = f"{vehicle.vehicle_id} is at work on order {parcel.order_id}."
    return (Reason(Because.BUSY, vehicle.vehicle_id, text),)


def _job(state: FleetState, sample: Telemetry, vehicle: VehicleState, parcel: ParcelState) -> Job:
    place = state.orders[parcel.order_id].order.drop_off
    return Job(vehicle.vehicle_id, vehicle.profile, vehicle.pad, parcel.parcel, place, sample.battery_frac)


def _checked(
    state: FleetState,
    job: Job,
    mission_id: MissionId,
    surroundings: Surroundings,
    held: list[Reservation],
    *,
    now_s: float,
    quotes: tuple[Quote, ...],
) -> MissionPlanned | Infeasible:
    """A plan that the independent verifier has passed; what does not pass is never journaled."""
    planned = plan(job, mission_id, surroundings, held, now_s=now_s, quotes=quotes)
    if isinstance(planned, Infeasible):
        return planned
    vehicle = state.vehicles[job.vehicle_id]
    reasons = verify(planned, vehicle, state.vehicles, job.battery_frac, surroundings)
    return Infeasible(reasons) if reasons else planned


def _next_mission_id(state: FleetState, now_s: float) -> MissionId:
    """Above every id used, and no lower than the time in seconds.

    So an id is not used again by another journal either: a vehicle that still holds a mission of
    yesterday's never mistakes it for today's.
    """
    return MissionId(max(max(state.missions, default=0) + 1, int(now_s) % 2**31))


def _quotes(state: FleetState, seen: Seen, answers: Answers, now_s: float) -> tuple[Quote, ...]:
    """Every vehicle's answer, for the record; of those that could not take work, why exactly."""
    found = []
    for vehicle_id, answer in sorted(answers.items()):
        vehicle = state.vehicles[vehicle_id]
        match answer:
            case Offer(handover_at_s=handover_at_s):
                found.append(Quote(vehicle_id, handover_at_s))
            case reasons if reasons == (_busy(vehicle),):
                why = _unavailable(state, vehicle, seen.get(vehicle_id), now_s)
                found.append(Quote(vehicle_id, None, why))
            case reasons:
                found.append(Quote(vehicle_id, None, reasons))
    return tuple(found)


def _deferrals(state: FleetState, why: Mapping[ParcelId, tuple[Reason, ...]]) -> tuple[Event, ...]:
    """News for parcels whose reasons to wait changed in kind or subject; figures alone are no news."""
    return tuple(
        ParcelDeferred(parcel_id, reasons)
        for parcel_id, reasons in sorted(why.items())
        if _gist(reasons) != _gist(state.parcels[parcel_id].reasons)
    )


def _gist(reasons: tuple[Reason, ...]) -> frozenset[tuple[Because, str]]:
    """What makes reasons the same news; who of the fleet is busy makes no difference."""
    return frozenset((r.because, "" if r.because is Because.BUSY else r.subject) for r in reasons)
