"""A mission made ready for watching: its space in time, and its energy leg by leg. Computed once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isfinite

from geofences.corridor import Volume4D, excursion_m, is_within, sweep
from geofences.path import Waypoint
from orchestrator.record.events import MissionPlanned
from orchestrator.traffic.reservations import volumes
from vehicles.mission import Travel
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

_FOOTPATH_M = 15.0
"""A ground vehicle may be this far beside its line: round parked cars, on the other side of the street."""


@dataclass(frozen=True, slots=True)
class EnergyLeft:
    """What the battery holds and what the rest needs with the reserve, shares of the full battery."""

    left_frac: float
    needed_frac: float


@dataclass(frozen=True, slots=True)
class Course:
    """Where and when a mission's vehicle should be, and what each leg takes.

    `held` is what an aircraft reserved, or the band about a ground vehicle's line at any time.
    `energy_shares` tells for each leg its share of the planned energy, `leg_lengths_m` its length
    over ground (0 for legs that do not travel).
    """

    planned: MissionPlanned
    profile: VehicleProfile
    held: tuple[Volume4D, ...]
    energy_shares: tuple[float, ...]
    leg_lengths_m: tuple[float, ...]

    def holds(self, at: Waypoint, at_s: float) -> bool:
        """Whether the vehicle is inside what is planned for it at `at_s`: the quick form of the next."""
        return is_within(self.held, at, at_s)

    def excursion_m(self, at: Waypoint, at_s: float) -> float | None:
        """How many metres the vehicle is outside what is planned for it at `at_s`; None inside.

        An aircraft is held to its reservation in space and time: one that is where it should be, but
        at another time, is 0 m outside. Ground vehicles are held to their line, at any time.
        """
        by_m = excursion_m(self.held, at, at_s)
        if by_m == 0.0:
            return None
        return by_m if isfinite(by_m) else excursion_m([_always(volume) for volume in self.held], at, at_s)

    def energy_left(self, *, legs_done: int, leg_m: float, battery_frac: float) -> EnergyLeft:
        """The balance when `legs_done` legs and `leg_m` metres of the next are over.

        On the way home the reserve is what it is for: half of it may be used before anybody is told.
        """
        rest = sum(self.energy_shares[legs_done:])
        if legs_done < len(self.leg_lengths_m) and self.leg_lengths_m[legs_done] > 0.0:
            rest -= self.energy_shares[legs_done] * min(1.0, leg_m / self.leg_lengths_m[legs_done])
        homeward = legs_done >= len(self.energy_shares) - 2
        reserve_frac = self.profile.reserve_frac * (0.5 if homeward else 1.0)
        needed_frac = self.planned.energy_wh * rest / self.profile.battery_wh
        return EnergyLeft(battery_frac, needed_frac + reserve_frac)


def course(planned: MissionPlanned, profile: VehicleProfile) -> Course:
    """The course of a mission. Energy is shared out over its legs by the time they take.

    Power differs little between legs, and the plan it comes from is conservative.
    """
    timing = schedule(profile, planned.mission.legs, 0.0)
    if planned.intent is None:
        band = sweep(timing.timed, radius_m=_FOOTPATH_M, half_height_m=1000.0, early_s=0.0, late_s=0.0)
        held = tuple(_always(volume) for volume in band)
    else:
        held = volumes(planned.intent)
    ends = timing.leg_ends_at_s
    lasts = [end - before for before, end in zip((0.0, *ends), ends, strict=False)]
    whole_s = max(1e-9, ends[-1])
    lengths = [leg.path.length_m if isinstance(leg, Travel) else 0.0 for leg in planned.mission.legs]
    return Course(planned, profile, held, tuple(last_s / whole_s for last_s in lasts), tuple(lengths))


def _always(volume: Volume4D) -> Volume4D:
    return replace(volume, from_s=-inf, until_s=inf)
