"""Things that stand on the ground and reach up: buildings, masts, trees."""

from __future__ import annotations

from dataclasses import dataclass

from geofences.zone import Polygon


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A height-limited keep-out for aircraft: solid from the ground to `height_agl_m` over `footprint`.

    It never binds ground vehicles: those keep to footpaths, which may lead through a passage.
    Raises `ValueError` naming the field for a height that is negative or not a number.
    """

    name: str
    footprint: Polygon
    height_agl_m: float

    def __post_init__(self) -> None:
        if not self.height_agl_m >= 0.0:
            raise ValueError(f"height_agl_m: {self.height_agl_m} is not a number of 0 or more")
