"""Whether a simulated autopilot still knows where it is: for some seconds also without satellites."""

from __future__ import annotations

_DEAD_RECKONING_S = 5.0
"""PX4's EKF2_NOAID_TOUT: so long it believes its own position without satellites."""
_HEEDED_AGAIN_S = 1.0
"""Seen on PX4: a gap of 3 s is bridged and one of 4.5 s is not, for satellites count only so long later."""
_FOUND_AGAIN_S = 2.5
"""Observed on PX4: it can arm again so long after the first fix."""


class Whereabouts:
    """Satellites seen and missed. `lost` says whether the position is unknown by now."""

    def __init__(self) -> None:
        self.lost = False
        self._blind_since_age_s: float | None = None
        self._seen_since_age_s: float | None = None

    @property
    def sure(self) -> bool:
        """Whether satellites are received, and it knows where it is."""
        return self._blind_since_age_s is None and not self.lost

    def look(self, age_s: float, *, blind: bool) -> bool:
        """`blind`: no satellites are received now. Whether it came to know, or not to know, just now."""
        was_lost = self.lost
        if blind:
            self._seen_since_age_s = None
            self._blind_since_age_s = age_s if self._blind_since_age_s is None else self._blind_since_age_s
        elif self._seen_since_age_s is None:
            self._seen_since_age_s = age_s
        seen_s = 0.0 if self._seen_since_age_s is None else age_s - self._seen_since_age_s
        if seen_s >= (_FOUND_AGAIN_S if self.lost else _HEEDED_AGAIN_S):
            self._blind_since_age_s = None
        blind_s = 0.0 if self._blind_since_age_s is None else age_s - self._blind_since_age_s
        self.lost = blind_s >= _DEAD_RECKONING_S
        return self.lost is not was_lost
