"""Wind by height: what is known of it at some heights above ground, as a forecast or a mast gives it."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from dataclasses import dataclass
from math import cos, hypot, isfinite, radians, sin


@dataclass(frozen=True, slots=True)
class WindAt:
    """The wind at one height above ground, metres; `from_deg` is where it blows from, clockwise from north.

    Raises `ValueError` naming the field for what is no wind.
    """

    height_agl_m: float
    speed_mps: float
    from_deg: float

    def __post_init__(self) -> None:
        for name in ("height_agl_m", "speed_mps"):
            if not 0.0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name}: {getattr(self, name)} is not a finite number of 0 or more")
        if not isfinite(self.from_deg):
            raise ValueError(f"from_deg: {self.from_deg} is not a finite number")

    @property
    def toward_mps(self) -> tuple[float, float]:
        """Where the air moves to: east, north."""
        from_rad = radians(self.from_deg)
        return -self.speed_mps * sin(from_rad), -self.speed_mps * cos(from_rad)


@dataclass(frozen=True, slots=True)
class Wind:
    """Winds at rising heights: between two of them it changes evenly, beyond the last it is as there.

    Raises `ValueError` when there is none, or heights do not rise.
    """

    layers: tuple[WindAt, ...]

    def __post_init__(self) -> None:
        heights = [layer.height_agl_m for layer in self.layers]
        if not heights:
            raise ValueError("layers: a wind needs at least one height")
        if any(b <= a for a, b in itertools.pairwise(heights)):
            raise ValueError("layers: heights must rise from one to the next")

    def at_mps(self, height_agl_m: float) -> tuple[float, float]:
        """Where the air moves to at a height: east, north."""
        heights = [layer.height_agl_m for layer in self.layers]
        above = bisect_right(heights, height_agl_m)
        low, high = self.layers[max(0, above - 1)], self.layers[min(above, len(heights) - 1)]
        if high is low or above == 0:
            return low.toward_mps
        share = (height_agl_m - low.height_agl_m) / (high.height_agl_m - low.height_agl_m)
        (le, ln), (he, hn) = low.toward_mps, high.toward_mps
        return le + share * (he - le), ln + share * (hn - ln)

    def airspeed_mps(self, height_agl_m: float, east_mps: float, north_mps: float) -> float:
        """How fast the air passes a vehicle that moves so over ground at a height."""
        east, north = self.at_mps(height_agl_m)
        return hypot(east_mps - east, north_mps - north)

    def strongest_mps(self, lower_agl_m: float, upper_agl_m: float) -> float:
        """The most between two heights."""
        between = (w.height_agl_m for w in self.layers if lower_agl_m < w.height_agl_m < upper_agl_m)
        return max(hypot(*self.at_mps(height_m)) for height_m in (lower_agl_m, *between, upper_agl_m))
