"""Waiting until a vehicle says of itself that it can fly what it was given: acknowledged is not flyable."""

from __future__ import annotations

from dataclasses import dataclass

from pymavlink.dialects.v20 import common

from vehicles.mavlink.exchanges.lists import PlanPart
from vehicles.mavlink.exchanges.messages import Current, Heard, Text
from vehicles.mavlink.exchanges.sayings import SayCurrent, Saying
from vehicles.mavlink.plans.ids import ListIds

VALID_WITHIN_S = 5.0
"""PX4 takes up to 1.5 s to find a mission flyable, and says so at 1 or 2 Hz."""
FENCE_ITEM_S = 0.15
"""It first reads its fence: seen to take 0.1 s for each corner, 7 s for the 64 that it holds."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a plan was not taken. `certain`: the vehicle said so; else nothing at all was heard."""

    text: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """It shows the plan as flyable, at the item wanted."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a vehicle shows once it has settled.

    `count` items, item `seq` the current one, and for each list whose id is known that id. What it says
    before `checked_after_s` seconds is about the mission before. `complaints` begin its texts that mean no.
    `fence_items` are the items of its fence, each of which it takes time to check against.
    """

    count: int
    seq: int
    ids: dict[PlanPart, int]
    checked_after_s: float
    complaints: tuple[str, ...]
    fence_items: int = 0


class Settle:
    """Listens until the vehicle shows what is expected, complains, or the time is over."""

    def __init__(self, expected: Expected) -> None:
        self.outcome: Settled | Failure | None = None
        self.wake_at_s = 0.0
        self._expected = expected
        self._checked_at_s = 0.0
        self._newest: Current | None = None
        self._texts: list[str] = []

    def start(self, at_s: float) -> tuple[Saying, ...]:
        """Nothing to say: it tells by itself."""
        self.wake_at_s = at_s + VALID_WITHIN_S + FENCE_ITEM_S * self._expected.fence_items
        self._checked_at_s = at_s + self._expected.checked_after_s
        return ()

    def receive(self, heard: Heard, at_s: float) -> tuple[Saying, ...]:
        """Look at what it says of its mission, and at its complaints."""
        if self.outcome is not None:
            return ()
        match heard:
            case Text(text=text) if text.startswith(self._expected.complaints):
                self.outcome = Failure(f'It says: "{text}"', certain=True)
            case Text(severity=severity, text=text) if severity <= common.MAV_SEVERITY_WARNING:
                self._texts.append(text)
            case Current():
                return self._heard_current(heard, at_s)
        return ()

    def tick(self, at_s: float) -> tuple[Saying, ...]:
        """The time is over: say what is missing."""
        if self.outcome is None and at_s >= self.wake_at_s:
            said = f' It says: "{self._texts[-1]}".' if self._texts else ""
            text = f"Every item was acknowledged, but {self._missing()}.{said}"
            self.outcome = Failure(text, certain=self._newest is not None)
        return ()

    def cancel(self) -> tuple[Saying, ...]:
        """Nothing to take back."""
        return ()

    def _heard_current(self, current: Current, at_s: float) -> tuple[Saying, ...]:
        self._newest = current
        expected = self._expected
        if current.total != expected.count or current.state == common.MISSION_STATE_NO_MISSION:
            return ()
        if current.seq != expected.seq:
            return (SayCurrent(expected.seq),)  # a PX4 in flight keeps the index of the mission before
        if at_s >= self._checked_at_s and not self._others():
            self.outcome = Settled()
        return ()

    def _others(self) -> tuple[PlanPart, ...]:
        """Lists of which it shows another id than theirs."""
        ids = self._newest.ids if self._newest is not None else None
        if ids is None:
            return ()
        return tuple(part for part, plan_id in self._expected.ids.items() if id_of(part, ids) != plan_id)

    def _missing(self) -> str:
        if self._newest is None:
            return "it did not say whether it can fly it"
        if self._newest.seq != self._expected.seq and self._newest.total == self._expected.count:
            return f"it stays at item {self._newest.seq}, not {self._expected.seq}"
        if others := self._others():
            return f"it holds another {' and '.join(part.name.lower() for part in others)} than it was given"
        return "it does not find the mission flyable"


def id_of(part: PlanPart, ids: ListIds) -> int:
    """The id of one list."""
    return {PlanPart.MISSION: ids.mission, PlanPart.FENCE: ids.fence, PlanPart.RALLY: ids.rally}[part]
