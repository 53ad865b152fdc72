"""The ground that simulated vehicles fly over and land on: level, or as a height model has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from geofences.position import LocalFrame, LocalPoint

if TYPE_CHECKING:  # geometry is slow to load, and most fly over level ground
    from geofences.ground.terrain import Terrain

Ground = Callable[[float, float], float]
"""How much higher than home the ground is, metres east and north of it."""


def level_m(_east_m: float, _north_m: float) -> float:
    """As high as home everywhere."""
    return 0.0


def relief(terrain: Terrain | None, frame: LocalFrame) -> Ground:
    """The ground about a home at the origin of `frame`; as high as home where nobody knows it."""
    home_m = None if terrain is None else terrain.height_amsl_m(frame.origin)
    if terrain is None or home_m is None:
        return level_m

    def ground_m(east_m: float, north_m: float) -> float:
        here_m = terrain.height_amsl_m(frame.to_geo(LocalPoint(east_m, north_m)))
        return 0.0 if here_m is None else here_m - home_m

    return ground_m
