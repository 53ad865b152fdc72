"""Whether a simulated autopilot still knows where it is: for some seconds also without satellites."""

from __future__ import annotations

_DEAD_RECKONING_S = 5.0
"""PX4's EKF2_NOAID_TOUT: so long it believes its own position without satellites."""
_FOUND_AGAIN_S = 2.5
"""Observed on PX4: it can arm again so long after the first fix."""


class Whereabouts:
    """Satellites seen and missed. `lost` says whether the position is unknown by now."""

    def __init__(self) -> None:
        self.lost = False
        self._blind_since_age_s: float | None = None
        self._seen_since_age_s: float | None = None

    def look(self, age_s: float, *, blind: bool) -> bool:
        """`blind`: no satellites are received now. Whether the position was lost just now."""
        if not blind:
            self._blind_since_age_s = None
            self._seen_since_age_s = age_s if self._seen_since_age_s is None else self._seen_since_age_s
            self.lost = self.lost and age_s - self._seen_since_age_s < _FOUND_AGAIN_S
            return False
        self._seen_since_age_s = None
        self._blind_since_age_s = age_s if self._blind_since_age_s is None else self._blind_since_age_s
        was_lost, self.lost = self.lost, age_s - self._blind_since_age_s >= _DEAD_RECKONING_S
        return self.lost and not was_lost
