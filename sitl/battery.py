"""What a simulated vehicle's battery really gives: a model of its own, not the planner's estimate.

It shares no code with `vehicles.energy` on purpose: a model tried against itself is always right.
Air: induced power of a rotor disc in forward flight (Glauert; Leishman, Principles of Helicopter
Aerodynamics, 2nd ed., eq. 2.130), thrust for weight and drag, power of climbing, and parasite power with
the cube of airspeed, set so that level cruise in still air costs what the profile publishes for it
(hovering plus `drag_power_w`). Sidewalk: rolling and drive losses with mass and speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from geofences.zone import Medium
from sitl.body import Body
from sitl.copter import Air
from vehicles.profile import VehicleProfile

_GRAVITY_MPS2 = 9.80665
_AIR_KG_PER_M3 = 1.225
_TAPER_FROM_FRAC = 0.9  # a charger holds its power until here, then the cells take less and less
_TAPER_TO_SHARE = 0.2
_SPINNING_SHARE = 0.05  # armed on the ground: idling propellers, of hovering power


@dataclass(slots=True)
class Battery:
    """A battery: what it holds when full, and what is in it now, watt-hours."""

    full_wh: float
    left_wh: float
    used_wh: float = 0.0

    @property
    def frac(self) -> float:
        """What is left of a full battery, in [0, 1]."""
        return self.left_wh / self.full_wh

    def draw(self, power_w: float, dt_s: float) -> None:
        """Take `power_w` for `dt_s` seconds; an empty battery gives nothing more."""
        taken_wh = min(self.left_wh, power_w * dt_s / 3600.0)
        self.left_wh -= taken_wh
        self.used_wh += taken_wh

    def charge(self, power_w: float, dt_s: float) -> None:
        """Charge with at most `power_w` for `dt_s` seconds: constant power, then a taper."""
        over = (self.frac - _TAPER_FROM_FRAC) / (1.0 - _TAPER_FROM_FRAC)
        share = 1.0 - (1.0 - _TAPER_TO_SHARE) * max(0.0, min(1.0, over))
        self.left_wh = min(self.full_wh, self.left_wh + power_w * share * dt_s / 3600.0)


class Consumption:
    """Electrical power of a vehicle kind, watts, from how it moves. Constants worked out once."""

    def __init__(self, profile: VehicleProfile) -> None:
        self._profile = profile
        self._parasite = 0.0
        if profile.medium is Medium.AIR:
            saved_w = self._lift_w(profile.mass_kg, 0.0, 0.0) - self._lift_w(
                profile.mass_kg, profile.cruise_mps, 0.0
            )
            self._parasite = (profile.drag_power_w + saved_w) / profile.cruise_mps**3

    def moving_w(self, body: Body, payload_kg: float, wind: Air) -> float:
        """Power while flying or driving with `payload_kg` aboard."""
        profile = self._profile
        mass_kg = profile.mass_kg + payload_kg
        if profile.medium is Medium.SIDEWALK:
            share = body.speed_mps / profile.cruise_mps * mass_kg / profile.mass_kg
            return profile.idle_w + profile.drag_power_w * share
        airspeed = sqrt((body.east_mps - wind.east_mps) ** 2 + (body.north_mps - wind.north_mps) ** 2)
        lift_w = self._lift_w(mass_kg, airspeed, max(0.0, body.up_mps))
        return profile.idle_w + lift_w + self._parasite * airspeed**3

    def standing_w(self, *, armed: bool) -> float:
        """Power on the ground: electronics, and idling propellers while armed."""
        if armed and self._profile.medium is Medium.AIR:
            return self._profile.idle_w + _SPINNING_SHARE * self._lift_w(self._profile.mass_kg, 0.0, 0.0)
        return self._profile.idle_w

    def _lift_w(self, mass_kg: float, airspeed_mps: float, climb_mps: float) -> float:
        thrust_n = mass_kg * _GRAVITY_MPS2
        hover2 = thrust_n / (2.0 * _AIR_KG_PER_M3 * self._profile.rotor_area_m2)  # v_h squared
        half = 0.5 * airspeed_mps * airspeed_mps
        induced = sqrt(sqrt(half * half + hover2 * hover2) - half)
        return thrust_n * (induced + climb_mps) / self._profile.rotor_efficiency_frac
