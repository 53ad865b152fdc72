"""What vehicles answer when asked for a parcel: an offer, or reasons against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from geofences.reason import Reason
from vehicles.mission import VehicleId


@dataclass(frozen=True, slots=True)
class Offer:
    """What one vehicle predicts for one parcel: hand-over and deadline (fleet time, UTC seconds), energy.

    Raises `ValueError` naming the figure that is not finite, or an energy below 0.
    """

    handover_at_s: float
    deadline_s: float
    energy_wh: float

    def __post_init__(self) -> None:
        for name in ("handover_at_s", "deadline_s", "energy_wh"):
            if not isfinite(getattr(self, name)):
                raise ValueError(f"{name}: {getattr(self, name)} is not finite")
        if self.energy_wh < 0.0:
            raise ValueError(f"energy_wh: {self.energy_wh} is below 0")


Answers = Mapping[VehicleId, Offer | tuple[Reason, ...]]
"""For one parcel, what each vehicle answers."""
