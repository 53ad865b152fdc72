"""One look at the fleet: what the record says, what the vehicles last said, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.record.state import FleetState
from vehicles.mission import VehicleId
from vehicles.telemetry import Telemetry

STALE_AFTER_S = 10.0


@dataclass(frozen=True, slots=True)
class Look:
    """The committed state, the newest sample of each vehicle heard, and fleet time, UTC seconds."""

    state: FleetState
    seen: Mapping[VehicleId, Telemetry]
    now_s: float

    def fresh(self, vehicle_id: VehicleId) -> Telemetry | None:
        """The vehicle's sample, unless its position is over 10 s old: an old one says nothing about now."""
        sample = self.seen.get(vehicle_id)
        if sample is None or self.now_s - sample.placed_at_s > STALE_AFTER_S:
            return None
        return sample
