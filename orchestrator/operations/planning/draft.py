"""The part of a plan that does not depend on traffic: legs along known ways, durations, energy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import assert_never

from geofences.airways.layer_costs import Flight
from geofences.free_space import SLAB_M, find_path
from geofences.path import NoPath, Path, TimedPath, Waypoint
from geofences.position import distance_m
from geofences.reason import Because, Reason
from geofences.verifying.heights import is_uneven
from geofences.zone import Medium
from orchestrator.operations.planning.own_return import ground_on_return, zones_on_return
from orchestrator.operations.planning.surroundings import OwnReturnRule, Surroundings
from orchestrator.operations.planning.turning import with_room_to_turn
from orchestrator.operations.planning.ways import Window
from orchestrator.orders.carriage import unfit
from orchestrator.orders.order import DropOffPlace, Pad, Parcel, PickUpPlace
from vehicles.cargo import Skill
from vehicles.energy import mission_energy_wh
from vehicles.flight_cost import FlightCost
from vehicles.lift import lift_refusals
from vehicles.mission import Dock, DropOff, Leg, PickUp, Travel, VehicleId
from vehicles.own_return import OwnReturn
from vehicles.profile import Airframe, VehicleProfile
from vehicles.schedule import Schedule, schedule

LAYER_STEP_M = 15.0
"""Height between cruise layers: two flights in neighbouring layers never meet at cruise."""

_DETOUR = 1.8
"""A way is taken to be at most this much longer than the straight line when its window is chosen."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be planned: one parcel, by one vehicle, from its pad to a place and back.

    `battery_frac` is what the battery holds now, a share of the full one; `skills` what the hand-over needs,
    which is not begun before `earliest_at_s`. With a `pick_up` the parcel is fetched there on the way. `own`
    is how the vehicle returns by itself; None where it does not tell.
    """

    vehicle_id: VehicleId
    profile: VehicleProfile
    pad: Pad
    parcel: Parcel
    place: DropOffPlace
    battery_frac: float
    skills: tuple[Skill, ...] = ()
    earliest_at_s: float | None = None
    pick_up: PickUpPlace | None = None
    own: OwnReturn | None = None


@dataclass(frozen=True, slots=True)
class Infeasible:
    """No plan, and why: at least one reason."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A mission's legs with what they take, timed from departure (take-off or driving off) at 0 s."""

    legs: tuple[Leg, ...]
    timed: TimedPath
    handover_after_s: float
    end_after_s: float
    distance_m: float
    energy_wh: float

    def timed_from(self, depart_at_s: float) -> TimedPath:
        """The same path, departing at `depart_at_s` (fleet time, UTC seconds)."""
        return self.timed.shifted(depart_at_s)


def drafts(job: Job, surroundings: Surroundings, depart_at_s: float) -> tuple[Draft, ...] | Infeasible:
    """Every draft that the vehicle can do on its battery as it is now: one for each cruise layer.

    Infeasible with what the kind cannot carry, weather, medium, place, way or energy as the reason, the first
    that applies.
    """
    window = _window(job, depart_at_s)
    ways = surroundings.ways
    epoch = ways.epoch(surroundings.airspace, job.profile.medium, window)
    key = (job.profile.name, job.pad.at, job.place, job.parcel, job.skills, job.pick_up, job.own, epoch)
    found = ways.recall(key, lambda: _possible(job, surroundings, window.widened()))
    if isinstance(found, Infeasible):
        return found
    affordable = tuple(draft for draft in found if draft.energy_wh <= usable_wh(job))
    return affordable or Infeasible((_energy_reason(job, min(draft.energy_wh for draft in found)),))


def _possible(job: Job, surroundings: Surroundings, window: Window) -> tuple[Draft, ...] | Infeasible:
    """Drafts for any vehicle of this profile on this pad, whatever its battery holds."""
    refusals = _refusals(job, surroundings, window)
    if refusals:
        return Infeasible(refusals)
    found: list[Draft] = []
    walls: list[Reason] = []
    for height_m in layers(job.profile, surroundings):
        draft = _draft(job, surroundings, height_m, window)
        if isinstance(draft, Draft):
            found.append(draft)
        else:
            walls += [reason for reason in draft.reasons if reason not in walls]
    cheapest = _cheapest(job, surroundings, window) if found and surroundings.aloft is not None else None
    return tuple(found if cheapest is None else (*found, cheapest)) if found else Infeasible(tuple(walls))


def _cheapest(job: Job, surroundings: Surroundings, window: Window) -> Draft | None:
    """Out by one height and back by another, or changing it on the way: what the wind aloft makes cheapest.

    By the same search as `sanderling path` (`geofences.airways.layers`). None for a VTOL, whose turns need
    room, and where what is cheapest leaves no free return.
    """
    from geofences.airways.layers import candidates  # noqa: PLC0415 - it imports numba, which takes a moment

    profile, margins = job.profile, surroundings.margins_for(job.profile)
    if profile.airframe is Airframe.VTOL:
        return None
    drop = Waypoint(job.place.position, profile.handover_height_agl_m)
    flight = Flight(layers(profile, surroundings), window.from_s, window.until_s, margins)
    ways: list[Path] = []
    for start, goal, kg in ((job.pad.at, drop, job.parcel.mass_kg), (drop, job.pad.at, 0.0)):
        costs = FlightCost(profile, kg, surroundings.air_for(profile))
        found = candidates(surroundings.airspace, start, goal, flight, costs)
        if isinstance(found, NoPath):
            return None
        loaded = replace(profile, mass_kg=profile.mass_kg + kg)
        air = surroundings.air_for(profile)
        ways.append(
            min(found, key=lambda one: mission_energy_wh(loaded, (Travel(one, profile.cruise_mps),), air))
        )
    draft = drafted(job, surroundings, ways[0], ways[1], window)
    return draft if isinstance(draft, Draft) else None


def usable_wh(job: Job) -> float:
    """Watt-hours a plan may use: what the battery holds now, less the reserve that no plan touches."""
    return (job.battery_frac - job.profile.reserve_frac) * job.profile.battery_wh


def _refusals(job: Job, surroundings: Surroundings, window: Window) -> tuple[Reason, ...]:
    against = unfit(job.profile, job.parcel, job.skills)
    if job.pick_up is not None and not job.profile.ridden:
        text = f"A {job.profile.name} fetches nothing away from its hub: nobody there loads it."
        against = (*against, Reason(Because.MEDIUM, job.profile.name, text))
    return against or surroundings.refusals(job.place, job.profile, window.from_s, window.until_s)


def layers(profile: VehicleProfile, surroundings: Surroundings) -> tuple[float, ...]:
    """The least height above ground of each; over uneven ground a flight in it may be `SLAB_M` higher."""
    if profile.medium is not Medium.AIR:
        return (0.0,)
    uneven = is_uneven(surroundings.airspace.ground)
    highest = profile.max_cruise_height_agl_m - (SLAB_M if uneven else 0.0)
    lowest = min(profile.min_cruise_height_agl_m, highest)
    heights = (lowest + i * LAYER_STEP_M for i in range(int((highest - lowest) / LAYER_STEP_M) + 1))
    return tuple(h for h in heights if surroundings.strongest_mps(profile, h) <= profile.max_wind_mps)


def _window(job: Job, depart_at_s: float) -> Window:
    """From departure until the vehicle is surely back: zones that bind within it are planned around."""
    out_s = distance_m(job.pad.at.position, job.place.position) * _DETOUR / job.profile.cruise_mps
    vertical_s = 0.0
    if job.profile.medium is Medium.AIR:
        rates = 1.0 / job.profile.climb_mps + 1.0 / job.profile.descend_mps
        vertical_s = 2.0 * job.profile.max_cruise_height_agl_m * rates
    return Window(depart_at_s, depart_at_s + 2.0 * out_s + vertical_s + job.profile.handover_s)


def _draft(job: Job, surroundings: Surroundings, height_m: float, window: Window) -> Draft | NoPath:
    """Of the ways, which are the same for every parcel that goes there, what this one makes."""
    ways, profile = surroundings.ways, job.profile
    drop = Waypoint(job.place.position, profile.handover_height_agl_m)
    epoch = ways.epoch(surroundings.airspace, profile.medium, window)
    key = ("trip", profile.name, job.pad.at, drop, height_m, job.own, epoch)
    trip = ways.recall(key, lambda: _trip(job, surroundings, drop, height_m, window))
    return trip if isinstance(trip, NoPath) else _loaded(job, surroundings, *trip)


def _trip(
    job: Job, surroundings: Surroundings, drop: Waypoint, height_m: float, window: Window
) -> tuple[Path, Path, Schedule] | NoPath:
    """Ways out and back with their times; or what bars them, or leaves no free return from them."""
    out = find_way(job.profile, surroundings, job.pad.at, drop, height_m=height_m, window=window)
    if isinstance(out, NoPath):
        return out
    if job.profile.medium is Medium.SIDEWALK:  # footpaths lead both ways, and no other is shorter
        back: Path | NoPath = Path(out.waypoints[::-1], out.avoided)
    else:
        back = find_way(job.profile, surroundings, drop, job.pad.at, height_m=height_m, window=window)
    if isinstance(back, NoPath):
        return back
    closed = _closed_return((*out.waypoints, *back.waypoints), job, surroundings, window)
    if closed is not None:
        return NoPath((closed,))
    return out, back, schedule(job.profile, mission_legs(job, out, back), 0.0)


def drafted(job: Job, surroundings: Surroundings, out: Path, back: Path, window: Window) -> Draft | NoPath:
    """A draft that goes out and back by these ways; or what leaves no free return from them, or no lift."""
    closed = _closed_return((*out.waypoints, *back.waypoints), job, surroundings, window)
    if closed is not None:
        return NoPath((closed,))
    timing = schedule(job.profile, mission_legs(job, out, back), 0.0)
    return _loaded(job, surroundings, out, back, timing)


def _loaded(job: Job, surroundings: Surroundings, out: Path, back: Path, timing: Schedule) -> Draft | NoPath:
    legs, air = mission_legs(job, out, back), surroundings.air_for(job.profile)
    if thin := lift_refusals(job.profile, legs, air):
        return NoPath(thin)
    return Draft(
        legs=legs,
        timed=timing.timed,
        handover_after_s=timing.leg_ends_at_s[2],
        end_after_s=timing.leg_ends_at_s[-1],
        distance_m=out.length_m + back.length_m,
        energy_wh=mission_energy_wh(job.profile, legs, air, timing),
    )


def _closed_return(
    way: Sequence[Waypoint], job: Job, surroundings: Surroundings, window: Window
) -> Reason | None:
    """What leaves an aircraft no height for a return by itself from anywhere on the way: a hill, a zone."""
    profile, own = job.profile, job.own
    if profile.medium is not Medium.AIR or surroundings.own_return is OwnReturnRule.ANY:
        return None
    hill = ground_on_return(way, profile, surroundings, own)
    if hill is not None:
        return hill
    met = zones_on_return(way, profile, surroundings, window.from_s, window.until_s, own=own)
    return met[0] if all(met) else None


def mission_legs(job: Job, out: Path, back: Path) -> tuple[Leg, ...]:
    """What a job is, in legs, by a way out and a way back."""
    profile, parcel = job.profile, job.parcel
    flies = profile.medium is Medium.AIR
    pad = out.waypoints[0] if flies else job.pad.at  # which of the two knows its ground
    return (
        PickUp(parcel.parcel_id, parcel.mass_kg, pad, profile.load_s),
        Travel(out, profile.cruise_mps),
        DropOff(parcel.parcel_id, parcel.mass_kg, out.waypoints[-1], profile.handover_s, profile.handover),
        Travel(back, profile.cruise_mps),
        Dock(back.waypoints[-1] if flies else pad),
    )


def find_way(
    profile: VehicleProfile,
    surroundings: Surroundings,
    start: Waypoint,
    goal: Waypoint,
    *,
    height_m: float,
    window: Window,
) -> Path | NoPath:
    """A way for the vehicle kind: through the air at cruise height `height_m` above ground, or on foot."""
    margins = surroundings.margins_for(profile)
    match profile.medium:
        case Medium.AIR:
            if is_uneven(surroundings.airspace.ground):
                height_m = min(height_m, profile.max_cruise_height_agl_m - SLAB_M)
            find = partial(
                find_path,
                surroundings.airspace,
                start,
                goal,
                cruise_height_agl_m=height_m,
                from_s=window.from_s,
                until_s=window.until_s,
            )
            return with_room_to_turn(
                lambda kept: find(margins=kept), profile, surroundings.airspace, margins, window.from_s
            )
        case Medium.SIDEWALK:
            return surroundings.footpaths.route(
                start.position, goal.position, surroundings.airspace, window.from_s, window.until_s, margins
            )
    assert_never(profile.medium)


def _energy_reason(job: Job, needed_wh: float) -> Reason:
    full_wh = job.profile.battery_wh
    text = (
        f"Needs {needed_wh / full_wh:.1%} of the battery of {job.vehicle_id}, which may use"
        f" {max(0.0, usable_wh(job)) / full_wh:.1%} {'when full' if job.battery_frac >= 1.0 else 'now'}"
        f" (reserve {job.profile.reserve_frac:.0%})."
    )
    return Reason(Because.ENERGY, job.vehicle_id, text)
