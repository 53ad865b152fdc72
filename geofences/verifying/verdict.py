"""What the verifier is asked with, and what it answers: how far to stay away, and what is broken."""

from __future__ import annotations

from dataclasses import dataclass

from geofences.position import GeoPoint
from geofences.reason import Reason


@dataclass(frozen=True, slots=True)
class Margins:
    """How far to stay away, metres: to the side of every footprint, above and below every band.

    Over uneven ground `vertical_m` is also the least height above it that a way over ground may have,
    where its ends are not lower. `ceiling_agl_m` is the most.
    """

    lateral_m: float
    vertical_m: float
    ceiling_agl_m: float | None = None

    def __post_init__(self) -> None:
        for name in ("lateral_m", "vertical_m"):
            if not 0.0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name}: {getattr(self, name)} is not a finite number of 0 or more")
        if self.ceiling_agl_m is not None and not self.ceiling_agl_m > 0.0:
            raise ValueError(f"ceiling_agl_m: {self.ceiling_agl_m} is not more than 0")


@dataclass(frozen=True, slots=True)
class Break:
    """A timed path comes into something it must keep out of: what, and where and when first."""

    reason: Reason
    position: GeoPoint
    height_agl_m: float
    at_s: float
