"""Whether a simulated autopilot lets itself be armed, and why not."""

from __future__ import annotations

from sitl.faults import Faults, Kind
from sitl.guard import Guard
from sitl.settings import Settings

READY_AFTER_S = 4.0
"""Observed on PX4: arming is accepted 4.2 s after start."""


def objections(
    battery_frac: float, age_s: float, settings: Settings, faults: Faults, guard: Guard
) -> tuple[str, ...]:
    """Every reason against arming a vehicle started `age_s` seconds ago; empty when there is none."""
    against: list[str] = []
    if age_s < READY_AFTER_S:
        against.append("Sensors and position estimate are not ready yet")
    if battery_frac < settings.battery_low_frac:
        against.append(f"Battery is low: {battery_frac:.0%}")
    if faults.active(Kind.NO_ARM, age_s):
        against.append("Resolve system health failures first")
    if guard.in_breach:
        against.append("Vehicle is outside its geofence")
    return tuple(against)
