"""When a process of the simulated world ends: on SIGTERM, on SIGINT, or when who started it lets go of it.

Whoever starts it holds a pipe to its standard input open, so that it cannot outlive them, however they
end. A terminal, /dev/null or a file holds nothing: there only the signals count.
"""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from functools import partial


def asked_to_end() -> asyncio.Event:
    """Set once this process is to end. For a running loop, once a process."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    if _held_by_a_pipe():
        loop.add_reader(0, partial(_read_to_the_end, loop, end))
    return end


def _held_by_a_pipe() -> bool:
    try:
        mode = os.fstat(0).st_mode
    except OSError:  # closed from the start
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _read_to_the_end(loop: asyncio.AbstractEventLoop, end: asyncio.Event) -> None:
    if not os.read(0, 4096):
        loop.remove_reader(0)
        end.set()
