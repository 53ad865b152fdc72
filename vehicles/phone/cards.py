"""The cards on a courier's phone: one is shown at a time, for a while, and the first answer counts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from vehicles.clock import now_s
from vehicles.courier import Answer, Card


@dataclass(frozen=True, slots=True)
class Shown:
    """A card on the phone, until fleet time `until_s`."""

    card_id: int
    card: Card
    until_s: float


class Cards:
    """What is `shown`, and what is waited for."""

    def __init__(self) -> None:
        self._last_id = 0
        self._answer: asyncio.Future[Answer | None] | None = None
        self.shown: Shown | None = None

    async def show(self, card: Card, for_s: float) -> Answer | None:
        """Show a card until it is answered; None when nobody did in so many seconds."""
        self._answer = asyncio.get_running_loop().create_future()
        self.shown = Shown(self._next_id(), card, now_s() + for_s)
        try:
            async with asyncio.timeout(for_s):
                return await self._answer
        except TimeoutError:
            return None
        finally:
            self.shown = self._answer = None

    def _next_id(self) -> int:
        """Never a number from before a restart: a yes that is sent again would answer another question."""
        self._last_id = max(self._last_id + 1, int(now_s()))
        return self._last_id

    def answer(self, card_id: int, answer: Answer) -> Card | str | None:
        """The card that this answers; None where that was said before, a sentence where it does not count."""
        if self.shown is None or self.shown.card_id != card_id:
            return "This is no longer asked of you."
        if self._answer is not None and self._answer.done():
            return None if self._answer.result() == answer else "You have answered this already."
        card = self.shown.card
        self.settle(answer)
        return card

    def asks(self, card: Card) -> bool:
        """Whether this is what is asked."""
        return self.shown is not None and self.shown.card == card

    def settle(self, answer: Answer | None) -> None:
        """What is shown counts as answered so; None: as not answered, since it is no longer meant."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    def clear(self, answer: Answer) -> None:
        """As `settle`, and it leaves the phone at once."""
        self.settle(answer)
        self.shown = None
