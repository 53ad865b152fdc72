"""Where a vehicle is by its satellites and estimates, where home is, what the wind does, its winch.

Each function reads one message that was heard at `at_s`, or gives None where it says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Generic, TypeVar

from pymavlink.dialects.v20 import all as dialect

from geofences.position import GeoPoint
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.quick import quick
from vehicles.telemetry import Estimator, Gps, GpsFix, Home, VtolState, Winch, Wind

_LAT_E7, _LON_E7 = 900_000_000, 1_800_000_000
_UNKNOWN_EPH = 65535
_UNKNOWN_SATELLITES = 255
_FIXES = {
    dialect.GPS_FIX_TYPE_2D_FIX: GpsFix.TWO_D,
    dialect.GPS_FIX_TYPE_3D_FIX: GpsFix.THREE_D,
    dialect.GPS_FIX_TYPE_STATIC: GpsFix.THREE_D,
    dialect.GPS_FIX_TYPE_DGPS: GpsFix.DIFFERENTIAL,
    dialect.GPS_FIX_TYPE_RTK_FLOAT: GpsFix.DIFFERENTIAL,
    dialect.GPS_FIX_TYPE_RTK_FIXED: GpsFix.DIFFERENTIAL,
    dialect.GPS_FIX_TYPE_PPP: GpsFix.DIFFERENTIAL,
}
_VELOCITY = dialect.ESTIMATOR_VELOCITY_HORIZ | dialect.ESTIMATOR_VELOCITY_VERT

_gps, _home, _wind = quick(Gps), quick(Home), quick(Wind)
_estimates = quick(Estimator)

T = TypeVar("T")


class Newest(Generic[T]):
    """The newest message of a kind that always says something: read when somebody wants to know."""

    __slots__ = ("_at_s", "_message", "_read", "_value")

    def __init__(self, read: Callable[[Message, float], T]) -> None:
        self._read = read
        self._message: Message | None = None
        self._at_s = 0.0
        self._value: T | None = None

    def hear(self, message: Message, at_s: float) -> None:
        """Keep it."""
        self._message = message
        self._at_s = at_s

    @property
    def value(self) -> T | None:
        """What it says; None before the first."""
        if self._message is not None:
            self._value = self._read(self._message, self._at_s)
            self._message = None
        return self._value


class LastKnown(Generic[T]):
    """What the newest message of a kind said that said anything: some only say that nobody knows."""

    __slots__ = ("_read", "value")

    def __init__(self, read: Callable[[Message, float], T | None]) -> None:
        self._read = read
        self.value: T | None = None

    def hear(self, message: Message, at_s: float) -> None:
        """Read it at once."""
        read = self._read(message, at_s)
        if read is not None:
            self.value = read


def gps_of(message: Message, at_s: float) -> Gps:
    """GPS_RAW_INT."""
    satellites = message.satellites_visible
    return _gps(
        heard_at_s=at_s,
        fix=_FIXES.get(message.fix_type, GpsFix.NONE),
        satellites=None if satellites == _UNKNOWN_SATELLITES else satellites,
        hdop=None if message.eph == _UNKNOWN_EPH else message.eph / 100.0,
        accuracy_m=message.h_acc / 1000.0 if message.h_acc else None,
    )


def home_of(message: Message, at_s: float) -> Home | None:
    """HOME_POSITION."""
    position = _position_of(message.latitude, message.longitude)
    return None if position is None else _home(at_s, position, message.altitude / 1000.0)


def wind_of(message: Message, at_s: float) -> Wind | None:
    """WIND_COV (PX4): components. WIND (ArduPilot): the direction that it comes from, and its speed."""
    if message.get_type() == "WIND_COV":
        north_mps, east_mps = _number(message.wind_x), _number(message.wind_y)
    else:
        from_deg, mps = _number(message.direction), _number(message.speed)
        if from_deg is None or mps is None:
            return None
        from_rad = math.radians(from_deg)
        north_mps, east_mps = -mps * math.cos(from_rad), -mps * math.sin(from_rad)
    return None if north_mps is None or east_mps is None else _wind(at_s, north_mps, east_mps)


def estimator_of(message: Message, at_s: float) -> Estimator:
    """ESTIMATOR_STATUS (PX4), or EKF_STATUS_REPORT (ArduPilot): the flags are the same up to bit 9."""
    if message.get_type() == "ESTIMATOR_STATUS":
        glitch = bool(message.flags & dialect.ESTIMATOR_GPS_GLITCH)
        return _estimator(message.flags, at_s, glitch=glitch, accuracy_m=_number(message.pos_horiz_accuracy))
    glitch = bool(message.flags & dialect.EKF_GPS_GLITCHING)
    return _estimator(message.flags, at_s, glitch=glitch, accuracy_m=None)


def _estimator(flags: int, at_s: float, *, glitch: bool, accuracy_m: float | None) -> Estimator:
    return _estimates(
        heard_at_s=at_s,
        attitude=bool(flags & dialect.ESTIMATOR_ATTITUDE),
        velocity=flags & _VELOCITY == _VELOCITY,
        position=bool(flags & dialect.ESTIMATOR_POS_HORIZ_ABS),
        height=bool(flags & dialect.ESTIMATOR_POS_VERT_ABS),
        gps_glitch=glitch,
        accuracy_m=accuracy_m,
    )


VTOL = {
    dialect.MAV_VTOL_STATE_TRANSITION_TO_FW: VtolState.TO_WING,
    dialect.MAV_VTOL_STATE_TRANSITION_TO_MC: VtolState.TO_HOVER,
    dialect.MAV_VTOL_STATE_MC: VtolState.HOVERING,
    dialect.MAV_VTOL_STATE_FW: VtolState.ON_WING,
}
"""MAV_VTOL_STATE of EXTENDED_SYS_STATE."""
_GROUND_SENSE = 128
"""MAV_WINCH_STATUS_GROUND_SENSE, which the dialect at hand does not know yet."""


def winch_of(message: Message, at_s: float) -> Winch:
    """WINCH_STATUS."""
    return Winch(
        heard_at_s=at_s,
        line_m=_number(message.line_length),
        speed_mps=_number(message.speed),
        tension_kg=_number(message.tension),
        healthy=bool(message.status & dialect.MAV_WINCH_STATUS_HEALTHY),
        retracted=bool(message.status & dialect.MAV_WINCH_STATUS_FULLY_RETRACTED),
        moving=bool(message.status & dialect.MAV_WINCH_STATUS_MOVING),
        on_ground=bool(message.status & _GROUND_SENSE),
    )


def attitude_of(message: Message, _at_s: float) -> tuple[float, float] | None:
    """ATTITUDE: roll and pitch in degrees."""
    roll_rad, pitch_rad = _number(message.roll), _number(message.pitch)
    return (
        None if roll_rad is None or pitch_rad is None else (math.degrees(roll_rad), math.degrees(pitch_rad))
    )


def _number(number: float) -> float | None:
    return number if math.isfinite(number) else None


def is_place(lat_e7: int, lon_e7: int) -> bool:
    """Whether degrees * 1e7 can be a position; 0, 0 means that there is no fix yet."""
    possible = -_LAT_E7 <= lat_e7 <= _LAT_E7 and -_LON_E7 <= lon_e7 <= _LON_E7
    return possible and not lat_e7 == lon_e7 == 0


def _position_of(lat_e7: int, lon_e7: int) -> GeoPoint | None:
    return GeoPoint(lat_e7 / 1e7, lon_e7 / 1e7) if is_place(lat_e7, lon_e7) else None
