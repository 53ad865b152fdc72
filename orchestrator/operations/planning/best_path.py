"""The cheapest flight from one place to another: at which height, around or over what, and when; verified.

What `sanderling path` asks. The planner chooses among layers (`geofences.airways.layers`) and in time
(`geofences.airways.timely`); energy and times are those of the mission that would be flown; and nothing
leaves here that the verifier has not passed, as early and as late as it may be flown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from geofences.airspace import Airspace, Margins
from geofences.airways.layer_costs import Flight
from geofences.airways.timely import Planner, Timely, Times, Wait, cheapest
from geofences.ground.population import Density
from geofences.path import NoPath, Path, TimedPath, Waypoint
from geofences.position import LocalFrame, distance_m
from geofences.reason import Reason
from geofences.verifying.heights import between
from geofences.zone import Medium
from orchestrator.operations.planning.turning import with_room_to_turn
from vehicles import mission
from vehicles.atmosphere import Atmosphere
from vehicles.energy import mission_energy_wh
from vehicles.flight_cost import FlightCost
from vehicles.mission import Dock, Leg, Travel
from vehicles.profile import Airframe, VehicleProfile
from vehicles.schedule import schedule

HORIZON_S = 3600.0
"""A flight that may not leave later is over in an hour: the longest of our flights, with room."""
_LONGEST_DETOUR = 10.0
"""Or in the time of a way so much longer than the straight one."""


@dataclass(frozen=True, slots=True)
class Risk:
    """People on the ground, and what it is worth to keep away from them.

    `weight_wh`: so many watt-hours are spent to fly a kilometre less over 1,000 people per square kilometre.
    """

    density: Density
    weight_wh: float

    def exposure(self, path: Path, frame: LocalFrame) -> float:
        """1,000 people per square kilometre, times kilometres."""
        line = [frame.to_local(at.position) for at in path.waypoints]
        return self.density.exposure(np.array([(at.east_m, at.north_m) for at in line])) / 1e6


@dataclass(frozen=True, slots=True)
class Wish:
    """A flight that is wanted. Where it only has to be there by `latest_s`, it may leave after `depart_s`.

    Times are UTC seconds. It keeps clear of zones also when it is flown `early_s` earlier or `late_s` later.
    """

    airspace: Airspace
    profile: VehicleProfile
    margins: Margins
    start: Waypoint
    goal: Waypoint
    heights_agl_m: tuple[float, ...]
    air: Atmosphere
    depart_s: float
    latest_s: float | None = None
    early_s: float = 0.0
    late_s: float = 0.0
    risk: Risk | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A wait in the air: where, from when, how long, and for what."""

    at: Waypoint
    from_s: float
    seconds: float
    why: Reason


@dataclass(frozen=True, slots=True)
class BestPath:
    """A flight as it is flown: legs and times, energy with what waiting takes, and what it waits for."""

    path: Path
    legs: tuple[Leg, ...]
    timed: TimedPath
    energy_wh: float
    delay_s: float
    stops: tuple[Stop, ...]
    waits_for: tuple[Reason, ...]


def best_path(wish: Wish) -> BestPath | NoPath:
    """The flight of least energy; or what is in its way, every zone by name."""
    profile = wish.profile
    costs = FlightCost(profile, 0.0, wish.air)
    latest_s = wish.depart_s + _horizon_s(wish) if wish.latest_s is None else wish.latest_s
    times = Times(
        depart_s=wish.depart_s,
        latest_s=latest_s,
        may_leave_later=wish.latest_s is not None,
        early_s=wish.early_s,
        late_s=wish.late_s,
        idle_w=profile.idle_w,
        hover_w=3600.0 * costs.hover_wh(max(wish.heights_agl_m), 1.0),
    )
    planner = Planner(
        find=lambda airspace: _found(wish, airspace, costs, latest_s),
        time=lambda path: schedule(profile, _legs(profile, (path,), ()), 0.0).timed,
        wh=lambda path: _weighed_wh(wish, path),
    )
    timely = cheapest(wish.airspace, planner, times, wish.margins)
    return timely if isinstance(timely, NoPath) else _verified(wish, timely)


def _weighed_wh(wish: Wish, path: Path) -> float:
    """What is made least: energy, and risk at its weight."""
    energy_wh = mission_energy_wh(wish.profile, _legs(wish.profile, (path,), ()), wish.air)
    risk = wish.risk
    return energy_wh + (0.0 if risk is None else risk.weight_wh * risk.exposure(path, wish.airspace.frame))


def _horizon_s(wish: Wish) -> float:
    straight_s = distance_m(wish.start.position, wish.goal.position) / wish.profile.cruise_mps
    return max(HORIZON_S, _LONGEST_DETOUR * straight_s)


def _found(wish: Wish, airspace: Airspace, costs: FlightCost, latest_s: float) -> tuple[Path, ...] | NoPath:
    # They import numba, which takes a moment and much memory: not before a path is wanted.
    from geofences.airways.layers import candidates, single  # noqa: PLC0415
    from geofences.airways.quiet_layers import quiet  # noqa: PLC0415

    flight = Flight(wish.heights_agl_m, wish.depart_s - wish.early_s, latest_s + wish.late_s, wish.margins)
    if wish.profile.airframe is not Airframe.VTOL:
        found = candidates(airspace, wish.start, wish.goal, flight, costs)
        if isinstance(found, NoPath) or wish.risk is None or wish.risk.weight_wh == 0.0:
            return found
        weighing = (wish.risk.density, wish.risk.weight_wh / 1e6)
        return (*found, *quiet(airspace, (wish.start, wish.goal), flight, costs, weighing))

    def at_height(height_m: float) -> Path | NoPath:
        return with_room_to_turn(
            lambda kept: single(airspace, wish.start, wish.goal, replace(flight, margins=kept), height_m),
            wish.profile,
            airspace,
            wish.margins,
            wish.depart_s,
        )

    ways = [at_height(height_m) for height_m in wish.heights_agl_m]
    clear = tuple(way for way in ways if isinstance(way, Path))
    reasons = (reason for way in ways if isinstance(way, NoPath) for reason in way.reasons)
    return clear or NoPath(tuple(dict.fromkeys(reasons)))


def _legs(profile: VehicleProfile, pieces: Iterable[Path], waits_s: Iterable[float]) -> tuple[Leg, ...]:
    legs: list[Leg] = []
    seconds = iter(waits_s)
    for piece in pieces:
        if legs:
            legs.append(mission.Wait(next(seconds)))
        legs.append(Travel(piece, profile.cruise_mps))
    last = legs[-1]
    return (*legs, Dock(last.path.waypoints[-1])) if isinstance(last, Travel) else tuple(legs)


def _verified(wish: Wish, timely: Timely) -> BestPath | NoPath:
    profile = wish.profile
    pieces = _pieces(wish, timely.path, timely.waits)
    legs = _legs(profile, pieces, (wait.seconds for wait in timely.waits))
    timing = schedule(profile, legs, wish.depart_s + timely.delay_s)
    broken = [
        found.reason
        for shift_s in dict.fromkeys((0.0, -wish.early_s, wish.late_s))
        for found in wish.airspace.breaks(timing.timed.shifted(shift_s), Medium.AIR, wish.margins)
    ]
    if broken:
        return NoPath(tuple(dict.fromkeys(broken)))
    energy_wh = mission_energy_wh(profile, legs, wish.air) + profile.idle_w * timely.delay_s / 3600.0
    stops = tuple(
        Stop(piece.waypoints[-1], timing.leg_ends_at_s[2 * number], wait.seconds, wait.why)
        for number, (piece, wait) in enumerate(zip(pieces, timely.waits, strict=False))
    )
    whole = (*pieces[0].waypoints, *(at for piece in pieces[1:] for at in piece.waypoints[1:]))
    path = Path(whole, timely.path.avoided)
    return BestPath(path, legs, timing.timed, energy_wh, timely.delay_s, stops, timely.waits_for)


def _pieces(wish: Wish, path: Path, waits: tuple[Wait, ...]) -> tuple[Path, ...]:
    """The path cut where it waits."""
    points = schedule(wish.profile, _legs(wish.profile, (path,), ()), 0.0).timed.points
    pieces: list[list[Waypoint]] = [[points[0].waypoint]]
    left = list(waits)
    for a, b in pairwise(points):
        while left and left[0].after_s < b.at_s:
            share_frac = (left.pop(0).after_s - a.at_s) / (b.at_s - a.at_s)
            place = between(wish.airspace.ground, wish.airspace.frame, (a.waypoint, b.waypoint), share_frac)
            pieces[-1].append(place)
            pieces.append([place])
        if b.waypoint != pieces[-1][-1]:
            pieces[-1].append(b.waypoint)
    return tuple(Path(tuple(piece)) for piece in pieces) if waits else (path,)
