"""Facts about the clock that all other facts are dated by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClockDiffers:
    """The machine's clock was found to be other than fleet time, or fleet time behind the journal.

    `machine_ahead_s`: how far the machine's clock is ahead of fleet time (negative: behind), since it was set
    or the machine slept. `journal_ahead_s`: how far the journal's last entry lay ahead of fleet time.
    Both 0: all agree, again.
    """

    machine_ahead_s: float = 0.0
    journal_ahead_s: float = 0.0


ClockFact = ClockDiffers
