"""Connecting again and again, with growing patience: what TCP, serial lines and brokers have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from vehicles.clock import now_s

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
_WORKED_S = 20.0

Attempt = Callable[[], Awaitable[str]]
"""Connects, stays until the connection ends, and tells why it did as a half sentence. Raises nothing."""


async def redial(attempt: Attempt, tell: Callable[[str], None]) -> None:
    """Make attempts until cancelled; `tell` gets why each ended. One that lasted forgives the former ones."""
    pause_s = FIRST_PAUSE_S
    while True:
        begun_at_s = now_s()
        tell(await attempt())
        if now_s() - begun_at_s > _WORKED_S:
            pause_s = FIRST_PAUSE_S
        await asyncio.sleep(pause_s)
        pause_s = min(2.0 * pause_s, LONGEST_PAUSE_S)
