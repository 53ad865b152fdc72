"""A round on the ground: one vehicle, several parcels, stop after stop and home; or the reasons why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from geofences.path import NoPath, Waypoint
from geofences.reason import Because, Reason
from orchestrator.dispatch.horizon import Act
from orchestrator.operations.planning.draft import Infeasible, Job, usable_wh
from orchestrator.operations.planning.hops import Hop, hop
from orchestrator.operations.planning.plan import PREPARE_S
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.record.events import MissionPlanned, Quote
from vehicles.energy import mission_energy_wh
from vehicles.mission import Dock, DropOff, Leg, Mission, MissionId, PickUp, Travel, Wait
from vehicles.schedule import schedule

SHORTEST_WAIT_S = 1.0
"""Nobody is told to wait for less."""


@dataclass(frozen=True, slots=True)
class Call:
    """A stop of a round: whose parcel is fetched or handed over there, and not before when (fleet time)."""

    job: Job
    at: Waypoint
    act: Act
    opens_at_s: float = 0.0


def plan_round(
    calls: Sequence[Call],
    mission_id: MissionId,
    surroundings: Surroundings,
    *,
    now_s: float,
    quotes: tuple[Quote, ...] = (),
) -> MissionPlanned | Infeasible:
    """A mission that makes these calls, all of one ground vehicle, in their order; the last hands over.

    What no call fetches is loaded at the hub. It departs so late that it is not too early at its first call,
    and waits where it would be at a later one. Infeasible with payload, place, way or energy as the reason.
    Raises `ValueError` for no call at all.
    """
    if not calls:
        raise ValueError("calls: a round needs one at least")
    first = calls[0].job
    fetched = {call.job.parcel.parcel_id for call in calls if call.act is Act.FETCH}
    loaded = [c.job for c in calls if c.act is Act.HAND_OVER and c.job.parcel.parcel_id not in fetched]
    too_much = _too_much(first, loaded, calls)
    if too_much is not None:
        return too_much
    hops = _hops(calls, surroundings, now_s)
    if isinstance(hops, Infeasible):
        return hops
    earliest_s = now_s + PREPARE_S + first.profile.load_s * len(loaded)
    depart_at_s = max(earliest_s, calls[0].opens_at_s - _takes_s(first, hops[0]))
    legs = _legs(loaded, calls, hops, depart_at_s)
    energy_wh = mission_energy_wh(first.profile, legs, surroundings.air_for(first.profile))
    if energy_wh > usable_wh(first):
        text = f"Needs {energy_wh:.0f} Wh, of which {max(0.0, usable_wh(first)):.0f} may be used now."
        return Infeasible((Reason(Because.ENERGY, first.vehicle_id, text),))
    ends = schedule(first.profile, legs, depart_at_s).leg_ends_at_s
    given = [(leg, end_s) for leg, end_s in zip(legs, ends, strict=True) if isinstance(leg, DropOff)]
    (one, first_at_s), *_ = given
    return MissionPlanned(
        mission=Mission(mission_id, first.vehicle_id, legs),
        parcel_id=one.parcel_id,
        intent=None,
        depart_at_s=depart_at_s,
        handover_at_s=first_at_s,
        end_at_s=ends[-1],
        distance_m=sum(found.metres_m for found in hops),
        energy_wh=energy_wh,
        quotes=quotes,
        further_after_s=tuple(end_s - first_at_s for _, end_s in given[1:]),
    )


def _too_much(first: Job, loaded: Sequence[Job], calls: Sequence[Call]) -> Infeasible | None:
    """Where there would be more aboard than the vehicle takes, at any moment."""
    signs = [1.0 if call.act is Act.FETCH else -1.0 for call in calls]
    count = max(accumulate(signs, initial=float(len(loaded))))
    changes_kg = (sign * call.job.parcel.mass_kg for sign, call in zip(signs, calls, strict=True))
    kg = max(accumulate(changes_kg, initial=sum(job.parcel.mass_kg for job in loaded)))
    if count <= first.profile.compartments and kg <= first.profile.max_payload_kg + 1e-9:
        return None
    text = f"{count:.0f} parcels of {kg:g} kg are more than {first.vehicle_id} carries at once."
    return Infeasible((Reason(Because.PAYLOAD, first.vehicle_id, text),))


def _hops(calls: Sequence[Call], surroundings: Surroundings, now_s: float) -> list[Hop] | Infeasible:
    profile, home = calls[0].job.profile, calls[0].job.pad.at
    hops: list[Hop] = []
    for start, goal in pairwise((home, *(call.at for call in calls), home)):
        found = hop(profile, surroundings, start, goal, now_s)
        if isinstance(found, NoPath):
            return Infeasible(found.reasons)
        hops.append(found)
    return hops


def _takes_s(job: Job, way: Hop) -> float:
    """A way as it is timed in a mission."""
    if way.metres_m == 0.0:
        return 0.0
    return schedule(job.profile, (Travel(way.path, job.profile.cruise_mps),), 0.0).leg_ends_at_s[-1]


def _legs(
    loaded: Sequence[Job], calls: Sequence[Call], hops: Sequence[Hop], depart_at_s: float
) -> tuple[Leg, ...]:
    profile, home = calls[0].job.profile, calls[0].job.pad.at
    legs: list[Leg] = [
        PickUp(job.parcel.parcel_id, job.parcel.mass_kg, home, profile.load_s) for job in loaded
    ]
    now_s = depart_at_s
    for call, way in zip(calls, hops, strict=False):
        if way.metres_m > 0.0:
            legs.append(Travel(way.path, profile.cruise_mps))
        now_s += _takes_s(call.job, way)
        if call.opens_at_s - now_s >= SHORTEST_WAIT_S:
            legs.append(Wait(call.opens_at_s - now_s))
        if call.act is Act.FETCH and all(isinstance(leg, PickUp) for leg in legs):
            legs.append(Wait(0.0))  # it lies beside the hub: that is on the way, and no loading
        now_s = max(now_s, call.opens_at_s) + profile.handover_s
        legs.append(_service(call))
    if hops[-1].metres_m > 0.0:
        legs.append(Travel(hops[-1].path, profile.cruise_mps))
    return (*legs, Dock(home))


def _service(call: Call) -> Leg:
    parcel, profile = call.job.parcel, call.job.profile
    if call.act is Act.FETCH:
        return PickUp(parcel.parcel_id, parcel.mass_kg, call.at, profile.handover_s)
    return DropOff(parcel.parcel_id, parcel.mass_kg, call.at, profile.handover_s, profile.handover)
