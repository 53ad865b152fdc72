"""One link of a vehicle, with what belongs to it alone."""

from __future__ import annotations

from dataclasses import dataclass

from vehicles.mavlink.links.link import Guarded, Link, Sifting
from vehicles.mavlink.wire.block import Block
from vehicles.mavlink.wire.frames import Packer
from vehicles.mavlink.wire.quick import quick
from vehicles.mavlink.wire.receiver import Receiver
from vehicles.mavlink.wire.row import Row
from vehicles.telemetry import LinkQuality
from vehicles.vehicle import LinkError

_quality = quick(LinkQuality)


@dataclass(slots=True)
class Line:
    """A link with what belongs to it alone: an ear, sequence numbers, a signature's link id.

    `unopened` says why our own end could not be had, empty when it was.
    """

    link: Link
    receiver: Receiver
    packer: Packer
    at_s: float | None = None
    unopened: str = ""
    row: Row | None = None

    @property
    def heard_at_s(self) -> float | None:
        """When it last brought the vehicle's words."""
        at_s = self.at_s
        if self.row is None or (kept_at_s := self.row.heard_at_s) < (at_s or 0.0):
            return at_s
        return kept_at_s

    def quality(self, *, best: bool) -> LinkQuality:
        """How it does."""
        heard_at_s, link = self.heard_at_s, self.link
        loss_frac = self.receiver.loss.frac if self.row is None else self.row.loss_frac
        trouble = self.unopened or link.trouble or (self._refused if heard_at_s is None else "")
        return _quality(link.name, heard_at_s, loss_frac, best, trouble)

    @property
    def _refused(self) -> str:
        """Why none of what came counted; empty when nothing came."""
        refused = self.receiver.refused
        return f"{refused} frames came and were refused: none is signed with the vehicle's key" * bool(
            refused
        )

    async def open(self) -> None:
        """Open the link; where our own end cannot be had, `unopened` says why."""
        try:
            await self.link.open(self.receiver.feed)
            if isinstance(self.link, Guarded):
                self.link.guard(self.receiver.judge)
            self.unopened = ""
        except LinkError as error:
            self.unopened = str(error)

    def sift(self, system_id: int, component_id: int, block: Block | None, *, closely: bool) -> None:
        """Have what it brings kept until it is asked for, as far as that can be; values in that block."""
        if self.row is None and not self.unopened and isinstance(self.link, Sifting):
            self.row = self.receiver.row = self.link.sift(system_id, component_id)
            if self.row is not None:
                self.row.listen(closely=closely)
                if block is not None:
                    self.row.keep_in(block)

    def close(self) -> None:
        """Close the link; what was kept is out of date, and what was counted stays."""
        self.at_s, self.row = self.heard_at_s, None
        self.receiver.row = None
        self.link.close()
