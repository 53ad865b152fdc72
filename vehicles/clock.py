"""Fleet time: UTC seconds, read from the running event loop, so that a simulated loop bends all time.

This file and `sitl/loop.py` are the only places that may read a clock of the machine.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

_MACHINE_UTC_OFFSET_S = time.time() - time.monotonic()


def now_s() -> float:
    """Fleet time now: UTC seconds since 1970.

    A loop that makes its own time says by an attribute `utc_offset_s` what to add to
    `loop.time()`; for any other loop it is the machine's offset, fixed at import so that
    fleet time never jumps: whether the machine's clock does, `machine_ahead_s` tells. Raises
    `RuntimeError` outside a running loop.
    """
    loop = asyncio.get_running_loop()
    return loop.time() + float(getattr(loop, "utc_offset_s", _MACHINE_UTC_OFFSET_S))


def machine_ahead_s() -> float:
    """How far the machine's clock is ahead of fleet time by now: it was set, or the machine slept.

    0 on a loop that makes its own time. Raises `RuntimeError` outside a running loop.
    """
    loop = asyncio.get_running_loop()
    if hasattr(loop, "utc_offset_s"):
        return 0.0
    return time.time() - now_s()


def machine_now_s() -> float:
    """The machine's UTC seconds, for programs that run no loop at all (`sanderling path`)."""
    return time.time()


def machine_steady_s() -> float:
    """Seconds of a clock that nobody sets, since an instant of its own: for deadlines of a computation."""
    return time.monotonic()


def iso(at_s: float) -> str:
    """An instant as people and files write it: ISO 8601, UTC, to the second."""
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def time_of_day(at_s: float) -> str:
    """An instant in a sentence that is read while it matters: "14:03 UTC"."""
    return f"{iso(at_s)[11:16]} UTC"
