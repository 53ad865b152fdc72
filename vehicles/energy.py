"""What a mission costs in energy: from the physics, on the conservative side.

Air: momentum theory for hovering (Leishman, Principles of Helicopter Aerodynamics, ch. 2; used
for delivery drones by Stolaroff et al., Nature Communications 9:409, 2018, and D'Andrea, IEEE
T-ASE 11(3), 2014): P = (m g)^1.5 / sqrt(2 rho A) / efficiency, plus the drag of moving through
the air, which grows with the cube of airspeed, plus the power of climbing. Translational lift and
energy won back in a descent are left out: both would only make the figure smaller.

Sidewalk: rolling and drive losses in proportion to mass and speed, and air drag (Vepsaelaeinen,
Energies 15(6):2198, 2022).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import assert_never

from geofences.path import Path, Waypoint
from geofences.position import distance_m
from geofences.zone import Medium
from vehicles.mission import Dock, DropOff, Leg, PickUp, Travel, Wait
from vehicles.profile import VehicleProfile
from vehicles.schedule import segment_s

_GRAVITY_MPS2 = 9.80665
_AIR_KG_PER_M3 = 1.225  # ISA at sea level; colder air is denser, which lowers hovering power
_ROBOT_DRAG_AREA_M2 = 0.35  # c_d A of an upright box of 0.6 x 0.6 m with a flag pole
_ROBOT_DRIVE_FRAC = 0.6  # battery to wheel


def power_w(
    profile: VehicleProfile, *, payload_kg: float, speed_mps: float, climb_mps: float, wind_mps: float
) -> float:
    """Electrical power in watts of a vehicle under way, `wind_mps` blowing against it.

    `speed_mps` is over ground (0 is hovering or standing, motors working); `climb_mps` is upward,
    a descent counts as level. A landed drone draws `profile.idle_w` alone, not this.
    Raises `ValueError` for a flying profile without rotors.
    """
    mass_kg = profile.mass_kg + payload_kg
    match profile.medium:
        case Medium.AIR:
            if profile.rotor_area_m2 == 0.0 or profile.rotor_efficiency_frac == 0.0:
                raise ValueError("rotor_area_m2, rotor_efficiency_frac: a vehicle that flies needs both")
            weight_n = mass_kg * _GRAVITY_MPS2
            hover_w = weight_n * math.sqrt(weight_n / (2.0 * _AIR_KG_PER_M3 * profile.rotor_area_m2))
            lift_w = hover_w + weight_n * max(0.0, climb_mps)
            drag_w = profile.drag_power_w * ((speed_mps + wind_mps) / profile.cruise_mps) ** 3
            return profile.idle_w + lift_w / profile.rotor_efficiency_frac + drag_w
        case Medium.SIDEWALK:
            rolling_w = profile.drag_power_w * mass_kg / profile.mass_kg * speed_mps / profile.cruise_mps
            drag_n = 0.5 * _AIR_KG_PER_M3 * _ROBOT_DRAG_AREA_M2 * (speed_mps + wind_mps) ** 2
            return profile.idle_w + rolling_w + drag_n * speed_mps / _ROBOT_DRIVE_FRAC
    assert_never(profile.medium)


def mission_energy_wh(profile: VehicleProfile, legs: Sequence[Leg], wind_mps: float) -> float:
    """Energy in watt-hours that the legs need, from loading to standing docked.

    Each parcel weighs from its `PickUp` to its `DropOff`. `wind_mps` is taken as a headwind on
    every metre, out and back, and as wind to stand against while hovering: conservative for any
    direction. A parcel dropped but never picked up here was aboard at the start.
    Raises `ValueError` when the profile cannot move so, or `wind_mps` is negative or not finite.
    """
    if not 0.0 <= wind_mps < float("inf"):
        raise ValueError(f"wind_mps: {wind_mps} is not a finite number of 0 or more")
    picked = {leg.parcel_id for leg in legs if isinstance(leg, PickUp)}
    payload_kg = sum(leg.mass_kg for leg in legs if isinstance(leg, DropOff) and leg.parcel_id not in picked)
    energy_ws = 0.0
    here: Waypoint | None = None
    for leg in legs:
        way, service_s = _parts(leg, here)
        energy_ws += _moving_ws(profile, leg, way, payload_kg, wind_mps)
        here = way[-1] if way else here
        if isinstance(leg, PickUp):
            payload_kg += leg.mass_kg
        energy_ws += service_s * _standing_w(profile, here, payload_kg, wind_mps)
        if isinstance(leg, DropOff):
            payload_kg -= leg.mass_kg
    return energy_ws / 3600.0


def path_energy_wh(
    profile: VehicleProfile, path: Path, *, payload_kg: float, speed_mps: float, wind_mps: float
) -> float:
    """Energy in watt-hours to follow one path with `payload_kg` aboard, against the wind throughout."""
    leg = Travel(path, speed_mps)
    return _moving_ws(profile, leg, path.waypoints, payload_kg, wind_mps) / 3600.0


def _parts(leg: Leg, here: Waypoint | None) -> tuple[tuple[Waypoint, ...], float]:
    """Where a leg leads, from where the vehicle is, and how long it serves at its end."""
    before = () if here is None else (here,)
    match leg:
        case Travel(path=path):
            return before + path.waypoints, 0.0
        case PickUp(at=at, service_s=service_s) | DropOff(at=at, service_s=service_s):
            return (*before, at), service_s
        case Dock(at=at):
            return (*before, at), 0.0
        case Wait(service_s=service_s):
            return before, service_s
    assert_never(leg)


def _moving_ws(
    profile: VehicleProfile, leg: Leg, way: Sequence[Waypoint], payload_kg: float, wind_mps: float
) -> float:
    speed_mps = leg.speed_mps if isinstance(leg, Travel) else profile.cruise_mps
    energy_ws = 0.0
    for a, b in pairwise(way):
        seconds = segment_s(profile, a, b, speed_mps)
        if seconds > 0.0:
            over_ground_mps = distance_m(a.position, b.position) / seconds
            climb_mps = (b.height_agl_m - a.height_agl_m) / seconds
            energy_ws += seconds * power_w(
                profile,
                payload_kg=payload_kg,
                speed_mps=over_ground_mps,
                climb_mps=climb_mps,
                wind_mps=wind_mps,
            )
    return energy_ws


def _standing_w(profile: VehicleProfile, here: Waypoint | None, payload_kg: float, wind_mps: float) -> float:
    """Power while waiting: hovering where the vehicle is in the air, idle on the ground."""
    if here is None or here.height_agl_m <= 0.0:
        return profile.idle_w
    return power_w(profile, payload_kg=payload_kg, speed_mps=0.0, climb_mps=0.0, wind_mps=wind_mps)
