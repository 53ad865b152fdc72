"""Whether the machine's clock is still the one that the fleet goes by. Pure.

Fleet time (`vehicles.clock`) never jumps: it is the machine's clock at the start, gone on with evenly. Were
it to follow a step of that clock, every vehicle would be silent at once for as long, or heard in the future.
"""

from __future__ import annotations

from orchestrator.record.events import ClockDiffers
from orchestrator.record.facts.clock import STEP_S
from orchestrator.record.state import FleetState


def clock_news(state: FleetState, now_s: float, machine_ahead_s: float) -> tuple[ClockDiffers, ...]:
    """What is to be told of the clocks at `now_s`, fleet time: nothing, while it is what was told before.

    `machine_ahead_s` is how far the machine's clock is ahead of fleet time.
    """
    told = state.clock
    machine_s = _to_tell_s(machine_ahead_s, told.machine_ahead_s)
    journal_s = told.journal_ahead_s if state.ahead_until_s - now_s >= STEP_S else 0.0
    found = ClockDiffers(machine_s, journal_s)
    return () if found == told else (found,)


def _to_tell_s(ahead_s: float, told_s: float) -> float:
    if abs(ahead_s) < STEP_S:
        return 0.0
    return told_s if abs(ahead_s - told_s) < STEP_S else round(ahead_s, 1)
