"""An operator's word counts at once: journaled and answered; its price follows, where it has one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Literal

import pytest

from orchestrator.gateway.acts.overriding import override
from orchestrator.gateway.acts.pricing import Pricing
from orchestrator.gateway.contract.failures import Failure
from orchestrator.gateway.contract.messages import OverrideView
from orchestrator.gateway.contract.requests import OverrideWanted
from orchestrator.gateway.door.principals import Operator
from orchestrator.gateway.http import create_app
from orchestrator.gateway.service import Service
from orchestrator.operations.dispatching.overrides import Candidates
from orchestrator.orders.order import OrderId
from orchestrator.record.state import FleetState
from orchestrator.record.states.wishes import Wishes
from tests.orchestrator.gateway.conftest import Asker, Depot, a_service
from tests.orchestrator.record.story import D1
from vehicles.mission import ParcelId

ANNA = Operator("anna")


class Asked:
    """What is asked of the dispatcher, and how the order's wishes stood then: journaled, and as asked."""

    def __init__(self, depot: Depot) -> None:
        self.asked: list[tuple[Wishes, Wishes]] = []
        self._depot = depot

    def __call__(self, state: FleetState, parcel_id: ParcelId) -> Candidates | None:
        order_id = OrderId("O1")
        assert parcel_id == "O1-1"
        self.asked.append((self._depot.writer.state.orders[order_id].wishes, state.orders[order_id].wishes))
        return None

    def service(self) -> Service:
        return replace(a_service(self._depot), candidates=self)


async def said(wanted: OverrideWanted, service: Service, order_id: str = "O1") -> OverrideView:
    async with Pricing(service) as pricing:
        return await override(order_id, wanted, ANNA, service, pricing)


async def test_a_wish_is_journaled_before_it_is_priced_and_priced_as_things_stood_before(
    depot: Depot,
) -> None:
    asked = Asked(depot)
    view = await said(OverrideWanted(wish="forbid", vehicle_id="D1"), asked.service())
    ((journaled, priced),) = asked.asked
    assert (journaled.forbidden, priced.forbidden) == ((D1,), ())
    assert (view.seq, view.extra_eur, view.reckoned) == (depot.writer.state.seq, None, True)


async def test_a_price_that_takes_long_follows_in_the_explanation(depot: Depot) -> None:
    held = asyncio.Lock()
    service = replace(Asked(depot).service(), reckoning=held)
    app = create_app(service)
    await held.acquire()
    anna = Asker(app).as_("anna")
    answer = await anna.post("/v1/orders/O1/dispatch", json={"wish": "forbid", "vehicle_id": "D1"})
    assert (answer.status_code, answer.json()["reckoned"]) == (200, False)
    assert depot.writer.state.orders[OrderId("O1")].wishes.forbidden == (D1,)
    held.release()
    word = (await anna.get("/v1/orders/O1/explanation")).json()["word"]
    assert (word["wish"], word["seq"], word["reckoned"]) == ("forbid", answer.json()["seq"], True)
    shop = await Asker(app).as_("shop").get("/v1/orders/O1/explanation")
    assert shop.json()["word"] is None


async def test_a_newer_word_takes_the_place_of_one_that_is_being_priced(depot: Depot) -> None:
    held = asyncio.Lock()
    await held.acquire()
    service = replace(Asked(depot).service(), reckoning=held)
    async with Pricing(service) as pricing:
        await override("O1", OverrideWanted(wish="forbid", vehicle_id="D1"), ANNA, service, pricing)
        await override("O1", OverrideWanted(wish="hold"), ANNA, service, pricing)
        last = await pricing.last(OrderId("O1"))
    assert last is not None
    assert (last.wish, last.reckoned) == ("hold", True)


@pytest.mark.parametrize(
    ("wish", "weight", "extra_eur"), [("hold", None, None), ("prioritise", 2.0, None), ("release", None, 0.0)]
)
async def test_what_has_no_price_is_not_reckoned(
    wish: Literal["hold", "prioritise", "release"],
    weight: float | None,
    extra_eur: float | None,
    depot: Depot,
) -> None:
    asked = Asked(depot)
    view = await said(OverrideWanted(wish=wish, weight=weight), asked.service())
    assert (view.extra_eur, view.refusals, view.reckoned, asked.asked) == (extra_eur, (), True, [])


@pytest.mark.parametrize(("order_id", "vehicle_id"), [("O1", "D99"), ("O99", "D1")])
async def test_what_is_refused_is_not_reckoned(order_id: str, vehicle_id: str, depot: Depot) -> None:
    asked = Asked(depot)
    with pytest.raises(Failure):
        await said(OverrideWanted(wish="pin", vehicle_id=vehicle_id), asked.service(), order_id)
    assert asked.asked == []
