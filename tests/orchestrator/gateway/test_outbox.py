"""What waits for one console, and what happens when it does not come for it."""

from __future__ import annotations

import asyncio

from orchestrator.gateway.showing.outbox import MAX_CHARACTERS, MAX_MESSAGES, Outbox


async def test_changes_go_first_and_in_order() -> None:
    outbox = Outbox()
    outbox.offer_telemetry("t")
    outbox.offer("a")
    outbox.offer("b")
    assert [await outbox.take() for _ in range(3)] == ["a", "b", "t"]


async def test_only_the_newest_telemetry_waits() -> None:
    outbox = Outbox()
    outbox.offer_telemetry("old")
    outbox.offer_telemetry("new")
    outbox.offer("a")
    assert [await outbox.take(), await outbox.take()] == ["a", "new"]


async def test_a_reader_that_waits_is_woken() -> None:
    outbox = Outbox()
    waiting = asyncio.ensure_future(outbox.take())
    await asyncio.sleep(0)
    outbox.offer("a")
    assert await waiting == "a"


async def test_closing_wakes_the_reader() -> None:
    outbox = Outbox()
    waiting = asyncio.ensure_future(outbox.take())
    await asyncio.sleep(0)
    outbox.close()
    assert await waiting is None
    assert not outbox.overrun


def is_overrun(outbox: Outbox) -> bool:
    return outbox.overrun


async def test_too_many_messages_overrun_it() -> None:
    outbox = Outbox()
    for _ in range(MAX_MESSAGES):
        outbox.offer("a")
    assert not is_overrun(outbox)
    outbox.offer("one too many")
    assert is_overrun(outbox)
    assert await outbox.take() is None


async def test_too_many_characters_overrun_it() -> None:
    outbox = Outbox()
    outbox.offer("a" * (MAX_CHARACTERS + 1))  # a snapshot of a large fleet must pass
    assert not is_overrun(outbox)
    outbox.offer("b")
    assert is_overrun(outbox)


async def test_what_was_taken_does_not_count_any_more() -> None:
    outbox = Outbox()
    for _ in range(3 * MAX_MESSAGES):
        outbox.offer("a" * 1000)
        await outbox.take()
    assert not outbox.overrun
