"""What the machine's clock means for the fleet, in words for its operators."""

from __future__ import annotations

from orchestrator.record.describing.described import Described
from orchestrator.record.facts.clock import ClockDiffers
from orchestrator.record.state import Severity

_MINUTE_S, _HOUR_S = 60.0, 3600.0


def of_clock(told: ClockDiffers) -> Described:
    """A fact about the clock, in words."""
    return Described(Severity.INFO if told == ClockDiffers() else Severity.CRITICAL, _text(told))


def _text(told: ClockDiffers) -> str:
    said = []
    if ahead_s := told.machine_ahead_s:
        said.append(
            f"The machine's clock was set, or the machine slept: it is {_span(ahead_s)} "
            f"{'ahead of' if ahead_s > 0.0 else 'behind'} fleet time, which goes on as it was. "
            "Hours of zones and deadlines are off by as much until the orchestrator is started again."
        )
    if told.journal_ahead_s:
        said.append(
            f"The journal's last entry lay {_span(told.journal_ahead_s)} ahead of the clock at the start: "
            "one of the two was wrong. What happens from now on is dated by the clock. Check it."
        )
    return " ".join(said) or "The machine's clock, fleet time and the journal agree again."


def _span(seconds: float) -> str:
    seconds = abs(seconds)
    if seconds < 2.0 * _MINUTE_S:
        return f"{seconds:.0f} s"
    return f"{seconds / _MINUTE_S:.0f} min" if seconds < 2.0 * _HOUR_S else f"{seconds / _HOUR_S:.1f} h"
