"""What waits to be sent to one console. Bounded, so that a slow one costs no more than itself."""

from __future__ import annotations

import asyncio
from collections import deque

TOO_SLOW = 1013
"""The code with which a console that does not keep up is closed: it may come back."""

MAX_MESSAGES = 256
MAX_CHARACTERS = 8_000_000


class Outbox:
    """Changes queue up, in order and without gaps; of telemetry only the newest is kept.

    When more changes wait than a working client could ever leave lying, the outbox is `overrun`:
    the client is dropped, and starts again from a fresh snapshot when it comes back.
    """

    def __init__(self) -> None:
        self._changes: deque[str] = deque()
        self._characters = 0
        self._telemetry: str | None = None
        self._wake = asyncio.Event()
        self.closed = False
        self.overrun = False

    def offer(self, message: str) -> None:
        """Queue a message that must not be missed."""
        if self.closed:
            return
        # One message alone always fits: a snapshot of a large fleet is larger than any backlog.
        if self._changes and (
            len(self._changes) >= MAX_MESSAGES or self._characters + len(message) > MAX_CHARACTERS
        ):
            self.overrun = True
            self.close()
            return
        self._changes.append(message)
        self._characters += len(message)
        self._wake.set()

    def offer_telemetry(self, message: str) -> None:
        """Put the newest telemetry in place of what has not been sent yet."""
        if not self.closed:
            self._telemetry = message
            self._wake.set()

    def close(self) -> None:
        """Nothing more will be sent; what waits is dropped."""
        self.closed = True
        self._changes.clear()
        self._telemetry = None
        self._wake.set()

    async def take(self) -> str | None:
        """The next message, changes first; None once closed."""
        while True:
            if self.closed:
                return None
            if self._changes:
                message = self._changes.popleft()
                self._characters -= len(message)
                return message
            if self._telemetry is not None:
                message, self._telemetry = self._telemetry, None
                return message
            self._wake.clear()
            await self._wake.wait()
