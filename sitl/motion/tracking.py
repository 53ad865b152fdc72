"""How a multicopter lags behind the motion asked of it: controller and attitude against drag and gusts.

PX4's position control (src/modules/mc_pos_control/PositionControl, MPC_XY_P, MPC_XY_VEL_P_ACC and _I_ACC at
their defaults); its attitude follows within `_TILT_S`; drag is linear, as in PX4's own simulation (SIH_KDV).
Along each axis, with the lag in place and the slip in speed,
    lag' = asked speed - speed - gust      push' = I (slip + 0.95 lag)
    thrust' = (asked acceleration + P (slip + 0.95 lag) + push - thrust) / _TILT_S
    speed' = thrust - drag speed
of which each step solves the implicit Euler form: stable, however long it is.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from sitl.motion.compiled import compiled
from sitl.motion.state import Cell

_PLACE_PER_S = 0.95  # MPC_XY_P
_SPEED_PER_S, _PUSH_PER_S2 = 1.8, 0.4  # MPC_XY_VEL_P_ACC, MPC_XY_VEL_I_ACC
_TILT_S = 0.25
_MOST_LAG_M = 2.0  # MPC_XY_ERR_MAX


class Asked(NamedTuple):
    """What is asked along one axis in a step: metres, by how much the speed changes, and what is reached."""

    gone_m: float
    faster_mps: float
    mps: float
    mps2: float


@compiled
def passing_frac(state: Cell) -> float:
    """How much of the time passes for the motion that is asked: less, the further the body lags behind it."""
    east_mps, north_mps = state.east_mps + state.slip_east_mps, state.north_mps + state.slip_north_mps
    lag_m = sqrt(state.lag_east_m * state.lag_east_m + state.lag_north_m * state.lag_north_m)
    behind = state.lag_east_m * east_mps + state.lag_north_m * north_mps >= 0.0
    return 1.0 - min(lag_m / _MOST_LAG_M, 1.0) if behind else 1.0


@compiled
def follow(state: Cell, east: Asked, north: Asked, dt_s: float) -> None:
    """Have the body follow for `dt_s` seconds."""
    of = (state.lag_east_m, state.slip_east_mps, state.push_east_mps2, state.thrust_east_mps2)
    was_m = of[0]
    of = _follow(of, east, state.gust_east_mps, state.drag_per_s, dt_s)
    state.lag_east_m, state.slip_east_mps, state.push_east_mps2, state.thrust_east_mps2 = of
    state.east_m = state.east_m + east.gone_m - (of[0] - was_m)
    state.east_mps = east.mps - of[1]
    of = (state.lag_north_m, state.slip_north_mps, state.push_north_mps2, state.thrust_north_mps2)
    was_m = of[0]
    of = _follow(of, north, state.gust_north_mps, state.drag_per_s, dt_s)
    state.lag_north_m, state.slip_north_mps, state.push_north_mps2, state.thrust_north_mps2 = of
    state.north_m = state.north_m + north.gone_m - (of[0] - was_m)
    state.north_mps = north.mps - of[1]


@compiled
def _follow(
    of: tuple[float, float, float, float],
    asked: Asked,
    gust_mps: float,
    drag_per_s: float,
    dt_s: float,
) -> tuple[float, float, float, float]:
    """Lag, slip, push and thrust along one axis, `dt_s` seconds later."""
    lag_m, slip_mps, push_mps2, thrust_mps2 = of
    lag_m = lag_m + asked.gone_m - (asked.mps + gust_mps) * dt_s
    tilt = dt_s / _TILT_S
    kept = 1.0 / (1.0 + tilt)
    gain = kept * tilt * (_SPEED_PER_S + _PUSH_PER_S2 * dt_s)
    ahead = kept * (thrust_mps2 + tilt * (asked.mps2 + push_mps2))
    drag = drag_per_s * dt_s
    slip_mps = slip_mps + asked.faster_mps + drag * asked.mps - dt_s * (ahead + gain * _PLACE_PER_S * lag_m)
    slip_mps = slip_mps / (1.0 + drag + dt_s * gain * (1.0 + _PLACE_PER_S * dt_s))
    lag_m = lag_m + slip_mps * dt_s
    off_mps = slip_mps + _PLACE_PER_S * lag_m
    push_mps2 = push_mps2 + _PUSH_PER_S2 * dt_s * off_mps
    return lag_m, slip_mps, push_mps2, ahead + gain * off_mps
