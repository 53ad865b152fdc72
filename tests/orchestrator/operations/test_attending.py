"""Signs of life: everybody has one, and everything else its turn meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from orchestrator.operations.watching.attending import AT_ONCE, attend


async def test_many_vehicles_are_attended_in_several_turns_of_the_loop() -> None:
    loop, turn = asyncio.get_running_loop(), 0
    attended: list[tuple[int, int]] = []

    class Told:
        def __init__(self, number: int) -> None:
            self.number = number

        def attend(self) -> None:
            attended.append((self.number, turn))

    def next_turn() -> None:
        nonlocal turn
        turn += 1
        loop.call_soon(next_turn)

    loop.call_soon(next_turn)
    vehicles: Any = [Told(number) for number in range(5 * AT_ONCE + 3)]
    await attend(vehicles)
    assert [number for number, _ in attended] == list(range(5 * AT_ONCE + 3))
    assert max(Counter(when for _, when in attended).values()) == AT_ONCE
