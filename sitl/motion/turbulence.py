"""Gusts: a first-order Gauss-Markov process for each vehicle on top of its steady wind.

One draw for each whole second of a vehicle's age, interpolated between, so that neither how finely time
is stepped nor who else flies changes it.
"""

from __future__ import annotations

from math import exp, floor, sqrt

from sitl.motion.compiled import compiled
from sitl.motion.maths import gaussians
from sitl.motion.state import Cell

GUST_SHARE = 0.05
"""Rms of what is left of the wind after the controller, for each m/s of wind."""

_LASTS_S = 2.0
_KEPT_FRAC = exp(-1.0 / _LASTS_S)
_NEW_FRAC = sqrt(1.0 - _KEPT_FRAC**2)


@compiled
def blow(state: Cell) -> None:
    """Bring the gusts up to the vehicle's age."""
    if state.gust_rms_mps <= 0.0:
        return
    second = float(floor(state.age_s))
    if second != state.drawn_s:
        east, north = gaussians(state.seed, second)
        kick_mps = _NEW_FRAC * state.gust_rms_mps
        state.from_east_mps, state.from_north_mps = state.to_east_mps, state.to_north_mps
        state.to_east_mps = state.to_east_mps * _KEPT_FRAC + east * kick_mps
        state.to_north_mps = state.to_north_mps * _KEPT_FRAC + north * kick_mps
        state.drawn_s = second
    part = state.age_s - second
    state.gust_east_mps = state.from_east_mps + (state.to_east_mps - state.from_east_mps) * part
    state.gust_north_mps = state.from_north_mps + (state.to_north_mps - state.from_north_mps) * part
