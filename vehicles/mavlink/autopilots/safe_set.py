"""The safe set: what an autopilot's parameters must be for the fleet to send it out, and why.

An autopilot's own failsafes are what is left when nobody reaches a vehicle. They are parameters, and
their factory values are made for a pilot who stands beside it with a transmitter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from geofences.reason import Because, Reason
from vehicles.profile import Airframe, VehicleProfile

_TOLERANCE = 1e-4
"""Parameters are 32-bit floats."""
_USUAL_RETURN_M = 60.0
"""PX4's own height of a return, as shipped."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a fleet needs of a vehicle's own failsafes, and of the pace at which it flies what is planned.

    Heights in metres above home: a return flies at `return_height_m` at least, above everything that
    stands in its area, and at `highest_m` at most. `reserve_frac` is the share of the battery below
    which no plan goes, so that a battery failsafe above it would end planned flights. Its plans and the
    space that is reserved for them count on `cruise_mps`, `climb_mps` and `descend_mps`; on its rotors a
    VTOL goes at `rotor_mps`.
    """

    airframe: Airframe
    return_height_m: float
    highest_m: float
    reserve_frac: float
    cruise_mps: float
    climb_mps: float
    descend_mps: float
    rotor_mps: float

    @property
    def usual_return_height_m(self) -> float:
        """What a return's height is set to where it is not allowed as it is."""
        return min(max(_USUAL_RETURN_M, self.return_height_m), self.highest_m)


def needs_of(profile: VehicleProfile, return_height_m: float | None = None) -> Needs:
    """What a fleet needs of a vehicle of this kind; without a height of its own the least of its cruise."""
    least_m = profile.min_cruise_height_agl_m
    wanted_m = least_m if return_height_m is None else return_height_m
    highest_m = max(wanted_m, profile.max_cruise_height_agl_m)
    pace_mps = (profile.cruise_mps, profile.climb_mps, profile.descend_mps, profile.rotor_mps)
    return Needs(profile.airframe, wanted_m, highest_m, profile.reserve_frac, *pace_mps)


@dataclass(frozen=True, slots=True)
class Within:
    """From `low` to `high`, both included, in the parameter's own unit."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these numbers."""

    values: tuple[float, ...]

    def __str__(self) -> str:
        return " or ".join(f"{value:g}" for value in self.values)


@dataclass(frozen=True, slots=True)
class Bits:
    """A mask of options: every bit of `on` set, none of `off`, the others either way."""

    on: int
    off: int

    def __str__(self) -> str:
        said = [
            f"bit {n} {how}" for mask, how in ((self.on, "set"), (self.off, "clear")) for n in _bits(mask)
        ]
        return "a number with " + ", ".join(said)


def _bits(mask: int) -> Iterator[int]:
    return (n for n in range(mask.bit_length()) if mask >> n & 1)


Allowed = Within | OneOf | Bits


class Missing(Enum):
    """What it means that an autopilot does not know a parameter."""

    UNSAFE = "the vehicle must have it"
    FINE = "other versions do without it"


@dataclass(frozen=True, slots=True)
class Safe:
    """One parameter of the safe set. `value` is what it is set to where it is not allowed as it is.

    `why` goes on with "so that". `not_below` names another parameter, whose value it must have at least,
    where the vehicle has that one.
    """

    name: str
    allowed: Allowed
    value: float
    why: str
    missing: Missing = Missing.UNSAFE
    not_below: str = ""

    def __post_init__(self) -> None:
        if not self.allows(self.value):
            raise ValueError(f"{self.name}: {self.value:g} would be set and is not {self.allowed}")

    def allows(self, number: float) -> bool:
        """Whether the parameter may stay at `number`. NaN never may."""
        match self.allowed:
            case Within(low, high):
                return low - _TOLERANCE <= number <= high + _TOLERANCE
            case OneOf(values):
                return any(abs(number - one) <= _TOLERANCE for one in values)
            case Bits(on, off):
                return number.is_integer() and int(number) & (on | off) == on


def names(safe_set: Iterable[Safe]) -> tuple[str, ...]:
    """What must be read to judge a vehicle by a safe set, each once."""
    return tuple(dict.fromkeys(name for safe in safe_set for name in (safe.name, safe.not_below) if name))


def judge(safe_set: Iterable[Safe], values: Mapping[str, float | None]) -> tuple[Reason, ...]:
    """What is wrong with parameters as read; None is one that the vehicle did not tell."""
    reasons = []
    for safe in safe_set:
        value, least = values.get(safe.name), values.get(safe.not_below)
        if value is None:
            if safe.missing is Missing.FINE:
                continue
            text = f"{safe.name} is not told: it must be {safe.allowed}, so that {safe.why}."
        elif not safe.allows(value):
            text = f"{safe.name} is {value:g} and must be {safe.allowed}, so that {safe.why}."
        elif least is not None and not value >= least - _TOLERANCE:
            other = f"{safe.not_below}, which is {least:g}"
            text = f"{safe.name} is {value:g} and must not be below {other}, so that {safe.why}."
        else:
            continue
        reasons.append(Reason(Because.HEALTH, safe.name, text))
    return tuple(reasons)
