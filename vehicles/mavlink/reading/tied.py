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
    def loss_frac(self) -> float:
        """The share of the vehicle's frames that was lost, in [0, 1]."""


class Untied:
    """Nothing is kept and nothing is known of links: for whoever hands messages over one by one."""

    loss_frac = 0.0
    links: tuple[LinkQuality, ...] = ()

    def catch_up(self) -> None:
        """Everything was heard."""
