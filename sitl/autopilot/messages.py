"""The messages in which a simulated autopilot tells its state; units and oddities as PX4 sends them."""

from __future__ import annotations

from math import atan2, degrees, radians
from typing import TYPE_CHECKING

from pymavlink.dialects.v20 import common

from geofences.position import LocalPoint
from geofences.zone import Medium
from sitl.autopilot.modes import custom_mode
from sitl.autopilot.outgoing import Message
from sitl.onboard_mission import MissionState
from sitl.steps import TakeOff
from vehicles.telemetry import Mode

if TYPE_CHECKING:
    from sitl.autopilot.server import Autopilot

MAV_TYPES = {Medium.AIR: common.MAV_TYPE_QUADROTOR, Medium.SIDEWALK: common.MAV_TYPE_GROUND_ROVER}

_DISARMED, _ARMED = 0x1D, 0x9D
_SENSORS_HEALTHY = 0x0321C83F  # as recorded from PX4's SIH simulation
_PREARM_OK = 0x10000000
_CELLS = 6
_EMPTY_CELL_V, _FULL_CELL_V = 3.5, 4.2
_NO_MISSION_TOTAL = 65535
_IN_MISSION_MODE, _NOT_IN_MISSION_MODE = 1, 2
_CAPABILITIES = 0xE8FF
_VERSION = 1 << 24 | 17 << 16 | 64  # 1.17.0, alpha
_LANDED_ON_GROUND, _LANDED_IN_AIR, _LANDED_TAKE_OFF, _LANDED_LANDING = 1, 2, 3, 4
REACHED_REPEATS = 10


def _boot_ms(autopilot: Autopilot) -> int:
    return round(autopilot.age_s * 1000.0) & 0xFFFFFFFF


def _lat_lon_e7(autopilot: Autopilot) -> tuple[int, int]:
    body = autopilot.flight.airframe.body
    point = autopilot.frame.to_geo(LocalPoint(body.east_m, body.north_m))
    return round(point.lat_deg * 1e7), round(point.lon_deg * 1e7)


def _voltage_mv(autopilot: Autopilot) -> int:
    cell_v = _EMPTY_CELL_V + (_FULL_CELL_V - _EMPTY_CELL_V) * autopilot.flight.airframe.battery.frac
    return round(1000.0 * _CELLS * cell_v)


def _remaining_percent(autopilot: Autopilot) -> int:
    return int(100.0 * autopilot.flight.airframe.battery.frac + 1e-6)


def heartbeat(autopilot: Autopilot) -> Message:
    """HEARTBEAT: mode, armed, and whether it could be (system_status)."""
    flight = autopilot.flight
    if flight.armed:
        status = common.MAV_STATE_CRITICAL if flight.guard.failsafe else common.MAV_STATE_ACTIVE
    else:
        status = common.MAV_STATE_UNINIT if flight.arming_objections() else common.MAV_STATE_STANDBY
    return common.MAVLink_heartbeat_message(
        MAV_TYPES[flight.profile.medium],
        common.MAV_AUTOPILOT_PX4,
        _ARMED if flight.armed else _DISARMED,
        custom_mode(flight.mode),
        status,
        3,
    )


def sys_status(autopilot: Autopilot) -> Message:
    """SYS_STATUS: sensors as PX4's simulation tells them, battery in percent."""
    health = _SENSORS_HEALTHY | (0 if autopilot.flight.arming_objections() else _PREARM_OK)
    return common.MAVLink_sys_status_message(
        0, 0, health, 0, _voltage_mv(autopilot), -100, _remaining_percent(autopilot), 0, 0, 0, 0, 0, 0
    )


def battery_status(autopilot: Autopilot) -> Message:
    """BATTERY_STATUS. PX4's simulation knows no current; ours tells what was used."""
    used_mah = 1000.0 * autopilot.flight.airframe.battery.used_wh / (_CELLS * _FULL_CELL_V)
    voltages = [_voltage_mv(autopilot)] + [65535] * 9
    return common.MAVLink_battery_status_message(
        0, 1, 1, 32767, voltages, -100, round(used_mah), -1, _remaining_percent(autopilot), 0, 1
    )


def gps_raw_int(autopilot: Autopilot) -> Message:
    """GPS_RAW_INT: a 3D fix."""
    body = autopilot.flight.airframe.body
    lat, lon = _lat_lon_e7(autopilot)
    alt_mm = round(1000.0 * (autopilot.home_amsl_m + body.height_agl_m))
    course_cdeg = round(degrees(atan2(body.east_mps, body.north_mps)) % 360.0 * 100.0) % 36000
    return common.MAVLink_gps_raw_int_message(
        round(autopilot.age_s * 1e6),
        3,
        lat,
        lon,
        alt_mm,
        70,
        110,
        round(body.speed_mps * 100.0),
        course_cdeg,
        10,
    )


def global_position_int(autopilot: Autopilot) -> Message:
    """GLOBAL_POSITION_INT: the estimate; heights in mm above the sea and above home."""
    body = autopilot.flight.airframe.body
    lat, lon = _lat_lon_e7(autopilot)
    return common.MAVLink_global_position_int_message(
        _boot_ms(autopilot),
        lat,
        lon,
        round(1000.0 * (autopilot.home_amsl_m + body.height_agl_m)),
        round(1000.0 * body.height_agl_m),
        round(100.0 * body.north_mps),
        round(100.0 * body.east_mps),
        round(-100.0 * body.up_mps),
        round(100.0 * body.heading_deg) % 36000,
    )


def local_position_ned(autopilot: Autopilot) -> Message:
    """LOCAL_POSITION_NED, from home."""
    body = autopilot.flight.airframe.body
    return common.MAVLink_local_position_ned_message(
        _boot_ms(autopilot),
        body.north_m,
        body.east_m,
        -body.height_agl_m,
        body.north_mps,
        body.east_mps,
        -body.up_mps,
    )


def attitude(autopilot: Autopilot) -> Message:
    """ATTITUDE: heading; the airframe is a point, so it is level."""
    yaw_deg = (autopilot.flight.airframe.body.heading_deg + 180.0) % 360.0 - 180.0
    return common.MAVLink_attitude_message(_boot_ms(autopilot), 0.0, 0.0, radians(yaw_deg), 0.0, 0.0, 0.0)


def vfr_hud(autopilot: Autopilot) -> Message:
    """VFR_HUD: speed, climb and height above the sea, for screens; airspeed is told as ground speed."""
    body = autopilot.flight.airframe.body
    return common.MAVLink_vfr_hud_message(
        body.speed_mps,
        body.speed_mps,
        round(body.heading_deg) % 360,
        0,
        autopilot.home_amsl_m + body.height_agl_m,
        body.up_mps,
    )


def home_position(autopilot: Autopilot) -> Message:
    """HOME_POSITION: the pad."""
    home = autopilot.frame.origin
    return common.MAVLink_home_position_message(
        round(home.lat_deg * 1e7),
        round(home.lon_deg * 1e7),
        round(1000.0 * autopilot.home_amsl_m),
        *(0.0, 0.0, 0.0),
        [1.0, 0.0, 0.0, 0.0],
        *(0.0, 0.0, 0.0),
    )


def extended_sys_state(autopilot: Autopilot) -> Message:
    """EXTENDED_SYS_STATE. A rover counts as in the air from its first motion until it is disarmed."""
    flight = autopilot.flight
    step = flight.airframe.pilot.step
    state = _LANDED_IN_AIR
    if flight.airframe.on_ground:
        state = _LANDED_ON_GROUND
    elif flight.airframe.pilot.is_landing:
        state = _LANDED_LANDING
    elif flight.airframe.flies and isinstance(step, TakeOff) and flight.mode is not Mode.RETURN:
        state = _LANDED_TAKE_OFF
    return common.MAVLink_extended_sys_state_message(0, state)


def mission_current(autopilot: Autopilot) -> Message:
    """MISSION_CURRENT; `total` is 65535 without a mission."""
    flight = autopilot.flight
    total = len(flight.mission.steps) or _NO_MISSION_TOTAL
    in_mission = flight.armed and flight.mode in {Mode.MISSION, Mode.TAKE_OFF, Mode.LAND}
    state = flight.mission_state if flight.mission.steps else MissionState.NONE
    return common.MAVLink_mission_current_message(
        max(0, flight.mission.index), total, state, _IN_MISSION_MODE if in_mission else _NOT_IN_MISSION_MODE
    )


def mission_item_reached(autopilot: Autopilot) -> Message | None:
    """MISSION_ITEM_REACHED: PX4 repeats the last one ten times, so each one made counts down."""
    if autopilot.reached_repeats == 0:
        return None
    autopilot.reached_repeats -= 1
    return common.MAVLink_mission_item_reached_message(autopilot.reached_index)


def autopilot_version(autopilot: Autopilot) -> Message:
    """AUTOPILOT_VERSION, on request."""
    nothing = [0] * 8
    return common.MAVLink_autopilot_version_message(
        _CAPABILITIES, _VERSION, _VERSION, 0, 0, nothing, nothing, nothing, 0, 0, autopilot.out.system_id
    )
