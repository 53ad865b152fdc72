"""A courier's trip as it will go: the plan's ways and stops, each in a time of its own, all from one seed."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from random import Random

from geofences.path import TimedPoint
from geofences.position import GeoPoint, bearing_deg, distance_m
from vehicles.atmosphere import Atmosphere
from vehicles.energy import mission_energy_wh
from vehicles.mission import DropOff, Leg, Mission, MissionId, ParcelId, PickUp, Travel
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule
from vehicles.telemetry import Shift


@dataclass(frozen=True, slots=True)
class Manner:
    """What a courier is like: shares of 1, spreads as the sigma of a log-normal.

    `pace_frac` multiplies riding times (below 1 is quick).
    """

    declines_frac: float = 0.03
    nobody_home_frac: float = 0.01
    not_given_frac: float = 0.01
    pace_frac: float = 1.0
    ride_spread_frac: float = 0.12
    stop_spread_frac: float = 0.35


ORDINARY = Manner()
_LONG_S = 4 * 3600.0
_BREAK_S = 1800.0


@dataclass(frozen=True, slots=True)
class Trip:
    """A trip as it will go: points with times, when each leg ends, which stops come to nothing.

    `kept` are parcels that nobody takes at their drop-off, `missed` those that nobody gives at their pick-up.
    """

    mission_id: MissionId
    legs: tuple[Leg, ...]
    points: tuple[TimedPoint, ...]
    ends_at_s: tuple[float, ...]
    kept: frozenset[ParcelId]
    energy_wh: float
    missed: frozenset[ParcelId] = frozenset()
    fetches: tuple[PickUp, ...] = ()

    def later(self, by_s: float) -> Trip:
        """The same, so much later."""
        points = tuple(TimedPoint(p.waypoint, p.at_s + by_s) for p in self.points)
        return replace(self, points=points, ends_at_s=tuple(at_s + by_s for at_s in self.ends_at_s))

    def motion(self, at_s: float) -> tuple[GeoPoint, float, float]:
        """Position and velocity over ground (north, east) at an instant of the trip."""
        after = bisect_right(self.points, at_s, key=lambda point: point.at_s)
        if after == 0 or after >= len(self.points):
            point = self.points[0 if after == 0 else -1]
            return point.waypoint.position, 0.0, 0.0
        a, b = self.points[after - 1], self.points[after]
        whole_s = b.at_s - a.at_s
        share = (at_s - a.at_s) / whole_s if whole_s > 0.0 else 1.0
        start, end = a.waypoint.position, b.waypoint.position
        position = GeoPoint(
            start.lat_deg + share * (end.lat_deg - start.lat_deg),
            start.lon_deg + share * (end.lon_deg - start.lon_deg),
        )
        if start == end or whole_s <= 0.0:
            return position, 0.0, 0.0
        speed_mps, bearing = distance_m(start, end) / whole_s, math.radians(bearing_deg(start, end))
        return position, speed_mps * math.cos(bearing), speed_mps * math.sin(bearing)


def working_day(seed: int, from_s: float, over_s: float) -> tuple[Shift, tuple[Shift, ...]]:
    """A courier's shift over a run's demand and an hour beyond, and a break of half an hour in a long one."""
    rng = Random(seed)  # noqa: S311 - chance for a simulation, not a secret
    shift = Shift(from_s, from_s + over_s + 5400.0)
    if over_s < _LONG_S:
        return shift, ()
    at_s = from_s + rng.uniform(0.3, 0.7) * over_s
    return shift, (Shift(at_s, at_s + _BREAK_S),)


def trip_of(
    mission: Mission, profile: VehicleProfile, manner: Manner, rng: Random, begins_at_s: float
) -> Trip:
    """The mission's schedule from `begins_at_s` (fleet time), each leg stretched by its own luck."""
    timing = schedule(profile, mission.legs, 0.0)
    at_s, begins_s = begins_at_s, 0.0
    ends: list[float] = []
    points = [TimedPoint(timing.timed.points[0].waypoint, at_s)]
    kept: set[ParcelId] = set()
    missed: set[ParcelId] = set()
    fetches = mission.fetches
    for leg, end_s in zip(mission.legs, timing.leg_ends_at_s, strict=True):
        stretch_frac = _stretch_frac(leg, manner, rng)
        points += [
            TimedPoint(point.waypoint, at_s + (point.at_s - begins_s) * stretch_frac)
            for point in timing.timed.points
            if begins_s < point.at_s <= end_s
        ]
        at_s += (end_s - begins_s) * stretch_frac
        ends.append(at_s)
        begins_s = end_s
        if isinstance(leg, DropOff) and rng.random() < manner.nobody_home_frac:
            kept.add(leg.parcel_id)
        if leg in fetches and isinstance(leg, PickUp) and rng.random() < manner.not_given_frac:
            missed.add(leg.parcel_id)
    energy_wh = mission_energy_wh(profile, mission.legs, Atmosphere())
    return Trip(
        mission.mission_id,
        mission.legs,
        tuple(points),
        tuple(ends),
        frozenset(kept),
        energy_wh,
        frozenset(missed),
        fetches,
    )


def _stretch_frac(leg: Leg, manner: Manner, rng: Random) -> float:
    if isinstance(leg, Travel):
        return manner.pace_frac * rng.lognormvariate(0.0, manner.ride_spread_frac)
    return rng.lognormvariate(0.0, manner.stop_spread_frac)
