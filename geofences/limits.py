"""Vertical limits brought to one datum: metres above flat ground (AGL)."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import assert_never

from geofences.zone import Datum, Limit, Volume

GEOID_ABOVE_ELLIPSOID_MAX_M = 86.0
GEOID_BELOW_ELLIPSOID_MAX_M = 107.0
"""How far mean sea level lies above (New Guinea) and below (south of India) the WGS84 ellipsoid.

Extremes of EGM96 and EGM2008, rounded up. No geoid model is at hand, so a WGS84 limit is taken at
whichever extreme makes the zone larger.
"""


@dataclass(frozen=True, slots=True)
class Band:
    """A closed band of heights, metres above ground; either end may be infinite."""

    lower_agl_m: float
    upper_agl_m: float

    def meets(self, lower_agl_m: float, upper_agl_m: float, vertical_m: float) -> bool:
        """Whether the band, widened by `vertical_m` up and down, shares a height with the other."""
        return self.lower_agl_m - vertical_m <= upper_agl_m and lower_agl_m <= self.upper_agl_m + vertical_m


def band(volume: Volume, ground_amsl_m: float) -> Band:
    """The heights a volume takes over flat ground at `ground_amsl_m` (metres above mean sea level).

    A lower limit at or below the ground reaches down without end, so that a vehicle on the ground
    is inside. Nothing is ever made smaller: for WGS84 see the two constants, and limits of two
    datums that come out upside down over this ground enclose what lies between them.
    """
    lower = (
        -inf if volume.lower is None else _agl_m(volume.lower, ground_amsl_m, -GEOID_ABOVE_ELLIPSOID_MAX_M)
    )
    upper = inf if volume.upper is None else _agl_m(volume.upper, ground_amsl_m, GEOID_BELOW_ELLIPSOID_MAX_M)
    if lower > upper:
        lower, upper = upper, lower
    return Band(-inf if lower <= 0.0 else lower, upper)


def _agl_m(limit: Limit, ground_amsl_m: float, geoid_allowance_m: float) -> float:
    match limit.datum:
        case Datum.AGL:
            return limit.value_m
        case Datum.AMSL:
            return limit.value_m - ground_amsl_m
        case Datum.WGS84:
            return limit.value_m + geoid_allowance_m - ground_amsl_m
        case _:
            assert_never(limit.datum)


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
    if lower.datum is upper.datum:
        return f"{lower.value_m:g}-{words(upper)}"
    return f"{words(lower)} to {words(upper)}"


def words(limit: Limit) -> str:
    """A limit in words: "120 m AMSL"."""
    return f"{limit.value_m:g} m {limit.datum.value}"
