"""What a simulated vehicle's receiver and estimator make of where it is: noise and drift, seeded.

Taken from recordings of PX4 1.17 with its SIH simulation (`docs/simulated-px4.md`): the receiver's fixes
scatter by 0.2 m over ground and 0.5 m in height (PX4's sensor_gps_sim says the same), the estimate wanders
by a few centimetres over ground and a few decimetres in height, and its speeds by a few cm/s.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import exp, sqrt

_FIX_M, _FIX_HEIGHT_M, _FIX_MPS = 0.2, 0.5, 0.07
_WANDER_M, _WANDER_HEIGHT_M, _WANDER_MPS = 0.07, 0.3, 0.03
_LASTS_S, _HEIGHT_LASTS_S, _SPEED_LASTS_S = 8.0, 25.0, 1.0
_BLIND_MPS2 = 0.1
"""Without satellites accelerometers alone carry the estimate, and their bias grows. PX4 was seen to believe
that it moved at 5 m/s after half a minute, over one place."""
_FRESH_S = 0.05


@dataclass(slots=True)
class Wander:
    """A first-order Gauss-Markov process of rms 1: its value now, and how many seconds it lasts."""

    lasts_s: float
    value: float = 0.0

    def go_on(self, dt_s: float, number: float) -> None:
        """Let `dt_s` seconds pass; `number` is a standard normal draw."""
        kept_frac = exp(-dt_s / self.lasts_s)
        self.value = self.value * kept_frac + sqrt(1.0 - kept_frac * kept_frac) * number


class Estimate:
    """How far off the position of one vehicle is told: metres and m/s, east, north, up.

    The same whoever asks within a twentieth of a second, so that its messages agree.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"estimate {seed}")  # noqa: S311  # noise, not secrets
        self._place = (Wander(_LASTS_S), Wander(_LASTS_S))
        self._height = Wander(_HEIGHT_LASTS_S)
        self._speed = tuple(Wander(_SPEED_LASTS_S) for _ in range(3))
        self._walks = (*self._place, self._height, *self._speed)
        self._at_age_s = 0.0
        self._blind_since_age_s: float | None = None
        self._bias = (0.0, 0.0)
        self.place_m = (0.0, 0.0, 0.0)
        """How far off the estimate is."""
        self.speed_mps = (0.0, 0.0, 0.0)

    def go_on(self, age_s: float, *, blind: bool) -> None:
        """Up to that age. `blind`: no satellites are received."""
        dt_s = age_s - self._at_age_s
        if dt_s < _FRESH_S:
            return
        self._at_age_s = age_s
        for walk in self._walks:
            walk.go_on(dt_s, self._random.gauss(0.0, 1.0))
        if not blind:
            self._blind_since_age_s = None
        elif self._blind_since_age_s is None:
            self._blind_since_age_s = age_s
            self._bias = (self._random.gauss(0.0, _BLIND_MPS2), self._random.gauss(0.0, _BLIND_MPS2))
        blind_s = 0.0 if self._blind_since_age_s is None else age_s - self._blind_since_age_s
        (east, north), (bias_e, bias_n) = self._place, self._bias
        drift_s2 = 0.5 * blind_s * blind_s
        self.place_m = (
            _WANDER_M * east.value + bias_e * drift_s2,
            _WANDER_M * north.value + bias_n * drift_s2,
            _WANDER_HEIGHT_M * self._height.value,
        )
        on_east, on_north, up = (_WANDER_MPS * walk.value for walk in self._speed)
        self.speed_mps = (on_east + bias_e * blind_s, on_north + bias_n * blind_s, up)

    def fix(self) -> tuple[float, float, float, float]:
        """How far off the receiver's next fix is: east, north, up in metres, and its speed."""
        gauss = self._random.gauss
        return gauss(0.0, _FIX_M), gauss(0.0, _FIX_M), gauss(0.0, _FIX_HEIGHT_M), gauss(0.0, _FIX_MPS)
