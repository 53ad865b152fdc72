"""What each kind of vehicle costs by default: orders of magnitude, to be replaced by an operator's own books.

Drones: one remote pilot to about ten aircraft and the wear of battery and rotors a flight dominate; robots:
supervision at one person to tens; couriers: wages with their on-costs. Energy at 0.20 EUR a kilowatt-hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from orchestrator.dispatch.horizon import Rates
from vehicles.profile import Kind

DEFAULT_RATES: Mapping[Kind, Rates] = MappingProxyType(
    {
        Kind.DRONE: Rates(per_trip_eur=0.35, per_hour_eur=4.0, per_km_eur=0.08, per_kwh_eur=0.2),
        Kind.ROBOT: Rates(per_trip_eur=0.1, per_hour_eur=1.5, per_km_eur=0.05, per_kwh_eur=0.2),
        Kind.COURIER: Rates(per_trip_eur=0.0, per_hour_eur=22.0, per_km_eur=0.04, per_kwh_eur=0.2),
    }
)
"""Euros by kind of vehicle."""
