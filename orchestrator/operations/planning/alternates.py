"""Where else a flight could land, from each part of its way: planned and verified as the flight itself is.

Asked at places along the way: for home and every rally point a way is planned from there, held against
the airspace at the times it would be flown, and its energy against what the battery still holds then, half
of the reserve kept. The one that takes least is the best landing there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from geofences.airspace import Airspace, Margins
from geofences.airways.relief import as_flown
from geofences.free_space import find_path
from geofences.path import Path, TimedPath, TimedPoint, Waypoint
from geofences.verifying.heights import between
from geofences.zone import Medium
from orchestrator.operations.planning.surroundings import Surroundings
from vehicles.atmosphere import Atmosphere
from vehicles.energy import mission_energy_wh
from vehicles.mission import Alternate, Dock, LandingPlace, Travel
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

_EVERY_S = 20.0
_MOST_PLACES = 16
_AIRBORNE_M = 5.0
_SURELY_THERE_S = 900.0


@dataclass(frozen=True, slots=True)
class Abroad:
    """What ways to landing places are planned with. `left_wh`: what the battery holds at a fleet time."""

    airspace: Airspace
    profile: VehicleProfile
    margins: Margins
    air: Atmosphere
    payload_kg: float
    left_wh: Callable[[float], float]

    def way_wh(self, path: Path) -> float:
        """What a way to a landing takes, with what is aboard."""
        loaded = replace(self.profile, mass_kg=self.profile.mass_kg + self.payload_kg)
        legs = (Travel(path, loaded.cruise_mps), Dock(path.waypoints[-1]))
        return mission_energy_wh(loaded, legs, self.air)


def alternates(timed: TimedPath, places: Sequence[LandingPlace], abroad: Abroad) -> tuple[Alternate, ...]:
    """The best landings along a flight, in the order they become the best; none where there is no place.

    Each with the dearest of the ways there in its part, and what that takes. A part of the way from which no
    place can be reached has none: the one before it is over at `until_after_s`.
    """
    found: list[Alternate] = []
    for at, until_s in _asked(timed, abroad.airspace):
        best = min(_reached(at, places, abroad), key=lambda one: one.energy_wh, default=None)
        if best is None:
            continue
        after_s, until_after_s = at.at_s - timed.starts_at_s, until_s - timed.starts_at_s
        last = found[-1] if found else None
        dearest_s = after_s
        if last is not None and last.name == best.name and last.until_after_s == after_s:
            after_s = last.after_s
            if last.energy_wh > best.energy_wh:
                best, dearest_s = last, last.dearest_after_s
            found.pop()
        found.append(
            Alternate(best.name, best.at, best.path, best.energy_wh, after_s, until_after_s, dearest_s)
        )
    return tuple(found)


def _asked(timed: TimedPath, airspace: Airspace) -> list[tuple[TimedPoint, float]]:
    """Places in the air, evenly spread, each with the time until which it stands for the way."""
    every_s = max(_EVERY_S, (timed.ends_at_s - timed.starts_at_s) / _MOST_PLACES)
    asked: list[TimedPoint] = []
    for a, b in pairwise(timed.points):
        if min(a.waypoint.height_agl_m, b.waypoint.height_agl_m) < _AIRBORNE_M:
            continue
        pieces = max(1, round((b.at_s - a.at_s) / every_s))
        for piece in range(pieces):
            share = piece / pieces
            at = between(airspace.ground, airspace.frame, (a.waypoint, b.waypoint), share)
            asked.append(TimedPoint(at if piece else a.waypoint, a.at_s + share * (b.at_s - a.at_s)))
    ends = [*(point.at_s for point in asked[1:]), timed.ends_at_s]
    return list(zip(asked, ends, strict=False))


def _reached(at: TimedPoint, places: Sequence[LandingPlace], abroad: Abroad) -> list[Alternate]:
    profile = abroad.profile
    least_m = min(profile.min_cruise_height_agl_m, profile.max_cruise_height_agl_m)
    height_m = min(profile.max_cruise_height_agl_m, max(least_m, at.waypoint.height_agl_m))
    found: list[Alternate] = []
    for place in places:
        path = _way(at, place.at, height_m, abroad)
        if path is None:
            continue
        there = path.waypoints[-1]
        legs = (Travel(path, profile.cruise_mps), Dock(there))
        energy_wh = abroad.way_wh(path)
        flown = as_flown(schedule(profile, legs, at.at_s).timed, abroad.airspace.ground)
        if energy_wh <= abroad.left_wh(at.at_s) and not abroad.airspace.breaks(
            flown, Medium.AIR, abroad.margins
        ):
            found.append(Alternate(place.name, there, path, energy_wh, 0.0, 0.0, 0.0))
    return found


def _way(at: TimedPoint, to: Waypoint, height_m: float, abroad: Abroad) -> Path | None:
    found = find_path(
        abroad.airspace,
        at.waypoint,
        to,
        cruise_height_agl_m=height_m,
        from_s=at.at_s,
        until_s=at.at_s + _SURELY_THERE_S,
        margins=abroad.margins,
        highest_agl_m=max(height_m + 1.0, abroad.margins.ceiling_agl_m or height_m + 15.0),
    )
    return found if isinstance(found, Path) else None


def abroad_of(
    timed: TimedPath,
    profile: VehicleProfile,
    surroundings: Surroundings,
    *,
    battery_frac: float,
    payload_kg: float,
    energy_wh: float,
) -> Abroad:
    """For a flight that takes `energy_wh`, evenly, from what its battery holds; half of the reserve kept."""
    start_wh = (battery_frac - 0.5 * profile.reserve_frac) * profile.battery_wh
    length_s = max(1e-9, timed.ends_at_s - timed.starts_at_s)

    def left_wh(at_s: float) -> float:
        return start_wh - energy_wh * min(1.0, max(0.0, (at_s - timed.starts_at_s) / length_s))

    margins = surroundings.margins_for(profile)
    return Abroad(surroundings.airspace, profile, margins, surroundings.air_for(profile), payload_kg, left_wh)
