"""Why not: the one word in which every room explains a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Because(Enum):
    """The kind of a reason. A closed set, so that screens and tests can match on it."""

    ZONE = "zone"
    OBSTACLE = "obstacle"
    AREA = "area"
    TERRAIN = "terrain"
    NO_FOOTPATH = "no_footpath"
    ENERGY = "energy"
    PAYLOAD = "payload"
    SIZE = "size"
    TEMPERATURE = "temperature"
    SKILL = "skill"
    TIME_WINDOW = "time_window"
    WEATHER = "weather"
    TRAFFIC = "traffic"
    PAD = "pad"
    LINK = "link"
    BUSY = "busy"
    MEDIUM = "medium"
    HEALTH = "health"
    AUTOPILOT = "autopilot"
    OPERATOR = "operator"
    DECLINED = "declined"
    SHIFT = "shift"
    RECIPIENT = "recipient"
    SENDER = "sender"
    LOCKER = "locker"
    COST = "cost"
    INPUT = "input"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a "no".

    `subject` names what stands in the way (a zone id, vehicle id, field of a form);
    `text` is a whole sentence for people, without the subject's kind repeated in front.
    """

    because: Because
    subject: str
    text: str

    def __str__(self) -> str:
        return self.text


def sentences(reasons: Iterable[Reason]) -> str:
    """Reasons as one run of sentences; empty for none. What is none of itself is set off by a semicolon."""
    said = "; ".join(reason.text for reason in reasons)
    return said.replace(".; ", ". ")


def clauses(reasons: Iterable[Reason]) -> str:
    """Reasons within a sentence of somebody else's, which ends it; empty for none."""
    return "; ".join(reason.text.rstrip(".") for reason in reasons)
