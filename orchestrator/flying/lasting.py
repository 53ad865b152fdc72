"""How long something has been so, from look to look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Lasting:
    """Since when something is so without a break; fleet time, UTC seconds. None: it is not."""

    since_s: float | None = None

    def for_s(self, at_s: float, *, is_so: bool) -> float:
        """For how long it has been so, with this look; 0 when it is not, or is for the first time."""
        if not is_so:
            self.since_s = None
            return 0.0
        if self.since_s is None:
            self.since_s = at_s
        return at_s - self.since_s
