"""Standard error as a log needs it: it never fails, and nobody waits for it but a thread of its own.

A disk that is full, a pipe whose reader is gone, one whose reader has stopped, a terminal that is held: each
of them costs the lines that could not be written, and the next that can be says how many those were.
"""

from __future__ import annotations

import atexit
import io
import os
import sys
from queue import Full, Queue
from threading import Thread
from typing import TextIO

_MOST = 1000
"""Lines that may wait for whoever reads them."""

_AT_THE_END_S = 1.0
"""How long a process that ends waits for its last lines to be written, on the machine's clock."""


class LogSink(io.TextIOBase):
    """A file to write whole lines to, whatever `sys.stderr` is at that moment."""

    def __init__(self, most: int = _MOST) -> None:
        self._waiting: Queue[tuple[TextIO, str]] = Queue(most)
        self._refused = self._failed = self._told = 0
        self._thread: Thread | None = None

    def write(self, line: str) -> int:
        """Have `line` written soon, or count it as lost; never raises, never waits."""
        if self._thread is None:  # only where there is something to say
            self._thread = Thread(target=self._write_on, name="log", daemon=True)
            self._thread.start()
            atexit.register(self.drain, _AT_THE_END_S)
        try:
            self._waiting.put_nowait((sys.stderr, line))
        except Full:
            self._refused += 1
        return len(line)

    def drain(self, within_s: float) -> bool:
        """Wait for what was to be written, `within_s` at most; whether all of it was tried."""
        waiting = self._waiting
        with waiting.all_tasks_done:
            return waiting.all_tasks_done.wait_for(lambda: not waiting.unfinished_tasks, within_s)

    def _write_on(self) -> None:
        while True:
            stream, line = self._waiting.get()
            lost = self._refused + self._failed
            if lost > self._told:
                line = f"{lost - self._told} lines of the log could not be written.\n{line}"
            try:
                _write(stream, line)
                self._told = lost
            except (OSError, ValueError):  # full, nobody there; closed
                self._failed += 1
            self._waiting.task_done()


def _write(stream: TextIO, text: str) -> None:
    """All of `text`, past the stream's own buffer: that would keep what failed, and try it again."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):  # one in memory, as tests have
        stream.write(text)
        return
    data = text.encode(stream.encoding, "backslashreplace")
    while data:
        data = data[os.write(number, data) :]
