"""A courier with a phone for scenarios: taps reach the gateway's own code, and may be sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from orchestrator.customers.link import TrackingSecret
from orchestrator.gateway.acts.couriers import Couriers
from orchestrator.gateway.contract.courier_requests import CallWanted
from orchestrator.gateway.contract.courier_views import CourierTripView, PhoneView, TapAnswer
from orchestrator.gateway.door.access import AccessRules
from orchestrator.gateway.door.principals import Rider
from orchestrator.gateway.photos import Photos
from orchestrator.gateway.service import City, Service
from orchestrator.operations.phones import take_up
from orchestrator.record.journal import MemoryJournal
from tests.orchestrator.operations.town import PADS, R1, START_S
from tests.scenarios.theatre import Stage, stage
from vehicles.courier import Courier
from vehicles.phone.handset import Handset
from vehicles.profiles import COURIER

SECRET = TrackingSecret(b"a secret of sixteen bytes")
RITA = Rider("rita", R1)


async def _nothing(*_: object) -> Any:  # noqa: ANN401 - three doors that nobody opens here
    raise AssertionError("couriers ask for none of this")


class Phone:
    """What rita does. Every call is sent twice when `twice`, as a page does that did not get the answer."""

    def __init__(self, it: Stage[Courier], handset: Handset, photos: Path | None, *, twice: bool) -> None:
        self.stage = it
        self.handset = handset
        self.twice = twice
        self._ids = count(1)
        self.couriers = Couriers(
            Service(
                writer=it.writer,
                telemetry=dict,
                place=_nothing,
                close_area=_nothing,
                open_area=_nothing,
                city=City(b"", lambda _: b"", "", (0.0, 0.0, 0.0, 0.0)),
                access=AccessRules(),
                tracking_secret=SECRET,
                console_dir=Path(),
                handsets={R1: handset},
                photos=Photos(photos),
            )
        )

    async def tap(self, kind: str, **more: object) -> TapAnswer:
        """One tap; the answer to it."""
        wanted = CallWanted.model_validate(
            {"taps": [{"id": f"t-{id(self)}-{next(self._ids)}", "kind": kind, **more}]}
        )
        called = await self.couriers.call(RITA, wanted)
        if self.twice:
            again = await self.couriers.call(RITA, wanted)
            assert again.answers == called.answers
        return called.answers[0]

    async def done(self, kind: str, **more: object) -> None:
        """One tap that counts."""
        answer = await self.tap(kind, **more)
        assert answer.done, answer.text

    @property
    def view(self) -> PhoneView:
        return self.couriers.view(R1)

    @property
    def trip(self) -> CourierTripView:
        trip = self.view.trip
        assert trip is not None
        return trip

    async def until(self, what: Callable[[PhoneView], bool], within_s: float = 900.0) -> PhoneView:
        """Look every second, as the page does, until the phone shows what is waited for."""
        async with asyncio.timeout(within_s):
            while True:
                shown = (await self.couriers.call(RITA, CallWanted())).phone
                if what(shown):
                    return shown
                await asyncio.sleep(1.0)

    async def card(self, kind: str) -> int:
        """Wait for a card of this kind; its id."""
        shown = await self.until(lambda view: view.card is not None and view.card.kind == kind)
        assert shown.card is not None
        return shown.card.id

    async def yes(self, kind: str) -> None:
        """Wait for a card, and tap yes."""
        await self.done("yes", card_id=await self.card(kind))

    async def set_out(self) -> None:
        """Take the next trip on, take all parcels, and go."""
        await self.yes("offer")
        await self.take_all()
        await self.yes("set_out")
        await self.until(lambda view: view.trip is not None and view.trip.state == "under_way")

    async def take_all(self) -> None:
        for parcel_id in self.trip.to_take:
            await self.done("took", parcel_id=parcel_id)


@asynccontextmanager
async def courier_at_work(
    journal: MemoryJournal | None = None,
    photos: Path | None = None,
    *,
    twice: bool = False,
    begins: bool = True,
) -> AsyncIterator[Phone]:
    """A fleet of one courier, who `begins` a shift, or goes on with what the journal has."""
    handset = Handset(R1, PADS[R1].at.position)
    courier = Courier(R1, COURIER, handset)
    journal = journal or MemoryJournal()
    async with stage([courier], journal) as it:
        phone = Phone(it, handset, photos, twice=twice)
        take_up(it.state, R1, handset)
        if begins:
            await phone.done("begin_shift", until_s=START_S + 8 * 3600.0)
        yield phone
