"""How long a simulator's process lives: until its standard input closes, or SIGTERM or SIGINT comes.

Whoever starts it holds its input open, so that it cannot outlive them, however they end.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Coroutine
from typing import Any

from sitl.loop import ScaledLoop


def live(life: Coroutine[Any, Any, None], speed: float) -> None:
    """Run `life` with time `speed` times as fast, until it ends or is ended. Raises what it raises."""
    with asyncio.Runner(loop_factory=lambda: ScaledLoop(speed)) as runner:
        runner.run(_live(life))


async def _live(life: Coroutine[Any, Any, None]) -> None:
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    threading.Thread(target=_wait_for_end_of_input, args=(loop, end), daemon=True).start()
    flying = asyncio.create_task(life, name="simulation")
    ended = asyncio.create_task(end.wait(), name="end of input")
    await asyncio.wait({flying, ended}, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if flying.done():
        flying.result()
    flying.cancel()
    await asyncio.gather(flying, ended, return_exceptions=True)


def _wait_for_end_of_input(loop: asyncio.AbstractEventLoop, end: asyncio.Event) -> None:
    """A thread, because files, pipes and terminals cannot all be polled; reads past Python's buffers."""
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    with contextlib.suppress(RuntimeError):  # the loop is closed: it has ended already
        loop.call_soon_threadsafe(end.set)
