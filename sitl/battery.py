"""What a simulated vehicle's battery holds, gives and takes: for all vehicles at once.

It shares no code with `vehicles.energy` on purpose: a model tried against itself is always right.
What motion costs is in `sitl.consumption`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sitl.maths import Floats, Maths
from sitl.state import State

if TYPE_CHECKING:
    from sitl.flock import Flock

_TAPER_FROM_FRAC = 0.9  # a charger holds its power until here, then the cells take less and less
_TAPER_TO_SHARE = 0.2


def draw(maths: Maths, state: State, dt_s: Floats) -> None:
    """Take `state.draw_w` for `dt_s` seconds; an empty battery gives nothing more."""
    taken_wh = maths.least(state.left_wh, state.draw_w * dt_s / 3600.0)
    state.left_wh = state.left_wh - taken_wh
    state.used_wh = state.used_wh + taken_wh


def charge(maths: Maths, state: State, dt_s: Floats) -> None:
    """Charge with at most `state.charging_w` for `dt_s` seconds: constant power, then a taper."""
    over = (state.left_wh / state.full_wh - _TAPER_FROM_FRAC) / (1.0 - _TAPER_FROM_FRAC)
    share = 1.0 - (1.0 - _TAPER_TO_SHARE) * maths.least(maths.most(over, 0.0), 1.0)
    charged_wh = maths.least(state.full_wh, state.left_wh + state.charging_w * share * dt_s / 3600.0)
    state.left_wh = maths.where(state.charging_w > 0.0, charged_wh, state.left_wh)


class Battery:
    """One vehicle's battery, watt-hours: a window on its numbers in a flock."""

    __slots__ = ("_flock", "_index")

    def __init__(self, flock: Flock, index: int) -> None:
        self._flock = flock
        self._index = index

    @property
    def full_wh(self) -> float:
        """What it holds when full."""
        return self._flock.cells[self._index].full_wh

    @property
    def left_wh(self) -> float:
        """What is in it now."""
        return self._flock.cells[self._index].left_wh

    @left_wh.setter
    def left_wh(self, left_wh: float) -> None:
        self._flock.cells[self._index].left_wh = left_wh

    @property
    def used_wh(self) -> float:
        """What was taken from it since the vehicle was started."""
        return self._flock.cells[self._index].used_wh

    @property
    def frac(self) -> float:
        """What is left of a full battery, in [0, 1]."""
        return self.left_wh / self.full_wh
