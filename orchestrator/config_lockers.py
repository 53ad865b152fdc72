"""What the configuration says of lockers: where they stand, and what they have room for."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from geofences.position import GeoPoint
from orchestrator.config_vehicles import Label, Name, Table
from orchestrator.orders.order import Compartments, Locker, LockerId

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


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


class LockerConfig(Table):
    """A parcel locker: WGS84, on the ground before its doors; without `compartments` nobody counts them."""

    id: Name
    name: Label
    lat_deg: Latitude
    lon_deg: Longitude
    compartments: CompartmentsConfig | None = None

    def locker(self) -> Locker:
        """The locker as the rooms know it."""
        has = self.compartments
        counted = None if has is None else Compartments(has.small, has.medium, has.large)
        return Locker(LockerId(self.id), self.name, GeoPoint(self.lat_deg, self.lon_deg), counted)
