"""The way home from anywhere, for a mission that was given up: planned and verified like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geofences.airways.relief import as_flown, grounded
from geofences.fences.bounds import broken
from geofences.path import NoPath, TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, distance_m
from geofences.reason import Because, Reason
from geofences.verifying.heights import is_uneven
from geofences.zone import Medium
from orchestrator.operations.planning.draft import find_way, layers
from orchestrator.operations.planning.fence import fence_of
from orchestrator.operations.planning.own_return import ground_on_return, zones_on_return
from orchestrator.operations.planning.surroundings import OwnReturnRule, Surroundings
from orchestrator.operations.planning.ways import Window
from orchestrator.operations.watching.grounding import home_amsl_m
from orchestrator.operations.watching.sight import Sight
from orchestrator.traffic.intent import OperationalIntent
from orchestrator.traffic.reservations import Reservation, first_clash
from vehicles.energy import mission_energy_wh
from vehicles.mission import Dock, Mission, MissionId, Travel, VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

_HOMEWARD_BIT = 1 << 31
_SURELY_HOME_S = 900.0
_PREPARE_S = 5.0
_HOVERS_S = 300.0


def homeward_id(mission_id: MissionId) -> MissionId:
    """The id of the way home from a mission: no planned mission has it, so the two are never confused."""
    return MissionId(mission_id ^ _HOMEWARD_BIT)


@dataclass(frozen=True, slots=True)
class WayHome:
    """A verified way to a landing, the energy it takes, and the air that it takes if it is flown."""

    plan: VehiclePlan
    energy_wh: float
    intent: OperationalIntent | None


def plan_home(
    look: Sight, mission_id: MissionId, surroundings: Surroundings, others: Sequence[Reservation] = ()
) -> WayHome | tuple[Reason, ...]:
    """A verified way from where the vehicle is to its own pad; or the reasons why there is none.

    Aircraft go home at the height they have, at least at their lowest cruise height; at another where they
    would meet what `others` hold. If they would at each, home comes first, and others go around
    (`watching.strays`). A parcel that is aboard stays aboard. One that came to rest nearer to a wall than
    plans keep leaves by less than that, but never less than its own size and error. Where no way leads home,
    an aircraft goes to the place to land besides (`Surroundings.rally`) that takes least energy to reach, if
    its battery is enough for one.
    """
    pad, profile = look.vehicle.pad.at, look.vehicle.profile
    home = _clear_way(look, mission_id, surroundings, pad, others)
    if not isinstance(home, WayHome):  # stopped beside a wall: with its own size and error it may still leave
        close = replace(surroundings, margins=replace(surroundings.margins, lateral_m=0.0))
        beside = _clear_way(look, mission_id, close, pad, others)
        home = beside if isinstance(beside, WayHome) else home
    if isinstance(home, WayHome) or profile.medium is not Medium.AIR:
        return home
    besides = (_clear_way(look, mission_id, surroundings, place.at, others) for place in surroundings.rally)
    left_wh = look.seen.battery_frac * profile.battery_wh
    within = [way for way in besides if isinstance(way, WayHome) and way.energy_wh <= left_wh]
    return min(within, key=lambda way: way.energy_wh, default=home)


def plan_from_the_ground(
    look: Sight, mission_id: MissionId, surroundings: Surroundings, others: Sequence[Reservation]
) -> WayHome | tuple[Reason, ...]:
    """The same for one that stands switched off, to its pad only; or every reason why it must stay there.

    It hangs in no air, so nobody makes room for it, and the reserve of its battery is not to be touched. Over
    uneven ground an aircraft that takes off elsewhere tells its heights from there (PX4): it is fetched.
    """
    profile, name = look.vehicle.profile, look.vehicle.vehicle_id
    home = plan_home(look, mission_id, replace(surroundings, rally=()), others)
    if not isinstance(home, WayHome):
        return home
    against: list[Reason] = []
    if profile.medium is Medium.AIR:
        if is_uneven(surroundings.airspace.ground):
            text = "Over uneven ground it would take its heights from where it stands: have it fetched."
            against.append(Reason(Because.TERRAIN, name, text))
        if surroundings.own_return is not OwnReturnRule.ANY:
            against += closed_from(look, surroundings)
    if not _clear(home, others):
        against.append(Reason(Because.TRAFFIC, name, "Others hold the air of its way home: ask again later."))
    left_frac = look.seen.battery_frac - home.energy_wh / profile.battery_wh
    if left_frac < profile.reserve_frac:
        text = f"It would be home with {max(0.0, left_frac):.0%} of its battery: have it fetched."
        against.append(Reason(Because.ENERGY, name, text))
    return tuple(against) or home


def _clear_way(
    look: Sight,
    mission_id: MissionId,
    surroundings: Surroundings,
    to: Waypoint,
    others: Sequence[Reservation],
) -> WayHome | tuple[Reason, ...]:
    """At the height it has where that is free, else at the first that is; at its own where none is."""
    profile = look.vehicle.profile
    own_m = min(profile.max_cruise_height_agl_m, max(profile.min_cruise_height_agl_m, look.here.height_agl_m))
    first = _plan_to(look, mission_id, surroundings, to, own_m)
    if not isinstance(first, WayHome) or _clear(first, others):
        return first
    for height_m in layers(profile, surroundings):
        way = _plan_to(look, mission_id, surroundings, to, height_m)
        if isinstance(way, WayHome) and _clear(way, others):
            return way
    return first


def _clear(way: WayHome, others: Sequence[Reservation]) -> bool:
    return way.intent is None or first_clash(way.intent, others) is None


def _plan_to(
    look: Sight, mission_id: MissionId, surroundings: Surroundings, to: Waypoint, height_m: float
) -> WayHome | tuple[Reason, ...]:
    profile, start = look.vehicle.profile, look.here
    depart_at_s = look.now_s + _PREPARE_S
    window = Window(depart_at_s, depart_at_s + _SURELY_HOME_S + _driving_s(profile, start, to))
    flies = profile.medium is Medium.AIR
    if not flies:
        start = Waypoint(start.position)
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
    energy_wh = mission_energy_wh(profile, legs, surroundings.air_for(profile))
    if not flies:
        return WayHome(VehiclePlan(mission), energy_wh, None)
    home_m = home_amsl_m(look.seen, look.vehicle, surroundings)
    plan = fence_of(timed, surroundings).around(mission, (path.waypoints[-1],), home_m)
    plan = _without_home_fenced_out(plan, look.vehicle.pad.at.position)
    return WayHome(plan, energy_wh, surroundings.volumes.around(timed, profile))


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


def returning(look: Sight, surroundings: Surroundings) -> OperationalIntent:
    """The air of the autopilot's own return: a straight line to its pad, at any height that it may be at."""
    profile, pad = look.vehicle.profile, look.vehicle.pad.at
    upright_s = profile.max_cruise_height_agl_m * (1.0 / profile.climb_mps + 1.0 / profile.descend_mps)
    there_s = look.now_s + upright_s + distance_m(look.here.position, pad.position) / profile.cruise_mps
    above = Waypoint(pad.position, look.here.height_agl_m, look.here.ground_amsl_m)
    timed = TimedPath((TimedPoint(look.here, look.now_s), TimedPoint(above, there_s)))
    own = surroundings.volumes.around(timed, profile)
    return replace(own, half_height_m=profile.max_cruise_height_agl_m + own.half_height_m, late_s=upright_s)


def hovering(look: Sight, surroundings: Surroundings) -> OperationalIntent:
    """The air of a vehicle that holds where it stopped, until somebody helps."""
    still = TimedPath((TimedPoint(look.here, look.now_s), TimedPoint(look.here, look.now_s + _HOVERS_S)))
    return surroundings.volumes.around(still, look.vehicle.profile)


def closed_from(look: Sight, surroundings: Surroundings) -> tuple[Reason, ...]:
    """Why the vehicle's autopilot may not be asked for its own return from here; empty where it may.

    Where it does not tell its height, every one that it may have counts. A ground vehicle's is a straight
    line over roads and through walls, which is never asked for.
    """
    profile = look.vehicle.profile
    if profile.medium is Medium.SIDEWALK:
        text = "Its autopilot's own return is a straight line, not a footpath."
        return (Reason(Because.NO_FOOTPATH, look.vehicle.vehicle_id, text),)
    way = grounded((look.here, look.vehicle.pad.at), surroundings.airspace.ground)
    own = look.seen.own_return
    met = zones_on_return(way, profile, surroundings, look.now_s, look.now_s + _PREPARE_S, own=own)
    hill = ground_on_return(way, profile, surroundings, own)
    return tuple(dict.fromkeys(reason for reason in (*met, hill) if reason is not None))


def _driving_s(profile: VehicleProfile, start: Waypoint, pad: Waypoint) -> float:
    return 2.0 * distance_m(start.position, pad.position) / profile.cruise_mps
