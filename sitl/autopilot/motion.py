"""Messages of motion and reception; units and oddities as PX4 sends them. See `messages`."""

from __future__ import annotations

from math import atan2, cos, degrees, nan, radians, sin

from sitl.autopilot import shapes
from sitl.autopilot.onboard import Onboard
from sitl.faults import Kind

_FIX_3D, _NO_FIX = 3, 0
_ESTIMATE_OK, _ESTIMATE_BLIND = (
    0x033F,
    0x0065,
)  # ESTIMATOR_STATUS_FLAGS as recorded, with and without position


def _alt_amsl_m(onboard: Onboard) -> float:
    return onboard.pad_amsl_m + onboard.flight.airframe.body.height_agl_m + onboard.off_m[2]


def gps_raw_int(onboard: Onboard) -> bytes:
    """GPS_RAW_INT: a 3D fix with its scatter, or none."""
    flight = onboard.flight
    body = flight.airframe.body
    if flight.faults.active(Kind.NO_GPS, flight.age_s):
        return shapes.GPS_RAW_INT.layout.pack(
            onboard.clock_us, 0, 0, 0, 9999, 9999, 65535, 65535, _NO_FIX, 0, 0, 0, 0, 0, 0, 0
        )
    off_east_m, off_north_m, off_up_m, off_mps = onboard.estimate.fix()
    lat, lon = onboard.lat_lon_e7(off_east_m, off_north_m)
    alt_mm = round(1000.0 * (onboard.pad_amsl_m + body.height_agl_m + off_up_m))
    course_cdeg = round(degrees(atan2(body.east_mps, body.north_mps)) % 360.0 * 100.0) % 36000
    return shapes.GPS_RAW_INT.layout.pack(
        onboard.clock_us,
        lat,
        lon,
        alt_mm,
        *(70, 110),
        round(abs(body.speed_mps + off_mps) * 100.0),
        course_cdeg,
        _FIX_3D,
        10,
        alt_mm,
        *(900, 1780, 400, 0, 0),
    )


def global_position_int(onboard: Onboard) -> bytes:
    """GLOBAL_POSITION_INT: the estimate, right or wrong; heights in mm above the sea and above home."""
    body = onboard.flight.airframe.body
    off_east_m, off_north_m, off_up_m = onboard.off_m
    off_east_mps, off_north_mps, off_up_mps = onboard.estimate.speed_mps
    lat, lon = onboard.lat_lon_e7(off_east_m, off_north_m)
    height_mm = round(1000.0 * (body.height_agl_m + off_up_m))
    return shapes.GLOBAL_POSITION_INT.layout.pack(
        onboard.clock_ms,
        lat,
        lon,
        round(1000.0 * onboard.pad_amsl_m) + height_mm,
        height_mm - round(1000.0 * onboard.home_above_m),
        round(100.0 * (body.north_mps + off_north_mps)),
        round(100.0 * (body.east_mps + off_east_mps)),
        round(-100.0 * (body.up_mps + off_up_mps)),
        round(100.0 * body.heading_deg) % 36000,
    )


def local_position_ned(onboard: Onboard) -> bytes:
    """LOCAL_POSITION_NED, from home: the same estimate."""
    body = onboard.flight.airframe.body
    off_east_m, off_north_m, off_up_m = onboard.off_m
    off_east_mps, off_north_mps, off_up_mps = onboard.estimate.speed_mps
    return shapes.LOCAL_POSITION_NED.layout.pack(
        onboard.clock_ms,
        body.north_m + off_north_m,
        body.east_m + off_east_m,
        -body.height_agl_m - off_up_m,
        body.north_mps + off_north_mps,
        body.east_mps + off_east_mps,
        -body.up_mps - off_up_mps,
    )


def _yaw_rad(onboard: Onboard) -> float:
    return radians((onboard.flight.airframe.body.heading_deg + 180.0) % 360.0 - 180.0)


def attitude(onboard: Onboard) -> bytes:
    """ATTITUDE: heading; the airframe is a point, so it is level."""
    return shapes.ATTITUDE.layout.pack(onboard.clock_ms, 0.0, 0.0, _yaw_rad(onboard), 0.0, 0.0, 0.0)


def attitude_quaternion(onboard: Onboard) -> bytes:
    """ATTITUDE_QUATERNION: the same, as w, x, y, z."""
    half_rad = 0.5 * _yaw_rad(onboard)
    return shapes.ATTITUDE_QUATERNION.layout.pack(
        onboard.clock_ms, cos(half_rad), 0.0, 0.0, sin(half_rad), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    )


def altitude(onboard: Onboard) -> bytes:
    """ALTITUDE: above the sea and above home; PX4's terrain is unknown."""
    amsl_m = _alt_amsl_m(onboard)
    height_m = amsl_m - onboard.pad_amsl_m
    above_home_m = height_m - onboard.home_above_m
    return shapes.ALTITUDE.layout.pack(onboard.clock_us, amsl_m, amsl_m, height_m, above_home_m, nan, nan)


def vfr_hud(onboard: Onboard) -> bytes:
    """VFR_HUD: speed, climb and height above the sea, for screens; a multicopter measures no airspeed."""
    body = onboard.flight.airframe.body
    throttle = 0 if onboard.flight.airframe.on_ground else 50
    return shapes.VFR_HUD.layout.pack(
        nan, body.speed_mps, _alt_amsl_m(onboard), body.up_mps, round(body.heading_deg) % 360, throttle
    )


def estimator_status(onboard: Onboard) -> bytes:
    """ESTIMATOR_STATUS: what the estimate holds."""
    blind = onboard.flight.guard.lost
    return shapes.ESTIMATOR_STATUS.layout.pack(
        onboard.clock_us,
        *((nan, nan) if blind else (0.02, 0.02)),
        *(0.02, 0.02, nan, nan),
        *((50.0, 5.0) if blind else (0.5, 0.6)),
        _ESTIMATE_BLIND if blind else _ESTIMATE_OK,
    )


def gps_global_origin(onboard: Onboard) -> bytes:
    """GPS_GLOBAL_ORIGIN: where LOCAL_POSITION_NED counts from."""
    home = onboard.frame.origin
    return shapes.GPS_GLOBAL_ORIGIN.layout.pack(
        round(home.lat_deg * 1e7), round(home.lon_deg * 1e7), round(1000.0 * onboard.pad_amsl_m), 0
    )
