"""Alerts as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from geofences.position import GeoPoint
from vehicles.mission import VehicleId


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
