"""What a simulated autopilot says: to people as text, to programs as an event of PX4's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """MAV_SEVERITY, those that are used."""

    EMERGENCY = 0
    CRITICAL = 2
    WARNING = 4
    INFO = 6


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, and how grave it is. An empty text is said to programs only.

    `event` is PX4's name for the same thing in its events interface, empty where it has none; `args` are
    that event's arguments, packed as PX4 packs them.
    """

    severity: Severity
    text: str
    event: str = ""
    args: bytes = b""
