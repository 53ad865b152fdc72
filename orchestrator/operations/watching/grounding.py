"""What a vehicle says of its height, over ground that is known: above the ground below, and whether it fits.

Over flat ground too what it takes for its home's height above the sea is held against the area's: either is
wrong where they are far apart, and with it limits above the sea or the density of the air.

A vehicle tells its height above its home; how high that is above the sea it knows by satellite, which is
metres off and may be told from another zero. So heights are taken from the ground at its home, and what it
says of the sea is only compared with that (docs/decisions/0036-heights-for-the-fleet.md).
"""

from __future__ import annotations

from dataclasses import replace

from geofences.position import distance_m
from geofences.reason import Because, Reason
from geofences.verifying.heights import is_uneven
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.record.state import VehicleState
from vehicles.telemetry import Landed, Telemetry

HOME_OFF_M = 50.0
"""Satellites tell heights 30 m off at worst, and a town that counts as flat has its slopes. A height above
the ellipsoid (up to 100 m off) may pass, an autopilot set up for another place does not."""
_TERRAIN_OFF_M = 15.0
_AT_ITS_PAD_M = 30.0
"""A home told so near to a vehicle's pad is the pad: what it tells of places is metres off."""


def home_amsl_m(seen: Telemetry, vehicle: VehicleState, surroundings: Surroundings) -> float | None:
    """How high the ground is at what a vehicle takes for its home; None over flat ground, or where unknown.

    PX4 takes its home along to wherever it takes off: after a landing on its way that is not its pad.
    """
    ground, pad = surroundings.airspace.ground, vehicle.pad.at.position
    if ground is None or not is_uneven(ground):
        return None
    told = pad if seen.home is None else seen.home.position
    return ground.height_amsl_m(pad if distance_m(told, pad) <= _AT_ITS_PAD_M else told)


def over_ground(seen: Telemetry, vehicle: VehicleState, surroundings: Surroundings) -> Telemetry:
    """A sample with its height above the ground below it, and what is held against what it says of the sea.

    The same sample for vehicles that do not fly, where the ground at home is not known, and over flat ground
    as long as nothing is held against it.
    """
    if vehicle.profile.climb_mps == 0.0:
        return seen
    seen = _doubted(seen, vehicle, surroundings)
    home_m = home_amsl_m(seen, vehicle, surroundings)
    if home_m is None:
        return seen
    level_m = home_m + seen.height_agl_m
    below_m = _below_amsl_m(seen, surroundings)
    below_m = home_m if below_m is None else below_m
    return replace(seen, height_agl_m=level_m - below_m, ground_amsl_m=below_m, alt_amsl_m=level_m)


def _doubted(seen: Telemetry, vehicle: VehicleState, surroundings: Surroundings) -> Telemetry:
    doubt = home_doubt(seen, vehicle, surroundings)
    if doubt is None or seen.landed is Landed.IN_MOTION:
        return seen
    health = seen.health
    return replace(seen, health=replace(health, ready=False, findings=(*health.findings, doubt)))


def home_doubt(seen: Telemetry, vehicle: VehicleState, surroundings: Surroundings) -> Reason | None:
    """Why a vehicle's home must not be relied on: it and the area do not agree on how high it is.

    `seen` as the vehicle tells it. None where it does not tell, or nobody knows the ground.
    """
    ground = surroundings.airspace.ground
    if seen.alt_amsl_m is None or ground is None:
        return None
    if is_uneven(ground):
        ground_m, whose, off_m = home_amsl_m(seen, vehicle, surroundings), "the terrain", _TERRAIN_OFF_M
    else:
        ground_m, whose, off_m = ground.height_amsl_m(seen.position), "area.ground_amsl_m", HOME_OFF_M
    if surroundings.home_tolerance_m is not None:
        off_m = surroundings.home_tolerance_m
    told_m = seen.alt_amsl_m - seen.height_agl_m
    if ground_m is None or abs(told_m - ground_m) <= off_m:
        return None
    text = (
        f"{vehicle.vehicle_id} takes its home to be {told_m:.0f} m above the sea, and {whose} has"
        f" {ground_m:.0f} m there: more than {off_m:g} m apart (area.home_tolerance_m). Set right whichever"
        " is wrong: the area's height, or the vehicle's (its satellites, its barometer, where it was set up)."
    )
    return Reason(Because.TERRAIN, vehicle.vehicle_id, text)


def _below_amsl_m(seen: Telemetry, surroundings: Surroundings) -> float | None:
    ground = surroundings.airspace.ground
    return None if ground is None else ground.height_amsl_m(seen.position)
