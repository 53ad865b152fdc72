"""Which parcels a vehicle says that it holds."""

from __future__ import annotations

from vehicles.mission import ParcelId
from vehicles.telemetry import Telemetry


def still_held(seen: Telemetry, parcel_id: ParcelId, *, others: bool) -> bool:
    """Whether the vehicle says that it holds the parcel; `others` are aboard as well."""
    if seen.holds is not None:
        return parcel_id in seen.holds
    return seen.carrying is True and not others
