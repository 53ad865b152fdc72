"""The independent check of what one vehicle is given to fly or drive (invariant 1): a fleet's, or `fly`'s.

Nothing here asks how a plan was made, or of the planner's code: the timed path is derived again from the legs
alone. It is held against the airspace as it will be, against the plan's own fence and the places to land that
go with it; what the autopilot would do by itself from anywhere on it is looked at too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from geofences.airspace import Airspace, Margins
from geofences.airways.relief import as_flown
from geofences.path import TimedPath
from geofences.position import distance_m
from geofences.reason import Because, Reason
from geofences.verifying.heights import is_uneven
from geofences.zone import Medium
from orchestrator.operations.planning.surroundings import OwnReturnRule, Surroundings
from orchestrator.operations.verifying.preflight_fence import fence_reasons
from orchestrator.operations.verifying.preflight_return import return_reasons
from vehicles.energy import mission_energy_wh
from vehicles.lift import lift_refusals
from vehicles.mission import Leg, VehiclePlan
from vehicles.own_return import OwnReturn
from vehicles.profile import VehicleProfile
from vehicles.schedule import Schedule, schedule

_SAME_M = 1.0
_HEIGHT_OFF_M = 0.3
"""A planner and this check may differ by so much in how high the ground is between its points."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A plan that departs at a fleet time, or up to `early_s` before and `late_s` after it.

    `own` is how the vehicle returns by itself; None where it does not tell.
    """

    plan: VehiclePlan
    profile: VehicleProfile
    depart_at_s: float
    early_s: float
    late_s: float
    own: OwnReturn | None = None

    @property
    def timed(self) -> TimedPath:
        """Where its legs lead, and when."""
        return schedule(self.profile, self.plan.mission.legs, self.depart_at_s).timed


def way_reasons(sent: Sent, surroundings: Surroundings) -> tuple[Reason, ...]:
    """Why its way must not be taken; empty when it may, as early and as late as it may be.

    Every leg, out and back, at the heights and times flown; the fence and the rally points that go with it;
    and the autopilot's own return, unless the area does without (`OwnReturnRule`).
    """
    timed, profile = sent.timed, sent.profile
    if profile.medium is not Medium.AIR:
        return tuple(dict.fromkeys(_broken(sent, timed, surroundings)))
    flown = as_flown(timed, surroundings.airspace.ground)
    reasons = [
        *_ground_reasons(flown, profile, surroundings),
        *_broken(sent, flown, surroundings),
        *fence_reasons(sent.plan, timed, surroundings),
        *_rally_reasons(sent, surroundings),
    ]
    if surroundings.own_return is not OwnReturnRule.ANY:
        shifted = (timed.shifted(by_s) for by_s in (-sent.early_s, 0.0, sent.late_s))
        reasons += return_reasons(shifted, sent.own, sent.plan.rally_points, profile, surroundings)
    return tuple(dict.fromkeys(reasons))


def energy_reasons(
    legs: tuple[Leg, ...],
    profile: VehicleProfile,
    battery_frac: float,
    surroundings: Surroundings,
    timing: Schedule | None = None,
) -> tuple[Reason, ...]:
    """Why battery, with payload and wind, less the reserve, or rotors have not enough for it."""
    air = surroundings.air_for(profile)
    thin = lift_refusals(profile, legs, air)
    needed_wh = mission_energy_wh(profile, legs, air, timing)
    left_frac = battery_frac - needed_wh / profile.battery_wh
    if left_frac >= profile.reserve_frac:
        return thin
    text = (
        f"Would end with {max(0.0, left_frac):.1%} of the battery of a {profile.name};"
        f" the reserve of {profile.reserve_frac:.0%} is not to be touched."
    )
    return (*thin, Reason(Because.ENERGY, profile.name, text))


def _broken(sent: Sent, timed: TimedPath, surroundings: Surroundings) -> Iterator[Reason]:
    margins = surroundings.margins_for(sent.profile)
    for shift_s in (-sent.early_s, 0.0, sent.late_s):
        for broken in surroundings.airspace.breaks(timed.shifted(shift_s), sent.profile.medium, margins):
            yield broken.reason


def _ground_reasons(
    flown: TimedPath, profile: VehicleProfile, surroundings: Surroundings
) -> tuple[Reason, ...]:
    """Over uneven ground: wherever it gets on, it is as high above it as its kind may cruise.

    A flat world has its heights told to it: there is nothing to find out.
    """
    airspace = surroundings.airspace
    if not is_uneven(airspace.ground):
        return ()
    bare = Airspace(airspace.frame, (), (), airspace.ground)
    least_m = profile.min_cruise_height_agl_m - _HEIGHT_OFF_M
    band = Margins(0.0, least_m, profile.max_cruise_height_agl_m + _HEIGHT_OFF_M)
    return tuple(found.reason for found in bare.breaks(flown, Medium.AIR, band))


def _rally_reasons(sent: Sent, surroundings: Surroundings) -> Iterator[Reason]:
    """A place to land that is closed while it may be gone to; where the way itself ends was looked at."""
    margins, timed = surroundings.margins_for(sent.profile), sent.timed
    from_s, until_s = timed.starts_at_s - sent.early_s, timed.ends_at_s + sent.late_s
    end = timed.points[-1].waypoint.position
    for point in sent.plan.rally_points:
        if distance_m(point.position, end) > _SAME_M:
            yield from surroundings.airspace.forbids(point, Medium.AIR, from_s, until_s, margins)
