"""From one place to the next on the ground: ways between drop-offs, found once and remembered."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from geofences.path import NoPath, Path, Waypoint
from orchestrator.operations.planning.draft import find_way
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.planning.ways import Window
from vehicles.energy import power_w
from vehicles.pace import travel_s
from vehicles.profile import VehicleProfile

_HORIZON_S = 3600.0
"""Ways between stops are looked for as open for this long from now."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A way on the ground with what it takes: seconds, metres, watt-hours with half a load aboard."""

    path: Path
    seconds_s: float
    metres_m: float
    energy_wh: float


def hop(
    profile: VehicleProfile, surroundings: Surroundings, start: Waypoint, goal: Waypoint, now_s: float
) -> Hop | NoPath:
    """The way of a ground vehicle from `start` to `goal`, setting out within the hour from `now_s`.

    Remembered with the surroundings while the same zones bind.
    """
    ways = surroundings.ways
    key = (*hop_key(profile, surroundings, now_s), ways.number(start), ways.number(goal))
    return ways.recall(key, lambda: _found(profile, surroundings, start, goal, now_s))


def hop_key(profile: VehicleProfile, surroundings: Surroundings, now_s: float) -> tuple[Hashable, ...]:
    """Under which hops are remembered, before the numbers of their two places."""
    window = Window(now_s, now_s + _HORIZON_S)
    return "hop", profile.name, surroundings.ways.epoch(surroundings.airspace, profile.medium, window)


def _found(
    profile: VehicleProfile, surroundings: Surroundings, start: Waypoint, goal: Waypoint, now_s: float
) -> Hop | NoPath:
    window = Window(now_s, now_s + _HORIZON_S).widened()
    if start == goal:
        return Hop(Path((start, goal)), 0.0, 0.0, 0.0)
    path = find_way(profile, surroundings, start, goal, height_m=0.0, window=window)
    if isinstance(path, NoPath):
        return path
    seconds_s = sum(travel_s(profile, path.waypoints, profile.cruise_mps))
    over_ground_mps = path.length_m / seconds_s if seconds_s > 0.0 else 0.0
    watts = power_w(
        profile,
        payload_kg=0.5 * profile.max_payload_kg,
        speed_mps=over_ground_mps,
        climb_mps=0.0,
        wind_mps=surroundings.wind_mps,
        air_kg_per_m3=surroundings.air_for(profile).kg_per_m3(0.0),
    )
    return Hop(path, seconds_s, path.length_m, watts * seconds_s / 3600.0)
