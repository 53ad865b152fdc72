"""Alerts as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal, get_args

from geofences.position import GeoPoint
from vehicles.mission import ParcelId, VehicleId

ParcelAlert = Literal["late", "nobody", "stuck", "uncollected", "absent", "custody"]
"""What an alert may say of a parcel."""


class Severity(Enum):
    """How soon a human is needed: INFO never, WARNING soon, CRITICAL now."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a human should know. `key` is stable ("link:D3"), so that a repeat does not pile up."""

    key: str
    severity: Severity
    text: str
    raised_at_s: float
    vehicle_id: VehicleId | None = None
    position: GeoPoint | None = None
    acknowledged_by: str | None = None

    @property
    def parcel_id(self) -> ParcelId | None:
        """The parcel that it is about; None where it is about something else."""
        kind, _, subject = self.key.partition(":")
        return ParcelId(subject) if kind in get_args(ParcelAlert) else None
