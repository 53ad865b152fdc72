"""How multicopters move: PX4's position smoothing leads along the lines, the body follows.

Source: src/lib/motion_planning/PositionSmoothing.cpp and TrajectoryConstraints.hpp, and FlightTaskAuto.cpp
(PX4 a70a558393). It shares no code with `vehicles.pace`, by which plans are timed, so that a run tries those.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, sqrt

from sitl.motion.body import Line
from sitl.motion.compiled import compiled
from sitl.motion.maths import bearing_deg
from sitl.motion.smoothing import advance, lasting, most_mps, ramp
from sitl.motion.state import Cell
from sitl.motion.tracking import Asked, drift, follow, passing_frac
from vehicles.profile import VehicleProfile

BRAKING_MPS2 = 1.2
"""Even its gentlest braking: near the end, where the limit on jerk has it slow down for long."""

_TURN_SHARE = 0.5  # MPC_XY_TRAJ_P: of the acceleration, in a corner
_AHEAD_M = 5.0  # in a turn it aims so far ahead on its line (`_getL1Point`)
_TURNING_COS, _TURNING_MPS = 0.98, 0.2
_TOGETHER_MPS = 0.5  # slower than this each limit holds for itself (`clampToXYNorm`)
_TURN_DPS = 60.0  # MPC_YAWRAUTO_MAX
_YAW_ABOVE_MPS = 1.0
_LIFTED_M = 0.3
_AT_ONCE = 100.0  # as acceleration and jerk: what is asked for changes within a step
_SAME_M = 1e-3
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Air:
    """Wind over ground now, m/s towards east and north; how much warmer than standard the air is."""

    east_mps: float = 0.0
    north_mps: float = 0.0
    above_isa_k: float = 0.0


def early_m(before: Line, after: Line | None, _: VehicleProfile) -> float:
    """A place is reached within its radius, whatever comes then."""
    del after
    return before.radius_m


def limit_mps(line: Line, profile: VehicleProfile) -> float:
    """The fastest that horizontal and vertical limits allow together along the line."""
    flat = sqrt(line.unit_east**2 + line.unit_north**2)
    limit = line.speed_mps / flat if flat > 1e-3 else 1e3
    if line.unit_up > 1e-3:
        limit = min(limit, profile.climb_mps / line.unit_up)
    elif line.unit_up < -1e-3:
        limit = min(limit, profile.descend_mps / -line.unit_up)
    return limit


@compiled
def lifted(state: Cell) -> bool:
    """Whether it is in the air by now, as far as PX4 can tell: by its thrust, before it has risen."""
    return state.height_m - state.ground_m > _LIFTED_M or state.age_s >= state.lifts_age_s


@compiled
def move(state: Cell, dt_s: float) -> None:
    """Fly along the line for `dt_s` seconds; gusts displace the body until they are corrected.

    Steady wind is leaned against, as far as it may lean, and costs energy; what is left of it are gusts.
    It never goes below the ground, and stays where it stands.
    """
    asked_e, asked_n = state.east_mps + state.slip_east_mps, state.north_mps + state.slip_north_mps
    goal_e, goal_n, goal_u = _goal_mps(state, (asked_e, asked_n), dt_s)
    # along the line and across it, each with limits of its own, as PX4 has them along north and east
    flat = sqrt(state.unit_east * state.unit_east + state.unit_north * state.unit_north)
    upright = flat < _SAME_M
    ahead_e = 0.0 if upright else state.unit_east / max(flat, _TINY)
    ahead_n = 1.0 if upright else state.unit_north / max(flat, _TINY)
    jerk_mps3 = _AT_ONCE if state.steered else state.jerk_mps3
    limits = (_AT_ONCE if state.steered else state.level_mps2, jerk_mps3)
    time_s = dt_s * passing_frac(state)
    along = (
        asked_e * ahead_e + asked_n * ahead_n,
        state.gain_east_mps2 * ahead_e + state.gain_north_mps2 * ahead_n,
    )
    across = (
        asked_n * ahead_e - asked_e * ahead_n,
        state.gain_north_mps2 * ahead_e - state.gain_east_mps2 * ahead_n,
    )
    ahead = ramp(along, goal_e * ahead_e + goal_n * ahead_n, limits)
    aside = ramp(across, goal_n * ahead_e - goal_e * ahead_n, limits)
    rate_mps2 = _up_mps2(state) if goal_u > 0.0 else state.down_mps2
    upward = ramp((state.up_mps, state.gain_up_mps2), goal_u, (rate_mps2, jerk_mps3))
    total_s = max(ahead.total_s, aside.total_s, upward.total_s)  # all end together
    gone, mps, mps2 = advance(lasting(ahead, total_s), time_s)
    off, off_mps, off_mps2 = advance(lasting(aside, total_s), time_s)
    risen, up_mps, up_mps2 = advance(lasting(upward, total_s), time_s)
    if _stands(state, risen, up_mps, up_mps2):
        return
    state.gain_east_mps2 = mps2 * ahead_e - off_mps2 * ahead_n
    state.gain_north_mps2 = mps2 * ahead_n + off_mps2 * ahead_e
    was_e, was_n = asked_e, asked_n
    asked_e, asked_n = mps * ahead_e - off_mps * ahead_n, mps * ahead_n + off_mps * ahead_e
    gone_e, gone_n = gone * ahead_e - off * ahead_n, gone * ahead_n + off * ahead_e
    follow(
        state,
        Asked(gone_e, asked_e - was_e, asked_e, state.gain_east_mps2),
        Asked(gone_n, asked_n - was_n, asked_n, state.gain_north_mps2),
        dt_s,
    )
    if state.steered:
        state.lag_east_m = state.lag_north_m = 0.0
    _face_ahead(state, dt_s)


@compiled
def sink(state: Cell, dt_s: float) -> None:
    """Come down evenly and level, without a place to keep (`FlightTaskDescend`)."""
    jerk = ramp((state.up_mps, state.gain_up_mps2), -state.touch_mps, (state.down_mps2, state.jerk_mps3))
    risen, up_mps, up_mps2 = advance(jerk, dt_s)
    if not _stands(state, risen, up_mps, up_mps2):
        drift(state, dt_s)


@compiled
def _stands(state: Cell, risen_m: float, up_mps: float, up_mps2: float) -> bool:
    """Rise or sink so far; whether it stands on the ground now, which holds it.

    One that is on its way somewhere, and comes upon the ground, is dragged along.
    """
    stands = state.height_m + risen_m <= state.ground_m and up_mps <= 0.0
    state.height_m = max(state.height_m + risen_m, state.ground_m)
    state.up_mps = 0.0 if stands else up_mps
    state.gain_up_mps2 = 0.0 if stands else up_mps2
    stands = stands and (state.grounded or state.takes_off or state.lands or state.drifts)
    if stands:
        state.east_mps = state.north_mps = state.gain_east_mps2 = state.gain_north_mps2 = 0.0
        state.slip_east_mps = state.slip_north_mps = state.lag_east_m = state.lag_north_m = 0.0
        state.push_east_mps2 = state.push_north_mps2 = 0.0
        state.thrust_east_mps2 = state.thrust_north_mps2 = 0.0
    return stands


@compiled
def _goal_mps(state: Cell, asked: tuple[float, float], dt_s: float) -> tuple[float, float, float]:
    """The velocity that is aimed for now (`_generateVelocitySetpoint`)."""
    at_e, at_n = state.east_m + state.lag_east_m, state.north_m + state.lag_north_m
    to_e, to_n, to_u = state.end_east_m - at_e, state.end_north_m - at_n, state.end_height_m - state.height_m
    left_m = to_e * state.unit_east + to_n * state.unit_north + to_u * state.unit_up
    left_m = min(max(left_m, 0.0), state.length_m)
    back_e, back_n = to_e - left_m * state.unit_east, to_n - left_m * state.unit_north
    back_u = to_u - left_m * state.unit_up
    off2 = back_e * back_e + back_n * back_n + back_u * back_u
    # far from its line it goes to the nearest place on it first (`_updateInternalWaypoints`)
    off = state.length_m > 0.0 and off2 > state.early_m * state.early_m and not state.free
    if off:
        to_e, to_n, to_u = back_e, back_n, back_u
    up_mps = _upright_mps(state, to_u, 0.0 if off else state.exit_up_mps)
    end_mps = sqrt(_TURN_SHARE * state.level_mps2 * state.early_m) if off else state.exit_mps
    flat_m = sqrt(to_e * to_e + to_n * to_n)
    level_mps = most_mps(state.jerk_mps3, state.level_mps2, flat_m, end_mps)
    level_mps = min(level_mps, state.cruises_mps)
    asked_mps = sqrt(asked[0] * asked[0] + asked[1] * asked[1])
    ahead = asked[0] * to_e + asked[1] * to_n
    turning = ahead < _TURNING_COS * asked_mps * flat_m and asked_mps > _TURNING_MPS
    turning = turning and flat_m > state.early_m and state.length_m > 0.0
    if turning:
        level_mps = min(level_mps, state.turning_mps)
    elif dt_s > 0.0:
        state.turning_mps = level_mps
    if turning and not off and not state.free:
        on_m = sqrt(max(_AHEAD_M * _AHEAD_M - off2, 0.0))
        to_e = back_e + on_m * state.unit_east
        to_n = back_n + on_m * state.unit_north
        to_u = back_u + on_m * state.unit_up
        flat_m = sqrt(to_e * to_e + to_n * to_n)
    size = sqrt(flat_m * flat_m + to_u * to_u)
    scale = sqrt(level_mps * level_mps + up_mps * up_mps) / max(size, _TINY)
    level, rise = flat_m * scale, to_u * scale
    share, alone = _clamped(level, level_mps)
    scale, rise = scale * share, rise * (1.0 if alone else share)
    share, alone = _clamped(max(rise, -rise), up_mps)
    scale, rise = scale * (1.0 if alone else share), rise * share
    if state.age_s < state.rises_age_s:
        rise = 0.0
    elif state.lands:
        rise = -_touching_mps(state)
    return to_e * scale, to_n * scale, rise


@compiled
def _clamped(size_mps: float, limit_mps: float) -> tuple[float, bool]:
    """By what a part of a velocity is to be made smaller, and whether the other part is left as it is."""
    share = min(limit_mps / max(size_mps, _TINY), 1.0)
    return share, limit_mps < _TOGETHER_MPS and size_mps < _TOGETHER_MPS


@compiled
def _upright_mps(state: Cell, rest_m: float, end_mps: float) -> float:
    """The fastest up or down, for how far it has to go so, and how fast it may still be then.

    What it goes for now may be the nearest place on its line (`_getMaxZSpeed`, of the internal way-points).
    """
    rises = rest_m > 0.0
    rate_mps2 = _up_mps2(state) if rises else state.down_mps2
    slow = state.takes_off and state.height_m - state.ground_m < state.slows_at_m
    rises_mps = min(state.take_off_mps, state.rises_mps) if slow else state.rises_mps
    most = rises_mps if rises else state.sinks_mps
    left_m = max(rest_m, -rest_m)
    return min(most, most_mps(state.jerk_mps3, rate_mps2, left_m, end_mps))


@compiled
def _up_mps2(state: Cell) -> float:
    """With what it changes its speed upwards."""
    slow = state.takes_off and state.height_m - state.ground_m < state.slows_at_m
    return min(state.take_off_mps2, state.up_mps2) if slow else state.up_mps2


@compiled
def _touching_mps(state: Cell) -> float:
    """How fast it sinks to land: slower, evenly with height, from MPC_LAND_ALT1 to MPC_LAND_ALT2."""
    over_m = state.height_m - state.ground_m
    share = (over_m - state.slow_below_m) / max(state.slows_at_m - state.slow_below_m, _TINY)
    share = min(max(share, 0.0), 1.0)
    return state.touch_mps + share * max(state.sinks_mps - state.touch_mps, 0.0)


@compiled
def _face_ahead(state: Cell, dt_s: float) -> None:
    """Turn the nose towards the direction of flight, at a limited rate."""
    east, north = state.east_mps, state.north_mps
    turn_deg = bearing_deg(east, north) - state.heading_deg
    turn_deg = turn_deg - 360.0 * floor(turn_deg / 360.0 + 0.5)
    most_deg = _TURN_DPS * dt_s if east * east + north * north > _YAW_ABOVE_MPS * _YAW_ABOVE_MPS else 0.0
    turned_deg = state.heading_deg + min(max(turn_deg, -most_deg), most_deg)
    state.heading_deg = turned_deg - 360.0 * floor(turned_deg / 360.0)
