"""Angles, and draws of a counter, for steps of motion: the same numbers wherever they are asked for.

As machine code they round as they do in Python; the draws count on numbers of 64 bits that overflow.
"""

from __future__ import annotations

from math import atan2, cos, log, pi, sin, sqrt

import numpy as np

from sitl.motion.compiled import compiled

_DEGREES = 180.0 / pi

# Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014: splitmix64.
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_ONE, _TWO = np.uint64(1), np.uint64(2)
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11))


@compiled
def bearing_deg(east: float, north: float) -> float:
    """Direction of a vector, clockwise from north, within 180 degrees of it."""
    return atan2(east, north) * _DEGREES


@compiled
def sin_deg(angle_deg: float) -> float:
    """Sine."""
    return sin(angle_deg / _DEGREES)


@compiled
def cos_deg(angle_deg: float) -> float:
    """Cosine."""
    return cos(angle_deg / _DEGREES)


@compiled
def gaussians(seed: np.uint64, number: float) -> tuple[float, float]:
    """Two independent standard normal draws: the `number`-th ones of the seed's own stream.

    Box and Muller's transform of two draws of a counter.
    """
    counter = seed * _GOLDEN + np.uint64(number) * _TWO
    radius, angle = sqrt(-2.0 * log(_draw_frac(counter))), 2.0 * pi * _draw_frac(counter + _ONE)
    return radius * cos(angle), radius * sin(angle)


@compiled
def _draw_frac(counter: np.uint64) -> float:
    """A number in (0, 1] for each counter."""
    mixed = (counter + _ONE) * _GOLDEN
    mixed = (mixed ^ (mixed >> _SHIFTS[0])) * _MIX[0]
    mixed = (mixed ^ (mixed >> _SHIFTS[1])) * _MIX[1]
    mixed ^= mixed >> _SHIFTS[2]
    return (float(mixed >> _SHIFTS[3]) + 1.0) * 2.0**-53
