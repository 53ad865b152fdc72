"""What operators' words about dispatch cost: reckoned beside the answer, kept for whoever asks later."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from orchestrator.gateway.contract.messages import OverrideView
from orchestrator.gateway.service import Service
from orchestrator.operations.dispatching.overrides import Foreseen
from orchestrator.orders.order import OrderId
from orchestrator.record.events import Wish
from orchestrator.record.state import FleetState
from vehicles.mission import VehicleId

WORTH_WAITING_S = 0.03
"""An answer waits for its price so long (seconds of the wall clock); what takes longer follows."""
_MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Word:
    """An operator's word as it was answered, and its price under way; None where it has none."""

    said: OverrideView
    reckoning: asyncio.Task[Foreseen | None] | None = None

    def view(self) -> OverrideView:
        """As it stands now: with its price, once that is known."""
        if self.reckoning is None or not self.reckoning.done() or self.reckoning.cancelled():
            return self.said
        found = self.reckoning.result()
        if found is None:
            return self.said.model_copy(update={"reckoned": True})
        refusals = tuple(reason.text for reason in found.refusals)
        priced = {"extra_eur": found.extra_eur, "refusals": refusals, "reckoned": True}
        return self.said.model_copy(update=priced)


class Pricing:
    """The last word about each order, with its price. A context: leaving it ends what is under way."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._words: OrderedDict[OrderId, Word] = OrderedDict()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        under_way = [word.reckoning for word in self._words.values() if word.reckoning is not None]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def priced(self, said: OverrideView, before: FleetState) -> OverrideView:
        """The answer to a word that is journaled: with its price of the state `before`, if that is at hand.

        The price goes on being reckoned behind the answer.
        """
        order_id = OrderId(said.order_id)
        if said.vehicle_id is None:
            word = Word(said.model_copy(update={"reckoned": True}))
        else:
            wish = Wish(said.wish), VehicleId(said.vehicle_id)
            task = asyncio.create_task(self._reckon(order_id, *wish, before), name=f"price of {order_id}")
            word = Word(said, task)
        self._keep(order_id, word)
        if word.reckoning is not None:
            await asyncio.wait({word.reckoning}, timeout=WORTH_WAITING_S * self._service.speed)
        return word.view()

    def _keep(self, order_id: OrderId, word: Word) -> None:
        """In place of the former, whose price nobody asks for any more."""
        gone = [self._words.pop(order_id)] if order_id in self._words else []
        self._words[order_id] = word
        if len(self._words) > _MOST_KEPT:
            gone.append(self._words.popitem(last=False)[1])
        for old in gone:
            if old.reckoning is not None:
                old.reckoning.cancel()

    async def last(self, order_id: OrderId) -> OverrideView | None:
        """The last word about an order since the gateway started, its price waited for; None without one."""
        word = self._words.get(order_id)
        if word is None:
            return None
        if word.reckoning is not None:
            await asyncio.wait({word.reckoning})
        return word.view()

    async def _reckon(
        self, order_id: OrderId, wish: Wish, vehicle_id: VehicleId, before: FleetState
    ) -> Foreseen | None:
        """What it does to the running plan; None where nothing of the order waits."""
        for parcel in before.orders[order_id].order.parcels:
            async with self._service.reckoning:
                asked = self._service.candidates(before, parcel.parcel_id)
            if asked is not None:
                async with self._service.pricing:
                    return await asyncio.to_thread(asked.foreseen, wish, vehicle_id)
        return None
