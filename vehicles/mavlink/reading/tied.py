"""What a decoder needs of whatever brings it a vehicle's messages (`links.tie` has the whole)."""

from __future__ import annotations

from typing import Protocol


class Tied(Protocol):
    """Brings messages, some of them only when it is asked to catch up."""

    def catch_up(self) -> None:
        """Hear what was kept until now."""

    @property
    def refusals(self) -> tuple[str, ...]:
        """What an operator should know of frames that were refused."""


class Untied:
    """Nothing is kept and nothing is refused: for whoever hands messages over one by one."""

    refusals: tuple[str, ...] = ()

    def catch_up(self) -> None:
        """Everything was heard."""
