"""What comes through between the fleet and a simulated vehicle in this process: silence, delay, loss."""

from __future__ import annotations

import random
from math import isfinite

from sitl.aboard.flight import Flight
from sitl.faults import Faults, Kind
from vehicles.clock import now_s


class Reception:
    """Of one vehicle; `seed` decides which messages get lost. Times are fleet time, UTC seconds."""

    def __init__(self, flight: Flight, faults: Faults, seed: int) -> None:
        self._flight = flight
        self._faults = faults
        self._dice = random.Random(seed)  # noqa: S311 - which messages get lost, not secrets

    @property
    def silent(self) -> bool:
        """Whether nothing goes either way now."""
        return isfinite(self._silent_since_age_s())

    @property
    def heard_until_s(self) -> float:
        """Up to when its messages have come through by now."""
        if not self._faults:
            return now_s()
        late_s = self._faults.value(Kind.LATE, self._flight.age_s)
        return min(now_s() - late_s, self._flight.boot_at_s + self._silent_since_age_s())

    def hears(self, at_s: float) -> bool:
        """Whether what it said at that time was heard."""
        return not self._faults or at_s - self._flight.boot_at_s <= self._silent_since_age_s()

    def loses(self) -> bool:
        """Whether what is sent now, or its answer, gets lost."""
        loss_frac = self._faults.value(Kind.LOSSY, now_s() - self._flight.boot_at_s)
        return self.silent or (loss_frac > 0.0 and self._dice.random() < loss_frac)

    def _silent_since_age_s(self) -> float:
        """When the silence began that lasts now, seconds since its start; infinite while it is heard."""
        return self._faults.silent_since_s(now_s() - self._flight.boot_at_s)
