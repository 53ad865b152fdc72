"""How long a simulator's process lives: until it is asked to end, or its life is over."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from sitl.loop import ScaledLoop
from sitl.processes.ending import asked_to_end


def live(life: Coroutine[Any, Any, None], speed: float) -> None:
    """Run `life` with time `speed` times as fast, until it ends or is ended. Raises what it raises."""
    with asyncio.Runner(loop_factory=lambda: ScaledLoop(speed)) as runner:
        runner.run(_live(life))


async def _live(life: Coroutine[Any, Any, None]) -> None:
    end = asked_to_end()
    flying = asyncio.create_task(life, name="simulation")
    ended = asyncio.create_task(end.wait(), name="asked to end")
    await asyncio.wait({flying, ended}, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if flying.done():
        flying.result()
    flying.cancel()
    await asyncio.gather(flying, ended, return_exceptions=True)
