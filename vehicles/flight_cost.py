"""What moving through the air costs, piece by piece: for choosing among heights before timing a path."""

from __future__ import annotations

from functools import cached_property
from math import hypot

from geofences.path import Waypoint
from geofences.position import GeoPoint, destination
from vehicles.atmosphere import Atmosphere
from vehicles.energy import power_w
from vehicles.pace import travel_s
from vehicles.profile import VehicleProfile
from vehicles.wind import Wind

_RUN_M = 600.0
_ORIGIN = GeoPoint(0.0, 0.0)


class FlightCost:
    """Watt-hours of level pieces at cruise speed, of climbs and descents, and of stops for those.

    A number as wind blows against the vehicle everywhere, as `energy.mission_energy_wh` has it. Heights are
    above ground, and the density of the air is that above flat ground (`Atmosphere.level_amsl_m`).
    """

    def __init__(self, profile: VehicleProfile, payload_kg: float, air: Atmosphere) -> None:
        self._profile = profile
        self._payload_kg = payload_kg
        self._air = air

    def level_wh(self, height_agl_m: float, east_m: float, north_m: float) -> float:
        """For a straight level piece, so far east and north."""
        length_m = hypot(east_m, north_m)
        if length_m == 0.0:
            return 0.0
        speed_mps = self._profile.cruise_mps
        wind = self._air.wind
        if isinstance(wind, Wind):
            east_mps, north_mps = (speed_mps * figure_m / length_m for figure_m in (east_m, north_m))
            against_mps = wind.airspeed_mps(height_agl_m, east_mps, north_mps) - speed_mps
        else:
            against_mps = wind
        return length_m / speed_mps * self._power_w(speed_mps, 0.0, against_mps, height_agl_m) / 3600.0

    def change_wh(self, from_agl_m: float, to_agl_m: float) -> float:
        """For a climb or a descent on the spot."""
        up_m = to_agl_m - from_agl_m
        climb_mps = self._profile.climb_mps if up_m > 0.0 else 0.0
        seconds = abs(up_m) / (climb_mps or self._profile.descend_mps)
        against_mps = self._standing_mps(max(from_agl_m, to_agl_m))
        middle_agl_m = 0.5 * (from_agl_m + to_agl_m)
        return seconds * self._power_w(0.0, climb_mps, against_mps, middle_agl_m) / 3600.0

    def hover_wh(self, height_agl_m: float, seconds: float) -> float:
        """For waiting in the air."""
        return seconds * self._power_w(0.0, 0.0, self._standing_mps(height_agl_m), height_agl_m) / 3600.0

    def least_wh_per_m(self, heights_agl_m: tuple[float, ...]) -> float:
        """No level metre at any of these heights, in any direction, costs less."""
        speed_mps = self._profile.cruise_mps
        wind = self._air.wind
        if isinstance(wind, Wind):
            strongest_mps = max(hypot(*wind.at_mps(height_m)) for height_m in heights_agl_m)
            against_mps = -min(strongest_mps, speed_mps)
        else:
            against_mps = wind
        least_w = min(self._power_w(speed_mps, 0.0, against_mps, height_m) for height_m in heights_agl_m)
        return least_w / speed_mps / 3600.0

    @cached_property
    def stop_wh(self) -> float:
        """For coming to rest on the way and speeding up again."""
        at = [Waypoint(destination(_ORIGIN, 90.0, run_m), 50.0) for run_m in (0.0, _RUN_M, 2.0 * _RUN_M)]
        raised = [Waypoint(one.position, 51.0) for one in at[1:]]
        through_s = sum(travel_s(self._profile, (at[0], at[2]), self._profile.cruise_mps))
        stopping_s = sum(travel_s(self._profile, (at[0], at[1], *raised), self._profile.cruise_mps))
        climb_s = 1.0 / self._profile.climb_mps
        return self.hover_wh(50.0, max(0.0, stopping_s - through_s - climb_s))

    def _standing_mps(self, height_agl_m: float) -> float:
        """The wind to stand against."""
        wind = self._air.wind
        return wind.airspeed_mps(height_agl_m, 0.0, 0.0) if isinstance(wind, Wind) else wind

    def _power_w(self, speed_mps: float, climb_mps: float, against_mps: float, height_agl_m: float) -> float:
        return power_w(
            self._profile,
            payload_kg=self._payload_kg,
            speed_mps=speed_mps,
            climb_mps=climb_mps,
            wind_mps=against_mps,
            air_kg_per_m3=self._air.kg_per_m3(height_agl_m),
        )
