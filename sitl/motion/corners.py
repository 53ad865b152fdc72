"""How fast a multicopter passes a corner: as PX4 reckons it, looking one corner ahead.

Source: src/lib/motion_planning/TrajectoryConstraints.hpp and PositionSmoothing.cpp (PX4 a70a558393).
"""

from __future__ import annotations

from math import hypot, sqrt

from sitl.motion.body import Line
from sitl.motion.settings import Settings
from sitl.motion.smoothing import most_mps
from vehicles.profile import VehicleProfile

_TURN_SHARE = 0.5  # MPC_XY_TRAJ_P: of the acceleration, in a corner
_SAME_M = 1e-3
_TINY = 1e-9


def corner_mps(before: Line, after: Line, _: VehicleProfile, settings: Settings) -> tuple[float, float]:
    """The speeds for a corner: over ground (`computeStartXYSpeedFromWaypoints`), and up or down.

    Over ground: of a circle within the radius, and no more than can be braked from by the end of the next. Up
    or down: with how far each place lies from home for how far it lies away, as `_getMaxZSpeed` has it.
    """
    flat_m = hypot(after.end.east_m - after.start.east_m, after.end.north_m - after.start.north_m)
    level_mps = 0.0
    if flat_m > max(_SAME_M, before.radius_m):
        ahead_mps = most_mps(settings.jerk_mps3, settings.level_mps2, flat_m, 0.0)
        turn_cos = _turn_cos((before.unit_east, before.unit_north), (after.unit_east, after.unit_north))
        turn_mps = _in_turn_mps(turn_cos, _TURN_SHARE * settings.level_mps2, before.radius_m)
        level_mps = min(turn_mps, ahead_mps, before.speed_mps)
    next_m = after.end.height_agl_m - after.start.height_agl_m
    if abs(next_m) <= _SAME_M:
        return level_mps, 0.0
    away_m = [hypot(at.east_m, at.north_m) for at in (before.start, before.end, after.end)]
    rise_m = before.end.height_agl_m - before.start.height_agl_m
    turn_cos = _turn_cos((away_m[1] - away_m[0], rise_m), (away_m[2] - away_m[1], next_m))
    rate_mps2 = settings.up_mps2 if rise_m > 0.0 else settings.down_mps2
    return level_mps, _in_turn_mps(turn_cos, rate_mps2, settings.upright_radius_m)


def _turn_cos(before: tuple[float, float], after: tuple[float, float]) -> float:
    """Of the bend between two directions; a right angle where one of them is none, as PX4 has it."""
    lengths = hypot(*before) * hypot(*after)
    return (before[0] * after[0] + before[1] * after[1]) / lengths if lengths > _TINY else 0.0


def _in_turn_mps(turn_cos: float, mps2: float, radius_m: float) -> float:
    """`computeMaxSpeedInWaypoint`; the cosine is that of the bend, 1 for none."""
    half_tan = sqrt(max(0.0, 1.0 - turn_cos) / max(_TINY, 1.0 + turn_cos))
    return sqrt(mps2 * radius_m / max(half_tan, _TINY))
