"""What the configuration says of places: hubs and their pads, lockers, and where else to land."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from geofences.path import Waypoint
from geofences.position import GeoPoint
from orchestrator.config.table import ONE_OF, Label, Latitude, Longitude, Name, Table
from orchestrator.orders.order import Compartments, Hub, HubId, Locker, LockerId, Pad, PadId
from vehicles.cargo import Temperature
from vehicles.mission import LandingPlace


class PlaceConfig(Table):
    """Something with a name of its own that stands on the ground: WGS84."""

    id: Name
    lat_deg: Latitude
    lon_deg: Longitude

    @property
    def position(self) -> GeoPoint:
        """Where it is."""
        return GeoPoint(self.lat_deg, self.lon_deg)


class PadConfig(PlaceConfig):
    """A landing pad or dock."""

    def pad(self) -> Pad:
        """The pad as the rooms know it."""
        return Pad(PadId(self.id), Waypoint(self.position))


class HubConfig(PlaceConfig):
    """A hub and its pads."""

    name: Label
    pads: tuple[PadConfig, ...] = Field(min_length=1, strict=False)

    def hub(self) -> Hub:
        """The hub as the rooms know it."""
        return Hub(HubId(self.id), self.name, self.position, tuple(pad.pad() for pad in self.pads))


class RallyConfig(PlaceConfig):
    """A place that is kept free for aircraft that cannot go on."""

    def place(self) -> LandingPlace:
        """The place as the rooms know it."""
        return LandingPlace(self.id, Waypoint(self.position))


class CompartmentsConfig(Table):
    """How many compartments of each size a locker has."""

    small: int = Field(default=0, ge=0, le=1000)
    medium: int = Field(default=0, ge=0, le=1000)
    large: int = Field(default=0, ge=0, le=1000)

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.small + self.medium + self.large == 0:
            raise ValueError("one compartment is needed at least")
        return self


class LockerConfig(PlaceConfig):
    """A parcel locker, placed before its doors; without `compartments` nobody counts them.

    `temperatures` is how it keeps what lies in it; ambient alone, where that is left out.
    """

    name: Label
    compartments: CompartmentsConfig | None = None
    temperatures: tuple[Annotated[Temperature, ONE_OF], ...] = Field(default=(), strict=False)

    def locker(self) -> Locker:
        """The locker as the rooms know it."""
        has = self.compartments
        counted = None if has is None else Compartments(has.small, has.medium, has.large)
        besides = (one for one in Temperature if one in self.temperatures and one is not Temperature.AMBIENT)
        return Locker(LockerId(self.id), self.name, self.position, counted, tuple(besides))
