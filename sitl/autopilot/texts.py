"""STATUSTEXT: in pieces of 50 characters, and kept back while no ground station is heard, as PX4 does."""

from __future__ import annotations

from collections import deque

from sitl.aboard.said import Said
from sitl.autopilot import shapes
from sitl.autopilot.outgoing import Outgoing

_PIECE = 50
_KEPT = 20
_STALE_S = 5.0
"""PX4 drops what it could not say for so long."""
_UNTABBED = ("Geofence: ", "Preflight Fail: ")
"""PX4 marks with a tab what it also says as an event, but for its checks."""


class Texts:
    """What was said and not sent yet, on one link."""

    def __init__(self, out: Outgoing) -> None:
        self._out = out
        self._waiting: deque[tuple[float, Said]] = deque(maxlen=_KEPT)
        self._number = 0

    def say(self, said: Said, age_s: float) -> None:
        """To be sent when a ground station listens."""
        if said.text:
            self._waiting.append((age_s, said))

    @property
    def waiting(self) -> bool:
        """Whether anything was said that is not sent yet."""
        return bool(self._waiting)

    def forget(self) -> None:
        """As after a boot."""
        self._waiting.clear()
        self._number = 0

    def flush(self, age_s: float) -> None:
        """Send what waits and is not stale, one after the other."""
        while self._waiting:
            said_age_s, said = self._waiting.popleft()
            if age_s - said_age_s < _STALE_S:
                self._send(said)

    def _send(self, said: Said) -> None:
        text = (said.text if said.text.startswith(_UNTABBED) else f"{said.text}\t").encode()
        for piece, start in enumerate(range(0, len(text), _PIECE)):
            part = text[start : start + _PIECE]
            self._out.send(shapes.STATUSTEXT, said.severity, part, self._number, piece)
        self._number = (self._number + 1) & 0xFFFF
