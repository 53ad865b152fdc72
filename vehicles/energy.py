"""What a mission costs in energy: from the physics, on the conservative side.

Air: momentum theory for hovering (Leishman, Principles of Helicopter Aerodynamics, ch. 2; used
for delivery drones by Stolaroff et al., Nature Communications 9:409, 2018, and D'Andrea, IEEE
T-ASE 11(3), 2014): P = (m g)^1.5 / sqrt(2 rho A) / efficiency, plus the drag of moving through
the air, which grows with the cube of airspeed, plus the power of climbing. Translational lift and
energy won back in a descent are left out: both would only make the figure smaller. A VTOL as fast as
its wing carries it pays for drag and climbing alone; slower over ground than that it counts as hovering.
rho is that of the height flown (`atmosphere`): thinner air takes more to hover in and drags less. Of what a
wing takes half is drag of form and falls with rho, half is drag of lift and grows with 1 / rho: their share
at the best glide, where aircraft cruise (Anderson, Introduction to Flight, ch. 6); and it stalls sooner.

Sidewalk: rolling and drive losses in proportion to mass and speed, and air drag (Vepsaelaeinen,
Energies 15(6):2198, 2022).

`sitl.motion.battery` has a model of its own, which shares the profile's figures with this and no code, so
that a simulated run can show this one wrong.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import assert_never

from geofences.path import Waypoint
from geofences.position import bearing_deg, distance_m
from geofences.zone import Medium
from vehicles.atmosphere import SEA_LEVEL_KG_PER_M3, Atmosphere
from vehicles.mission import DropOff, Leg, PickUp
from vehicles.profile import Airframe, VehicleProfile
from vehicles.schedule import Schedule, schedule
from vehicles.wind import Wind

_GRAVITY_MPS2 = 9.80665
_ROBOT_DRAG_AREA_M2 = 0.35  # c_d A of an upright box of 0.6 x 0.6 m with a flag pole
_ROBOT_DRIVE_FRAC = 0.6  # battery to wheel


def power_w(
    profile: VehicleProfile,
    *,
    payload_kg: float,
    speed_mps: float,
    climb_mps: float,
    wind_mps: float,
    air_kg_per_m3: float,
) -> float:
    """Electrical power in watts of a vehicle under way, `wind_mps` blowing against it (below 0: with it).

    `air_kg_per_m3` is the density of the air there; what a profile publishes is for that at sea level.
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
            hover_w = weight_n * math.sqrt(weight_n / (2.0 * air_kg_per_m3 * profile.rotor_area_m2))
            thin = air_kg_per_m3 / SEA_LEVEL_KG_PER_M3
            drag_w = profile.drag_power_w * ((speed_mps + wind_mps) / profile.cruise_mps) ** 3
            if profile.airframe is Airframe.VTOL:
                drag_w *= 0.5 * (thin + 1.0 / thin)
                hover_w = 0.0 if speed_mps * math.sqrt(thin) >= profile.stall_mps else hover_w
            else:
                drag_w *= thin
            lift_w = hover_w + weight_n * max(0.0, climb_mps)
            return profile.idle_w + lift_w / profile.rotor_efficiency_frac + drag_w
        case Medium.SIDEWALK:
            rolling_w = profile.drag_power_w * mass_kg / profile.mass_kg * speed_mps / profile.cruise_mps
            drag_n = 0.5 * air_kg_per_m3 * _ROBOT_DRAG_AREA_M2 * (speed_mps + wind_mps) ** 2
            return profile.idle_w + rolling_w + drag_n * speed_mps / _ROBOT_DRIVE_FRAC
    assert_never(profile.medium)


def mission_energy_wh(
    profile: VehicleProfile, legs: Sequence[Leg], air: Atmosphere, timing: Schedule | None = None
) -> float:
    """Energy in watt-hours that the legs need, from loading to standing docked.

    Each parcel weighs from its `PickUp` to its `DropOff`. A wind that is a number is taken as a
    headwind on every metre, out and back, and as wind to stand against while hovering: conservative for any
    direction. A `Wind` blows from where it says at the height flown, against or with the vehicle. A parcel
    dropped but never picked up here was aboard at the start. `timing` is the legs' schedule, where known.
    Raises `ValueError` when no leg has a place, or the profile cannot move so.
    """
    timed = schedule(profile, legs, 0.0) if timing is None else timing
    carried_kg = aboard_kg(legs)
    energy_ws = profile.idle_w * _loading_s(legs)
    for a, b in pairwise(timed.timed.points):
        seconds = b.at_s - a.at_s
        if seconds <= 0.0:
            continue
        leg = min(bisect_left(timed.leg_ends_at_s, (a.at_s + b.at_s) / 2.0), len(legs) - 1)
        over_ground_mps = distance_m(a.waypoint.position, b.waypoint.position) / seconds
        climb_mps = (b.waypoint.level_m - a.waypoint.level_m) / seconds
        if a.waypoint == b.waypoint and a.waypoint.height_agl_m <= 0.0:
            energy_ws += seconds * profile.idle_w
        else:
            energy_ws += seconds * power_w(
                profile,
                payload_kg=carried_kg[leg],
                speed_mps=over_ground_mps,
                climb_mps=climb_mps,
                wind_mps=_against_mps(air.wind, a.waypoint, b.waypoint, over_ground_mps),
                air_kg_per_m3=air.kg_per_m3(0.5 * (a.waypoint.level_m + b.waypoint.level_m)),
            )
    return energy_ws / 3600.0


def _against_mps(wind: float | Wind, a: Waypoint, b: Waypoint, speed_mps: float) -> float:
    """How much faster the air passes than the ground on a straight piece: the most at its ends and middle."""
    if not isinstance(wind, Wind):
        return wind
    bearing_rad = math.radians(bearing_deg(a.position, b.position)) if speed_mps > 0.0 else 0.0
    east_mps, north_mps = speed_mps * math.sin(bearing_rad), speed_mps * math.cos(bearing_rad)
    heights = (a.height_agl_m, 0.5 * (a.height_agl_m + b.height_agl_m), b.height_agl_m)
    return max(wind.airspeed_mps(height_m, east_mps, north_mps) for height_m in heights) - speed_mps


def aboard_kg(legs: Sequence[Leg]) -> list[float]:
    """What is aboard during each leg."""
    picked = {leg.parcel_id for leg in legs if isinstance(leg, PickUp)}
    now_kg = sum(leg.mass_kg for leg in legs if isinstance(leg, DropOff) and leg.parcel_id not in picked)
    kg = []
    for leg in legs:
        now_kg += leg.mass_kg if isinstance(leg, PickUp) else 0.0
        kg.append(now_kg)
        now_kg -= leg.mass_kg if isinstance(leg, DropOff) else 0.0
    return kg


def _loading_s(legs: Sequence[Leg]) -> float:
    """Seconds of the pick-ups before the first movement, which the schedule leaves out."""
    seconds = 0.0
    for leg in legs:
        if not isinstance(leg, PickUp):
            break
        seconds += leg.service_s
    return seconds
