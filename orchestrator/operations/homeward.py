"""The way home from anywhere, for a mission that was given up: planned and verified like any other."""

from __future__ import annotations

from dataclasses import dataclass, replace

from geofences.bounds import broken
from geofences.path import NoPath, Waypoint
from geofences.position import GeoPoint, distance_m
from geofences.reason import Because, Reason
from geofences.relief import as_flown, grounded
from geofences.zone import Medium
from orchestrator.operations.draft import find_way
from orchestrator.operations.fence import fence_of
from orchestrator.operations.grounding import home_amsl_m
from orchestrator.operations.own_return import ground_on_return, zones_on_return
from orchestrator.operations.sight import Sight
from orchestrator.operations.surroundings import Surroundings
from orchestrator.operations.ways import Window
from vehicles.energy import mission_energy_wh
from vehicles.mission import Dock, Mission, MissionId, Travel, VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

_HOMEWARD_BIT = 1 << 31
_SURELY_HOME_S = 900.0
_PREPARE_S = 5.0


def homeward_id(mission_id: MissionId) -> MissionId:
    """The id of the way home from a mission: no planned mission has it, so the two are never confused."""
    return MissionId(mission_id ^ _HOMEWARD_BIT)


def plan_home(
    look: Sight, mission_id: MissionId, surroundings: Surroundings
) -> VehiclePlan | tuple[Reason, ...]:
    """A verified plan from where the vehicle is to its own pad; or the reasons why there is none.

    Aircraft go home at the height they have, at least at their lowest cruise height. A parcel that is
    aboard stays aboard. One that came to rest nearer to a wall than plans keep leaves by less than that, but
    never less than its own size and error. Where no way leads home, an aircraft goes to the place to land
    besides (`Surroundings.rally`) that takes least energy to reach, if its battery is enough for one.
    """
    home = _plan_to(look, mission_id, surroundings, look.vehicle.pad.at)
    if not isinstance(home, _Way):  # stopped beside a wall: with its own size and error it may still leave
        close = replace(surroundings, margins=replace(surroundings.margins, lateral_m=0.0))
        beside = _plan_to(look, mission_id, close, look.vehicle.pad.at)
        home = beside if isinstance(beside, _Way) else home
    if isinstance(home, _Way) or look.vehicle.profile.medium is not Medium.AIR:
        return home.plan if isinstance(home, _Way) else home
    besides = (_plan_to(look, mission_id, surroundings, place.at) for place in surroundings.rally)
    left_wh = look.seen.battery_frac * look.vehicle.profile.battery_wh
    within = [way for way in besides if isinstance(way, _Way) and way.energy_wh <= left_wh]
    best = min(within, key=lambda way: way.energy_wh, default=None)
    return home if best is None else best.plan


@dataclass(frozen=True, slots=True)
class _Way:
    """A verified way to a landing, and what it takes."""

    plan: VehiclePlan
    energy_wh: float


def _plan_to(
    look: Sight, mission_id: MissionId, surroundings: Surroundings, to: Waypoint
) -> _Way | tuple[Reason, ...]:
    profile, start = look.vehicle.profile, look.here
    depart_at_s = look.now_s + _PREPARE_S
    window = Window(depart_at_s, depart_at_s + _SURELY_HOME_S + _driving_s(profile, start, to))
    flies = profile.medium is Medium.AIR
    if not flies:
        start = Waypoint(start.position)
    height_m = min(profile.max_cruise_height_agl_m, max(profile.min_cruise_height_agl_m, start.height_agl_m))
    path = find_way(profile, surroundings, start, to, height_m=height_m, window=window)
    if isinstance(path, NoPath):
        return path.reasons
    legs = (Travel(path, profile.cruise_mps), Dock(path.waypoints[-1] if flies else to))
    timed = schedule(profile, legs, depart_at_s).timed
    flown = as_flown(timed, surroundings.airspace.ground) if flies else timed
    against = surroundings.airspace.breaks(flown, profile.medium, surroundings.margins_for(profile))
    if against:
        return tuple(found.reason for found in against)
    mission = Mission(homeward_id(mission_id), look.vehicle.vehicle_id, legs)
    energy_wh = mission_energy_wh(profile, legs, surroundings.wind_for(profile))
    if not flies:
        return _Way(VehiclePlan(mission), energy_wh)
    home_m = home_amsl_m(look.seen, look.vehicle, surroundings)
    plan = fence_of(timed, surroundings).around(mission, (path.waypoints[-1],), home_m)
    return _Way(_without_home_fenced_out(plan, look.vehicle.pad.at.position), energy_wh)


def _without_home_fenced_out(plan: VehiclePlan, home: GeoPoint) -> VehiclePlan:
    """Without the keep-outs that home lies in: PX4 takes no fence with one, and this way ends elsewhere."""
    return replace(
        plan,
        keep_outs=tuple(
            one
            for one in plan.keep_outs
            if broken((home,), replace(plan, keep_outs=(one,), keep_ins=(), circles=()).bounds()) is None
        ),
        circles=tuple(
            one
            for one in plan.circles
            if broken((home,), replace(plan, keep_outs=(), keep_ins=(), circles=(one,)).bounds()) is None
        ),
    )


def closed_from(look: Sight, surroundings: Surroundings) -> tuple[Reason, ...]:
    """Why the vehicle's autopilot may not be asked for its own return from here; empty where it may.

    Nobody here knows the height it returns at, so every height that it may be counts. A ground vehicle's
    is a straight line over roads and through walls, which is never asked for.
    """
    profile = look.vehicle.profile
    if profile.medium is Medium.SIDEWALK:
        text = "Its autopilot's own return is a straight line, not a footpath."
        return (Reason(Because.NO_FOOTPATH, look.vehicle.vehicle_id, text),)
    way = grounded((look.here, look.vehicle.pad.at), surroundings.airspace.ground)
    met = zones_on_return(way, profile, surroundings, look.now_s, look.now_s + _PREPARE_S)
    hill = ground_on_return(way, profile, surroundings)
    return tuple(dict.fromkeys(reason for reason in (*met, hill) if reason is not None))


def _driving_s(profile: VehicleProfile, start: Waypoint, pad: Waypoint) -> float:
    return 2.0 * distance_m(start.position, pad.position) / profile.cruise_mps
