"""Whatever is sent to the API, the answer is one of those its own description promises."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from orchestrator.gateway.http import create_app
from orchestrator.gateway.openapi import document
from orchestrator.gateway.server import serve
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.writer import Writer
from tests.orchestrator.gateway.conftest import KEYS, NOW_S, Depot, a_service
from tests.orchestrator.record.story import opening, order

REFUSALS = ("400", "401", "403", "404", "405", "409", "413", "415", "422", "429")
"""How what is no valid request may be answered: one of a thousand corners is over 64 KiB first of all."""

SCHEMA = schemathesis.openapi.from_dict(
    document(),
    config=schemathesis.Config.from_dict(
        {"checks": {"negative_data_rejection": {"expected-statuses": list(REFUSALS)}}}
    ),
)


async def _serve(started: threading.Event, told: list[str], stop: asyncio.Event) -> None:
    async with Writer(MemoryJournal()) as writer:
        depot = Depot(writer, now_s=NOW_S)
        await writer.facts(*opening(order("O1"), replace(order("C1"), placed_by="cafe")))
        async with serve(create_app(a_service(depot)), "127.0.0.1", 0) as address:
            told.append(address)
            started.set()
            await stop.wait()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A gateway on a thread of its own."""
    started, told = threading.Event(), list[str]()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def run() -> None:
        loop.run_until_complete(_serve(started, told, stop))

    thread = threading.Thread(target=run, name="gateway under test")
    thread.start()
    assert started.wait(10)
    yield told[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


@pytest.mark.parametrize("name", ["anna", "shop"])
@SCHEMA.parametrize()
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_is_described(case: schemathesis.Case[Any], address: str, name: str) -> None:
    case.call_and_validate(
        base_url=address,
        headers={"Authorization": f"Bearer {KEYS[name][1]}"},
        # What goes only together (a locker and its id, one deadline of two) no schema can say.
        excluded_checks=[positive_data_acceptance],
    )
