"""What a plan's item may ask of a vehicle: how fast, how high, how low."""

from __future__ import annotations

from geofences.formats.plan_items import PlanItem
from geofences.formats.reading import FormatError
from vehicles.profile import VehicleProfile
from vehicles.vehicle import SpeedLimit

LOW_M = 5.0
"""Lower than what a person on the ground, a van or a bush may reach, with an error of height."""
_SPEED_OFF_MPS = 0.01
"""Speeds come as floats of 32 bits, and in files rounded from knots and km/h."""


def check_speed(item: PlanItem, wanted_mps: float, profile: VehicleProfile, limit: SpeedLimit | None) -> None:
    """Raises `FormatError` for a speed that it does not go at: it would not be flown as it is timed."""
    if wanted_mps > profile.cruise_mps + _SPEED_OFF_MPS:
        most = f"a {profile.name} goes at {profile.cruise_mps:g} m/s at most"
        raise FormatError(item.field, f"asks for {wanted_mps:g} m/s: {most}")
    if limit is not None and wanted_mps > limit.most_mps + _SPEED_OFF_MPS:
        most = f"its autopilot goes at {limit.most_mps:g} m/s at most ({limit.name})"
        raise FormatError(item.field, f"asks for {wanted_mps:g} m/s: {most}")


def check_height(item: PlanItem, height_m: float, profile: VehicleProfile, *, low: bool) -> None:
    """Raises `FormatError` for one above what its kind flies at; for a low one unless that is meant."""
    if height_m > profile.max_cruise_height_agl_m:
        raise FormatError(
            item.field,
            f"leads to {height_m:.0f} m above home: a {profile.name} flies at"
            f" {profile.max_cruise_height_agl_m:.0f} m at most",
        )
    if height_m < LOW_M and not low:
        raise FormatError(
            item.field,
            f"leads to {height_m:g} m above home: below {LOW_M:g} m people and trees may be"
            " (--low flies there)",
        )
