"""Facts about the fleet's own control: whether anything is decided at all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecidingFailed:
    """Nothing can be decided, for the fault `error` of the orchestrator's own; empty: it can, again.

    Meanwhile no order gets a vehicle, and vehicles get no sign of life from here (invariant 4).
    """

    error: str


ControlFact = DecidingFailed
