"""Facts about the clock that all other facts are dated by."""

from __future__ import annotations

from dataclasses import dataclass

STEP_S = 5.0
"""A difference below this is nobody's concern: time servers mend such without a step."""


@dataclass(frozen=True, slots=True)
class ClockDiffers:
    """The machine's clock was found to be other than fleet time, or fleet time behind the journal.

    `machine_ahead_s`: how far the machine's clock is ahead of fleet time (negative: behind), since it was set
    or the machine slept. `journal_ahead_s`: how far the journal's last entry lay ahead of fleet time when it
    was opened: the clock was wrong then. This fact is dated by the clock as it is now, before that entry, and
    so is all that follows. Both 0: all agree, again.
    """

    machine_ahead_s: float = 0.0
    journal_ahead_s: float = 0.0


ClockFact = ClockDiffers
