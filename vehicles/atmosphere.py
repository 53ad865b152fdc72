"""The air that a way is planned in: the wind, and how dense it is at the height flown.

The International Standard Atmosphere below 11 km (ISO 2533:1975; ICAO Doc 7488/3): 15 degrees C and
1013.25 hPa at mean sea level, 6.5 K less each 1,000 m. Air that is warmer or colder than that by so many
kelvin has the same pressure at a height, and its density falls with its temperature. Left out: that day's own
pressure (QNH, mostly within 3 %), moisture (1 %), geometric against geopotential height (2.5 m at 4,000 m).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from vehicles.wind import Wind

SEA_LEVEL_KG_PER_M3 = 1.225
_SEA_LEVEL_K, _LAPSE_K_PER_M = 288.15, 0.0065
_DENSITY_POWER = 9.80665 / (287.05287 * _LAPSE_K_PER_M) - 1.0


@dataclass(frozen=True, slots=True)
class Atmosphere:
    """Wind and density. A `wind` that is a number blows against whatever moves, metres per second.

    `level_amsl_m` is how high above the sea the level lies that a way's `Waypoint.level_m` counts from: flat
    ground; 0 where its points tell themselves how high the ground is. `above_isa_k` is how much warmer than
    the standard the air is. Raises `ValueError` naming what cannot be.
    """

    wind: float | Wind = 0.0
    level_amsl_m: float = 0.0
    above_isa_k: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.wind, Wind) and not 0.0 <= self.wind < float("inf"):
            raise ValueError(f"wind: {self.wind} is not a finite number of 0 or more")
        for name in ("level_amsl_m", "above_isa_k"):
            if not isfinite(getattr(self, name)):
                raise ValueError(f"{name}: {getattr(self, name)} is not a finite number")

    def kg_per_m3(self, level_m: float) -> float:
        """Its density at a height, counted as `Waypoint.level_m`."""
        standard_k = _SEA_LEVEL_K - _LAPSE_K_PER_M * (self.level_amsl_m + level_m)
        standard = SEA_LEVEL_KG_PER_M3 * (standard_k / _SEA_LEVEL_K) ** _DENSITY_POWER
        return float(standard * standard_k / (standard_k + self.above_isa_k))

    def density_altitude_m(self, level_m: float) -> float:
        """How high above the sea standard air is as thin as here."""
        thin = self.kg_per_m3(level_m) / SEA_LEVEL_KG_PER_M3
        return float((1.0 - thin ** (1.0 / _DENSITY_POWER)) * _SEA_LEVEL_K / _LAPSE_K_PER_M)
