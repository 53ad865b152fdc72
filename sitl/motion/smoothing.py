"""PX4's motion along its axes: limited acceleration and jerk.

Laws of src/lib/motion_planning/VelocitySmoothing.cpp and src/lib/mathlib/math/TrajMath.hpp (PX4 a70a558393).
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from sitl.motion.compiled import compiled

_TINY = 1e-9


@compiled
def most_mps(jerk_mps3: float, mps2: float, ahead_m: float, end_mps: float) -> float:
    """The speed from which `end_mps` is reached `ahead_m` further on (`computeMaxSpeedFromDistance`)."""
    jerky = 4.0 / jerk_mps3 * mps2 * mps2
    root = sqrt(jerky * jerky + 8.0 * mps2 * ahead_m + 4.0 * end_mps * end_mps)
    return max(0.5 * (root - jerky), end_mps)


class Ramp(NamedTuple):
    """A change of speed along one axis: more acceleration, the most of it, then less again; then it stays.

    Speed and acceleration are in the direction in which they change, `side` (1 or -1) of the axis.
    """

    side: int
    mps: float
    mps2: float
    more_mps: float
    most_mps2: float
    jerk_mps3: float
    rising_s: float
    level_s: float
    falling_s: float
    total_s: float
    """How long it takes."""


@compiled
def ramp(now: tuple[float, float], goal_mps: float, limits: tuple[float, float]) -> Ramp:
    """From speed and acceleration `now` to a speed, as soon as can be; `limits` are acceleration and jerk."""
    mps, mps2 = now
    most_mps2, jerk_mps3 = limits
    swing = mps2 * max(mps2, -mps2) / (2.0 * jerk_mps3)
    side = -1 if goal_mps - mps - swing < 0.0 else 1
    gain, more = side * mps2, side * (goal_mps - mps)
    peak = sqrt(max(0.5 * gain * gain + jerk_mps3 * more, 0.0))
    rising_s = max(min(peak, most_mps2) - gain, 0.0) / jerk_mps3
    top = gain + jerk_mps3 * rising_s
    falling_s = max(top, 0.0) / jerk_mps3
    ramps = 0.5 * (gain + top) * rising_s + 0.5 * top * falling_s
    level_s = max(more - ramps, 0.0) / max(top, _TINY) if top > _TINY else 0.0
    total_s = rising_s + level_s + falling_s
    return Ramp(side, side * mps, gain, more, most_mps2, jerk_mps3, rising_s, level_s, falling_s, total_s)


@compiled
def lasting(one: Ramp, total_s: float) -> Ramp:
    """The same in more time, with less acceleration (`updateDurationsGivenTotalTime`)."""
    if total_s <= one.total_s:
        return one
    jerk, gain = one.jerk_mps3, one.mps2
    reach = total_s * jerk
    root = sqrt(max(reach * reach + 2.0 * reach * gain - gain * gain - 4.0 * jerk * one.more_mps, 0.0))
    rising_s = max(0.5 * (reach - gain - root), 0.0) / jerk
    rising_s = min(rising_s, max(one.most_mps2 - gain, 0.0) / jerk)
    falling_s = max(gain / jerk + rising_s, 0.0)
    level_s = max(total_s - rising_s - falling_s, 0.0)
    total_s = rising_s + level_s + falling_s
    return Ramp(
        one.side, one.mps, gain, one.more_mps, one.most_mps2, jerk, rising_s, level_s, falling_s, total_s
    )


@compiled
def advance(one: Ramp, dt_s: float) -> tuple[float, float, float]:
    """`dt_s` seconds of it: the metres gone, the speed and the acceleration then, along the axis."""
    jerk, speed, gain = one.jerk_mps3, one.mps, one.mps2
    first_s = min(dt_s, one.rising_s)
    second_s = min(dt_s - first_s, one.level_s)
    third_s = min(dt_s - first_s - second_s, one.falling_s)
    fourth_s = dt_s - first_s - second_s - third_s
    gone = first_s * (speed + first_s * (0.5 * gain + jerk * first_s / 6.0))
    speed = speed + first_s * (gain + 0.5 * jerk * first_s)
    gain = gain + jerk * first_s
    gone = gone + second_s * (speed + 0.5 * gain * second_s)
    speed = speed + gain * second_s
    gone = gone + third_s * (speed + third_s * (0.5 * gain - jerk * third_s / 6.0))
    speed = speed + third_s * (gain - 0.5 * jerk * third_s)
    gain = gain - jerk * third_s
    gone = gone + fourth_s * speed
    return one.side * gone, one.side * speed, one.side * (0.0 if fourth_s > 0.0 else gain)
