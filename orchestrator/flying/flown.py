"""What became of one flight."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.flying.straying import Off


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a flight, fleet time, UTC seconds."""

    name: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Flown:
    """How a flight of the vehicle of that MAVLink id and type ended. `whole`: all of its plan.

    `off` is how far it was from its way at most, while it flew it; None of what does not fly.
    """

    system_id: int
    kind: str
    parcels: int
    delivered: bool
    landed: bool
    disarmed: bool
    whole: bool
    phases: tuple[Phase, ...]
    findings: tuple[str, ...]
    off: Off | None = None


class Unflown(Exception):
    """A vehicle was met and came to no flight, or to no end of one that is known; the text says why.

    `flown` is how it stood then, with that reason among its findings.
    """

    def __init__(self, text: str, flown: Flown) -> None:
        super().__init__(text)
        self.flown = flown
