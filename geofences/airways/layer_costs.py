"""What a flight among several heights is planned for, and what moving there costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from geofences.verifying.verdict import Margins


class Costs(Protocol):
    """What moving costs, watt-hours: never less than nothing."""

    def level_wh(self, height_agl_m: float, east_m: float, north_m: float) -> float:
        """A straight level piece so far east and north."""

    def change_wh(self, from_agl_m: float, to_agl_m: float) -> float:
        """A climb or descent on the spot."""

    def least_wh_per_m(self, heights_agl_m: tuple[float, ...]) -> float:
        """No level metre at these heights costs less."""

    @property
    def stop_wh(self) -> float:
        """Coming to rest on the way, and going on."""


@dataclass(frozen=True, slots=True)
class Flight:
    """What a path is planned for: heights of cruise above ground, rising; when (UTC seconds); how far off.

    Over uneven ground each height is the least of a slab that reaches up to `slab_m` higher.
    Raises `ValueError` for heights that do not rise.
    """

    heights_agl_m: tuple[float, ...]
    from_s: float
    until_s: float
    margins: Margins
    slab_m: float = 15.0

    def __post_init__(self) -> None:
        if not self.heights_agl_m or list(self.heights_agl_m) != sorted(set(self.heights_agl_m)):
            raise ValueError(f"heights_agl_m: {self.heights_agl_m} are no rising heights")

    def top_agl_m(self, height_agl_m: float, *, uneven: bool) -> float:
        """The most height that is flown at over ground, where the least is this."""
        return height_agl_m + self.slab_m if uneven else height_agl_m
