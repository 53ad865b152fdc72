"""Whether what a vehicle says of its progress fits where it was: no number alone hands a parcel over.

A stop counts when the vehicle can have been there: between two believed fixes, a look or a long silence
apart, there was the time to fly there and on. Late words are no lies: a stop that was reached stays so.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import Any

from geofences.path import Waypoint
from geofences.position import distance_m
from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.operations.watching.sight import Sight
from orchestrator.operations.watching.watch import Fix, Watch
from orchestrator.operations.watching.whereabouts import fastest_mps
from orchestrator.record.events import CustodyDoubted, Event, VehicleFaulted
from orchestrator.record.state import MOVING, MissionState
from vehicles.mission import DropOff, Leg, PickUp, Travel

_BESIDE_M = 25.0
"""So far beside its stop a vehicle may be by what it tells: its error, and a fix that is a second old."""

_ABOVE_M = 15.0
_BRAKES_MPS = 5.0
_A_LOOK_S = 5.0
_SETTLE_S = 3.0


def believed_legs(look: Sight, mission: MissionState) -> int:
    """How many legs are done by what the vehicle says, up to the first stop that it cannot have been at."""
    claimed, reached = _claimed(look, mission), look.watch.legs_reached
    if claimed <= reached or look.vehicle.profile.ridden:
        return claimed
    legs = mission.plan.mission.legs
    while reached > mission.legs_done and isinstance(legs[reached - 1], Travel):
        reached -= 1  # nor can it have come there
    return reached


def progress_noted(watch: Watch, look: Sight, mission: MissionState) -> dict[str, Any]:
    """What of the session's memory tells of its stops; `watch` has the believed fix before this look's."""
    reached = _reached(watch, look, mission)
    claims = _claimed(look, mission) > reached or bool(_contradictions(look))
    since_s = watch.unfit_since_s if watch.unfit_since_s is not None else look.now_s
    return {"legs_reached": reached, "unfit_since_s": since_s if claims else None}


def contradicted(look: Sight, mission: MissionState) -> tuple[Event, ...]:
    """What it says and cannot be, once that lasts: a fault, and a parcel's custody that is in doubt."""
    since_s, name = look.watch.unfit_since_s, look.vehicle.vehicle_id
    if mission.phase not in MOVING or since_s is None or look.now_s - since_s < _SETTLE_S:
        return ()
    known = {reason.subject for reason in look.vehicle.fault}
    news = tuple(reason for reason in _contradictions(look) if reason.subject not in known)
    if news:
        return (VehicleFaulted(name, (*look.vehicle.fault, *news)),)
    legs, reached = mission.plan.mission.legs, look.watch.legs_reached
    if _claimed(look, mission) <= reached or not look.placed or look.vehicle.profile.ridden:
        return ()
    stop = legs[reached]
    if not isinstance(stop, DropOff) or stop.parcel_id not in look.vehicle.aboard:
        return ()
    if look.state.parcels[stop.parcel_id].doubt is not None:
        return ()  # a person's word that it is aboard stands against the vehicle's
    away_m = distance_m(look.seen.position, _place(legs, reached).position)
    text = f"{name} says that it has handed {stop.parcel_id} over, yet it is {away_m:.0f} m from the door."
    reason = Reason(Because.AUTOPILOT, name, text)
    return (CustodyDoubted(name, stop.parcel_id, look.seen.position, (reason,)),)


def _claimed(look: Sight, mission: MissionState) -> int:
    ours = look.seen.progress.mission_id == mission.plan.mission.mission_id
    return min(look.seen.progress.legs_done, len(mission.plan.mission.legs)) if ours else 0


def _contradictions(look: Sight) -> tuple[Reason, ...]:
    """What it says that cannot be; each has a subject of its own, so that it is told once."""
    seen, name, found = look.seen, look.vehicle.vehicle_id, list[Reason]()
    if seen.progress.odd_item is not None:
        text = f"{name} says that it is at item {seen.progress.odd_item}, which its mission does not have."
        found.append(Reason(Because.AUTOPILOT, "item of its mission", text))
    if look.belies_ground:
        stands = "is switched off" if not seen.armed else "stands on the ground"
        speed_mps = hypot(seen.north_mps, seen.east_mps, seen.down_mps)
        text = (
            f"{name} says that it {stands}, yet it is {seen.height_agl_m:.0f} m above the ground and moves at"
            f" {speed_mps:.0f} m/s: it is taken to be flying."
        )
        found.append(Reason(Because.AUTOPILOT, "on the ground or not", text))
    return tuple(found)


def _reached(watch: Watch, look: Sight, mission: MissionState) -> int:
    """How many legs, in order, end at the latest where it can have been by now, at a stop or on the way."""
    legs, profile, seen = mission.plan.mission.legs, look.vehicle.profile, look.seen
    reached = max(watch.legs_reached, len(mission.plan.mission.loads))
    first = next((leg.path.waypoints[0] for leg in legs if isinstance(leg, Travel)), look.vehicle.pad.at)
    started = Fix(first.position, first.height_agl_m, mission.started_at_s or seen.placed_at_s)
    before, here = watch.fix or started, Fix(seen.position, seen.height_agl_m, seen.placed_at_s)
    while reached < len(legs):
        if isinstance(legs[reached], PickUp | DropOff):
            place = _place(legs, reached)
            if not profile.ridden and not _can_have_been(before, place, here, look):
                break
            on_s = distance_m(before.position, place.position) / fastest_mps(profile)
            before = Fix(place.position, place.height_agl_m, min(before.at_s + on_s, here.at_s))
        reached += 1
    return reached


def _can_have_been(before: Fix, place: Waypoint, here: Fix, look: Sight) -> bool:
    profile, within_s = look.vehicle.profile, here.at_s - before.at_s
    speed_mps = fastest_mps(profile)
    if within_s <= _A_LOOK_S:  # as fast as it says
        speed_mps = min(speed_mps, hypot(look.seen.north_mps, look.seen.east_mps) + _BRAKES_MPS)
    way_m = distance_m(before.position, place.position) + distance_m(place.position, here.position)
    if way_m > 2.0 * _BESIDE_M + speed_mps * within_s:
        return False
    if profile.medium is not Medium.AIR:
        return True
    above_m = sum(max(0.0, fix.height_agl_m - place.height_agl_m) for fix in (before, here))
    return above_m <= 2.0 * _ABOVE_M + 1.5 * max(profile.climb_mps, profile.descend_mps) * within_s


def _place(legs: Sequence[Leg], number: int) -> Waypoint:
    """Where a vehicle is at a stop: at the end of its way there, which is not always at the door."""
    stop = legs[number]
    assert isinstance(stop, PickUp | DropOff)  # noqa: S101 - of those only it is asked
    ways = [leg for leg in legs[:number] if isinstance(leg, Travel)]
    return ways[-1].path.waypoints[-1] if ways else stop.at
