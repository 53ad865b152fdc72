"""What became of one flight."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a flight, fleet time, UTC seconds."""

    name: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Flown:
    """How a flight of the vehicle of that MAVLink id and type ended. `whole`: all of its plan."""

    system_id: int
    kind: str
    parcels: int
    delivered: bool
    landed: bool
    disarmed: bool
    whole: bool
    phases: tuple[Phase, ...]
    findings: tuple[str, ...]
