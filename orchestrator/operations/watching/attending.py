"""Signs of life to many vehicles: not to all of them in one turn of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from vehicles.vehicle import Vehicle

AT_ONCE = 32
"""So many, a quarter of a millisecond, before whatever else waits has its turn."""


async def attend(vehicles: Iterable[Vehicle]) -> None:
    """Give each a sign of life. Whoever drives it is awaited all the while: they end when it does."""
    for number, vehicle in enumerate(vehicles, start=1):
        vehicle.attend()
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
