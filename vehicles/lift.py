"""Whether an aircraft has the lift for a mission in air as thin as it is there, with what it carries."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from geofences.reason import Because, Reason
from geofences.zone import Medium
from vehicles.atmosphere import SEA_LEVEL_KG_PER_M3, Atmosphere
from vehicles.energy import aboard_kg
from vehicles.mission import Leg, Travel
from vehicles.profile import VehicleProfile

LEAST_THRUST = sqrt(2.0)
"""Times its weight: it holds its height while it leans by 45 degrees, PX4's limit (MPC_TILTMAX_AIR)."""
_GRAVITY_MPS2 = 9.80665


def lift_refusals(profile: VehicleProfile, legs: Sequence[Leg], air: Atmosphere) -> tuple[Reason, ...]:
    """Why it must not fly these legs, by what its profile says of thin air; empty where it says nothing.

    At the highest place of all, with the most that is ever aboard. What propellers of a given speed thrust
    with goes with the density of the air (Leishman, ch. 2).
    """
    levels_m = [at.level_m for leg in legs if isinstance(leg, Travel) for at in leg.path.waypoints]
    if profile.medium is not Medium.AIR or not levels_m:
        return ()
    thin_m, against = air.density_altitude_m(max(levels_m)), []
    here = f"The air there is as thin as {thin_m:,.0f} m above the sea"
    if profile.ceiling_amsl_m is not None and thin_m > profile.ceiling_amsl_m:
        text = f"{here}: a {profile.name} flies up to {profile.ceiling_amsl_m:,.0f} m."
        against.append(Reason(Because.WEATHER, profile.name, text))
    if profile.thrust_n is not None:
        payload_kg = max(aboard_kg(legs))
        thrust_n = profile.thrust_n * air.kg_per_m3(max(levels_m)) / SEA_LEVEL_KG_PER_M3
        least_n = LEAST_THRUST * (profile.mass_kg + payload_kg) * _GRAVITY_MPS2
        if thrust_n < least_n:
            most_kg = max(0.0, thrust_n / (LEAST_THRUST * _GRAVITY_MPS2) - profile.mass_kg)
            text = (
                f"{here}: with {payload_kg:.1f} kg a {profile.name} needs {least_n:.0f} N of thrust to lean"
                f" by 45 degrees, and has {thrust_n:.0f}: {most_kg:.1f} kg at most."
            )
            against.append(Reason(Because.PAYLOAD, profile.name, text))
    return tuple(against)
