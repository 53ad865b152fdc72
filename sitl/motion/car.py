"""How PX4's simulated rover moves: a car with front wheels to steer by (Ackermann), under PX4's own control.

The law is that of PX4 a70a558393 with the parameters of its airframe `sihsim_rover_ackermann`: the speed from
which it can stop, less where it must turn (`AckermannPosControl`, `AckermannVelControl`); pure pursuit of
its line (`PurePursuit`); yaw and its rate (`AckermannAttControl`, `AckermannRateControl`); wheels that the
throttle pushes with a force, against rolling friction and drag (`sih.cpp`). It never stands to turn: a place
that it has passed it comes back to in a circle.
"""

from __future__ import annotations

from math import acos, floor, pi, sqrt, tan

from sitl.motion.body import Line
from sitl.motion.compiled import compiled
from sitl.motion.maths import bearing_deg, cos_deg, sin_deg
from sitl.motion.settings import Settings
from sitl.motion.smoothing import most_mps
from sitl.motion.state import Cell
from vehicles.profile import VehicleProfile

BRAKING_MPS2 = 3.0
"""RO_DECEL_LIM."""

_JERK_MPS3 = 10.0  # RO_JERK_LIM
_GAINS_MPS2 = 3.0  # RO_ACCEL_LIM
_FULL_MPS = 3.2  # RO_MAX_THR_SPEED: what it takes full throttle for
_LEAST_MPS = 1.75  # RA_WHEEL_BASE * RO_YAW_RATE_LIM / tan(RA_MAX_STR_ANG): slower it would not turn so fast
_REACHED_M = 0.5  # NAV_ACC_RAD
_WIDEST_M = 3.0  # RA_ACC_RAD_MAX
_CUTS_M = 2.0 * 0.321 / 0.5  # RA_ACC_RAD_GAIN * RA_WHEEL_BASE / sin(RA_MAX_STR_ANG)
_LOOKS_S = 1.0  # PP_LOOKAHD_GAIN, and at least PP_LOOKAHD_MIN
_NEAREST_M = 1.0
_YAW_PER_S = 5.0  # RO_YAW_P
_TURNS_DPS = 180.0  # RO_YAW_RATE_LIM
_STEERS_DPS_PER_MPS = 103.1  # tan(RA_MAX_STR_ANG) / RA_WHEEL_BASE
_TURN_DPS2 = 400.0  # RO_YAW_ACCEL_LIM
_PUSH_N_PER_MPS = 400.0 / _FULL_MPS
"""Its throttle is the speed asked for; RO_SPEED_P and RO_SPEED_I add nothing to it."""
_ROLLING_N = 0.3 * 20.0 * 9.81
_DRAG_KG_PER_M = 0.73 * 50.0
"""SIH squares the speed along each axis of the earth apart, which makes its drag 0.6 to 1 of SIH_KDV, by
direction: here it is the mean over the eight winds at 47 degrees north, where the recordings were made."""
_YAWING_DEG = 2309.0  # wheels at their most: the yaw acceleration of SIH's bicycle, over its damping
_YAW_DAMPING = (24.7, 4.8)


def corner_mps(before: Line, after: Line, _: VehicleProfile, __: Settings) -> tuple[float, float]:
    """How fast a place is passed on the way to the next: less, the more it must turn there."""
    return max(_LEAST_MPS, _FULL_MPS * (1.0 - _turn_rad(before, after) / pi)), 0.0


def early_m(line: Line, after: Line | None, _: VehicleProfile) -> float:
    """How near a place is one that was reached: so that the next line begins where its circle ends."""
    if after is None:
        return _REACHED_M
    return min(_WIDEST_M, max(_REACHED_M, _CUTS_M * tan(min(0.5 * _turn_rad(line, after), 0.49 * pi))))


def limit_mps(line: Line, _: VehicleProfile) -> float:
    """The line's own speed; to a place that it holds too, for it comes back to it."""
    return line.speed_mps


def _turn_rad(before: Line, after: Line) -> float:
    return acos(max(-1.0, min(1.0, before.turn_cos(after))))


@compiled
def move(state: Cell, dt_s: float) -> None:
    """Drive along the line for `dt_s` seconds."""
    rest_e, rest_n = state.end_east_m - state.east_m, state.end_north_m - state.north_m
    away_m = sqrt(rest_e * rest_e + rest_n * rest_n)
    passes = state.exit_mps > 0.0
    left_m = max(away_m - state.early_m, 0.0) if passes else away_m
    wanted_mps = min(most_mps(_JERK_MPS3, BRAKING_MPS2, left_m, state.exit_mps), state.limit_mps)
    off_deg = 0.0
    if not passes and away_m <= _REACHED_M:
        wanted_mps = 0.0
    else:
        off_deg = _aim_deg(state, (rest_e, rest_n), wanted_mps) - state.heading_deg
        off_deg -= 360.0 * floor(off_deg / 360.0 + 0.5)
        wanted_mps = min(wanted_mps, max(_FULL_MPS * (1.0 - abs(off_deg) / 180.0), _LEAST_MPS))
    gain_mps = _GAINS_MPS2 * dt_s
    state.asked_mps += min(max(wanted_mps - state.asked_mps, -gain_mps), gain_mps)
    speed_mps = sqrt(max(_PUSH_N_PER_MPS * state.asked_mps - _ROLLING_N, 0.0) / _DRAG_KG_PER_M)
    state.turn_degps = _turn_degps(state, (off_deg, speed_mps), dt_s)
    along_deg = state.heading_deg + 0.5 * state.turn_degps * dt_s
    turned_deg = state.heading_deg + state.turn_degps * dt_s
    state.heading_deg = turned_deg - 360.0 * floor(turned_deg / 360.0)
    state.east_mps = speed_mps * sin_deg(along_deg)
    state.north_mps = speed_mps * cos_deg(along_deg)
    state.east_m += state.east_mps * dt_s
    state.north_m += state.north_mps * dt_s


@compiled
def _aim_deg(state: Cell, rest: tuple[float, float], wanted_mps: float) -> float:
    """Where it steers for: a point of its line some way ahead, the nearest when far off it, or the end.

    The end too while it waits there, and on a line that begins where it was.
    """
    rest_e, rest_n = rest
    look_m = max(_LOOKS_S * wanted_mps, _NEAREST_M)
    left_m = rest_e * state.unit_east + rest_n * state.unit_north
    back_e, back_n = rest_e - left_m * state.unit_east, rest_n - left_m * state.unit_north
    off2 = back_e * back_e + back_n * back_n
    far = off2 > look_m * look_m
    near = rest_e * rest_e + rest_n * rest_n < look_m * look_m
    if near or state.free or state.length_m <= 0.0 or not state.awaiting or (far and left_m < 0.0):
        return bearing_deg(rest_e, rest_n)
    on_m = max(left_m - state.length_m, 0.0) if far else sqrt(look_m * look_m - off2)
    return bearing_deg(back_e + on_m * state.unit_east, back_n + on_m * state.unit_north)


@compiled
def _turn_degps(state: Cell, now: tuple[float, float], dt_s: float) -> float:
    """How fast it turns by then; `now` is by how much it has to, degrees, and its speed."""
    off_deg, speed_mps = now
    slips, damps = _YAW_DAMPING
    most_degps = min(_STEERS_DPS_PER_MPS * state.asked_mps, _TURNS_DPS)
    most_degps = min(most_degps, _YAWING_DEG * speed_mps / (slips + damps * speed_mps))
    wanted_degps = min(max(_YAW_PER_S * off_deg, -most_degps), most_degps)
    change_degps = _TURN_DPS2 * dt_s
    turn_degps = state.turn_degps + min(max(wanted_degps - state.turn_degps, -change_degps), change_degps)
    return min(max(turn_degps, -most_degps), most_degps)
