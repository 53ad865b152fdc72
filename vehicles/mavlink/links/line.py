"""One link of a vehicle, with what belongs to it alone."""

from __future__ import annotations

from dataclasses import dataclass

from vehicles.mavlink.links.link import Link, Sifting
from vehicles.mavlink.wire.frames import Packer
from vehicles.mavlink.wire.receiver import Receiver
from vehicles.mavlink.wire.sieve import Row
from vehicles.vehicle import LinkError


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
        if self.row is None or self.row.heard_at_s < (self.at_s or 0.0):
            return self.at_s
        return self.row.heard_at_s

    @property
    def trouble(self) -> str:
        """Why it carries nothing, or none of the vehicle's words; empty while all is well."""
        if trouble := self.unopened or self.link.trouble:
            return trouble
        refused = self.receiver.refused
        if not refused or self.heard_at_s is not None:
            return ""
        return f"{refused} frames came and were refused: none is signed with the vehicle's key"

    async def open(self) -> None:
        """Open the link; where our own end cannot be had, `unopened` says why."""
        try:
            await self.link.open(self.receiver.feed)
            self.unopened = ""
        except LinkError as error:
            self.unopened = str(error)

    def sift(self, system_id: int, component_id: int, *, closely: bool) -> None:
        """Have what it brings kept until it is asked for, as far as that can be."""
        if self.row is None and not self.unopened and isinstance(self.link, Sifting):
            self.row = self.receiver.row = self.link.sift(system_id, component_id)
            if self.row is not None:
                self.row.listen(closely=closely)

    def close(self) -> None:
        """Close the link; what was kept is out of date, and what was counted stays."""
        self.at_s, self.row = self.heard_at_s, None
        self.receiver.row = None
        self.link.close()
