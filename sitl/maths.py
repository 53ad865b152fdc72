"""The arithmetic of motion, on one vehicle's plain numbers or on arrays of many: the same to the last bit.

A call into numpy costs as much for one number as for two hundred, so few vehicles are stepped one by one.
Addition, product, quotient and root are exact in both; what is not (angles, gusts) is numpy's in both.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

Floats = Any
"""A number of one vehicle, or an array of one for each of many."""
Flags = Any
"""The same of what is true or not."""

_DEGREES = 180.0 / math.pi


class Maths(Protocol):
    """What steps of motion are made of, beyond operators."""

    def sqrt(self, a: Floats, /) -> Floats:
        """Square root."""

    def floor(self, a: Floats, /) -> Floats:
        """The whole number at or below."""

    def least(self, a: Floats, b: Floats, /) -> Floats:
        """The smaller one."""

    def most(self, a: Floats, b: Floats, /) -> Floats:
        """The greater one."""

    def where(self, flag: Flags, a: Floats, b: Floats, /) -> Floats:
        """`a` where the flag is set, else `b`."""

    def any(self, flag: Flags, /) -> bool:
        """Whether any is set."""

    def bearing_deg(self, east: Floats, north: Floats, /) -> Floats:
        """Direction of a vector, clockwise from north, within 180 degrees of it."""

    def sin_deg(self, angle_deg: Floats, /) -> Floats:
        """Sine."""

    def cos_deg(self, angle_deg: Floats, /) -> Floats:
        """Cosine."""

    def gaussians(self, seed: Floats, number: Floats, /) -> tuple[Floats, Floats]:
        """Two independent standard normal draws for each seed: the `number`-th ones of its own stream."""


class Many:
    """On arrays."""

    sqrt: Callable[[Floats], Floats] = staticmethod(np.sqrt)
    floor: Callable[[Floats], Floats] = staticmethod(np.floor)
    least: Callable[[Floats, Floats], Floats] = staticmethod(np.minimum)
    most: Callable[[Floats, Floats], Floats] = staticmethod(np.maximum)
    where: Callable[[Flags, Floats, Floats], Floats] = staticmethod(np.where)

    @staticmethod
    def any(flag: Flags) -> bool:
        """Whether any is set."""
        return bool(flag.any())

    @staticmethod
    def bearing_deg(east: Floats, north: Floats) -> Floats:
        """Direction of a vector."""
        return np.arctan2(east, north) * _DEGREES

    @staticmethod
    def sin_deg(angle_deg: Floats) -> Floats:
        """Sine."""
        return np.sin(angle_deg / _DEGREES)

    @staticmethod
    def cos_deg(angle_deg: Floats) -> Floats:
        """Cosine."""
        return np.cos(angle_deg / _DEGREES)

    @staticmethod
    def gaussians(seed: Floats, number: Floats) -> tuple[Floats, Floats]:
        """Box and Muller's transform of two draws of a counter."""
        with np.errstate(over="ignore"):
            counter = seed * _GOLDEN + number.astype(np.uint64) * np.uint64(2)
            first, second = _uniform(counter), _uniform(counter + np.uint64(1))
        radius = np.sqrt(-2.0 * np.log(first))
        return radius * np.cos(2.0 * np.pi * second), radius * np.sin(2.0 * np.pi * second)


class One:
    """On the plain numbers of one vehicle."""

    sqrt: Callable[[Floats], Floats] = staticmethod(math.sqrt)
    floor: Callable[[Floats], Floats] = staticmethod(math.floor)
    least: Callable[[Floats, Floats], Floats] = staticmethod(min)
    most: Callable[[Floats, Floats], Floats] = staticmethod(max)
    any: Callable[[Flags], bool] = staticmethod(bool)

    @staticmethod
    def where(flag: Flags, a: Floats, b: Floats) -> Floats:
        """One of two."""
        return a if flag else b

    @staticmethod
    def bearing_deg(east: Floats, north: Floats) -> Floats:
        """Direction of a vector."""
        return np.arctan2(east, north).item() * _DEGREES

    @staticmethod
    def sin_deg(angle_deg: Floats) -> Floats:
        """Sine."""
        return np.sin(angle_deg / _DEGREES).item()

    @staticmethod
    def cos_deg(angle_deg: Floats) -> Floats:
        """Cosine."""
        return np.cos(angle_deg / _DEGREES).item()

    @staticmethod
    def gaussians(seed: Floats, number: Floats) -> tuple[Floats, Floats]:
        """The same draws."""
        one, other = Many.gaussians(np.array([seed], dtype=np.uint64), np.array([float(number)]))
        return one.item(0), other.item(0)


MANY: Maths = Many()
ONE: Maths = One()

# Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014: splitmix64.
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def _uniform(counter: Floats) -> Floats:
    """A number in (0, 1] for each counter."""
    mixed = (counter + np.uint64(1)) * _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[1]
    mixed ^= mixed >> np.uint64(31)
    return ((mixed >> np.uint64(11)).astype(np.float64) + 1.0) * 2.0**-53
