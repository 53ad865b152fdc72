"""What motion and standing cost: electrical power from how a vehicle moves, for all vehicles at once.

Air: induced power of a rotor disc in forward flight (Glauert; Leishman, Principles of Helicopter
Aerodynamics, 2nd ed., eq. 2.130), thrust for weight and drag, power of climbing, and parasite power with
the cube of airspeed, set so that level cruise in still air costs what the profile publishes for it
(hovering plus `drag_power_w`). Sidewalk: rolling and drive losses with mass and speed.
"""

from __future__ import annotations

from math import sqrt

from geofences.zone import Medium
from sitl.maths import Floats, Maths
from sitl.state import Cell, State
from vehicles.profile import VehicleProfile

_GRAVITY_MPS2 = 9.80665
_AIR_KG_PER_M3 = 1.225
_SPINNING_SHARE = 0.05  # armed on the ground: idling propellers, of hovering power


def equip(cell: Cell, profile: VehicleProfile) -> None:
    """Write the constants of its kind into a vehicle's cell."""
    cell.mass_kg = profile.mass_kg
    cell.idle_w = profile.idle_w
    if profile.medium is Medium.SIDEWALK:
        cell.rolling_n = profile.drag_power_w / profile.cruise_mps
        return
    saved_w = hover_w(profile) - _rotors_w(profile, profile.cruise_mps)
    cell.disc_kg_per_m = _disc_kg_per_m(profile)
    cell.efficiency_frac = profile.rotor_efficiency_frac
    cell.parasite_kg_per_m = (profile.drag_power_w + saved_w) / profile.cruise_mps**3


def hover_w(profile: VehicleProfile) -> float:
    """What an empty aircraft's rotors take in hover."""
    return _rotors_w(profile, 0.0)


def spinning_w(profile: VehicleProfile) -> float:
    """Power of a vehicle that stands armed: electronics, and idling propellers where it has any."""
    return profile.idle_w + (_SPINNING_SHARE * hover_w(profile) if profile.medium is Medium.AIR else 0.0)


def copter_w(maths: Maths, state: State) -> Floats:
    """Power of multicopters while flying."""
    thrust_n = (state.mass_kg + state.payload_kg) * _GRAVITY_MPS2
    east, north = state.east_mps - state.wind_east_mps, state.north_mps - state.wind_north_mps
    airspeed2 = east * east + north * north
    induced_mps = _induced_mps(maths, thrust_n / state.disc_kg_per_m, airspeed2)
    lift_w = thrust_n * (induced_mps + maths.most(state.up_mps, 0.0)) / state.efficiency_frac
    return state.idle_w + lift_w + state.parasite_kg_per_m * airspeed2 * maths.sqrt(airspeed2)


def robot_w(maths: Maths, state: State) -> Floats:
    """Power of robots while driving."""
    speed_mps = maths.sqrt(state.east_mps * state.east_mps + state.north_mps * state.north_mps)
    return state.idle_w + state.rolling_n * speed_mps * ((state.mass_kg + state.payload_kg) / state.mass_kg)


def _induced_mps(maths: Maths, hover2: Floats, airspeed2: Floats) -> Floats:
    """Induced velocity in level flight; `hover2` is the square of that in hover."""
    half = 0.5 * airspeed2
    return maths.sqrt(maths.sqrt(half * half + hover2 * hover2) - half)


def _disc_kg_per_m(profile: VehicleProfile) -> float:
    return 2.0 * _AIR_KG_PER_M3 * profile.rotor_area_m2


def _rotors_w(profile: VehicleProfile, airspeed_mps: float) -> float:
    """Electrical power for the lift of an empty aircraft in level flight."""
    thrust_n = profile.mass_kg * _GRAVITY_MPS2
    hover2, half = thrust_n / _disc_kg_per_m(profile), 0.5 * airspeed_mps * airspeed_mps
    return thrust_n * sqrt(sqrt(half * half + hover2 * hover2) - half) / profile.rotor_efficiency_frac
