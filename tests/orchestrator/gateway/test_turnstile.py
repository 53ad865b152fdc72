"""A crowd of orders goes in a few at a time; nothing else waits for it, and nobody is half let in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import httpx
import pytest

from orchestrator.gateway.door.turnstile import AT_ONCE, Gate
from orchestrator.gateway.http import create_app
from orchestrator.gateway.inside import inside_of
from orchestrator.orders.intake import Rejected
from orchestrator.orders.order import Order
from orchestrator.orders.request import OrderRequest
from orchestrator.record.events import LinkUp
from tests.orchestrator.gateway.conftest import Asker, Depot, a_service
from tests.orchestrator.record.story import D1, START_S


@dataclass
class Held:
    """A depot whose intake waits until it is let go."""

    depot: Depot
    go: asyncio.Event = field(default_factory=asyncio.Event)
    inside: int = 0
    most: int = 0

    async def place(self, request: OrderRequest) -> Order | Rejected:
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self.go.wait()
        self.inside -= 1
        return await self.depot.place(request)


@pytest.fixture
async def held(depot: Depot) -> AsyncIterator[tuple[Held, Asker, Gate]]:
    held = Held(depot)
    app = create_app(replace(a_service(depot), place=held.place))
    asker = Asker(app)
    yield held, asker, inside_of(app).gate
    for client in asker.open:
        await client.aclose()


def body(n: int) -> dict[str, object]:
    return {
        "order_id": f"crowd-{n}",
        "hub_id": "H1",
        "parcels": [{"mass_kg": 0.5}],
        "deadline_s": START_S + 4000.0,
        "drop_off": {"lat_deg": 60.17, "lon_deg": 24.94, "kind": "doorstep", "label": f"Bulevardi {n}"},
    }


def crowd(client: httpx.AsyncClient, count: int) -> list[asyncio.Task[httpx.Response]]:
    return [asyncio.create_task(client.post("/v1/orders", json=body(n))) for n in range(count)]


async def settled() -> None:
    """Everybody has come as far as they get."""
    for _ in range(200):
        await asyncio.sleep(0)


async def test_a_few_are_placed_at_once_and_the_others_follow(held: tuple[Held, Asker, Gate]) -> None:
    it, asker, _ = held
    posts = crowd(asker.as_("shop"), 30)
    await settled()
    assert it.inside == AT_ONCE
    it.go.set()
    assert {answer.status_code for answer in await asyncio.gather(*posts)} == {201}
    assert it.most == AT_ONCE
    assert len(it.depot.writer.state.orders) == 32


async def test_an_operators_word_does_not_queue_behind_orders(held: tuple[Held, Asker, Gate]) -> None:
    it, asker, _ = held
    await it.depot.writer.facts(LinkUp(D1))
    posts = crowd(asker.as_("shop"), 30)
    await settled()
    told = await asker.as_("anna").post("/v1/vehicles/D1/ask", json={"ask": "land"})
    assert told.status_code == 202
    assert not any(post.done() for post in posts)
    it.go.set()
    await asyncio.gather(*posts)


async def test_past_the_queue_they_are_told_to_come_again_and_nothing_has_changed(
    held: tuple[Held, Asker, Gate], monkeypatch: pytest.MonkeyPatch
) -> None:
    it, asker, gate = held
    monkeypatch.setattr(gate, "_most_waiting", 3)
    shop = asker.as_("shop")
    posts = crowd(shop, AT_ONCE + 3)
    await settled()
    refused = await shop.post("/v1/orders", json=body(99))
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert refused.json()["error"].startswith("Too many orders at once")
    it.go.set()
    assert {answer.status_code for answer in await asyncio.gather(*posts)} == {201}
    assert "crowd-99" not in it.depot.writer.state.orders
    assert (await shop.post("/v1/orders", json=body(99))).status_code == 201


async def test_when_the_gateway_closes_who_is_inside_is_placed_and_who_waits_is_told(
    held: tuple[Held, Asker, Gate],
) -> None:
    it, asker, gate = held
    shop = asker.as_("shop")
    posts = crowd(shop, AT_ONCE + 5)
    await settled()
    gate.close()
    refused = await shop.post("/v1/orders", json=body(99))
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert refused.json()["error"].startswith("The gateway is closing: this order was not placed")
    it.go.set()
    answers = await asyncio.gather(*posts)
    assert [answer.status_code for answer in answers] == [201] * AT_ONCE + [503] * 5
    assert {answer.json()["error"] for answer in answers[AT_ONCE:]} == {refused.json()["error"]}
    assert len(it.depot.writer.state.orders) == 2 + AT_ONCE


async def test_who_sends_slowly_or_leaves_has_no_place(held: tuple[Held, Asker, Gate]) -> None:
    it, asker, _ = held
    it.go.set()
    sending = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await sending.wait()
        yield b"}"

    shop, kind = asker.as_("shop"), {"Content-Type": "application/json"}
    slow = [asyncio.create_task(shop.post("/v1/orders", content=slowly(), headers=kind)) for _ in range(20)]
    await settled()
    assert (await shop.post("/v1/orders", json=body(1))).status_code == 201
    sending.set()
    assert {answer.status_code for answer in await asyncio.gather(*slow)} == {422}
    it.go.clear()
    posts = crowd(shop, AT_ONCE + 5)
    await settled()
    for post in posts[:-1]:
        post.cancel()
    await asyncio.wait(posts[:-1])
    it.go.set()
    assert (await posts[-1]).status_code == 201


async def test_a_body_that_is_too_large_is_refused_before_it_queues(
    held: tuple[Held, Asker, Gate],
) -> None:
    _, asker, _ = held

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1000

    kind = {"Content-Type": "application/json"}
    refused = await asker.as_("shop").post("/v1/orders", content=endless(), headers=kind)
    assert refused.status_code == 413
    assert set(refused.json()) == {"error", "problems"}
