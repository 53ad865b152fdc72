"""STATUSTEXT: in pieces of 50 characters, and kept back while no ground station is heard, as PX4 does."""

from __future__ import annotations

from collections import deque
from itertools import count

from pymavlink.dialects.v20 import common

from sitl.autopilot.outgoing import Outgoing
from sitl.said import Said

_PIECE = 50
_KEPT = 20


class Texts:
    """What was said and not sent yet."""

    def __init__(self, out: Outgoing) -> None:
        self._out = out
        self._waiting: deque[Said] = deque(maxlen=_KEPT)
        self._ids = count(0)

    def say(self, said: Said) -> None:
        """To be sent when a ground station listens."""
        self._waiting.append(said)

    def flush(self) -> None:
        """Send all that waits. PX4 ends most texts with a tab, and so do we."""
        while self._waiting:
            said = self._waiting.popleft()
            text = f"{said.text}\t".encode()
            number = next(self._ids) % 65535 + 1
            for piece, start in enumerate(range(0, len(text), _PIECE)):
                self._out.send(
                    common.MAVLink_statustext_message(
                        said.severity,
                        text[start : start + _PIECE],
                        number if len(text) > _PIECE else 0,
                        piece,
                    )
                )
