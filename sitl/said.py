"""What a simulated autopilot says to people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """MAV_SEVERITY, those that are used."""

    CRITICAL = 2
    WARNING = 4
    INFO = 6


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, and how grave it is."""

    severity: Severity
    text: str
