"""What a simulated vehicle's battery holds, gives and takes.

It shares no code with `vehicles.energy` on purpose: a model tried against itself is always right.
What motion costs is in `sitl.motion.consumption`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from sitl.motion.compiled import compiled
from sitl.motion.state import Cell

_NOMINAL_V = 3.7
_FLAT_V, _SLOPE_V = 3.30, 0.85  # of lithium-ion cells at rest: 4.15 V full, 3.7 V half full
_EMPTY_V, _KNEE_V = 2.8, 6.0  # and the knee below a tenth
_OHM_AH = 0.05  # 20 milliohm for 2.5 Ah: a power cell (Samsung INR18650-25R, its data sheet), at 25 degrees C
_RATED_DEG_C = 25.0
_COLD_PER_K = 0.025  # twice the resistance at 15 degrees below zero
_WARMEST_SHARE = 0.6
_J_PER_K_WH = 5.0  # 1,000 J/(kg K), 200 Wh/kg
_COOLS_S = 1500.0
_TAPER_FROM_FRAC = 0.9  # a charger holds its power until here, then the cells take less and less
_TAPER_TO_SHARE = 0.2


@compiled
def draw(state: Cell, dt_s: float) -> None:
    """Take `state.draw_w` for `dt_s` seconds; an empty battery gives nothing more.

    A cell's voltage is that of rest less what its resistance eats, V = U - I R; so the cells give more
    than is asked of them, by U / V, and what is over warms them. Cold raises the resistance.
    """
    left_frac = state.left_wh / state.full_wh
    rest_v = min(_FLAT_V + _SLOPE_V * left_frac, _EMPTY_V + _KNEE_V * left_frac)
    cold = max(1.0 + _COLD_PER_K * (_RATED_DEG_C - state.temperature_deg_c), _WARMEST_SHARE)
    eaten_v2 = 4.0 * _OHM_AH * cold * _NOMINAL_V * state.draw_w / state.full_wh
    state.cell_v = 0.5 * (rest_v + sqrt(max(rest_v * rest_v - eaten_v2, 0.0)))
    given_w = state.draw_w * rest_v / state.cell_v
    taken_wh = min(state.left_wh, given_w * dt_s / 3600.0)
    state.left_wh = state.left_wh - taken_wh
    state.used_wh = state.used_wh + taken_wh
    state.used_ah = state.used_ah + taken_wh / rest_v
    warming = (given_w - state.draw_w) / (_J_PER_K_WH * state.full_wh)
    cooling = (state.temperature_deg_c - state.ambient_deg_c) / _COOLS_S
    state.temperature_deg_c = state.temperature_deg_c + (warming - cooling) * dt_s


@compiled
def charge(state: Cell, dt_s: float) -> None:
    """Charge with at most `state.charging_w` for `dt_s` seconds: constant power, then a taper."""
    over = (state.left_wh / state.full_wh - _TAPER_FROM_FRAC) / (1.0 - _TAPER_FROM_FRAC)
    share = 1.0 - (1.0 - _TAPER_TO_SHARE) * min(max(over, 0.0), 1.0)
    charged_wh = min(state.full_wh, state.left_wh + state.charging_w * share * dt_s / 3600.0)
    state.left_wh = charged_wh


class Battery:
    """One vehicle's battery, watt-hours: a window on its numbers, among those of a flock."""

    __slots__ = ("_cells", "_index")

    def __init__(self, cells: Sequence[Cell], index: int) -> None:
        self._cells = cells
        self._index = index

    @property
    def full_wh(self) -> float:
        """What it holds when full."""
        return self._cells[self._index].full_wh

    @property
    def left_wh(self) -> float:
        """What is in it now."""
        return self._cells[self._index].left_wh

    @left_wh.setter
    def left_wh(self, left_wh: float) -> None:
        self._cells[self._index].left_wh = left_wh

    @property
    def used_wh(self) -> float:
        """What was taken from it since the vehicle was started."""
        return self._cells[self._index].used_wh

    @property
    def used_ah(self) -> float:
        """The charge that flowed from it meanwhile, ampere hours, as if all its cells were in parallel."""
        return self._cells[self._index].used_ah

    @property
    def frac(self) -> float:
        """What is left of a full battery, in [0, 1]."""
        return self.left_wh / self.full_wh

    @property
    def cell_v(self) -> float:
        """Voltage of one cell under the present load; 0 before the first step."""
        return self._cells[self._index].cell_v

    @property
    def draw_w(self) -> float:
        """Power that is asked of it now."""
        return self._cells[self._index].draw_w

    @property
    def temperature_deg_c(self) -> float:
        """Of its cells."""
        return self._cells[self._index].temperature_deg_c
