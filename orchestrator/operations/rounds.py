"""A round on the ground: one vehicle, several parcels, stop after stop and home; or the reasons why not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from geofences.path import NoPath, Waypoint
from geofences.reason import Because, Reason
from orchestrator.operations.draft import Infeasible, Job, usable_wh
from orchestrator.operations.hops import Hop, hop
from orchestrator.operations.plan import PREPARE_S
from orchestrator.operations.surroundings import Surroundings
from orchestrator.record.events import MissionPlanned, Quote
from vehicles.energy import mission_energy_wh
from vehicles.mission import Dock, DropOff, Leg, Mission, MissionId, PickUp, Travel
from vehicles.schedule import schedule


def plan_round(
    jobs: Sequence[Job],
    mission_id: MissionId,
    surroundings: Surroundings,
    *,
    now_s: float,
    quotes: tuple[Quote, ...] = (),
) -> MissionPlanned | Infeasible:
    """A mission that hands over the parcels of `jobs`, all of one ground vehicle, in their order.

    Infeasible with payload, place, way or energy as the reason. Raises `ValueError` for no job at all.
    """
    if not jobs:
        raise ValueError("jobs: a round needs one at least")
    first = jobs[0]
    kg = sum(job.parcel.mass_kg for job in jobs)
    if len(jobs) > first.profile.compartments or kg > first.profile.max_payload_kg:
        text = f"{len(jobs)} parcels of {kg:g} kg are more than {first.vehicle_id} carries at once."
        return Infeasible((Reason(Because.PAYLOAD, first.vehicle_id, text),))
    hops = _hops(jobs, surroundings, now_s)
    if isinstance(hops, Infeasible):
        return hops
    legs = _legs(jobs, hops)
    energy_wh = mission_energy_wh(first.profile, legs, surroundings.wind_for(first.profile))
    if energy_wh > usable_wh(first):
        text = f"Needs {energy_wh:.0f} Wh, of which {max(0.0, usable_wh(first)):.0f} may be used now."
        return Infeasible((Reason(Because.ENERGY, first.vehicle_id, text),))
    depart_at_s = now_s + PREPARE_S + first.profile.load_s * len(jobs)
    ends = schedule(first.profile, legs, depart_at_s).leg_ends_at_s
    given = [end_s for leg, end_s in zip(legs, ends, strict=True) if isinstance(leg, DropOff)]
    return MissionPlanned(
        mission=Mission(mission_id, first.vehicle_id, legs),
        parcel_id=first.parcel.parcel_id,
        intent=None,
        depart_at_s=depart_at_s,
        handover_at_s=given[0],
        end_at_s=ends[-1],
        distance_m=sum(found.metres_m for found in hops),
        energy_wh=energy_wh,
        quotes=quotes,
        further_after_s=tuple(end_s - given[0] for end_s in given[1:]),
    )


def _hops(jobs: Sequence[Job], surroundings: Surroundings, now_s: float) -> list[Hop] | Infeasible:
    profile, home = jobs[0].profile, jobs[0].pad.at
    stops = [Waypoint(job.place.position, profile.handover_height_agl_m) for job in jobs]
    hops: list[Hop] = []
    for start, goal in pairwise((home, *stops, home)):
        found = hop(profile, surroundings, start, goal, now_s)
        if isinstance(found, NoPath):
            return Infeasible(found.reasons)
        hops.append(found)
    return hops


def _legs(jobs: Sequence[Job], hops: Sequence[Hop]) -> tuple[Leg, ...]:
    profile, home = jobs[0].profile, jobs[0].pad.at
    legs: list[Leg] = [PickUp(job.parcel.parcel_id, job.parcel.mass_kg, home, profile.load_s) for job in jobs]
    for job, way in zip(jobs, hops, strict=False):
        if way.metres_m > 0.0:
            legs.append(Travel(way.path, profile.cruise_mps))
        at = Waypoint(job.place.position, profile.handover_height_agl_m)
        parcel = job.parcel
        legs.append(DropOff(parcel.parcel_id, parcel.mass_kg, at, profile.handover_s, profile.handover))
    return (*legs, Travel(hops[-1].path, profile.cruise_mps), Dock(home))
