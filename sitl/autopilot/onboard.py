"""What the parts of one simulated autopilot share: the flight, where on Earth it is, what it has said."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, tan

from geofences.position import LocalFrame
from sitl.aboard.flight import Flight
from sitl.autopilot.estimate import Estimate
from sitl.faults import Kind
from sitl.motion.body import Place
from vehicles.clock import now_s

_EQUATOR_M = 6_378_137.0
_HALF_TURN_E7 = 1_800_000_000
_ECCENTRICITY2 = 6.694_379_990_14e-3  # WGS84, first eccentricity squared


class Onboard:
    """One vehicle as its messages see it. `serial` tells machines apart that share a system id."""

    def __init__(
        self, flight: Flight, frame: LocalFrame, system_id: int, serial: int, *, has_winch: bool
    ) -> None:
        self.flight = flight
        self.frame = frame
        self.system_id = system_id
        self.serial = serial
        self.cells = 1
        """Of its battery, in series."""
        self.has_winch = has_winch
        self.estimate = Estimate(system_id)
        self.named_mode: int | None = None
        self.plan_ids: Callable[[], tuple[int, int, int]] = lambda: (0, 0, 0)
        self.reached_index = 0
        self.reached_repeats = 0
        origin = frame.origin
        sin2 = 1.0 - cos(radians(origin.lat_deg)) ** 2
        shape = 1.0 - _ECCENTRICITY2 * sin2
        meridian_m = _EQUATOR_M * (1.0 - _ECCENTRICITY2) / shape**1.5
        normal_m = _EQUATOR_M / shape**0.5
        self._lat_e7_per_m = 1e7 / radians(1.0) / meridian_m
        self._lon_e7_per_m = 1e7 / radians(1.0) / (normal_m * cos(radians(origin.lat_deg)))
        self._tan_per_m = tan(radians(origin.lat_deg)) / normal_m
        self.pad_e7 = (origin.lat_deg * 1e7, origin.lon_deg * 1e7)
        flight.homing.seen = self._seen

    @property
    def per_m(self) -> tuple[float, float, float]:
        """What a metre is here: degrees * 1e7 of latitude and longitude, and how meridians converge."""
        return self._lat_e7_per_m, self._lon_e7_per_m, self._tan_per_m

    @property
    def age_s(self) -> float:
        """Seconds since it was started; the state of the flight may be up to a step older."""
        return now_s() - self.flight.boot_at_s

    @property
    def clock_s(self) -> float:
        """The autopilot's own clock: seconds since it booted last, as it believes."""
        age_s = self.age_s
        ahead_s = self.flight.faults.value(Kind.TIME_JUMP, age_s)
        return max(0.0, age_s - self.flight.up_since_age_s + ahead_s)

    @property
    def clock_ms(self) -> int:
        """Its clock in milliseconds, as 32 bits."""
        return int(self.clock_s * 1000.0 + 0.5) & 0xFFFFFFFF

    @property
    def clock_us(self) -> int:
        """Its clock in microseconds."""
        return int(self.clock_s * 1e6)

    @property
    def pad_amsl_m(self) -> float:
        """Height of its pad above the sea."""
        return self.flight.pad_amsl_m

    @property
    def home_above_m(self) -> float:
        """Height of its home above its pad."""
        return self.flight.homing.place.height_agl_m

    def _seen(self) -> Place:
        """Where it takes itself to be."""
        body, (east_m, north_m, up_m) = self.flight.airframe.body, self.off_m
        return Place(body.east_m + east_m, body.north_m + north_m, body.height_agl_m + up_m)

    @property
    def off_m(self) -> tuple[float, float, float]:
        """How far off the estimate of its place is now, metres east, north, up."""
        age_s = self.age_s
        self.estimate.go_on(age_s, blind=self.flight.faults.active(Kind.NO_GPS, age_s))
        return self.estimate.place_m

    def lat_lon_e7(self, off_east_m: float, off_north_m: float) -> tuple[int, int]:
        """Where it is, and so far off, degrees * 1e7: the ellipsoid to second order, right to 0.2 m in 5 km.

        A tenth of the cost of a projection, which a message in tens of microseconds has no time for. East of
        180 degrees it is in the west, as GPS receivers and PX4 tell it.
        """
        body = self.flight.airframe.body
        return self.place_e7(body.east_m + off_east_m, body.north_m + off_north_m)

    def place_e7(self, east_m: float, north_m: float) -> tuple[int, int]:
        """A place by its metres east and north of the pad, degrees * 1e7."""
        lat_e7 = (north_m - 0.5 * east_m * east_m * self._tan_per_m) * self._lat_e7_per_m
        lon_e7 = east_m * (1.0 + north_m * self._tan_per_m) * self._lon_e7_per_m
        return round(self.pad_e7[0] + lat_e7), _wrapped_e7(round(self.pad_e7[1] + lon_e7))


def _wrapped_e7(lon_e7: int) -> int:
    return (lon_e7 + _HALF_TURN_E7) % (2 * _HALF_TURN_E7) - _HALF_TURN_E7
