"""What a decoder needs of whatever brings it a vehicle's messages (`links.tie` has the whole)."""

from __future__ import annotations

from typing import Protocol

from vehicles.telemetry import LinkQuality


class Tied(Protocol):
    """Brings messages, some of them only when it is asked to catch up."""

    def catch_up(self) -> None:
        """Hear what was kept until now."""

    @property
    def links(self) -> tuple[LinkQuality, ...]:
        """How each link does."""

    @property
    def refusals(self) -> tuple[str, ...]:
        """What an operator should know of frames that were refused."""


class Untied:
    """Nothing is kept and nothing is known of links: for whoever hands messages over one by one."""

    links: tuple[LinkQuality, ...] = ()
    refusals: tuple[str, ...] = ()

    def catch_up(self) -> None:
        """Everything was heard."""


def best_loss_frac(links: tuple[LinkQuality, ...]) -> float:
    """What share the link loses that carries what we say; 0 where there is none."""
    for link in links:
        if link.best:
            return link.loss_frac
    return 0.0
