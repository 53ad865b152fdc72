"""One vehicle, one parcel: legs, times, energy and reservation, or the reasons why not.

The way out and the way back are each planned. For aircraft, the first departure at which a flight
meets no reservation is worked out for every cruise layer; the earliest hand-over wins, then the
least energy; with the wind by height known, the least energy first. Where zones shut every way, it may
wait for the end of their hours. What comes out still has to pass `preflight`, which derives all of it
again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor

from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.operations.planning.alternates import abroad_of, alternates
from orchestrator.operations.planning.draft import Draft, Infeasible, Job, drafts, usable_wh
from orchestrator.operations.planning.opening import Opened, first_open, may_open
from orchestrator.operations.planning.own_return import may_be_given
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.record.events import MissionPlanned, Quote
from orchestrator.traffic.departures import first_free_delay_s, forbidden_delays
from orchestrator.traffic.intent import OperationalIntent
from orchestrator.traffic.reservations import Clash, Reservation, first_clash, volumes
from vehicles.clock import iso
from vehicles.mission import Alternate, LandingPlace, Mission, MissionId, VehicleId

PREPARE_S = 4.0
"""From the decision until the vehicle holds its plan, before loading begins."""

_ASKED_EVERY_S = 30.0

LONGEST_DELAY_S = 180.0
"""A flight that the traffic keeps longer than this on its pad is planned again later instead."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A draft that departs `delay_s` after the earliest possible departure."""

    draft: Draft
    delay_s: float
    depart_at_s: float

    @property
    def handover_at_s(self) -> float:
        """Predicted fleet time at which the parcel is handed over."""
        return self.depart_at_s + self.draft.handover_after_s


def earliest_departure_s(job: Job, now_s: float) -> float:
    """The first fleet time at which the vehicle can move, its plan and its parcel aboard."""
    return now_s + PREPARE_S + job.profile.load_s


def quote(job: Job, surroundings: Surroundings, now_s: float) -> Draft | Infeasible:
    """The quickest draft for a job, other traffic left out: cheap, for comparing vehicles."""
    depart_at_s = earliest_departure_s(job, now_s)
    found = drafts(job, surroundings, depart_at_s)
    if isinstance(found, Infeasible):
        opened = _opened(job, surroundings, depart_at_s, found)
        return found if opened is None else _later(opened)
    best = min(found, key=lambda draft: _worth(draft, 0.0, job, surroundings))
    too_long = () if job.pick_up is not None else _too_long(job, job.profile.load_s + best.handover_after_s)
    return Infeasible(too_long) if too_long else best


def _too_long(job: Job, aboard_s: float) -> tuple[Reason, ...]:
    """Why a parcel cannot be aboard for so long; empty when it can."""
    most_s = job.parcel.most_aboard_s
    if most_s is None or aboard_s <= most_s:
        return ()
    text = f"Would be aboard for {aboard_s / 60.0:.1f} min, where it may be for {most_s / 60.0:.1f} min."
    return (Reason(Because.TIME_WINDOW, job.profile.name, text),)


def _early_s(job: Job, draft: Draft, depart_at_s: float) -> float:
    """By how much a hand-over would begin too early."""
    if job.earliest_at_s is None:
        return 0.0
    return max(0.0, job.earliest_at_s - (depart_at_s + draft.handover_after_s - job.profile.handover_s))


def _opened(job: Job, surroundings: Surroundings, depart_at_s: float, shut: Infeasible) -> Opened | None:
    """Asked of departures every half minute, and remembered by the instant at which it may set out."""
    if not may_open(shut, surroundings, depart_at_s):
        return None
    asked_s = floor(depart_at_s / _ASKED_EVERY_S) * _ASKED_EVERY_S
    ways = surroundings.ways
    key = ("opens", job.profile.name, job.pad.at, job.place, job.parcel, job.own, asked_s)
    opened = ways.recall(key, lambda: first_open(job, surroundings, asked_s))
    if opened is None or opened.draft.energy_wh > usable_wh(job):
        return None
    return replace(opened, delay_s=max(0.0, asked_s + opened.delay_s - depart_at_s))


def _later(opened: Opened) -> Draft:
    draft, by_s = opened.draft, opened.delay_s
    return replace(
        draft, handover_after_s=draft.handover_after_s + by_s, end_after_s=draft.end_after_s + by_s
    )


def _worth(draft: Draft, delay_s: float, job: Job, surroundings: Surroundings) -> tuple[float, float]:
    """What is better comes first: the soonest hand-over; where the wind by height is known, the least energy.

    What the vehicle draws while it stands on its pad until then counts too.
    """
    handover_s = delay_s + draft.handover_after_s
    if surroundings.aloft is None or job.profile.medium is not Medium.AIR:
        return handover_s, draft.energy_wh
    return draft.energy_wh + job.profile.idle_w * delay_s / 3600.0, handover_s


def plan(
    job: Job,
    mission_id: MissionId,
    surroundings: Surroundings,
    held: Sequence[Reservation],
    *,
    now_s: float,
    quotes: tuple[Quote, ...] = (),
) -> MissionPlanned | Infeasible:
    """A whole mission for the job, free of every reservation in `held`; or why there is none now."""
    depart_at_s = earliest_departure_s(job, now_s)
    held = tuple(held)  # the same for all that is asked below
    found = drafts(job, surroundings, depart_at_s)
    waits_for: tuple[Reason, ...] = ()
    if isinstance(found, Infeasible):
        opened = _opened(job, surroundings, depart_at_s, found)
        if opened is None:
            return found
        depart_at_s, found = depart_at_s + opened.delay_s, (opened.draft,)
        waits_for = opened.waits_for
    candidates = _candidates(job, found, surroundings, held, depart_at_s)
    too_long = _too_long(job, candidates[0].handover_at_s - now_s - PREPARE_S)
    if too_long:
        return Infeasible(too_long)
    if job.profile.medium is not Medium.AIR:  # gives way by sight, reserves nothing
        return _planned(job, mission_id, candidates[0], None, quotes)
    clashes: dict[VehicleId, Clash] = {}
    for candidate in candidates:
        intent = intent_of(job, candidate, surroundings)
        clash = first_clash(intent, held)
        if clash is None:
            planned = _planned(job, mission_id, candidate, intent, quotes)
            landings = _alternates(job, candidate, surroundings)
            return replace(planned, alternates=landings, waits_for=waits_for)
        clashes.setdefault(clash.vehicle_id, clash)
    return Infeasible(_traffic(clashes))


def intent_of(job: Job, candidate: Candidate, surroundings: Surroundings) -> OperationalIntent:
    """What the candidate, a flight, would reserve."""
    return surroundings.volumes.around(candidate.draft.timed_from(candidate.depart_at_s), job.profile)


def _candidates(
    job: Job,
    found: Sequence[Draft],
    surroundings: Surroundings,
    held: Sequence[Reservation],
    depart_at_s: float,
) -> list[Candidate]:
    """Each layer at its first free departure: the earliest hand-over first, then the least energy.

    None that would hand over too early: it waits on its pad. Where a layer has no departure soon enough, it
    stands last and undelayed, so that whom it meets can be told.
    """
    waits = [_early_s(job, draft, depart_at_s) for draft in found]
    undelayed = [Candidate(d, wait_s, depart_at_s + wait_s) for d, wait_s in zip(found, waits, strict=True)]
    if job.profile.medium is not Medium.AIR:
        return undelayed
    flights = [volumes(intent_of(job, candidate, surroundings)) for candidate in undelayed]
    free: list[Candidate] = []
    kept: list[Candidate] = []
    for candidate, flight in zip(undelayed, flights, strict=True):
        delay_s = first_free_delay_s(forbidden_delays(flight, held, LONGEST_DELAY_S))
        if delay_s <= LONGEST_DELAY_S:
            later_s = candidate.delay_s + delay_s
            free.append(Candidate(candidate.draft, later_s, depart_at_s + later_s))
        else:
            kept.append(candidate)
    return sorted(free, key=lambda c: _worth(c.draft, c.delay_s, job, surroundings)) + kept


def _planned(
    job: Job,
    mission_id: MissionId,
    candidate: Candidate,
    intent: OperationalIntent | None,
    quotes: tuple[Quote, ...],
) -> MissionPlanned:
    draft = candidate.draft
    return MissionPlanned(
        mission=Mission(mission_id, job.vehicle_id, draft.legs),
        parcel_id=job.parcel.parcel_id,
        intent=intent,
        depart_at_s=candidate.depart_at_s,
        handover_at_s=candidate.handover_at_s,
        end_at_s=candidate.depart_at_s + draft.end_after_s,
        distance_m=draft.distance_m,
        energy_wh=draft.energy_wh,
        quotes=quotes,
    )


def _alternates(job: Job, candidate: Candidate, surroundings: Surroundings) -> tuple[Alternate, ...]:
    """The best landings along the flight, those first that its autopilot may go to by itself told apart."""
    if not surroundings.rally:
        return ()
    timed = candidate.draft.timed_from(candidate.depart_at_s)
    abroad = abroad_of(
        timed,
        job.profile,
        surroundings,
        battery_frac=job.battery_frac,
        payload_kg=job.parcel.mass_kg,
        energy_wh=candidate.draft.energy_wh,
    )
    found = alternates(timed, (LandingPlace("home", job.pad.at), *surroundings.rally), abroad)
    return tuple(
        replace(one, given=may_be_given(one.at, timed, job.profile, surroundings, job.own))
        for one in found
        if one.at.position != job.pad.at.position
    )


def _traffic(clashes: Mapping[VehicleId, Clash]) -> tuple[Reason, ...]:
    """One reason for each partner that the flight would have met, the first meeting of each."""
    return tuple(
        Reason(
            Because.TRAFFIC,
            partner,
            f"Would meet {partner} at {clash.height_agl_m:.0f} m above {clash.position} at {iso(clash.at_s)},"
            f" whichever layer and departure within {LONGEST_DELAY_S:.0f} s were tried.",
        )
        for partner, clash in sorted(clashes.items())
    )
