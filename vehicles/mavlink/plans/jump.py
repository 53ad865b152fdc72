"""Making an item of a mission the current one: the vehicle answers with no acknowledgement, but shows it."""

from __future__ import annotations

from dataclasses import dataclass

from vehicles.mavlink.exchanges.messages import Current, Heard
from vehicles.mavlink.exchanges.sayings import SayCurrent, Saying
from vehicles.mavlink.plans.transfer import REPLY_WITHIN_S, SENDS, Cancelled, Silent


@dataclass(frozen=True, slots=True)
class Jumped:
    """The vehicle says that the item is the current one."""


JumpOutcome = Jumped | Silent | Cancelled


class Jump:
    """Makes item `seq` the current one: said until the vehicle shows it, in any mode."""

    def __init__(self, seq: int) -> None:
        self.outcome: JumpOutcome | None = None
        self.wake_at_s = 0.0
        self._seq = seq
        self._sends = 0

    def start(self, at_s: float) -> tuple[Saying, ...]:
        """Say it."""
        return self._say(at_s)

    def receive(self, heard: Heard, at_s: float) -> tuple[Saying, ...]:  # noqa: ARG002 - as any machine's
        """Look at the current item; anything else changes nothing."""
        if self.outcome is None and isinstance(heard, Current) and heard.seq == self._seq:
            self.outcome = Jumped()
        return ()

    def tick(self, at_s: float) -> tuple[Saying, ...]:
        """Time has passed: say it again, or give up."""
        if self.outcome is not None or at_s < self.wake_at_s:
            return ()
        if self._sends < SENDS:
            return self._say(at_s)
        self.outcome = Silent(f"item {self._seq} as the current one")
        return ()

    def cancel(self) -> tuple[Saying, ...]:
        """Call it off: there is nothing to take back."""
        self.outcome = self.outcome or Cancelled()
        return ()

    def _say(self, at_s: float) -> tuple[Saying, ...]:
        self._sends += 1
        self.wake_at_s = at_s + REPLY_WITHIN_S
        return (SayCurrent(self._seq),)
