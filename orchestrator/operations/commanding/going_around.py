"""The rest of a mission by another way, from where its vehicle was stopped: planned, reserved, verified.

What is left is what was agreed: the same stops in the same order, but for those of orders that were
taken back meanwhile, and home to its own pad. A flight may change its height for that: of the layers that are
free of other flights the soonest hand-over counts, then the least energy. It starts at once, for it hangs in
the air: where it cannot without meeting another, or the battery has not enough for it with the reserve, there
is no such way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from geofences.path import NoPath, Path, Waypoint
from geofences.position import distance_m
from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.operations.dispatching.commit import next_mission_id
from orchestrator.operations.planning.draft import Infeasible, find_way, layers
from orchestrator.operations.planning.held import reservations
from orchestrator.operations.planning.surroundings import Surroundings, Volumes
from orchestrator.operations.planning.ways import Window
from orchestrator.operations.verifying.preflight import verify_in
from orchestrator.operations.watching.sight import Sight
from orchestrator.record.events import MissionPlanned
from orchestrator.record.state import FleetState, MissionState
from orchestrator.record.taken_back import withheld
from orchestrator.traffic.reservations import first_clash
from vehicles.energy import mission_energy_wh
from vehicles.mission import Dock, DropOff, Leg, Mission, MissionId, ParcelId, PickUp, Travel
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

LOADING_S = 6.0
"""From now until the vehicle holds the changed plan and goes on."""

_Stop = PickUp | DropOff | Dock

_DETOUR = 3.0
"""So much longer than the straight lines the rest may be at most, when its window is chosen."""


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is left of a mission, by one way."""

    legs: tuple[Leg, ...]
    metres_m: float
    energy_wh: float


def may_go_around(mission: MissionState) -> bool:
    """Whether a hand-over is still ahead, and the vehicle is on its way there: not in the midst of one."""
    left = _ahead(mission)
    if not left or isinstance(left[0], PickUp | DropOff | Dock):
        return False
    return any(isinstance(leg, DropOff) and leg.parcel_id not in mission.missed for leg in left)


def plan_around(
    look: Sight, mission: MissionState, state: FleetState, surroundings: Surroundings
) -> MissionPlanned | Infeasible:
    """The rest of the mission from where its vehicle is; or why it cannot go on."""
    vehicle = look.vehicle
    depart_at_s = look.now_s + LOADING_S
    others = reservations(state, look.now_s, without=vehicle.vehicle_id)
    mission_id = next_mission_id(state, look.now_s)
    against: list[Reason] = []
    found: list[MissionPlanned] = []
    for rest in _rests(look, mission, surroundings, depart_at_s, withheld(state, mission)):
        if isinstance(rest, NoPath):
            against += [reason for reason in rest.reasons if reason not in against]
            continue
        planned = _planned(
            rest,
            mission,
            mission_id,
            vehicle.profile,
            widths=surroundings.volumes,
            depart_at_s=depart_at_s,
        )
        clash = None if planned.intent is None else first_clash(planned.intent, others)
        if clash is not None:
            text = f"Would meet {clash.vehicle_id} on its way around."
            met = Reason(Because.TRAFFIC, clash.vehicle_id, text)
            against += [met] if met not in against else []
            continue
        reasons = verify_in(state, planned, vehicle, look.seen, surroundings)
        if reasons:
            against += [reason for reason in reasons if reason not in against]
            continue
        found.append(planned)
    return min(found, key=lambda one: (one.handover_at_s, one.energy_wh), default=Infeasible(tuple(against)))


def _rests(
    look: Sight,
    mission: MissionState,
    surroundings: Surroundings,
    depart_at_s: float,
    without: Collection[ParcelId],
) -> Iterator[_Rest | NoPath]:
    """One for each height, the one that it has first."""
    profile = look.vehicle.profile
    start = look.here if profile.medium is Medium.AIR else Waypoint(look.here.position)
    stops = _stops(mission, look.vehicle.pad.at, {*without, *mission.missed})
    until_s, early_s = depart_at_s + _longest_s(profile, start, stops), surroundings.volumes.early_s
    for height_m in layers(profile, surroundings):
        legs: list[Leg] = []
        here, metres_m, soonest_s = start, 0.0, depart_at_s
        for stop in stops:
            at = stop.at
            find = partial(find_way, profile, surroundings, here, at, height_m=height_m)
            way = find(window=Window(soonest_s - early_s, until_s))
            there_s = soonest_s + distance_m(here.position, at.position) / profile.cruise_mps
            if isinstance(way, NoPath):  # what closes it may be over when it is there: the verifier tells
                way = find(window=Window(there_s - early_s, until_s))
            if isinstance(way, NoPath):
                yield way
                break
            legs += [Travel(way, profile.cruise_mps), _at_end_of(stop, way, profile)]
            metres_m += way.length_m
            here = way.waypoints[-1] if profile.medium is Medium.AIR else at
            soonest_s = there_s + (0.0 if isinstance(stop, Dock) else stop.service_s)
        else:
            rest = tuple(legs)
            yield _Rest(rest, metres_m, mission_energy_wh(profile, rest, surroundings.air_for(profile)))


def _ahead(mission: MissionState) -> Sequence[Leg]:
    """The legs still to be done. Loading is over once it is under way, whether or not that was noted yet."""
    loaded = len(mission.plan.mission.loads)
    return mission.plan.mission.legs[max(mission.legs_done, loaded) :]


def _stops(mission: MissionState, pad: Waypoint, without: Collection[ParcelId]) -> Sequence[_Stop]:
    wanted = (
        leg for leg in _ahead(mission) if isinstance(leg, PickUp | DropOff) and leg.parcel_id not in without
    )
    return (*wanted, Dock(pad))


def _at_end_of(stop: _Stop, way: Path, profile: VehicleProfile) -> _Stop:
    """The stop where the way leads to it: an aircraft's way knows its ground."""
    if profile.medium is not Medium.AIR or isinstance(stop, PickUp | DropOff):
        return stop
    return Dock(way.waypoints[-1])


def _longest_s(profile: VehicleProfile, start: Waypoint, stops: Sequence[_Stop]) -> float:
    places = [start.position, *(stop.at.position for stop in stops)]
    straight_m = sum(distance_m(a, b) for a, b in pairwise(places))
    upright_s = 0.0
    if profile.medium is Medium.AIR:
        rates = 1.0 / profile.climb_mps + 1.0 / profile.descend_mps
        upright_s = 2.0 * profile.max_cruise_height_agl_m * rates
    service_s = sum(stop.service_s for stop in stops if isinstance(stop, PickUp | DropOff))
    return _DETOUR * straight_m / profile.cruise_mps + upright_s + service_s


def _planned(
    rest: _Rest,
    mission: MissionState,
    mission_id: MissionId,
    profile: VehicleProfile,
    *,
    widths: Volumes,
    depart_at_s: float,
) -> MissionPlanned:
    timing = schedule(profile, rest.legs, depart_at_s)
    ends = zip(rest.legs, timing.leg_ends_at_s, strict=True)
    given_at_s = [end_s for leg, end_s in ends if isinstance(leg, DropOff)]
    first = next(leg for leg in rest.legs if isinstance(leg, DropOff))
    flies = profile.medium is Medium.AIR
    return MissionPlanned(
        mission=Mission(mission_id, mission.plan.mission.vehicle_id, rest.legs),
        parcel_id=first.parcel_id,
        intent=widths.around(timing.timed, profile) if flies else None,
        depart_at_s=depart_at_s,
        handover_at_s=given_at_s[0],
        end_at_s=timing.leg_ends_at_s[-1],
        distance_m=rest.metres_m,
        energy_wh=rest.energy_wh,
        quotes=(),
        further_after_s=tuple(at_s - given_at_s[0] for at_s in given_at_s[1:]),
    )
