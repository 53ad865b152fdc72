"""What it means for the fleet's operators that nothing is decided, in words."""

from __future__ import annotations

from orchestrator.record.describing.described import Described
from orchestrator.record.facts.control import DecidingFailed
from orchestrator.record.state import Severity


def of_control(told: DecidingFailed) -> Described:
    """A fact about the fleet's own control, in words."""
    if not told.error:
        return Described(Severity.INFO, "Deciding goes on as it should: the fleet is under control again.")
    return Described(
        Severity.CRITICAL,
        f"Nothing is decided any more: {told.error}. No order gets a vehicle, and vehicles hear no sign of"
        " life from here: aircraft fail safe as they are set to. What is asked of a vehicle still reaches"
        " it.",
    )
