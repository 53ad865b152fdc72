"""Whether a simulated autopilot lets itself be armed, or goes into a mode, and why not."""

from __future__ import annotations

from sitl.aboard.fence_watch import BREACH
from sitl.aboard.guard import Guard
from sitl.aboard.onboard_mission import OnboardMission
from sitl.motion.settings import Settings
from vehicles.telemetry import Mode

READY_AFTER_S = 4.0
"""Observed on PX4: arming is accepted 4.2 s after start."""

_NEVER_ARMED_IN = frozenset({Mode.RETURN, Mode.LAND})


def objections(
    battery_frac: float, up_s: float, settings: Settings, guard: Guard, *, broken: bool
) -> tuple[str, ...]:
    """Every reason against arming a vehicle that has been up for `up_s` seconds; empty when there is none."""
    against: list[str] = []
    if up_s < READY_AFTER_S:
        against.append("Sensors and position estimate are not ready yet")
    if battery_frac < settings.battery_critical_frac:
        against.append(f"Battery is low: {battery_frac:.0%}")
    if broken:
        against.append("Accel 0 uncalibrated")
    if guard.fence.in_breach:
        against.append(BREACH.text)
    if guard.lost:
        against.append("No valid global position estimate")
    if guard.station.lost and settings.link_loss_action:
        against.append("No connection to the ground control station")
    return tuple(against)


def may_enter(mode: Mode, mission: OnboardMission, age_s: float, guard: Guard, *, steered: bool) -> bool:
    """Whether what a mode needs is there: a mission, a computer's wishes, a position; never sticks."""
    if mode is Mode.MANUAL:
        return False
    if mode is Mode.OTHER:
        return steered
    if mode is Mode.MISSION and not mission.may_fly(age_s):
        return False
    return mode is Mode.LAND or not guard.lost


def may_be_armed_in(mode: Mode) -> bool:
    """Whether PX4 arms in a mode at all: not to return or to land."""
    return mode not in _NEVER_ARMED_IN
