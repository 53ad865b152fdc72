"""When a courier works, by their phone: a shift, the break that is due in it, and one that is being had."""

from __future__ import annotations

from vehicles.clock import now_s
from vehicles.mission import VehicleId
from vehicles.telemetry import Break, Shift

LONGEST_SHIFT_S = 16 * 3600.0
"""No shift lasts longer: past that it is a slip of the thumb, or another day."""


class Hours:
    """`rule`: the break that a shift has, counted from its beginning; a shift that ends earlier has none."""

    def __init__(self, vehicle_id: VehicleId, rule: Break | None) -> None:
        self._vehicle_id = vehicle_id
        self._rule = rule
        self._rests_since_s: float | None = None
        self._had = False
        self.shift: Shift | None = None

    @property
    def on_break(self) -> bool:
        """Whether a break is being had."""
        return self._rests_since_s is not None

    @property
    def pause(self) -> str:
        """Why no trip is taken just now, as a sentence; empty while trips are."""
        if self.shift is None:
            return f"{self._vehicle_id} has not begun a shift."
        if now_s() >= self.shift.until_s:
            return f"The shift of {self._vehicle_id} is over."
        return f"{self._vehicle_id} is on a break." if self.on_break else ""

    @property
    def working(self) -> Shift | None:
        """The shift, from the end of a break on that is being had."""
        shift, since_s = self.shift, self._rests_since_s
        if shift is None or since_s is None or shift.rest is None:
            return shift
        return Shift(max(shift.from_s, since_s + shift.rest.lasts_s), shift.until_s)

    def begin(self, until_s: float) -> str | None:
        """Work from now until fleet time `until_s`; told again, it moves the end, and ends a break."""
        if until_s <= now_s():
            return "A shift ends in the future."
        if until_s > now_s() + LONGEST_SHIFT_S:
            return f"A shift ends within {LONGEST_SHIFT_S / 3600.0:.0f} hours."
        self._end_break()
        from_s = now_s() if self.shift is None else self.shift.from_s
        self.shift = Shift(from_s, until_s, self._due(from_s, until_s))
        return None

    def take_break(self) -> str | None:
        """No offers for now; a trip that has begun is finished first."""
        if self.shift is None:
            return "Your shift has not begun."
        self._rests_since_s = now_s() if self._rests_since_s is None else self._rests_since_s
        return None

    def end(self) -> None:
        """The shift is over."""
        self.shift, self._rests_since_s, self._had = None, None, False

    def take_up(self, shift: Shift | None, *, on_break: bool) -> None:
        """Go on, after a restart, with what the record has."""
        self.shift = shift
        self._rests_since_s = now_s() if on_break else None

    def _end_break(self) -> None:
        """One that was long enough is had; after a shorter one it is still due."""
        since_s, self._rests_since_s = self._rests_since_s, None
        if since_s is not None and self._rule is not None and now_s() - since_s >= self._rule.lasts_s:
            self._had = True

    def _due(self, from_s: float, until_s: float) -> Break | None:
        if self._rule is None or self._had or from_s + self._rule.until_s > until_s:
            return None
        return self._rule.shifted(from_s)
