"""What carries the messages between us and one vehicle, as far as its driver needs to know.

`bond` does it over links of ours; `vehicles.mavsdk` through another protocol stack. Small ports in one: its
life, what it carries, and what is known by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from vehicles.mavlink.wire.block import Block
from vehicles.mavlink.wire.counts import Counts
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.row import Kept
from vehicles.mavlink.wire.signing import Signer
from vehicles.telemetry import LinkQuality


class Keeps(Protocol):
    """Who hears in one go what was kept of a vehicle's words, and has a block in which values may lie."""

    block: Block

    def hear_kept(self, kept: Sequence[Kept]) -> None:
        """Take what was kept, in the order of its times."""


SignerFor = Callable[[int], Signer]
"""Gives a link, by its number, what signs there."""


class Opened(Protocol):
    """Its life."""

    async def open(self) -> None:
        """Begin to carry. Raises `LinkError` when our own end cannot be had."""

    def close(self) -> None:
        """Carry no more. Harmless when never opened."""


class Carrying(Protocol):
    """What is said to the vehicle, and how what it says is heard."""

    def send(self, message: Message, component_id: int) -> None:
        """Say it once, as `component_id` of ours."""

    def send_all(self, message: Message, component_id: int) -> None:
        """Say it by every way there is: for what is said again and again."""

    def sign(self, signer_for: SignerFor | None) -> bool:
        """Sign and check by these from now on; None: neither. False where that cannot be: the default."""
        return signer_for is None

    def listen(self, *, closely: bool) -> None:  # noqa: ARG002 - a default
        """Closely: what shows the vehicle's state is heard as it comes. Unless said otherwise, it is."""
        return

    def catch_up(self) -> None:
        """Hear what was kept until now: nothing, unless said otherwise."""
        return


class Known(Protocol):
    """What is known of the vehicle by its links, and of them."""

    @property
    def system_id(self) -> int | None:
        """Its MAVLink system id, once an autopilot was heard."""

    @property
    def component_id(self) -> int:
        """The component of it that we talk to."""

    @property
    def heard_at_s(self) -> float | None:
        """When it was last heard; None before the first time."""

    @property
    def names(self) -> str:
        """Its links as people know them."""

    @property
    def links(self) -> tuple[LinkQuality, ...]:
        """How each link does."""

    @property
    def counts(self) -> Counts:
        """What became of everything that arrived."""

    @property
    def refusals(self) -> tuple[str, ...]:
        """What an operator should know of frames that were refused."""


class Streaming(Protocol):
    """What `streams` needs, to ask for what is wanted and to have the rest switched off."""

    @property
    def system_id(self) -> int | None:
        """Its MAVLink system id, once an autopilot was heard."""

    @property
    def generation(self) -> int:
        """Grows whenever what was asked of the vehicle is to be asked again, on another link."""

    @property
    def unwanted(self) -> Mapping[int, int]:
        """By message id, what came and nobody here reads."""

    def restarted(self) -> None:
        """The vehicle began anew: what is counted by its own numbers does too."""


class Tie(Opened, Carrying, Known, Streaming, Protocol):
    """All of it: what a `Craft` is tied to its vehicle by."""
