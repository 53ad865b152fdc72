"""Vertical limits brought to one datum: metres above the ground below (AGL)."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import assert_never

from geofences.ground.terrain import ANY_GROUND, GroundSpan
from geofences.zone import Datum, Limit, Unit, Volume

GEOID_ABOVE_ELLIPSOID_MAX_M = 86.0
GEOID_BELOW_ELLIPSOID_MAX_M = 107.0
"""How far mean sea level lies above (New Guinea) and below (south of India) the WGS84 ellipsoid.

Extremes of EGM96 and EGM2008, rounded up. No geoid model is at hand, so a WGS84 limit is taken at
whichever extreme makes the zone larger.
"""

_COLD_FRAC, _LOW_PRESSURE_M = 0.8, 850.0
_WARM_FRAC, _HIGH_PRESSURE_M = 1.15, 600.0
"""How low and how high a flight level can really be.

8.3 m per hPa from 1,013 to 914 (North Atlantic storms) and to 1,084 hPa (Siberian winter); and as air
50 degrees colder or 35 degrees warmer than the standard atmosphere (ICAO Doc 7488) is that much thinner.
"""


@dataclass(frozen=True, slots=True)
class Band:
    """A closed band of heights, metres above ground; either end may be infinite."""

    lower_agl_m: float
    upper_agl_m: float

    def meets(self, lower_agl_m: float, upper_agl_m: float, vertical_m: float) -> bool:
        """Whether the band, widened by `vertical_m` up and down, shares a height with the other."""
        return self.lower_agl_m - vertical_m <= upper_agl_m and lower_agl_m <= self.upper_agl_m + vertical_m


def band(volume: Volume, ground: GroundSpan | float | None) -> Band:
    """The heights a volume takes over ground whose bounds under its footprint are `ground`, metres AMSL.

    One figure is flat ground; None is unknown, anything that Earth has. A lower limit at or below the
    ground reaches down without end, so that a vehicle on the ground is inside. Nothing is ever made
    smaller: a floor is taken over the highest ground and a top over the lowest, for WGS84 and flight
    levels see the constants above, and limits that come out upside down somewhere (a top above the sea
    below a floor above the ground) enclose what lies between them.
    """
    span = _span(ground)
    floor = (-inf, -inf) if volume.lower is None else _reach_agl_m(volume.lower, span)
    top = (inf, inf) if volume.upper is None else _reach_agl_m(volume.upper, span)
    lower, upper = floor[0], top[1]
    if top[0] < floor[1] and volume.lower is not None and volume.upper is not None:
        lower, upper = min(lower, top[0]), max(upper, floor[1])
    return Band(-inf if lower <= 0.0 else lower, upper)


def _span(ground: GroundSpan | float | None) -> GroundSpan:
    if ground is None:
        return ANY_GROUND
    return ground if isinstance(ground, GroundSpan) else GroundSpan(ground, ground)


def _reach_agl_m(limit: Limit, ground: GroundSpan) -> tuple[float, float]:
    """The lowest and the highest that a limit may be above the ground below it."""
    low_m, high_m = reach_m(limit)
    if limit.datum is Datum.AGL:
        return low_m, high_m
    return low_m - ground.highest_amsl_m, high_m - ground.lowest_amsl_m


def reach_m(limit: Limit) -> tuple[float, float]:
    """The lowest and the highest that a limit may be: above ground for AGL, else above the sea."""
    low_m = high_m = limit.value_m
    match limit.datum:
        case Datum.AMSL if limit.unit is Unit.FL:
            return level_reach_amsl_m(limit)
        case Datum.AGL | Datum.AMSL:
            return low_m, high_m
        case Datum.WGS84:
            return low_m - GEOID_ABOVE_ELLIPSOID_MAX_M, high_m + GEOID_BELOW_ELLIPSOID_MAX_M
    assert_never(limit.datum)


def level_reach_amsl_m(level: Limit) -> tuple[float, float]:
    """The lowest and the highest above the sea that a flight level may come to lie, metres."""
    low_m = min(level.value_m, level.value_m * _COLD_FRAC) - _LOW_PRESSURE_M
    return low_m, max(level.value_m, level.value_m * _WARM_FRAC) + _HIGH_PRESSURE_M


def needs_ground(volume: Volume) -> bool:
    """Whether the heights of a volume above ground depend on how high the ground is."""
    limits = (volume.lower, volume.upper)
    return any(limit is not None and limit.datum is not Datum.AGL for limit in limits)


def describe(volume: Volume) -> str:
    """The limits in words: "0-150 m AGL", "30 m AGL to 120 m AMSL", "above 50 m AMSL", "all heights"."""
    lower, upper = volume.lower, volume.upper
    if lower is None and upper is None:
        return "all heights"
    if lower is None:
        assert upper is not None  # noqa: S101 - the case above leaves nothing else
        return f"up to {words(upper)}"
    if upper is None:
        return f"above {words(lower)}"
    if lower.datum is upper.datum and Unit.FL not in {lower.unit, upper.unit}:
        if upper.unit is lower.unit or lower.value_m == 0.0:
            return f"{_value(lower)}-{words(upper)}"
        return f"{_value(lower)} {lower.unit.value} to {words(upper)}"
    return f"{words(lower)} to {words(upper)}"


def words(limit: Limit) -> str:
    """A limit in words, in the unit it was published in: "120 m AMSL", "500 ft AGL", "FL 95"."""
    if limit.unit is Unit.FL:
        return f"FL {limit.value_m / 30.48:.4g}"
    return f"{_value(limit)} {limit.unit.value} {limit.datum.value}"


def _value(limit: Limit) -> str:
    value = limit.value_m / 0.3048 if limit.unit is Unit.FT else limit.value_m
    return f"{round(value, 3):.10g}"
