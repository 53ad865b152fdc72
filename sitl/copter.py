"""How multicopters move: PX4's position smoothing leads along the lines, the body follows.

Source: src/lib/motion_planning/PositionSmoothing.cpp and TrajectoryConstraints.hpp, and FlightTaskAuto.cpp
(PX4 a70a558393). It shares no code with `vehicles.pace`, by which plans are timed, so that a run tries those.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from sitl.body import Line
from sitl.maths import Flags, Floats, Maths
from sitl.smoothing import advance, lasting, most_mps, ramp
from sitl.state import State
from sitl.tracking import Asked, follow, stretch
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
    """Wind over ground now, m/s towards east and north."""

    east_mps: float = 0.0
    north_mps: float = 0.0


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


def lifted(_: Maths, state: State) -> Flags:
    """Which are in the air by now, as far as PX4 can tell: by their thrust, before they have risen."""
    return (state.height_m - state.ground_m > _LIFTED_M) | (state.age_s >= state.lifts_age_s)


def move(maths: Maths, state: State, dt_s: Floats) -> None:
    """Fly along the lines for `dt_s` seconds; gusts displace the bodies until they are corrected.

    Steady wind is leaned against and costs energy, not distance; what is left of it are gusts. Heights never
    go below the ground.
    """
    asked_e, asked_n = state.east_mps + state.slip_east_mps, state.north_mps + state.slip_north_mps
    goal_e, goal_n, goal_u = _goal_mps(maths, state, (asked_e, asked_n), dt_s)
    # along the line and across it, each with limits of its own, as PX4 has them along north and east
    flat = maths.sqrt(state.unit_east * state.unit_east + state.unit_north * state.unit_north)
    upright = flat < _SAME_M
    ahead_e = maths.where(upright, 0.0, state.unit_east / maths.most(flat, _TINY))
    ahead_n = maths.where(upright, 1.0, state.unit_north / maths.most(flat, _TINY))
    jerk_mps3 = maths.where(state.steered, _AT_ONCE, state.jerk_mps3)
    limits = (maths.where(state.steered, _AT_ONCE, state.level_mps2), jerk_mps3)
    time_s = dt_s * stretch(maths, state)
    along = (
        asked_e * ahead_e + asked_n * ahead_n,
        state.gain_east_mps2 * ahead_e + state.gain_north_mps2 * ahead_n,
    )
    across = (
        asked_n * ahead_e - asked_e * ahead_n,
        state.gain_north_mps2 * ahead_e - state.gain_east_mps2 * ahead_n,
    )
    ahead = ramp(maths, along, goal_e * ahead_e + goal_n * ahead_n, limits)
    aside = ramp(maths, across, goal_n * ahead_e - goal_e * ahead_n, limits)
    rate_mps2 = maths.where(goal_u > 0.0, _up_mps2(maths, state), state.down_mps2)
    upward = ramp(maths, (state.up_mps, state.gain_up_mps2), goal_u, (rate_mps2, jerk_mps3))
    total_s = maths.most(maths.most(ahead.total_s, aside.total_s), upward.total_s)  # all end together
    gone, mps, mps2 = advance(maths, lasting(maths, ahead, total_s), time_s)
    off, off_mps, off_mps2 = advance(maths, lasting(maths, aside, total_s), time_s)
    risen, up_mps, up_mps2 = advance(maths, lasting(maths, upward, total_s), time_s)
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
    state.lag_east_m = maths.where(state.steered, 0.0, state.lag_east_m)
    state.lag_north_m = maths.where(state.steered, 0.0, state.lag_north_m)
    stands = (state.height_m + risen <= state.ground_m) & (up_mps <= 0.0)
    state.height_m = maths.most(state.height_m + risen, state.ground_m)
    state.up_mps = maths.where(stands, 0.0, up_mps)
    state.gain_up_mps2 = maths.where(stands, 0.0, up_mps2)
    _face_ahead(maths, state, dt_s)


def _goal_mps(
    maths: Maths, state: State, asked: tuple[Floats, Floats], dt_s: Floats
) -> tuple[Floats, Floats, Floats]:
    """The velocity that is aimed for now (`_generateVelocitySetpoint`)."""
    at_e, at_n = state.east_m + state.lag_east_m, state.north_m + state.lag_north_m
    to_e, to_n, to_u = state.end_east_m - at_e, state.end_north_m - at_n, state.end_height_m - state.height_m
    left_m = to_e * state.unit_east + to_n * state.unit_north + to_u * state.unit_up
    left_m = maths.least(maths.most(left_m, 0.0), state.length_m)
    back_e, back_n = to_e - left_m * state.unit_east, to_n - left_m * state.unit_north
    back_u = to_u - left_m * state.unit_up
    off2 = back_e * back_e + back_n * back_n + back_u * back_u
    # far from its line it goes to the nearest place on it first (`_updateInternalWaypoints`)
    off = (state.length_m > 0.0) & (off2 > state.early_m * state.early_m) & (state.free ^ True)
    to_e, to_n, to_u = (
        maths.where(off, back_e, to_e),
        maths.where(off, back_n, to_n),
        maths.where(off, back_u, to_u),
    )
    up_mps = _upright_mps(maths, state, to_u, maths.where(off, 0.0, state.exit_up_mps))
    end_mps = maths.where(off, maths.sqrt(_TURN_SHARE * state.level_mps2 * state.early_m), state.exit_mps)
    flat_m = maths.sqrt(to_e * to_e + to_n * to_n)
    level_mps = most_mps(maths, state.jerk_mps3, state.level_mps2, flat_m, end_mps)
    level_mps = maths.least(level_mps, state.cruises_mps)
    asked_mps = maths.sqrt(asked[0] * asked[0] + asked[1] * asked[1])
    ahead = asked[0] * to_e + asked[1] * to_n
    turning = (ahead < _TURNING_COS * asked_mps * flat_m) & (asked_mps > _TURNING_MPS)
    turning = turning & (flat_m > state.early_m) & (state.length_m > 0.0)
    level_mps = maths.where(turning, maths.least(level_mps, state.turning_mps), level_mps)
    state.turning_mps = maths.where((dt_s > 0.0) & (turning ^ True), level_mps, state.turning_mps)
    turning = turning & (off ^ True) & (state.free ^ True)
    if maths.any(turning):
        on_m = maths.sqrt(maths.most(_AHEAD_M * _AHEAD_M - off2, 0.0))
        to_e = maths.where(turning, back_e + on_m * state.unit_east, to_e)
        to_n = maths.where(turning, back_n + on_m * state.unit_north, to_n)
        to_u = maths.where(turning, back_u + on_m * state.unit_up, to_u)
        flat_m = maths.sqrt(to_e * to_e + to_n * to_n)
    size = maths.sqrt(flat_m * flat_m + to_u * to_u)
    scale = maths.sqrt(level_mps * level_mps + up_mps * up_mps) / maths.most(size, _TINY)
    level, rise = flat_m * scale, to_u * scale
    share, alone = _clamped(maths, level, level_mps)
    scale, rise = scale * share, rise * maths.where(alone, 1.0, share)
    share, alone = _clamped(maths, maths.most(rise, -rise), up_mps)
    scale, rise = scale * maths.where(alone, 1.0, share), rise * share
    rise = maths.where(state.lands, -_touching_mps(maths, state), rise)
    rise = maths.where(state.age_s < state.rises_age_s, 0.0, rise)
    return to_e * scale, to_n * scale, rise


def _clamped(maths: Maths, size_mps: Floats, most: Floats) -> tuple[Floats, Flags]:
    """By what a part of a velocity is to be made smaller, and whether the other part is left as it is."""
    share = maths.least(most / maths.most(size_mps, _TINY), 1.0)
    return share, (most < _TOGETHER_MPS) & (size_mps < _TOGETHER_MPS)


def _upright_mps(maths: Maths, state: State, to_u: Floats, end_mps: Floats) -> Floats:
    """The fastest up or down, for how far it has to go so, and how fast it may still be then.

    What it goes for now may be the nearest place on its line (`_getMaxZSpeed`, of the internal way-points).
    """
    rises = to_u > 0.0
    rate_mps2 = maths.where(rises, _up_mps2(maths, state), state.down_mps2)
    slow = state.takes_off & (state.height_m - state.ground_m < state.slows_at_m)
    rises_mps = maths.where(slow, maths.least(state.take_off_mps, state.rises_mps), state.rises_mps)
    most = maths.where(rises, rises_mps, state.sinks_mps)
    left_m = maths.most(to_u, -to_u)
    return maths.least(most, most_mps(maths, state.jerk_mps3, rate_mps2, left_m, end_mps))


def _up_mps2(maths: Maths, state: State) -> Floats:
    """With what it changes its speed upwards."""
    slow = state.takes_off & (state.height_m - state.ground_m < state.slows_at_m)
    return maths.where(slow, maths.least(state.take_off_mps2, state.up_mps2), state.up_mps2)


def _touching_mps(maths: Maths, state: State) -> Floats:
    """How fast it sinks to land: slower, evenly with height, from MPC_LAND_ALT1 to MPC_LAND_ALT2."""
    over_m = state.height_m - state.ground_m
    share = (over_m - state.slow_below_m) / maths.most(state.slows_at_m - state.slow_below_m, _TINY)
    share = maths.least(maths.most(share, 0.0), 1.0)
    return state.touch_mps + share * maths.most(state.sinks_mps - state.touch_mps, 0.0)


def _face_ahead(maths: Maths, state: State, dt_s: Floats) -> None:
    """Turn the noses towards the direction of flight, at a limited rate."""
    east, north = state.east_mps, state.north_mps
    turn_deg = maths.bearing_deg(east, north) - state.heading_deg
    turn_deg = turn_deg - 360.0 * maths.floor(turn_deg / 360.0 + 0.5)
    most_deg = _TURN_DPS * dt_s * (east * east + north * north > _YAW_ABOVE_MPS * _YAW_ABOVE_MPS)
    turned_deg = state.heading_deg + maths.least(maths.most(turn_deg, -most_deg), most_deg)
    state.heading_deg = turned_deg - 360.0 * maths.floor(turned_deg / 360.0)
