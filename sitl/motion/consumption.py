"""What motion and standing cost: electrical power from how a vehicle moves.

Air: induced power of a rotor disc in forward flight (Glauert; Leishman, Principles of Helicopter
Aerodynamics, 2nd ed., eq. 2.130), thrust for weight and drag, power of climbing, and parasite power with
the cube of airspeed, set so that level cruise in still air costs what the profile publishes for it
(hovering plus `drag_power_w`), at sea level. With height the air thins: its density falls with the power of
4.256 of 1 - h / 44,331 m (U.S. Standard Atmosphere, 1976), and with its own temperature where that is not
standard. Sidewalk: rolling and drive losses with mass and speed.
"""

from __future__ import annotations

from math import sqrt

from geofences.zone import Medium
from sitl.motion.compiled import compiled
from sitl.motion.state import Cell
from vehicles.profile import Airframe, VehicleProfile

_GRAVITY_MPS2 = 9.80665
_AIR_KG_PER_M3 = 1.225
_THINS_M, _THINS_POWER = 44_330.8, 4.255_88
_SEA_LEVEL_K, _COLDER_K_PER_M = 288.15, 0.0065
_PARASITE_SHARE = 0.5
_PROPELLER_FRAC = 0.6  # battery to thrust, as in the profile of the delivery VTOL
_SPINNING_SHARE = 0.05  # armed on the ground: idling propellers, of hovering power


def equip(cell: Cell, profile: VehicleProfile) -> None:
    """Write the constants of its kind into a vehicle's cell."""
    cell.mass_kg, cell.most_kg = profile.mass_kg, profile.mass_kg + profile.max_payload_kg
    cell.idle_w, cell.cruise_mps = profile.idle_w, profile.cruise_mps
    cell.climb_mps, cell.descend_mps = profile.climb_mps, profile.descend_mps
    if profile.medium is Medium.SIDEWALK:
        cell.rolling_n = profile.drag_power_w / profile.cruise_mps
        return
    cell.disc_kg_per_m = _disc_kg_per_m(profile)
    cell.efficiency_frac = profile.rotor_efficiency_frac
    if profile.airframe is Airframe.VTOL:
        cell.stall_mps, cell.wing_w = profile.stall_mps, profile.drag_power_w
        cell.parasite_kg_per_m = _PARASITE_SHARE * profile.drag_power_w / profile.cruise_mps**3
    else:
        saved_w = hover_w(profile) - _rotors_w(profile, profile.cruise_mps)
        cell.parasite_kg_per_m = (profile.drag_power_w + saved_w) / profile.cruise_mps**3


def hover_w(profile: VehicleProfile) -> float:
    """What an empty aircraft's rotors take in hover."""
    return _rotors_w(profile, 0.0)


def spinning_w(profile: VehicleProfile) -> float:
    """Power of a vehicle that stands armed: electronics, and idling propellers where it has any."""
    return profile.idle_w + (_SPINNING_SHARE * hover_w(profile) if profile.medium is Medium.AIR else 0.0)


@compiled
def dense_frac(state: Cell) -> float:
    """How dense the air about a vehicle is, against standard air at sea level."""
    amsl_m = state.pad_amsl_m + state.height_m
    as_cold = _SEA_LEVEL_K - _COLDER_K_PER_M * amsl_m
    return float((1.0 - amsl_m / _THINS_M) ** _THINS_POWER * as_cold / (as_cold + state.above_isa_k))


@compiled
def copter_w(state: Cell) -> float:
    """Power of a multicopter while flying."""
    thrust_n = (state.mass_kg + state.payload_kg) * _GRAVITY_MPS2
    east, north = state.east_mps - state.wind_east_mps, state.north_mps - state.wind_north_mps
    airspeed2 = east * east + north * north
    dense = dense_frac(state)
    hover2, half = thrust_n / (state.disc_kg_per_m * dense), 0.5 * airspeed2
    induced_mps = sqrt(sqrt(half * half + hover2 * hover2) - half)  # in level flight
    lift_w = thrust_n * (induced_mps + max(state.up_mps, 0.0)) / state.efficiency_frac
    return state.idle_w + lift_w + state.parasite_kg_per_m * dense * airspeed2 * sqrt(airspeed2)


@compiled
def wing_w(state: Cell) -> float:
    """Power of aircraft that hover and fly on a wing: rotors below the stall speed, a propeller above it.

    On the wing half of the cruise power overcomes parasite drag, which grows with the cube of airspeed, and
    half induced drag, which grows with the square of weight and falls with airspeed: the share of the two
    at the best glide, where aircraft cruise (Anderson, Introduction to Flight, ch. 6).
    """
    east, north = state.east_mps - state.wind_east_mps, state.north_mps - state.wind_north_mps
    pace = sqrt(east * east + north * north) / state.cruise_mps
    weight = (state.mass_kg + state.payload_kg) / state.most_kg
    dense = dense_frac(state)
    stall_mps = state.stall_mps / sqrt(dense)
    least = max(pace, stall_mps / state.cruise_mps)
    induced = (1.0 - _PARASITE_SHARE) * weight * weight / (least * dense)
    level_w = state.wing_w * (_PARASITE_SHARE * dense * least * least * least + induced)
    climb_w = weight * state.most_kg * _GRAVITY_MPS2 * max(state.up_mps, 0.0) / _PROPELLER_FRAC
    on_wing = pace * state.cruise_mps >= stall_mps
    return state.idle_w + level_w + climb_w if on_wing else copter_w(state)


@compiled
def robot_w(state: Cell) -> float:
    """Power of a robot while driving."""
    speed_mps = sqrt(state.east_mps * state.east_mps + state.north_mps * state.north_mps)
    return state.idle_w + state.rolling_n * speed_mps * ((state.mass_kg + state.payload_kg) / state.mass_kg)


def _disc_kg_per_m(profile: VehicleProfile) -> float:
    return 2.0 * _AIR_KG_PER_M3 * profile.rotor_area_m2


def _rotors_w(profile: VehicleProfile, airspeed_mps: float) -> float:
    """Electrical power for the lift of an empty aircraft in level flight."""
    thrust_n = profile.mass_kg * _GRAVITY_MPS2
    hover2, half = thrust_n / _disc_kg_per_m(profile), 0.5 * airspeed_mps * airspeed_mps
    return thrust_n * sqrt(sqrt(half * half + hover2 * hover2) - half) / profile.rotor_efficiency_frac
