"""PX4's motion along its axes: limited acceleration and jerk. For one vehicle, or for all at once.

Laws of src/lib/motion_planning/VelocitySmoothing.cpp and src/lib/mathlib/math/TrajMath.hpp (PX4 a70a558393).
"""

from __future__ import annotations

from dataclasses import dataclass

from sitl.maths import Floats, Maths

_TINY = 1e-9


def most_mps(maths: Maths, jerk_mps3: Floats, mps2: Floats, ahead_m: Floats, end_mps: Floats) -> Floats:
    """The speed from which `end_mps` is reached `ahead_m` further on (`computeMaxSpeedFromDistance`)."""
    jerky = 4.0 / jerk_mps3 * mps2 * mps2
    root = maths.sqrt(jerky * jerky + 8.0 * mps2 * ahead_m + 4.0 * end_mps * end_mps)
    return maths.most(0.5 * (root - jerky), end_mps)


@dataclass(frozen=True, slots=True)
class Ramp:
    """A change of speed along one axis: more acceleration, the most of it, then less again; then it stays.

    Speed and acceleration are in the direction in which they change, `side` (1 or -1) of the axis.
    """

    side: Floats
    mps: Floats
    mps2: Floats
    more_mps: Floats
    most_mps2: Floats
    jerk_mps3: Floats
    rising_s: Floats
    level_s: Floats
    falling_s: Floats

    @property
    def total_s(self) -> Floats:
        """How long it takes."""
        return self.rising_s + self.level_s + self.falling_s


def ramp(maths: Maths, now: tuple[Floats, Floats], goal_mps: Floats, limits: tuple[Floats, Floats]) -> Ramp:
    """From speed and acceleration `now` to a speed, as soon as can be; `limits` are acceleration and jerk."""
    mps, mps2 = now
    most_mps2, jerk_mps3 = limits
    swing = mps2 * maths.most(mps2, -mps2) / (2.0 * jerk_mps3)
    side = maths.where(goal_mps - mps - swing < 0.0, -1.0, 1.0)
    gain, more = side * mps2, side * (goal_mps - mps)
    peak = maths.sqrt(maths.most(0.5 * gain * gain + jerk_mps3 * more, 0.0))
    rising_s = maths.most(maths.least(peak, most_mps2) - gain, 0.0) / jerk_mps3
    top = gain + jerk_mps3 * rising_s
    falling_s = maths.most(top, 0.0) / jerk_mps3
    ramps = 0.5 * (gain + top) * rising_s + 0.5 * top * falling_s
    level_s = maths.most(more - ramps, 0.0) / maths.most(top, _TINY) * (top > _TINY)
    return Ramp(side, side * mps, gain, more, most_mps2, jerk_mps3, rising_s, level_s, falling_s)


def lasting(maths: Maths, one: Ramp, total_s: Floats) -> Ramp:
    """The same in more time, with less acceleration (`updateDurationsGivenTotalTime`)."""
    jerk, gain = one.jerk_mps3, one.mps2
    longer = total_s > one.total_s
    reach = total_s * jerk
    root = maths.sqrt(
        maths.most(reach * reach + 2.0 * reach * gain - gain * gain - 4.0 * jerk * one.more_mps, 0.0)
    )
    rising_s = maths.most(0.5 * (reach - gain - root), 0.0) / jerk
    rising_s = maths.least(rising_s, maths.most(one.most_mps2 - gain, 0.0) / jerk)
    falling_s = maths.most(gain / jerk + rising_s, 0.0)
    level_s = maths.most(total_s - rising_s - falling_s, 0.0)
    return Ramp(
        *(one.side, one.mps, gain, one.more_mps, one.most_mps2, jerk),
        maths.where(longer, rising_s, one.rising_s),
        maths.where(longer, level_s, one.level_s),
        maths.where(longer, falling_s, one.falling_s),
    )


def advance(maths: Maths, one: Ramp, dt_s: Floats) -> tuple[Floats, Floats, Floats]:
    """`dt_s` seconds of it: the metres gone, the speed and the acceleration then, along the axis."""
    jerk, speed, gain = one.jerk_mps3, one.mps, one.mps2
    first_s = maths.least(dt_s, one.rising_s)
    second_s = maths.least(dt_s - first_s, one.level_s)
    third_s = maths.least(dt_s - first_s - second_s, one.falling_s)
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
    return one.side * gone, one.side * speed, one.side * maths.where(fourth_s > 0.0, 0.0, gain)
