"""All links to one vehicle as one: the best carries what we say, the others are kept warm."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from vehicles.clock import now_s
from vehicles.mavlink.identity import Identity
from vehicles.mavlink.links.best_link import BestLink, Standing
from vehicles.mavlink.links.line import Line
from vehicles.mavlink.links.link import Link
from vehicles.mavlink.links.tie import Keeps, SignerFor
from vehicles.mavlink.wire.copies import Copies
from vehicles.mavlink.wire.counts import Counts, added
from vehicles.mavlink.wire.frames import Message, Packer
from vehicles.mavlink.wire.receiver import Receiver
from vehicles.mavlink.wire.row import Kept
from vehicles.mavlink.wire.rows import TIMED
from vehicles.telemetry import LinkQuality
from vehicles.vehicle import LinkError

_LOOK_EVERY_S = 0.25
REFUSALS_SHOWN_S = 60.0
_OPEN_AGAIN_S = 5.0


class Bond:
    """Ties one vehicle to its links.

    What any link brings is given to `hear` with its time, stale copies apart (see `copies`). What is said
    goes out on the best link (see `best_link`), heartbeats on all. `generation` grows whenever another link
    became best: what was asked of the vehicle for the former one, its stream rates, is to be asked again.
    Much of it may be kept (see `sieve`) until `catch_up`, and goes to `keeps` then; without one, none is.
    `signer_for` gives each link what signs there.
    Raises `ValueError` without a link.
    """

    def __init__(
        self,
        links: Sequence[Link],
        identity: Identity,
        hear: Callable[[Message, float], None],
        our_system_id: int,
        signer_for: SignerFor | None = None,
        *,
        keeps: Keeps | None = None,
    ) -> None:
        if not links:
            raise ValueError("links: a vehicle needs one at least")
        self._identity = identity
        self._hear, self._keeps = hear, keeps
        self._lines = tuple(
            Line(link, Receiver(partial(self._take, index)), Packer(our_system_id))
            for index, link in enumerate(links)
        )
        for line in self._lines:
            line.receiver.component_id = identity.component_id
            line.receiver.system_id = identity.system_id
        self._ever_signed = False
        self.sign(signer_for)
        self._best = BestLink()
        self._copies = Copies()
        self._looking: asyncio.TimerHandle | None = None
        self._opening: asyncio.Task[None] | None = None
        self._closely = False
        self._refused = 0
        self._refused_at_s = -math.inf
        self.generation = 0
        self.system_id: int | None = None

    @property
    def refusals(self) -> tuple[str, ...]:
        """What an operator should know of signing.

        Frames that were refused, for a minute after the last of them; stamps that cannot be kept.
        """
        if not self._ever_signed:
            return ()
        refused = sum([line.receiver.refused for line in self._lines])
        signer = self._now_best.receiver.signer
        trouble = (signer.trouble,) if signer is not None and signer.trouble else ()
        if not refused:
            return trouble
        at_s = now_s()
        if refused != self._refused:
            self._refused, self._refused_at_s = refused, at_s
        if at_s - self._refused_at_s > REFUSALS_SHOWN_S:
            return trouble
        counts = self.counts
        kinds = {"unsigned": counts.unsigned, "forged": counts.forged, "replayed": counts.replayed}
        words = ", ".join(f"{number} {kind}" for kind, number in kinds.items() if number)
        return (*trouble, f"Frames were refused: {words}")

    @property
    def component_id(self) -> int:
        """The component of the vehicle that we talk to: its autopilot."""
        return self._identity.component_id

    @property
    def names(self) -> str:
        """Its links as people know them."""
        return ", ".join(line.link.name for line in self._lines)

    @property
    def links(self) -> tuple[LinkQuality, ...]:
        """How each link does, in their configured order."""
        lines, best = self._lines, self._best.index
        if len(lines) == 1:
            return (lines[0].quality(best=True),)
        return tuple([line.quality(best=index == best) for index, line in enumerate(lines)])

    @property
    def heard_at_s(self) -> float | None:
        """When any link last brought the vehicle's words; None before the first."""
        return max((line.heard_at_s for line in self._lines if line.heard_at_s is not None), default=None)

    @property
    def unwanted(self) -> Mapping[int, int]:
        """By message id, what the best link brought and nobody here reads."""
        return self._now_best.receiver.unwanted

    @property
    def counts(self) -> Counts:
        """What became of everything that arrived, over all links."""
        if len(self._lines) == 1:
            return self._lines[0].receiver.counts
        return added([line.receiver.counts for line in self._lines])

    async def open(self) -> None:
        """Open all links, and again those whose endpoint cannot be had. Raises `LinkError` if none can."""
        for line in self._lines:
            await self._open(line)
        closed = [line for line in self._lines if line.unopened]
        if len(closed) == len(self._lines):
            self.close()
            raise LinkError(closed[0].unopened)
        if closed:
            name = f"opening {', '.join(line.link.name for line in closed)}"
            self._opening = asyncio.create_task(self._open_again(closed), name=name)
        if len(self._lines) > 1:
            self._look_later()

    async def _open_again(self, closed: list[Line]) -> None:
        while closed:
            await asyncio.sleep(_OPEN_AGAIN_S)
            for line in closed:
                await self._open(line)
            closed = [line for line in closed if line.unopened]

    def close(self) -> None:
        """Close all links. Harmless when never opened."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
        self.catch_up()
        for line in self._lines:
            line.close()

    def sign(self, signer_for: SignerFor | None) -> bool:
        """Sign and check by these from now on: one for each link, as each has its own link id."""
        self._ever_signed = self._ever_signed or signer_for is not None
        for number, line in enumerate(self._lines):
            line.receiver.signer = line.packer.signer = signer_for(number) if signer_for else None
        return True

    def send(self, message: Message, component_id: int) -> None:
        """Send on the best link, as `component_id` of ours."""
        line = self._now_best
        line.link.send(line.packer.pack(message, component_id))

    def send_all(self, message: Message, component_id: int) -> None:
        """Send on every link what is sent again and again.

        Each numbers its frames for itself, so that the vehicle can count losses.
        """
        for line in self._lines:
            line.link.send(line.packer.again(message, component_id))

    def restarted(self) -> None:
        """The vehicle began anew: its sequence numbers do too."""
        for line in self._lines:
            line.receiver.loss.restart()

    def listen(self, *, closely: bool) -> None:
        """Closely: whatever shows the vehicle's state is heard as it comes, for somebody waits for it."""
        if closely != self._closely:
            self._closely = closely
            for line in self._lines:
                if line.row is not None:
                    line.row.listen(closely=closely)
            self.catch_up()

    def catch_up(self) -> None:
        """Hear what was kept until now."""
        if (keeps := self._keeps) is None:
            return
        if len(self._lines) == 1:
            row = self._lines[0].row
            if row is not None and row.kept:
                keeps.hear_kept(row.take())
            return
        for index, line in enumerate(self._lines):
            if line.row is not None and line.row.kept:
                keeps.hear_kept([one for one in line.row.take() if self._was_news(index, one)])

    @property
    def _now_best(self) -> Line:
        return self._lines[self._best.index]

    def _take(self, index: int, message: Message) -> None:
        line = self._lines[index]
        if self.system_id is None:
            self._pin(line.receiver.system_id)
        self.catch_up()
        at_s = line.at_s = now_s()
        if self._is_news(index, message, at_s):
            self._hear(message, at_s)

    def _is_news(self, index: int, message: Message, at_s: float) -> bool:
        return len(self._lines) == 1 or self._copies.news(index, self._best_at(at_s), message, at_s)

    def _was_news(self, index: int, kept: Kept) -> bool:
        at_s, name, said = kept
        boot_ms = said[0] if name in TIMED else None
        return self._copies.told(index, self._best_at(at_s), name, boot_ms, at_s)

    def _best_at(self, at_s: float) -> int:
        if self._now_best.heard_at_s is None:
            self._look(at_s)
        return self._best.index

    def _pin(self, system_id: int | None) -> None:
        self.system_id = system_id
        for line in self._lines:
            line.receiver.system_id = system_id
            self._sift(line)

    def _sift(self, line: Line) -> None:
        if self._keeps is None:
            return
        system_id = self._identity.system_id if self.system_id is None else self.system_id
        if system_id is not None:
            block = self._keeps.block if len(self._lines) == 1 else None
            line.sift(system_id, self._identity.component_id, block, closely=self._closely)

    async def _open(self, line: Line) -> None:
        await line.open()
        self._sift(line)

    def _look(self, at_s: float) -> None:
        standings = [Standing(line.heard_at_s, line.receiver.loss.frac) for line in self._lines]
        if self._best.look(standings, at_s):
            self.generation += 1

    def _look_later(self) -> None:
        self._looking = asyncio.get_running_loop().call_later(_LOOK_EVERY_S, self._look_again)

    def _look_again(self) -> None:
        self._look(now_s())
        self._look_later()
