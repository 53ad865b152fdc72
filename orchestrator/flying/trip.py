"""What is to be flown, ready to be sent: verified, with a name for each part of it."""

from __future__ import annotations

from dataclasses import dataclass

from geofences.path import Waypoint
from geofences.position import GeoPoint
from geofences.reason import Reason
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.verifying.preflight_way import Sent, energy_reasons, way_reasons
from vehicles.mission import MissionId, ParcelId, VehicleId, VehiclePlan
from vehicles.own_return import OwnReturn
from vehicles.profile import VehicleProfile
from vehicles.vehicle import SpeedLimit

VEHICLE = VehicleId("vehicle")
PARCEL = ParcelId("parcel")
MISSION = MissionId(1)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a vehicle stands, what it holds, and how high the ground is there; `at_s` is now.

    `own` is how it returns by itself, `limit` how fast its autopilot lets it go; None where it does not tell.
    """

    home: GeoPoint
    ground_amsl_m: float | None
    battery_frac: float
    at_s: float
    own: OwnReturn | None = None
    limit: SpeedLimit | None = None


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
    """Why the plan must not be flown; empty when it may: what a fleet's verifier says of it."""
    early_s, late_s = surroundings.volumes.early_s, surroundings.volumes.late_s
    sent = Sent(plan, profile, start.at_s, early_s, late_s, start.own)
    energy = energy_reasons(plan.mission.legs, profile, start.battery_frac, surroundings)
    return (*way_reasons(sent, surroundings), *energy)
