"""How aircraft that hover and fly on a wing move: as a multicopter below the stall speed, in curves above it.

Above it they follow their lines by pure pursuit, with the turn rate that a bank of 50 degrees gives (PX4's
FW_R_LIM), and pass corners on the inside: they go over to the next line as far ahead as PX4 does. Taking
off, slowing down for a place to hover at and landing are the multicopter's. The speed over ground is held.
"""

from __future__ import annotations

from math import acos, floor, sqrt, tan

from sitl.motion import copter, corners
from sitl.motion.body import Line
from sitl.motion.compiled import compiled
from sitl.motion.maths import bearing_deg, cos_deg, sin_deg
from sitl.motion.settings import Settings
from sitl.motion.smoothing import most_mps
from sitl.motion.state import Cell
from vehicles.profile import VehicleProfile

GRAVITY_MPS2 = 9.80665
TURN_MPS2 = GRAVITY_MPS2 * 1.19  # sideways, at a bank of 50 degrees

_LOOK_AHEAD_S = 2.5
_LEAST_AHEAD_M = 25.0
_SWITCH_S = 2.26  # of flight before a corner: NPFG_SW_DST_MLT 0.32 of a bound of 7.07 s
_LINE_SHARE = 0.45  # of a line, that its two corners may each take
_SPEED_UP_MPS2, _SLOW_DOWN_MPS2 = 2.0, 4.0
_HEIGHT_PER_S = 0.5  # how fast an offset in height is flown back: m/s for each metre
_DEGREES = 57.29577951308232  # in a radian
_TINY = 1e-9


def turn_radius_m(speed_mps: float) -> float:
    """Radius of the tightest turn that it flies at a speed."""
    return speed_mps * speed_mps / TURN_MPS2


def early_m(before: Line, after: Line | None, profile: VehicleProfile) -> float:
    """How long before its end a line is left for the next."""
    if after is None or not _is_flown_through(before, after, profile):
        return copter.early_m(before, after, profile)
    return _SWITCH_S * before.speed_mps


def corner_mps(before: Line, after: Line, profile: VehicleProfile, settings: Settings) -> tuple[float, float]:
    """Full speed through a corner that can be flown; a multicopter's through others."""
    if _is_flown_through(before, after, profile):
        return before.speed_mps, 0.0
    return corners.corner_mps(before, after, profile, settings)


def _is_flown_through(before: Line, after: Line, profile: VehicleProfile) -> bool:
    cos = before.turn_cos(after)
    if min(before.speed_mps, after.speed_mps) < profile.stall_mps:
        return False
    if abs(before.unit_up) > 0.5 or abs(after.unit_up) > 0.5:
        return False
    lead_m = _SWITCH_S * before.speed_mps
    half_tan = tan(0.5 * acos(max(-1.0, min(1.0, cos))))
    room = lead_m <= _LINE_SHARE * min(before.length_m, after.length_m)
    return room and lead_m >= turn_radius_m(before.speed_mps) * half_tan


@compiled
def move(state: Cell, dt_s: float) -> None:
    """Fly along the line for `dt_s` seconds: on the wing where fast enough and nothing ahead wants less."""
    east_m, north_m, height_m = state.east_m, state.north_m, state.height_m
    east_mps, north_mps = state.east_mps, state.north_mps
    rest_e, rest_n = state.end_east_m - east_m, state.end_north_m - north_m
    rest_u = state.end_height_m - height_m
    left_m = rest_e * state.unit_east + rest_n * state.unit_north + rest_u * state.unit_up
    speed_mps = sqrt(east_mps * east_mps + north_mps * north_mps)
    wanted_mps = _wanted_mps(state, left_m)
    on_wing = speed_mps >= state.stall_mps and wanted_mps >= state.stall_mps and dt_s > 0.0
    copter.move(state, dt_s)
    if not on_wing:
        return
    aim_m = left_m - max(speed_mps * _LOOK_AHEAD_S, _LEAST_AHEAD_M)
    aim_e, aim_n = rest_e - state.unit_east * aim_m, rest_n - state.unit_north * aim_m
    course_deg = bearing_deg(east_mps, north_mps)
    turn_deg = bearing_deg(aim_e, aim_n) - course_deg
    turn_deg = turn_deg - 360.0 * floor(turn_deg / 360.0 + 0.5)
    most_deg = _DEGREES * TURN_MPS2 / max(speed_mps, _TINY) * dt_s
    course_deg = course_deg + min(max(turn_deg, -most_deg), most_deg)
    change_mps = min(wanted_mps, state.limit_mps) - speed_mps
    change_mps = min(max(change_mps, -_SLOW_DOWN_MPS2 * dt_s), _SPEED_UP_MPS2 * dt_s)
    speed_mps = speed_mps + change_mps
    climb_mps = state.unit_up * speed_mps + (rest_u - state.unit_up * left_m) * _HEIGHT_PER_S
    climb_mps = min(max(climb_mps, -state.descend_mps), state.climb_mps)
    new_e, new_n = speed_mps * sin_deg(course_deg), speed_mps * cos_deg(course_deg)
    east_m = east_m + (0.5 * (east_mps + new_e) + state.gust_east_mps) * dt_s
    north_m = north_m + (0.5 * (north_mps + new_n) + state.gust_north_mps) * dt_s
    state.east_m, state.north_m = east_m, north_m
    state.height_m = max(height_m + climb_mps * dt_s, state.ground_m)
    state.east_mps, state.north_mps, state.up_mps = new_e, new_n, climb_mps
    state.heading_deg = course_deg - 360.0 * floor(course_deg / 360.0)
    state.gain_east_mps2 = state.gain_north_mps2 = state.gain_up_mps2 = 0.0
    state.slip_east_mps = state.slip_north_mps = 0.0


@compiled
def _wanted_mps(state: Cell, left_m: float) -> float:
    """Speed along the line that its limit and the braking for its end allow now."""
    ahead_m = max(left_m, 0.0)
    return min(state.limit_mps, most_mps(state.jerk_mps3, state.level_mps2, ahead_m, state.exit_mps))
