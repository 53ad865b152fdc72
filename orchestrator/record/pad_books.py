"""Independent books of where vehicles stand, from entries alone: no code shared with `apply`."""

from __future__ import annotations

from dataclasses import dataclass, field

from geofences.position import GeoPoint, distance_m
from orchestrator.record.events import VehicleJoined, VehicleLeft
from vehicles.mission import VehicleId


@dataclass(slots=True)
class PadBooks:
    """The pad of each vehicle that takes part: its place, and how far from there the vehicle may reach."""

    broken: list[str] = field(default_factory=list)
    stands: dict[VehicleId, tuple[GeoPoint, float]] = field(default_factory=dict)

    def move(self, said: str, event: VehicleJoined | VehicleLeft) -> None:
        """One that takes part, or does no more; noting whose pad is too near for the two of them."""
        self.stands.pop(event.vehicle_id, None)
        if isinstance(event, VehicleLeft):
            return
        place = event.pad.at.position
        reach_m = event.profile.radius_m + event.profile.nav_error_m
        for other_id, (elsewhere, other_m) in self.stands.items():
            if abs(elsewhere.lat_deg - place.lat_deg) > _FAR_DEG:
                continue
            away_m = distance_m(place, elsewhere)
            if away_m < reach_m + other_m:
                pads = f"{event.vehicle_id} and {other_id} want one landing place: their pads are"
                self.broken.append(f"{said} {pads} {away_m:.1f} m apart, less than {reach_m + other_m:.1f} m")
        self.stands[event.vehicle_id] = (place, reach_m)


_FAR_DEG = 0.001
"""111 m: further than any two vehicles reach. Of latitude alone, so as not to measure every pair."""
