"""An operator's word counts at once: journaled before it is priced, and priced only where it has one."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from orchestrator.gateway.acts.overriding import override
from orchestrator.gateway.contract.failures import Failure
from orchestrator.gateway.contract.requests import OverrideWanted
from orchestrator.gateway.door.principals import Operator
from orchestrator.gateway.service import Service
from orchestrator.operations.dispatching.overrides import Candidates
from orchestrator.orders.order import OrderId
from orchestrator.record.state import FleetState
from orchestrator.record.states.wishes import Wishes
from tests.orchestrator.gateway.conftest import Depot, a_service
from tests.orchestrator.record.story import D1
from vehicles.mission import ParcelId

ANNA = Operator("anna")


class Pricing:
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


async def test_a_wish_is_journaled_before_it_is_priced_and_priced_as_things_stood_before(
    depot: Depot,
) -> None:
    pricing = Pricing(depot)
    said = await override("O1", OverrideWanted(wish="forbid", vehicle_id="D1"), ANNA, pricing.service())
    ((journaled, priced),) = pricing.asked
    assert (journaled.forbidden, priced.forbidden) == ((D1,), ())
    assert (said.seq, said.extra_eur) == (depot.writer.state.seq, None)


@pytest.mark.parametrize(
    ("wish", "weight", "extra_eur"), [("hold", None, None), ("prioritise", 2.0, None), ("release", None, 0.0)]
)
async def test_what_has_no_price_is_not_reckoned(
    wish: Literal["hold", "prioritise", "release"],
    weight: float | None,
    extra_eur: float | None,
    depot: Depot,
) -> None:
    pricing = Pricing(depot)
    said = await override("O1", OverrideWanted(wish=wish, weight=weight), ANNA, pricing.service())
    assert (said.extra_eur, said.refusals, pricing.asked) == (extra_eur, (), [])


@pytest.mark.parametrize(("order_id", "vehicle_id"), [("O1", "D99"), ("O99", "D1")])
async def test_what_is_refused_is_not_reckoned(order_id: str, vehicle_id: str, depot: Depot) -> None:
    pricing = Pricing(depot)
    with pytest.raises(Failure):
        await override(order_id, OverrideWanted(wish="pin", vehicle_id=vehicle_id), ANNA, pricing.service())
    assert pricing.asked == []
