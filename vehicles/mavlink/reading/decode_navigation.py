"""Where a vehicle is by its satellites and estimates, where home is, what the wind does, its winch.

Each function reads one message that was heard at `at_s`: of a value the fields, in the order in which
`wire.rows.VALUES` names them. That they say something is known by then (`wire.sense`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from math import degrees, isfinite
from typing import Any, TypeVar

from pymavlink.dialects.v20 import all as dialect

from geofences.position import GeoPoint
from vehicles.mavlink.wire.block import PARTS, Part
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.quick import quick
from vehicles.mavlink.wire.rows import NEVER_S
from vehicles.telemetry import Estimator, Gps, GpsFix, Home, Landed, VtolState, Winch, WindEstimate

ROLLING_MPS = 0.4
"""A rover faster than this is in motion; standing, its estimate was seen to wander at 0.2 m/s."""
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
_ATTITUDE, _POSITION = dialect.ESTIMATOR_ATTITUDE, dialect.ESTIMATOR_POS_HORIZ_ABS
_VELOCITY = dialect.ESTIMATOR_VELOCITY_HORIZ | dialect.ESTIMATOR_VELOCITY_VERT
_HEIGHT = dialect.ESTIMATOR_POS_VERT_ABS

Said = tuple[Any, ...]
"""The fields of a value."""

place_of = quick(GeoPoint, checked=True)
"""Of degrees that are known to be a place."""
_home = quick(Home)


def gps_of(said: Said, at_s: float) -> Gps:
    """GPS_RAW_INT."""
    eph, fix_type, satellites, h_acc_mm = said
    return Gps(
        heard_at_s=at_s,
        fix=_FIXES.get(fix_type, GpsFix.NONE),
        satellites=None if satellites == _UNKNOWN_SATELLITES else satellites,
        hdop=None if eph == _UNKNOWN_EPH else eph / 100.0,
        accuracy_m=h_acc_mm / 1000.0 if h_acc_mm else None,
    )


def home_of(said: Said, at_s: float) -> Home:
    """HOME_POSITION."""
    lat_e7, lon_e7, alt_mm = said
    return _home(at_s, place_of(lat_e7 / 1e7, lon_e7 / 1e7), alt_mm / 1000.0)


def wind_of(said: Said, at_s: float) -> WindEstimate:
    """WIND_COV (PX4): components."""
    return WindEstimate(at_s, *said)


def wind_from(said: Said, at_s: float) -> WindEstimate:
    """WIND (ArduPilot): the direction that it comes from, and its speed."""
    from_deg, mps = said
    from_rad = math.radians(from_deg)
    return WindEstimate(at_s, -mps * math.cos(from_rad), -mps * math.sin(from_rad))


def estimator_of(said: Said, at_s: float) -> Estimator:
    """ESTIMATOR_STATUS (PX4)."""
    accuracy_m, flags = said
    return _estimator(flags, at_s, flags & dialect.ESTIMATOR_GPS_GLITCH != 0, _number(accuracy_m))


def ekf_of(said: Said, at_s: float) -> Estimator:
    """EKF_STATUS_REPORT (ArduPilot): the flags are those of ESTIMATOR_STATUS up to bit 9."""
    (flags,) = said
    return _estimator(flags, at_s, flags & dialect.EKF_GPS_GLITCHING != 0, None)


def _estimator(flags: int, at_s: float, glitch: bool, accuracy_m: float | None) -> Estimator:  # noqa: FBT001
    return Estimator(
        heard_at_s=at_s,
        attitude=flags & _ATTITUDE != 0,
        velocity=flags & _VELOCITY == _VELOCITY,
        position=flags & _POSITION != 0,
        height=flags & _HEIGHT != 0,
        gps_glitch=glitch,
        accuracy_m=accuracy_m,
    )


_P = TypeVar("_P")
_WIND_COV, _WIND = PARTS["WIND_COV"], PARTS["WIND"]
_ESTIMATOR, _EKF = PARTS["ESTIMATOR_STATUS"], PARTS["EKF_STATUS_REPORT"]


def part_in(latest: Said, part: Part, read: Callable[[Said, float], _P]) -> _P | None:
    """What a value told last, by what a block gives; None where it never came."""
    at, said = part
    at_s = latest[at]
    return None if at_s == NEVER_S else read(latest[said], at_s)


def wind_in(latest: Said) -> WindEstimate | None:
    """By whichever of its two messages came last."""
    if latest[_WIND.at] > latest[_WIND_COV.at]:
        return part_in(latest, _WIND, wind_from)
    return part_in(latest, _WIND_COV, wind_of)


def estimator_in(latest: Said) -> Estimator | None:
    """By whichever of its two messages came last."""
    if latest[_EKF.at] > latest[_ESTIMATOR.at]:
        return part_in(latest, _EKF, ekf_of)
    return part_in(latest, _ESTIMATOR, estimator_of)


def unsure_in(latest: Said) -> bool:
    """Whether by the same it does not trust its estimate of where it is."""
    part = _EKF if latest[_EKF.at] > latest[_ESTIMATOR.at] else _ESTIMATOR
    return latest[part.at] != NEVER_S and not latest[part.said.stop - 1] & _POSITION


VTOL = {
    dialect.MAV_VTOL_STATE_TRANSITION_TO_FW: VtolState.TO_WING,
    dialect.MAV_VTOL_STATE_TRANSITION_TO_MC: VtolState.TO_HOVER,
    dialect.MAV_VTOL_STATE_MC: VtolState.HOVERING,
    dialect.MAV_VTOL_STATE_FW: VtolState.ON_WING,
}
"""MAV_VTOL_STATE of EXTENDED_SYS_STATE."""
LANDED = {
    dialect.MAV_LANDED_STATE_ON_GROUND: Landed.ON_GROUND,
    dialect.MAV_LANDED_STATE_IN_AIR: Landed.IN_MOTION,
    dialect.MAV_LANDED_STATE_TAKEOFF: Landed.IN_MOTION,
    dialect.MAV_LANDED_STATE_LANDING: Landed.IN_MOTION,
}
"""And its MAV_LANDED_STATE."""
_GROUND_SENSE = 128
"""MAV_WINCH_STATUS_GROUND_SENSE, which the dialect at hand does not know yet."""


def rolling(said: Said) -> Landed:
    """GLOBAL_POSITION_INT: a rover is "in air" for PX4 from its first move until it is disarmed."""
    speed_mps = math.hypot(said[5], said[6]) / 100.0
    return Landed.IN_MOTION if speed_mps > ROLLING_MPS else Landed.ON_GROUND


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


def attitude_of(said: Said, _at_s: float) -> tuple[float, float]:
    """ATTITUDE: roll and pitch in degrees."""
    _, roll_rad, pitch_rad = said
    return degrees(roll_rad), degrees(pitch_rad)


def _number(number: float) -> float | None:
    return number if isfinite(number) else None
