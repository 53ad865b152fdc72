"""How a multicopter lags behind the motion asked of it: controller and attitude against drag and gusts.

PX4's position control (src/modules/mc_pos_control/PositionControl, MPC_XY_P, MPC_XY_VEL_P_ACC and _I_ACC at
their defaults); its attitude follows within `_TILT_S`; drag is linear, as in PX4's own simulation (SIH_KDV).
Along each axis, with the lag in place and the slip in speed,
    lag' = asked speed - speed - gust      push' = I (slip + 0.95 lag)
    thrust' = (asked acceleration + P (slip + 0.95 lag) + push - thrust) / _TILT_S
    speed' = thrust - drag speed + wind
of which each step solves the implicit Euler form: stable, however long it is. It leans no further than it
may: what is asked beyond that is not had, and PX4's anti-windup (2 / P) has the push give way. Of its profile
only the drag of the wind is felt, as if it hovered, so that it flies as fast as its profile says.
"""

from __future__ import annotations

from math import sqrt, tan
from typing import NamedTuple

from sitl.motion.compiled import compiled
from sitl.motion.state import Cell

_PLACE_PER_S = 0.95  # MPC_XY_P
_SPEED_PER_S, _PUSH_PER_S2 = 1.8, 0.4  # MPC_XY_VEL_P_ACC, MPC_XY_VEL_I_ACC
_TILT_S = 0.25
_MORE_RADPS = 0.2  # MulticopterPositionControl: how fast the limit of its tilt rises
_GRAVITY_MPS2 = 9.80665
_MOST_LAG_M = 2.0  # MPC_XY_ERR_MAX


class Asked(NamedTuple):
    """What is asked along one axis in a step: metres, by how much the speed changes, and what is reached."""

    gone_m: float
    faster_mps: float
    mps: float
    mps2: float


class _Push(NamedTuple):
    """What the air does along one axis: a gust's displacement, the acceleration by the steady wind."""

    gust_mps: float
    wind_mps2: float


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
    on_east = _Push(state.gust_east_mps, state.wind_east_mps * _felt_per_s(state))
    on_north = _Push(state.gust_north_mps, state.wind_north_mps * _felt_per_s(state))
    was_e = (state.lag_east_m, state.slip_east_mps, state.push_east_mps2, state.thrust_east_mps2)
    was_n = (state.lag_north_m, state.slip_north_mps, state.push_north_mps2, state.thrust_north_mps2)
    now_e, asked_e = _follow(was_e, east, on_east, state.drag_per_s, dt_s)
    now_n, asked_n = _follow(was_n, north, on_north, state.drag_per_s, dt_s)
    most, asked = _most_mps2(state), sqrt(asked_e * asked_e + asked_n * asked_n)
    if asked > most:
        share = most / asked
        now_e = _lean(was_e, east, on_east, (asked_e, share * asked_e), (state.drag_per_s, dt_s))
        now_n = _lean(was_n, north, on_north, (asked_n, share * asked_n), (state.drag_per_s, dt_s))
    state.lag_east_m, state.slip_east_mps, state.push_east_mps2, state.thrust_east_mps2 = now_e
    state.east_m = state.east_m + east.gone_m - (now_e[0] - was_e[0])
    state.east_mps = east.mps - now_e[1]
    state.lag_north_m, state.slip_north_mps, state.push_north_mps2, state.thrust_north_mps2 = now_n
    state.north_m = state.north_m + north.gone_m - (now_n[0] - was_n[0])
    state.north_mps = north.mps - now_n[1]


@compiled
def drift(state: Cell, dt_s: float) -> None:
    """Stay level for `dt_s` seconds: go on as fast as it was, but for its drag in the wind."""
    level = 1.0 / (1.0 + dt_s / _TILT_S)
    state.thrust_east_mps2 = state.thrust_east_mps2 * level
    state.thrust_north_mps2 = state.thrust_north_mps2 * level
    east_mps, north_mps = state.east_mps - state.wind_east_mps, state.north_mps - state.wind_north_mps
    drag = dt_s * _drag_per_s(state, sqrt(east_mps * east_mps + north_mps * north_mps))
    pulled_e = state.east_mps + dt_s * state.thrust_east_mps2 + drag * state.wind_east_mps
    pulled_n = state.north_mps + dt_s * state.thrust_north_mps2 + drag * state.wind_north_mps
    state.east_mps, state.north_mps = pulled_e / (1.0 + drag), pulled_n / (1.0 + drag)
    state.east_m = state.east_m + state.east_mps * dt_s
    state.north_m = state.north_m + state.north_mps * dt_s
    state.gain_east_mps2 = state.gain_north_mps2 = 0.0
    state.slip_east_mps = state.slip_north_mps = state.lag_east_m = state.lag_north_m = 0.0
    state.push_east_mps2 = state.push_north_mps2 = 0.0


@compiled
def _drag_per_s(state: Cell, airspeed_mps: float) -> float:
    """What its drag, a linear one and its profile's, takes of its speed through the air each second."""
    parasite_kg_per_m = state.parasite_kg_per_m * state.efficiency_frac
    return state.drag_per_s + parasite_kg_per_m * airspeed_mps / (state.mass_kg + state.payload_kg)


@compiled
def _felt_per_s(state: Cell) -> float:
    """How much of the wind it feels as an acceleration."""
    wind2 = state.wind_east_mps * state.wind_east_mps + state.wind_north_mps * state.wind_north_mps
    return _drag_per_s(state, sqrt(wind2))


@compiled
def _most_mps2(state: Cell) -> float:
    """What it gets by leaning as far as it may: less until it flies, then evenly more."""
    low_rad = state.leans_low_rad + _MORE_RADPS * max(state.age_s - state.leans_age_s, 0.0)
    return _GRAVITY_MPS2 * tan(min(state.leans_rad, low_rad))


@compiled
def _follow(
    of: tuple[float, float, float, float], asked: Asked, on: _Push, drag_per_s: float, dt_s: float
) -> tuple[tuple[float, float, float, float], float]:
    """Lag, slip, push and thrust along one axis, `dt_s` seconds later, and the acceleration asked for."""
    lag_m, slip_mps, push_mps2, thrust_mps2 = of
    lag_m = lag_m + asked.gone_m - (asked.mps + on.gust_mps) * dt_s
    tilt = dt_s / _TILT_S
    kept = 1.0 / (1.0 + tilt)
    gain = kept * tilt * (_SPEED_PER_S + _PUSH_PER_S2 * dt_s)
    ahead = kept * (thrust_mps2 + tilt * (asked.mps2 + push_mps2))
    drag = drag_per_s * dt_s
    pulled_mps2 = ahead + gain * _PLACE_PER_S * lag_m + on.wind_mps2
    slip_mps = slip_mps + asked.faster_mps + drag * asked.mps - dt_s * pulled_mps2
    slip_mps = slip_mps / (1.0 + drag + dt_s * gain * (1.0 + _PLACE_PER_S * dt_s))
    lag_m = lag_m + slip_mps * dt_s
    off_mps = slip_mps + _PLACE_PER_S * lag_m
    push_mps2 = push_mps2 + _PUSH_PER_S2 * dt_s * off_mps
    wanted_mps2 = asked.mps2 + push_mps2 + _SPEED_PER_S * off_mps
    return (lag_m, slip_mps, push_mps2, ahead + gain * off_mps), wanted_mps2


@compiled
def _lean(
    of: tuple[float, float, float, float],
    asked: Asked,
    on: _Push,
    mps2: tuple[float, float],
    over: tuple[float, float],
) -> tuple[float, float, float, float]:
    """The same, where it may not lean as far as is asked: `mps2`, asked and had. `over` is drag and time."""
    lag_m, slip_mps, push_mps2, thrust_mps2 = of
    (wanted_mps2, had_mps2), (drag_per_s, dt_s) = mps2, over
    lag_m = lag_m + asked.gone_m - (asked.mps + on.gust_mps) * dt_s
    tilt = dt_s / _TILT_S
    thrust_mps2 = (thrust_mps2 + tilt * had_mps2) / (1.0 + tilt)
    drag = drag_per_s * dt_s
    slip_mps = slip_mps + asked.faster_mps + drag * asked.mps - dt_s * (thrust_mps2 + on.wind_mps2)
    slip_mps = slip_mps / (1.0 + drag)
    lag_m = lag_m + slip_mps * dt_s
    off_mps = slip_mps + _PLACE_PER_S * lag_m - 2.0 / _SPEED_PER_S * (wanted_mps2 - had_mps2)
    return lag_m, slip_mps, push_mps2 + _PUSH_PER_S2 * dt_s * off_mps, thrust_mps2
