"""What is to be flown, ready to be sent: verified, with a name for each part of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from geofences.airspace import Airspace
from geofences.fences.bounds import broken
from geofences.path import TimedPath, Waypoint
from geofences.position import GeoPoint
from geofences.reason import Because, Reason
from orchestrator.operations.planning.surroundings import Surroundings
from vehicles.energy import mission_energy_wh
from vehicles.mission import Mission, MissionId, ParcelId, VehicleId, VehiclePlan
from vehicles.own_return import OwnReturn
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

VEHICLE = VehicleId("vehicle")
PARCEL = ParcelId("parcel")
MISSION = MissionId(1)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a vehicle stands, what it holds, and how high the ground is there; `at_s` is now.

    `own` is how it returns by itself; None where it does not tell.
    """

    home: GeoPoint
    ground_amsl_m: float | None
    battery_frac: float
    at_s: float
    own: OwnReturn | None = None


@dataclass(frozen=True, slots=True)
class LeftToIt:
    """A return that the autopilot flies by itself, level from where it begins to over its goal.

    `low` has both places at the least height that a parameter may make it fly at, `high_m` is the greatest
    (metres above home).
    """

    low: tuple[Waypoint, Waypoint]
    high_m: float


@dataclass(frozen=True, slots=True)
class Trip:
    """A plan, the name of each part that its progress counts, and those that hand a parcel over.

    `length_s` is how long it takes by our reckoning; `notes` is what whoever flies it must know. `returns`
    are those that it leaves to the autopilot. `datums_m`: see `Straying`.
    """

    plan: VehiclePlan
    names: tuple[str, ...]
    releases: tuple[int, ...]
    length_s: float
    notes: tuple[str, ...] = ()
    returns: tuple[LeftToIt, ...] = ()
    datums_m: tuple[float | None, ...] = (None,)


def objections(
    plan: VehiclePlan, profile: VehicleProfile, start: Start, surroundings: Surroundings
) -> tuple[Reason, ...]:
    """Why the plan must not be flown; empty when it may. Asks nothing about how it was made.

    Its way, home included, is held against zones and buildings at the heights and times flown, and
    against its own fence; so are its rally points; and its energy against what the battery holds.
    """
    timed = schedule(profile, plan.mission.legs, start.at_s).timed
    return (
        *_airspace_reasons(plan, timed, profile, surroundings),
        *_fence_reasons(plan, timed),
        *_energy_reasons(plan.mission, profile, start.battery_frac, surroundings.wind_mps),
    )


def _airspace_reasons(
    plan: VehiclePlan, timed: TimedPath, profile: VehicleProfile, surroundings: Surroundings
) -> Iterator[Reason]:
    margins = surroundings.margins_for(profile)
    airspace: Airspace = surroundings.airspace
    seen: list[Reason] = []
    for shift_s in (0.0, surroundings.volumes.late_s):
        for found in airspace.breaks(timed.shifted(shift_s), profile.medium, margins):
            if found.reason not in seen:
                seen.append(found.reason)
    for point in plan.rally_points:
        seen += airspace.forbids(point, profile.medium, timed.starts_at_s, timed.ends_at_s, margins)
    yield from seen


def _fence_reasons(plan: VehiclePlan, timed: TimedPath) -> Iterator[Reason]:
    bounds = tuple(plan.bounds())
    way = [point.waypoint.position for point in timed.points]
    for what, places in (("Its way", way), *_rally_ways(plan.rally_points)):
        bound = broken(places, bounds)
        if bound is not None:
            text = f"{what} does not keep to the plan's own fence ({bound.field})."
            yield Reason(Because.ZONE, bound.field, text)


def _rally_ways(points: Iterable[Waypoint]) -> list[tuple[str, list[GeoPoint]]]:
    return [(f"Rally point {n}", [point.position]) for n, point in enumerate(points)]


def _energy_reasons(
    mission: Mission, profile: VehicleProfile, battery_frac: float, wind_mps: float
) -> Iterator[Reason]:
    needed_frac = mission_energy_wh(profile, mission.legs, wind_mps) / profile.battery_wh
    left_frac = battery_frac - needed_frac
    if left_frac < profile.reserve_frac:
        text = (
            f"Would end with {max(0.0, left_frac):.0%} of the battery of a {profile.name};"
            f" the reserve of {profile.reserve_frac:.0%} is not to be touched."
        )
        yield Reason(Because.ENERGY, profile.name, text)
